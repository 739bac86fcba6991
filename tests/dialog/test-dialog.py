#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""test-dialog.py PLUG_IN_FOLDER PICTURE [SCREENSHOT]: the dialog in a real GIMP, driven like a user would; TAP.

Menu, prompt, generate, stop a second run, close, undo once for each run, and what is remembered.
"""

import os
import pathlib
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "plugin"), str(HERE.parent / "cli")]

import desktop  # noqa: E402

INSIDE = "PZ_TEST_INSIDE_DISPLAY"

if INSIDE not in os.environ:
    os.environ[INSIDE] = "1"
    sys.exit(desktop.main_in_display(__file__, sys.argv[1:]))

import re  # noqa: E402

import pyatspi  # noqa: E402
import tap  # noqa: E402
from desktop import find, has, press, wait  # noqa: E402
from gimp_profile import Profile  # noqa: E402

PLUG_IN, PICTURE = sys.argv[1:3]
SCREENSHOT = sys.argv[3] if len(sys.argv) > 3 else None
PROMPT = "a S on a red background"
OURS = re.compile(r"personalize-concept|mnemonic|catalog directory|stray image|inconsistent state")


class State:
    """What the tests, which follow each other, share."""
    gimp = None
    dialog = None
    after_first = 4  # the concept, a group, two variants


def button(name, dialog=None):
    return find(dialog or State.dialog, pyatspi.ROLE_PUSH_BUTTON, name)


def ready():
    """Generate can be pressed."""
    found = button("Generate")
    return found if found and has(found, pyatspi.STATE_SENSITIVE) else None


def tiles():
    return [n for n in desktop.descendants(State.dialog)
            if n.getRole() == pyatspi.ROLE_TOGGLE_BUTTON and n.name.startswith("Variant ")]


def status():
    return [n.name for n in desktop.descendants(State.dialog) if n.getRole() == pyatspi.ROLE_LABEL]


def prompt_text():
    return find(State.dialog, pyatspi.ROLE_TEXT, "Prompt").queryText().getText(0, -1)


def dialog_is_gone():
    return State.gimp.dialog() is None


@tap.test
def opens():
    """The menu entry opens the dialog and the model gets ready"""
    wait("the image window", State.gimp.window)
    assert State.gimp.n_layers() == 1
    State.dialog = State.gimp.open_dialog()
    wait("Generate", ready)
    assert any(s.startswith("Ready: ") for s in status()), status()


@tap.test
def names():
    """Everything that takes the focus has an accessible name"""
    nameless = [n.getRoleName() for n in desktop.descendants(State.dialog)
                if has(n, pyatspi.STATE_FOCUSABLE) and has(n, pyatspi.STATE_SHOWING) and not n.name]
    assert not nameless, nameless


@tap.test
def typing():
    """The prompt has the focus and takes what is typed"""
    prompt = find(State.dialog, pyatspi.ROLE_TEXT, "Prompt")
    wait("the focus", lambda: has(prompt, pyatspi.STATE_FOCUSED))
    desktop.key("ctrl+a")
    subprocess.run(["xdotool", "type", "--delay", "40", PROMPT], check=True)
    wait("the typed prompt", lambda: prompt_text() == PROMPT)


@tap.test
def generates():
    """Ctrl+Enter makes the variants, with progress, into one group"""
    find(State.dialog, pyatspi.ROLE_SPIN_BUTTON, "Variants").queryValue().currentValue = 2
    bar = find(State.dialog, pyatspi.ROLE_PROGRESS_BAR)
    desktop.key("ctrl+Return")
    wait("Stop in place of Generate", lambda: button("Stop"))
    seen = set()
    limit = time.monotonic() + desktop.SLOW * 3
    while not desktop.attempt(ready) and time.monotonic() < limit:
        seen.add(round(desktop.value(bar), 2))
        time.sleep(0.1)
    assert any(0 < v < 1 for v in seen), f"the bar stood at {sorted(seen)}"
    wait("four layers", lambda: State.gimp.n_layers() == State.after_first)
    assert [bool(re.fullmatch(r"Variant \d, seed \d+, (shown|hidden)", t.name)) for t in tiles()] == [True, True]
    assert tiles()[0].name.endswith("shown") and tiles()[1].name.endswith("hidden")
    assert any(s.startswith("2 variants added") for s in status()), status()
    if SCREENSHOT:
        desktop.shot(SCREENSHOT)


@tap.test
def stops():
    """Escape stops a second run and keeps what is done"""
    find(State.dialog, pyatspi.ROLE_SPIN_BUTTON, "Variants").queryValue().currentValue = 16
    press(button("Generate"))
    wait("the first of many", lambda: any("not made yet" not in t.name for t in tiles()[2:]), desktop.SLOW * 2)
    desktop.key("Escape")
    wait("the end of the run", ready)
    stopped = next(s for s in status() if s.startswith("Stopped: "))
    made = int(stopped.split()[1])
    assert 1 <= made < 16, stopped
    wait("the finished variants as layers", lambda: State.gimp.n_layers() == State.after_first + 1 + made)
    assert len(tiles()) == 2 + made


@tap.test
def closes():
    """Close ends the dialog and the plug-in"""
    press(button("Close"))
    wait("the dialog's end", dialog_is_gone)
    wait("the process's end", lambda: desktop.application(desktop.PLUG_IN) is None)


@tap.test
def undoes():
    """One undo takes a run back, and the image is clean as before"""
    for layers in (State.after_first, 1):
        State.gimp.choose("Undo Personalize Concept")
        wait(f"{layers} layers", lambda: State.gimp.n_layers() == layers)
    wait("a clean image", lambda: not State.gimp.is_dirty())
    messages = [n.name for n in desktop.application("gimp") or [] if "Message" in n.name]
    assert not messages, messages


@tap.test
def remembers():
    """Opened again it knows the prompt, and Escape closes it"""
    State.dialog = State.gimp.open_dialog()
    wait("the prompt of before", lambda: prompt_text() == PROMPT)
    wait("the focus", lambda: has(find(State.dialog, pyatspi.ROLE_TEXT, "Prompt"), pyatspi.STATE_FOCUSED))
    desktop.key("Escape")
    wait("the dialog's end", dialog_is_gone)
    assert State.gimp.n_layers() == 1


@tap.test
def saves_results_of_a_closed_image():
    """Results of a run whose image is closed meanwhile go into a new image"""
    State.dialog = State.gimp.open_dialog()
    wait("Generate", ready)
    find(State.dialog, pyatspi.ROLE_SPIN_BUTTON, "Variants").queryValue().currentValue = 2
    press(button("Generate"))
    wait("the run's start", lambda: button("Stop"))
    State.gimp.choose("Close View")
    wait("a new image", lambda: State.gimp.n_layers() == 3 and "256x256" in State.gimp.window().name)
    wait("the reason why there is no more", lambda: any("image was closed" in s for s in status()))
    assert not has(button("Generate"), pyatspi.STATE_SENSITIVE)
    press(button("Close"))
    wait("the dialog's end", dialog_is_gone)


@tap.test
def quiet():
    """Nothing of ours is on GIMP's standard error"""
    lines = [l for l in State.gimp.stderr().splitlines() if OURS.search(l)]
    assert not lines, "\n".join(lines)


def main():
    manager = subprocess.Popen(["openbox"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        with Profile(PLUG_IN) as profile, desktop.Gimp(profile, PICTURE) as gimp:
            State.gimp = gimp
            try:
                tap.run()
            finally:
                if os.environ.get("PZ_TEST_LAST_SHOT"):
                    desktop.shot(os.environ["PZ_TEST_LAST_SHOT"])
    finally:
        manager.kill()


if __name__ == "__main__":
    main()

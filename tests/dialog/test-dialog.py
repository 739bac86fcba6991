#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""test-dialog.py PLUG_IN_FOLDER PICTURE [SCREENSHOT]: the dialog in a real GIMP, driven like a user would; TAP.

Menu, prompt, generating, stopping a second run, closing, one undo per run, and what the dialog remembers.
"""

import os
import pathlib
import signal
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "plugin"), str(HERE.parent / "cli")]

import desktop  # noqa: E402

desktop.enter_display(__file__)

import re  # noqa: E402

import pyatspi  # noqa: E402
import tap  # noqa: E402
from desktop import find, has, press, wait  # noqa: E402
from steps import (AFTER_FIRST, State, act_by_keyboard, button, close_image, dialog_is_gone, first_of_many, is_quiet,  # noqa: E402
                   many_steps, menu_item, press_button, prompt_text, ready, run_tests, start, status, tiles, type_keys)

PLUG_IN, PICTURE = sys.argv[1:3]
SCREENSHOT = sys.argv[3] if len(sys.argv) > 3 else None
PROMPT = "a S on a red background"


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
    def is_nameless(node):
        return has(node, pyatspi.STATE_FOCUSABLE) and has(node, pyatspi.STATE_SHOWING) and not node.name
    nameless = desktop.every(State.dialog, is_nameless, lambda n: n.getRoleName())
    assert not nameless, nameless


@tap.test
def typing():
    """The prompt has the focus and takes what is typed"""
    prompt = find(State.dialog, pyatspi.ROLE_TEXT, "Prompt")
    wait("the focus", lambda: has(prompt, pyatspi.STATE_FOCUSED))
    desktop.key("ctrl+a")
    type_keys("Prompt", PROMPT)
    assert prompt_text() == PROMPT, prompt_text()


@tap.test
def generates():
    """Ctrl+Enter makes the variants, with progress, into one group"""
    find(State.dialog, pyatspi.ROLE_SPIN_BUTTON, "Variants").queryValue().currentValue = 2
    bar = find(State.dialog, pyatspi.ROLE_PROGRESS_BAR)
    act_by_keyboard("Generate")
    wait("Stop in place of Generate", lambda: button("Stop"))
    seen = set()
    limit = time.monotonic() + desktop.SLOW * 3
    while not desktop.attempt(ready)[0] and time.monotonic() < limit:
        for _ in range(20):  # searching for Generate takes long on a busy machine
            seen.add(round(desktop.value(bar), 2))
            time.sleep(0.01)
    assert any(0 < v < 1 for v in seen), f"the bar stood at {sorted(seen)}"
    wait("four layers", lambda: State.gimp.n_layers() == AFTER_FIRST)
    assert [bool(re.fullmatch(r"Variant \d, seed \d+, (shown|hidden)", t.name)) for t in tiles()] == [True, True]
    assert tiles()[0].name.endswith("shown") and tiles()[1].name.endswith("hidden")
    assert any(s.startswith("2 variants added") for s in status()), status()
    if SCREENSHOT:
        desktop.shot(SCREENSHOT)


@tap.test
def stops():
    """Escape stops a second run and keeps what is done"""
    many_steps()
    start(16)
    first_of_many()
    desktop.key("Escape")
    wait("the end of the run", ready)
    stopped = next(s for s in status() if s.startswith("Stopped: "))
    made = int(stopped.split()[1])
    assert 1 <= made < 16, stopped
    wait("the finished variants as layers", lambda: State.gimp.n_layers() == AFTER_FIRST + 1 + made)
    wait("a tile of each", lambda: len(tiles()) == 2 + made)


@tap.test
def closes():
    """Close ends the dialog and the plug-in"""
    press_button("Close")
    wait("the dialog's end", dialog_is_gone)
    wait("the process's end", lambda: desktop.application(desktop.PLUG_IN) is None)


@tap.test
def undoes():
    """One undo takes a run back, and the image is clean as before"""
    for layers in (AFTER_FIRST, 1):
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
def deletes():
    """Delete on a thumbnail removes its layer, and one undo brings it back"""
    State.dialog = State.gimp.open_dialog()
    wait("Generate", ready)
    start(2)
    wait("four layers", lambda: State.gimp.n_layers() == AFTER_FIRST)
    wait("Generate", ready)
    tiles()[1].queryComponent().grabFocus()
    wait("the focus", lambda: has(tiles()[1], pyatspi.STATE_FOCUSED))
    desktop.key("Delete")
    wait("three layers", lambda: State.gimp.n_layers() == AFTER_FIRST - 1)
    wait("one tile less", lambda: len(tiles()) == 1)
    State.gimp.choose("Undo")
    wait("four layers again", lambda: State.gimp.n_layers() == AFTER_FIRST)


@tap.test
def reuses():
    """The seed of a result is used again from its menu"""
    seed = int(re.search(r"seed (\d+)", tiles()[0].name)[1])
    menu_item("Actions for variant 1", "Use This Seed")
    entry = find(State.dialog, pyatspi.ROLE_SPIN_BUTTON, "Seed")
    wait("the seed", lambda: desktop.value(entry) == seed)
    press_button("Close")
    wait("the dialog's end", dialog_is_gone)


@tap.test
def survives_a_kill():
    """Killed in mid-run, GIMP and the image live on; what was finished is offered again and restored"""
    State.dialog = State.gimp.open_dialog()
    wait("Generate", ready)
    before = State.gimp.n_layers()
    start(16)
    first_of_many()
    os.kill(desktop.application(desktop.PLUG_IN).get_process_id(), signal.SIGKILL)
    wait("the process's end", lambda: desktop.application(desktop.PLUG_IN) is None)
    assert State.gimp.n_layers() == before
    State.dialog = State.gimp.open_dialog()
    wait("the offer", lambda: any("of an interrupted run" in s for s in status()))
    press_button("Restore")
    wait("the restored layers", lambda: State.gimp.n_layers() > before + 1)
    wait("a tile of each", lambda: len(tiles()) == State.gimp.n_layers() - before - 1)
    press_button("Close")
    wait("the dialog's end", dialog_is_gone)


@tap.test
def keeps_results_of_a_closed_image():
    """Results of a run whose image is closed meanwhile are kept, and go into a new image"""
    State.dialog = State.gimp.open_dialog()
    wait("Generate", ready)
    start(16)
    first_of_many()
    close_image()
    wait("the image's end", lambda: not re.search(r"\blayers?\)", State.gimp.window().name)
         if State.gimp.window() else True)
    press(wait("Stop", lambda: button("Stop")))
    press(wait("the way out", lambda: button("Open Results as New Image")))
    made = len(tiles())
    assert 1 <= made < 16
    wait("a new image", lambda: State.gimp.n_layers() == made + 1)
    wait("Generate to be greyed out", lambda: not has(button("Generate"), pyatspi.STATE_SENSITIVE))
    press_button("Close")
    wait("the dialog's end", dialog_is_gone)


@tap.test
def quiet():
    """Nothing of ours is on GIMP's standard error"""
    is_quiet()


if __name__ == "__main__":
    run_tests(PLUG_IN, PICTURE)

#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""test-screens.py PLUG_IN_FOLDER PICTURE: the dialog follows the screen; TAP.

1920x1080 at twice the size is the smallest screen people have: 960x540 of the dialog's own pixels. With $PZ_SHOTS what
is seen is a picture in that folder. To look at it otherwise: PZ_SCREEN=1024x768x24, PZ_SCALE=1, PZ_SCHEME=light,
PZ_LANGUAGE=de with "page" for ONLY (the other tests look for English names).
"""

import os
import pathlib
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "plugin"), str(HERE.parent / "cli")]

import desktop  # noqa: E402

desktop.enter_display(__file__, screen=os.environ.get("PZ_SCREEN", "1920x1080x24"))

import pyatspi  # noqa: E402
import tap  # noqa: E402
from desktop import find, has, press, wait  # noqa: E402
from steps import State, button, is_quiet, menu_item, press_button, ready, run_tests, start, status, tiles  # noqa: E402

PLUG_IN, PICTURE = sys.argv[1:3]
SCALE = int(os.environ.get("PZ_SCALE", "2"))
SCHEME = os.environ.get("PZ_SCHEME", "dark")
LANGUAGE = os.environ.get("PZ_LANGUAGE")
NAME = "Konzept personalisieren" if LANGUAGE == "de" else "Personalize Concept"
TITLE = f"^{NAME}$"
SHOTS = os.environ.get("PZ_SHOTS")


def look(profile):
    """Scale, colours and language of GIMP."""
    with open(profile.gimp / "gimprc", "a") as file:
        file.write(f"(theme-color-scheme {SCHEME})\n")
    variables = {"GDK_SCALE": str(SCALE)}
    if LANGUAGE == "de":
        variables |= profile.german()
    return variables


def shot(name):
    if SHOTS:
        desktop.put_pointer_aside()
        time.sleep(1)
        look = f"{SCALE}x-{SCHEME}-{LANGUAGE or 'en'}"
        desktop.shot(pathlib.Path(SHOTS) / f"screen-{look}-{name}.png")


def fits():
    wait("the whole window on the screen", lambda: desktop.is_inside_screen(TITLE))


@tap.test
def opens():
    """The window is no larger than the screen, and Generate is in it"""
    wait("the image window", State.gimp.window)
    State.dialog = State.gimp.open_dialog()
    wait("Generate", ready)
    fits()
    shot("opened")
    assert has(button("Generate"), pyatspi.STATE_SHOWING)


def tabs():
    return list(find(State.dialog, pyatspi.ROLE_PAGE_TAB_LIST))


def model_button():
    return next(n for n in desktop.descendants(desktop.application(desktop.PLUG_IN))
                if n.getRole() == pyatspi.ROLE_TOGGLE_BUTTON and n.name in ("Model", "Modell"))


@tap.test
def each_page():
    """Each page is inside the screen; so is the list of models that were found"""
    if State.dialog is None:
        wait("the image window", State.gimp.window)
        State.gimp.choose(NAME)
        State.dialog = wait("the dialog", State.gimp.dialog)
    wait("the model", lambda: any("pz-tiny" in s for s in status()))
    for index, name in enumerate(("generate", "learn", "concepts")):
        find(State.dialog, pyatspi.ROLE_PAGE_TAB_LIST).querySelection().selectChild(index)
        wait(f"the page {name}", lambda i=index: has(tabs()[i], pyatspi.STATE_SELECTED))
        fits()
        shot(f"page-{name}")
    find(State.dialog, pyatspi.ROLE_PAGE_TAB_LIST).querySelection().selectChild(0)
    wait("the first page", lambda: has(tabs()[0], pyatspi.STATE_SELECTED))
    press(next(n for n in desktop.descendants(State.dialog)
               if n.getRole() == pyatspi.ROLE_TOGGLE_BUTTON and n.name in ("Advanced", "Erweitert")))
    wait("the model's button", lambda: has(model_button(), pyatspi.STATE_SHOWING))
    shot("advanced-all")
    press(model_button())
    found = wait("what was found", lambda: find(desktop.application(desktop.PLUG_IN), prefix="pz-tiny, "))
    wait("it in sight", lambda: has(found, pyatspi.STATE_SHOWING))
    shot("models")
    desktop.key("Escape", "Escape")


@tap.test
def results():
    """It stays so with results, which are in sight"""
    start(6)
    wait("the end of the run", ready)
    fits()
    shot("results")
    assert len(tiles()) == 6
    assert has(tiles()[0], pyatspi.STATE_SHOWING)


@tap.test
def with_a_bar():
    """A bar takes its room from what scrolls, not from the buttons"""
    menu_item("Examples", "Reuse Settings of the Active Layer")
    wait("the bar", lambda: any("has no settings to reuse" in s for s in status()))
    fits()
    shot("bar")


@tap.test
def advanced():
    """Every setting under Advanced can be reached"""
    press(find(State.dialog, pyatspi.ROLE_TOGGLE_BUTTON, "Advanced"))
    first = wait("the first setting", lambda: find(desktop.application(desktop.PLUG_IN), name="Number of steps"))
    wait("it in sight", lambda: has(first, pyatspi.STATE_SHOWING))
    last = find(desktop.application(desktop.PLUG_IN), name="Label as AI-generated")
    last.queryComponent().grabFocus()
    wait("the focus on the last one", lambda: has(last, pyatspi.STATE_FOCUSED))
    shot("advanced")
    box, window = last.queryComponent().getExtents(pyatspi.WINDOW_COORDS), desktop.place(TITLE)
    assert 0 <= box.y and 2 * (box.y + box.height) <= window[3] - window[1], (box.y, box.height, window)
    desktop.key("Escape")


@tap.test
def enlarged():
    """A higher window shows more results, not more of the rest"""
    before = find(State.dialog, name="Results").queryComponent().getSize()[1]
    window = subprocess.run(["xdotool", "search", "--onlyvisible", "--name", TITLE], check=True,
                            stdout=subprocess.PIPE, text=True).stdout.split()[-1]
    subprocess.run(["xdotool", "windowmove", window, "0", "0"], check=True)
    left, top, right, bottom = desktop.place(TITLE)
    subprocess.run(["xdotool", "windowsize", window, str(right - left), str(desktop.screen_size()[1] + 900)], check=True)
    wait("more room", lambda: find(State.dialog, name="Results").queryComponent().getSize()[1] >= before + 150)
    shot("enlarged")
    press_button("Close")
    wait("the dialog's end", lambda: State.gimp.dialog() is None)


@tap.test
def quiet():
    """Nothing of ours is on GIMP's standard error"""
    is_quiet()


if __name__ == "__main__":
    run_tests(PLUG_IN, PICTURE, *sys.argv[3:4], prepare=look)

#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""test-concepts.py PLUG_IN_FOLDER PICTURE [ONLY]: saved concepts, on their page and in runs, in a real GIMP; TAP.

If $PZ_SHOTS is set, screenshots are saved in that folder.
"""

import os
import pathlib
import re
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "plugin"), str(HERE.parent / "cli")]

import desktop  # noqa: E402

desktop.enter_display(__file__, screen=os.environ.get("PZ_SCREEN", "1366x768x24"))

import pyatspi  # noqa: E402
import tap  # noqa: E402
from desktop import find, has, key, wait  # noqa: E402
from saved_files import folder, save_many, save_some  # noqa: E402
from steps import (AFTER_FIRST, State, close_dialog, is_quiet, menu_item, open_dialog, press_button, ready,  # noqa: E402
                   run_tests, says, show_page, start, type_into, type_keys)

PLUG_IN, PICTURE = sys.argv[1:3]
CLI = pathlib.Path(PLUG_IN).resolve().parents[1] / "cli/personalize"
SHOTS = os.environ.get("PZ_SHOTS")


def shot(name):
    if SHOTS:
        desktop.put_pointer_aside()
        time.sleep(1)
        desktop.shot(pathlib.Path(SHOTS) / f"concepts-{name}.png")


def rows():
    """The accessible names of the visible rows."""
    return desktop.every(State.dialog, lambda n: n.getRole() == pyatspi.ROLE_LIST_ITEM and has(n, pyatspi.STATE_SHOWING),
                         lambda n: n.name)


def titles():
    return [name.split(",")[0] for name in rows()]


@tap.test
def listed():
    """All that is saved is listed, with what it is; what cannot be used says why"""
    wait("the image window", State.gimp.window)
    open_dialog()
    State.answers = desktop.Answers()  # started at this point: GTK warns if a second client meets entries with icons
    show_page("Concepts")
    wait("the advice", lambda: says("Nothing is saved yet."))
    shot("empty")
    show_page("Generate")
    State.toy = save_some(CLI, PICTURE)
    show_page("Concepts")
    wait("the list", lambda: len(rows()) == 4)
    shot("list")
    old, torn, toy, moss = rows()
    assert re.match(r"Old, ELITE · .* Made with another model than", old), old
    assert re.match(r"Torn, .* It cannot be read: ", torn), torn
    assert re.match(r"Toy, ELITE · .+ · .+ · [\d.,]+.kB$", toy), toy
    assert moss.startswith("moss, Learned word · "), moss


def focused():
    return desktop.first(desktop.application(desktop.PLUG_IN), lambda n: has(n, pyatspi.STATE_FOCUSED))


def wait_focus(name):
    wait(f"the focus on {name}", lambda: focused().name.startswith(name))


@tap.test
def by_keyboard():
    """The keyboard alone finds, renames, deletes, brings back and uses a concept"""
    show_page("Generate")
    find(State.dialog, pyatspi.ROLE_TEXT, "Prompt").queryComponent().grabFocus()
    wait_focus("Prompt")
    key("ctrl+Page_Down", "ctrl+Page_Down")
    wait_focus("Search concepts")
    wait("the list", lambda: len(rows()) == 4)
    type_keys("Search concepts", "toy")
    wait("what was sought", lambda: titles() == ["Toy"])
    key("Down")
    wait_focus("Toy")
    key("F2")
    wait_focus("New name")
    subprocess.run(["xdotool", "type", "--delay", "40", "Toy car"], check=True)
    key("Return")
    wait("the new name", lambda: titles() == ["Toy car"])
    assert sorted(p.name for p in folder("concepts").iterdir()) == ["Old.pzconcept", "Torn.pzconcept", "Toy car.pzconcept"]
    wait_focus("Toy car")
    key("Delete")
    wait("its absence", lambda: titles() == [])
    wait("the offer", lambda: says("“Toy car” is"))
    shot("deleted")
    key("ctrl+z")
    wait("its return", lambda: titles() == ["Toy car"])
    wait_focus("Toy car")
    key("Return")
    wait("the chip", lambda: find(State.dialog, name="Concept S: Toy car"))
    wait("Generate", ready)
    shot("used")


def shows_in_menu(label):
    return desktop.first(desktop.application(desktop.PLUG_IN), lambda n: n.name == label and has(n, pyatspi.STATE_SHOWING))


@tap.test
def recalled():
    """A result names the concept it was made with, and says so when that is gone"""
    start(1)
    wait("its layers", lambda: State.gimp.n_layers() == AFTER_FIRST - 1)
    wait("Generate", ready)
    for name in ("Toy car", "Old"):  # both contain the concept that it was made with
        (folder("concepts") / f"{name}.pzconcept").unlink()
    State.gimp.ask("image().set_selected_layers([image().get_layers()[0].get_children()[0]])\nanswer = None")
    menu_item("Examples", "Reuse Settings of the Active Layer")
    wait("the name of what is gone", lambda: says("This result was made with a concept that is gone: “toy”."))
    shot("gone")


@tap.test
def hundreds():
    """Of hundreds of saved concepts page and menu show some at once, a name finds any, and the window answers meanwhile"""
    save_many(CLI, PICTURE, 400)
    slowest, crowding = {}, tap.crowding()
    State.answers.slowest()

    def took(what, condition):
        nonlocal crowding
        wait(what, condition)
        slowest[what] = State.answers.slowest()
        crowding = max(crowding, tap.crowding())

    show_page("Concepts")
    took("page", lambda: find(State.dialog, pyatspi.ROLE_LIST_ITEM, prefix="000, "))
    took("all rows", lambda: find(State.dialog, pyatspi.ROLE_LIST_ITEM, prefix="399, "))
    type_into("Search concepts", "271")
    took("search", lambda: titles() == ["271"])
    type_into("Search concepts", "")
    show_page("Generate")
    find(State.dialog, pyatspi.ROLE_TOGGLE_BUTTON, "Add Concept").queryAction().doAction(0)
    took("menu", lambda: says("more: type a name above"))
    shot("hundreds")
    subprocess.run(["xdotool", "type", "--delay", "40", "271"], check=True)
    took("search in it", lambda: shows_in_menu("271") and not shows_in_menu("000"))
    key("Return")
    wait("the chip", lambda: find(State.dialog, name="Concept S2: 271"))
    State.answers.stop()
    close_dialog()
    print(f"# slowest answers: {', '.join(f'{k} {s:.2f} s' for k, s in slowest.items())}; crowding {crowding:.1f}", flush=True)
    assert max(slowest.values()) <= 0.5 * desktop.PATIENCE * crowding, (slowest, crowding)


@tap.test
def quiet():
    """Nothing of ours is on GIMP's standard error"""
    is_quiet()


if __name__ == "__main__":
    run_tests(PLUG_IN, PICTURE, *sys.argv[3:4])

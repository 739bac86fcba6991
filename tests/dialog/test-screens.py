#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""test-screens.py PLUG_IN_FOLDER PICTURE [ONLY]: every page and state fits the screen and is in the right language; TAP.

1920x1080 at scale 2 is the smallest screen in use: 960x540 of the dialog's own pixels. German has longer words. If $PZ_SHOTS is
set, screenshots are saved in that folder. Other configurations: PZ_SCREEN=1024x768x24, PZ_SCALE=1, PZ_SCHEME=light,
PZ_LANGUAGE=en.
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
import words  # noqa: E402
from desktop import find, has, press, wait  # noqa: E402
from saved_files import save_some  # noqa: E402
from steps import (FAST, State, button, close_dialog, fill_in, found, is_quiet, menu_item, open_dialog,  # noqa: E402
                   press_button, press_item, ready, run_tests, samples, says, show_page, start, tiles, type_into, type_prompt)
from words import said  # noqa: E402

PLUG_IN, PICTURE = sys.argv[1:3]
CLI = pathlib.Path(PLUG_IN).resolve().parents[1] / "cli/personalize"
SCALE = int(os.environ.get("PZ_SCALE", "2"))
SCHEME = os.environ.get("PZ_SCHEME", "dark")
LANGUAGE = os.environ.get("PZ_LANGUAGE", "de")
SHOTS = os.environ.get("PZ_SHOTS")
PERSON = 7  # index in the list of methods


def prepare(profile):
    """Sets GIMP's scale, colour scheme and language."""
    with open(profile.gimp / "gimprc", "a") as file:
        file.write(f"(theme-color-scheme {SCHEME})\n")
    variables = {"GDK_SCALE": str(SCALE)}
    if LANGUAGE != "en":
        words.speak(LANGUAGE, PLUG_IN)
        variables |= profile.german()
    return variables


def title():
    return f"^{said('Personalize Concept')}$"


def ours():
    return desktop.application(desktop.PLUG_IN)


def seen_texts():
    """Names and descriptions of all visible widgets: the texts that users read or a screen reader speaks."""
    seen = desktop.every(ours(), lambda n: has(n, pyatspi.STATE_SHOWING), lambda n: (n.name, n.description))
    return [text for texts in seen for text in texts]


def fits():
    wait("the whole window on the screen", lambda: desktop.is_inside_screen(title()))


def look(name):
    """Checks that everything is on the screen and in the right language."""
    fits()
    if SHOTS:
        desktop.put_pointer_aside()
        time.sleep(1)
        shape = os.environ.get("PZ_SCREEN", "1920x1080x24").rsplit("x", 1)[0]
        desktop.shot(pathlib.Path(SHOTS) / f"{shape}-{SCALE}x-{SCHEME}-{LANGUAGE}-{name}.png")
    english = words.left_in_english(seen_texts())
    assert not english, f"not translated, on {name}: {english}"
    main = next(b for b in ("Generate", "Stop", "Learn", "Use") if button(b))
    assert has(button(main), pyatspi.STATE_SHOWING), f"{main} is out of sight"


def toggle(name):
    return find(ours(), pyatspi.ROLE_TOGGLE_BUTTON, name)


def chip(number):
    """The button of the concept that the prompt calls S{number}."""
    return find(State.dialog, pyatspi.ROLE_TOGGLE_BUTTON, prefix=words.beginning("Concept %s: %s") + f"S{number}")


def shows(node):
    return node and has(node, pyatspi.STATE_SHOWING)


@tap.test
def opens():
    """The window is no larger than the screen, and Generate is in it"""
    wait("the image window", State.gimp.window)
    open_dialog()
    wait("the thing in the layer", found)
    look("generate")


@tap.test
def empty_pages():
    """Each page is inside the screen before there is anything on it"""
    show_page("Learn")
    look("learn-empty")
    show_page("Concepts")
    wait("the advice", lambda: says(said("Nothing is saved yet.\nTeach a thing on the page Learn, or drop the file of a "
                                         "concept, a LoRA or a learned word here.")))
    look("concepts-empty")


@tap.test
def learning():
    """So is the page Learn, filled in, while it learns, paused and at the end"""
    State.gimp.ask("""
copy = Gimp.Layer.new_from_drawable(image().get_layers()[0], image())
image().insert_layer(copy, None, 0)
image().set_selected_layers(image().get_layers())
answer = None""")
    fill_in("Duck")
    method = find(State.dialog, name="Method")
    before = find(State.dialog, pyatspi.ROLE_TEXT, "Kind of thing")  # the combo cannot be focused directly; it opens by key
    before.queryComponent().grabFocus()
    wait("the focus before it", lambda: has(before, pyatspi.STATE_FOCUSED))
    desktop.key("Tab")
    wait("the focus on it", lambda: not has(before, pyatspi.STATE_FOCUSED))
    desktop.key("space")
    wait("its list", lambda: desktop.first(method, lambda n: n.getRole() == pyatspi.ROLE_MENU_ITEM and shows(n)))
    look("learn-methods")
    desktop.key("Escape")
    method.querySelection().selectChild(PERSON)
    wait("a person", lambda: button("Learn") and not has(button("Learn"), pyatspi.STATE_SENSITIVE))
    look("learn-person")
    method.querySelection().selectChild(FAST)
    wait("what it will take", lambda: says("Needs %s of %s of free memory. How long it takes on this device is known once it "
                                           "has begun."))
    look("learn-form")
    press_button("Learn")
    wait("a sample picture", samples)
    look("learn-running")
    press_button("Stop")
    wait("the offer", lambda: says("Learning “%s” is paused."))
    look("learn-paused")
    press_button("Continue Learning")
    wait("the end", lambda: says("“%s” is learned and saved; here it is S."))
    State.gimp.ask("image().set_selected_layers([image().get_layers()[-1]])\nanswer = None")
    look("learned")
    show_page("Learn")
    look("learn-done")


@tap.test
def concepts():
    """So is what was saved, with what can be done about it"""
    save_some(CLI, PICTURE)
    show_page("Generate")
    show_page("Concepts")
    toy = wait("the row", lambda: find(State.dialog, pyatspi.ROLE_LIST_ITEM, prefix="Toy, "))
    look("concepts")
    toy.parent.querySelection().selectChild(toy.getIndexInParent())
    wait("its buttons", lambda: has(button("Delete"), pyatspi.STATE_SENSITIVE))
    press(toggle("Rename"))
    wait("the entry", lambda: shows(find(ours(), pyatspi.ROLE_TEXT, "New name")))
    look("concepts-rename")
    desktop.key("Escape")
    press_button("Delete")
    wait("the offer", lambda: find(State.dialog, pyatspi.ROLE_PUSH_BUTTON, "Undo"))
    look("concepts-deleted")
    press_button("Undo")
    wait("its return", lambda: find(State.dialog, pyatspi.ROLE_LIST_ITEM, prefix="Toy, "))
    type_into("Search concepts", "zebra")
    wait("nothing", lambda: says("Nothing matches."))
    look("concepts-nothing")


@tap.test
def chips():
    """So are the concepts that are chosen, and what is said of the prompt"""
    show_page("Generate")
    for name in ("Toy", "Active layer"):
        press(toggle("Add Concept"))
        wait("what can be added", lambda n=name: shows(find(ours(), name=n)))
        look(f"generate-add-{name.split()[0].lower()}")
        press_item(name)
    wait("three of them", lambda: chip(3))
    type_prompt("an S1 beside an S3")
    wait("what is left out", lambda: says("S2"))
    look("generate-left-out")
    press(chip(2))
    wait("its fidelity", lambda: shows(find(ours(), name=said("Fidelity of “%s”").replace("%s", "Toy"))))
    look("generate-chip")
    press_item("Remove")
    wait("two of them", lambda: not chip(3))
    press(chip(1))
    press_item("Remove")
    type_prompt("an S on a beach")
    wait("the layer alone", lambda: not chip(1))


@tap.test
def models():
    """So is the list of models that were found, and that of a model's files"""
    press(toggle("Advanced"))
    wait("the model's button", lambda: shows(toggle("Model")))
    look("advanced")
    press(toggle("Model"))
    wait("what was found", lambda: shows(find(ours(), prefix="pz-tiny, ")))
    look("models")
    desktop.key("Escape")
    press(find(ours(), name="Files of the model"))
    listing = wait("the list", lambda: next((n for n in ours() if n.name == said("Files of a Model")), None))
    wait("its end", lambda: shows(find(listing, pyatspi.ROLE_PUSH_BUTTON, "Close")))
    look("files")
    press(find(listing, pyatspi.ROLE_PUSH_BUTTON, "Close"))
    desktop.key("Escape")


@tap.test
def results():
    """It stays so with results, which are in sight"""
    start(6)
    wait("tiles", tiles)
    look("running")
    wait("the end of the run", ready)
    look("results")
    wait("six tiles", lambda: len(tiles()) == 6)
    assert has(tiles()[0], pyatspi.STATE_SHOWING)


@tap.test
def with_a_bar():
    """A bar takes its room from what scrolls, not from the buttons"""
    menu_item("Examples", "Reuse Settings of the Active Layer")
    wait("the bar", lambda: says("The active layer has no settings to reuse: it was not made with Personalize Concept."))
    look("bar")
    press(toggle("Examples"))
    look("examples")
    desktop.key("Escape")


@tap.test
def advanced():
    """Every setting under Advanced can be reached"""
    press(toggle("Advanced"))
    first = wait("the first setting", lambda: find(ours(), name="Number of steps"))
    wait("it in sight", lambda: shows(first))
    last = find(ours(), name="Label as AI-generated")
    last.queryComponent().grabFocus()
    wait("the focus on the last one", lambda: has(last, pyatspi.STATE_FOCUSED))
    look("advanced-end")
    box, window = last.queryComponent().getExtents(pyatspi.WINDOW_COORDS), desktop.place(title())
    assert 0 <= box.y and SCALE * (box.y + box.height) <= window[3] - window[1], (box.y, box.height, window)
    desktop.key("Escape")


@tap.test
def enlarged():
    """A higher window shows more results, not more of the rest"""
    before = find(State.dialog, name="Results").queryComponent().getSize()[1]
    window = subprocess.run(["xdotool", "search", "--onlyvisible", "--name", title()], check=True,
                            stdout=subprocess.PIPE, text=True).stdout.split()[-1]
    subprocess.run(["xdotool", "windowmove", window, "0", "0"], check=True)
    left, _, right, _ = desktop.place(title())
    subprocess.run(["xdotool", "windowsize", window, str(right - left), str(desktop.screen_size()[1] + 900)], check=True)
    wait("more room", lambda: find(State.dialog, name="Results").queryComponent().getSize()[1] >= before + 150)
    close_dialog()


@tap.test
def quiet():
    """Nothing of ours is on GIMP's standard error"""
    is_quiet()


if __name__ == "__main__":
    run_tests(PLUG_IN, PICTURE, *sys.argv[3:4], prepare=prepare)

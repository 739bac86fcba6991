#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""test-learning.py PLUG_IN_FOLDER PICTURE [ONLY]: a thing is learned from layers and used, in a real GIMP; TAP.

With $PZ_SHOTS what is seen is a picture in that folder.
"""

import os
import pathlib
import re
import signal
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "plugin"), str(HERE.parent / "cli")]

import desktop  # noqa: E402

desktop.enter_display(__file__, screen=os.environ.get("PZ_SCREEN", "1366x768x24"))

import pyatspi  # noqa: E402
import tap  # noqa: E402
from desktop import find, has, press, wait  # noqa: E402
from steps import (AFTER_FIRST, State, button, close_dialog, is_quiet, open_dialog, press_button, ready,  # noqa: E402
                   run_tests, samples, show_page, start, status)

PLUG_IN, PICTURE = sys.argv[1:3]
SHOTS = os.environ.get("PZ_SHOTS")


def shot(name):
    if SHOTS:
        desktop.put_pointer_aside()
        time.sleep(1)
        desktop.shot(pathlib.Path(SHOTS) / f"learning-{name}.png")


def says(text):
    return any(text in s for s in status())


def pictures():
    return [n for n in desktop.descendants(State.dialog) if n.name.startswith("Picture “")]


def type_into(entry, text):
    find(State.dialog, pyatspi.ROLE_TEXT, entry).queryEditableText().setTextContents(text)


def fill_in(name):
    """Two layers are learned from: the picture twice."""
    show_page("Learn")
    press_button("Add Selected Layers")
    wait("both pictures", lambda: len(pictures()) == 2)
    type_into("Name", name)
    type_into("Kind of thing", "toy")


@tap.test
def learned():
    """Two selected layers are learned from, with sample pictures on the way; the result is chosen"""
    wait("the image window", State.gimp.window)
    open_dialog()
    State.gimp.ask("""
copy = Gimp.Layer.new_from_drawable(image().get_layers()[0], image())
image().insert_layer(copy, None, 0)
image().set_selected_layers(image().get_layers())
answer = len(image().get_selected_layers())""")
    fill_in("Duck")
    shot("form")
    press_button("Learn")
    wait("Stop in place of Learn", lambda: button("Stop"))
    wait("a sample picture", samples)
    shot("running")
    wait("the end", lambda: says("“Duck” is learned and saved"))
    assert find(State.dialog, name="Concept S: Duck"), "the result is not chosen"
    curve = find(State.dialog, name="Learning curve")
    assert curve.description.startswith("Step 25 of 25: "), curve.description


@tap.test
def used():
    """Layers are made of what was learned, and their recipes name it with its hash"""
    wait("Generate", ready)
    start(1)
    wait("its layers", lambda: State.gimp.n_layers() == AFTER_FIRST)
    wait("Generate", ready)
    shot("used")
    told = State.gimp.ask("""
answer = [json.loads(bytes(layer.get_parasite("plug-in-personalize-concept/params").get_data()).rstrip(b"\\0"))["concepts"]
          for group in image().get_layers() if group.is_group() for layer in group.get_children()]""")
    assert len(told) == 1 and len(told[0]) == 1, told
    assert told[0][0]["method"] == "cross-initialization-fast" and len(told[0][0]["sha256"]) == 64, told


@tap.test
def killed():
    """A process that is killed in the middle of learning loses nothing: the next dialog goes on"""
    show_page("Learn")  # where the pictures still are
    type_into("Name", "Second")
    press_button("Learn")
    wait("some steps", lambda: any(re.match(r"Step \d+ of 25 ", s) for s in status()))
    os.kill(desktop.application(desktop.PLUG_IN).get_process_id(), signal.SIGKILL)
    wait("its end", lambda: desktop.application(desktop.PLUG_IN) is None)
    State.gimp.ask("image().set_selected_layers([image().get_layers()[-1]])\nanswer = None")
    open_dialog()
    wait("the offer", lambda: says("Learning “Second” is paused."))
    shot("offered")
    press_button("Continue Learning")
    wait("the end", lambda: says("“Second” is learned and saved"))
    close_dialog()


@tap.test
def quiet():
    """Nothing of ours is on GIMP's standard error"""
    is_quiet()


if __name__ == "__main__":
    run_tests(PLUG_IN, PICTURE, *sys.argv[3:4])

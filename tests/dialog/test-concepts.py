#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""test-concepts.py PLUG_IN_FOLDER PICTURE [ONLY]: what is saved, on its page and in runs, in a real GIMP; TAP.

With $PZ_SHOTS what is seen is a picture in that folder.
"""

import json
import os
import pathlib
import re
import struct
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
from steps import (AFTER_FIRST, State, close_dialog, is_quiet, menu_item, open_dialog, press_button, ready,  # noqa: E402
                   run_tests, show_page, start, status)

PLUG_IN, PICTURE = sys.argv[1:3]
CLI = pathlib.Path(PLUG_IN).resolve().parents[1] / "cli/personalize"
SHOTS = os.environ.get("PZ_SHOTS")
MADE_WITH = re.compile(rb'"model_fingerprint" ?: ?"([0-9a-f]{64})"')


def shot(name):
    if SHOTS:
        desktop.put_pointer_aside()
        time.sleep(1)
        desktop.shot(pathlib.Path(SHOTS) / f"concepts-{name}.png")


def says(text):
    return any(text in s for s in status())


def folder(name):
    """A folder of the user's data, as GIMP of this test has it."""
    path = State.gimp.watch.parent / "data/gimp-personalize" / name
    path.mkdir(parents=True, exist_ok=True)
    return path


def rows():
    """Names of the rows in sight: what is told to people who do not see them."""
    return [n.name for n in desktop.descendants(State.dialog)
            if n.getRole() == pyatspi.ROLE_LIST_ITEM and has(n, pyatspi.STATE_SHOWING)]


def titles():
    return [name.split(",")[0] for name in rows()]


def write_word(path, name, width):
    """A file of one learned word that is nothing."""
    header = json.dumps({name: {"dtype": "F32", "shape": [1, width], "data_offsets": [0, 4 * width]}}).encode()
    path.write_bytes(struct.pack("<Q", len(header)) + header + bytes(4 * width))


def save_some():
    """A concept of the layer's picture, the same as if made with another model, a file that is none, and a word."""
    toy = folder("concepts") / "Toy.pzconcept"
    subprocess.run([CLI, "encode", "--image", PICTURE, "--name", "toy", "--title", "Toy", "--out", toy], check=True,
                   stdout=subprocess.DEVNULL)
    told = json.loads(subprocess.run([CLI, "concept", toy, "--json"], check=True, stdout=subprocess.PIPE, text=True).stdout)
    data = toy.read_bytes()
    (toy.parent / "Old.pzconcept").write_bytes(data.replace(MADE_WITH.search(data)[1], b"0" * 64).replace(b'"Toy"', b'"Old"'))
    (toy.parent / "Torn.pzconcept").write_bytes(data[:100])
    write_word(folder("embeddings") / "moss.safetensors", "moss", told["width"])
    return told


@tap.test
def listed():
    """All that is saved is listed, with what it is; what cannot be used says why"""
    wait("the image window", State.gimp.window)
    open_dialog()
    show_page("Concepts")
    wait("the advice", lambda: says("Nothing is saved yet."))
    shot("empty")
    show_page("Generate")
    State.toy = save_some()
    show_page("Concepts")
    wait("the list", lambda: len(rows()) == 4)
    shot("list")
    old, torn, toy, moss = rows()
    assert re.match(r"Old, ELITE · .* Made with another model than", old), old
    assert re.match(r"Torn, .* It cannot be read: ", torn), torn
    assert re.match(r"Toy, ELITE · .+ · .+ · [\d.,]+.kB$", toy), toy
    assert moss.startswith("moss, Learned word · "), moss


def focused():
    return next((n for n in desktop.descendants(desktop.application(desktop.PLUG_IN)) if has(n, pyatspi.STATE_FOCUSED)), None)


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
    subprocess.run(["xdotool", "type", "--delay", "40", "toy"], check=True)
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


@tap.test
def recalled():
    """A result names the concept it was made with, and says so when that is gone"""
    start(1)
    wait("its layers", lambda: State.gimp.n_layers() == AFTER_FIRST - 1)
    wait("Generate", ready)
    for name in ("Toy car", "Old"):  # both have what it was made with
        (folder("concepts") / f"{name}.pzconcept").unlink()
    State.gimp.ask("image().set_selected_layers([image().get_layers()[0].get_children()[0]])\nanswer = None")
    menu_item("Examples", "Reuse Settings of the Active Layer")
    wait("the name of what is gone", lambda: says("This result was made with a concept that is gone: “toy”."))
    shot("gone")
    close_dialog()


@tap.test
def quiet():
    """Nothing of ours is on GIMP's standard error"""
    is_quiet()


if __name__ == "__main__":
    run_tests(PLUG_IN, PICTURE, *sys.argv[3:4])

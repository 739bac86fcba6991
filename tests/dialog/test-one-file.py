#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""test-one-file.py PLUG_IN_FOLDER PICTURE [ONLY]: a single-file model, chosen and used in the dialog, in a real GIMP; TAP."""

import json
import pathlib
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "plugin"), str(HERE.parent / "cli")]

import desktop  # noqa: E402

desktop.enter_display(__file__)

import pyatspi  # noqa: E402
import tap  # noqa: E402
from desktop import find, has, press, wait  # noqa: E402
from steps import (AFTER_FIRST, State, close_dialog, is_quiet, open_dialog, press_item, ready, run_one,  # noqa: E402
                   run_tests, start, status)

PLUG_IN, PICTURE = sys.argv[1:3]
TINY = pathlib.Path(PICTURE).resolve().parents[1] / "models/pz-tiny"
PARTS = ("tokenizer", "text_encoder", "image_encoder", "unet", "vae", "scheduler", "elite")
FOLDER = tempfile.TemporaryDirectory(prefix="personalize-one-file-")
FILE = pathlib.Path(FOLDER.name) / "my-dog.safetensors"


def write_model():
    """Writes an empty model file; the JSON file next to it gives the location of each part."""
    FILE.write_bytes((2).to_bytes(8, "little") + b"{}")
    FILE.with_suffix(".json").write_text(json.dumps({p: str(TINY / p) for p in PARTS} | {"name": "My dog"}))


def window(title):
    return next((n for n in desktop.application(desktop.PLUG_IN) if n.name == title), None)


def model_button():
    """The button that opens the model menu; its description is the current choice."""
    return find(State.dialog, pyatspi.ROLE_TOGGLE_BUTTON, "Model")


def is_ready_with(name):
    return ready() and any(s.startswith(f"Ready: {name} on") for s in status())


def type_into_chooser(path):
    """Types a path into the open file chooser."""
    chooser = wait("the chooser", lambda: window("Model of One File"))
    wait("its focus", lambda: subprocess.run(["xdotool", "getactivewindow", "getwindowname"], check=False, text=True,
                                             stdout=subprocess.PIPE).stdout.strip() == "Model of One File")
    desktop.key("ctrl+l")
    entry = wait("the place to type", lambda: desktop.first(
        chooser, lambda n: n.getRole() == pyatspi.ROLE_TEXT and has(n, pyatspi.STATE_FOCUSED)))
    subprocess.run(["xdotool", "type", "--delay", "40", str(path)], check=True)
    wait("what was typed", lambda: entry.queryText().getText(0, -1) == str(path))
    return chooser


@tap.test
def chosen():
    """A model of one file is chosen in the dialog, and opened by its own name"""
    write_model()
    wait("the image window", State.gimp.window)
    open_dialog()
    assert model_button().description == "(Built-in model)", model_button().description
    press(find(State.dialog, pyatspi.ROLE_TOGGLE_BUTTON, "Advanced"))
    wait("the page", lambda: has(model_button(), pyatspi.STATE_SHOWING))
    press(model_button())
    press_item("Model of One File…")
    chooser = type_into_chooser(FILE)

    def closed():
        """True once the chooser is closed. Retries, because GTK ignores Open while it looks up the folder of the typed path."""
        if window("Model of One File") is None:
            return True
        press(find(chooser, pyatspi.ROLE_PUSH_BUTTON, "Open"))
        time.sleep(0.5)
        return window("Model of One File") is None
    wait("the chooser's end", closed)
    wait("the model", lambda: is_ready_with("My dog"))
    assert model_button().description == FILE.name, model_button().description


@tap.test
def listed():
    """Its files are those of its parts, and none is missing"""
    press(find(State.dialog, name="Files of the model"))
    listing = wait("the list", lambda: window("Files of a Model"))
    said = desktop.every(listing, lambda _: True, lambda n: n.name)
    assert f"In the folder {FOLDER.name}:" in said and str(TINY / "vae/config.json") in said, said
    assert not any("missing" in s for s in said), said
    press(find(listing, pyatspi.ROLE_PUSH_BUTTON, "Close"))
    wait("the list's end", lambda: window("Files of a Model") is None)


@tap.test
def used():
    """It paints, and its name is in the recipes"""
    start(2)
    wait("its layers", lambda: State.gimp.n_layers() == AFTER_FIRST)
    wait("Generate", ready)
    told = State.gimp.ask("""
answer = [json.loads(bytes(layer.get_parasite("plug-in-personalize-concept/params").get_data()).rstrip(b"\\0"))["model"]
          for group in image().get_layers() if group.is_group() for layer in group.get_children()]""")
    assert told == ["My dog", "My dog"], told
    close_dialog()


@tap.test
def kept():
    """The next dialog begins with it, and goes back to the built-in one"""
    open_dialog()
    assert model_button().description == FILE.name, model_button().description
    wait("the model", lambda: is_ready_with("My dog"))
    press(find(State.dialog, name="Use the default model"))
    wait("the built-in one", lambda: is_ready_with("pz-tiny"))
    run_one()
    close_dialog()


@tap.test
def undone():
    """Each undo takes back what one run made, and nothing else"""
    State.gimp.choose("Undo")
    wait("its layers and no others to be gone", lambda: State.gimp.n_layers() == AFTER_FIRST)
    State.gimp.choose("Undo")
    wait("the picture alone", lambda: State.gimp.n_layers() == 1)
    assert State.gimp.ask("answer = [l.get_name() for l in image().get_selected_layers()]"), "nothing is selected"


@tap.test
def quiet():
    """Nothing of ours is on GIMP's standard error"""
    is_quiet()


if __name__ == "__main__":
    try:
        run_tests(PLUG_IN, PICTURE, *sys.argv[3:4])
    finally:
        FOLDER.cleanup()

#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""test-learning.py PLUG_IN_FOLDER PICTURE [ONLY]: a thing is learned from layers and used, in a real GIMP; TAP.

If $PZ_SHOTS is set, screenshots are saved in that folder.
"""

import contextlib
import os
import pathlib
import re
import shutil
import signal
import struct
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "plugin"), str(HERE.parent / "cli")]

import desktop  # noqa: E402

desktop.enter_display(__file__, screen=os.environ.get("PZ_SCREEN", "1366x768x24"))

import gi  # noqa: E402
import pyatspi  # noqa: E402
import tap  # noqa: E402
from desktop import find, has, press, wait  # noqa: E402
from gimp_profile import Profile  # noqa: E402
from steps import (AFTER_FIRST, State, act_by_keyboard, button, close_dialog, close_image, fill_in, is_quiet,  # noqa: E402
                   open_by_keyboard, open_dialog, pictures, press_button, ready, run_tests, samples, says, show_page, start,
                   status, type_into, type_keys)

gi.require_version("GdkPixbuf", "2.0")
from gi.repository import GdkPixbuf  # noqa: E402

PLUG_IN, PICTURE = sys.argv[1:3]
PERSON = 7  # index in the list of methods
SHOTS = os.environ.get("PZ_SHOTS")


def shot(name):
    if SHOTS:
        desktop.put_pointer_aside()
        time.sleep(1)
        desktop.shot(pathlib.Path(SHOTS) / f"learning-{name}.png")


def step():
    """The number of completed steps that the page shows; None if it shows something else."""
    return next((int(m[1]) for m in (re.match(r"Step (\d+) of 25 ", s) for s in status()) if m), None)


@tap.test
def learned():
    """Two selected layers are learned from, of which one is deleted meanwhile, with sample pictures; the result is chosen"""
    wait("the image window", State.gimp.window)
    open_dialog()
    State.gimp.ask("""
copy = Gimp.Layer.new_from_drawable(image().get_layers()[0], image())
image().insert_layer(copy, None, 0)
image().set_selected_layers(image().get_layers())
answer = len(image().get_selected_layers())""")
    method = find(State.dialog, name="Method").querySelection()
    wait("the method that suits the model", lambda: method.isChildSelected(0))
    fill_in("Duck")
    shot("form")
    press_button("Learn")
    wait("Stop in place of Learn", lambda: button("Stop"))
    wait("a step", step)
    State.gimp.ask("image().remove_layer(image().get_layers()[0])\nanswer = None")
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
    wait("its layers", lambda: State.gimp.n_layers() == AFTER_FIRST - 1)
    wait("Generate", ready)
    shot("used")
    told = State.gimp.ask("""
answer = [json.loads(bytes(layer.get_parasite("plug-in-personalize-concept/params").get_data()).rstrip(b"\\0"))["concepts"]
          for group in image().get_layers() if group.is_group() for layer in group.get_children()]""")
    assert len(told) == 1 and len(told[0]) == 1, told
    assert told[0][0]["method"] == "cross-initialization-fast" and len(told[0][0]["sha256"]) == 64, told


def lesson():
    """The folder of the current learning run."""
    folder, = State.gimp.data.glob("gimp-personalize/learning/*")
    return folder


def tensors(path):
    """The tensor data of a .pzconcept file."""
    content = path.read_bytes()
    return content[8 + struct.unpack("<Q", content[:8])[0]:]


def learned_by_a_script(folder):
    """Learns from the same pictures with the same seed, without interruption."""
    seed = int(re.search(r"^seed=(\d+)$", (folder / "lesson.ini").read_text(), re.MULTILINE)[1])
    files = [str(file) for file in sorted(folder.glob("[0-9][0-9].png"))]
    path, = State.gimp.ask(f"""
procedure = Gimp.get_pdb().lookup_procedure("plug-in-personalize-learn")
config = procedure.create_config()
for name, value in (("files", {files!r}), ("masks", {["none"] * len(files)!r}), ("name", "Second"), ("class-word", "toy"),
                    ("seed", {seed})):
    config.set_property(name, value)
result = procedure.run(config)
answer = list(result.index(1)) if result.index(0) == Gimp.PDBStatusType.SUCCESS else result.index(1)""")
    return pathlib.Path(path)


def generated_by_a_script():
    """Generates layers in another process, which needs the device too."""
    return State.gimp.ask("""
procedure = Gimp.get_pdb().lookup_procedure("plug-in-personalize-concept")
config = procedure.create_config()
for name, value in (("run-mode", Gimp.RunMode.NONINTERACTIVE), ("image", image()), ("prompt", "an S on a beach"), ("variants", 1), ("steps", 1)):
    config.set_property(name, value)
config.set_core_object_array("drawables", [image().get_layers()[-1]])
result = procedure.run(config)
answer = result.index(0) == Gimp.PDBStatusType.SUCCESS or result.index(1)""")


@tap.test
def killed():
    """Killed in the middle of learning nothing is lost: the next dialog goes on, lets a script make layers, and has the same bits"""
    show_page("Learn")  # the pictures are still there
    type_into("Name", "Second")
    press_button("Learn")
    wait("some steps", step)
    kept = State.gimp.data / "kept"
    shutil.copytree(lesson(), kept)
    os.kill(desktop.application(desktop.PLUG_IN).get_process_id(), signal.SIGKILL)
    wait("its end", lambda: desktop.application(desktop.PLUG_IN) is None)
    State.gimp.ask("image().set_selected_layers([image().get_layers()[-1]])\nanswer = None")
    open_dialog()
    wait("the offer", lambda: says("Learning “Second” is paused."))
    shot("offered")
    before = State.gimp.n_layers()
    press_button("Continue Learning")
    wait("some more steps", step)
    assert generated_by_a_script() is True
    assert button("Stop"), "it had to wait until all was learned"
    wait("its layers", lambda: State.gimp.n_layers() == before + 2)
    wait("the end", lambda: says("“Second” is learned and saved"))
    close_dialog()
    for message in [n for n in desktop.application("gimp") if n.name == "GIMP Message"]:  # from the process that was killed
        press(find(message, pyatspi.ROLE_PUSH_BUTTON, "OK"))
    concepts = State.gimp.data / "gimp-personalize/concepts"
    assert tensors(learned_by_a_script(kept)) == tensors(concepts / "Second.pzconcept"), "other bits"


def add_layer_of(photograph):
    """Adds a layer from a file for which this GIMP has no plug-in."""
    png = State.gimp.data / "photograph.png"
    GdkPixbuf.Pixbuf.new_from_file(str(photograph)).savev(str(png), "png", [], [])
    State.gimp.ask(f"""
layer = Gimp.file_load_layer(Gimp.RunMode.NONINTERACTIVE, image(), Gio.File.new_for_path({str(png)!r}))
image().insert_layer(layer, None, 0)
image().set_selected_layers([layer])
answer = None""")


@tap.test
def person():
    """A person's face is found in a photograph and learned; a picture without a face is refused"""
    photograph = pathlib.Path(os.environ.get("PZ_TEST_DATA", "/nowhere")) / "concepts/faces/synthetic-0.jpg"
    if not photograph.exists():
        raise tap.Skip("there is no photograph of a face")
    open_dialog()
    fill_in("Ann", 1)
    find(State.dialog, name="Method").querySelection().selectChild(PERSON)
    press_button("Learn")
    wait("that there is no face", lambda: says("No face was found"))
    press(find(State.dialog, pyatspi.ROLE_PUSH_BUTTON, prefix="Remove “"))
    wait("the picture's end", lambda: not pictures())
    add_layer_of(photograph)
    press_button("Add Selected Layers")
    wait("the photograph", lambda: len(pictures()) == 1)
    press_button("Learn")
    wait("some steps", lambda: any(re.match(r"Step \d+ of 400 ", s) for s in status()))
    shot("person")
    press_button("Stop")
    press_button("Discard")
    wait("that it is gone", lambda: not list((State.gimp.data / "gimp-personalize/learning").iterdir()))
    State.gimp.ask("image().remove_layer(image().get_selected_layers()[0])\nanswer = None")
    State.gimp.ask("image().set_selected_layers([image().get_layers()[-1]])\nanswer = None")
    close_dialog()


def tab_to(what, node):
    """Moves the focus to the node with the Tab key alone."""
    for _ in range(60):
        if has(node(), pyatspi.STATE_FOCUSED):
            return
        desktop.key("Tab")
        time.sleep(0.1)
    raise AssertionError(f"the Tab key does not lead to {what}")


def suggests():
    """True while the list of words that begin like a typed one is open, in a window of its own."""
    return any(n.getRole() == pyatspi.ROLE_WINDOW and has(n, pyatspi.STATE_SHOWING)
               for n in desktop.application(desktop.PLUG_IN))


@tap.test
def keyboard():
    """A keyboard is enough from the menu to a thing that was learned and used"""
    open_by_keyboard()
    desktop.key("ctrl+Page_Down")
    tab_to("Add Selected Layers", lambda: button("Add Selected Layers"))
    desktop.key("space")
    wait("the picture", lambda: len(pictures()) == 1)
    tab_to("Name", lambda: find(State.dialog, pyatspi.ROLE_TEXT, "Name"))
    type_keys("Name", "Third")
    desktop.key("Tab")
    type_keys("Kind of thing", "toy")
    wait("the suggestion", suggests)  # it may not swallow the next key
    act_by_keyboard("Learn")
    wait("its end", lambda: not suggests())
    wait("the end", lambda: says("“Third” is learned and saved"))
    before = State.gimp.n_layers()
    desktop.key("alt+v")
    type_keys("Variants", "1")
    desktop.key("Tab")
    act_by_keyboard("Generate")
    wait("its layers", lambda: State.gimp.n_layers() == before + 2)
    wait("Generate", ready)
    desktop.key("Escape")
    wait("the dialog's end", lambda: State.gimp.dialog() is None)


@contextlib.contextmanager
def small_disk(folder, size):
    """Mounts a disk of this size on the folder."""
    if os.geteuid():
        raise tap.Skip("only root may mount a disk for a running program")
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "none", str(folder)], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


@tap.test
def disk_full():
    """A full disk is said in a sentence, an image that is closed meanwhile changes nothing: with room again it goes on"""
    folder = State.gimp.data / "gimp-personalize"
    open_dialog()
    fill_in("Fourth", 1)
    type_into("Prompt of sample pictures", "")
    with small_disk(folder / "learning", "16k"):
        press_button("Learn")
        wait("that the pictures find no room", lambda: says("The disk is full."))
        wait("Learn again", lambda: button("Learn"))
    with small_disk(folder / "concepts", "16k"):
        press_button("Learn")
        wait("a step", step)
        close_image()
        wait("the offer", lambda: button("Continue Learning"))
        assert says("The disk is full.")
        shot("disk-full")
        assert not list((folder / "concepts").iterdir()), "half a result"
    press_button("Continue Learning")
    wait("the end", lambda: says("“Fourth” is learned and saved"))
    assert (folder / "concepts/Fourth.pzconcept").exists() and not list((folder / "learning").iterdir())
    close_dialog()


@tap.test
def quiet():
    """Nothing of ours is on GIMP's standard error"""
    is_quiet()


if __name__ == "__main__":
    run_tests(PLUG_IN, PICTURE, *sys.argv[3:4], prepare=Profile.smaller_model)

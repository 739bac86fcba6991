# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks of the learning procedure inside a headless GIMP: what it accepts, saves and rejects."""

import json
import os
import pathlib
import shutil
import signal
import struct
import threading
import time

from gi.repository import Gimp, Gio
from in_gimp import check, generate, new_image, new_layer, recipe, state

TINY, OUT = pathlib.Path(os.environ["PZ_TINY"]), pathlib.Path(os.environ["CHECKS_OUT"] + "-learned")
CONCEPTS = pathlib.Path(os.environ["XDG_DATA_HOME"]) / "gimp-personalize/concepts"
PAUSED = pathlib.Path(os.environ["XDG_DATA_HOME"]) / "gimp-personalize/learning"


def call(layers=(), **arguments):
    procedure = Gimp.get_pdb().lookup_procedure("plug-in-personalize-learn")
    config = procedure.create_config()
    if layers:
        config.set_core_object_array("layers", layers)
    for key, value in {"name": "Fox", "class-word": "toy", "steps": 1, "seed": 7, **arguments}.items():
        key = key.replace("_", "-")
        if key in ("names", "out", "model-folder"):
            value = Gio.File.new_for_path(str(value))
        config.set_property(key, value)
    return procedure.run(config)


def learn(layers=(), **arguments):
    result = call(layers, **arguments)
    assert result.index(0) == Gimp.PDBStatusType.SUCCESS, f"{result.index(0)}: {result.index(1)}"
    return [pathlib.Path(path) for path in result.index(1)]


def refused(layers=(), **arguments):
    """Asserts that the call fails, saves nothing, and leaves nothing for the dialog to resume; returns the error's text."""
    before = sorted(CONCEPTS.glob("*"))
    result = call(layers, **arguments)
    assert result.index(0) == Gimp.PDBStatusType.EXECUTION_ERROR, result.index(0)
    assert sorted(CONCEPTS.glob("*")) == before and not list(PAUSED.glob("*")), "something was left"
    return result.index(1)


def head(path):
    """The metadata of a .pzconcept file, and its tensors' shapes."""
    with open(path, "rb") as f:
        told = json.loads(f.read(struct.unpack("<Q", f.read(8))[0]))
    told.setdefault("__metadata__", {})
    return told.pop("__metadata__"), {name: tensor["shape"] for name, tensor in told.items()}


def picture(name, image):
    path = OUT / name
    OUT.mkdir(exist_ok=True)
    Gimp.file_save(Gimp.RunMode.NONINTERACTIVE, image, Gio.File.new_for_path(str(path)), None)
    return str(path)


def thing_on_white(thing="rgb(0.9, 0.4, 0.1)", width=120, height=90):
    image = new_image(width=width, height=height)
    return image, new_layer(image, width=width, height=height, alpha=False, thing=thing)


@check
def layers_become_a_concept_that_is_saved_and_used():
    image = new_image()
    layers = [new_layer(image, "front"), new_layer(image, "side")]
    before = state(image)
    path, = learn(layers)
    assert path == CONCEPTS / "Fox.pzconcept" and not list(PAUSED.glob("*")), path
    told, tensors = head(path)
    assert (told["title"], told["class_word"], told["method"]) == ("Fox", "toy", "cross-initialization-fast"), told
    assert len(tensors["words"]) == 2 and json.loads(told["recipe"])["steps"] == 1, (told, tensors)
    assert state(image) == before, "the image was changed"
    made, = generate(image, layers[:1], concepts=[str(path)], width=128, height=128)
    assert recipe(made)["concepts"][0]["method"] == "cross-initialization-fast", recipe(made)
    again, = learn(layers)
    assert again != path and again.read_bytes()[-64:] == path.read_bytes()[-64:], "other bits from the same seed"
    image.delete()


@check
def files_have_masks_of_their_own_or_found_ones():
    image, layer = thing_on_white()
    file = picture("thing.png", image)
    layer.fill(Gimp.FillType.WHITE)
    Gimp.Image.select_rectangle(image, Gimp.ChannelOps.REPLACE, 30, 20, 60, 50)
    layer.invert(False)  # affects the selection only: white outside, black inside
    mask = picture("mask.png", image)
    image.delete()

    def masked(**arguments):
        path, = learn(out=OUT / f"{len(list(OUT.glob('*')))}.pzconcept", files=[file], **arguments)
        return json.loads(head(path)[0]["recipe"])["loss"] == "masked"
    assert masked(masks=[mask]), "a drawn mask counts"
    assert not masked(), "a found one is not taken for exact"
    assert not masked(masks=["none"]), "none is none"
    small, _ = thing_on_white(width=64, height=64)
    other = picture("small.png", small)
    small.delete()
    assert "120 × 90" in refused(files=[file], masks=[other])
    assert "nowhere.png" in refused(files=[str(OUT / "nowhere.png")])


def names():
    with open(TINY / "tokenizer/vocab.json", encoding="utf-8") as f:
        words = sorted(w[:-4] for w in json.load(f) if w.endswith("</w>") and w[:-4].isascii() and w[:-4].isalpha())
    OUT.mkdir(exist_ok=True)
    (OUT / "names.txt").write_text("".join(f"{a} {b}\n" for a, b in zip(words[:30], words[30:60])))
    return OUT / "names.txt"


@check
def several_persons_are_learned_together():
    image, layer = thing_on_white()
    file = picture("person.png", image)
    people = {"method": "celeb-basis", "names": names(), "name": "", "class_word": "", "features": "image", "steps": 2}
    both = learn([layer], files=[file], people=["Ann B.", "ben"], out=OUT / "people", **people)
    assert both == [OUT / "people/Ann B..pzconcept", OUT / "people/ben.pzconcept"], both
    for path, title in zip(both, ("Ann B.", "ben")):
        told, tensors = head(path)
        assert told["title"] == title and told["method"] == "celeb-basis", told
        assert tensors["words"][0] == 2 and "coefficients" in tensors, tensors
    generate(image, [layer], concepts=[str(p) for p in both], prompt="a S1 person and a S2 person", width=128, height=128)
    assert "expected a face" in refused(files=[file], people=["ann"], **{**people, "features": "face"})
    assert "“people”" in refused(files=[file], people=["ann", "ben"], **people)
    assert "“people”" in refused([layer], people=["ann"])
    alone, = learn([layer], method="celeb-basis", people=["ann"], name="", class_word="", features="image", steps=1)
    assert alone == CONCEPTS / "ann.pzconcept", "without names it is learned among well-known ones"
    image.delete()


@check
def what_cannot_work_is_refused_with_a_sentence():
    image, layer = thing_on_white()
    existing = OUT / "there.pzconcept"
    OUT.mkdir(exist_ok=True)
    existing.write_text("mine")
    assert "at least one layer or file" in refused()
    assert "“name”" in refused([layer], name="")
    assert "“class-word”" in refused([layer], class_word="")
    assert "masks" in refused([layer], masks=["none"])
    assert ".pzconcept" in refused([layer], out=OUT / "duck.png")
    assert "already exists" in refused([layer], out=existing)
    assert existing.read_text() == "mine"
    assert "nothing-here" in refused([layer], model_folder=OUT / "nothing-here")
    assert "class word" in refused([layer], class_word="xqzzy").lower()
    layer.add_alpha()
    layer.fill(Gimp.FillType.TRANSPARENT)
    assert "transparent" in refused([layer])
    image.delete()


def kill_when_begun(killed):
    """Kills the plug-in as soon as there is a checkpoint."""
    for _ in range(6000):
        if list(PAUSED.glob("*/checkpoint")):
            for entry in pathlib.Path("/proc").glob("[0-9]*"):
                try:
                    line, parent = (entry / "cmdline").read_bytes().split(b"\0"), (entry / "stat").read_text()
                except OSError:
                    continue
                mine = int(parent.rsplit(")", 1)[1].split()[1]) == os.getppid()
                if mine and line[0].endswith(b"/personalize-concept"):
                    os.kill(int(entry.name), signal.SIGKILL)
                    killed.append(int(entry.name))
            return
        time.sleep(0.02)


@check
def a_script_that_is_killed_in_the_middle_leaves_what_the_dialog_can_go_on_with():
    image, layer = thing_on_white()
    killed = []
    killer = threading.Thread(target=kill_when_begun, args=(killed,))
    killer.start()
    result = call([layer], steps=100000)
    killer.join()
    assert len(killed) == 1 and result.index(0) != Gimp.PDBStatusType.SUCCESS, (killed, result.index(0))
    left, = PAUSED.glob("*")
    assert {"lesson.ini", "checkpoint", "01.png"} <= {file.name for file in left.iterdir()}, list(left.iterdir())
    shutil.rmtree(left)
    image.delete()

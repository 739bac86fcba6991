# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Learns a thing from all layers of an image, each with its layer mask or transparency, then makes a picture of it:

  gimp-console-3.0 -i --batch-interpreter=python-fu-eval --quit -b '
  exec(open("docs/scripts/learn.py").read())
  learn_and_use("duck.xcf", "Duck", "toy", 0, "an S on a beach", "beach.xcf")'

People from one photograph each, learned together, as Celeb Basis does it:

  learn(method="celeb-basis", files=["ann.jpg", "ben.jpg"], people=["Ann", "Ben"], out="people")
"""

from gi.repository import Gimp, Gio


def run(procedure_name, layers, **arguments):
    """Calls a procedure: layers, and further arguments with _ for -. Its second value, which is what it makes."""
    procedure = Gimp.get_pdb().lookup_procedure(procedure_name)
    config = procedure.create_config()
    config.set_core_object_array("drawables" if "image" in arguments else "layers", list(layers))
    for key, value in arguments.items():
        if key in ("names", "out", "model_folder"):
            value = Gio.File.new_for_path(value)
        config.set_property(key.replace("_", "-"), value)
    result = procedure.run(config)
    if result.index(0) != Gimp.PDBStatusType.SUCCESS:
        raise RuntimeError(result.index(1))
    return result.index(1)


def learn(layers=(), **arguments):
    """The paths of what was learned: one, or one of each person."""
    return run("plug-in-personalize-learn", layers, **arguments)


def learn_and_use(file, name, kind, steps, prompt, out):
    """steps: 0 = as many as the method takes by itself."""
    image = Gimp.file_load(Gimp.RunMode.NONINTERACTIVE, Gio.File.new_for_path(file))
    layers = image.get_layers()
    concepts = learn(layers, name=name, class_word=kind, steps=steps, seed=1, method="cross-initialization")
    run("plug-in-personalize-concept", layers[:1], image=image, concepts=concepts, prompt=prompt, variants=1, seed=42)
    Gimp.file_save(Gimp.RunMode.NONINTERACTIVE, image, Gio.File.new_for_path(out), None)
    image.delete()

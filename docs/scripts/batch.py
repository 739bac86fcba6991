# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes one picture of the thing in each picture of a folder, and saves it as NAME.png in another folder:

  gimp-console-3.0 -i --batch-interpreter=python-fu-eval --quit -b '
  exec(open("docs/scripts/batch.py").read())
  batch("things", "an S on a beach", "beach")'
"""

import pathlib

from gi.repository import Gimp, Gio


def one(file, prompt, out):
    image = Gimp.file_load(Gimp.RunMode.NONINTERACTIVE, Gio.File.new_for_path(str(file)))
    procedure = Gimp.get_pdb().lookup_procedure("plug-in-personalize-concept")
    config = procedure.create_config()
    config.set_property("image", image)
    config.set_core_object_array("drawables", image.get_layers()[:1])
    config.set_property("prompt", prompt)
    config.set_property("variants", 1)
    config.set_property("seed", 42)
    config.set_property("native-size", True)
    result = procedure.run(config)
    if result.index(0) != Gimp.PDBStatusType.SUCCESS:
        raise RuntimeError(f"{file}: {result.index(1)}")
    layer = result.get_core_object_array(1)[0]
    alone = Gimp.Image.new(layer.get_width(), layer.get_height(), Gimp.ImageBaseType.RGB)
    copy = Gimp.Layer.new_from_drawable(layer, alone)
    alone.insert_layer(copy, None, 0)
    copy.set_offsets(0, 0)
    Gimp.file_save(Gimp.RunMode.NONINTERACTIVE, alone, Gio.File.new_for_path(str(out)), None)
    alone.delete()
    image.delete()


def batch(folder, prompt, out):
    pathlib.Path(out).mkdir(parents=True, exist_ok=True)
    for file in sorted(pathlib.Path(folder).iterdir()):
        if file.suffix.lower() in (".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff"):
            one(file, prompt, pathlib.Path(out) / f"{file.stem}.png")

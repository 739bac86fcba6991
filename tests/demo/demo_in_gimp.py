# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs inside GIMP (python-fu-eval): opens the picture, opens our dialog, saves the results.

Writes result.xcf and, for the contact sheet, the raw pixels of the concept, the mask and the variants, with an index.
"""

import json
import os
import pathlib

import gi

gi.require_version("Gimp", "3.0")
gi.require_version("Gegl", "0.4")
from gi.repository import Gegl, Gimp, Gio  # noqa: E402

job = json.loads(os.environ["PZ_DEMO"])
out = pathlib.Path(job["out"])
Gegl.init(None)


def keep(drawable, name, caption, kind):
    """Writes a drawable's raw pixels. kind: PIL's mode, "L" or "RGB"."""
    width, height = drawable.get_width(), drawable.get_height()
    data = drawable.get_buffer().get(Gegl.Rectangle.new(0, 0, width, height), 1.0,
                                     {"L": "Y u8", "RGB": "R'G'B' u8"}[kind], Gegl.AbyssPolicy.NONE)
    (out / name).write_bytes(bytes(data))
    return {"file": name, "caption": caption, "kind": kind, "size": [width, height]}


image = Gimp.file_load(Gimp.RunMode.NONINTERACTIVE, Gio.File.new_for_path(job["picture"]))
Gimp.Display.new(image)
concept = image.get_layers()[0]
concept.set_name("penguin")
tiles = [keep(concept, "concept.raw", "the concept", "RGB")]

procedure = Gimp.get_pdb().lookup_procedure("plug-in-personalize-concept")
config = procedure.create_config()
config.set_property("run-mode", Gimp.RunMode.INTERACTIVE)
config.set_property("image", image)
config.set_core_object_array("drawables", [concept])
result = procedure.run(config)
if result.index(0) != Gimp.PDBStatusType.SUCCESS:
    raise SystemExit(f"the procedure answered {result.index(0)}: {result.index(1)}")

tiles.append(keep(image.get_selection(), "mask.raw", "what was found", "L"))
for i, layer in enumerate(result.get_core_object_array(1), 1):
    tiles.append(keep(layer, f"variant-{i}.raw", layer.get_name(), "RGB"))
Gimp.file_save(Gimp.RunMode.NONINTERACTIVE, image, Gio.File.new_for_path(job["xcf"]), None)
(out / "tiles.json").write_text(json.dumps(tiles), encoding="utf-8")

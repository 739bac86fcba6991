# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes pictures of the thing in a picture file, and saves them as one XCF file with a layer for each:

  gimp-console-3.0 -i --batch-interpreter=python-fu-eval --quit -b '
  exec(open("docs/scripts/generate.py").read())
  generate("mug.jpg", "an S on a red background", 2, "mug.xcf")'

With saved concepts in the place of the layer, each by the name it has in your concepts folder or by its path:

  generate("any.jpg", "a S1 beside a S2", 2, "both.xcf", concepts=["Duck", "Mug"])
"""

from gi.repository import Gimp, Gio


def generate(file, prompt, variants, out, **settings):
    """settings: further arguments of plug-in-personalize-concept, with _ for -."""
    image = Gimp.file_load(Gimp.RunMode.NONINTERACTIVE, Gio.File.new_for_path(file))
    procedure = Gimp.get_pdb().lookup_procedure("plug-in-personalize-concept")
    config = procedure.create_config()
    config.set_property("image", image)
    config.set_core_object_array("drawables", image.get_layers()[:1])
    config.set_property("prompt", prompt)
    config.set_property("variants", variants)
    config.set_property("seed", 42)
    for name, value in settings.items():
        config.set_property(name.replace("_", "-"), value)
    result = procedure.run(config)
    if result.index(0) != Gimp.PDBStatusType.SUCCESS:
        raise RuntimeError(result.index(1))
    Gimp.file_save(Gimp.RunMode.NONINTERACTIVE, image, Gio.File.new_for_path(out), None)
    image.delete()

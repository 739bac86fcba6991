# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Shared by the checks inside GIMP (python-fu-eval): images, calls of the procedure, and main (), which runs the checks.

Each check writes one line of JSON to the file $CHECKS_OUT: its name, "ok" or the error, and the time taken as text.
"""

import importlib
import json
import os
import time
import traceback

import gi

gi.require_version("Gimp", "3.0")
gi.require_version("Gegl", "0.4")
from gi.repository import Gegl, Gimp  # noqa: E402
from tap import processor_seconds_below  # noqa: E402

PROCEDURE = "plug-in-personalize-concept"
PARASITE = "plug-in-personalize-concept/params"
Gegl.init(None)

_checks = []
_settings = {"prompt": "a photo of a S", "variants": 1, "seed": 7, "steps": 1}


def check(function):
    _checks.append(function)
    return function


# ---- images ----

def color(text):
    return Gegl.Color.new(text)


def fill(drawable, what, x, y, width, height):
    """Fills a rectangle with one colour."""
    buffer = drawable.get_buffer()
    buffer.set_color(Gegl.Rectangle.new(x, y, width, height), color(what))
    buffer.flush()
    drawable.update(0, 0, drawable.get_width(), drawable.get_height())


def new_image(base=Gimp.ImageBaseType.RGB, precision=Gimp.Precision.U8_NON_LINEAR, width=120, height=90):
    return Gimp.Image.new_with_precision(width, height, base, precision)


def new_layer(image, name="fox", x=0, y=0, width=60, height=50, parent=None, alpha=True, thing="rgb(0.995, 0.995, 0.995)"):
    """A white layer with a rectangle of another colour, by default one too similar to stand out: then the whole layer is the
    concept, unless something else selects a part."""
    gray = image.get_base_type() == Gimp.ImageBaseType.GRAY
    kinds = {(True, True): Gimp.ImageType.GRAYA_IMAGE, (True, False): Gimp.ImageType.GRAY_IMAGE,
             (False, True): Gimp.ImageType.RGBA_IMAGE, (False, False): Gimp.ImageType.RGB_IMAGE}
    layer = Gimp.Layer.new(image, name, width, height, kinds[gray, alpha], 100, Gimp.LayerMode.NORMAL)
    image.insert_layer(layer, parent, 0)
    layer.set_offsets(x, y)
    fill(layer, "white", 0, 0, width, height)
    fill(layer, thing, width // 4, height // 4, width // 2, height // 2)
    image.set_selected_layers([layer])
    return layer


def pixels_of(drawable, form):
    rectangle = Gegl.Rectangle.new(0, 0, drawable.get_width(), drawable.get_height())
    return bytes(drawable.get_buffer().get(rectangle, 1.0, form, Gegl.AbyssPolicy.NONE))


def pixels(drawable):
    return pixels_of(drawable, None)


def state(image):
    """Everything about an image that a run must not change, as a value to compare."""
    def describe(item):
        mask = item.get_mask()
        return (item.get_id(), item.get_name(), item.get_visible(), item.get_offsets()[1:], pixels(item),
                pixels(mask) if mask else None, sorted(item.get_parasite_list()),
                [describe(c) for c in item.get_children()] if item.is_group() else None)
    return {
        "size": (image.get_width(), image.get_height()),
        "layers": [describe(l) for l in image.get_layers()],
        "selected": [l.get_id() for l in image.get_selected_layers()],
        "selection": pixels(image.get_selection()),
        "channels": [c.get_id() for c in image.get_channels()],
    }


def extent(layer):
    """Position and size in the image: x, y, width, height."""
    return (*tuple(layer.get_offsets())[1:], layer.get_width(), layer.get_height())


def pixel(drawable, x, y, form="R'G'B' u8"):
    """The pixel at a point of the image, 0 to 255 for each channel; () outside the drawable."""
    left, top, width, height = extent(drawable)
    if not (0 <= x - left < width and 0 <= y - top < height):
        return ()
    return tuple(drawable.get_buffer().get(Gegl.Rectangle.new(x - left, y - top, 1, 1), 1.0, form, Gegl.AbyssPolicy.NONE))


# ---- the procedure ----

def every_call(**settings):
    """Sets default arguments for all later calls."""
    _settings.update(settings)


def call(image, drawables, **arguments):
    procedure = Gimp.get_pdb().lookup_procedure(PROCEDURE)
    config = procedure.create_config()
    config.set_property("run-mode", Gimp.RunMode.NONINTERACTIVE)
    config.set_property("image", image)
    config.set_core_object_array("drawables", drawables)
    for key, value in {**_settings, **arguments}.items():
        config.set_property(key.replace("_", "-"), value)
    return procedure.run(config)


def generate(image, drawables, **arguments):
    result = call(image, drawables, **arguments)
    assert result.index(0) == Gimp.PDBStatusType.SUCCESS, f"{result.index(0)}: {result.index(1)}"
    return result.get_core_object_array(1)


def refused(image, drawables, status=Gimp.PDBStatusType.EXECUTION_ERROR, **arguments):
    """Asserts that the call fails and changes nothing; returns the error's text."""
    before, images = state(image), len(Gimp.get_images())
    result = call(image, drawables, **arguments)
    assert result.index(0) == status, f"expected {status}, found {result.index(0)}"
    assert state(image) == before, "the image was changed"
    assert len(Gimp.get_images()) == images, "an image was left behind"
    message = result.index(1)
    assert message, "no message"
    return message


def recipe(layer):
    return json.loads(bytes(layer.get_parasite(PARASITE).get_data()).rstrip(b"\0"))


# ---- running the checks ----

def main(*modules):
    """Runs the checks of these modules."""
    for module in modules:
        importlib.import_module(module)
    only = os.environ.get("CHECKS_ONLY")
    with open(os.environ["CHECKS_OUT"], "w", encoding="utf-8") as out:
        for function in _checks:
            if only and only not in function.__name__:
                continue
            began = time.monotonic(), processor_seconds_below(os.getppid())
            try:
                function()
                outcome = "ok"
            except BaseException:  # otherwise a check that exits GIMP would skip all later ones
                outcome = traceback.format_exc()
            took = f"{time.monotonic() - began[0]:.1f} s, {processor_seconds_below(os.getppid()) - began[1]:.1f} s of processors"
            print(json.dumps([function.__name__, outcome, took]), file=out, flush=True)
        left = [i.get_id() for i in Gimp.get_images()]
        for image in Gimp.get_images():
            image.delete()
        outcome = "ok" if not left or only else f"images {left} were left behind"
        print(json.dumps(["no_stray_images_are_left", outcome, None]), file=out)

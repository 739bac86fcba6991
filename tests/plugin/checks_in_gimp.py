# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs inside GIMP (python-fu-eval): calls the procedure on images of many kinds and looks at what it did.

Each check's outcome is a line in the file $CHECKS_OUT: its name, then "ok" or what went wrong, as JSON.
"""

import base64
import json
import math
import os
import re
import struct
import threading
import time
import traceback

import gi

gi.require_version("Gimp", "3.0")
gi.require_version("Gegl", "0.4")
from gi.repository import Gegl, Gimp, Gio  # noqa: E402

PROCEDURE = "plug-in-personalize-concept"
ORIGIN = "Xmp.iptcExt.DigitalSourceType"
PARASITE = "plug-in-personalize-concept/params"
SIDE = 128  # small pictures are quick
Gegl.init(None)

_checks = []


def check(function):
    _checks.append(function)
    return function


# ---- images ----

def color(text):
    return Gegl.Color.new(text)


def fill(drawable, what, x, y, width, height):
    """A rectangle of one colour."""
    buffer = drawable.get_buffer()
    buffer.set_color(Gegl.Rectangle.new(x, y, width, height), color(what))
    buffer.flush()
    drawable.update(0, 0, drawable.get_width(), drawable.get_height())


def new_image(base=Gimp.ImageBaseType.RGB, precision=Gimp.Precision.U8_NON_LINEAR, width=120, height=90):
    return Gimp.Image.new_with_precision(width, height, base, precision)


def new_layer(image, name="fox", x=0, y=0, width=60, height=50, parent=None, alpha=True, thing="rgb(0.995, 0.995, 0.995)"):
    """Nothing stands out in it but a thing of another colour: all of it is the concept, unless something else says what is."""
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
    """Everything about an image that a run must leave alone, as something to compare."""
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
    """Its place in the image: x, y, width, height."""
    return (*tuple(layer.get_offsets())[1:], layer.get_width(), layer.get_height())


def pixel(drawable, x, y, form="R'G'B' u8"):
    """At a point of the image, 0 to 255 for each channel; () where the drawable is not."""
    left, top, width, height = extent(drawable)
    if not (0 <= x - left < width and 0 <= y - top < height):
        return ()
    return tuple(drawable.get_buffer().get(Gegl.Rectangle.new(x - left, y - top, 1, 1), 1.0, form, Gegl.AbyssPolicy.NONE))


# ---- the procedure ----

def call(image, drawables, **arguments):
    procedure = Gimp.get_pdb().lookup_procedure(PROCEDURE)
    config = procedure.create_config()
    config.set_property("run-mode", Gimp.RunMode.NONINTERACTIVE)
    config.set_property("image", image)
    config.set_core_object_array("drawables", drawables)
    settings = {"prompt": "a photo of a S", "variants": 1, "seed": 7, "steps": 1, "width": SIDE, "height": SIDE}
    settings.update({key.replace("_", "-"): value for key, value in arguments.items()})
    for key, value in settings.items():
        config.set_property(key, value)
    return procedure.run(config)


def generate(image, drawables, **arguments):
    result = call(image, drawables, **arguments)
    assert result.index(0) == Gimp.PDBStatusType.SUCCESS, f"{result.index(0)}: {result.index(1)}"
    return result.get_core_object_array(1)


def refused(image, drawables, status=Gimp.PDBStatusType.EXECUTION_ERROR, **arguments):
    """The error's text; nothing may have changed."""
    before, images = state(image), len(Gimp.get_images())
    result = call(image, drawables, **arguments)
    assert result.index(0) == status, f"expected {status}, found {result.index(0)}"
    assert state(image) == before, "the image was changed"
    assert len(Gimp.get_images()) == images, "an image was left behind"
    message = result.index(1)
    assert message, "no message"
    return message


def origin(image):
    """The tag as GIMP keeps it, from its own serialization: no binding of the metadata library is needed."""
    metadata = image.get_metadata()
    found = metadata and re.search(rf'<tag name="{ORIGIN}"([^>]*)>([^<]*)<', metadata.serialize())
    if not found:
        return ""
    return base64.b64decode(found[2]).decode() if "base64" in found[1] else found[2]


def recipe(layer):
    return json.loads(bytes(layer.get_parasite(PARASITE).get_data()).rstrip(b"\0"))


# ---- checks ----

@check
def the_menu_entry_is_in_filters():
    procedure = Gimp.get_pdb().lookup_procedure(PROCEDURE)
    assert procedure.get_menu_label() == "_Personalize Concept…", procedure.get_menu_label()
    assert procedure.get_menu_paths() == ["<Image>/Filters"], procedure.get_menu_paths()
    assert procedure.get_image_types() == "RGB*, GRAY*", procedure.get_image_types()
    names = [a.name for a in procedure.get_arguments()][3:]
    assert names == ["prompt", "negative-prompt", "variants", "seed", "steps", "guidance", "fidelity", "words", "sampler",
                     "mask-source", "model-folder", "device", "width", "height", "target", "image-comment",
                     "mark-origin", "room", "strength", "variation-of", "variation", "keep-prompts", "native-size"], names


@check
def variants_are_a_group_above_the_concept():
    image = new_image()
    new_layer(image, "below")
    concept = new_layer(image, "fox", x=10, y=20)
    new_layer(image, "above")
    image.set_selected_layers([concept])
    before = state(image)
    layers = generate(image, [concept], variants=2, prompt="a S in the snow")
    assert len(layers) == 2, len(layers)
    group = layers[0].get_parent()
    order = [l.get_name() for l in image.get_layers()]
    assert order == ["above", "a S in the snow", "fox", "below"], order
    assert [l.get_id() for l in group.get_children()] == [l.get_id() for l in layers], "first variant is not on top"
    assert [l.get_name() for l in layers] == ["a S in the snow · seed 7", "a S in the snow · seed 8"]
    assert [l.get_visible() for l in layers] == [True, False]
    for layer in layers:
        # the concept's square is as wide as the layer, which has room for 50 pixels
        assert extent(layer) == (10 + 5, 20, 50, 50), extent(layer)
        assert recipe(layer)["width"] == SIDE
    image.remove_layer(group)
    layer = generate(image, [concept], native_size=True)[0]
    x, y, width, height = extent(layer)
    assert (width, height) == (SIDE, SIDE), "not at native size"
    assert 2 * x + width in (2 * 10 + 60, 2 * 10 + 60 - 1), "not centred across"
    assert 2 * y + height in (2 * 20 + 50, 2 * 20 + 50 - 1), "not centred down"
    image.remove_layer(layer.get_parent())
    assert state(image) == before, "the original was changed"
    image.delete()


@check
def results_cover_the_concept_smoothly():
    """A small picture on a large concept: scaled to the square, without steps between its pixels."""
    image = new_image(width=700, height=600)
    concept = new_layer(image, "photo", width=700, height=600, alpha=False)
    image.select_rectangle(Gimp.ChannelOps.REPLACE, 100, 50, 400, 400)
    layer = generate(image, [concept])[0]
    x, y, width, height = extent(layer)
    # the selection with some room around it, moved into the picture
    assert 400 <= width == height <= 480 and abs(x - (300 - width // 2)) <= 40 and abs(y - (250 - height // 2)) <= 40, extent(layer)

    def jump(drawable):
        """The largest difference between pixels side by side."""
        line, rows = drawable.get_width() * 3, pixels_of(drawable, "R'G'B' u8")
        return max(abs(rows[i] - rows[i + 3]) for i in range(len(rows) - 3) if (i + 3) % line >= 3)
    native = generate(image, [concept], native_size=True)[0]
    # in blocks of pixels they are as large as in the picture itself
    assert 0 < jump(layer) < 0.9 * jump(native), (jump(layer), jump(native))
    wide = generate(image, [concept], width=192, height=128)[0]
    assert wide.get_width() == width and abs(wide.get_height() - width * 128 / 192) <= 1, extent(wide)
    image.delete()


@check
def a_second_run_is_on_top_and_hides_the_first():
    image = new_image()
    concept = new_layer(image)
    first = generate(image, [concept], prompt="a S one")[0].get_parent()
    new_layer(image, "a user's own")  # above the concept, under the results
    image.reorder_item(image.get_layers()[0], None, 1)
    second = generate(image, [concept], prompt="a S two")[0].get_parent()
    order = [l.get_name() for l in image.get_layers()]
    assert order == ["a S two", "a S one", "a user's own", "fox"], order
    assert [first.get_visible(), second.get_visible()] == [False, True]
    image.delete()


@check
def a_recipe_is_kept_with_each_layer_and_in_the_file():
    image = new_image()
    concept = new_layer(image)
    layers = generate(image, [concept], variants=2, prompt="a S on a beach", fidelity=0.5, words="all")
    for i, layer in enumerate(layers):
        parasite = layer.get_parasite(PARASITE)
        assert parasite.is_persistent() and parasite.is_undoable(), parasite.get_flags()
        found = recipe(layer)
        assert found["prompt"] == "a S on a beach" and found["seed"] == 7 + i, found
        assert found["fidelity"] == 0.5 and found["words"] == "all", found
        assert found["source"] == {"layer": "fox", "tattoo": concept.get_tattoo(), "mask_source": "alpha", "room": 0}, found
    file = Gio.File.new_for_path(os.environ["CHECKS_OUT"] + ".xcf")
    Gimp.file_save(Gimp.RunMode.NONINTERACTIVE, image, file, None)
    wanted = [recipe(l) for l in layers]
    image.delete()
    loaded = Gimp.file_load(Gimp.RunMode.NONINTERACTIVE, file)
    group = [l for l in loaded.get_layers() if l.is_group()][0]
    assert [recipe(l) for l in group.get_children()] == wanted, "recipes were lost in the file"
    loaded.delete()


@check
def a_variant_has_the_same_bits_alone_or_in_a_batch():
    image = new_image()
    concept = new_layer(image)
    both = generate(image, [concept], variants=2, seed=41)
    alone = generate(image, [concept], variants=1, seed=42)
    assert pixels(both[1]) == pixels(alone[0]), "seed 42 differs"
    assert pixels(both[0]) != pixels(both[1]), "two seeds gave one picture"
    image.delete()


@check
def a_negative_seed_draws_one():
    image = new_image()
    concept = new_layer(image)
    seeds = {recipe(generate(image, [concept], seed=-1)[0])["seed"] for _ in range(2)}
    assert len(seeds) == 2 and min(seeds) >= 0, seeds
    image.delete()


@check
def a_gray_image_gets_a_new_color_image():
    image = new_image(Gimp.ImageBaseType.GRAY)
    concept = new_layer(image, alpha=False)
    before = state(image)
    layers = generate(image, [concept], variants=2)
    assert state(image) == before, "the gray image was changed"
    made = layers[0].get_image()
    assert made.get_id() != image.get_id() and made.get_base_type() == Gimp.ImageBaseType.RGB
    assert (made.get_width(), made.get_height()) == (layers[0].get_width(), layers[0].get_height())
    assert layers[0].get_offsets()[1:] == [0, 0] or tuple(layers[0].get_offsets())[1:] == (0, 0)
    assert recipe(layers[0])["source"]["mask_source"] == "layer"
    made.delete()
    image.delete()


@check
def the_thing_is_found_where_there_is_no_exact_mask():
    image = new_image(width=200, height=160)
    layer = new_layer(image, width=200, height=160, alpha=False, thing="rgb(0.9, 0.4, 0.1)")

    def source(**more):
        made = generate(image, [layer], **more)[0]
        used, width = recipe(made)["source"]["mask_source"], made.get_width()
        image.remove_layer(made.get_parent())
        return used, width

    used, width = source()
    assert used == "subject" and width < 150, (used, width)
    assert source(mask_source="layer") == ("layer", 160)
    image.select_rectangle(Gimp.ChannelOps.REPLACE, 30, 20, 140, 120)
    assert source()[0] == "subject", "a rectangle was taken as it is"
    assert source(mask_source="selection")[0] == "selection"
    image.select_ellipse(Gimp.ChannelOps.REPLACE, 30, 20, 140, 120)
    assert source()[0] == "subject", "an ellipse was taken as it is"
    image.select_polygon(Gimp.ChannelOps.REPLACE, [40, 30, 150, 40, 90, 130])
    assert source()[0] == "selection", "a free selection is exact"
    Gimp.Selection.none(image)
    flat = new_layer(image, "flat", alpha=False)
    message = refused(image, [flat], mask_source="subject")
    assert "flat" in message and "stands out" in message, message
    image.delete()


@check
def the_thing_is_found_whatever_the_precision():
    """As a concept, in a box, and painted over: the same place as in 8 bits, and colours that are not washed out or burnt."""
    kinds = {Gimp.Precision.U8_NON_LINEAR: 1, Gimp.Precision.HALF_LINEAR: 2, Gimp.Precision.FLOAT_LINEAR: 4}
    seen = []
    for kind, n_bytes in kinds.items():
        image = new_image(precision=kind, width=200, height=160)
        layer = new_layer(image, width=200, height=160, alpha=False, thing="rgb(0.9, 0.4, 0.1)")
        made = []
        for box in (False, True):
            if box:
                image.select_rectangle(Gimp.ChannelOps.REPLACE, 30, 20, 140, 120)
            made.append(generate(image, [layer])[0])
            assert recipe(made[-1])["source"]["mask_source"] == "subject", (kind, recipe(made[-1])["source"])
        image.select_polygon(Gimp.ChannelOps.REPLACE, [40, 30, 150, 40, 90, 130])
        made.append(generate(image, [layer], target="selection", strength=0.5)[0])
        assert pixel(made[-1].get_mask(), 95, 60, "Y u8") == (255,), "the place that is painted over"
        for drawable in made:
            assert len(pixels(drawable)) == drawable.get_width() * drawable.get_height() * 4 * n_bytes, kind
        seen.append([(extent(d), list(pixels_of(d, "R'G'B' u8"))) for d in made])
        image.delete()
    for found, kind in zip(seen[1:], list(kinds)[1:]):
        for (place, values), (place_8, values_8) in zip(found, seen[0]):
            assert all(abs(a - b) <= 2 for a, b in zip(place, place_8)), (kind, place, place_8)
            mean, mean_8 = sum(values) / len(values), sum(values_8) / len(values_8)
            assert abs(mean - mean_8) <= 4, (kind, mean, mean_8)


@check
def the_mask_is_selection_then_layer_mask_then_alpha_then_layer():
    image = new_image()
    layer = new_layer(image, alpha=False)

    def source(**more):
        group = generate(image, [layer], **more)[0].get_parent()
        used = recipe(group.get_children()[0])["source"]["mask_source"]
        image.remove_layer(group)
        return used

    assert source() == "layer"
    layer.add_alpha()
    assert source() == "alpha"
    layer.add_mask(layer.create_mask(Gimp.AddMaskType.WHITE))
    assert source() == "layer-mask"
    image.select_rectangle(Gimp.ChannelOps.REPLACE, 5, 5, 20, 20)
    assert source() == "selection"
    assert source(mask_source="alpha") == "alpha"
    assert source(mask_source="layer") == "layer"
    assert layer.get_mask() is not None, "the layer mask was dropped"
    assert not Gimp.Selection.is_empty(image), "the selection was dropped"
    image.delete()


def crop_of(layer, **more):
    """What the model looked at: hashes of crop and mask."""
    image = layer.get_image()
    made = generate(image, [layer], **more)[0]
    found = recipe(made)["concepts"][0]
    image.remove_layer(made.get_parent())
    return found


@check
def an_offset_layer_and_its_selection_are_matched():
    crops = []
    for x, y in ((0, 0), (33, 17), (-8, -5)):
        image = new_image()
        layer = new_layer(image, x=x, y=y)
        image.select_rectangle(Gimp.ChannelOps.REPLACE, x + 15, y + 12, 30, 25)
        crops.append(crop_of(layer))
        image.delete()
    assert crops[0] == crops[1] == crops[2], crops


@check
def a_layer_mask_is_applied_to_what_is_seen():
    image = new_image()
    plain = new_layer(image, alpha=True)
    fill(plain, "transparent", 0, 0, 60, 12)
    by_alpha = crop_of(plain)
    image.remove_layer(plain)
    masked = new_layer(image)
    mask = masked.create_mask(Gimp.AddMaskType.WHITE)
    masked.add_mask(mask)
    fill(mask, "black", 0, 0, 60, 12)
    assert crop_of(masked) == by_alpha, "alpha and layer mask that hide the same give different concepts"
    image.delete()


@check
def layer_effects_are_seen_without_being_merged():
    image = new_image()
    layer = new_layer(image)
    plain = crop_of(layer)
    effect = Gimp.DrawableFilter.new(layer, "gegl:invert-gamma", "invert")
    layer.append_filter(effect)
    before = state(image)
    with_effect = crop_of(layer)
    assert state(image) == before and len(layer.get_filters()) == 1, "the effect was merged"
    layer.merge_filters()
    assert with_effect != plain, "the effect was not seen"
    assert crop_of(layer) == with_effect, "the effect was seen differently from how it looks"
    image.delete()


@check
def any_precision_gives_the_same_concept_colors():
    image = new_image(precision=Gimp.Precision.FLOAT_LINEAR)
    layer = new_layer(image)
    found = crop_of(layer)
    image.delete()
    image = new_image()
    assert crop_of(new_layer(image)) == found, "linear float and 8-bit images differ"
    image.delete()


@check
def a_layer_inside_a_group_gets_its_results_there():
    image = new_image()
    group = Gimp.GroupLayer.new(image, "animals")
    image.insert_layer(group, None, 0)
    concept = new_layer(image, parent=group)
    layers = generate(image, [concept])
    assert layers[0].get_parent().get_parent().get_id() == group.get_id()
    assert [l.get_name() for l in group.get_children()][-1] == "fox"
    image.delete()


@check
def a_locked_group_takes_nothing_new_in():
    """GIMP ends a plug-in that writes into a locked group: results stand beside the outermost lock."""
    for depth in (0, 1):  # which of the two groups is locked
        for target in ("layers", "below"):
            image = new_image()
            outer = Gimp.GroupLayer.new(image, "zoo")
            image.insert_layer(outer, None, 0)
            inner = Gimp.GroupLayer.new(image, "animals")
            image.insert_layer(inner, outer, 0)
            new_layer(image, "floor", parent=inner)
            concept = new_layer(image, parent=inner)
            locked = (outer, inner)[depth]
            locked.set_lock_content(True)
            before = state(image)
            layers = generate(image, [concept], variants=2, target=target)
            group = layers[0].get_parent()
            around = image.get_layers() if depth == 0 else outer.get_children()
            assert [l.get_id() for l in around] == [group.get_id(), locked.get_id()], [l.get_name() for l in around]
            assert [pixels(l) != bytes(len(pixels(l))) for l in layers] == [True, True], "an empty layer"
            image.remove_layer(group)
            assert state(image) == before
            image.delete()


@check
def a_group_can_be_the_concept():
    image = new_image()
    group = Gimp.GroupLayer.new(image, "animals")
    image.insert_layer(group, None, 0)
    new_layer(image, parent=group)
    before = state(image)
    made = generate(image, [group])[0].get_parent()
    image.remove_layer(made)
    image.set_selected_layers([group.get_children()[0]])
    assert state(image) == before
    image.delete()


@check
def a_selection_that_misses_the_layer_is_refused():
    image = new_image()
    concept = new_layer(image, width=40, height=40)
    image.select_rectangle(Gimp.ChannelOps.REPLACE, 80, 60, 20, 20)
    assert "fox" in refused(image, [concept])
    image.delete()


@check
def a_transparent_layer_is_refused():
    image = new_image()
    concept = new_layer(image)
    fill(concept, "transparent", 0, 0, 60, 50)
    assert "fox" in refused(image, [concept])
    image.delete()


@check
def a_missing_mask_is_refused():
    image = new_image()
    concept = new_layer(image, alpha=False)
    for source in ("selection", "layer-mask", "alpha"):
        refused(image, [concept], mask_source=source)
    image.delete()


@check
def results_can_go_into_a_new_image():
    image = new_image()
    concept = new_layer(image)
    before = state(image)
    layers = generate(image, [concept], target="new-image")
    assert state(image) == before
    fresh = layers[0].get_image()
    assert fresh.get_id() != image.get_id() and fresh.get_width() == SIDE
    fresh.delete()
    image.delete()


@check
def room_around_the_concept_widens_the_crop():
    image = new_image()
    layer = new_layer(image, alpha=False)
    image.select_rectangle(Gimp.ChannelOps.REPLACE, 25, 20, 10, 10)
    assert crop_of(layer) == crop_of(layer, room=0.0)
    assert crop_of(layer) != crop_of(layer, room=0.8)
    image.delete()


@check
def variations_are_near_what_they_vary():
    image = new_image()
    layer = new_layer(image)
    own = generate(image, [layer], seed=7, steps=4)[0]
    near = generate(image, [layer], seed=50, steps=4, variation_of=7, variation=0.2)[0]
    far = generate(image, [layer], seed=50, steps=4)[0]

    def distance(a, b):
        return sum(abs(x - y) for x, y in zip(pixels(a), pixels(b)))
    assert 0 < distance(own, near) < distance(own, far), (distance(own, near), distance(own, far))
    assert recipe(near)["variation_of"] == 7 and recipe(near)["variation"] == 0.2, recipe(near)
    image.delete()


@check
def a_selection_is_painted_into():
    image = new_image(width=200, height=150)
    concept = new_layer(image, "fox", x=120, y=80)
    floor = new_layer(image, "floor", width=200, height=150, alpha=False)
    image.select_rectangle(Gimp.ChannelOps.REPLACE, 30, 40, 60, 50)
    before = state(image)
    layer = generate(image, [concept], target="selection", strength=0.5)[0]
    assert [l.get_name() for l in image.get_layers()][0] == layer.get_parent().get_name(), "not on top"
    mask = layer.get_mask()
    assert mask, "no layer mask"
    _, x, y = layer.get_offsets()
    width, height = layer.get_width(), layer.get_height()
    assert x <= 15 and y <= 25 and x + width >= 105 and y + height >= 105 and width == height, (x, y, width, height)
    across = [pixel(mask, px, 65, "Y u8")[0] for px in range(26, 50)]
    assert across[:4] == [0] * 4, "something outside the selection is touched"
    assert across[-10:] == [255] * 10, "the middle is not all new"
    assert across == sorted(across) and len(set(across)) >= 5, f"a hard edge: {across}"
    assert recipe(layer)["source"]["mask_source"] == "alpha", "the selection was the concept's mask, too"
    assert recipe(layer)["strength"] == 0.5 and len(recipe(layer)["start"]["mask_sha256"]) == 64
    image.remove_layer(layer.get_parent())
    assert state(image) == before
    refused_image = new_image()
    assert "Select" in refused(refused_image, [new_layer(refused_image)], target="selection")
    refused_image.delete()
    image.delete()


@check
def a_repeat_into_the_selection_starts_from_what_was_there():
    """Of the last result nothing is seen, but of another selection's all."""
    image = new_image(width=200, height=150)
    concept = new_layer(image, "fox", x=120, y=80)
    new_layer(image, "floor", width=200, height=150, alpha=False)
    image.select_ellipse(Gimp.ChannelOps.REPLACE, 30, 40, 60, 50)
    settings = {"target": "selection", "strength": 0.5, "seed": 5}
    first = generate(image, [concept], **settings)[0]
    second = generate(image, [concept], **settings)[0]
    assert pixels(first) == pixels(second), "the repeat started from the first result"
    assert [first.get_parent().get_visible(), second.get_parent().get_visible()] == [False, True]
    image.select_ellipse(Gimp.ChannelOps.REPLACE, 40, 50, 60, 50)
    third = generate(image, [concept], **settings)[0]
    assert second.get_parent().get_visible(), "another selection's result was hidden"
    second.get_parent().set_visible(False)
    fourth = generate(image, [concept], **settings)[0]
    assert pixels(third) != pixels(fourth), "the other selection's result was not seen"
    image.delete()


@check
def a_feathered_selection_stays_as_it_is():
    image = new_image(width=200, height=150)
    concept = new_layer(image, "fox", x=120, y=80)
    image.select_rectangle(Gimp.ChannelOps.REPLACE, 30, 30, 80, 80)
    Gimp.Selection.feather(image, 30)
    selected = [pixel(image.get_selection(), x, 70, "Y u8")[0] for x in range(20, 80)]
    mask = generate(image, [concept], target="selection")[0].get_mask()
    assert [pixel(mask, x, 70, "Y u8")[0] for x in range(20, 80)] == selected
    image.delete()


@check
def the_layer_below_is_painted_over():
    image = new_image(width=200, height=150)
    floor = new_layer(image, "floor", width=160, height=120, x=20, y=10, alpha=False)
    fill(floor, "rgb(0.1, 0.2, 0.8)", 0, 0, 160, 120)
    concept = new_layer(image, "fox", x=70, y=40)
    layer = generate(image, [concept], target="below", strength=0.05, steps=8)[0]
    assert (layer.get_width(), layer.get_height()) == (120, 120), "not the middle of the layer"
    assert tuple(layer.get_offsets())[1:] == (40, 10), layer.get_offsets()
    middle = layer.get_buffer().get(Gegl.Rectangle.new(10, 10, 1, 1), 1.0, "R'G'B' u8", Gegl.AbyssPolicy.NONE)
    assert middle[2] > 2 * middle[0], f"{list(middle)} is not blue any more"
    assert "layer" in refused(image, [floor], target="below")
    image.delete()


@check
def prompts_stay_out_of_the_image_when_asked():
    image = new_image()
    layers = generate(image, [new_layer(image)], prompt="a secret S", keep_prompts=False)
    group = layers[0].get_parent()
    assert "secret" not in layers[0].get_name() + group.get_name(), layers[0].get_name()
    assert recipe(layers[0])["prompt"] == recipe(layers[0])["encoded_prompt"] == "", recipe(layers[0])
    assert recipe(layers[0])["seed"] == 7
    image.delete()


@check
def comments_in_a_prompt_are_not_read():
    image = new_image()
    layer = new_layer(image)
    plain = generate(image, [layer], prompt="a S on a beach")[0]
    commented = generate(image, [layer], prompt="# first try\na S on a beach  # or at sea\n")[0]
    assert recipe(commented)["prompt"] == "a S on a beach", recipe(commented)["prompt"]
    assert pixels(plain) == pixels(commented)
    assert "prompt" in refused(image, [layer], prompt="# nothing but this")
    image.delete()


def put_lora(name):
    """A LoRA of the embedded model's first convolution, where the user's own lie."""
    folder = os.path.join(os.environ["XDG_DATA_HOME"], "gimp-personalize/loras")
    tensors = {"lora_unet_conv_in.lora_up.weight": [64, 1], "lora_unet_conv_in.lora_down.weight": [1, 16, 3, 3]}
    header, data = {}, b""
    for key, shape in tensors.items():
        values = struct.pack(f"<{math.prod(shape)}f", *([0.05] * math.prod(shape)))
        header[key] = {"dtype": "F32", "shape": shape, "data_offsets": [len(data), len(data) + len(values)]}
        data += values
    text = json.dumps(header).encode()
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, name + ".safetensors"), "wb") as f:
        f.write(struct.pack("<Q", len(text)) + text + data)


@check
def a_lora_in_a_prompt_acts_and_a_missing_one_is_named():
    image = new_image()
    layer = new_layer(image)
    put_lora("First Style")
    plain = generate(image, [layer], prompt="a S on a beach")[0]
    styled = generate(image, [layer], prompt="a S on a beach <lora:First Style:0.8>")[0]
    assert pixels(plain) != pixels(styled)
    found = recipe(styled)
    assert found["encoded_prompt"].strip() == "a S on a beach" and found["loras"][0]["weight"] == 0.8, found
    none = generate(image, [layer], prompt="a S on a beach <lora:First Style:0>")[0]
    assert pixels(plain) == pixels(none)
    assert "“second style”" in refused(image, [layer], prompt="a S <lora:second style:1>")
    assert "<lora:NAME:WEIGHT>" in refused(image, [layer], prompt="a S <lora:First Style:x>")
    image.delete()


@check
def comment_and_origin_are_written_when_asked_for():
    image = new_image()
    concept = new_layer(image)
    generate(image, [concept], seed=5)
    assert image.get_parasite("gimp-comment") is None or b"Steps:" not in bytes(image.get_parasite("gimp-comment").get_data())
    assert not origin(image)
    generate(image, [concept], seed=5, prompt="a S at sea", image_comment=True, mark_origin=True)
    comment = bytes(image.get_parasite("gimp-comment").get_data()).decode().rstrip("\0")
    assert re.fullmatch(r"a S at sea\nSteps: \d+, Sampler: [^,]+, CFG scale: [\d.]+, Seed: 5, Size: 128x128, "
                        r"Model hash: [0-9a-f]{10}, Model: \S+, Version: gimp-personalize \S+", comment), comment
    assert origin(image).endswith("/compositeWithTrainedAlgorithmicMedia"), origin(image)
    image.delete()


@check
def an_empty_prompt_is_refused():
    image = new_image()
    concept = new_layer(image)
    for prompt in ("", " \n\t"):
        assert "prompt" in refused(image, [concept], prompt=prompt).lower()
    image.delete()


@check
def a_size_the_model_cannot_make_is_refused_with_the_nearest():
    image = new_image()
    concept = new_layer(image)
    message = refused(image, [concept], width=SIDE + 1)
    assert str(SIDE + 1) in message and f"{SIDE}x{SIDE}" in message, message
    image.delete()


@check
def two_layers_or_a_channel_are_refused():
    image = new_image()
    layers = [new_layer(image), new_layer(image)]
    assert "2" in refused(image, layers, status=Gimp.PDBStatusType.CALLING_ERROR)
    channel = Gimp.Channel.new(image, "spot", 120, 90, 50, color("red"))
    image.insert_channel(channel, None, 0)
    image.set_selected_layers([layers[0]])
    refused(image, [channel], status=Gimp.PDBStatusType.CALLING_ERROR)
    image.delete()


@check
def a_selected_layer_mask_means_its_layer():
    image = new_image()
    concept = new_layer(image)
    mask = concept.create_mask(Gimp.AddMaskType.WHITE)
    concept.add_mask(mask)
    assert recipe(generate(image, [mask])[0])["source"]["layer"] == "fox"
    image.delete()


@check
def a_missing_model_or_device_is_refused():
    image = new_image()
    concept = new_layer(image)
    empty = Gio.File.new_for_path(os.path.dirname(os.environ["CHECKS_OUT"]))
    assert empty.get_path() in refused(image, [concept], model_folder=empty)
    assert "no such thing" in refused(image, [concept], device="no such thing")
    image.delete()


@check
def a_model_of_one_file_is_taken():
    """The file says nothing itself here: a file beside it says where each part lies."""
    tiny = os.environ["PZ_TINY"]
    file = os.path.join(os.path.dirname(os.environ["CHECKS_OUT"]), "my-dog.safetensors")
    with open(file, "wb") as f:
        f.write((2).to_bytes(8, "little") + b"{}")
    parts = ("tokenizer", "text_encoder", "image_encoder", "unet", "vae", "scheduler", "elite")
    with open(file.replace(".safetensors", ".json"), "w", encoding="utf-8") as f:
        json.dump({part: os.path.join(tiny, part) for part in parts} | {"name": "My dog"}, f)
    image = new_image()
    layer = generate(image, [new_layer(image)], model_folder=Gio.File.new_for_path(file))[0]
    assert recipe(layer)["model"] == "My dog", recipe(layer)["model"]
    image.delete()


class Peak:
    """The most memory that the plug-in's process held while this was entered, in bytes."""

    def __enter__(self):
        self.bytes, self.over = 0, threading.Event()
        self.watcher = threading.Thread(target=self.watch)
        self.watcher.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.watcher.join()

    def watch(self):
        while not self.over.is_set():
            for pid in filter(str.isdigit, os.listdir("/proc")):
                try:
                    with open(f"/proc/{pid}/environ", "rb") as f:
                        ours = os.environ["CHECKS_OUT"].encode() in f.read()
                    with open(f"/proc/{pid}/status", encoding="utf-8") as f:
                        lines = dict(line.split(":", 1) for line in f)
                except OSError:
                    continue
                if ours and lines["Name"].strip().startswith("personalize-con") and "VmHWM" in lines:
                    self.bytes = max(self.bytes, 1024 * int(lines["VmHWM"].split()[0]))
            time.sleep(0.05)


@check
def a_huge_layer_is_never_held_in_full():
    """72 million pixels, nearly all of them selected, and again under a layer mask."""
    image = new_image()
    with Peak() as small:
        generate(image, [new_layer(image)])
    image.delete()
    image = new_image(width=9000, height=8000)
    concept = new_layer(image, width=9000, height=8000, alpha=False)
    image.select_rectangle(Gimp.ChannelOps.REPLACE, 100, 100, 8800, 7800)
    before = small.bytes
    assert before > 50 << 20, before
    for source in ("selection", "layer-mask"):
        if source == "layer-mask":
            concept.add_mask(concept.create_mask(Gimp.AddMaskType.SELECTION))
        with Peak() as large:
            made = generate(image, [concept], mask_source=source)[0]
        more = (large.bytes - before) >> 20
        # Rows, tiles and a square of 2048 pixels fit into what the model takes afterwards. All of it as floats would be 1100 MiB, and
        # the result in its place 730.
        assert more < 200, f"{source}: {more} MiB more than a small layer"
        assert extent(made)[2:] == (8000, 8000), extent(made)
        image.remove_layer(made.get_parent())
    image.delete()


@check
def a_huge_part_is_painted_over_by_rows():
    """What a run starts from, and where, is never held in full: under a selection, and in the layer below."""
    image = new_image(width=200, height=150)
    concept = new_layer(image, "fox", x=120, y=80)
    new_layer(image, "floor", width=200, height=150, alpha=False)
    image.select_rectangle(Gimp.ChannelOps.REPLACE, 30, 40, 60, 50)
    with Peak() as small:
        generate(image, [concept], target="selection", strength=0.5)
    image.delete()
    assert small.bytes > 50 << 20, small.bytes
    image = new_image(width=6000, height=6000)
    new_layer(image, "floor", width=6000, height=6000, alpha=False)
    concept = new_layer(image, "fox", x=120, y=80)
    image.select_ellipse(Gimp.ChannelOps.REPLACE, 1200, 1200, 3600, 3600)
    for target, side in (("selection", 5400), ("below", 6000)):
        with Peak() as large:
            made = generate(image, [concept], target=target, strength=0.5)[0]
        more = (large.bytes - small.bytes) >> 20
        # As floats the picture alone was 445 MiB, and in pixels of four channels meanwhile 334 more.
        assert more < 200, f"{target}: {more} MiB more than a small part"
        assert extent(made)[2:] == (side, side), extent(made)
        if target == "selection":
            mask = made.get_mask()
            across = [pixel(mask, x, 3000, "Y u8")[0] for x in range(1190, 1800)]
            assert across[0] == 0 and across[-1] == 255 and across == sorted(across), across
        image.remove_layer(made.get_parent())
        Gimp.Selection.none(image)
    image.delete()


@check
def numbers_out_of_range_never_reach_us():
    for name, value in (("variants", 0), ("variants", 17), ("fidelity", 1.6), ("steps", -1)):
        config = Gimp.get_pdb().lookup_procedure(PROCEDURE).create_config()
        spec = config.find_property(name)
        assert value < spec.minimum or value > spec.maximum, f"{name} takes {value}"


def main():
    only = os.environ.get("CHECKS_ONLY")
    with open(os.environ["CHECKS_OUT"], "w", encoding="utf-8") as out:
        for function in _checks:
            if only and only not in function.__name__:
                continue
            try:
                function()
                outcome = "ok"
            except BaseException:  # a check that exits GIMP would hide all later ones
                outcome = traceback.format_exc()
            print(json.dumps([function.__name__, outcome]), file=out, flush=True)
    left = [i.get_id() for i in Gimp.get_images()]
    for image in Gimp.get_images():
        image.delete()
    with open(os.environ["CHECKS_OUT"], "a", encoding="utf-8") as out:
        outcome = "ok" if not left or only else f"images {left} were left behind"
        print(json.dumps(["no_stray_images_are_left", outcome]), file=out)


main()

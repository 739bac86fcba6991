# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks inside GIMP, with a plug-in whose engine passes pictures through: what it reads from an image, where it puts results,
and which metadata it adds. The engine's recipe tells which input it received.
"""

import base64
import re

from gi.repository import Gimp
from in_gimp import (PROCEDURE, check, color, extent, fill, generate, new_image, new_layer, pixel, pixels, recipe,
                     refused, state)

ORIGIN = "Xmp.iptcExt.DigitalSourceType"


def origin(image):
    """The metadata tag as GIMP stores it, read from GIMP's serialization, so that no binding of the metadata library is
    needed."""
    metadata = image.get_metadata()
    found = metadata and re.search(rf'<tag name="{ORIGIN}"([^>]*)>([^<]*)<', metadata.serialize())
    if not found:
        return ""
    return base64.b64decode(found[2]).decode() if "base64" in found[1] else found[2]


@check
def the_menu_entry_is_in_filters():
    procedure = Gimp.get_pdb().lookup_procedure(PROCEDURE)
    assert procedure.get_menu_label() == "_Personalize Concept…", procedure.get_menu_label()
    assert procedure.get_menu_paths() == ["<Image>/Filters"], procedure.get_menu_paths()
    assert procedure.get_image_types() == "RGB*, GRAY*", procedure.get_image_types()
    names = [a.name for a in procedure.get_arguments()][3:]
    assert names == ["prompt", "negative-prompt", "variants", "seed", "steps", "guidance", "fidelity", "words", "sampler",
                     "mask-source", "model-folder", "device", "width", "height", "target", "image-comment",
                     "mark-origin", "room", "strength", "variation-of", "variation", "keep-prompts", "native-size",
                     "concepts", "fidelities"], names


@check
def a_second_run_is_on_top_and_hides_the_first():
    image = new_image()
    concept = new_layer(image)
    first = generate(image, [concept], prompt="a S one")[0].get_parent()
    new_layer(image, "a user's own")  # above the concept, below the results
    image.reorder_item(image.get_layers()[0], None, 1)
    second = generate(image, [concept], prompt="a S two")[0].get_parent()
    order = [l.get_name() for l in image.get_layers()]
    assert order == ["a S two", "a S one", "a user's own", "fox"], order
    assert [first.get_visible(), second.get_visible()] == [False, True]
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
    """The model's input: hashes of crop and mask."""
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
    """GIMP ends a plug-in that writes into a locked group: results are placed next to the outermost locked group."""
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
def comments_in_a_prompt_are_not_read():
    image = new_image()
    layer = new_layer(image)
    commented = generate(image, [layer], prompt="# first try\na S on a beach  # or at sea\n")[0]
    assert recipe(commented)["prompt"] == "a S on a beach", recipe(commented)["prompt"]
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
    assert re.fullmatch(r"a S at sea\nSteps: \d+, Sampler: [^,]+, CFG scale: [\d.]+, Seed: 5, Size: 64x64, "
                        r"Model hash: [0-9a-f]{10}, Model: \S+, Version: gimp-personalize \S+", comment), comment
    assert origin(image).endswith("/compositeWithTrainedAlgorithmicMedia"), origin(image)
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
def numbers_out_of_range_never_reach_us():
    for name, value in (("variants", 0), ("variants", 17), ("fidelity", 1.6), ("steps", -1)):
        config = Gimp.get_pdb().lookup_procedure(PROCEDURE).create_config()
        spec = config.find_property(name)
        assert value < spec.minimum or value > spec.maximum, f"{name} takes {value}"


@check
def a_repeat_into_the_selection_starts_from_what_was_there():
    """The result of the previous run is not part of the input; the result for another selection is."""
    image = new_image(width=200, height=150)
    concept = new_layer(image, "fox", x=120, y=80)
    new_layer(image, "floor", width=200, height=150, alpha=False)

    def paint():
        """Returns the new group, and the visible colour at its place before; then fills its layer with red."""
        made = generate(image, [concept], target="selection")[0]
        there = pixel(made, 65, 65)
        fill(made, "red", 0, 0, made.get_width(), made.get_height())
        return made.get_parent(), there
    image.select_ellipse(Gimp.ChannelOps.REPLACE, 30, 40, 60, 50)
    first, floor = paint()
    second, again = paint()
    assert min(floor) > 250 and again == floor, (floor, again)
    assert [first.get_visible(), second.get_visible()] == [False, True]
    image.select_ellipse(Gimp.ChannelOps.REPLACE, 40, 50, 60, 50)
    _, other = paint()
    assert second.get_visible(), "another selection's result was hidden"
    assert other == (255, 0, 0), f"{other}: the other selection's result was not seen"
    second.set_visible(False)
    _, again = paint()
    assert again == floor, (floor, again)
    image.delete()


@check
def the_layer_below_is_painted_over():
    image = new_image(width=200, height=150)
    floor = new_layer(image, "floor", width=160, height=120, x=20, y=10, alpha=False)
    fill(floor, "rgb(0.1, 0.2, 0.8)", 0, 0, 160, 120)
    concept = new_layer(image, "fox", x=70, y=40)
    layer = generate(image, [concept], target="below")[0]
    assert extent(layer) == (40, 10, 120, 120), f"{extent(layer)} is not the middle of the layer"
    assert not layer.get_mask() and pixel(layer, 50, 20) == pixel(floor, 50, 20), pixel(layer, 50, 20)
    assert "layer" in refused(image, [floor], target="below")
    image.delete()


@check
def what_is_painted_over_has_its_colours_in_any_precision():
    kinds = {Gimp.Precision.U8_NON_LINEAR: 1, Gimp.Precision.HALF_LINEAR: 2, Gimp.Precision.FLOAT_LINEAR: 4}
    for kind, n_bytes in kinds.items():
        image = new_image(precision=kind, width=200, height=160)
        layer = new_layer(image, width=200, height=160, alpha=False, thing="rgb(0.9, 0.4, 0.1)")
        image.select_polygon(Gimp.ChannelOps.REPLACE, [40, 30, 150, 40, 90, 130])
        made = generate(image, [layer], target="selection")[0]
        assert pixel(made.get_mask(), 95, 60, "Y u8") == (255,), kind
        found, expected = pixel(made, 95, 70), pixel(layer, 95, 70)
        assert all(abs(a - b) <= 1 for a, b in zip(found, expected)), (kind, found, expected)
        assert len(pixels(made)) == made.get_width() * made.get_height() * 4 * n_bytes, kind
        image.delete()


@check
def results_can_go_into_a_new_image():
    image = new_image()
    concept = new_layer(image)
    before = state(image)
    layers = generate(image, [concept], target="new-image")
    assert state(image) == before
    fresh = layers[0].get_image()
    assert fresh.get_id() != image.get_id()
    assert (fresh.get_width(), fresh.get_height()) == (layers[0].get_width(), layers[0].get_height())
    fresh.delete()
    image.delete()

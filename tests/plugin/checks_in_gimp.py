# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks inside GIMP with the real engine: its results, and its requirements."""

import json
import math
import os
import struct

from gi.repository import Gimp, Gio
from in_gimp import (PARASITE, check, every_call, extent, generate, new_image, new_layer, pixel, pixels, pixels_of,
                     recipe, refused, state)

SIDE = 128  # small pictures are fast
every_call(width=SIDE, height=SIDE, mask_source="layer")  # searching for the thing takes as long as all the rest


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
        # the concept's square is as wide as the layer, 60 pixels, but the layer has room for only 50
        assert extent(layer) == (10 + 5, 20, 50, 50), extent(layer)
        assert recipe(layer)["width"] == SIDE
    first, second = map(pixels, layers)
    assert first != second, "two seeds gave one picture"
    image.remove_layer(group)
    alone = generate(image, [concept], seed=8, prompt="a S in the snow")[0]
    assert pixels(alone) == second, "a variant has other bits alone than in a batch"
    image.remove_layer(alone.get_parent())
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
    """A small picture on a large concept: scaled to the square without visible steps between its pixels."""
    image = new_image(width=700, height=600)
    concept = new_layer(image, "photo", width=700, height=600, alpha=False)
    image.select_rectangle(Gimp.ChannelOps.REPLACE, 100, 50, 400, 400)
    here = {"mask_source": "selection"}
    layer = generate(image, [concept], **here)[0]
    x, y, width, height = extent(layer)
    # the selection with a margin, moved so that it lies inside the picture
    assert 400 <= width == height <= 480 and abs(x - (300 - width // 2)) <= 40 and abs(y - (250 - height // 2)) <= 40, extent(layer)

    def jump(drawable):
        """The greatest difference between horizontally adjacent pixels."""
        line, rows = drawable.get_width() * 3, pixels_of(drawable, "R'G'B' u8")
        return max(abs(rows[i] - rows[i + 3]) for i in range(len(rows) - 3) if (i + 3) % line >= 3)
    native = generate(image, [concept], native_size=True, **here)[0]
    # if pixels were replicated into blocks, the jumps would be as large as in the native picture
    assert 0 < jump(layer) < 0.9 * jump(native), (jump(layer), jump(native))
    wide = generate(image, [concept], width=192, height=128, **here)[0]
    assert wide.get_width() == width and abs(wide.get_height() - width * 128 / 192) <= 1, extent(wide)
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
        assert found["source"] == {"layer": "fox", "tattoo": concept.get_tattoo(), "mask_source": "layer", "room": 0}, found
    file = Gio.File.new_for_path(os.environ["CHECKS_OUT"] + ".xcf")
    Gimp.file_save(Gimp.RunMode.NONINTERACTIVE, image, file, None)
    wanted = [recipe(l) for l in layers]
    image.delete()
    loaded = Gimp.file_load(Gimp.RunMode.NONINTERACTIVE, file)
    group = [l for l in loaded.get_layers() if l.is_group()][0]
    assert [recipe(l) for l in group.get_children()] == wanted, "recipes were lost in the file"
    loaded.delete()


@check
def the_thing_is_found_where_there_is_no_exact_mask():
    """With any precision: the thing is found in the same place as with 8 bits, and its colours are not washed out or burnt."""
    seen = {}

    def found(image, layer, mask_source="auto"):
        """The mask's source, the result's extent, and its values."""
        made = generate(image, [layer], mask_source=mask_source)[0]
        answer = recipe(made)["source"]["mask_source"], extent(made), list(pixels_of(made, "R'G'B' u8"))
        image.remove_layer(made.get_parent())
        return answer

    def make(precision):
        image = new_image(precision=precision, width=200, height=160)
        return image, new_layer(image, width=200, height=160, alpha=False, thing="rgb(0.9, 0.4, 0.1)")
    image, layer = make(Gimp.Precision.U8_NON_LINEAR)
    seen["whole"] = found(image, layer)
    assert seen["whole"][0] == "subject" and seen["whole"][1][2] < 150, seen["whole"][:2]
    image.select_rectangle(Gimp.ChannelOps.REPLACE, 30, 20, 140, 120)
    seen["box"] = found(image, layer)
    assert seen["box"][0] == "subject", "a rectangle was taken as it is"
    assert found(image, layer, "selection")[0] == "selection"
    image.select_ellipse(Gimp.ChannelOps.REPLACE, 30, 20, 140, 120)
    assert found(image, layer)[0] == "subject", "an ellipse was taken as it is"
    image.select_polygon(Gimp.ChannelOps.REPLACE, [40, 30, 150, 40, 90, 130])
    assert found(image, layer)[0] == "selection", "a free selection is exact"
    Gimp.Selection.none(image)
    flat = new_layer(image, "flat", alpha=False)
    message = refused(image, [flat], mask_source="subject")
    assert "flat" in message and "stands out" in message, message
    image.delete()
    for kind, place in ((Gimp.Precision.HALF_LINEAR, "whole"), (Gimp.Precision.FLOAT_LINEAR, "box")):
        image, layer = make(kind)
        if place == "box":
            image.select_rectangle(Gimp.ChannelOps.REPLACE, 30, 20, 140, 120)
        (_, there, values), (source, here, own) = seen[place], found(image, layer)
        assert source == "subject", (kind, source)
        assert all(abs(a - b) <= 2 for a, b in zip(here, there)), (kind, here, there)
        assert abs(sum(own) / len(own) - sum(values) / len(values)) <= 4, kind
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
    layer = generate(image, [concept], target="selection", strength=0.5, mask_source="auto")[0]
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
def prompts_stay_out_of_the_image_when_asked():
    image = new_image()
    layers = generate(image, [new_layer(image)], prompt="a secret S", keep_prompts=False)
    group = layers[0].get_parent()
    assert "secret" not in layers[0].get_name() + group.get_name(), layers[0].get_name()
    assert recipe(layers[0])["prompt"] == recipe(layers[0])["encoded_prompt"] == "", recipe(layers[0])
    assert recipe(layers[0])["seed"] == 7
    image.delete()


def put(path, tensors, value, metadata=None):
    """Writes a tensor file with one constant value to the user's data folder."""
    path = os.path.join(os.environ["XDG_DATA_HOME"], "gimp-personalize", path)
    header, data = {"__metadata__": metadata} if metadata else {}, b""
    for key, shape in tensors.items():
        values = struct.pack(f"<{math.prod(shape)}f", *([value] * math.prod(shape)))
        header[key] = {"dtype": "F32", "shape": shape, "data_offsets": [len(data), len(data) + len(values)]}
        data += values
    text = json.dumps(header).encode()
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as f:
        f.write(struct.pack("<Q", len(text)) + text + data)


def put_lora(name):
    """A LoRA for the embedded model's first convolution."""
    put(f"loras/{name}.safetensors",
        {"lora_unet_conv_in.lora_up.weight": [64, 1], "lora_unet_conv_in.lora_down.weight": [1, 16, 3, 3]}, 0.05)


def put_concept(name, value):
    """A saved concept of one word for the embedded model."""
    with open(os.path.join(os.environ["PZ_TINY"], "text_encoder/config.json"), encoding="utf-8") as f:
        width = json.load(f)["hidden_size"]
    put(f"concepts/{name}.pzconcept", {"words": [1, width]}, value,
        {"format": "1", "method": "textual-inversion", "name": name, "title": name})


@check
def saved_concepts_stand_beside_the_layer_or_in_its_place():
    image = new_image()
    layer = new_layer(image)
    put_concept("mug", 0.02)
    put_concept("hat", -0.02)
    alone, = generate(image, [layer], concepts=["mug"], prompt="a S on a beach")
    told, = recipe(alone)["concepts"]
    assert told["name"] == "mug" and len(told["sha256"]) == 64, told
    both, = generate(image, [layer], concepts=["layer", "hat.pzconcept"], prompt="S1 and S2")
    first, second = recipe(both)["concepts"]
    assert "crop_sha256" in first and second["name"] == "hat", (first, second)
    assert "gone.pzconcept" in refused(image, [layer], concepts=["gone"])
    # An empty layer does not matter if it is not the concept.
    empty = new_layer(image)
    empty.fill(Gimp.FillType.TRANSPARENT)
    refused(image, [empty], mask_source="auto")
    assert pixels(alone) != pixels(generate(image, [empty], concepts=["hat"], prompt="a S on a beach")[0])
    image.delete()


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
    assert "“second style”" in refused(image, [layer], prompt="a S <lora:second style:1>")
    assert "<lora:NAME:WEIGHT>" in refused(image, [layer], prompt="a S <lora:First Style:x>")
    image.delete()


@check
def a_size_the_model_cannot_make_is_refused_with_the_nearest():
    image = new_image()
    concept = new_layer(image)
    message = refused(image, [concept], width=SIDE + 1)
    assert str(SIDE + 1) in message and f"{SIDE}x{SIDE}" in message, message
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
    """The model file itself is empty; the JSON file next to it gives the location of each part."""
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


@check
def room_around_the_concept_widens_the_crop():
    image = new_image()
    layer = new_layer(image, alpha=False)
    image.select_rectangle(Gimp.ChannelOps.REPLACE, 25, 20, 10, 10)
    close, wide = (recipe(generate(image, [layer], mask_source="selection", room=room)[0]) for room in (0, 0.8))
    assert close["concepts"] != wide["concepts"] and [close["source"]["room"], wide["source"]["room"]] == [0, 0.8], wide
    image.delete()


@check
def an_empty_prompt_is_refused():
    image = new_image()
    concept = new_layer(image)
    for prompt in ("", " \n\t", "# nothing but this"):
        assert "prompt" in refused(image, [concept], prompt=prompt).lower()
    image.delete()

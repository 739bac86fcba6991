# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks inside GIMP with the real engine: what comes of its pictures, and of what it needs."""

import json
import math
import os
import struct
import threading
import time

from gi.repository import Gegl, Gimp, Gio
from in_gimp import (PARASITE, check, every_call, extent, fill, generate, new_image, new_layer, pixel, pixels, pixels_of,
                     recipe, refused, state)

SIDE = 128  # small pictures are quick
every_call(width=SIDE, height=SIDE, mask_source="layer")  # to find the thing takes as long as all else


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
    here = {"mask_source": "selection"}
    layer = generate(image, [concept], **here)[0]
    x, y, width, height = extent(layer)
    # the selection with some room around it, moved into the picture
    assert 400 <= width == height <= 480 and abs(x - (300 - width // 2)) <= 40 and abs(y - (250 - height // 2)) <= 40, extent(layer)

    def jump(drawable):
        """The largest difference between pixels side by side."""
        line, rows = drawable.get_width() * 3, pixels_of(drawable, "R'G'B' u8")
        return max(abs(rows[i] - rows[i + 3]) for i in range(len(rows) - 3) if (i + 3) % line >= 3)
    native = generate(image, [concept], native_size=True, **here)[0]
    # in blocks of pixels they are as large as in the picture itself
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
def a_variant_has_the_same_bits_alone_or_in_a_batch():
    image = new_image()
    concept = new_layer(image)
    both = generate(image, [concept], variants=2, seed=41)
    alone = generate(image, [concept], variants=1, seed=42)
    assert pixels(both[1]) == pixels(alone[0]), "seed 42 differs"
    assert pixels(both[0]) != pixels(both[1]), "two seeds gave one picture"
    image.delete()


@check
def the_thing_is_found_where_there_is_no_exact_mask():
    image = new_image(width=200, height=160)
    layer = new_layer(image, width=200, height=160, alpha=False, thing="rgb(0.9, 0.4, 0.1)")

    def source(mask_source="auto"):
        made = generate(image, [layer], mask_source=mask_source)[0]
        used, width = recipe(made)["source"]["mask_source"], made.get_width()
        image.remove_layer(made.get_parent())
        return used, width

    used, width = source()
    assert used == "subject" and width < 150, (used, width)
    image.select_rectangle(Gimp.ChannelOps.REPLACE, 30, 20, 140, 120)
    assert source()[0] == "subject", "a rectangle was taken as it is"
    assert source("selection")[0] == "selection"
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
    kinds = {Gimp.Precision.U8_NON_LINEAR: (1, "whole", "box"), Gimp.Precision.HALF_LINEAR: (2, "whole"),
             Gimp.Precision.FLOAT_LINEAR: (4, "box")}
    seen = []
    for kind, (n_bytes, *places) in kinds.items():
        image = new_image(precision=kind, width=200, height=160)
        layer = new_layer(image, width=200, height=160, alpha=False, thing="rgb(0.9, 0.4, 0.1)")
        made = {}
        for place in places:
            if place == "box":
                image.select_rectangle(Gimp.ChannelOps.REPLACE, 30, 20, 140, 120)
            made[place] = generate(image, [layer], mask_source="auto")[0]
            assert recipe(made[place])["source"]["mask_source"] == "subject", (kind, recipe(made[place])["source"])
        image.select_polygon(Gimp.ChannelOps.REPLACE, [40, 30, 150, 40, 90, 130])
        made["over"] = generate(image, [layer], target="selection", strength=0.5, mask_source="auto")[0]
        assert pixel(made["over"].get_mask(), 95, 60, "Y u8") == (255,), "the place that is painted over"
        for drawable in made.values():
            assert len(pixels(drawable)) == drawable.get_width() * drawable.get_height() * 4 * n_bytes, kind
        seen.append({place: (extent(d), list(pixels_of(d, "R'G'B' u8"))) for place, d in made.items()})
        image.delete()
    for found, kind in zip(seen[1:], list(kinds)[1:]):
        for name, (place, values) in found.items():
            place_8, values_8 = seen[0][name]
            assert all(abs(a - b) <= 2 for a, b in zip(place, place_8)), (kind, place, place_8)
            mean, mean_8 = sum(values) / len(values), sum(values_8) / len(values_8)
            assert abs(mean - mean_8) <= 4, (kind, name, mean, mean_8)


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


def put(path, tensors, value, metadata=None):
    """A file of tensors of one value each, where the user's own lie."""
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
    """A LoRA of the embedded model's first convolution."""
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
    assert pixels(alone) != pixels(generate(image, [layer], concepts=["hat"], prompt="a S on a beach")[0])
    assert "gone.pzconcept" in refused(image, [layer], concepts=["gone"])
    # What is on the layer does not matter where it is no concept.
    empty = new_layer(image)
    empty.fill(Gimp.FillType.TRANSPARENT)
    refused(image, [empty], mask_source="auto")
    generate(image, [empty], concepts=["mug"])
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
    none = generate(image, [layer], prompt="a S on a beach <lora:First Style:0>")[0]
    assert pixels(plain) == pixels(none)
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
    """30 million pixels, nearly all of them selected, and again under a layer mask."""
    image = new_image()
    with Peak() as small:
        generate(image, [new_layer(image)])
    image.delete()
    image = new_image(width=6000, height=5000)
    concept = new_layer(image, width=6000, height=5000, alpha=False)
    image.select_rectangle(Gimp.ChannelOps.REPLACE, 100, 100, 5800, 4800)
    before = small.bytes
    assert before > 50 << 20, before
    for source in ("selection", "layer-mask"):
        if source == "layer-mask":
            concept.add_mask(concept.create_mask(Gimp.AddMaskType.SELECTION))
        with Peak() as large:
            made = generate(image, [concept], mask_source=source)[0]
        more = (large.bytes - before) >> 20
        # Rows, tiles and a square of 2048 pixels fit into what the model takes afterwards. All of it as floats would be 450 MiB, and
        # the result in its place 280.
        assert more < 200, f"{source}: {more} MiB more than a small layer"
        assert extent(made)[2:] == (5000, 5000), extent(made)
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
    image = new_image(width=5000, height=5000)
    new_layer(image, "floor", width=5000, height=5000, alpha=False)
    concept = new_layer(image, "fox", x=120, y=80)
    image.select_ellipse(Gimp.ChannelOps.REPLACE, 1000, 1000, 3000, 3000)
    for target, side in (("selection", 4500), ("below", 5000)):
        with Peak() as large:
            made = generate(image, [concept], target=target, strength=0.5)[0]
        more = (large.bytes - small.bytes) >> 20
        # As floats the picture alone would be 300 MiB, and in pixels of four channels meanwhile 230 more.
        assert more < 200, f"{target}: {more} MiB more than a small part"
        assert extent(made)[2:] == (side, side), extent(made)
        if target == "selection":
            mask = made.get_mask()
            across = [pixel(mask, x, 2500, "Y u8")[0] for x in range(990, 1500)]
            assert across[0] == 0 and across[-1] == 255 and across == sorted(across), across
        image.remove_layer(made.get_parent())
        Gimp.Selection.none(image)
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

    def seen(**more):
        return recipe(generate(image, [layer], mask_source="selection", **more)[0])["concepts"]
    assert seen() == seen(room=0.0) != seen(room=0.8)
    image.delete()


@check
def an_empty_prompt_is_refused():
    image = new_image()
    concept = new_layer(image)
    for prompt in ("", " \n\t", "# nothing but this"):
        assert "prompt" in refused(image, [concept], prompt=prompt).lower()
    image.delete()

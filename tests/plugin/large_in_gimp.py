# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks inside GIMP, with a plug-in whose engine passes pictures through: large layers are never completely in memory."""

import os
import threading
import time

from gi.repository import Gimp
from in_gimp import check, extent, generate, new_image, new_layer, pixel


class Peak:
    """Measures the peak memory of the plug-in's process during the context, in bytes."""

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
    """14 million pixels, nearly all of them selected; then the same area as a layer mask."""
    image = new_image()
    with Peak() as small:
        generate(image, [new_layer(image)])
    image.delete()
    image = new_image(width=4000, height=3500)
    concept = new_layer(image, width=4000, height=3500, alpha=False)
    image.select_rectangle(Gimp.ChannelOps.REPLACE, 100, 100, 3800, 3300)
    before = small.bytes
    # If babl measured its tables at start-up, the memory for that would hide everything else.
    assert 20 << 20 < before < 200 << 20, before
    for source in ("selection", "layer-mask"):
        if source == "layer-mask":
            concept.add_mask(concept.create_mask(Gimp.AddMaskType.SELECTION))
        with Peak() as large:
            made = generate(image, [concept], mask_source=source)[0]
        more = (large.bytes - before) >> 20
        # Rows, a square of 2048 pixels, and GIMP's own tiles: 265 MiB. The whole layer as floats would be 210 more, and the
        # result at full size 140.
        assert more < 330, f"{source}: {more} MiB more than a small layer"
        assert min(extent(made)[2:]) > 3000, extent(made)
        image.remove_layer(made.get_parent())
    image.delete()


@check
def a_huge_part_is_painted_over_by_rows():
    """The picture that a run starts from, and its mask, are never completely in memory: with a selection, and with the layer
    below."""
    image = new_image(width=200, height=150)
    concept = new_layer(image, "fox", x=120, y=80)
    new_layer(image, "floor", width=200, height=150, alpha=False)
    image.select_rectangle(Gimp.ChannelOps.REPLACE, 30, 40, 60, 50)
    with Peak() as small:
        generate(image, [concept], target="selection")
    image.delete()
    assert small.bytes > 20 << 20, small.bytes
    image = new_image(width=4000, height=4000)
    new_layer(image, "floor", width=4000, height=4000, alpha=False)
    concept = new_layer(image, "fox", x=120, y=80)
    image.select_ellipse(Gimp.ChannelOps.REPLACE, 800, 800, 2400, 2400)
    for target, side in (("selection", 3600), ("below", 4000)):
        with Peak() as large:
            made = generate(image, [concept], target=target)[0]
        more = (large.bytes - small.bytes) >> 20
        # The picture alone would take 150 MiB more as floats, and 100 MiB temporarily as pixels of four channels.
        assert more < 200, f"{target}: {more} MiB more than a small part"
        assert extent(made)[2:] == (side, side), extent(made)
        if target == "selection":
            mask = made.get_mask()
            across = [pixel(mask, x, 2000, "Y u8")[0] for x in range(790, 1200)]
            assert across[0] == 0 and across[-1] == 255 and across == sorted(across), across
        image.remove_layer(made.get_parent())
        Gimp.Selection.none(image)
    image.delete()

# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plain drawings in place of those that models/training/fetch.py makes."""

import json

import numpy as np

SIDE = 192


def write_ellipses(cache, count, widths, heights, thing):
    """Writes upright ellipses, each of a different colour, as sprites.npy and things.json of a cache folder.

    widths, heights: range (from, to) of the half-axes, relative to the side; thing: returns the entry of drawing i for
    things.json."""
    rng = np.random.default_rng(1)
    y, x = (np.mgrid[:SIDE, :SIDE] + 0.5) / SIDE - 0.5
    sprites = np.zeros((count, SIDE, SIDE, 4), np.uint8)
    for sprite in sprites:
        inside = (x / rng.uniform(*widths)) ** 2 + (y / rng.uniform(*heights)) ** 2 < 1
        sprite[inside] = [*rng.integers(0, 256, 3), 255]
    np.save(cache / "sprites.npy", sprites)
    told = [thing(i) for i in range(count)]
    (cache / "things.json").write_text(json.dumps({
        "things": [{"name": t["name"], "group": "Objects", "held_out": t["held_out"]} for t in told],
        "sprites": [{"thing": i, "source": t["source"], "file": ""} for i, t in enumerate(told)]}))

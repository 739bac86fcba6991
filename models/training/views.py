# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Concept pictures: an object as a user would show it to the encoder, and the user's outline of it.

  concept(rng, sprite, outline, grounds)   128x128 picture of the object, its exact mask, and the user's mask
  python3 views.py --cache DIR --sheet FILE.png   some of every kind of outline to look at
"""

import argparse
from pathlib import Path

import numpy as np
from PIL import Image

from compose import Things, over, placed, recolour
from grounds import SIDE, any_ground
from outlines import OUTLINES
from photographs import part, photographs

VIEW = 128


def concept(rng, sprite, outline="exact", grounds=None):
    """-> (picture [128,128,3] uint8, object mask [128,128] bool, given mask [128,128] bool).

    outline: how the object was outlined, one of OUTLINES.  The outlined area fills the frame; without an
    outline ("none") the object is somewhere in it.
    grounds: photographs.photographs (), used as the background of half of the pictures, or None."""
    loose = outline == "none"
    scale = rng.uniform(0.5, 0.95) if loose else rng.uniform(0.78, 0.98)
    x, y = VIEW / 2 + rng.normal(0, 1, 2) + loose * rng.uniform(-0.5, 0.5, 2) * (1 - scale) * VIEW
    layer = placed(sprite, scale * VIEW, VIEW, x, y, rng.normal(0, 2.5), rng.random() < 0.05)
    if grounds is not None and rng.random() < 0.5:
        ground = part(rng, grounds, VIEW)
    else:
        ground = any_ground(rng)[::SIDE // VIEW, ::SIDE // VIEW]
    picture = over(layer, ground) * rng.uniform(0.92, 1.05)
    mask = layer[..., 3] > 127
    return np.clip(np.round(picture), 0, 255).astype(np.uint8), mask, OUTLINES[outline](rng, mask)


def sheet(things, grounds):
    """-> a row for each outline: pictures, and below each its part inside the user's mask"""
    rng, rows = np.random.default_rng(1), []
    for outline in OUTLINES:
        views = []
        for _ in range(8):
            sprite = np.asarray(things.sprites[rng.choice(things.train)])
            sprite = recolour(rng, sprite) if rng.random() < 0.4 else sprite
            picture, _, given = concept(rng, sprite, outline, grounds)
            views.append(np.concatenate([picture, picture * given[..., None]]))
        rows.append(np.concatenate(views, 1))
    return Image.fromarray(np.concatenate(rows))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cache", required=True)
    parser.add_argument("--sheet", type=Path, required=True)
    args = parser.parse_args()
    sheet(Things(args.cache), photographs(args.cache)).save(args.sheet)


if __name__ == "__main__":
    main()

# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Simulated user outlines of an object: masks as users would draw them, made from the exact mask.

  OUTLINES   name -> function (rng, mask [S,S] bool) -> mask of the same shape and type
"""

import numpy as np
from PIL import Image, ImageFilter


def exact(_rng, mask):
    return mask


def grown(rng, mask):
    """The mask grown by some pixels on all sides, with the smooth outline of a free selection."""
    image = Image.fromarray(mask.astype(np.uint8) * 255)
    return np.asarray(image.filter(ImageFilter.GaussianBlur(rng.uniform(1, 4)))) > rng.integers(8, 90)


def extent(mask):
    """-> x0, y0, x1, y1 (exclusive): the box of the set pixels, or of the whole mask if none is set"""
    ys, xs = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    if not len(ys):
        return 0, 0, mask.shape[1], mask.shape[0]
    return xs[0], ys[0], xs[-1] + 1, ys[-1] + 1


def box(rng, mask):
    """The bounding rectangle with a random margin on each side."""
    x0, y0, x1, y1 = extent(mask)
    a, b, c, d = np.round(rng.uniform(-2, 7, 4)).astype(int)
    out = np.zeros_like(mask)
    out[max(y0 - a, 0):y1 + b, max(x0 - c, 0):x1 + d] = True
    return out


def ellipse(rng, mask):
    """An ellipse that reaches a little beyond the object's box."""
    x0, y0, x1, y1 = extent(mask)
    y, x = np.mgrid[:mask.shape[0], :mask.shape[1]] + 0.5
    wide = rng.uniform(1.0, 1.35, 2) / 2
    u, v = (x - (x0 + x1) / 2) / (wide[0] * (x1 - x0)), (y - (y0 + y1) / 2) / (wide[1] * (y1 - y0))
    return u * u + v * v < 1


def none(_rng, mask):
    return np.ones_like(mask)


OUTLINES = {"exact": exact, "grown": grown, "box": box, "ellipse": ellipse, "none": none}

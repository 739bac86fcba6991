# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Styles that a caption can ask for, made with real image filters.

  STYLES   name -> function (rng, picture [256,256,3] uint8) -> picture of the same kind
"""

import numpy as np
from PIL import Image, ImageFilter

SIDE = 256


def watercolour(rng, picture):
    """Flat patches with soft rims, pigment darker at edges, thin on paper."""
    small = Image.fromarray(picture).resize((SIDE // 2, SIDE // 2), Image.BOX)
    flat = small.filter(ImageFilter.MedianFilter(7)).resize((SIDE, SIDE), Image.BICUBIC)
    edges = np.asarray(flat.convert("L").filter(ImageFilter.FIND_EDGES), np.float32)[..., None]
    colour = np.asarray(flat, np.float32)
    wash = rng.normal(0, 1, (9, 9)).astype(np.float32)
    wash = np.asarray(Image.fromarray(wash).resize((SIDE, SIDE), Image.BICUBIC))[..., None]
    out = 255 - (255 - colour) * np.clip(0.62 + 0.10 * wash, 0.3, 1) - 0.5 * np.minimum(edges, 60)
    return np.clip(out, 0, 255).astype(np.uint8)


def pencil(_rng, picture):
    """Lines by dividing by a blurred negative."""
    gray = Image.fromarray(picture).convert("L")
    blurred = np.asarray(gray.filter(ImageFilter.GaussianBlur(6)), np.float32)
    line = np.asarray(gray, np.float32) / np.maximum(blurred, 8)
    out = 250 * np.clip(line, 0, 1) ** 3 * (0.8 + 0.2 * np.asarray(gray, np.float32) / 255)
    return np.repeat(np.clip(out, 0, 255).astype(np.uint8)[..., None], 3, 2)


def pixels(_rng, picture):
    """Squares of 16 pixels, few tones."""
    small = Image.fromarray(picture).resize((SIDE // 16, SIDE // 16), Image.BOX)
    tones = np.round(np.asarray(small, np.float32) / 36) * 36
    return np.clip(tones, 0, 255).astype(np.uint8).repeat(16, 0).repeat(16, 1)


def stained_glass(rng, picture):
    """Cells of one strong colour between dark bars."""
    count = 9
    grid = (np.mgrid[0:count, 0:count].reshape(2, -1).T + rng.uniform(0.1, 0.9, (81, 2))) / count
    half = SIDE // 2
    y, x = np.mgrid[0:half, 0:half].astype(np.float32) / half
    d = (y[..., None] - grid[:, 0]) ** 2 + (x[..., None] - grid[:, 1]) ** 2
    near = np.partition(d, 1, axis=2)[..., :2]
    cell = d.argmin(2)
    small = np.asarray(Image.fromarray(picture).resize((half, half), Image.BOX), np.float32)
    size = np.maximum(np.bincount(cell.ravel(), minlength=81), 1)
    mean = np.stack([np.bincount(cell.ravel(), small[..., c].ravel(), 81) / size for c in range(3)], 1)
    mean = np.clip((mean - 128) * 1.35 + 135, 0, 255)
    bar = np.clip((np.sqrt(near[..., 1]) - np.sqrt(near[..., 0])) * 45, 0, 1)[..., None]
    out = Image.fromarray((mean[cell] * bar + 22 * (1 - bar)).astype(np.uint8))
    return np.asarray(out.resize((SIDE, SIDE), Image.BILINEAR))


STYLES = {
    "as a watercolour": watercolour, "as a pencil sketch": pencil, "as a pixel drawing": pixels,
    "as a stained glass window": stained_glass,
}

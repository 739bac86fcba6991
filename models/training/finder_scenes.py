# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Scenes for the subject finder: a thing among others on photographs, its exact mask, and how a person hints at it.

  Finding(cache)                  what scenes are made of
  scene(rng, world, row, hint)    picture [128,128,3] uint8, mask [128,128] uint8, hint [128,128] bool
  HINTS                           name -> function (rng, mask [S,S] bool) -> hint of the same kind; "none" is empty
  python3 finder_scenes.py --cache DIR --sheet FILE.png    some to look at

Layers of any shape are stretched to a square before the network sees them, so things are stretched here.
Without a hint the thing that is meant is the largest by far; with one it may be any.
"""

import argparse
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

import outlines
from compose import Things, recolour
from grounds import any_ground
from photographs import part, photographs

SIDE = 128
CLUTTER = 5


class Finding:
    def __init__(self, cache):
        self.things, self.photographs = Things(cache), photographs(cache)


def box(rng, mask):
    """A rectangle as it is dragged in a hurry, mostly around, sometimes across."""
    x0, y0, x1, y1 = outlines.extent(mask)
    w, h = x1 - x0, y1 - y0
    a, b = rng.uniform(-0.05, 0.22, 2) * w
    c, d = rng.uniform(-0.05, 0.22, 2) * h
    out = np.zeros_like(mask)
    out[max(round(y0 - c), 0):round(y1 + d), max(round(x0 - a), 0):round(x1 + b)] = True
    return out


def ellipse(rng, mask):
    x0, y0, x1, y1 = outlines.extent(mask)
    y, x = np.mgrid[:mask.shape[0], :mask.shape[1]] + 0.5
    wide = rng.uniform(0.95, 1.5, 2) / 2
    at = rng.normal(0, 0.04, 2)
    u = (x - (x0 + x1) / 2) / max(wide[0] * (x1 - x0), 1) + at[0]
    v = (y - (y0 + y1) / 2) / max(wide[1] * (y1 - y0), 1) + at[1]
    return u * u + v * v < 1


def lasso(rng, mask):
    """A free selection without patience: the outline smoothed and mostly too wide."""
    image = Image.fromarray(mask.astype(np.uint8) * 255)
    blurred = np.asarray(image.filter(ImageFilter.GaussianBlur(rng.uniform(2, 9))), np.float32)
    return blurred > rng.uniform(8, 150)


def scribble(rng, mask):
    """A stroke of a brush over the thing."""
    ys, xs = np.nonzero(mask)
    at = rng.integers(len(xs), size=rng.integers(2, 6))
    image = Image.new("L", mask.shape[::-1])
    points = [(int(xs[i]), int(ys[i])) for i in at]
    ImageDraw.Draw(image).line(points, 255, int(rng.integers(3, 12)), "curve")
    return np.asarray(image) > 0


def none(_rng, mask):
    return np.zeros_like(mask)


HINTS = {"none": none, "box": box, "ellipse": ellipse, "lasso": lasso, "scribble": scribble}
SHARES = {"none": 0.38, "box": 0.27, "ellipse": 0.13, "lasso": 0.14, "scribble": 0.08}


def photograph(rng, world, side=SIDE):
    """A part of a photograph, sometimes with its colours exchanged. [side,side,3] f32"""
    out = part(rng, world.photographs, side)
    if rng.random() < 0.25:
        out = out[..., rng.permutation(3)]
    return out


def ground(rng, world):
    r = rng.random()
    if r < 0.72:
        out = photograph(rng, world)
    elif r < 0.9:
        out = any_ground(rng)[::2, ::2]
    else:
        out = np.broadcast_to(rng.uniform(0, 255, 3).astype(np.float32), (SIDE, SIDE, 3))
    if rng.random() < 0.4:  # out of focus, as behind most things that are photographed
        image = Image.fromarray(np.clip(out, 0, 255).astype(np.uint8))
        out = np.asarray(image.filter(ImageFilter.GaussianBlur(rng.uniform(0.5, 4))), np.float32)
    return out * rng.uniform(0.7, 1.15) + rng.uniform(-15, 15)


def dressed(rng, world, sprite):
    """The thing as other material would make it: in other colours, lit from a side, its surface from a photograph."""
    sprite = recolour(rng, sprite) if rng.random() < 0.3 else sprite
    layer = sprite.astype(np.float32)
    alpha = layer[..., 3:] / 255
    n = len(layer)
    if rng.random() < 0.55:
        surface, share = photograph(rng, world, n) * alpha, rng.uniform(0.1, 0.9)
        if rng.random() < 0.6:  # its light and shade alone
            grey = surface.mean(2, keepdims=True)
            surface = layer[..., :3] * (0.4 + 1.2 * grey / max(grey.max(), 1))
        layer[..., :3] = (1 - share) * layer[..., :3] + share * surface
    if rng.random() < 0.6:
        y, x = np.mgrid[:n, :n] / n - 0.5
        angle = rng.uniform(0, 2 * np.pi)
        layer[..., :3] *= (1 + rng.uniform(0, 0.9) * (x * np.cos(angle) + y * np.sin(angle)))[..., None]
    layer[..., :3] = np.minimum(layer[..., :3] * rng.uniform(0.6, 1.2), layer[..., 3:])
    return np.round(layer).astype(np.uint8)


def placed(rng, sprite, side, cx, cy):
    """The thing `side` pixels large, stretched and turned, with its box's middle at (cx, cy). [SIDE,SIDE,4] f32"""
    stretch = np.exp(rng.normal(0, 0.2))
    w, h = max(6, round(side * stretch ** 0.5)), max(6, round(side / stretch ** 0.5))
    image = Image.frombytes("RGBa", sprite.shape[1::-1], sprite.tobytes()).resize((w, h), Image.BILINEAR)
    if rng.random() < 0.5:
        image = image.transpose(Image.FLIP_LEFT_RIGHT)
    angle = np.radians(rng.normal(0, 12))
    c, s = np.cos(angle), np.sin(angle)
    matrix = (c, s, w / 2 - c * cx - s * cy, -s, c, h / 2 + s * cx - c * cy)
    return np.asarray(image.transform((SIDE, SIDE), Image.AFFINE, matrix, Image.BILINEAR), np.float32)


def shadow(rng, picture, alpha):
    """Darker where the thing keeps the light away."""
    image = Image.fromarray(alpha.astype(np.uint8))
    dx, dy = rng.normal(0, 6), rng.uniform(0, 10)
    moved = image.transform(image.size, Image.AFFINE, (1, 0, -dx, 0, 1, -dy))
    soft = np.asarray(moved.filter(ImageFilter.GaussianBlur(rng.uniform(1.5, 7))), np.float32) / 255
    return picture * (1 - rng.uniform(0.15, 0.6) * soft[..., None])


def over(layer, picture):
    return layer[..., :3] + picture * (1 - layer[..., 3:] / 255)


def others(rng, world, count, most):
    """Layers of things that are not meant."""
    for _ in range(count):
        sprite = np.asarray(world.things.sprites[rng.choice(world.things.train)])
        sprite = dressed(rng, world, sprite) if rng.random() < 0.5 else sprite
        yield placed(rng, sprite, rng.uniform(0.12, most) * SIDE, *rng.uniform(-0.05, 1.05, 2) * SIDE)


def worn(rng, picture):
    """As a camera and a JPEG file leave it."""
    image = Image.fromarray(np.clip(np.round(picture), 0, 255).astype(np.uint8))
    if rng.random() < 0.3:
        image = image.filter(ImageFilter.GaussianBlur(rng.uniform(0.3, 1.0)))
    out = np.asarray(image, np.float32)
    if rng.random() < 0.1:
        out = np.broadcast_to(out.mean(2, keepdims=True), out.shape)
    out = out + rng.normal(0, rng.uniform(0, 8), out.shape) * (rng.random() < 0.5)
    return np.clip(np.round(out), 0, 255).astype(np.uint8)


def scene(rng, world, row, hint=None):
    hint = hint or rng.choice(list(SHARES), p=list(SHARES.values()))
    hinted = hint != "none"
    count = rng.integers(CLUTTER + 1) if rng.random() < (0.7 if hinted else 0.45) else 0
    size = rng.uniform(0.25, 1.1) if hinted else rng.uniform(0.42, 1.15)
    centre = rng.uniform(0.2, 0.8, 2) if hinted else 0.5 + np.clip(rng.normal(0, 0.13, 2), -0.3, 0.3)
    most = 0.6 if hinted else 0.5 * size
    before = rng.integers(count + 1) if hinted else count
    layers = list(others(rng, world, count, most))
    sprite = np.asarray(world.things.sprites[row])
    thing = placed(rng, dressed(rng, world, sprite) if rng.random() < 0.7 else sprite, size * SIDE, *centre * SIDE)
    picture, mask = ground(rng, world), thing[..., 3].copy()
    for layer in layers[:before]:
        picture = over(layer, picture)
    if rng.random() < 0.5:
        picture = shadow(rng, picture, mask)
    picture = over(thing, picture)
    for layer in layers[before:]:  # in front, small enough to leave most of the thing
        if (layer[..., 3] * mask).sum() < 0.25 * 255 * mask.sum():
            picture, mask = over(layer, picture), mask * (1 - layer[..., 3] / 255)
    picture, mask = worn(rng, picture), np.round(mask).astype(np.uint8)
    inside = mask > 127
    if inside.sum() < 40:  # nearly all outside the picture
        return scene(rng, world, row, hint)
    return picture, mask, HINTS[hint](rng, inside)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--sheet", type=Path, required=True)
    args = parser.parse_args()
    world, rng, rows = Finding(args.cache), np.random.default_rng(1), []
    for _ in range(8):
        row = []
        for _ in range(8):
            picture, mask, hint = scene(rng, world, rng.choice(world.things.train))
            shown = np.stack([mask, mask, 255 * hint.astype(np.uint8)], 2)
            row.append(np.concatenate([picture, shown], 0))
        rows.append(np.concatenate(row, 1))
    Image.fromarray(np.concatenate(rows)).save(args.sheet)


if __name__ == "__main__":
    main()

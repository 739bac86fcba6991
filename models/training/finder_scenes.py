# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Scenes for the subject finder: a thing among others on photographs, its exact mask, and how a person hints at it.

  Finding(cache)                  what scenes are made of
  scene(rng, world, row, hint)    picture [192,192,3] uint8, mask [192,192] uint8, hint [192,192] bool
  window(shown)                   x0, y0, x1, y1: what the network is shown for a hint: its box and a margin
  framed(parts, at)               of the picture, mask and hint what is in the window, stretched to [128,128]
  lesson(rng, world, row)         a scene in the window that the network would see it through, framed
  HINTS                           name -> function (rng, mask [S,S] bool) -> hint of the same kind; "none" is empty
  python3 finder_scenes.py --cache DIR --sheet FILE.png    some lessons to look at

Layers of any shape are stretched to a square before the network sees them, so things are stretched here.
Without a hint the thing that is meant is the largest by far, on a photograph of a place; with one it may be any.
What nobody could outline is left out: drawings that are only strokes, things that do not differ from what is behind
them, and those that are nearly all outside the picture or behind others.
"""

import argparse
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

import outlines
from compose import Things, recolour
from grounds import any_ground
from photographs import part, photographs, places

SIDE = 128  # of what the network sees
WIDE = 192  # of a scene
CLUTTER = 5
MARGIN = 0.25  # around a hint's box, of its width and height
BODY = 0.6  # the part of a drawing that must be thicker than its 16th part
DIFFERENT = 14  # levels of 255 from what is behind it, on average over the thing


def bodied(sprite):
    """Whether a drawing is more than strokes."""
    alpha = Image.fromarray(np.ascontiguousarray(sprite[..., 3])).resize((64, 64), Image.BOX).point(lambda v: 255 * (v > 127))
    thick = np.asarray(alpha.filter(ImageFilter.MinFilter(5)).filter(ImageFilter.MaxFilter(5))) > 0
    return thick.sum() >= BODY * max((np.asarray(alpha) > 0).sum(), 1)


class Finding:
    """train and held: the rows of the drawings that are things."""

    def __init__(self, cache):
        self.things, self.photographs = Things(cache), photographs(cache)
        self.places = places(self.photographs)
        self.train, self.held = (np.array([row for row in rows if bodied(self.things.sprites[row])])
                                 for rows in (self.things.train, self.things.held))


def box(rng, mask):
    """A rectangle as it is dragged in a hurry, mostly around, sometimes across."""
    x0, y0, x1, y1 = outlines.extent(mask)
    w, h = x1 - x0, y1 - y0
    a, b = rng.uniform(-0.05, 0.25, 2) * w
    c, d = rng.uniform(-0.05, 0.25, 2) * h
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
    blurred = np.asarray(image.filter(ImageFilter.GaussianBlur(rng.uniform(3, 13))), np.float32)
    return blurred > rng.uniform(8, 90)


def scribble(rng, mask):
    """A stroke of a brush over the thing."""
    ys, xs = np.nonzero(mask)
    at = rng.integers(len(xs), size=rng.integers(2, 6))
    image = Image.new("L", mask.shape[::-1])
    points = [(int(xs[i]), int(ys[i])) for i in at]
    ImageDraw.Draw(image).line(points, 255, int(rng.integers(4, 18)), "curve")
    return np.asarray(image) > 0


def none(_rng, mask):
    return np.zeros_like(mask)


HINTS = {"none": none, "box": box, "ellipse": ellipse, "lasso": lasso, "scribble": scribble}
SHARES = {"none": 0.38, "box": 0.27, "ellipse": 0.13, "lasso": 0.14, "scribble": 0.08}


def photograph(rng, of, side=WIDE):
    """A part of one of the photographs, sometimes with its colours exchanged. [side,side,3] f32"""
    out = part(rng, of, side)
    if rng.random() < 0.25:
        out = out[..., rng.permutation(3)]
    return out


def ground(rng, of):
    r = rng.random()
    if r < 0.72:
        out = photograph(rng, of)
    elif r < 0.9:
        out = any_ground(rng)[:WIDE, :WIDE]
    else:
        out = np.broadcast_to(rng.uniform(0, 255, 3).astype(np.float32), (WIDE, WIDE, 3))
    if rng.random() < 0.4:  # out of focus, as behind most things that are photographed
        image = Image.fromarray(np.clip(out, 0, 255).astype(np.uint8))
        out = np.asarray(image.filter(ImageFilter.GaussianBlur(rng.uniform(0.7, 6))), np.float32)
    return out * rng.uniform(0.7, 1.15) + rng.uniform(-15, 15)


def dressed(rng, world, sprite):
    """The thing as other material would make it: in other colours, lit from a side, its surface from a photograph."""
    sprite = recolour(rng, sprite) if rng.random() < 0.3 else sprite
    layer = sprite.astype(np.float32)
    alpha = layer[..., 3:] / 255
    n = len(layer)
    if rng.random() < 0.55:
        surface, share = photograph(rng, world.photographs, n) * alpha, rng.uniform(0.1, 0.9)
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
    """The thing `side` pixels large, stretched and turned, with its box's middle at (cx, cy). [WIDE,WIDE,4] f32"""
    stretch = np.exp(rng.normal(0, 0.2))
    w, h = max(6, round(side * stretch ** 0.5)), max(6, round(side / stretch ** 0.5))
    image = Image.frombytes("RGBa", sprite.shape[1::-1], sprite.tobytes()).resize((w, h), Image.BILINEAR)
    if rng.random() < 0.5:
        image = image.transpose(Image.FLIP_LEFT_RIGHT)
    angle = np.radians(rng.normal(0, 12))
    c, s = np.cos(angle), np.sin(angle)
    matrix = (c, s, w / 2 - c * cx - s * cy, -s, c, h / 2 + s * cx - c * cy)
    return np.asarray(image.transform((WIDE, WIDE), Image.AFFINE, matrix, Image.BILINEAR), np.float32)


def shadow(rng, picture, alpha):
    """Darker where the thing keeps the light away."""
    image = Image.fromarray(alpha.astype(np.uint8))
    dx, dy = rng.normal(0, 9), rng.uniform(0, 15)
    moved = image.transform(image.size, Image.AFFINE, (1, 0, -dx, 0, 1, -dy))
    soft = np.asarray(moved.filter(ImageFilter.GaussianBlur(rng.uniform(2, 10))), np.float32) / 255
    return picture * (1 - rng.uniform(0.15, 0.6) * soft[..., None])


def over(layer, picture):
    return layer[..., :3] + picture * (1 - layer[..., 3:] / 255)


def others(rng, world, count, most):
    """Layers of things that are not meant."""
    for _ in range(count):
        sprite = np.asarray(world.things.sprites[rng.choice(world.train)])
        sprite = dressed(rng, world, sprite) if rng.random() < 0.5 else sprite
        yield placed(rng, sprite, rng.uniform(0.12, most) * WIDE, *rng.uniform(-0.05, 1.05, 2) * WIDE)


def worn(rng, picture):
    """As a camera and a JPEG file leave it."""
    image = Image.fromarray(np.clip(np.round(picture), 0, 255).astype(np.uint8))
    if rng.random() < 0.3:
        image = image.filter(ImageFilter.GaussianBlur(rng.uniform(0.4, 1.4)))
    out = np.asarray(image, np.float32)
    if rng.random() < 0.1:
        out = np.broadcast_to(out.mean(2, keepdims=True), out.shape)
    out = out + rng.normal(0, rng.uniform(0, 8), out.shape) * (rng.random() < 0.5)
    return np.clip(np.round(out), 0, 255).astype(np.uint8)


def arrangement(rng, hinted):
    """-> size and middle of the thing, how many others there are and how large at most, in parts of the picture"""
    count = rng.integers(CLUTTER + 1) if rng.random() < (0.7 if hinted else 0.45) else 0
    if hinted:
        return rng.uniform(0.25, 1.1), rng.uniform(0.2, 0.8, 2), count, 0.6
    size = rng.uniform(0.42, 1.15)
    return size, 0.5 + np.clip(rng.normal(0, 0.13, 2), -0.3, 0.3), count, 0.5 * size


def composed(rng, world, row, hinted):
    """-> picture [WIDE,WIDE,3] f32, mask [WIDE,WIDE] f32, or None when the thing is none that anybody could outline"""
    size, centre, count, most = arrangement(rng, hinted)
    before = rng.integers(count + 1) if hinted else count
    layers = list(others(rng, world, count, most))
    sprite = np.asarray(world.things.sprites[row])
    thing = placed(rng, dressed(rng, world, sprite) if rng.random() < 0.7 else sprite, size * WIDE, *centre * WIDE)
    picture, mask = ground(rng, world.photographs if hinted else world.places), thing[..., 3].copy()
    if not hinted:  # nothing else is half as large
        layers = [layer for layer in layers if layer[..., 3].sum() < 0.4 * mask.sum()]
        before = len(layers)
    for layer in layers[:before]:
        picture = over(layer, picture)
    if rng.random() < 0.5:
        picture = shadow(rng, picture, mask)
    behind, picture = picture, over(thing, picture)
    if (np.abs(picture - behind).mean(2) * mask).sum() < DIFFERENT * mask.sum():
        return None
    whole = mask.sum()
    for layer in layers[before:]:  # in front, small enough to leave most of the thing
        if (layer[..., 3] * mask).sum() < 0.25 * 255 * mask.sum():
            picture, mask = over(layer, picture), mask * (1 - layer[..., 3] / 255)
    inside_out = (sprite[..., 3].sum() / sprite[..., 3].size) * (size * WIDE) ** 2  # its area if nothing were cut off
    least = 0.5 if hinted else 0.65
    if mask.sum() < 0.6 * whole or mask.sum() < least * inside_out or (mask > 127).sum() < 90:
        return None
    return picture, mask


def scene(rng, world, row, hint):
    while (made := composed(rng, world, row, hint != "none")) is None:
        pass
    picture, mask = worn(rng, made[0]), np.round(made[1]).astype(np.uint8)
    return picture, mask, HINTS[hint](rng, mask > 127)


def window(shown):
    """Of a hint or an answer [S,S] bool: x0, y0, x1, y1 of its box with the margin, inside the picture."""
    x0, y0, x1, y1 = outlines.extent(shown)
    a, b = MARGIN * (x1 - x0), MARGIN * (y1 - y0)
    return max(x0 - a, 0), max(y0 - b, 0), min(x1 + a, shown.shape[1]), min(y1 + b, shown.shape[0])


def framed(parts, at):
    def stretched(pixels):
        image = Image.fromarray(pixels.astype(np.uint8) * 255 if pixels.dtype == bool else pixels)
        out = np.asarray(image.resize((SIDE, SIDE), Image.BILINEAR, at))
        return out > 127 if pixels.dtype == bool else out
    return tuple(stretched(pixels) for pixels in parts)


def lesson(rng, world, row):
    hint = rng.choice(list(SHARES), p=list(SHARES.values()))
    picture, mask, shown = scene(rng, world, row, hint)
    whole = hint == "none" or hint == "scribble" and rng.random() < 0.5
    at = (0, 0, WIDE, WIDE) if whole else window(box(rng, mask > 127) if hint == "scribble" else shown)
    return framed((picture, mask, shown), at)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--sheet", type=Path, required=True)
    args = parser.parse_args()
    world, rng, rows = Finding(args.cache), np.random.default_rng(1), []
    for _ in range(8):
        row = []
        for _ in range(8):
            picture, mask, hint = lesson(rng, world, rng.choice(world.train))
            shown = np.stack([mask, mask, 255 * hint.astype(np.uint8)], 2)
            row.append(np.concatenate([picture, shown], 0))
        rows.append(np.concatenate(row, 1))
    Image.fromarray(np.concatenate(rows)).save(args.sheet)


if __name__ == "__main__":
    main()

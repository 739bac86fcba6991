# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Scenes for the subject finder: an object among others on a photograph, its exact mask, and a simulated user hint.

  Finding(cache)                  the drawings and photographs for the scenes
  scene(rng, world, row, hint)    picture [192,192,3] uint8, mask [192,192] uint8, hint [192,192] bool
  window(shown)                   x0, y0, x1, y1: the area the network sees for a hint: the hint's box plus a margin
  framed(parts, at)               picture, mask and hint cropped to the window and resized to [128,128]
  lesson(rng, world, row)         a scene, framed by the window in which the network would see it
  HINTS                           name -> function (rng, mask [S,S] bool) -> hint of the same shape and type; "none" is empty
  python3 finder_scenes.py --cache DIR --sheet FILE.png    some lessons to look at

Layers of any aspect ratio are stretched to a square for the network, so objects are stretched here too.
Without a hint the target is by far the largest object, on a photograph of a place; with a hint it may be any object.
Objects that nobody could outline are excluded: drawings that consist of strokes only, objects that do not differ from
their background, and objects that are largely outside the picture or hidden by others.
"""

import argparse
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

import outlines
from compose import Things, recolour
from grounds import any_ground
from photographs import part, photographs, places

SIDE = 128  # of the network's input
WIDE = 192  # of a scene
CLUTTER = 5
MARGIN = 0.25  # around a hint's box, as a share of its width and height
BODY = 0.6  # the share of a drawing that must be thicker than 1/16 of its side
DIFFERENT = 14  # mean difference from the background over the object, in levels of 0..255


def bodied(sprite):
    """Whether a drawing consists of more than strokes."""
    alpha = Image.fromarray(np.ascontiguousarray(sprite[..., 3])).resize((64, 64), Image.BOX).point(lambda v: 255 * (v > 127))
    thick = np.asarray(alpha.filter(ImageFilter.MinFilter(5)).filter(ImageFilter.MaxFilter(5))) > 0
    return thick.sum() >= BODY * max((np.asarray(alpha) > 0).sum(), 1)


class Finding:
    """train, held: the rows of the training and held-out drawings that pass bodied ()."""

    def __init__(self, cache):
        self.things, self.photographs = Things(cache), photographs(cache)
        self.places = places(self.photographs)
        self.train, self.held = (np.array([row for row in rows if bodied(self.things.sprites[row])])
                                 for rows in (self.things.train, self.things.held))


def box(rng, mask):
    """A hastily dragged rectangle, usually around the object, sometimes cutting into it."""
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
    """A rough free selection: the outline smoothed and usually too wide."""
    image = Image.fromarray(mask.astype(np.uint8) * 255)
    blurred = np.asarray(image.filter(ImageFilter.GaussianBlur(rng.uniform(3, 13))), np.float32)
    return blurred > rng.uniform(8, 90)


def scribble(rng, mask):
    """A brush stroke across the object."""
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
    """-> a random part of one of the photographs, sometimes with permuted colour channels [side,side,3] f32"""
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
    if rng.random() < 0.4:  # out of focus, as most photographed backgrounds are
        image = Image.fromarray(np.clip(out, 0, 255).astype(np.uint8))
        out = np.asarray(image.filter(ImageFilter.GaussianBlur(rng.uniform(0.7, 6))), np.float32)
    return out * rng.uniform(0.7, 1.15) + rng.uniform(-15, 15)


def dressed(rng, world, sprite):
    """Changes an object's material at random: other colours, lighting from one side, texture from a photograph."""
    sprite = recolour(rng, sprite) if rng.random() < 0.3 else sprite
    layer = sprite.astype(np.float32)
    alpha = layer[..., 3:] / 255
    n = len(layer)
    if rng.random() < 0.55:
        surface, share = photograph(rng, world.photographs, n) * alpha, rng.uniform(0.1, 0.9)
        if rng.random() < 0.6:  # only the brightness of the texture
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
    """-> the object `side` pixels large, stretched, rotated, with its box centred at (cx, cy) [WIDE,WIDE,4] f32"""
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
    """Adds the soft shadow of an object."""
    image = Image.fromarray(alpha.astype(np.uint8))
    dx, dy = rng.normal(0, 9), rng.uniform(0, 15)
    moved = image.transform(image.size, Image.AFFINE, (1, 0, -dx, 0, 1, -dy))
    soft = np.asarray(moved.filter(ImageFilter.GaussianBlur(rng.uniform(2, 10))), np.float32) / 255
    return picture * (1 - rng.uniform(0.15, 0.6) * soft[..., None])


def over(layer, picture):
    return layer[..., :3] + picture * (1 - layer[..., 3:] / 255)


def others(rng, world, count, most):
    """Yields layers of `count` distractor objects; most: their maximum size as a share of the scene's side."""
    for _ in range(count):
        sprite = np.asarray(world.things.sprites[rng.choice(world.train)])
        sprite = dressed(rng, world, sprite) if rng.random() < 0.5 else sprite
        yield placed(rng, sprite, rng.uniform(0.12, most) * WIDE, *rng.uniform(-0.05, 1.05, 2) * WIDE)


def worn(rng, picture):
    """Degrades a picture as a camera does: blur, loss of colour, noise. -> uint8"""
    image = Image.fromarray(np.clip(np.round(picture), 0, 255).astype(np.uint8))
    if rng.random() < 0.3:
        image = image.filter(ImageFilter.GaussianBlur(rng.uniform(0.4, 1.4)))
    out = np.asarray(image, np.float32)
    if rng.random() < 0.1:
        out = np.broadcast_to(out.mean(2, keepdims=True), out.shape)
    out = out + rng.normal(0, rng.uniform(0, 8), out.shape) * (rng.random() < 0.5)
    return np.clip(np.round(out), 0, 255).astype(np.uint8)


def arrangement(rng, hinted):
    """-> size and centre of the object, number of distractors, their maximum size; as shares of the picture's side"""
    count = rng.integers(CLUTTER + 1) if rng.random() < (0.7 if hinted else 0.45) else 0
    if hinted:
        return rng.uniform(0.25, 1.1), rng.uniform(0.2, 0.8, 2), count, 0.6
    size = rng.uniform(0.42, 1.15)
    return size, 0.5 + np.clip(rng.normal(0, 0.13, 2), -0.3, 0.3), count, 0.5 * size


def composed(rng, world, row, hinted):
    """-> picture [WIDE,WIDE,3] f32, mask [WIDE,WIDE] f32, or None if nobody could outline the object"""
    size, centre, count, most = arrangement(rng, hinted)
    before = rng.integers(count + 1) if hinted else count
    layers = list(others(rng, world, count, most))
    sprite = np.asarray(world.things.sprites[row])
    thing = placed(rng, dressed(rng, world, sprite) if rng.random() < 0.7 else sprite, size * WIDE, *centre * WIDE)
    picture, mask = ground(rng, world.photographs if hinted else world.places), thing[..., 3].copy()
    if not hinted:  # every distractor has less than 0.4 of the object's area
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
    for layer in layers[before:]:  # in front, if it hides less than a quarter of the object
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
    """-> x0, y0, x1, y1: the box of a hint or an answer [S,S] bool plus the margin, clipped to the picture"""
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

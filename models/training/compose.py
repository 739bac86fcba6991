# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The scene composer: an object in a scene, and its caption.

  Things(cache)                    the sprites made by fetch.py, training and held-out ones
  scene(rng, sprite, others)       256x256 picture, caption with the placeholder S, what was
                                   said, and how much of each 16x16 cell the object covers
  python3 compose.py --cache DIR --sheet DIR   64 samples of every caption family to look at

Everything is drawn from the numpy generator handed in, so the same seed gives the same samples.
Pictures are uint8 RGB arrays; sprites are [192,192,4] uint8 with colour multiplied by alpha.
"""

import argparse
import json
from pathlib import Path

import numpy as np
from PIL import Image

from grounds import COLOURS, PLACES, SIDE, place_ground, plain_ground
from styles import STYLES
from templates import OBJECT, PREFIXES

CELL = 16

SIZES = {"small": (0.34, 0.42), "": (0.64, 0.78), "close-up": (0.98, 1.15)}
COUNTS = {"two": (2, 0.40, 0.46), "three": (3, 0.29, 0.33)}
# Up to where in 0..1 a drawn number asks for each family besides the background.
TWISTS = (("style", 0.10), ("count", 0.16), ("company", 0.21), ("side", 0.31), ("small", 0.38),
          ("close-up", 0.44), (None, 1.0))
FAMILIES = {
    "colour": tuple(COLOURS), "place": tuple(PLACES), "style": tuple(STYLES),
    "count": tuple(COUNTS), "side": ("left", "right"), "size": ("small", "close-up"),
}


class Things:
    def __init__(self, cache):
        cache = Path(cache)
        info = json.loads((cache / "things.json").read_text())
        self.sprites = np.load(cache / "sprites.npy", mmap_mode="r")
        self.names = [t["name"] for t in info["things"]]
        self.thing_of = np.array([s["thing"] for s in info["sprites"]])
        self.source_of = [s["source"] for s in info["sprites"]]
        held = np.array([t["held_out"] for t in info["things"]])
        self.train = np.flatnonzero(~held[self.thing_of])
        self.held = np.flatnonzero(held[self.thing_of])
        emoji = np.isin(self.source_of, ("fluent", "fluent3d", "noto"))
        self.company = [r for r in self.train
                        if emoji[r] and self.name(r).replace(" ", "").isalpha()
                        and len(self.name(r).split()) == 1]

    def name(self, row):
        return self.names[self.thing_of[row]]


def recolour(rng, sprite):
    """Exchange colour channels: another thing of the same shape, so colours must be looked at."""
    order = rng.permutation(3)
    return np.ascontiguousarray(sprite[..., [*order, 3]])


def placed(sprite, side, canvas, cx, cy, angle=0.0, mirror=False):
    """Object scaled so that its box is `side` pixels, centred at (cx, cy), on a square canvas."""
    image = Image.frombytes("RGBa", sprite.shape[1::-1], sprite.tobytes())
    if mirror:
        image = image.transpose(Image.FLIP_LEFT_RIGHT)
    n = max(8, round(side))
    image = image.resize((n, n), Image.BICUBIC if n > 150 else Image.LANCZOS)
    c, s = np.cos(np.radians(angle)), np.sin(np.radians(angle))
    matrix = (c, s, n / 2 - c * cx - s * cy, -s, c, n / 2 + s * cx - c * cy)
    return np.asarray(image.transform((canvas, canvas), Image.AFFINE, matrix, Image.BILINEAR),
                      np.float32)


def over(layer, ground):
    return np.clip(layer[..., :3] + ground * (1 - layer[..., 3:] / 255), 0, 255)


def article(noun):
    return ("an " if noun[0] in "aeiou" else "a ") + noun


def pick(rng, table):
    return list(table)[rng.integers(len(table))]


def background(rng, said):
    """-> (ground, the caption's tail)"""
    r = rng.random()
    if r < 0.52:
        said["colour"] = pick(rng, COLOURS)
        return (plain_ground(rng, COLOURS[said["colour"]]),
                f" on {article(said['colour'])} background")
    if r < 0.84:
        said["place"] = pick(rng, PLACES)
        return place_ground(rng, said["place"]), " " + said["place"]
    return plain_ground(rng, (248, 248, 248)), ""


def arrangement(rng, twist, said, others):
    """-> (what the caption says of the object, [(cx, cy, scale)], company (cx, row) or None)"""
    low, high = SIZES[""]
    if twist == "count":
        said["count"] = pick(rng, COUNTS)
        count, low, high = COUNTS[said["count"]]
        scale = rng.uniform(low, high)
        return (f"{said['count']} S", [((i + 0.5) / count + rng.normal(0, 0.01),
                0.5 + rng.normal(0, 0.03), scale) for i in range(count)], None)
    if twist == "company":
        row, left = others.company[rng.integers(len(others.company))], rng.random() < 0.5
        said["company"] = others.name(row)
        return (f"a S next to {article(said['company'])}",
                [(0.27 if left else 0.73, 0.5, rng.uniform(0.42, 0.5))],
                (0.73 if left else 0.27, row))
    if twist == "side":
        said["side"] = pick(rng, FAMILIES["side"])
        return (f"a S on the {said['side']}",
                [(0.27 if said["side"] == "left" else 0.73, 0.5, rng.uniform(0.42, 0.52))], None)
    if twist in SIZES:
        said["size"], (low, high) = twist, SIZES[twist]
    noun = {"small": "a small S", "close-up": "a close-up of a S"}.get(twist, "a S")
    return noun, [(0.5 + rng.normal(0, 0.02), 0.5 + rng.normal(0, 0.02), rng.uniform(low, high))], None


def scene(rng, sprite, others, twist="any"):
    """-> (picture [256,256,3] uint8, caption, {family: word}, cover [16,16] uint8).

    twist: a family of TWISTS or one of STYLES to insist on, or "any"."""
    said = {}
    ground, tail = background(rng, said)
    if twist == "any":
        r = rng.random()
        twist = next(name for name, until in TWISTS if r < until)
    noun, places, company = arrangement(rng, twist, said, others)
    low = 0.04 if "place" in said else 0.0
    cover, picture = np.zeros((SIDE, SIDE), np.float32), ground
    if company:
        other = placed(np.asarray(others.sprites[company[1]]), 0.45 * SIDE, SIDE,
                       company[0] * SIDE, (0.5 + low) * SIDE)
        picture = over(other, picture)
    mirror, light = rng.random() < 0.05, rng.uniform(0.85, 1.0) if rng.random() < 0.3 else 1.0
    for cx, cy, scale in places:
        layer = placed(sprite, scale * SIDE, SIDE, cx * SIDE, (cy + low) * SIDE, rng.normal(0, 2.5),
                       mirror)
        layer[..., :3] *= light
        picture, cover = over(layer, picture), np.maximum(cover, layer[..., 3])
    picture = np.round(picture).astype(np.uint8)
    if twist == "style" or twist in STYLES:
        said["style"] = twist if twist in STYLES else pick(rng, STYLES)
        picture, caption = STYLES[said["style"]](rng, picture), f"{noun} {said['style']}"
    else:
        caption = worded(rng, noun)
    cells = cover.reshape(SIDE // CELL, CELL, SIDE // CELL, CELL).mean((1, 3))
    return picture, caption + tail, said, np.round(cells).astype(np.uint8)


def worded(rng, noun):
    """A noun in one of the usual phrases; the learners' templates are for a plain "a S", but those that say a size."""
    phrase = OBJECT[rng.integers(len(OBJECT))]
    if noun == "a S" and rng.random() < 0.5 and "small" not in phrase and "close-up" not in phrase:
        return phrase.format("S")
    return PREFIXES[rng.integers(len(PREFIXES))].format(noun)


def main_colour(sprite):
    """The colour word that more than half of an object's pixels are nearest to, or None."""
    pixels = sprite[::4, ::4].reshape(-1, 4)
    pixels = pixels[pixels[:, 3] > 200, :3].astype(np.float32)
    if len(pixels) < 20:
        return None
    table = np.array(list(COLOURS.values()), np.float32)
    nearest = ((pixels[:, None] - table) ** 2).sum(2).argmin(1)
    counts = np.bincount(nearest, minlength=len(table))
    return list(COLOURS)[counts.argmax()] if counts.max() > 0.5 * len(pixels) else None


def sheet(things, rng, twist):
    out = np.zeros((8 * SIDE // 2, 8 * SIDE // 2, 3), np.uint8)
    for i in range(64):
        sprite = np.asarray(things.sprites[rng.choice(things.train)])
        if rng.random() < 0.4:
            sprite = recolour(rng, sprite)
        picture, caption, _, _ = scene(rng, sprite, things, twist)
        y, x = i // 8 * SIDE // 2, i % 8 * SIDE // 2
        out[y:y + SIDE // 2, x:x + SIDE // 2] = picture[::2, ::2]
        print(i, caption)
    return Image.fromarray(out)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cache", required=True)
    parser.add_argument("--sheet", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    things = Things(args.cache)
    args.sheet.mkdir(parents=True, exist_ok=True)
    for twist, _ in TWISTS:
        sheet(things, np.random.default_rng(args.seed), twist).save(
            args.sheet / f"{twist or 'plain'}.png")


if __name__ == "__main__":
    main()

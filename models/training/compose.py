# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The scene composer: an object in a scene, its caption, and another view of the same object.

  Things(cache)              the sprites made by fetch.py, split into training and held out
  scene(rng, sprite)         256x256 picture, caption with the placeholder S, what was said
  concept(rng, sprite)       64x64 picture of the object in another view, with its mask
  python3 compose.py --cache DIR --sheet OUT.png   64 samples to look at

Everything is drawn from the numpy generator handed in, so the same seed gives the same samples.
Pictures are uint8 RGB arrays; sprites are [192,192,4] uint8 with colour multiplied by alpha.
"""

import argparse
import colorsys
import json
from pathlib import Path

import numpy as np
from PIL import Image

SIDE = 256
VIEW = 64

COLOURS = {
    "red": (214, 40, 40), "orange": (245, 135, 30), "yellow": (250, 215, 50),
    "green": (60, 165, 70), "blue": (45, 95, 215), "purple": (130, 60, 180),
    "pink": (250, 150, 195), "brown": (125, 80, 45), "black": (18, 18, 20),
    "white": (248, 248, 248), "gray": (135, 135, 135), "teal": (30, 160, 160),
}
PLACES = ("on a beach", "in the snow", "on the grass", "in space", "at night", "in the sea",
          "in the desert", "in a room")
PREFIXES = ("a photo of {}", "{}", "a picture of {}", "{}", "a photo of {}", "an image of {}")
SIZES = {"small": (0.32, 0.42), "": (0.60, 0.78), "close-up": (0.95, 1.15)}

_Y, _X = np.mgrid[0:SIDE, 0:SIDE].astype(np.float32) / SIDE


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


def shifted(rng, colour, amount=16):
    return np.clip(np.array(colour, np.float32) + rng.normal(0, amount, 3), 0, 255)


def mix(a, b, t):
    return a + (b - a) * np.clip(t, 0, 1)[..., None]


def plain_ground(rng, colour):
    """One colour, a touch lighter or darker towards one side or the rim."""
    base = shifted(rng, colour, 10)
    other = np.clip(base * rng.uniform(0.85, 1.12), 0, 255)
    angle = rng.uniform(0, 2 * np.pi)
    ramp = (_X - 0.5) * np.cos(angle) + (_Y - 0.5) * np.sin(angle) + 0.5
    if rng.random() < 0.4:
        ramp = 2 * ((_X - 0.5) ** 2 + (_Y - 0.5) ** 2)
    return mix(base, other, ramp)


def dots(rng, picture, count, radius, colour, low=0.0, high=1.0):
    for x, y, r in zip(rng.uniform(0, 1, count), rng.uniform(low, high, count),
                       rng.uniform(0.5, 1, count) * radius):
        x0, x1 = max(0, int((x - r) * SIDE) - 1), int((x + r) * SIDE) + 2
        y0, y1 = max(0, int((y - r) * SIDE) - 1), int((y + r) * SIDE) + 2
        d = np.hypot(_X[y0:y1, x0:x1] - x, _Y[y0:y1, x0:x1] - y)
        picture[y0:y1, x0:x1] = mix(picture[y0:y1, x0:x1], colour, (r - d) * SIDE)
    return picture


def two_grounds(rng, above, below, line, soft):
    return mix(shifted(rng, above, 8), shifted(rng, below, 8), (_Y - line) / soft + 0.5)


def beach(rng):
    sky = mix(shifted(rng, (120, 195, 245), 8), shifted(rng, (200, 230, 250), 6), _Y * 2.5)
    line = rng.uniform(0.36, 0.46)
    sea = mix(sky, shifted(rng, (40, 140, 200), 8), (_Y - line) * 90)
    shore = line + rng.uniform(0.1, 0.16) + 0.01 * np.sin(_X * rng.uniform(6, 12))
    return mix(sea, shifted(rng, (238, 212, 155), 8), (_Y - shore) * 50)


def snow(rng):
    ground = two_grounds(rng, (170, 195, 225), (246, 249, 253), rng.uniform(0.4, 0.55), 0.06)
    return dots(rng, ground, 40, 0.012, np.full(3, 255.0))


def grass(rng):
    return two_grounds(rng, (135, 205, 250), (85, 170, 60), rng.uniform(0.45, 0.6), 0.02)


def space(rng):
    ground = mix(shifted(rng, (12, 10, 30), 5), shifted(rng, (40, 20, 70), 10), _Y * 1.2 - 0.2)
    return dots(rng, ground, 45, 0.009, np.full(3, 245.0))


def night(rng):
    ground = two_grounds(rng, (18, 28, 70), (14, 22, 40), rng.uniform(0.6, 0.7), 0.02)
    moon = dots(rng, ground, 1, 0.07, np.array([250, 245, 205.0]), 0.1, 0.2)
    return dots(rng, moon, 14, 0.007, np.array([240, 240, 220.0]), 0, 0.5)


def sea(rng):
    ground = mix(shifted(rng, (70, 190, 225), 8), shifted(rng, (10, 60, 130), 8), _Y)
    return dots(rng, ground, 12, 0.02, np.array([190, 235, 250.0]))


def desert(rng):
    line = rng.uniform(0.45, 0.55) + 0.04 * np.sin(_X * rng.uniform(3, 8) + rng.uniform(0, 6))
    sky = mix(shifted(rng, (250, 190, 120), 8), shifted(rng, (255, 225, 170), 6), _Y * 2)
    return mix(sky, shifted(rng, (215, 140, 75), 8), (_Y - line) * 60)


def room(rng):
    wall = rng.choice([(225, 215, 195), (190, 205, 215), (215, 190, 180)])
    return two_grounds(rng, wall, (150, 105, 65), rng.uniform(0.62, 0.72), 0.01)


DRAW = dict(zip(PLACES, (beach, snow, grass, space, night, sea, desert, room)))


def any_ground(rng):
    """A background for concept pictures and for captions that say nothing about it."""
    r = rng.random()
    if r < 0.3:
        return DRAW[PLACES[rng.integers(len(PLACES))]](rng)
    if r < 0.5:
        return plain_ground(rng, (250, 250, 250))
    hue = np.array(colorsys.hsv_to_rgb(rng.random(), rng.uniform(0, 0.8), rng.uniform(0.2, 1)))
    return plain_ground(rng, hue * 255)


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


def scene(rng, sprite, name="S"):
    """-> (picture [256,256,3] uint8, caption, {"colour", "place", "size", "side"})."""
    said = {"colour": None, "place": None, "size": "", "side": None}
    r = rng.random()
    if r < 0.62:
        said["colour"] = list(COLOURS)[rng.integers(len(COLOURS))]
        ground = plain_ground(rng, COLOURS[said["colour"]])
        tail = f" on {article(said['colour'])} background"
    elif r < 0.85:
        said["place"] = PLACES[rng.integers(len(PLACES))]
        ground, tail = DRAW[said["place"]](rng), " " + said["place"]
    else:
        ground, tail = plain_ground(rng, (248, 248, 248)), ""
    r = rng.random()
    said["size"] = "small" if r < 0.10 else "close-up" if r < 0.18 else ""
    noun = article(name) if name != "S" else "a S"
    if said["size"] == "small":
        noun = f"a small {name}"
    if said["size"] == "close-up":
        noun = f"a close-up of {noun}"
    low, high = SIZES[said["size"]]
    scale = rng.uniform(low, high)
    cx, cy = 0.5 + rng.normal(0, 0.025), 0.5 + rng.normal(0, 0.02) + (0.04 if said["place"] else 0)
    if said["size"] != "close-up" and rng.random() < 0.12:
        said["side"] = ("left", "right")[rng.integers(2)]
        scale = min(scale, rng.uniform(0.42, 0.52))
        cx = 0.27 if said["side"] == "left" else 0.73
        tail = f" on the {said['side']}" + tail
    layer = placed(sprite, scale * SIDE, SIDE, cx * SIDE, cy * SIDE, rng.normal(0, 3),
                   rng.random() < 0.08)
    if rng.random() < 0.3:
        layer[..., :3] *= rng.uniform(0.85, 1.0)
    caption = PREFIXES[rng.integers(len(PREFIXES))].format(noun) + tail
    return np.round(over(layer, ground)).astype(np.uint8), caption, said


def concept(rng, sprite):
    """-> (picture [64,64,3] uint8, object mask [64,64] bool): the object fills the frame."""
    scale = rng.uniform(0.72, 0.98)
    c = VIEW / 2
    layer = placed(sprite, scale * VIEW, VIEW, c + rng.normal(0, 1.2), c + rng.normal(0, 1.2),
                   rng.normal(0, 4), rng.random() < 0.08)
    ground = any_ground(rng)[::SIDE // VIEW, ::SIDE // VIEW]
    picture = over(layer, ground) * rng.uniform(0.9, 1.05)
    return np.clip(np.round(picture), 0, 255).astype(np.uint8), layer[..., 3] > 127


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cache", required=True)
    parser.add_argument("--sheet", required=True)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    things, rng = Things(args.cache), np.random.default_rng(args.seed)
    sheet = np.zeros((8 * (SIDE // 2), 8 * (SIDE // 2 + VIEW), 3), np.uint8)
    for i in range(64):
        sprite = things.sprites[rng.choice(things.train)]
        if rng.random() < 0.4:
            sprite = recolour(rng, sprite)
        picture, caption, _ = scene(rng, sprite)
        view, mask = concept(rng, sprite)
        y, x = i // 8 * (SIDE // 2), i % 8 * (SIDE // 2 + VIEW)
        sheet[y:y + SIDE // 2, x:x + SIDE // 2] = picture[::2, ::2]
        sheet[y:y + VIEW, x + SIDE // 2:x + SIDE // 2 + VIEW] = view
        sheet[y + VIEW:y + 2 * VIEW, x + SIDE // 2:x + SIDE // 2 + VIEW] = view * mask[..., None]
        print(i, caption)
    Image.fromarray(sheet).save(args.sheet)


if __name__ == "__main__":
    main()

# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Backgrounds of scenes: plain colours and places, drawn from a numpy generator.

  plain_ground(rng, colour)   one colour, a touch lighter towards one side or the rim
  place_ground(rng, place)    one of PLACES
  any_ground(rng)             what stands behind a concept

All return [256,256,3] float32 in 0..255.  They are smooth, so they are drawn at half the size.
"""

import colorsys

import numpy as np
from PIL import Image

SIDE = 256
HALF = SIDE // 2

COLOURS = {
    "red": (214, 40, 40), "orange": (245, 135, 30), "yellow": (250, 215, 50),
    "green": (60, 165, 70), "blue": (45, 95, 215), "purple": (130, 60, 180),
    "pink": (250, 150, 195), "brown": (125, 80, 45), "black": (18, 18, 20),
    "white": (248, 248, 248), "gray": (135, 135, 135), "teal": (30, 160, 160),
}

_Y, _X = np.mgrid[0:HALF, 0:HALF].astype(np.float32) / HALF


def shifted(rng, colour, amount=16):
    return np.clip(np.array(colour, np.float32) + rng.normal(0, amount, 3), 0, 255)


def mix(a, b, t):
    return (a + (b - a) * np.clip(t, 0, 1)[..., None]).astype(np.float32)


def full(picture):
    small = Image.fromarray(np.clip(np.round(picture), 0, 255).astype(np.uint8))
    return np.asarray(small.resize((SIDE, SIDE), Image.BILINEAR), np.float32)


def plain(rng, colour):
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
        x0, x1 = max(0, int((x - r) * HALF) - 1), int((x + r) * HALF) + 2
        y0, y1 = max(0, int((y - r) * HALF) - 1), int((y + r) * HALF) + 2
        d = np.hypot(_X[y0:y1, x0:x1] - x, _Y[y0:y1, x0:x1] - y)
        picture[y0:y1, x0:x1] = mix(picture[y0:y1, x0:x1], colour, (r - d) * HALF)
    return picture


def two_grounds(rng, above, below, line, soft):
    return mix(shifted(rng, above, 8), shifted(rng, below, 8), (_Y - line) / soft + 0.5)


def beach(rng):
    sky = mix(shifted(rng, (120, 195, 245), 8), shifted(rng, (200, 230, 250), 6), _Y * 2.5)
    line = rng.uniform(0.36, 0.46)
    sea_below = mix(sky, shifted(rng, (40, 140, 200), 8), (_Y - line) * 90)
    shore = line + rng.uniform(0.1, 0.16) + 0.01 * np.sin(_X * rng.uniform(6, 12))
    return mix(sea_below, shifted(rng, (238, 212, 155), 8), (_Y - shore) * 50)


def snow(rng):
    ground = two_grounds(rng, (170, 195, 225), (246, 249, 253), rng.uniform(0.4, 0.55), 0.06)
    return dots(rng, ground, 40, 0.012, np.full(3, 255.0))


def grass(rng):
    return two_grounds(rng, (135, 205, 250), (85, 170, 60), rng.uniform(0.45, 0.6), 0.02)


def forest(rng):
    ground = two_grounds(rng, (95, 140, 90), (60, 80, 40), rng.uniform(0.66, 0.76), 0.03)
    for x in rng.uniform(0, 1, 9):
        width = rng.uniform(0.02, 0.05)
        trunk = shifted(rng, (70, 50, 35), 8)
        ground = mix(ground, trunk, (width - np.abs(_X - x)) * HALF * (_Y < rng.uniform(0.68, 0.8)))
    return dots(rng, ground, 60, 0.09, shifted(rng, (45, 110, 50), 12), 0.0, 0.22)


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


PLACES = {
    "on a beach": beach, "in the snow": snow, "on the grass": grass, "in a forest": forest,
    "in space": space, "at night": night, "in the sea": sea, "in the desert": desert,
    "in a room": room,
}


def plain_ground(rng, colour):
    return full(plain(rng, colour))


def place_ground(rng, place):
    return full(PLACES[place](rng))


def any_ground(rng):
    r = rng.random()
    if r < 0.3:
        return place_ground(rng, list(PLACES)[rng.integers(len(PLACES))])
    if r < 0.5:
        return plain_ground(rng, (250, 250, 250))
    hue = np.array(colorsys.hsv_to_rgb(rng.random(), rng.uniform(0, 0.8), rng.uniform(0.2, 1)))
    return plain_ground(rng, hue * 255)

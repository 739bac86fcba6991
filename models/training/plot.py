# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Draws the curves of a training log.

Run:  python3 plot.py LOG.csv OUT.png
A log has the columns step and seconds, then one per curve, empty where nothing was measured.
Its first row may name the columns.
"""

import csv
import sys
from pathlib import Path

from PIL import Image, ImageDraw

WIDTH, HEIGHT, LEFT, TOP, BOTTOM = 720, 400, 60, 24, 30
INKS = ((31, 90, 170), (200, 70, 30), (40, 140, 70), (120, 60, 150))
GREY, BLACK = (210, 210, 210), (60, 60, 60)


def curves(path):
    """-> {name: [(step, value)]}"""
    rows = list(csv.reader(Path(path).open()))
    names = [f"column {i}" for i in range(len(rows[0]))]
    if not rows[0][0].isdigit():
        names, rows = rows[0], rows[1:]
    return {name: [(int(row[0]), float(row[i])) for row in rows if len(row) > i and row[i]]
            for i, name in enumerate(names) if i >= 2}


def draw(path, out):
    found = {name: points for name, points in curves(path).items() if points}
    image = Image.new("RGB", (WIDTH, HEIGHT), (255, 255, 255))
    pen = ImageDraw.Draw(image)
    last = max(step for points in found.values() for step, _ in points) or 1
    high = 1.05 * max(v for points in found.values() for _, v in points)
    low = min(0.0, *(v for points in found.values() for _, v in points))

    def place(step, value):
        return (LEFT + step / last * (WIDTH - LEFT - 12),
                TOP + (high - value) / (high - low) * (HEIGHT - TOP - BOTTOM))

    for i in range(6):
        value, step = low + (high - low) * i / 5, round(last * i / 5)
        pen.line([place(0, value), place(last, value)], GREY)
        pen.text((6, place(0, value)[1] - 6), f"{value:.3g}", BLACK)
        pen.text((place(step, low)[0] - 12, HEIGHT - BOTTOM + 8), str(step), BLACK)
    for i, (name, points) in enumerate(found.items()):
        ink = INKS[i % len(INKS)]
        pen.line([place(*p) for p in points], ink, 2)
        pen.text((LEFT + 170 * i, 6), name, ink)
    image.save(out)


if __name__ == "__main__":
    draw(*sys.argv[1:])

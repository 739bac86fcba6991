# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Draw the demo's concept picture: one held-out drawing on a painted table, 512x512.

Run:  python3 demo_picture.py --cache DIR --name penguin --out concept.png
Prints the object's box (x, y, width, height) for a selection around it.
"""

import argparse
import json
from pathlib import Path

import numpy as np
from PIL import Image, ImageFilter

SIDE, OBJECT, FLOOR = 512, 300, 420


def table(rng):
    """A plain wall above a table of planks, with a little grain."""
    y, x = np.mgrid[0:SIDE, 0:SIDE].astype(np.float32)
    wall = np.array([206, 214, 205]) - 26 * (np.hypot(x - 200, y - 120) / SIDE)[..., None]
    line = 330
    near = 1 + np.maximum(y - line, 0) / 260
    plank = ((x - SIDE / 2) / near / 74).astype(int)
    shade = np.array([0.94, 1.0, 0.97, 1.03])[plank % 4]
    grain = np.cumsum(rng.normal(0, 1.2, (SIDE, SIDE)), 1) % 9 - 4
    wood = np.array([176, 128, 84]) * shade[..., None] + grain[..., None]
    picture = np.where((y < line)[..., None], wall, wood)
    return picture + rng.normal(0, 2, picture.shape)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--name", required=True)
    parser.add_argument("--out", required=True)
    args = parser.parse_args()
    things = json.loads((args.cache / "things.json").read_text())
    index = next(i for i, t in enumerate(things["things"]) if t["name"] == args.name)
    if not things["things"][index]["held_out"]:
        raise SystemExit(f"{args.name} is not held out")
    file = next(s["file"] for s in things["sprites"]
                if s["thing"] == index and s["source"] == "fluent3d")
    image = Image.open(args.cache / "src/fluent3d/assets" / file).convert("RGBA")
    image = image.crop(image.getchannel("A").point(lambda a: 255 * (a > 16)).getbbox())
    size = [round(n * OBJECT / max(image.size)) for n in image.size]
    image = image.resize(size, Image.LANCZOS)
    x, y = (SIDE - size[0]) // 2, FLOOR - size[1]
    ground = Image.fromarray(np.clip(table(np.random.default_rng(4)), 0, 255).astype(np.uint8))
    shadow = Image.new("L", (SIDE, SIDE))
    flat = image.getchannel("A").resize((size[0], max(1, size[1] // 7)))
    shadow.paste(flat, (x + 10, FLOOR - flat.height // 2 - 6))
    shadow = shadow.filter(ImageFilter.GaussianBlur(9)).point(lambda a: a * 0.45)
    ground.paste((30, 20, 15), (0, 0), shadow)
    ground.paste(image, (x, y), image)
    ground.save(args.out)
    print(f"{args.name}: box x {x} y {y} width {size[0]} height {size[1]}")


if __name__ == "__main__":
    main()

# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes one picture of `personalize evaluate`'s results: a block per thing, a row per method, a column per prompt.

Run:  python3 evaluation_sheet.py --set SET.json --evaluation FOLDER --out SHEET.jpg --things crown,moose [--size 88]
"""

import argparse
import json
import textwrap
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

MARGIN = 6
LABEL = 178  # pixels for the names of methods
LINE = 18
HEAD = 30  # pixels for a column's heading of two lines


def put(sheet, path, at, size):
    with Image.open(path) as picture:
        sheet.paste(picture.convert("RGB").resize((size, size), Image.LANCZOS), at)


def draw_block(sheet, left, thing, folder, results, size):
    """Draws the thing's own pictures and, below them, each method's pictures of the first seed."""
    draw, font = ImageDraw.Draw(sheet), ImageFont.load_default(13)
    draw.text((left, MARGIN), f"{thing['name']}: learned from", fill="black", font=font)
    for i, image in enumerate(thing["images"]):
        put(sheet, folder / image, (left + i * size, MARGIN + LINE), size)
    top = 2 * MARGIN + LINE + size
    for prompt, text in enumerate(results["prompts"]):
        told = text.replace("a photo of ", "").replace("{}", "S").removeprefix("a S ")
        draw.text((left + prompt * size, top), "\n".join(textwrap.wrap(told, 13)), fill="black", font=ImageFont.load_default(11))
    for row, method in enumerate(results["methods"]):
        for prompt, text in enumerate(results["prompts"]):
            made = next(p["path"] for p in results["pictures"] if (p["thing"], p["method"], p["prompt"], p["seed"])
                        == (thing["name"], method["name"], text, 0))
            put(sheet, results["folder"] / made, (left + prompt * size, top + HEAD + row * size), size)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--set", type=Path, required=True)
    parser.add_argument("--evaluation", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--things", required=True)
    parser.add_argument("--size", type=int, default=88)
    args = parser.parse_args()
    results = json.loads((args.evaluation / "results.json").read_text())
    results |= {"folder": args.evaluation, "prompts": list(dict.fromkeys(p["prompt"] for p in results["pictures"]))}
    things = {thing["name"]: thing for thing in json.loads(args.set.read_text())["things"]}
    shown = [things[name] for name in args.things.split(",")]
    width = max(len(results["prompts"]), *(len(thing["images"]) for thing in shown)) * args.size
    top = 2 * MARGIN + LINE + HEAD + args.size
    sheet = Image.new("RGB", (LABEL + len(shown) * (width + 2 * MARGIN), top + len(results["methods"]) * args.size + MARGIN),
                      "white")
    for row, method in enumerate(results["methods"]):
        ImageDraw.Draw(sheet).text((MARGIN, top + row * args.size + args.size // 2 - 8), method["name"], fill="black",
                                   font=ImageFont.load_default(13))
    for i, thing in enumerate(shown):
        draw_block(sheet, LABEL + i * (width + 2 * MARGIN), thing, args.set.parent, results, args.size)
    sheet.save(args.out, quality=88)


if __name__ == "__main__":
    main()

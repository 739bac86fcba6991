# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes held-out things of the embedded model as a set for `personalize evaluate`: views, masks, prompts in its wording.

Run:  python3 held_out_set.py --cache DIR --model data/models/pz-tiny --out FOLDER [--things 16] [--views 4]
      personalize evaluate --set FOLDER/set.json --prompts 5 --methods elite,cross-initialization --out comparison

Writes FOLDER/set.json, FOLDER/NAME/1.png and 1-mask.png, ..., FOLDER/names.txt (for celeb-basis: names of training things)
and FOLDER/SOURCES.md. The drawings are from Fluent Emoji and Noto Emoji, evenly spread over the held-out things. The first five
prompts are of different kinds, the others are grouped by family. A thing's class word is the last word of its name if that is a
single token of the model, else "toy".
"""

import argparse
import json
from pathlib import Path

from compose import Things
from evaluate import WORDING
from judge import WORDS
from learned import LICENCES, chosen, class_word, write_view
from learned_people import write_names
from tokenizer import Tokenizer

FIRST = (("colour", "red"), ("place", "on a beach"), ("style", "as a watercolour"), ("count", "two"), ("size", "small"))


def prompt(family, word):
    return WORDING[family](word).replace("S", "{}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--things", type=int, default=16)
    parser.add_argument("--views", type=int, default=4)
    args = parser.parse_args()
    things, tokenizer, listed, sources = Things(args.cache), Tokenizer(args.model / "tokenizer"), [], []
    for row in chosen(things, args.things):
        name = things.name(row)
        folder, images, masks = args.out / name.replace(" ", "-"), [], []
        for view in range(args.views):
            for file, kept, ending in zip(write_view(things, row, view, folder), (images, masks), ("", "-mask")):
                path = file.rename(folder / f"{view + 1}{ending}.png")
                kept.append(str(path.relative_to(args.out)))
        listed.append({"name": name, "class": class_word(tokenizer, name), "images": images, "masks": masks})
        sources.append(f"* {name}: {LICENCES[things.source_of[row]]}")
    families = {}
    for family, word in WORDS:
        if (family, word) not in FIRST:
            families.setdefault(family, []).append(prompt(family, word))
    (args.out / "set.json").write_text(json.dumps(
        {"name": "Held-out things of pz-tiny", "things": listed, "prompts": [prompt(*asked) for asked in FIRST],
         "families": families}, indent=1) + "\n")
    write_names(things, args.out / "names.txt")
    (args.out / "SOURCES.md").write_text("# Drawings\n\nOn grounds of this project's own, GPL-3.0-or-later.\n\n"
                                         + "\n".join(sources) + "\n")
    print(f"{args.out / 'set.json'}: {len(listed)} things")


if __name__ == "__main__":
    main()

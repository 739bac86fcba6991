# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Measures how well Celeb Basis learns drawings of people and animals, jointly and one by one, from one picture each.

Run:  python3 learned_people.py --cache DIR --model FOLDER --out DIR [--steps 400] [--prompts 5] [--ways jointly alone]
          [--personalize build/cli/personalize]

The face networks find no faces in drawings, so the image encoder distinguishes them. The basis is built from the names of
training things that have two or more words. Writes people.json, people.md and sheet.png (a row per drawing: the picture, then
for each prompt the results of learning jointly and alone). Existing concepts and pictures are kept.
"""

import argparse
import json
import subprocess
import time
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from compose import Things
from evaluate import BUILT, SEED, SHOWN, WORDING, judge_condition, model_hash, paint_all, tile, write_concept
from judge import WORDS, Judges

NAMES = ("cook", "construction worker", "pilot", "princess", "old man", "crocodile", "flamingo", "penguin", "hamster",
         "monkey")
PLAIN = ("--steps", "4")
STEP = 132  # pixels of a tile and its margin


def write_names(things, path):
    names = sorted({name for name in (things.name(row) for row in things.train) if len(name.split()) > 1 and name.isascii()})
    path.write_text("".join(f"{name}\n" for name in names))
    return path


def token(name):
    return "zq" + name.replace(" ", "")


def learn(args, people, out):
    """people: [(name, picture)] -> seconds of learning, including loading; None if all concepts existed already"""
    if all((out / f"{token(name)}.pzconcept").exists() for name, _ in people):
        return None
    out.parent.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    command = [args.personalize, "learn", "celeb-basis", "--model", args.model, "--features", "image", "--names",
               args.out / "names.txt", "--steps", str(args.steps * len(people)), "--out", out, "--force"]
    for name, picture in people:
        command += ["--person", f"{token(name)}={picture}", "--mask", "none"]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{out.name}: {done.stderr.strip()}")
    return round(time.monotonic() - began, 1)


def measure(args, judges, people, way):
    folder = args.out / model_hash(args.model) / f"{way}-{args.steps}"
    groups = [people] if way == "jointly" else [[person] for person in people]
    places = {name: folder / (way if way == "jointly" else token(name)) for name, *_ in people}
    seconds = [learn(args, [(name, picture) for name, picture, _ in group], places[group[0][0]]) for group in groups]
    tasks, asked, index = [], [], []
    for name, _, n in people:
        for k in range(args.prompts):
            family, word = WORDS[(n + k * len(WORDS) // args.prompts) % len(WORDS)]
            concept = places[name] / f"{token(name)}.pzconcept"
            asked.append((family, word))
            index.append(n)
            tasks.append((args.model, (concept, None), WORDING[family](word), SEED + k, folder / "pictures" / token(name),
                          PLAIN))
    pictures = paint_all(args, tasks)
    scores, detail = judge_condition(judges, pictures, asked, np.array(index))
    known = [s for s in seconds if s is not None]
    return {"scores": scores, "seconds": sum(known) if len(known) == len(seconds) else None, "pictures": detail}, pictures


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--model", required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--personalize", default=BUILT)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--steps", type=int, default=400, help="of learning, a person")
    parser.add_argument("--prompts", type=int, default=5)
    parser.add_argument("--ways", nargs="*", choices=("jointly", "alone"), default=("jointly", "alone"))
    args = parser.parse_args()
    torch.set_num_threads(1)
    things, people, results, painted = Things(args.cache), [], {}, []
    judges = Judges(args.cache, things)
    args.out.mkdir(parents=True, exist_ok=True)
    write_names(things, args.out / "names.txt")
    for n, row in enumerate(judges.rows):
        if things.name(row) in NAMES and things.source_of[row] in SHOWN:
            people.append((things.name(row), write_concept(things, row, args.out / "pictures", "none")[0], n))
    for way in args.ways:
        results[way], pictures = measure(args, judges, people, way)
        painted.append(pictures)
        print(way, results[way]["seconds"], results[way]["scores"], flush=True)
    sheet = Image.new("RGB", ((1 + args.prompts * len(painted)) * STEP, len(people) * STEP), (255, 255, 255))
    for i, (_, picture, _) in enumerate(people):
        row = [Image.open(picture), *(Image.fromarray(p[i * args.prompts + k]) for k in range(args.prompts) for p in painted)]
        for k, image in enumerate(row):
            sheet.paste(tile(image), (k * STEP, i * STEP))
    sheet.save(args.out / "sheet.png")
    lines = [f"{len(people)} drawings from one picture each, {args.steps} steps of 2 a person, {args.prompts} pictures each;"
             f" weights `{model_hash(args.model)}`, judges `{judges.code[:12]}`.", "",
             "| learned | seconds | recognised | read | both |", "| --- | ---: | ---: | ---: | ---: |"]
    for way, result in results.items():
        figures = [result["seconds"], *(result["scores"][c] for c in ("recognised", "read", "both"))]
        lines.append(f"| {way} | " + " | ".join("" if f is None else f"{f:.1f}" for f in figures) + " |")
    (args.out / "people.json").write_text(json.dumps({"judges": judges.code, "ways": results}, indent=1) + "\n")
    (args.out / "people.md").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()

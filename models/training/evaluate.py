# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Measures the model: the engine generates pictures of held-out things and the judges score them.

Run:  python3 evaluate.py measure --cache DIR --model FOLDER --out DIR [--things 40]
          [--undistilled FOLDER] [--personalize build/cli/personalize] [--jobs 2]
      python3 evaluate.py sheet --cache DIR --model FOLDER --out DIR --names "crown,penguin"
      python3 evaluate.py sheet --cache DIR --model FOLDER --out DIR --concepts FOLDER

measure: one prompt per thing and condition; the prompts cycle through the words of all families,
so that each word is requested equally often.  Writes results.json and table.md.  Existing pictures are
kept, so an interrupted run can be continued; other weights use another folder.  The conditions are those
of CONDITIONS.  "names" requests training things by their plain names, judged among these names only: the
400 names that follow the held-out ones in SHA-256 order, from sources with carefully chosen names.
"edges" is the gradient energy inside the object, as a percentage of that in composed pictures of the same
things.

sheet: concept, mask and eight prompts per row, for random held-out things or those of --names (both
only from sources whose pictures may be shown), or for the pictures NAME.png or .jpg with
NAME-mask.png in a folder.  Writes sheet.png.
"""

import argparse
import hashlib
import json
import subprocess
import textwrap
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageDraw

from compose import FAMILIES, Things, article, over, placed, scene
from grounds import SIDE, any_ground
from judge import WORDS, Judges, shown_drawings
from judge_pool import GRID, small

SEED = 9000
WORDING = {
    "colour": lambda w: f"a photo of a S on {article(w)} background",
    "place": lambda w: f"a photo of a S {w}",
    "style": lambda w: f"a S {w}",
    "count": lambda w: f"a photo of {w} S",
    "side": lambda w: f"a photo of a S on the {w}",
    "size": lambda w: {"small": "a photo of a small S", "close-up": "a close-up of a S"}[w],
}
FOUR, WORDS_ALONE = ("--steps", "4", "--fidelity", "0.8"), ("--steps", "4", "--fidelity", "0", "--words")
CONDITIONS = {  # title, options, and outline of the held-out things; "names": training things by name
    "main": ("4 steps, fidelity 0.8", FOUR, "exact"),
    "first": ("4 steps, fidelity 0, first word", (*WORDS_ALONE, "primary"), "exact"),
    "five": ("4 steps, fidelity 0, five words", (*WORDS_ALONE, "all"), "exact"),
    "names": ("4 steps, training things by name", ("--steps", "4"), "names"),
    "box": ("4 steps, fidelity 0.8, the mask a box", FOUR, "box"),
    "none": ("4 steps, fidelity 0.8, no mask", FOUR, "none"),
    "many": ("25 steps, fidelity 0.8", ("--steps", "25", "--fidelity", "0.8"), "exact"),
}
CHANGES = {"first": "Fidelity 0 to 0.8", "many": "25 undistilled steps to 4"}
NAMED = 400
CARELESS = ("openclipart",)  # sources whose names are file names, which no caption uses
SHEET = ("a photo of a S", "a photo of a S on a red background", "a S on a blue background",
         "a S on a beach", "a S in the snow", "a S as a watercolour", "two S", "a small S at night")
SHOWN = ("fluent", "fluent3d", "noto", "openclipart")
TILE = 128
BUILT = Path(__file__).parents[2] / "build/cli/personalize"


def boxed(mask, margin=SIDE // 32):
    """The bounding rectangle of a mask, with a margin."""
    out = np.zeros_like(mask)
    ys, xs = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    out[max(ys[0] - margin, 0):ys[-1] + margin + 1, max(xs[0] - margin, 0):xs[-1] + margin + 1] = True
    return out


def write_concept(things, row, folder, outline="exact"):
    """Writes a drawing on a random background, 256x256. -> picture file, mask file (None if outline is "none")"""
    rng, sprite = np.random.default_rng([SEED, row]), np.asarray(things.sprites[row])
    x, y = rng.uniform(0.46, 0.54, 2) * SIDE
    layer = placed(sprite, rng.uniform(0.6, 0.85) * SIDE, SIDE, x, y, rng.normal(0, 2.5))
    folder.mkdir(parents=True, exist_ok=True)
    picture, mask = folder / f"{row}.png", folder / f"{row}-{outline}-mask.png"
    Image.fromarray(np.round(over(layer, any_ground(rng))).astype(np.uint8)).save(picture)
    inside = layer[..., 3] > 127
    if outline == "none":
        return picture, None
    Image.fromarray(255 * (boxed(inside) if outline == "box" else inside).astype(np.uint8)).save(mask)
    return picture, mask


def named_things(things):
    """-> [(name, rows of its drawings)] of the training things that are requested by name"""
    rows = {}
    for row in things.train:
        if things.source_of[row] not in CARELESS:
            rows.setdefault(things.name(row), []).append(row)
    names = sorted(rows, key=lambda name: hashlib.sha256(name.encode()).hexdigest())[:NAMED]
    return [(name, rows[name]) for name in names]


def with_name(prompt, name):
    return prompt.replace("a S", article(name)).replace("S", name)


def model_hash(folder):
    """The first 12 digits of the SHA-256 of all .safetensors, .json and .txt files of a model folder."""
    total = hashlib.sha256()
    for path in sorted(Path(folder).rglob("*")):
        if path.suffix in (".safetensors", ".json", ".txt"):
            total.update(path.read_bytes())
    return total.hexdigest()[:12]


def paint(personalize, model, files, prompt, seed, out, options):
    """Generates one picture with the engine unless its file exists. -> that file"""
    path = out / f"personalize-{seed}.png"
    if not path.exists():
        command = [personalize, "generate", "--model", model, "--prompt", prompt, "--seed", str(seed),
                   "--out", out, *options]
        for option, file in zip(("--concept", "--mask"), files):
            command += [option, file] if file else []
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            raise SystemExit(f"{prompt!r}: {done.stderr.strip()}")
    return path


def paint_all(args, tasks):
    """tasks: (model, files, prompt, seed, folder, options) -> pictures [N,256,256,3]"""
    with ThreadPoolExecutor(args.jobs) as pool:
        paths = list(pool.map(lambda task: paint(args.personalize, *task), tasks))
    return [np.asarray(Image.open(path).convert("RGB")) for path in paths]


def energy(judges, picture):
    """Mean squared luminance gradient inside the object, away from its outline; NaN if no object is found."""
    inside = np.pad(judges.find(small(picture)[None])[0] > 0.5, 1)
    deep = np.min([inside[1 + y:GRID + 1 + y, 1 + x:GRID + 1 + x] for y in (-1, 0, 1) for x in (-1, 0, 1)], 0)
    light = np.asarray(Image.fromarray(picture).convert("L"), np.float64)
    square = np.square(np.diff(light, axis=0))[:, :-1] + np.square(np.diff(light, axis=1))[:-1]
    mask = deep.repeat(SIDE // GRID, 0).repeat(SIDE // GRID, 1)[:-1, :-1]
    return square[mask].mean() if mask.any() else np.nan


def edges(judges, things, pictures, rows, asked):
    """Gradient energy inside the objects, as a percentage of that in composed pictures.  Uses only the prompts for a
    colour or a place: these have no style, one object and the usual size.  None if no object is found in any pair."""
    pairs = [(energy(judges, picture), energy(judges, scene(np.random.default_rng([SEED, 1, row]),
                                                            np.asarray(things.sprites[row]), things, None)[0]))
             for picture, row, (family, _) in zip(pictures, rows, asked) if family in ("colour", "place")]
    both = [pair for pair in pairs if not np.isnan(pair).any()]
    return round(100 * float(np.divide(*np.sum(both, 0))), 1) if both else None


def judge_condition(judges, pictures, asked, which, known=None):
    """-> {"recognised", "read", "both", each family}: percentages, and the judges' result for each picture"""
    glances = np.stack([small(p) for p in pictures])
    order, told = judges.recognise(glances, known), judges.read(glances)
    families = list(FAMILIES)
    seen = order[:, 0] == which
    read = np.array([told[i, families.index(f)] == 1 + FAMILIES[f].index(w)
                     for i, (f, w) in enumerate(asked)])
    family = np.array([f for f, _ in asked])
    scores = {f: 100 * read[family == f].mean() for f in families if (family == f).any()}
    scores = {"recognised": 100 * seen.mean(), "read": np.mean(list(scores.values())),
              "both": 100 * (seen & read).mean(), **scores}
    detail = [{"word": w, "recognised": bool(s), "rank": int(np.flatnonzero(o == n)[0]) + 1,
               "read": bool(r)} for (_, w), s, r, o, n in zip(asked, seen, read, order, which)]
    return {k: round(float(v), 1) for k, v in scores.items()}, detail


def table(results, judges, count):
    columns = ["recognised", "read", "both", *FAMILIES, "edges"]

    def line(title, scores, times=1.0):
        return f"| {title} | " + " | ".join(f"{times * scores[c]:.1f}" if c in scores else "" for c in columns) + " |"

    lines = [f"{count} things, one picture each; judges `{judges.code[:12]}`.", "",
             "| condition | " + " | ".join(columns) + " |", "| --- |" + " ---: |" * len(columns)]
    lines += [line(CONDITIONS[name][0], result["scores"]) for name, result in results.items()]
    lines += [line("the judges on composed pictures of held-out things", judges.ceilings),
              line("0.9 of that", judges.ceilings, 0.9), ""]
    for name, what in CHANGES.items():
        if name in results and "main" in results:
            a, b = (results[n]["scores"] for n in (name, "main"))
            lines.append(f"{what}: " + ", ".join(f"{c} {b[c] - a[c]:+.1f}" for c in columns[:3])
                         + ".")
    return "\n".join(lines) + "\n"


class Asked:
    """The inputs of a condition: things, prompts and, if they are not the held-out things, the judges' references."""

    def __init__(self, args, things, judges, outline):
        self.known, named = None, outline == "names"
        everything = named_things(things) if named else [(None, [row]) for row in judges.rows]
        count = min(args.things, len(everything))
        self.which = np.linspace(0, len(everything) - 1, count).round().astype(int)
        # indexed by thing, so that a run with fewer things shares its pictures with a full run
        self.words = [WORDS[n % len(WORDS)] for n in self.which]
        names, drawings = zip(*(everything[n] for n in self.which))
        self.prompts = [WORDING[family](word) for family, word in self.words]
        self.rows = [rows[0] for rows in drawings]
        self.files = [(None, None)] * count
        if named:
            self.prompts = [with_name(prompt, name) for prompt, name in zip(self.prompts, names)]
            self.known = judges.named(things, [rows for _, rows in everything])
        else:
            self.files = [write_concept(things, row, args.out / "concepts", outline) for row in self.rows]

    def tasks(self, model, folder, options):
        return [(model, f, prompt, SEED + int(n), folder, options)
                for f, prompt, n in zip(self.files, self.prompts, self.which)]


def measure(args, things):
    judges, results = Judges(args.cache, things), {}
    for name in args.conditions or CONDITIONS:
        (_, options, outline), model = CONDITIONS[name], args.model
        if name == "many":
            options = (*options, "--sampler", args.many_sampler)
            model = args.undistilled or model
        asked = Asked(args, things, judges, outline)
        pictures = paint_all(args, asked.tasks(model, args.out / model_hash(model) / name, options))
        scores, detail = judge_condition(judges, pictures, asked.words, asked.which, asked.known)
        kept = edges(judges, things, pictures, asked.rows, asked.words)
        if kept is not None and outline != "names":  # a name does not determine which of its drawings is meant
            scores["edges"] = kept
        for entry, row, prompt, n in zip(detail, asked.rows, asked.prompts, asked.which):
            entry.update(thing=things.name(row), prompt=prompt, seed=SEED + int(n))
        results[name] = {"model": model_hash(model), "scores": scores, "pictures": detail}
        print(name, scores, flush=True)
        (args.out / "results.json").write_text(json.dumps(
            {"judges": judges.code, "things": len(asked.which), "conditions": results}, indent=1) + "\n")
        (args.out / "table.md").write_text(table(results, judges, len(asked.which)))
    print((args.out / "table.md").read_text())


def sheet_things(things, names, count):
    """Drawings of held-out things that may be shown: those in `names`, or `count` random ones."""
    rows = [r for r in shown_drawings(things) if things.source_of[r] in SHOWN]
    if not names:
        return list(np.random.default_rng(SEED).choice(rows, count, replace=False))
    found = [next((r for r in things.held if things.name(r) == name
                   and things.source_of[r] in SHOWN), None) for name in names.split(",")]
    if None in found:
        raise SystemExit(f"{names}: expected held-out things that may be shown, found others")
    return found


def folder_concepts(folder):
    for path in sorted(p for p in folder.iterdir() if p.suffix in (".png", ".jpg")):
        mask = path.with_name(path.stem + "-mask.png")
        if not path.stem.endswith("-mask"):
            yield path, mask if mask.exists() else None


def tile(image):
    image = image.convert("RGB")
    image.thumbnail((TILE, TILE), Image.LANCZOS)
    out = Image.new("RGB", (TILE, TILE), (128, 128, 128))
    out.paste(image, ((TILE - image.width) // 2, (TILE - image.height) // 2))
    return out


def sheet(args, things):
    if args.concepts:
        files = list(folder_concepts(args.concepts))
    else:
        files = [write_concept(things, r, args.out / "concepts")
                 for r in sheet_things(things, args.names, args.count)]
    options = ("--steps", str(args.steps)) + (
        ("--fidelity", str(args.fidelity)) if args.fidelity is not None else ())
    folder = args.out / model_hash(args.model) / "-".join(("sheet", *options))
    tasks = [(args.model, f, prompt, SEED + k, folder / f[0].stem, options)
             for f in files for k, prompt in enumerate(SHEET)]
    pictures = paint_all(args, tasks)
    step, top = TILE + 4, 28
    out = Image.new("RGB", ((2 + len(SHEET)) * step, top + len(files) * step), (255, 255, 255))
    pen = ImageDraw.Draw(out)
    for k, prompt in enumerate(("concept", "mask", *SHEET)):
        pen.text((k * step + 2, 1), textwrap.fill(prompt, 20), (0, 0, 0))
    for r, (image, mask) in enumerate(files):
        row = [Image.open(image), Image.open(mask) if mask else Image.new("L", (8, 8), 255)]
        row += [Image.fromarray(p) for p in pictures[r * len(SHEET):(r + 1) * len(SHEET)]]
        for k, picture in enumerate(row):
            out.paste(tile(picture), (k * step, top + r * step))
    out.save(args.out / "sheet.png")
    print(args.out / "sheet.png")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=("measure", "sheet"))
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--model", required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--personalize", default=BUILT)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--things", type=int, default=400, help="how many, evenly spread")
    parser.add_argument("--conditions", nargs="*", choices=list(CONDITIONS),
                        help="default: all")
    parser.add_argument("--undistilled", help="the model folder for 25 steps; default: --model")
    parser.add_argument("--many-sampler", default="ddim", help="for 25 steps")
    parser.add_argument("--names", help="held-out things, separated by commas")
    parser.add_argument("--count", type=int, default=8)
    parser.add_argument("--concepts", type=Path, help="a folder of pictures and masks")
    parser.add_argument("--steps", type=int, default=4)
    parser.add_argument("--fidelity", type=float)
    args = parser.parse_args()
    torch.set_num_threads(1)
    {"measure": measure, "sheet": sheet}[args.what](args, Things(args.cache))


if __name__ == "__main__":
    main()

# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How good the model is: pictures of held-out things made by the engine and read by the judges.

Run:  python3 evaluate.py measure --cache DIR --model FOLDER --out DIR [--things 40]
          [--undistilled FOLDER] [--personalize build/cli/personalize] [--jobs 2]
      python3 evaluate.py sheet --cache DIR --model FOLDER --out DIR --names "crown,penguin"
      python3 evaluate.py sheet --cache DIR --model FOLDER --out DIR --concepts FOLDER

measure: one prompt per thing and condition; the prompts take the words of all families in turn,
so each is asked for equally often.  Writes results.json and table.md; pictures that exist are
kept, so a run that was interrupted goes on, and other weights get another folder.

sheet: concept, mask and eight prompts per row, of held-out things (or, with --names, of those;
only from sources whose pictures may be shown) or of the pictures NAME.png or .jpg with
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

from compose import FAMILIES, Things, article, over, placed
from grounds import SIDE, any_ground
from judge import Judges, shown_drawings, small

SEED = 9000
WORDS = [(family, word) for family, words in FAMILIES.items() for word in words]
WORDING = {
    "colour": lambda w: f"a photo of a S on {article(w)} background",
    "place": lambda w: f"a photo of a S {w}",
    "style": lambda w: f"a S {w}",
    "count": lambda w: f"a photo of {w} S",
    "side": lambda w: f"a photo of a S on the {w}",
    "size": lambda w: {"small": "a photo of a small S", "close-up": "a close-up of a S"}[w],
}
CONDITIONS = {
    "main": ("4 steps, fidelity 0.8", ("--steps", "4", "--fidelity", "0.8")),
    "words": ("4 steps, fidelity 0", ("--steps", "4", "--fidelity", "0")),
    "many": ("25 steps, fidelity 0.8", ("--steps", "25", "--fidelity", "0.8")),
}
CHANGES = {"words": "Fidelity 0 to 0.8", "many": "25 undistilled steps to 4"}
SHEET = ("a photo of a S", "a photo of a S on a red background", "a S on a blue background",
         "a S on a beach", "a S in the snow", "a S as a watercolour", "two S", "a small S at night")
SHOWN = ("fluent", "fluent3d", "noto", "openclipart")
TILE = 128
BUILT = Path(__file__).parents[2] / "build/cli/personalize"


def write_concept(things, row, folder):
    """-> picture and mask files of a drawing on some background, 256x256."""
    rng, sprite = np.random.default_rng([SEED, row]), np.asarray(things.sprites[row])
    x, y = rng.uniform(0.46, 0.54, 2) * SIDE
    layer = placed(sprite, rng.uniform(0.6, 0.85) * SIDE, SIDE, x, y, rng.normal(0, 2.5))
    folder.mkdir(parents=True, exist_ok=True)
    files = folder / f"{row}.png", folder / f"{row}-mask.png"
    Image.fromarray(np.round(over(layer, any_ground(rng))).astype(np.uint8)).save(files[0])
    Image.fromarray((255 * (layer[..., 3] > 127)).astype(np.uint8)).save(files[1])
    return files


def model_hash(folder):
    """The first letters of the SHA-256 of all weights and settings of a model folder."""
    total = hashlib.sha256()
    for path in sorted(Path(folder).rglob("*")):
        if path.suffix in (".safetensors", ".json", ".txt"):
            total.update(path.read_bytes())
    return total.hexdigest()[:12]


def paint(personalize, model, files, prompt, seed, out, options):
    """One picture by the engine, unless it is there already. -> its file"""
    path = out / f"personalize-{seed}.png"
    if not path.exists():
        command = [personalize, "generate", "--model", model, "--concept", files[0], "--prompt",
                   prompt, "--seed", str(seed), "--out", out, *options]
        command += ["--mask", files[1]] if files[1] else []
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            raise SystemExit(f"{prompt!r}: {done.stderr.strip()}")
    return path


def paint_all(args, tasks):
    """tasks: (model, files, prompt, seed, folder, options) -> pictures [N,256,256,3]"""
    with ThreadPoolExecutor(args.jobs) as pool:
        paths = list(pool.map(lambda task: paint(args.personalize, *task), tasks))
    return [np.asarray(Image.open(path).convert("RGB")) for path in paths]


def judge_condition(judges, pictures, asked, which):
    """-> {"recognised", "read", "both", each family}: percentages, and what was seen of each."""
    glances = np.stack([small(p) for p in pictures])
    order, told = judges.recognise(glances), judges.read(glances)
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
    columns = ["recognised", "read", "both", *FAMILIES]
    lines = [f"{count} held-out things, one picture each; judges `{judges.code[:12]}`.", "",
             "| condition | " + " | ".join(columns) + " |", "| --- |" + " ---: |" * len(columns)]
    for name, result in results.items():
        cells = [f"{result['scores'][c]:.1f}" if c in result["scores"] else "" for c in columns]
        lines.append(f"| {CONDITIONS[name][0]} | " + " | ".join(cells) + " |")
    lines.append("")
    for name, what in CHANGES.items():
        if name in results and "main" in results:
            a, b = (results[n]["scores"] for n in (name, "main"))
            lines.append(f"{what}: " + ", ".join(f"{c} {b[c] - a[c]:+.1f}" for c in columns[:3])
                         + ".")
    return "\n".join(lines) + "\n"


def measure(args, things):
    judges = Judges(args.cache, things)
    count = min(args.things, len(judges.rows))
    which = np.linspace(0, len(judges.rows) - 1, count).round().astype(int)
    asked = [WORDS[n % len(WORDS)] for n in which]  # so that a part of the things shares its pictures with all
    files = [write_concept(things, judges.rows[n], args.out / "concepts") for n in which]
    results = {}
    for name in args.conditions or CONDITIONS:
        options, model = CONDITIONS[name][1], args.model
        if name == "many":
            options = (*options, "--sampler", args.many_sampler)
            model = args.undistilled or model
        folder = args.out / model_hash(model) / name
        tasks = [(model, f, WORDING[family](word), SEED + int(n), folder, options)
                 for f, (family, word), n in zip(files, asked, which)]
        scores, detail = judge_condition(judges, paint_all(args, tasks), asked, which)
        for entry, n, task in zip(detail, which, tasks):
            entry.update(thing=things.name(judges.rows[n]), prompt=task[2], seed=task[3])
        results[name] = {"model": model_hash(model), "scores": scores, "pictures": detail}
        print(name, scores, flush=True)
        (args.out / "results.json").write_text(json.dumps(
            {"judges": judges.code, "things": count, "conditions": results}, indent=1) + "\n")
        (args.out / "table.md").write_text(table(results, judges, count))
    print((args.out / "table.md").read_text())


def sheet_things(things, names, count):
    """Drawings of held-out things that may be shown: those named, or some by chance."""
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

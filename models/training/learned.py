# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Measures how well each method learns: held-out things in four composed views each, scored by the judges.

Run:  python3 learned.py --cache DIR --model FOLDER --out DIR [--things 16] [--prompts 25] [--methods cross fast ...]
          [--personalize build/cli/personalize] [--evaluation FOLDER]

Each thing is learned by `personalize learn` (or, for ELITE, encoded from its first view); pictures are then generated with
prompts that cycle through all families. The things are those of held_out_set.py. With --evaluation, the output folder of
`personalize evaluate --out` for that set, concepts that both compare are not learned again. Writes learned.json and learned.md.
Existing results are kept and unfinished learning is resumed, so an interrupted run can be continued; other weights use another
folder. Seconds cover learning only, in runs without interruption: measure them on an otherwise idle machine. The class word is
the last word of the thing's name if the vocabulary has it, else "toy".
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import time
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from compose import Things, over, placed
from evaluate import BUILT, SEED, WORDING, judge_condition, model_hash, paint_all
from grounds import SIDE, any_ground
from judge import WORDS, Judges, shown_drawings
from tokenizer import Tokenizer

VIEWS = 4
LICENCES = {"fluent": "Fluent Emoji, Microsoft, MIT", "fluent3d": "Fluent Emoji, Microsoft, MIT",
            "noto": "Noto Emoji, Google, Apache-2.0"}
METHODS = {  # title, method, options, number of views used, options of generation
    "elite": ("ELITE, one view", None, (), 1, ("--fidelity", "0.8")),
    "refined": ("ELITE refined, one view", "elite-refine", (), 1, ("--fidelity", "0.8")),
    "refined-four": ("ELITE refined, four views", "elite-refine", (), VIEWS, ("--fidelity", "0.8")),
    "fast": ("Cross Initialization, 25 steps of 8", "cross-initialization-fast", (), VIEWS, ()),
    "brief": ("Textual Inversion, 50 steps of 4", "textual-inversion", ("--steps", "50"), VIEWS, ()),
    "cross": ("Cross Initialization, 320 steps of 8", "cross-initialization", (), VIEWS, ()),
    "same": ("Textual Inversion, 320 steps of 8", "textual-inversion", ("--steps", "320", "--batch", "8"), VIEWS, ()),
    "inversion": ("Textual Inversion, 3000 steps of 4", "textual-inversion", (), VIEWS, ()),
    "catversion": ("CatVersion, 1000 steps of 2", "catversion", (), VIEWS, ()),
}


def write_view(things, row, view, folder):
    """Writes a drawing on a background of its own. -> picture file, mask file"""
    rng, sprite = np.random.default_rng([SEED, 2, row, view]), np.asarray(things.sprites[row])
    x, y = rng.uniform(0.42, 0.58, 2) * SIDE
    layer = placed(sprite, rng.uniform(0.5, 0.85) * SIDE, SIDE, x, y, rng.normal(0, 6), bool(view % 2))
    folder.mkdir(parents=True, exist_ok=True)
    picture, mask = folder / f"{row}-{view}.png", folder / f"{row}-{view}-mask.png"
    Image.fromarray(np.round(over(layer, any_ground(rng))).astype(np.uint8)).save(picture)
    Image.fromarray(255 * (layer[..., 3] > 127).astype(np.uint8)).save(mask)
    return picture, mask


def class_word(tokenizer, name):
    last = name.split()[-1]
    return last if len(tokenizer.pieces(last)) == 1 else "toy"


def chosen(things, count):
    """-> at most `count` held-out drawings with distinct names and a source in LICENCES, evenly spread"""
    rows = {things.name(row): row for row in shown_drawings(things) if things.source_of[row] in LICENCES}
    rows = list(rows.values())
    return [rows[n] for n in np.linspace(0, len(rows) - 1, min(count, len(rows))).round().astype(int)]


def evaluated(args, which, name, out):
    """Copies the concept that the evaluation made with the method's defaults. -> seconds it took, None if there is none"""
    _, method, options, n_views, _ = METHODS[which]
    if args.evaluation is None or options or (method == "elite-refine" and n_views > 1):
        return None
    made = args.evaluation / name.replace(" ", "-") / (method or "elite")
    if not (made / "made.json").exists():
        return None
    shutil.copyfile(made / "concept.pzconcept", out)
    return json.loads((made / "made.json").read_text())["seconds"]


def learn(args, which, name, views, word, out):
    """-> seconds of learning; None if the concept existed already or its learning was resumed"""
    _, method, options, n_views, _ = METHODS[which]
    resume, began = Path(f"{out}.resume").exists(), time.monotonic()
    if out.exists():
        return None
    out.parent.mkdir(parents=True, exist_ok=True)
    taken = evaluated(args, which, name, out)
    if out.exists():
        return taken
    if method is None:
        command = [args.personalize, "encode", "--image", views[0][0], "--mask", views[0][1]]
    else:
        command = [args.personalize, "learn", method, "--name", "zqthing", "--class-word", word, *options]
        for picture, mask in views[:n_views]:
            command += ["--image", picture, "--mask", mask if method == "elite-refine" else "none"]
        command += ["--resume"] if resume else []
    done = subprocess.run([*command, "--model", args.model, "--out", out], capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{which}, {out.name}: {done.stderr.strip()}")
    return None if resume else round(time.monotonic() - began, 1)


def measure_method(args, things, judges, tokenizer, which):
    folder = args.out / model_hash(args.model) / "learned" / which
    times_file, tasks, asked, index = folder / "seconds.json", [], [], []
    times = json.loads(times_file.read_text()) if times_file.exists() else {}
    for row in chosen(things, args.things):
        n, out = judges.rows.index(row), folder / f"{row}.pzconcept"
        views = [write_view(things, row, view, args.out / "views") for view in range(VIEWS)]
        seconds = learn(args, which, things.name(row), views, class_word(tokenizer, things.name(row)), out)
        if seconds is not None:
            times[str(row)] = seconds
            times_file.write_text(json.dumps(times))
        for k in range(args.prompts):
            family, word = WORDS[(n + k * len(WORDS) // args.prompts) % len(WORDS)]
            asked.append((family, word))
            index.append(n)
            tasks.append((args.model, (out, None), WORDING[family](word), SEED + k, folder / str(row),
                          ("--steps", "4", *METHODS[which][4])))
    scores, detail = judge_condition(judges, paint_all(args, tasks), asked, np.array(index))
    seconds = round(statistics.median(times.values()), 1) if times else None
    return {"scores": scores, "seconds": seconds, "pictures": detail}


def table(args, judges, results):
    lines = [f"{args.things} held-out things, four views and {args.prompts} pictures each; weights "
             f"`{model_hash(args.model)}`, judges `{judges.code[:12]}`.", "",
             "| method | seconds a thing | recognised | read | both |", "| --- | ---: | ---: | ---: | ---: |"]
    for which, result in results.items():
        figures = [result["seconds"], *(result["scores"][c] for c in ("recognised", "read", "both"))]
        lines.append(f"| {METHODS[which][0]} | " + " | ".join("" if f is None else f"{f:.1f}" for f in figures) + " |")
    return "\n".join(lines) + "\n"


def measure(args, things):
    judges, tokenizer, results = Judges(args.cache, things), Tokenizer(os.path.join(args.model, "tokenizer")), {}
    args.out.mkdir(parents=True, exist_ok=True)
    for which in args.methods or METHODS:
        results[which] = measure_method(args, things, judges, tokenizer, which)
        print(which, results[which]["seconds"], results[which]["scores"], flush=True)
        (args.out / "learned.json").write_text(json.dumps({"judges": judges.code, "methods": results}, indent=1) + "\n")
        (args.out / "learned.md").write_text(table(args, judges, results))
    print((args.out / "learned.md").read_text())


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--model", required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--personalize", default=BUILT)
    parser.add_argument("--jobs", type=int, default=2, help="of painting; things are learned one after the other")
    parser.add_argument("--things", type=int, default=16)
    parser.add_argument("--prompts", type=int, default=25)
    parser.add_argument("--evaluation", type=Path)
    parser.add_argument("--methods", nargs="*", choices=list(METHODS), help="default: all")
    args = parser.parse_args()
    torch.set_num_threads(1)
    measure(args, Things(args.cache))


if __name__ == "__main__":
    main()

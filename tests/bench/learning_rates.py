# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compares learning rates and step counts of a learning method by the loss on a photograph that was not learned from.

Usage: learning_rates.py PERSONALIZE MODEL PICTURES METHOD --rates 0.01 0.02 --steps 10 25 FOLDER=CLASS_WORD ...

The last photograph of each FOLDER in PICTURES is held out. The loss is computed with PyTorch (tests/reference/learners.py),
with the same noise, timesteps and captions for every setting. It is printed as a percentage of the loss before the first step,
for each thing and as the mean over the things.
"""

import argparse
import os
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../reference"))
sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../models/training"))

import learners  # noqa: E402
import numpy as np  # noqa: E402
import safetensors_file  # noqa: E402
import torch  # noqa: E402
from PIL import Image  # noqa: E402
from tokenizer import Tokenizer  # noqa: E402

SIZE, SEED, BATCH, BATCHES = 256, 99, 16, 6


def caption_ids(model, folder, n_words):
    tokenizer, rows = Tokenizer(os.path.join(folder, "tokenizer")), []
    for line in learners.captions():
        before, after = line.split("{}")
        ids = [tokenizer.start, *tokenizer.pieces(before), *range(model.text["vocab_size"],
               model.text["vocab_size"] + n_words), *tokenizer.pieces(after), tokenizer.end]
        rows.append(ids + [tokenizer.pad] * (model.text["max_position_embeddings"] - len(ids)))
    return rows


def held_out_loss(model, folder, concept, picture):
    """The loss of a .pzconcept file on the held-out picture, with its words and, if present, its local features."""
    parts = safetensors_file.read(concept)
    value = torch.tensor(np.concatenate([parts[name] for name in ("words", "local") if name in parts]))
    trains = "elite" if "local" in parts else "words"
    run = learners.Run(model, [picture], caption_ids(model, folder, len(parts["words"])), SIZE, SEED, BATCH, 1.0, trains,
                       value.to(model.dtype))
    with torch.no_grad():
        return float(torch.cat([run.losses(step) for step in range(BATCHES)]).mean())


def learn(args, out, pictures, word, rate, steps, resume):
    command = [args.personalize, "learn", args.method, "--model", args.model, "--name", "zqthing", "--class-word", word,
               "--lr", str(rate), "--steps", str(steps), "--out", out, "--resume" if resume else "--force"]
    done = subprocess.run(command + [w for p in pictures for w in ("--image", p, "--mask", "none")], capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(done.stderr)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("personalize")
    parser.add_argument("model")
    parser.add_argument("pictures")
    parser.add_argument("method")
    parser.add_argument("things", nargs="+")
    parser.add_argument("--rates", nargs="+", type=float, required=True)
    parser.add_argument("--steps", nargs="+", type=int, required=True)
    args = parser.parse_args()
    torch.set_num_threads(1)
    model, levels = learners.Model(args.model, torch.float32), {}
    with tempfile.TemporaryDirectory() as scratch:
        for thing in args.things:
            name, word = thing.split("=")
            folder = os.path.join(args.pictures, name)
            files = [os.path.join(folder, f) for f in sorted(os.listdir(folder))]
            held, out = Image.open(files[-1]).convert("RGB"), os.path.join(scratch, "x.pzconcept")
            learn(args, out, files[:-1], word, 1e-7, 1, False)
            start = held_out_loss(model, args.model, out, held)
            for rate in args.rates:
                for n, steps in enumerate(sorted(args.steps)):
                    learn(args, out, files[:-1], word, rate, steps, n > 0)
                    level = 100 * held_out_loss(model, args.model, out, held) / start
                    levels.setdefault((rate, steps), []).append(level)
                    print(f"{name} rate {rate:g}, {steps} steps: {level:.2f}", flush=True)
    print(f"\n| rate | steps | {' | '.join(t.split('=')[0] for t in args.things)} | mean |")
    print("| ---: " * (3 + len(args.things)) + "|")
    for (rate, steps), row in levels.items():
        print(f"| {rate:g} | {steps} | " + " | ".join(f"{level:.2f}" for level in [*row, np.mean(row)]) + " |")


if __name__ == "__main__":
    main()

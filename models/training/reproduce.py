# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reproduces the model from scratch: fetches the data, runs all stages, writes the model folder.

Run:  python3 reproduce.py --cache DIR --out FOLDER [--device bf16]
      python3 reproduce.py --cache DIR --out FOLDER --trial     all stages, one shard, a minute of each training

Distillation (distill.py) is not one of the stages: the shipped model was made without it.  The seeds are
the scripts' defaults.  Each stage resumes, or is skipped if it is complete, so an interrupted run continues
where it stopped when it is started again; use a separate cache for a trial.  README.md and LICENSES/ of the
model folder are written by hand.
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path

import torch

HERE = Path(__file__).parent
JOBS = str(os.cpu_count())
DEVICES = ("cpu", "bf16", "cuda")  # bf16: CPUs with bfloat16 multiplication
TRIAL = "trial"
SMALL, LARGE, HUGE = ((*("--concepts", concepts, "--scenes", "4", "--lr", rate), *bf16) for concepts, rate, bf16 in (
    ("4", "8e-4", ()), ("12", "1e-3", ("--bf16",)), ("64", "2e-3", ("--bf16",))))  # batch sizes, learning rates
# File that marks the stage as done ("" = the script checks by itself), script, arguments, arguments per device.
STAGES = (
    ("things.json", "fetch.py", ("--jobs", "2"), {}),
    ("photographs.npy", "photographs.py", (), {}),
    ("training/encoder.pt", "train_vae.py", ("encoder", "--out", "training"), {}),
    ("tokenizer/vocab.json", "pool.py", ("tokenizer",), {}),
    ("", "pool.py", ("shards", "--jobs", JOBS), {
        "cpu": ("--count", "12"), "bf16": ("--count", "26"), "cuda": ("--count", "48"),
        TRIAL: ("--count", "1")}),
    ("", "train_vae.py", ("decoder", "--out", "training", "--noise", "0.25"), {
        "cpu": ("--minutes", "60", "--pool", "2000"),
        "bf16": ("--minutes", "60", "--pool", "2000"),
        "cuda": ("--minutes", "4", "--pool", "4000", "--batch", "64", "--device", "cuda"),
        TRIAL: ("--minutes", "1", "--pool", "100")}),
    # minutes count from the start of all training: words without the U-Net, pictures from words, then also from local features
    ("", "train.py", ("--out", "training", "--words", "--lr", "1.5e-3"), {
        "cpu": ("--minutes", "20", *SMALL), "bf16": ("--minutes", "12", *LARGE), "cuda": ("--minutes", "1", *HUGE),
        TRIAL: ("--minutes", "0.3")}),
    ("", "train.py", ("--out", "training", "--local", "0", "--power", "0.4", "0.8"), {
        "cpu": ("--minutes", "220", *SMALL), "bf16": ("--minutes", "110", *LARGE), "cuda": ("--minutes", "6", *HUGE),
        TRIAL: ("--minutes", "0.6")}),
    ("", "train.py", ("--out", "training", "--power", "0.6", "1.0"), {
        "cpu": ("--minutes", "800", *SMALL), "bf16": ("--minutes", "400", *LARGE), "cuda": ("--minutes", "20", *HUGE),
        TRIAL: ("--minutes", "1")}),
    ("", "export.py", ("--checkpoint", "training/joint.pt"), {}),
)


def best_device():
    if torch.cuda.is_available():
        return "cuda"
    processor = Path("/proc/cpuinfo")
    return "bf16" if processor.exists() and "_bf16" in processor.read_text() else "cpu"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True, help="the model folder")
    parser.add_argument("--device", choices=DEVICES, default=best_device())
    parser.add_argument("--trial", action="store_const", const=TRIAL, dest="device",
                        help="to see that the stages fit together; what comes out has learned nothing")
    args = parser.parse_args()
    cache, out = args.cache.resolve(), args.out.resolve()
    (cache / "training").mkdir(parents=True, exist_ok=True)
    for done, script, fixed, further in STAGES:
        if done and (cache / done).exists():
            continue
        command = [script, *fixed, *further.get(args.device, ()), "--cache", cache]
        command += ["--out", out] if script == "export.py" else []
        print(*command, flush=True)
        subprocess.run([sys.executable, "-B", HERE / command[0], *command[1:]], check=True, cwd=cache)


if __name__ == "__main__":
    main()

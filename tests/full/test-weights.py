# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""8-bit weights compared with f16 weights, with Stable Diffusion 1.5 at full size and random weights: picture, time and memory.
Usage: test-weights.py PERSONALIZE SOURCE_ROOT FOLDER [NAME_PART]
"""

import json
import math
import os
import resource
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "cli"))
import random_models  # noqa: E402
from tap import Skip, run, test  # noqa: E402

try:
    import numpy as np
    from PIL import Image
except ImportError:
    Image = None

EXE, ROOT, FOLDER = map(os.path.abspath, sys.argv[1:4])
LEAST_DECIBEL, MOST_TIMES, MOST_BYTES = 35, 1.1, 0.9 * 2**30
ROUNDS, STEPS = 3, 4
MODES = {"halves": (), "bytes": ("--weights", "8")}


def call(*arguments):
    """The --json output and the CPU time in seconds."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run([EXE, *arguments, "--model", random_models.complete(FOLDER, ROOT), "--json"], capture_output=True, timeout=7200)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout), after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def paint(mode, *more):
    """The picture's file and the --json output of the run."""
    file = os.path.join(FOLDER, f"{mode}.png")
    said, _ = call("generate", "--prompt", "a ball on a table", "--seed", "3", "--out", file, "--force", *MODES[mode], *more)
    return file, said


@test
def picture():
    """a picture of weights in 8 bits is that of halves"""
    if Image is None:
        raise Skip("no PIL here")
    halves, packed = (np.asarray(Image.open(paint(mode, "--size", "256x256", "--steps", str(STEPS))[0]), float)
                      for mode in MODES)
    mean = ((halves - packed) ** 2).mean()
    found = 10 * math.log10(255 ** 2 / mean) if mean > 0 else math.inf
    print(f"# {found:.1f} dB of {LEAST_DECIBEL} asked", flush=True)
    assert found >= LEAST_DECIBEL and mean > 0


@test
def time():
    """steps with weights in 8 bits take at most 1.1 times the processors' time, in turns"""
    def steps(mode):
        def bench(n):
            return call("bench", "--only", "step", "--size", "256x256", "--steps", "1", "--repeat", str(n), *MODES[mode])[1]
        return bench(1 + STEPS) - bench(1)
    ratios = []
    for _ in range(ROUNDS):
        halves, packed = steps("halves"), steps("bytes")
        print(f"# {STEPS} steps: {halves:.2f} s in halves, {packed:.2f} s in bytes, {packed / halves:.3f} times", flush=True)
        ratios.append(packed / halves)
    assert sorted(ratios)[ROUNDS // 2] <= MOST_TIMES, ratios


@test
def memory():
    """the U-Net alone on the device takes at most 0.9 GiB"""
    _, said = paint("bytes", "--size", "64x64", "--steps", "1", "--low-memory")
    print(f"# {said['peak_device_bytes'] >> 20} MiB with the scratch of 64x64", flush=True)
    assert said["peak_device_bytes"] <= MOST_BYTES


run(sys.argv[4] if len(sys.argv) > 4 else None)

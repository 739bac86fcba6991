# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reproduces a picture that another program made from the same random weights, prompt and seed (golden/README.md).

Usage: test-golden.py PERSONALIZE FOLDER
Writes the checkpoint, one file of 2 GiB, to FOLDER if it is missing; takes up to 8 GiB of memory.
"""

import json
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "cli"))
import random_models  # noqa: E402
from tap import Skip, run, test  # noqa: E402

EXE, FOLDER = sys.argv[1:3]
GOLDEN = os.path.join(HERE, "golden/random-sd15-euler4-seed42-128.png")


def write_json(path, content):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as f:
        json.dump(content, f)


def checkpoint():
    """The checkpoint file, with files next to it that set the timesteps that the other program used."""
    try:
        import numpy  # noqa: F401
    except ImportError:
        raise Skip("no NumPy here") from None
    file = random_models.single(FOLDER)
    write_json(os.path.join(FOLDER, "single.json"), {"scheduler": "golden-schedule"})
    write_json(os.path.join(FOLDER, "golden-schedule/scheduler_config.json"),
               {"_class_name": "EulerDiscreteScheduler", "prediction_type": "epsilon",
                "timestep_spacing": "linspace"})
    return file


def psnr(one, two):
    import numpy as np
    from PIL import Image
    a, b = (np.asarray(Image.open(p).convert("RGB"), np.float64) for p in (one, two))
    assert a.shape == b.shape, (a.shape, b.shape)
    return 10 * np.log10(255 ** 2 / max(np.mean((a - b) ** 2), 1e-12))


def meets(least, *flags):
    with tempfile.TemporaryDirectory() as out:
        subprocess.run([EXE, "generate", "--model", checkpoint(), "--prompt", "a photo of a dog", "--seed", "42",
                        "--sampler", "euler", "--steps", "4", "--guidance", "1", "--size", "128x128", "--out", out,
                        *flags], check=True, stdout=subprocess.DEVNULL)
        found = psnr(os.path.join(out, "personalize-42.png"), GOLDEN)
    print(f"# {found:.1f} dB of {least}", flush=True)
    assert found > least, found


@test
def halves():
    """the other program's picture is met in halves."""
    meets(40)


@test
def floats():
    """the other program's picture is met in floats."""
    meets(50, "--f32")


run()

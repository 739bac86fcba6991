# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whole pictures of the embedded model: the engine against PyTorch, from the same files and seed.

PyTorch's side is models/training/sample.py: its own networks, tokenizer, encoder, prompt, sampler,
and torch's own noise. Usage: test-pipeline.py PERSONALIZE SOURCE_ROOT
"""

import os
import subprocess
import sys
import tempfile

EXE, ROOT = sys.argv[1:3]
sys.path.insert(0, os.path.join(ROOT, "tests/cli"))

from tap import Skip, run, test  # noqa: E402

MODEL = os.path.join(ROOT, "data/models/pz-tiny")
CONCEPT = os.path.join(ROOT, "data/demo/concept.png")
SCRATCH = tempfile.TemporaryDirectory(prefix="pz-pipeline-")


def path(name):
    return os.path.join(SCRATCH.name, name)


def psnr(one, two):
    import numpy as np
    from PIL import Image
    a, b = (np.asarray(Image.open(p).convert("RGB"), np.float64) for p in (one, two))
    assert a.shape == b.shape, (a.shape, b.shape)
    return 10 * np.log10(255 ** 2 / max(np.mean((a - b) ** 2), 1e-12))


def mask_file():
    """The penguin's ellipse, as data/demo/README.md gives its box."""
    from PIL import Image, ImageDraw
    mask = Image.new("L", (512, 512))
    ImageDraw.Draw(mask).ellipse((106, 123, 406, 420), fill=255)
    mask.save(path("mask.png"))
    return path("mask.png")


def compare(prompt, concept):
    try:
        import torch  # noqa: F401
    except ImportError:
        raise Skip("no PyTorch here") from None
    given = ["--concept", CONCEPT, "--mask", mask_file()] if concept else []
    shared = ["--model", MODEL, *given, "--prompt", prompt, "--seed", "11", "--fidelity", "0.8"]
    subprocess.run([sys.executable, "-B", os.path.join(ROOT, "models/training/sample.py"), *shared,
                    "--out", path("torch.png")], check=True, capture_output=True)
    # Halves: 40 dB is asked of parity; rounding alone gives about 61. Floats: what is left is the
    # last place of 8 bits (a single level off in one of 5000 values is 85 dB).
    for flags, least in (([], 50), (["--f32"], 75)):
        subprocess.run([EXE, "generate", *shared, "--out", SCRATCH.name, *flags], check=True,
                       capture_output=True)
        found = psnr(path("personalize-11.png"), path("torch.png"))
        print(f"# {prompt} {' '.join(flags)}: {found:.1f} dB")
        assert found >= least, (prompt, flags, found)


@test
def text_alone():
    """a picture from text alone equals PyTorch's."""
    compare("a red ball on a blue background", concept=False)


@test
def a_concept():
    """a personalized picture equals PyTorch's."""
    compare("a S on a red background", concept=True)


try:
    run()
finally:
    SCRATCH.cleanup()

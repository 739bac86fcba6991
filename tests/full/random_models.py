# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The random models of this suite: made once in a folder, and again when the script that makes them has changed."""

import hashlib
import os
import subprocess
import sys

MAKER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "reference", "random_sd15.py")


def made(path, *arguments):
    """path, after random_sd15.py has made it."""
    with open(MAKER, "rb") as f:
        maker = hashlib.sha256(f.read()).hexdigest()
    stamp = path + ".made-by"
    if not os.path.exists(stamp) or open(stamp).read() != maker:
        subprocess.run([sys.executable, "-B", MAKER, *arguments], check=True)
        with open(stamp, "w") as f:
            f.write(maker)
    return path


FLAGS = {"plain": [], "loud": ["--outliers", "--guidance-embedding", "256"], "second": ["--second"], "huge": ["--huge-vision"]}


def folder(base, kind):
    """The "plain" model as a folder; the "loud" one, whose U-Net has a guidance embedding too; the "second" family's
    text encoder and U-Net alone; IP-Adapter's "huge" image encoder alone."""
    path = os.path.join(base, kind)
    return made(path, path, *FLAGS[kind])


def complete(base, root):
    """The plain model with a vocabulary, so that it takes prompts. root: of the sources."""
    path = folder(base, "plain")
    if not os.path.exists(os.path.join(path, "tokenizer/vocab.json")):
        subprocess.run([sys.executable, "-B", os.path.join(root, "tests/bench/clip_tokenizer.py"), path], check=True)
    return path


def single(base):
    """The plain model as one file, without what is not Stable Diffusion's."""
    path = os.path.join(base, "single.safetensors")
    return made(path, "--single", path)

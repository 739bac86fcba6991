# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The random models of this suite: made once in a folder, and again after a change to the script that makes them."""

import hashlib
import os
import subprocess
import sys

MAKER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "reference", "random_sd15.py")


def made(path, *arguments):
    """Makes the model with random_sd15.py if necessary, and returns path."""
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
    """The folder of a model: "plain"; "loud", whose U-Net also has a guidance embedding; "second", only the text encoder and
    the U-Net of the second family; "huge", only IP-Adapter's image encoder."""
    path = os.path.join(base, kind)
    return made(path, path, *FLAGS[kind])


def complete(base, root):
    """The plain model with a vocabulary, so that it accepts prompts. root: the source root."""
    path = folder(base, "plain")
    if not os.path.exists(os.path.join(path, "tokenizer/vocab.json")):
        subprocess.run([sys.executable, "-B", os.path.join(root, "tests/bench/clip_tokenizer.py"), path], check=True)
    return path


def single(base):
    """The plain model as one file, with the Stable Diffusion parts only."""
    path = os.path.join(base, "single.safetensors")
    return made(path, "--single", path)

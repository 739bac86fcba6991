#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes CLIP's tokenizer/ folder, from the built-in vocabulary in data/tokenizer, into a model folder that lacks one, such as
those that random_sd15.py makes.

Usage: clip_tokenizer.py FOLDER
"""

import gzip
import json
import os
import sys

MERGES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "data", "tokenizer",
                      "clip-merges.txt.gz")
SPECIAL = ["<|startoftext|>", "<|endoftext|>"]


def byte_signs():
    """The character that stands for each byte value, in CLIP's order: printable bytes stand for themselves; the others get the
    code points from 256 on."""
    seen = [*range(33, 127), *range(161, 173), *range(174, 256)]
    hidden = [byte for byte in range(256) if byte not in seen]
    return [chr(byte) for byte in seen] + [chr(256 + i) for i in range(len(hidden))]


def main():
    folder = os.path.join(sys.argv[1], "tokenizer")
    with gzip.open(MERGES, "rt", encoding="utf-8") as f:
        merges = [line for line in f.read().split("\n")[1:] if line]
    signs = byte_signs()
    words = signs + [sign + "</w>" for sign in signs] + ["".join(merge.split(" ")) for merge in merges] + SPECIAL
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, "vocab.json"), "w", encoding="utf-8") as f:
        json.dump({word: i for i, word in enumerate(words)}, f, ensure_ascii=False)
    with open(os.path.join(folder, "merges.txt"), "w", encoding="utf-8") as f:
        f.write("#version: 0.2\n" + "\n".join(merges) + "\n")
    with open(os.path.join(folder, "tokenizer_config.json"), "w") as f:
        json.dump({"model_max_length": 77}, f)


if __name__ == "__main__":
    main()

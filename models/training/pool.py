# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compose training samples ahead of time and keep their latents, so that training never waits.

Run:  python3 pool.py tokenizer --cache DIR            learn the byte-pair vocabulary
      python3 pool.py shards --cache DIR --count 12    write DIR/pool/shard-NNN.npz

A shard has 1000 instances (one drawing, perhaps with exchanged colour channels) with
  latents   [1000, 4, 16, 16, 16] f16   four scenes
  views     [1000, 2, 64, 64, 3] uint8  two concept pictures
  masks     [1000, 2, 64, 64] bool      where the object is in them
  covers    [1000, 4, 16, 16] uint8     how much of each cell the object covers, of 255
  captions  JSON: per instance {"name" or null, "captions": [4]}; names only for true colours
            and from sources that name their drawings carefully
Shard n depends on its number and the encoder alone.  Shard 999 is made of held-out things; from shard 12
on the last scene of each instance is in some style, since styles are the hardest words to learn, from shard
20 on two more are in the hardest styles.
"""

import argparse
import json
import multiprocessing as mp
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
import torch

import tokenizer
from compose import FAMILIES, Things, concept, recolour, scene
from configs import TOKENS, VAE, VOCABULARY
from nets import AutoencoderTiny

INSTANCES, SCENES, VIEWS, HELD = 1000, 4, 2, 999
STYLED = (  # shards from a number on: what each scene must be, compose.scene ()'s twist
    (20, ("any", "as a watercolour", "as a pencil sketch", "style")), (12, ("any", "any", "any", "style")),
    (0, ("any",) * SCENES))


class PatchEncoder:
    """The encoder is an affine map of each 16x16 cell: apply it as one matrix product."""

    def __init__(self, path):
        model = AutoencoderTiny(VAE)
        model.load_state_dict(torch.load(path))
        with torch.no_grad():
            basis = torch.eye(768).view(768, 3, 16, 16)
            zero = model.encode(torch.zeros(1, 3, 16, 16)).flatten()
            self.matrix = (model.encode(basis).flatten(1) - zero).numpy()
            self.bias = zero.numpy()

    def __call__(self, picture):
        x = picture.astype(np.float32) / 127.5 - 1
        x = x.reshape(16, 16, 16, 16, 3).transpose(0, 2, 4, 1, 3).reshape(256, 768)
        return (x @ self.matrix + self.bias).T.reshape(16, 16, 16).astype(np.float16)


def make_shard(number, things, encode):
    rng = np.random.default_rng([7, number])
    rows = things.held if number == HELD else things.train
    latents = np.empty((INSTANCES, SCENES, 16, 16, 16), np.float16)
    views = np.empty((INSTANCES, VIEWS, 64, 64, 3), np.uint8)
    masks = np.empty((INSTANCES, VIEWS, 64, 64), bool)
    covers = np.empty((INSTANCES, SCENES, 16, 16), np.uint8)
    notes, sequence = [], 0 if number == HELD else number
    twists = next(scenes for first, scenes in STYLED if sequence >= first)
    for i in range(INSTANCES):
        row = rng.choice(rows)
        sprite, name = np.asarray(things.sprites[row]), things.names[things.thing_of[row]]
        if rng.random() < 0.45:
            sprite, name = recolour(rng, sprite), None
        if things.source_of[row] == "openclipart":
            name = None
        captions = []
        for j in range(SCENES):
            picture, caption, _, covers[i, j] = scene(rng, sprite, things, twists[j])
            latents[i, j] = encode(picture)
            captions.append(caption)
        for j in range(VIEWS):
            views[i, j], masks[i, j] = concept(rng, sprite)
        notes.append({"name": name, "captions": captions})
    return {"latents": latents, "views": views, "masks": masks, "covers": covers,
            "captions": json.dumps(notes)}


def make_tokenizer(cache, things):
    """Words people may type: captions, names of training things, and emoji keywords."""
    rng = np.random.default_rng(3)
    first = np.asarray(things.sprites[things.train[0]])
    texts = [(scene(rng, first, things)[1], 4) for _ in range(400)]
    texts += [(f"{word} background", 40) for words in FAMILIES.values() for word in words]
    named = [r for r in things.train if things.source_of[r] != "openclipart"]
    texts += [(things.names[i], 20) for i in sorted(set(things.thing_of[named]))]
    keywords = json.loads((cache / "src/names/dist/emoji-en-US.json").read_text())
    texts += [(" ".join(words).replace("_", " "), 1) for words in keywords.values()]
    vocabulary, merges = tokenizer.learn(texts, VOCABULARY)
    tokenizer.save(cache / "tokenizer", vocabulary, merges, TOKENS)
    known = tokenizer.Tokenizer(cache / "tokenizer")
    lengths = [len(known.pieces(things.name(r))) for r in named]
    print(len(vocabulary), "entries; pieces per name", np.mean(lengths),
          [known.encode("a photo of a S on a red background")])


def write_shard(cache, number):
    path, part = (cache / f"pool/{name}-{number:03}.npz" for name in ("shard", "part"))
    if not path.exists():
        torch.set_num_threads(1)
        np.savez(part, **make_shard(number, Things(cache), PatchEncoder(cache / "training/encoder.pt")))
        part.rename(path)
    return path.name


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=("tokenizer", "shards"))
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--count", type=int, default=12)
    parser.add_argument("--jobs", type=int, default=1, help="shards at a time")
    args = parser.parse_args()
    if args.what == "tokenizer":
        make_tokenizer(args.cache, Things(args.cache))
        return
    (args.cache / "pool").mkdir(exist_ok=True)
    numbers = [HELD, *range(args.first, args.first + args.count)]
    with ProcessPoolExecutor(args.jobs, mp.get_context("spawn")) as workers:
        for name in workers.map(write_shard, [args.cache] * len(numbers), numbers):
            print(name, flush=True)


if __name__ == "__main__":
    main()

# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Composes training samples in advance and stores their latents, so that training never waits for them.

Run:  python3 pool.py tokenizer --cache DIR            learn the byte-pair vocabulary
      python3 pool.py shards --cache DIR --count 12    write DIR/pool/shard-NNN.npz

A shard has 1000 instances (a drawing, sometimes with permuted colour channels) with
  latents   [1000, 4, 16, 16, 16] f16     four scenes
  views     [1000, 3, 128, 128, 3] uint8  concept pictures: outlined exactly, exactly or closely, and loosely
  masks     [1000, 3, 128, 16] uint8      the exact masks of the object in the views, packed bits
  given     [1000, 3, 128, 16] uint8      the simulated user's outlines, packed bits
  covers    [1000, 4, 16, 16] uint8       coverage of each cell by the object, 0..255
  captions  JSON: per instance {"names": [wordings], "captions": [4]}; names only from sources with
            carefully chosen names; with permuted colour channels, only together with the colour word
Shard n depends only on its number, the encoder, --instances and the cache's drawings and photographs.  Shard 999 has
held-out things; it is composed like shard 0.  From shard 12 on, the last scene of each instance has a style, since styles
are the hardest words to learn; from shard 20 on, two more scenes have the hardest styles.  From shard 12 on, half of the
views are on photographs, if photographs.py wrote DIR/photographs.npy.
"""

import argparse
import json
import multiprocessing as mp
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np
import torch

import tokenizer
from compose import FAMILIES, Things, main_colour, recolour, scene
from configs import TOKENS, VAE, VOCABULARY
from nets import AutoencoderTiny
from photographs import photographs
from templates import OBJECT, PREFIXES
from views import VIEW, concept

INSTANCES, SCENES, HELD = 1000, 4, 999
VIEWS = (("exact",), ("exact", "grown"), ("box", "ellipse", "none"))  # a concept picture per entry, with one of its outlines
STYLED = (  # first shard, and the twist of each scene for compose.scene ()
    (20, ("any", "as a watercolour", "as a pencil sketch", "style")), (12, ("any", "any", "any", "style")),
    (0, ("any",) * SCENES))
PHOTOGRAPHED = 12  # the first shard with photographs behind the views


class PatchEncoder:
    """Applies the encoder, an affine map of each 16x16 cell, as one matrix product."""

    def __init__(self, path):
        model = AutoencoderTiny(VAE)
        model.requires_grad_(False).load_state_dict(torch.load(path))
        with torch.no_grad():
            basis = torch.eye(768).view(768, 3, 16, 16)
            zero = model.encode(torch.zeros(1, 3, 16, 16)).flatten()
            self.matrix, self.bias = model.encode(basis).flatten(1) - zero, zero

    def __call__(self, picture):
        x = torch.tensor(picture).float() / 127.5 - 1
        x = x.view(16, 16, 16, 16, 3).permute(0, 2, 4, 1, 3).reshape(256, 768)
        return (x @ self.matrix + self.bias).T.reshape(16, 16, 16).half().numpy()


def make_shard(number, things, encode, instances=INSTANCES, grounds=None):
    rng = np.random.default_rng([7, number])
    rows = things.held if number == HELD else things.train
    latents = np.empty((instances, SCENES, 16, 16, 16), np.float16)
    views = np.empty((instances, len(VIEWS), VIEW, VIEW, 3), np.uint8)
    masks = np.empty((instances, len(VIEWS), VIEW, VIEW // 8), np.uint8)
    given = np.empty_like(masks)
    covers = np.empty((instances, SCENES, 16, 16), np.uint8)
    notes, sequence = [], 0 if number == HELD else number
    twists = next(scenes for first, scenes in STYLED if sequence >= first)
    for i in range(instances):
        row = rng.choice(rows)
        sprite, exchanged, captions = np.asarray(things.sprites[row]), rng.random() < 0.45, []
        if exchanged:
            sprite = recolour(rng, sprite)
        for j in range(SCENES):
            picture, caption, _, covers[i, j] = scene(rng, sprite, things, twists[j])
            latents[i, j] = encode(picture)
            captions.append(caption)
        for j, outlines in enumerate(VIEWS):
            outline = outlines[rng.integers(len(outlines))]
            views[i, j], mask, loose = concept(rng, sprite, outline, grounds)
            masks[i, j], given[i, j] = np.packbits(mask, 1), np.packbits(loose, 1)
        notes.append({"names": wordings(things, row, sprite, exchanged), "captions": captions})
    return {"latents": latents, "views": views, "masks": masks, "given": given, "covers": covers,
            "captions": json.dumps(notes)}


def wordings(things, row, sprite, exchanged):
    """-> the names that a caption may use for an instance"""
    if things.source_of[row] == "openclipart":
        return []
    name, colour = things.name(row), main_colour(sprite)
    names = [] if exchanged else [name, name]
    return names + ([f"{colour} {name}"] if colour else [])


def make_tokenizer(cache, things):
    """Learns the vocabulary from words that users may type: captions, names of training things and emoji keywords."""
    rng = np.random.default_rng(3)
    first = np.asarray(things.sprites[things.train[0]])
    texts = [(scene(rng, first, things)[1], 4) for _ in range(400)]
    texts += [(f"{word} background", 40) for words in FAMILIES.values() for word in words]
    texts += [(phrase.format("s"), 40) for phrase in (*OBJECT, *PREFIXES)]
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


def grounds_of(cache, number):
    """-> the photographs for the backgrounds of a shard's views, or None"""
    if not PHOTOGRAPHED <= number < HELD or not (cache / "photographs.npy").exists():
        return None
    return photographs(cache)


def write_shard(cache, number, instances):
    path, part = (cache / f"pool/{name}-{number:03}.npz" for name in ("shard", "part"))
    if not path.exists():
        torch.set_num_threads(1)
        encode = PatchEncoder(cache / "training/encoder.pt")
        np.savez(part, **make_shard(number, Things(cache), encode, instances, grounds_of(cache, number)))
        part.rename(path)
    return path.name


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=("tokenizer", "shards"))
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--count", type=int, default=12)
    parser.add_argument("--instances", type=int, default=INSTANCES, help="of a shard")
    parser.add_argument("--jobs", type=int, default=1, help="shards at a time")
    args = parser.parse_args()
    if args.what == "tokenizer":
        make_tokenizer(args.cache, Things(args.cache))
        return
    (args.cache / "pool").mkdir(exist_ok=True)
    numbers = [HELD, *range(args.first, args.first + args.count)]
    with ProcessPoolExecutor(args.jobs, mp.get_context("spawn")) as workers:
        for name in workers.map(partial(write_shard, args.cache, instances=args.instances), numbers):
            print(name, flush=True)


if __name__ == "__main__":
    main()

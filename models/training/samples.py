# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Training batches: turns the shards of pool.py into tensors on a device.

A batch has a few concepts, each with several scenes and one concept picture.  MIX has the probabilities
of what a scene's prompt contains: nothing, the thing's plain name, or the concept's words (one or five), sometimes
followed by a noun, sometimes without the rest of the caption.  In a share of the prompts with the concept's words
(Pool's `local`) the local branch is on, with lambda around the dialog's 0.8.
"""

import json
import math
from pathlib import Path

import numpy as np
import torch
from torch.utils.data import DataLoader, IterableDataset, get_worker_info

from compose import article
from model import concept_tensors
from pool import HELD
from tokenizer import Tokenizer
from witness import REGIONS

LAMBDA = (0.6, 1.0)
MIX = {"empty": 0.08, "named": 0.25, "bare": 0.05, "beside": 0.12, "five": 0.5}
PLAIN = dict.fromkeys(MIX, 0.0)  # the unchanged caption, one word
NOUNS = ("toy", "thing", "object", "animal", "person", "picture", "figure")
SPOILT = ("two S", "three S", "close-up")  # captions of scenes for which sight () does not hold


def moments(cover):
    """-> centroid x, y and spread of a cover [H,W], as shares of the side"""
    n = len(cover)
    at = (np.arange(n) + 0.5) / n
    weight = cover / max(cover.sum(), 1e-6)
    x, y = (weight.sum(0) * at).sum(), (weight.sum(1) * at).sum()
    square = (weight.sum(0) * (at - x) ** 2).sum() + (weight.sum(1) * (at - y) ** 2).sum()
    return x, y, math.sqrt(max(square - 2 / (12 * n * n), 1e-4))


def sight(cover, mask):
    """-> a, b, c, which map the object's points in a scene to the concept picture: x' = a x + b, y' = a y + c,
    in shares of the side, from cover [16,16] in the scene and mask [S,S] in the concept picture"""
    x, y, spread = moments(cover.astype(np.float64))
    u, v, wide = moments(mask.astype(np.float64))
    a = wide / spread
    return a, u - a * x, v - a * y


def truth(view, mask):
    """-> the object alone [4,S,S] float32: colours in -1..1 inside the mask, 0 outside; then the mask"""
    inside = mask.astype(np.float32)
    return np.concatenate([(view.transpose(2, 0, 1) / np.float32(127.5) - 1) * inside, inside[None]])


class Pool:
    """local: share of the prompts with the concept's words in which the local branch is on, 0..1."""

    def __init__(self, cache, local=0.5):
        self.local = local
        self.folder = Path(cache) / "pool"
        self.tokens = Tokenizer(Path(cache) / "tokenizer")
        self.empty = self.tokens.encode("")[0]
        self.shards, self.seen = [], set()

    def grow(self, only=None):
        for path in sorted(self.folder.glob("shard-*.npz")):
            number = int(path.stem[-3:])
            if number in self.seen or (number == HELD) != (only == HELD):
                continue
            self.seen.add(number)
            data = np.load(path)
            shard = {name: data[name] for name in ("latents", "views", "masks", "given", "covers")}
            self.shards.append({**shard, "notes": json.loads(str(data["captions"]))})
        return self

    def prompt(self, rng, note, scene, mix):
        """-> (ids, index of S or -1, words used, lambda, 1 if the padding is free to describe the object, else 0)"""
        caption, r = note["captions"][scene], rng.random()
        if r < mix["empty"]:
            return self.empty, -1, 1, 0.0, 0.0
        r -= mix["empty"]
        if r < mix["named"] and note["names"]:
            name = note["names"][rng.integers(len(note["names"]))]
            named = caption.replace("a S", article(name)).replace("S", name)
            ids, _ = self.tokens.encode(named)
            return ids, -1, 1, 0.0, self.free(ids, 1)
        if rng.random() < mix["bare"]:
            caption = "a S"
        if rng.random() < mix["beside"]:
            caption = caption.replace("S", f"S {NOUNS[rng.integers(len(NOUNS))]}")
        ids, at = self.tokens.encode(caption)
        words = 5 if rng.random() < mix["five"] else 1
        lam = rng.uniform(*LAMBDA) if rng.random() < self.local else 0.0
        return ids, at, words, lam, self.free(ids, words)

    def free(self, ids, words):
        return float(ids.index(self.tokens.end) + words - 1 < len(ids) - REGIONS)

    def batch(self, rng, concepts, scenes, mix=MIX):
        """-> latents z, cover, sights, concept (clip, obj, seg), truth, ids, index, count, lam, told"""
        latents, covers, views, masks, given, prompts, sights = [], [], [], [], [], [], []
        for _ in range(concepts):
            shard = self.shards[rng.integers(len(self.shards))]
            i, v = rng.integers(len(shard["latents"])), rng.integers(shard["views"].shape[1])
            views.append(shard["views"][i, v])
            masks.append(np.unpackbits(shard["masks"][i, v], axis=1).astype(bool))
            given.append(np.unpackbits(shard["given"][i, v], axis=1).astype(bool))
            for j in rng.choice(shard["latents"].shape[1], scenes, replace=False):
                latents.append(shard["latents"][i, j])
                covers.append(shard["covers"][i, j])
                prompts.append(self.prompt(rng, shard["notes"][i], j, mix))
                spoilt = any(s in shard["notes"][i]["captions"][j] for s in SPOILT)
                sights.append((*sight(covers[-1], masks[-1]), float(not spoilt)))
        ids, index, count, lam, told = (torch.tensor(x) for x in zip(*prompts))
        return (torch.from_numpy(np.stack(latents)).float(),
                torch.from_numpy(np.stack(covers)).float()[:, None] / 255, torch.tensor(sights),
                concept_tensors(np.stack(views), np.stack(given)),
                torch.from_numpy(np.stack([truth(v, m) for v, m in zip(views, masks)])),
                ids, index, count, lam.float(), told.float())


class Batches(IterableDataset):
    """Endless batches, the same for the same seed; new shards of the pool are picked up."""

    def __init__(self, pool, seed, concepts, scenes):
        super().__init__()
        self.pool, self.seed, self.concepts, self.scenes = pool, seed, concepts, scenes

    def __iter__(self):
        worker = get_worker_info()
        rng = np.random.default_rng([*self.seed, worker.id if worker else 0])
        while True:
            for _ in range(50):
                yield self.pool.batch(rng, self.concepts, self.scenes)
            self.pool.grow()


def to_device(batch, device):
    """Copies tensors, in tuples nested to any depth, to a device."""
    if isinstance(batch, torch.Tensor):
        return batch.to(device, non_blocking=True)
    return tuple(to_device(part, device) for part in batch)


def on_device(pool, seed, concepts, scenes, device):
    """-> iterator over batches on a device.  For an accelerator, worker processes prepare batches in advance; training
    on the CPU leaves no core to spare for them."""
    ahead = {} if device.type == "cpu" else {"num_workers": 8, "prefetch_factor": 4, "pin_memory": True}
    batches = DataLoader(Batches(pool, seed, concepts, scenes), batch_size=None, **ahead)
    return (to_device(batch, device) for batch in batches)

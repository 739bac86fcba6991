# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stage 2: text encoder, image encoder, both mappers and the U-Net, jointly, by v-prediction.

Run:  python3 train.py --cache DIR --out DIR/training --minutes 80
Each batch has a few concepts, each with several scenes and one concept picture.  Per scene the
prompt is one of: the concept's first word in place of S (most), all five words, the plain name,
no prompt at all, or "a S" alone; the local branch is left out of some.  lambda is 1.
Resumes from joint.pt; new shards of the pool are picked up while it runs; the learning rate
follows the share of the time used (a cosine).  An average of the weights is kept beside them.
"""

import argparse
import copy
import csv
import json
import math
import time
from pathlib import Path

import numpy as np
import torch
import torch.multiprocessing as mp
import torch.nn.functional as F
from torch import nn

from compose import article
from configs import IMAGE, WIDTH
from model import Joint, alphas, concept_tensors
from pool import HELD
from tokenizer import Tokenizer


class Pool:
    def __init__(self, cache):
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
            self.shards.append({"latents": data["latents"], "views": data["views"],
                                "masks": data["masks"],
                                "notes": json.loads(str(data["captions"]))})
        return self

    def prompt(self, rng, note, scene):
        """-> (ids, index of S or -1, words used, lambda)"""
        caption, r = note["captions"][scene], rng.random()
        if r < 0.10:
            return self.empty, -1, 1, 0.0
        if r < 0.18 and note["name"]:
            named = caption.replace("a S", article(note["name"])).replace("S", note["name"])
            return self.tokens.encode(named)[0], -1, 1, 0.0
        if r < 0.23:
            caption = "a S"
        ids, at = self.tokens.encode(caption)
        words = 5 if rng.random() < 0.2 else 1
        return ids, at, words, 0.0 if rng.random() < 0.12 else 1.0

    def batch(self, rng, concepts, scenes):
        latents, views, masks, prompts = [], [], [], []
        for _ in range(concepts):
            shard = self.shards[rng.integers(len(self.shards))]
            i = rng.integers(len(shard["latents"]))
            v = rng.integers(shard["views"].shape[1])
            views.append(shard["views"][i, v])
            masks.append(shard["masks"][i, v])
            for j in rng.choice(shard["latents"].shape[1], scenes, replace=False):
                latents.append(shard["latents"][i, j])
                prompts.append(self.prompt(rng, shard["notes"][i], j))
        ids, index, count, lam = (torch.tensor(x) for x in zip(*prompts))
        return (torch.from_numpy(np.stack(latents)).float(),
                concept_tensors(np.stack(views), np.stack(masks)), ids, index, count, lam.float())


class Witness(nn.Module):
    """Training only: words and local features must tell the object's colours by a linear map.

    The first word tells a 4x4 thumbnail of the object on black, each local feature its patch in
    2x2.  Without it the image path learns late, since the U-Net first learns to ignore it."""

    def __init__(self):
        super().__init__()
        self.thumb = nn.Linear(WIDTH, 48)
        self.patch = nn.Linear(WIDTH, 12)

    def forward(self, words, local, obj, seg):
        thumb = F.adaptive_avg_pool2d(obj, 4).flatten(1)
        patch = F.pixel_unshuffle(F.avg_pool2d(obj, IMAGE["patch_size"] // 2), 2)
        patch = patch.flatten(2).transpose(1, 2)
        told = (self.patch(local) - patch).square().mean(2)
        return ((self.thumb(words[:, 0]) - thumb).square().mean()
                + (told * seg).sum() / seg.sum().clamp(min=1))


def loss_of(joint, batch, scenes, abar, t, noise, witness=None):
    z, concept, ids, index, count, lam = batch
    words, local = joint.encode_concept(*concept)
    aside = witness(words, local, concept[1], concept[2]) if witness else 0.0
    words, local = words.repeat_interleave(scenes, 0), local.repeat_interleave(scenes, 0)
    context = joint.context(ids, words, local, index, count, lam)
    a = abar[t].view(-1, 1, 1, 1)
    x = a.sqrt() * z + (1 - a).sqrt() * noise
    v = a.sqrt() * noise - (1 - a).sqrt() * z
    out = joint.unet(x, t, context)
    return (out - v).square().mean() + 1e-4 * words.abs().mean() + 0.1 * aside


def trained(joint):
    """The parameters that some output depends on: nothing reads the pooled image output."""
    return [p for n, p in joint.named_parameters() if "post_layernorm" not in n]


def held_out_loss(joint, pool, abar):
    rng, total = np.random.default_rng(5), 0.0
    with torch.no_grad():
        for i in range(4):
            batch = pool.batch(rng, 16, 2)
            generator = torch.Generator().manual_seed(i)
            noise = torch.randn(batch[0].shape, generator=generator)
            t = torch.linspace(20, 980, 32).long()
            total += loss_of(joint, batch, 2, abar, t, noise).item() / 4
    return total


class Shared:
    """Gradients averaged over worker processes of one thread each, through shared memory."""

    def __init__(self, workers, size):
        self.rows = torch.zeros(workers, size).share_memory_()
        self.share = torch.zeros(1, dtype=torch.float64).share_memory_()
        self.barrier = mp.get_context("spawn").Barrier(workers)

    def average(self, rank, weights):
        torch.cat([w.grad.flatten() for w in weights], out=self.rows[rank])
        self.barrier.wait()
        mean, at = self.rows.mean(0), 0
        for w in weights:
            w.grad = mean[at:at + w.numel()].view_as(w)
            at += w.numel()
        self.barrier.wait()


class Log:
    """Rank 0's book-keeping: loss CSV, held-out loss and checkpoints."""

    def __init__(self, args, used):
        self.args, self.start = args, time.time() - used
        self.saved, self.losses = time.time(), []
        self.held = Pool(args.cache).grow(HELD)
        self.csv = csv.writer(open(args.out / "joint.csv", "a", buffering=1))

    def seconds(self):
        return time.time() - self.start

    def note(self, step, loss):
        self.losses.append(loss)
        if step % 50 == 0:
            mean, seconds = np.mean(self.losses), round(self.seconds())
            self.csv.writerow([step, seconds, f"{mean:.5f}", ""])
            print(step, seconds, f"{mean:.4f}", flush=True)
            self.losses.clear()

    def checkpoint(self, step, joint, average, optimiser, witness, abar):
        if time.time() - self.saved < 200 and self.seconds() < 60 * self.args.minutes:
            return
        self.saved, held = time.time(), held_out_loss(average, self.held, abar)
        self.csv.writerow([step, round(self.seconds()), "", f"{held:.5f}"])
        print("held-out", round(held, 4), flush=True)
        part = self.args.out / "joint.part"
        torch.save({"model": joint.state_dict(), "average": average.state_dict(), "step": step,
                    "witness": witness.state_dict(), "optimiser": optimiser.state_dict(), "used": self.seconds()}, part)
        part.rename(self.args.out / "joint.pt")


def work(rank, args, shared):
    torch.manual_seed(args.seed)
    torch.set_num_threads(1)
    joint = Joint().initialise()
    average = copy.deepcopy(joint).requires_grad_(False)
    weights, averages = trained(joint), trained(average)
    optimiser = torch.optim.AdamW(weights, args.lr, (0.9, 0.99), weight_decay=0.01, foreach=True)
    witness = Witness()
    helper = torch.optim.AdamW(witness.parameters(), 2e-3, (0.9, 0.99), foreach=True)
    everything = weights + list(witness.parameters())
    step, used, checkpoint = 0, 0.0, args.out / "joint.pt"
    if checkpoint.exists():
        saved = torch.load(checkpoint)
        joint.load_state_dict(saved["model"])
        average.load_state_dict(saved["average"])
        optimiser.load_state_dict(saved["optimiser"])
        if "witness" in saved:
            witness.load_state_dict(saved["witness"])
        step, used = saved["step"], saved["used"]
    torch.manual_seed(args.seed + 1000 * rank + step)
    rng = np.random.default_rng([args.seed, rank, step])
    pool, abar = Pool(args.cache).grow(), alphas().float()
    log = Log(args, used) if rank == 0 else None
    while True:
        if log:
            shared.share[0] = log.seconds() / (60 * args.minutes)
        batch = pool.batch(rng, args.concepts, args.scenes)
        t = torch.from_numpy((1000 * rng.random(len(batch[0])) ** 0.75).astype(np.int64))
        loss = loss_of(joint, batch, args.scenes, abar, t, torch.randn_like(batch[0]), witness)
        optimiser.zero_grad()
        helper.zero_grad()
        loss.backward()
        shared.average(rank, everything)
        share = min(shared.share.item(), 1)
        rate = args.lr * min(1, (step + 1) / 150) * (0.02 + 0.49 * (1 + math.cos(math.pi * share)))
        optimiser.param_groups[0]["lr"] = rate
        nn.utils.clip_grad_norm_(weights, 1.0)
        optimiser.step()
        helper.step()
        step += 1
        if step % 50 == 0:
            pool.grow()
        if log:
            with torch.no_grad():
                torch._foreach_lerp_(averages, weights, 1 - min(args.keep, step / (10 + step)))
            log.note(step, loss.item())
            log.checkpoint(step, joint, average, optimiser, witness, abar)
        if share >= 1:
            return


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cache", required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=80)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--concepts", type=int, default=8)
    parser.add_argument("--scenes", type=int, default=2)
    parser.add_argument("--lr", type=float, default=8e-4)
    parser.add_argument("--keep", type=float, default=0.998, help="of the average, per step")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    size = sum(p.numel() for p in [*trained(Joint()), *Witness().parameters()])
    print(size / 1e6, "M parameters", flush=True)
    mp.spawn(work, (args, Shared(args.workers, size)), args.workers)


if __name__ == "__main__":
    main()

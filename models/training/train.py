# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stage 2: joint training of text encoder, image encoder, both mappers and the U-Net, by v-prediction.

Run:  python3 train.py --cache DIR --out DIR/training --words --minutes 15      what words must tell, without the U-Net
      python3 train.py --cache DIR --out DIR/training --minutes 80 --local 0    then pictures from words alone
      python3 train.py --cache DIR --out DIR/training --minutes 200             then from words and local features
The batches come from samples.py, the losses other than the U-Net's from witness.py.  On CPUs use one process per
core, each with its own small batch, and --bf16 if they have bfloat16 multiplication (AMX, AVX-512).  On CUDA use one
process, with --concepts 64 or more and --bf16.
Timesteps are drawn as 1000 r^p with r uniform in 0..1 and p growing (--power): the prompt and the concept determine
what a noisy picture becomes, so high noise is learned first.
Resumes from joint.pt; picks up new shards of the pool while it runs; the learning rate is a cosine
over the share of the time used.  An average of the weights is stored as well.
"""

import argparse
import copy
import json
import math
import os
import time
from pathlib import Path

import numpy as np
import torch
import torch.multiprocessing as mp
import torch.nn.functional as F
from torch import nn

from model import GRID, Joint, alphas
from pool import HELD
from samples import PLAIN, Pool, on_device, to_device
from tensors import write_checkpoint
from witness import REGION_GRID, REGIONS, WEIGHTS, Places, Witness, looked_aside


EVERY = 4  # steps between updates of the average


def noised(z, noise, abar, t):
    """-> latents after t steps of noise, and the velocity that the U-Net must predict for them"""
    a = abar[t].view(-1, 1, 1, 1)
    return a.sqrt() * z + (1 - a).sqrt() * noise, a.sqrt() * noise - (1 - a).sqrt() * z


def losses_of(joint, batch, scenes, abar, t, noise, witness, hear_local=True):
    """-> {name: loss}: "error" of the U-Net (omitted if t is None), "size" of the words, and those of the witness"""
    z, cover, sights, concept, truth, ids, index, count, lam, told = batch
    words, local = joint.encode_concept(*concept)
    losses = witness.read(words, local, concept[2], truth)
    losses["size"] = words.abs().mean()
    words, local = words.repeat_interleave(scenes, 0), local.repeat_interleave(scenes, 0)
    context = joint.context(ids, words, local, index, count, lam, [])
    losses["regions"] = witness.regions(context.text, truth.repeat_interleave(scenes, 0), told)
    if t is None:
        return losses
    if not hear_local:
        context.local = None
    x, v = noised(z, noise, abar, t)
    error = (joint.unet(x, t, context) - v).square()
    losses["error"] = (error * (1 + cover)).mean()
    heard, usable = [text for text, _ in context.heard], sights[:, 3]
    losses["said"] = witness.said(witness.text_sites, heard, z, cover, told)
    losses["looked"] = looked_aside(
        [(said, look[..., -REGIONS:]) for said, look in heard],
        Places(cover, sights, REGION_GRID), told * usable)
    if context.local is not None:
        used, heard = (lam > 0).float(), [local for _, local in context.heard]
        exact = F.adaptive_max_pool2d(truth[:, 3:], GRID).flatten(1).repeat_interleave(scenes, 0)
        losses["said"] = losses["said"] + witness.said(witness.local_sites, heard, z, cover, used)
        losses["looked"] = losses["looked"] + looked_aside(
            heard, Places(cover, sights, GRID), used * usable, 1 - exact)
    return losses


def total(losses):
    aside = sum(weight * losses[name] for name, weight in WEIGHTS.items() if name in losses)
    return losses.get("error", 0.0) + 1e-4 * losses["size"] + 0.1 * aside


HEARING = {"word": (1, 0.0), "words": (5, 0.0), "local": (1, 0.8)}  # words in the prompt, lambda


def held_out_errors(joint, pool, abar, batches=3, concepts=16, scenes=2):
    """-> mean squared errors of the U-Net, unweighted as in papers, on the same scenes and noise, for each of HEARING:
    the object described by one word, by five words, and by one word with local features"""
    device, rng, out = abar.device, np.random.default_rng(5), dict.fromkeys(HEARING, 0.0)
    t = torch.linspace(20, 980, concepts * scenes, device=device).long()
    for i in range(batches):
        z, _, _, concept, _, ids, index, *_ = to_device(pool.batch(rng, concepts, scenes, PLAIN), device)
        noise = torch.randn(z.shape, generator=torch.Generator().manual_seed(i)).to(device)
        x, v = noised(z, noise, abar, t)
        with torch.no_grad():
            words, local = (w.repeat_interleave(scenes, 0) for w in joint.encode_concept(*concept))
            for name, (count, lam) in HEARING.items():
                context = joint.context(ids, words, local if lam else None, index, torch.full_like(index, count),
                                        torch.full_like(index, lam, dtype=torch.float))
                out[name] += (joint.unet(x, t, context) - v).square().mean().item() / batches
    return out


def trained(joint):
    """-> the parameters that some output depends on; nothing reads the pooled image output"""
    return [p for n, p in joint.named_parameters() if "post_layernorm" not in n]


class Shared:
    """Averages gradients over single-threaded worker processes through shared memory."""

    def __init__(self, workers, size):
        self.rows = torch.zeros(workers, size).share_memory_()
        self.share = torch.zeros(1, dtype=torch.float64).share_memory_()
        self.barrier = mp.get_context("spawn").Barrier(workers)

    def average(self, rank, weights, share):
        """Replaces the gradients of `weights` with their mean over all workers.  share: of the training time that has
        passed; rank 0's value counts. -> that share, the same for all workers"""
        if rank == 0:
            self.share[0] = min(share, 1)
        if len(self.rows) == 1:
            return self.share.item()
        weights = [w for w in weights if w.grad is not None]
        parts = self.rows[:, :sum(w.numel() for w in weights)]
        torch.cat([w.grad.flatten() for w in weights], out=parts[rank])
        self.barrier.wait()
        mean, at, share = parts.mean(0), 0, self.share.item()
        for w in weights:
            w.grad = mean[at:at + w.numel()].view_as(w)
            at += w.numel()
        self.barrier.wait()
        return share


class Log:
    """Rank 0's logging: losses as lines of JSON, held-out errors and checkpoints."""

    def __init__(self, args, used):
        self.args, self.start = args, time.time() - used
        self.saved, self.losses = time.time(), []
        self.held = Pool(args.cache).grow(HELD)
        self.lines = open(args.out / "joint.jsonl", "a", buffering=1)

    def seconds(self):
        return time.time() - self.start

    def share(self, step):
        """-> share of the training that has passed after this step; 1 or more: it is the last step"""
        return 1 if step + 1 == self.args.stop_at else self.seconds() / (60 * self.args.minutes)

    def write(self, step, entry):
        line = json.dumps({"step": step, "seconds": round(self.seconds()),
                           **{name: round(float(value), 5) for name, value in entry.items()}})
        self.lines.write(line + "\n")
        print(line, flush=True)

    def note(self, step, losses):
        # the values are read later, so that an accelerator does not have to wait
        self.losses.append({name: loss.detach() for name, loss in losses.items()})
        if step % 50 == 0:
            self.write(step, {name: torch.stack([entry[name] for entry in self.losses]).mean()
                              for name in self.losses[0]})
            self.losses.clear()

    def checkpoint(self, trainee, abar, share):
        if time.time() - self.saved < 300 and share < 1:
            return
        self.saved = time.time()
        if not self.args.words:
            self.write(trainee.step, {f"held-out {name}": error for name, error in
                                      held_out_errors(trainee.average, self.held, abar).items()})
        write_checkpoint(self.args.out / "joint.pt", {
            "model": trainee.joint.state_dict(), "average": trainee.average.state_dict(), "step": trainee.step,
            "witness": trainee.witness.state_dict(), "optimiser": trainee.optimiser.state_dict(),
            "helper": trainee.helper.state_dict(), "used": self.seconds()})


class Trainee:
    """The networks, their average, both optimisers, and the progress of the training."""

    def __init__(self, args, device):
        self.joint = Joint().initialise().to(device)
        self.average = copy.deepcopy(self.joint).requires_grad_(False)
        self.witness = Witness(self.joint).to(device)
        self.weights, self.averages = trained(self.joint), trained(self.average)
        self.everything = self.weights + list(self.witness.parameters())
        self.optimiser = torch.optim.AdamW(self.weights, args.lr, (0.9, 0.99), weight_decay=0.01,
                                           fused=True)
        self.helper = torch.optim.AdamW(self.witness.parameters(), 2e-3, (0.9, 0.99), fused=True)
        self.lr, self.keep, self.step, self.used = args.lr, args.keep, 0, 0.0

    def resume(self, checkpoint, device):
        saved = torch.load(checkpoint, map_location=device)
        self.joint.load_state_dict(saved["model"])
        self.average.load_state_dict(saved["average"])
        if "optimiser" in saved:  # checkpoints of adopt.py have none
            self.optimiser.load_state_dict(saved["optimiser"])
            self.helper.load_state_dict(saved["helper"])
            self.witness.load_state_dict(saved["witness"])
        self.step, self.used = saved["step"], saved["used"]

    def learn(self, share):
        """One update from the current gradients. share: of the training time that has passed."""
        rate = self.lr * min(1, (self.step + 1) / 150) * (0.02 + 0.49 * (1 + math.cos(math.pi * share)))
        self.optimiser.param_groups[0]["lr"] = rate
        nn.utils.clip_grad_norm_(self.weights, 1.0)
        self.optimiser.step()
        self.helper.step()
        self.step += 1

    def follow(self):
        """Moves the average towards the weights, every EVERY steps; only one process needs this."""
        if self.step % EVERY == 0:
            with torch.no_grad():
                keep = min(self.keep, self.step / (10 + self.step)) ** EVERY
                torch._foreach_lerp_(self.averages, self.weights, 1 - keep)


def work(rank, args, shared):
    device = torch.device(args.device)
    torch.manual_seed(args.seed)
    if device.type == "cpu":
        torch.set_num_threads(1)
    torch.set_float32_matmul_precision("high")
    trainee, checkpoint = Trainee(args, device), args.out / "joint.pt"
    if checkpoint.exists():
        trainee.resume(checkpoint, device)
    torch.manual_seed(args.seed + 1000 * rank + trainee.step)
    batches = on_device(Pool(args.cache, args.local).grow(), (args.seed, rank, trainee.step), args.concepts,
                        args.scenes, device)
    abar = alphas().float().to(device)
    log = Log(args, trainee.used) if rank == 0 else None
    share, parent = trainee.used / (60 * args.minutes), os.getppid()
    while share < 1 and os.getppid() == parent:  # a worker exits when its parent was stopped
        batch = next(batches)
        power = args.power[0] + (args.power[1] - args.power[0]) * share
        t = None if args.words else (1000 * torch.rand(len(batch[0]), device=device) ** power).long()
        with torch.autocast(device.type, torch.bfloat16, enabled=args.bf16):
            losses = losses_of(trainee.joint, batch, args.scenes, abar, t, torch.randn_like(batch[0]),
                               trainee.witness, args.local > 0)
        for parameter in trainee.everything:
            parameter.grad = None
        total(losses).backward()
        share = shared.average(rank, trainee.everything, log.share(trainee.step) if log else 0)
        trainee.learn(share)
        if log:
            trainee.follow()
            log.note(trainee.step, losses)
            log.checkpoint(trainee, abar, share)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cache", required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=80)
    parser.add_argument("--stop-at", type=int, help="a step to end after, whatever the time")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--workers", type=int, help="default: 2 on processors, else 1")
    parser.add_argument("--concepts", type=int, default=4)
    parser.add_argument("--scenes", type=int, default=3)
    parser.add_argument("--words", action="store_true", help="leave the U-Net out")
    parser.add_argument("--local", type=float, default=0.5, help="share of the concepts' prompts with local features")
    parser.add_argument("--bf16", action="store_true", help="multiply in bfloat16")
    parser.add_argument("--lr", type=float, default=8e-4)
    parser.add_argument("--power", type=float, nargs=2, default=(0.3, 0.8), help="p at the start and at the end")
    parser.add_argument("--keep", type=float, default=0.998, help="of the average, per step")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    workers = args.workers or (2 if args.device == "cpu" else 1)
    joint = Joint()
    size = sum(p.numel() for p in [*trained(joint), *Witness(joint).parameters()])
    print(size / 1e6, "M parameters", flush=True)
    mp.spawn(work, (args, Shared(workers, size)), workers)


if __name__ == "__main__":
    main()

# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stage 2: text encoder, image encoder, both mappers and the U-Net, jointly, by v-prediction.

Run:  python3 train.py --cache DIR --out DIR/training --minutes 80
The batches are those of samples.py.  On processors one process per core, each with its own small batch; with
matrix units for bfloat16 (AMX) --concepts 16 --bf16 is twice as fast.  On CUDA one process, with --concepts 64
or more and --bf16.
Times are drawn as 1000 r^p with p growing from 0.3 to 0.8 (--power): what a noisy picture becomes is
decided by the prompt and the concept, so that is learned first.
Resumes from joint.pt; new shards of the pool are picked up while it runs; the learning rate
follows the share of the time used (a cosine).  An average of the weights is kept beside them.
"""

import argparse
import copy
import csv
import math
import os
import time
from pathlib import Path

import numpy as np
import torch
import torch.multiprocessing as mp
import torch.nn.functional as F
from torch import nn

from configs import IMAGE, WIDTH
from model import Joint, alphas
from pool import HELD
from samples import Pool, on_device, to_device
from tensors import write_checkpoint


EVERY = 4  # steps between updates of the average


class Witness(nn.Module):
    """Training only: linear maps must read the object off what the image path says, and local
    branches must look at the right place.

    The first word tells a 4x4 thumbnail of the object on black, each local feature its patch in
    2x2, and what each cross attention's local branch says at a place (before the gate) tells how
    far the object covers that place and its latents there.  Without it the image path learns late,
    since the U-Net first learns to ignore it."""

    def __init__(self, joint):
        super().__init__()
        self.thumb = nn.Linear(WIDTH, 48)
        self.patch = nn.Linear(WIDTH, 12)
        widths = [m.to_q.in_features for n, m in joint.unet.named_modules() if n.endswith("attn2")]
        latents = joint.unet.config["in_channels"]
        self.sites = nn.ModuleList(nn.Linear(w, 1 + latents) for w in widths)

    def forward(self, words, local, obj, seg):
        thumb = F.adaptive_avg_pool2d(obj, 4).flatten(1)
        patch = F.pixel_unshuffle(F.avg_pool2d(obj, IMAGE["patch_size"] // 2), 2)
        patch = patch.flatten(2).transpose(1, 2)
        told = (self.patch(local) - patch).square().mean(2)
        return ((self.thumb(words[:, 0]) - thumb).square().mean()
                + (told * seg).sum() / seg.sum().clamp(min=1))

    def seen(self, heard, z, cover, used):
        """heard: per attn2 [B,T,width]; z [B,C,H,W]; cover [B,1,H,W]; used [B] in 0..1."""
        truth, total = torch.cat([2 * cover, z * cover], 1), 0.0
        for site, (said, _) in zip(self.sites, heard):
            side = math.isqrt(said.shape[1])
            there = F.adaptive_avg_pool2d(truth, side).flatten(2).transpose(1, 2)
            total = total + ((site(said) - there).square().mean((1, 2)) * used).mean()
        return total / len(heard)


def cells(side, device):
    """(x, y) of the cells of a square, row by row: [side * side, 2]"""
    axis = torch.arange(side, device=device)
    return torch.stack(torch.meshgrid(axis, axis, indexing="xy"), -1).flatten(0, 1)


def looked_aside(heard, cover, seg, sights, used):
    """Mean of -log of the share of attention on the right patches: inside the object the patches
    that show this place of it, outside any patch of the background.

    cover [B,1,H,W]; seg [B,P] 1 on the object; sights [B,4] from sight () and whether to be used."""
    (a, b, c, usable), total, rights = sights.float().T[:, :, None], 0.0, {}
    weight = used * usable[:, 0]
    grid = math.isqrt(seg.shape[1])

    fine = cover.shape[2]
    x, y = (cells(fine, seg.device) + 0.5).T / fine
    at = torch.stack([(a * x + b) * grid - 0.5, (a * y + c) * grid - 0.5], -1)
    shown = (1 - (at[:, :, None] - cells(grid, seg.device)).abs().clamp(max=1)).prod(-1)
    shown = shown.transpose(1, 2).unflatten(2, (fine, fine))

    def right_patches(side):
        """How much of each patch shows a place [B,T,P], bilinear in its cells, and the share of the object there
        [B,T]."""
        near = F.adaptive_avg_pool2d(shown, side).flatten(2).transpose(1, 2)
        scale = near.square().sum(2, keepdim=True) / near.sum(2, keepdim=True).clamp(min=1e-6)
        return near / scale.clamp(min=0.02), F.adaptive_avg_pool2d(cover, side).flatten(1)

    for _, look in heard:
        side = math.isqrt(look.shape[1])
        if side not in rights:
            rights[side] = right_patches(side)
        near, inside = rights[side]
        right = (look * near).sum(2)
        away = (look * (1 - seg[:, None])).sum(2)
        error = -(inside * (right + 1e-3).log() + (1 - inside) * (away + 1e-3).log())
        total = total + (error.mean(1) * weight).mean()
    return total / len(heard)


def loss_of(joint, batch, scenes, abar, t, noise, witness=None):
    z, cover, sights, concept, ids, index, count, lam = batch
    words, local = joint.encode_concept(*concept)
    aside = witness(words, local, concept[1], concept[2]) if witness else 0.0
    words, local = words.repeat_interleave(scenes, 0), local.repeat_interleave(scenes, 0)
    heard = [] if witness else None
    context = joint.context(ids, words, local, index, count, lam, heard)
    a = abar[t].view(-1, 1, 1, 1)
    x = a.sqrt() * z + (1 - a).sqrt() * noise
    v = a.sqrt() * noise - (1 - a).sqrt() * z
    error = (joint.unet(x, t, context) - v).square()
    if not witness:
        return error.mean()
    used = ((index >= 0) & (lam > 0)).float()
    seg = concept[2].repeat_interleave(scenes, 0)
    aside = (aside + 6 * witness.seen(heard, z, cover, used)
             + 2 * looked_aside(heard, cover, seg, sights, used))
    return (error * (1 + cover)).mean() + 1e-4 * words.abs().mean() + 0.1 * aside


def trained(joint):
    """The parameters that some output depends on: nothing reads the pooled image output."""
    return [p for n, p in joint.named_parameters() if "post_layernorm" not in n]


def held_out_loss(joint, pool, abar):
    rng, total, device = np.random.default_rng(5), 0.0, abar.device
    t = torch.linspace(20, 980, 32, device=device).long()
    with torch.no_grad():
        for i in range(4):
            batch = to_device(pool.batch(rng, 16, 2), device)
            noise = torch.randn(batch[0].shape, generator=torch.Generator().manual_seed(i)).to(device)
            total += loss_of(joint, batch, 2, abar, t, noise).item() / 4
    return total


class Shared:
    """Gradients averaged over worker processes of one thread each, through shared memory."""

    def __init__(self, workers, size):
        self.rows = torch.zeros(workers, size).share_memory_()
        self.share = torch.zeros(1, dtype=torch.float64).share_memory_()
        self.barrier = mp.get_context("spawn").Barrier(workers)

    def average(self, rank, weights, share):
        """share: of the training time that has passed, as rank 0 sees it. -> the same for all."""
        if rank == 0:
            self.share[0] = min(share, 1)
        if len(self.rows) == 1:
            return self.share.item()
        torch.cat([w.grad.flatten() for w in weights], out=self.rows[rank])
        self.barrier.wait()
        mean, at, share = self.rows.mean(0), 0, self.share.item()
        for w in weights:
            w.grad = mean[at:at + w.numel()].view_as(w)
            at += w.numel()
        self.barrier.wait()
        return share


class Log:
    """Rank 0's book-keeping: loss CSV, held-out loss and checkpoints."""

    def __init__(self, args, used):
        self.args, self.start = args, time.time() - used
        self.saved, self.losses = time.time(), []
        self.held = Pool(args.cache).grow(HELD)
        self.csv = csv.writer(open(args.out / "joint.csv", "a", buffering=1))

    def seconds(self):
        return time.time() - self.start

    def share(self, step):
        """Of the training that will have passed after this step; 1 or more: it is the last."""
        return 1 if step + 1 == self.args.stop_at else self.seconds() / (60 * self.args.minutes)

    def note(self, step, loss):
        self.losses.append(loss)  # on its device: reading each would make an accelerator wait
        if step % 50 == 0:
            mean, seconds = torch.stack(self.losses).mean().item(), round(self.seconds())
            self.csv.writerow([step, seconds, f"{mean:.5f}", ""])
            print(step, seconds, f"{mean:.4f}", flush=True)
            self.losses.clear()

    def checkpoint(self, trainee, abar, share):
        if time.time() - self.saved < 200 and share < 1:
            return
        self.saved, held = time.time(), held_out_loss(trainee.average, self.held, abar)
        self.csv.writerow([trainee.step, round(self.seconds()), "", f"{held:.5f}"])
        print("held-out", round(held, 4), flush=True)
        write_checkpoint(self.args.out / "joint.pt", {
            "model": trainee.joint.state_dict(), "average": trainee.average.state_dict(), "step": trainee.step,
            "witness": trainee.witness.state_dict(), "optimiser": trainee.optimiser.state_dict(),
            "used": self.seconds()})


class Trainee:
    """The networks, their average, both optimisers, and where the training stands."""

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
        if "optimiser" in saved:  # adopt.py has none
            self.optimiser.load_state_dict(saved["optimiser"])
            self.witness.load_state_dict(saved["witness"])
        self.step, self.used = saved["step"], saved["used"]

    def learn(self, share):
        """One update from the gradients; share: of the training time that has passed."""
        rate = self.lr * min(1, (self.step + 1) / 150) * (0.02 + 0.49 * (1 + math.cos(math.pi * share)))
        self.optimiser.param_groups[0]["lr"] = rate
        nn.utils.clip_grad_norm_(self.weights, 1.0)
        self.optimiser.step()
        self.helper.step()
        self.step += 1

    def follow(self):
        """The average moves towards the weights; only one process needs it."""
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
    batches = on_device(Pool(args.cache).grow(), (args.seed, rank, trainee.step), args.concepts,
                        args.scenes, device)
    abar = alphas().float().to(device)
    log = Log(args, trainee.used) if rank == 0 else None
    share, parent = trainee.used / (60 * args.minutes), os.getppid()
    while share < 1 and os.getppid() == parent:  # a worker whose parent was stopped goes too
        batch = next(batches)
        power = args.power[0] + (args.power[1] - args.power[0]) * share
        t = (1000 * torch.rand(len(batch[0]), device=device) ** power).long()
        with torch.autocast(device.type, torch.bfloat16, enabled=args.bf16):
            loss = loss_of(trainee.joint, batch, args.scenes, abar, t, torch.randn_like(batch[0]),
                           trainee.witness)
        for parameter in trainee.everything:
            parameter.grad = None
        loss.backward()
        share = shared.average(rank, trainee.everything, log.share(trainee.step) if log else 0)
        trainee.learn(share)
        if log:
            trainee.follow()
            log.note(trainee.step, loss.detach())
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

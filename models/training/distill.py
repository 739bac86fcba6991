# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stage 3: latent consistency distillation of the U-Net, with or without a guidance embedding.

Run:  python3 distill.py --cache DIR --out DIR/training --minutes 40

Teacher: the averaged weights of joint.pt, with classifier-free guidance of a random scale w + 1.  Student:
the same U-Net plus time_embedding.cond_proj, which is initialised to zero.  From a noisy latent at one of
LCM's 50 timesteps, one DDIM step of the guided teacher leads to the next lower timestep; the student's output
at the upper timestep must match the output of its own averaged weights at the lower one (Luo et al. 2023:
c_skip and c_out with sigma 0.5 and timesteps scaled by 10, pseudo-Huber loss).  With --skip N the lower timestep
is N of LCM's timesteps below, reached in --substeps DDIM steps: the target at time 0 then propagates in fewer
hops, which suits short trainings.  Words, local features and text come from the frozen teacher, so the training
includes concepts.  Resumes from distilled.pt.

With --unguided the teacher's step is not guided and there is no embedding: the student learns both the
conditional and the unconditional prediction, and the sampler applies guidance as before, including negative
prompts, at the cost of two U-Net calls per step.
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
from torch import nn

from configs import LCM_SCHEDULER, UNET
from model import Joint, alphas
from nets import Context, UNet, guidance_embedding
from pool import HELD
from samples import Pool, on_device, to_device
from tensors import write_checkpoint
from train import Shared

COND_WIDTH = 64
GUIDANCE = (0.0, 3.0)  # range of w = guidance - 1
STEP = 1000 // LCM_SCHEDULER["original_inference_steps"]
HUBER = 1e-3


def boundary(t):
    """-> c_skip, c_out [B,1,1,1]"""
    scaled = (LCM_SCHEDULER["timestep_scaling"] * t.double()).view(-1, 1, 1, 1)
    return (0.25 / (scaled ** 2 + 0.25)).float(), (scaled / (scaled ** 2 + 0.25).sqrt()).float()


def x0_eps(x, v, a):
    return a.sqrt() * x - (1 - a).sqrt() * v, a.sqrt() * v + (1 - a).sqrt() * x


class Distiller:
    def __init__(self, joint, student, average, guided, skip=1, substeps=1):
        self.joint, self.student, self.average, self.guided = joint, student, average, guided
        self.stride, self.substeps = STEP * skip, substeps
        self.abar = alphas().float().to(next(student.parameters()).device)

    def at(self, t):
        return self.abar[t.clamp(min=0)].view(-1, 1, 1, 1)

    def clean(self, unet, x, t, context, embedding):
        """The consistency function: a clean latent from (x, t)."""
        skip, out = boundary(t)
        x0, _ = x0_eps(x, unet(x, t, context, embedding), self.at(t))
        return skip * x + out * x0

    def teacher_step(self, x, t, lower, context, empty, w):
        """One DDIM step from the timesteps t to the lower ones, guided if the student has a guidance embedding."""
        v = self.joint.unet(x, t, context)
        if self.guided:
            v = v + w.view(-1, 1, 1, 1) * (v - self.joint.unet(x, t, empty))
        x0, eps = x0_eps(x, v, self.at(t))
        below = self.at(lower)
        return below.sqrt() * x0 + (1 - below).sqrt() * eps

    def contexts(self, batch, scenes, empty):
        _, _, _, concept, _, ids, index, count, lam, _ = batch
        words, local = (x.repeat_interleave(scenes, 0) for x in self.joint.encode_concept(*concept))
        nothing = self.joint.context(torch.tensor([empty], device=ids.device)).text.expand(len(ids), -1, -1)
        return self.joint.context(ids, words, local, index, count, lam), Context(nothing)

    def loss(self, batch, scenes, empty, draw):
        """draw: t [B] from LCM's timesteps, w [B], noise of the latents' shape."""
        z, (t, w, noise) = batch[0], draw
        embedding = guidance_embedding(w, COND_WIDTH) if self.guided else None
        with torch.no_grad():
            context, nothing = self.contexts(batch, scenes, empty)
            a = self.at(t)
            x = a.sqrt() * z + (1 - a).sqrt() * noise
            below = x
            for i in range(self.substeps):
                upper, lower = (t - self.stride * k // self.substeps for k in (i, i + 1))
                below = self.teacher_step(below, upper.clamp(min=0), lower, context, nothing, w)
            target = self.clean(self.average, below, lower.clamp(min=0), context, embedding)
        error = self.clean(self.student, x, t, context, embedding) - target
        return ((error.square() + HUBER ** 2).sqrt() - HUBER).mean()


def draws(z, generator=None):
    """-> t, w and noise for the latents z, drawn on the CPU so that they are the same on every device"""
    t = torch.randint(1, 1000 // STEP + 1, (len(z),), generator=generator) * STEP - 1
    w = torch.empty(len(z)).uniform_(*GUIDANCE, generator=generator)
    return to_device((t, w, torch.randn(z.shape, generator=generator)), z.device)


def held_out_loss(distiller, pool):
    rng, total = np.random.default_rng(5), 0.0
    generator = torch.Generator().manual_seed(5)
    with torch.no_grad():
        for _ in range(4):
            batch = to_device(pool.batch(rng, 8, 2), distiller.abar.device)
            total += distiller.loss(batch, 2, pool.empty, draws(batch[0], generator)).item() / 4
    return total


def student_config(args):
    return {**UNET, "time_cond_proj_dim": None if args.unguided else COND_WIDTH}


def start(args, device):
    """-> distiller, optimiser, step, seconds used; restored from distilled.pt if it exists."""
    joint = Joint().requires_grad_(False)
    joint.load_state_dict(torch.load(args.out / "joint.pt", map_location="cpu")["average"])
    joint.to(device)
    student = UNet(student_config(args)).to(device)
    student.load_state_dict(joint.unet.state_dict(), strict=False)
    if not args.unguided:
        nn.init.zeros_(student.time_embedding.cond_proj.weight)
    average = copy.deepcopy(student).requires_grad_(False)
    optimiser = torch.optim.AdamW(student.parameters(), args.lr, (0.9, 0.99), weight_decay=0,
                                  fused=True)
    step, used, checkpoint = 0, 0.0, args.out / "distilled.pt"
    if checkpoint.exists():
        saved = torch.load(checkpoint, map_location=device)
        student.load_state_dict(saved["model"])
        average.load_state_dict(saved["average"])
        optimiser.load_state_dict(saved["optimiser"])
        step, used = saved["step"], saved["used"]
    distiller = Distiller(joint, student, average, not args.unguided, args.skip, args.substeps)
    return distiller, optimiser, step, used


class Log:
    """Rank 0's logging: loss CSV, held-out loss and checkpoints, every --every steps and at the end."""

    def __init__(self, args):
        self.args, self.losses = args, []
        self.held = Pool(args.cache).grow(HELD)
        self.csv = csv.writer(open(args.out / "distilled.csv", "a", buffering=1))

    def note(self, distiller, optimiser, step, used, loss, ends):
        self.losses.append(loss)
        if step % self.args.every and not ends:
            return
        told = held_out_loss(distiller, self.held)
        row = [step, round(used), *(f"{x:.5f}" for x in (torch.stack(self.losses).mean().item(), told))]
        self.csv.writerow(row)
        print(*row, flush=True)
        self.losses.clear()
        write_checkpoint(self.args.out / "distilled.pt", {
            "model": distiller.student.state_dict(), "average": distiller.average.state_dict(), "step": step,
            "optimiser": optimiser.state_dict(), "used": used})


def work(rank, args, shared):
    device = torch.device(args.device)
    if device.type == "cpu":
        torch.set_num_threads(1)
    torch.set_float32_matmul_precision("high")
    distiller, optimiser, step, used = start(args, device)
    torch.manual_seed(args.seed + 1000 * rank + step)
    weights, averages = (list(u.parameters()) for u in (distiller.student, distiller.average))
    pool, log = Pool(args.cache).grow(), Log(args) if rank == 0 else None
    batches = on_device(pool, (args.seed, rank, step), args.concepts, args.scenes, device)
    begun, share, parent = time.time() - used, used / (60 * args.minutes), os.getppid()
    while share < 1 and os.getppid() == parent:  # a worker exits when its parent was stopped
        batch = next(batches)
        with torch.autocast(device.type, torch.bfloat16, enabled=args.bf16):
            loss = distiller.loss(batch, args.scenes, pool.empty, draws(batch[0]))
        optimiser.zero_grad()
        loss.backward()
        last = step + 1 == args.stop_at
        share = shared.average(rank, weights, 1 if last else (time.time() - begun) / (60 * args.minutes))
        optimiser.param_groups[0]["lr"] = args.lr * min(1, (step + 1) / 50) * (
            0.05 + 0.475 * (1 + math.cos(math.pi * share)))
        nn.utils.clip_grad_norm_(weights, 1.0)
        optimiser.step()
        step += 1
        with torch.no_grad():
            torch._foreach_lerp_(averages, weights, 1 - min(args.keep, step / (10 + step)))
        if log:
            log.note(distiller, optimiser, step, time.time() - begun, loss.detach(), share >= 1)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cache", required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=40)
    parser.add_argument("--concepts", type=int, default=8)
    parser.add_argument("--scenes", type=int, default=3)
    parser.add_argument("--lr", type=float, default=2e-4)
    parser.add_argument("--every", type=int, default=50, help="steps between checkpoints")
    parser.add_argument("--stop-at", type=int, help="a step to end after, whatever the time")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--bf16", action="store_true", help="multiply in bfloat16")
    parser.add_argument("--unguided", action="store_true", help="no guidance embedding")
    parser.add_argument("--skip", type=int, default=1, help="LCM's times to go down at once")
    parser.add_argument("--substeps", type=int, default=1, help="of the teacher on the way")
    parser.add_argument("--keep", type=float, default=0.99, help="of the average, per step")
    parser.add_argument("--workers", type=int, help="default: 2 on processors, else 1")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    workers = args.workers or (2 if args.device == "cpu" else 1)
    size = sum(p.numel() for p in UNet(student_config(args)).parameters())
    mp.spawn(work, (args, Shared(workers, size)), workers)


if __name__ == "__main__":
    main()

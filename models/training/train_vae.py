# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stage 1: the autoencoder.  Its encoder is computed, its decoder trained.

Run:  python3 train_vae.py encoder --cache DIR --out DIR/training
      python3 train_vae.py decoder --cache DIR --out DIR/training --minutes 12

Encoder: every strided convolution keeps the 32 strongest principal components of the 2x2 cells
below it, the last one the 16 strongest, so a latent is an orthogonal projection of its 16x16
pixels.  Latents have zero mean; their standard deviation falls from 1.4 (mean colours) with the
fourth root of the component's variance relative to the first, so the visually most important
components stay above the noise longest.  The encoder is linear, takes seconds to compute, and lets
all later stages start at once.

Decoder: trained with the losses of sharpness.py on 128x128 crops, with Gaussian noise on the latents; the critic's
loss is added after half of the time, the feature loss if joint.pt, with its image encoder, exists. Resumes from
decoder.pt, including that of adopt.py; the learning rate depends on the share of the time used.
"""

import argparse
import copy
import json
import math
import time
from pathlib import Path

import numpy as np
import torch
from torch import nn

from compose import Things, recolour, scene
from configs import VAE
from nets import AutoencoderTiny
from sharpness import Teacher, edge_energy
from tensors import write_checkpoint

CROP = 128
DC_STD = 1.4


def pictures(things, rows, count, seed):
    rng = np.random.default_rng(seed)
    out = np.empty((count, 256, 256, 3), np.uint8)
    for i in range(count):
        sprite = things.sprites[rng.choice(rows)]
        if rng.random() < 0.4:
            sprite = recolour(rng, sprite)
        out[i] = scene(rng, np.asarray(sprite), things)[0]
    return out


def tensor(pictures, device="cpu"):
    pictures = torch.from_numpy(np.ascontiguousarray(pictures)).to(device)
    return pictures.permute(0, 3, 1, 2).float() / 127.5 - 1


def components(x, keep):
    """x [B,C,H,W] -> principal components of its 2x2 cells: orthonormal rows [keep, 4C], strongest first; variances"""
    cells = nn.functional.pixel_unshuffle(x, 2).transpose(0, 1).flatten(1)
    cells = cells - cells.mean(1, keepdim=True)
    values, vectors = torch.linalg.eigh((cells @ cells.T / cells.shape[1]).double())
    return vectors.flip(1)[:, :keep].T.float(), values.flip(0)[:keep].float()


def make_encoder(images):
    """An AutoencoderTiny whose encoder projects 16x16 cells onto principal components."""
    model = AutoencoderTiny(VAE).requires_grad_(False)
    layers = model.encoder.layers
    for p in model.encoder.parameters():
        p.zero_()
    layers[0].weight[[0, 1, 2], [0, 1, 2], 1, 1] = 1.0
    x, used, last = images * 0.5 + 0.5, 3, len(layers) - 1
    for layer in layers[1:last]:
        keep = min(32, 4 * used)
        rows, variance = components(x, keep)
        x = nn.functional.conv2d(x, rows.view(keep, used, 2, 2), stride=2)
        layer.weight[:keep, :used, 1:, 1:] = rows.view(keep, used, 2, 2)
        used = keep
    count = VAE["latent_channels"]
    mean, std = x.mean((0, 2, 3))[:count], variance[:count].sqrt()
    scale = DC_STD * (std / std[0]).sqrt() / std
    layers[last].weight[range(count), range(count), 1, 1] = scale
    layers[last].bias.copy_(-mean * scale)
    return model


def initialise_decoder(model, images):
    """Initialises the decoder to output the mean colour of each cell; the rest starts as small random features."""
    layers = model.decoder.layers
    z = torch.cat([model.encode(i) for i in images.split(16)])
    z = torch.tanh(z / 3) * 3
    colour = nn.functional.avg_pool2d(images * 0.5 + 0.5, 16)
    known = torch.cat([z.transpose(0, 1).flatten(1), torch.ones(1, z[:, 0].numel())]).T
    fit = torch.linalg.lstsq(known, colour.transpose(0, 1).flatten(1).T).solution
    for layer in layers:
        if hasattr(layer, "conv"):
            for i in (0, 2, 4):
                nn.init.kaiming_normal_(layer.conv[i].weight)
                nn.init.zeros_(layer.conv[i].bias)
            layer.conv[4].weight *= 0.1
        elif isinstance(layer, nn.Conv2d):
            nn.init.kaiming_normal_(layer.weight)
            if layer is layers[0]:
                layer.bias.zero_()
                layer.weight[:3] = 0
                layer.weight[:3, :, 1, 1] = fit[:-1].T
                layer.bias[:3] = fit[-1]
            elif layer is layers[-1]:
                layer.bias.zero_()
                layer.weight *= 0.05
                layer.weight[[0, 1, 2], [0, 1, 2], 1, 1] = 1.0
            else:
                layer.weight *= 0.4
                layer.weight[:3] *= 0.1
                layer.weight[range(32), range(32), 1, 1] += 0.8
                layer.weight[[0, 1, 2], [0, 1, 2], 1, 1] = 1.0


def held_out(model, images):
    """-> PSNR in dB, and the share of the edge energy that is preserved"""
    with torch.no_grad():
        out = torch.cat([model.decode(model.encode(i)).clamp(-1, 1) for i in images.split(8)])
    noise = (10 * torch.log10(4 / (out - images).square().mean((1, 2, 3)))).mean().item()
    return {"PSNR": round(noise, 2), "edges": round((edge_energy(out) / edge_energy(images)).mean().item(), 3)}


class Decoder:
    """The decoder under training, its average, and the progress of the training."""

    def __init__(self, args, device, first):
        """first: pictures for the initialisation if nothing was trained yet."""
        self.path, self.step, self.used = args.out / "decoder.pt", 0, 0.0
        self.model = AutoencoderTiny(VAE).requires_grad_(False)
        self.model.load_state_dict(torch.load(args.out / "encoder.pt", map_location="cpu"))
        saved = torch.load(self.path, map_location="cpu") if self.path.exists() else {}
        if saved:
            self.model.load_state_dict(saved.get("model", saved["average"]))
        else:
            initialise_decoder(self.model, first)
        self.average = copy.deepcopy(self.model).to(device)
        self.average.load_state_dict(saved.get("average", self.model.state_dict()))
        self.model.to(device).decoder.requires_grad_(True)
        joint = args.out / "joint.pt"
        self.teacher = Teacher(torch.load(joint, map_location="cpu")["average"] if joint.exists() else None).to(device)
        self.weights = list(self.model.decoder.parameters())
        self.optimiser = torch.optim.AdamW(self.weights, args.lr, (0.9, 0.99), weight_decay=1e-3)
        if "optimiser" in saved:
            self.optimiser.load_state_dict(saved["optimiser"])
            self.teacher.critic.load_state_dict(saved["critic"])
            self.step, self.used = saved["step"], saved["used"]

    def learn(self, image, noise, rate, criticised):
        """One update from crops [B,3,H,W] -> losses"""
        self.optimiser.param_groups[0]["lr"] = rate * min(1, (self.step + 1) / 50)
        with torch.no_grad():
            z = self.model.encode(image)
            z = z + torch.rand(len(z), 1, 1, 1, device=z.device) * noise * torch.randn_like(z)
        out = self.model.decode(z)
        losses = self.teacher.losses(out, image, criticised)
        self.optimiser.zero_grad()
        self.teacher.total(losses).backward()
        nn.utils.clip_grad_norm_(self.weights, 1.0)
        self.optimiser.step()
        self.teacher.teach_critic(out, image)
        with torch.no_grad():
            averages = list(self.average.decoder.parameters())
            torch._foreach_lerp_(averages, self.weights, 1 - min(0.99, (1 + self.step) / (10 + self.step)))
        self.step += 1
        return {name: loss.detach() for name, loss in losses.items()}

    def save(self, used):
        write_checkpoint(self.path, {
            "model": self.model.state_dict(), "average": self.average.state_dict(), "step": self.step,
            "optimiser": self.optimiser.state_dict(), "critic": self.teacher.critic.state_dict(), "used": used})


def train_decoder(args, things):
    device = torch.device(args.device)
    pool = pictures(things, things.train, args.pool, args.seed + 1)
    test = tensor(pictures(things, things.held, 48, 99), device)
    decoder = Decoder(args, device, tensor(pool[:200]))
    rng = np.random.default_rng(args.seed + decoder.step)
    lines = open(args.out / "decoder.jsonl", "a", buffering=1)
    print("held-out before", held_out(decoder.average, test), flush=True)
    start, saved = time.time() - decoder.used, time.time()
    while (share := (time.time() - start) / (60 * args.minutes)) < 1:
        rows, ys, xs = (rng.integers(n, size=args.batch) for n in (len(pool), 9, 9))
        image = tensor(np.stack([pool[r, y:y + CROP, x:x + CROP]
                                 for r, y, x in zip(rows, 16 * ys, 16 * xs)]), device)
        rate = args.lr * (0.02 + 0.49 * (1 + math.cos(math.pi * share)))
        losses = decoder.learn(image, args.noise, rate, share > 0.5)
        if decoder.step % 50 == 0:
            line = json.dumps({"step": decoder.step, "seconds": round(time.time() - start),
                               **{name: round(loss.item(), 5) for name, loss in losses.items()}})
            lines.write(line + "\n")
            print(line, flush=True)
        if time.time() - saved > 200:
            saved = time.time()
            print("held-out", held_out(decoder.average, test), flush=True)
            decoder.save(saved - start)
    decoder.save(time.time() - start)
    print("held-out", held_out(decoder.average, test), flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("stage", choices=("encoder", "decoder"))
    parser.add_argument("--cache", required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=12)
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--lr", type=float, default=2e-3)
    parser.add_argument("--noise", type=float, default=0.15)
    parser.add_argument("--pool", type=int, default=2500)
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    torch.manual_seed(args.seed)
    torch.set_num_threads(args.threads)
    things = Things(args.cache)
    if args.stage == "decoder":
        train_decoder(args, things)
        return
    images = tensor(pictures(things, things.train, 600, args.seed))
    model = make_encoder(images)
    z = torch.cat([model.encode(i) for i in images.split(16)])
    print("mean", z.mean((0, 2, 3)).numpy().round(3))
    print("std", z.std((0, 2, 3)).numpy().round(3), "largest", z.abs().amax((0, 2, 3)).numpy().round(1))
    torch.save(model.state_dict(), args.out / "encoder.pt")


if __name__ == "__main__":
    main()

# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stage 1: the autoencoder.  Its encoder is computed, its decoder trained.

Run:  python3 train_vae.py encoder --cache DIR --out DIR/training
      python3 train_vae.py decoder --cache DIR --out DIR/training --minutes 12

Encoder: every strided convolution keeps the 32 strongest principal components of the 2x2 cells
below it, the last one the 16 strongest, so a latent is an orthogonal projection of its 16x16
pixels.  Latents have zero mean; their standard deviation falls from 1.4 (mean colours) with the
fourth root of the component's share of the variance, so what matters most for the eye stands
out of the noise longest.  That is linear, needs seconds, and lets all later stages start at once.

Decoder: L1 + L1 of the picture gradients on 128x128 crops, with Gaussian noise on the latents.
Resumes from decoder.pt; the learning rate follows the share of the time used.
"""

import argparse
import csv
import math
import time
from pathlib import Path

import numpy as np
import torch
from torch import nn

from compose import Things, recolour, scene
from configs import VAE
from nets import AutoencoderTiny

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
    """x [B,C,H,W] -> orthonormal rows [keep, 4C] over 2x2 cells, strongest first, and variances."""
    cells = nn.functional.pixel_unshuffle(x, 2).transpose(0, 1).flatten(1)
    cells = cells - cells.mean(1, keepdim=True)
    values, vectors = torch.linalg.eigh((cells @ cells.T / cells.shape[1]).double())
    return vectors.flip(1)[:, :keep].T.float(), values.flip(0)[:keep].float()


def make_encoder(images):
    """An AutoencoderTiny whose encoder projects 16x16 cells on principal components."""
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
    """Begin as the mean colour of each cell; the rest starts as small random features."""
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


def gradients(x):
    return torch.cat([x[..., 1:, :-1] - x[..., :-1, :-1], x[..., :-1, 1:] - x[..., :-1, :-1]], 1)


def psnr(model, images):
    with torch.no_grad():
        out = torch.cat([model.decode(model.encode(i)).clamp(-1, 1) for i in images.split(8)])
    return (10 * torch.log10(4 / (out - images).square().mean((1, 2, 3)))).mean().item()


def train_decoder(args, things):
    device = torch.device(args.device)
    model = AutoencoderTiny(VAE).requires_grad_(False)
    model.load_state_dict(torch.load(args.out / "encoder.pt"))
    pool = pictures(things, things.train, args.pool, args.seed + 1)
    test = tensor(pictures(things, things.held, 48, 99), device)
    average = AutoencoderTiny(VAE).requires_grad_(False).to(device)
    checkpoint = args.out / "decoder.pt"
    saved = torch.load(checkpoint, map_location=device) if checkpoint.exists() else None
    if saved is None:
        initialise_decoder(model, tensor(pool[:200]))
        average.load_state_dict(model.state_dict())
    model.to(device).decoder.requires_grad_(True)
    weights, averages = list(model.decoder.parameters()), list(average.decoder.parameters())
    optimiser = torch.optim.AdamW(weights, args.lr, (0.9, 0.99), weight_decay=1e-3)
    step, used = 0, 0.0
    if saved:
        model.load_state_dict(saved["model"])
        average.load_state_dict(saved["average"])
        optimiser.load_state_dict(saved["optimiser"])
        step, used = saved["step"], saved["used"]
    rng = np.random.default_rng(args.seed + step)
    log = csv.writer(open(args.out / "decoder.csv", "a", buffering=1))
    print("held-out PSNR before", round(psnr(average, test), 2), flush=True)
    start, running = time.time() - used, 0.0
    while (share := (time.time() - start) / (60 * args.minutes)) < 1:
        rate = args.lr * min(1, (step + 1) / 50)
        optimiser.param_groups[0]["lr"] = rate * (0.02 + 0.49 * (1 + math.cos(math.pi * share)))
        rows, ys, xs = (rng.integers(n, size=args.batch) for n in (len(pool), 9, 9))
        image = tensor(np.stack([pool[r, y:y + CROP, x:x + CROP]
                                 for r, y, x in zip(rows, 16 * ys, 16 * xs)]), device)
        with torch.no_grad():
            z = model.encode(image)
            z = z + torch.rand(len(z), 1, 1, 1, device=device) * args.noise * torch.randn_like(z)
        out = model.decode(z)
        error = (out - image).abs().mean()
        loss = error + (gradients(out) - gradients(image)).abs().mean()
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(weights, 1.0)
        optimiser.step()
        with torch.no_grad():
            torch._foreach_lerp_(averages, weights, 1 - min(0.99, (1 + step) / (10 + step)))
        running += error.detach()
        step += 1
        if step % 50 == 0:
            seconds = time.time() - start
            log.writerow([step, round(seconds), f"{running / 50:.5f}"])
            print(step, round(seconds), f"L1 {running / 50:.4f}", flush=True)
            running = 0.0
        if step % 300 == 0 or time.time() - start > 60 * args.minutes:
            print("held-out PSNR", round(psnr(average, test), 2), flush=True)
            torch.save({"model": model.state_dict(), "average": average.state_dict(), "step": step,
                        "optimiser": optimiser.state_dict(), "used": time.time() - start},
                       checkpoint)


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

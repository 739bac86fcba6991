# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the judges' networks are trained on: a lesson each (course.py)."""

import itertools

import numpy as np
import torch
import torch.nn.functional as F

from compose import FAMILIES
from course import BF16, Lesson
from judge_nets import CUT, Finder, Reader, Recogniser, embed, parts, tensor
from judge_pool import COVERED, SCENES, SEED, STYLED

ORDERS = np.array(list(itertools.permutations(range(3))))
TEMPERATURE = 0.07
NEAR = 13  # look-alikes of a drawing, itself among them
NOISE = torch.from_numpy(np.random.default_rng(SEED).standard_normal(1 << 20, np.float32))  # drawn from at any place


def worn(rng, x):
    """Pictures a little blurred, noisy and faded, as no composed picture is."""
    n = (len(x), 1, 1, 1)
    blur = F.avg_pool2d(x, 3, 1, 1, count_include_pad=False)
    x = torch.lerp(x, blur, torch.from_numpy(rng.uniform(-1, 1, n)).clamp(min=0).float())
    gain = torch.from_numpy(rng.uniform(0.9, 1.1, n)).float()
    at = rng.integers(len(NOISE) - x[0].numel(), size=len(x))
    noise = torch.stack([NOISE[i:i + x[0].numel()].view(x[0].shape) for i in at])
    return torch.addcmul(x * gain, noise, torch.from_numpy(rng.uniform(0, 0.06, n)).float())


class Reading(Lesson):
    number, name, kind = 1, "reader", Reader

    def __init__(self, pool, batch=64):
        super().__init__()
        self.batch = batch
        self.views, self.truth = pool["views"], torch.from_numpy(pool["truth"]).long()

    def loss(self, rng, _share=0.0):
        i, j = rng.integers(len(self.views), size=self.batch), rng.integers(SCENES, size=self.batch)
        x, y = tensor(self.views[i, j]), self.truth[i, j].clone()
        if rng.random() < 0.5:  # mirrored: left is right
            side = y[:, list(FAMILIES).index("side")]
            side[side > 0] = 3 - side[side > 0]
            x = x.flip(3)
        told = self.told(worn(rng, x))
        return sum(F.cross_entropy(t, y[:, k], ignore_index=-1) for k, t in enumerate(told))


class Finding(Lesson):
    number, name, lr, kind = 2, "finder", 6e-3, Finder

    def __init__(self, pool, batch=64):
        super().__init__()
        self.batch, self.views, self.covers = batch, pool["views"], pool["covers"]

    def loss(self, rng, _share=0.0):
        i, j = rng.integers(len(self.covers), size=self.batch), rng.integers(SCENES, size=self.batch)
        orders = ORDERS[rng.integers(6, size=self.batch)][:, None, None]
        pictures = np.take_along_axis(self.views[COVERED * i, j], orders, 3)
        covers = torch.from_numpy(self.covers[i, j]).float() / 255
        return F.binary_cross_entropy_with_logits(self.told(worn(rng, tensor(pictures))).float(), covers)


class Recognising(Lesson):
    """Two views of one instance are alike, the others of a batch are not, an instance being a drawing and an order of
    its colours.  Among the others are the same drawing in other colours and, after a sixth of the course, what looked
    most alike to the network, which is asked anew after each further sixth."""

    number, name, lr, kind = 3, "recogniser", 3e-3, Recogniser

    def __init__(self, cuts, count=72, twins=24):
        super().__init__()
        self.cuts, self.count, self.twins = cuts, count, twins
        self.apart = np.concatenate([colour_distances(part[:, 0]) for part in parts(cuts)])
        self.near, self.asked = None, 0

    def state_dict(self):
        return {"near": self.near, "asked": self.asked}

    def load_state_dict(self, state):
        self.near, self.asked = state["near"], state["asked"]

    def look_alikes(self):
        """Of each drawing the NEAR that its plain view is most like, itself among them."""
        seen = embed(self.network.eval(), self.cuts[:, 0])
        self.near = torch.cat([product(part, seen).topk(min(NEAR, len(seen))).indices for part in seen.split(500)])
        told = product(embed(self.network, self.cuts[:400, 1]), seen[:400]).argmax(1)
        print(f"recogniser: {100 * (told == torch.arange(len(told))).float().mean():.1f} of 100 drawings told among "
              f"{len(told)} by another view", flush=True)
        self.network.train()

    def drawings(self, rng):
        n = len(self.cuts)
        if self.near is None or rng.random() < 0.3:
            return rng.choice(n, self.count, replace=False)
        seeds = rng.choice(n, -(-self.count // 4), replace=False)
        rows = [self.near[seed].numpy()[rng.permutation(self.near.shape[1])[:6]] for seed in seeds]
        return np.array(list(dict.fromkeys(itertools.chain(*rows)))[:self.count])

    def instances(self, rng):
        """-> drawings, orders of colours, two different views of each"""
        rows = self.drawings(rng)
        orders = rng.integers(6, size=len(rows))
        turned = (orders + rng.integers(1, 6, size=len(rows))) % 6
        twins = np.flatnonzero(self.apart[rows, orders, turned] > 20)[:self.twins]
        views = SCENES - np.repeat([0, 1], [len(rows), len(twins)])  # a twin's pencil sketch would look the same
        rows, orders = np.append(rows, rows[twins]), np.append(orders, turned[twins])
        first = rng.integers(views)
        return rows, orders, first, (first + rng.integers(1, views)) % views

    def loss(self, rng, share=0.0):
        if int(6 * share) > self.asked:
            self.asked = int(6 * share)
            self.look_alikes()
        rows, orders, *views = self.instances(rng)
        order = np.c_[ORDERS[orders], np.full(len(rows), 3)][:, None, None]
        cuts = np.concatenate([np.take_along_axis(self.cuts[rows, v], order, 3) for v in views])
        mirrored = rng.random(len(cuts)) < 0.05
        cuts[mirrored] = cuts[mirrored, :, ::-1]
        a, b = self.told(worn(rng, shifted(rng, tensor(cuts)))).chunk(2)
        alike, same = a @ b.T / TEMPERATURE, torch.arange(len(a))
        return F.cross_entropy(alike, same) + F.cross_entropy(alike.T, same)


def product(x, y):
    """x @ y.T by oneDNN, which the plain BLAS of a distribution is many times slower than."""
    with torch.autocast("cpu", torch.bfloat16, enabled=BF16):
        return F.linear(x, y).float()


def shifted(rng, x, most=2):
    """Cut-outs moved a little, each its own way, as a finder that errs would."""
    around = F.pad(x, (most,) * 4, value=-1)
    at = rng.integers(2 * most + 1, size=(len(x), 2))
    return torch.stack([p[:, i:i + CUT, j:j + CUT] for p, (i, j) in zip(around, at)])


def colour_distances(cuts):
    """Of cut-outs [n,64,64,4], how far they are from themselves in other colours: mean distance of channels over
    the object, per pair of ORDERS [n,6,6]."""
    pixels = cuts[:, ::2, ::2].reshape(len(cuts), -1, 4).astype(np.float32)
    inside = pixels[..., 3:] > 200
    gaps = np.abs(pixels[..., :3, None] - pixels[..., None, :3]) * inside[..., None]
    gaps = gaps.sum(1) / np.maximum(inside.sum(1), 1)[..., None]
    return gaps[:, ORDERS[:, None], ORDERS[None]].mean(3)

# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Celeb Basis as described in methods.md 5.2 and 5.4, in PyTorch: views of portraits, the shared layer, the mean."""

import functools
import math

import learners
import networks
import numpy as np
import torch
from PIL import Image

VIEWS = 16
RANGES = [(0.8, 1.2)] * 3 + [(-0.01, 0.01), (0.1, 1.0), (0.9, 1.1), (0, 1), (0, 1)]
GREY = np.array([0.2989, 0.587, 0.114])


def draw(seed, number):
    generator = torch.Generator().manual_seed(learners.seed_of(seed, 2 ** 64 - 3, number))
    drawn = [int(torch.randint(0, 2 ** 24, (1,), generator=generator)) / 2 ** 24 for _ in RANGES]
    return [*(low + x * (high - low) for x, (low, high) in zip(drawn, RANGES)), torch.randperm(4, generator=generator)]


def rgb_to_hsv(x):
    most, spread = x.max(-1), x.max(-1) - x.min(-1)
    safe = np.where(spread == 0, 1, spread)
    r, g, b = ((most - x[..., c]) / safe for c in range(3))  # as in colorsys
    hue = np.select([x[..., 0] == most, x[..., 1] == most], [b - g, 2 + r - b], 4 + g - r) / 6 % 1
    return np.stack([np.where(spread == 0, 0, hue), np.where(most == 0, 0, spread / np.where(most == 0, 1, most)), most], -1)


def hsv_to_rgb(x):
    hue, saturation, value = x[..., 0], x[..., 1], x[..., 2]
    sector, rest = np.floor(hue * 6), hue * 6 - np.floor(hue * 6)
    p, q, t = value * (1 - saturation), value * (1 - saturation * rest), value * (1 - saturation * (1 - rest))
    rows = [(value, t, p), (q, value, p), (p, value, t), (p, q, value), (t, p, value), (value, p, q)]
    cases = [sector % 6 == i for i in range(6)]
    return np.stack([np.select(cases, [row[c] for row in rows]) for c in range(3)], -1)


def coloured(portrait, view):
    """ColorJitter's four changes, in the view's order. Not with PIL, whose hue has only 8 bits."""
    brightness, contrast, saturation, hue = view[:4]
    x = np.asarray(portrait, np.float64) / 255
    for what in view[-1].tolist():
        if what == 0:
            x = np.clip(x * brightness, 0, 1)
        elif what == 1:
            mean = (x @ GREY).mean()
            x = np.clip(mean + contrast * (x - mean), 0, 1)
        elif what == 2:
            grey = (x @ GREY)[..., None]
            x = np.clip(grey + saturation * (x - grey), 0, 1)
        else:
            hsv = rgb_to_hsv(x)
            hsv[..., 0] = (hsv[..., 0] + hue) % 1
            x = hsv_to_rgb(hsv)
    return Image.fromarray((x * 255 + 0.5).astype(np.uint8))


def placed(image, view, size):
    """The image scaled to the view's size and placed on black; each pixel is the mean of the pixels that it covers."""
    high = min(max(math.floor(size * view[4] + 0.5), 1), size)
    wide = min(max(math.floor(high * view[5] + 0.5), 1), size)
    left, top = math.floor((size - wide) * view[6] + 0.5), math.floor((size - high) * view[7] + 0.5)
    pixels = np.asarray(image, np.float64)

    def spans(n, length):
        edges = [i * length // n for i in range(n + 1)]
        return [slice(a, max(b, a + 1)) for a, b in zip(edges, edges[1:])]
    canvas = np.zeros((size, size, 3), np.uint8)
    for y, rows in enumerate(spans(high, pixels.shape[0])):
        for x, columns in enumerate(spans(wide, pixels.shape[1])):
            canvas[top + y, left + x] = pixels[rows, columns].mean((0, 1)) + 0.5
    return Image.fromarray(canvas)


def pooled(weights, config, image):
    """The transformers library's pooler_output of a square image, normalized to length 1."""
    side = config["image_size"]
    small = np.asarray(image.resize((side, side), Image.BICUBIC), np.float64) / 255
    pixels = (small - [0.48145466, 0.4578275, 0.40821073]) / [0.26862954, 0.26130258, 0.27577711]
    last = networks.image_encoder(weights, config, torch.tensor(pixels).permute(2, 0, 1)[None])[-1]
    first = networks.layer_norm(weights, "vision_model.post_layernorm", last[:, 0], config["layer_norm_eps"])[0]
    return (first / first.norm()).detach()


class Lazy:
    """The latents of one view, computed on demand, because most are never drawn."""

    def __init__(self, run, number):
        self.run, self.number = run, number

    def __getitem__(self, flipped):
        return self.run.latent(self.number, bool(flipped))


class Run(learners.Run):
    """portraits: square images; basis [2, 1 + p, D]; see: returns the features of a square image; None = the coefficients are
    free."""

    def __init__(self, model, portraits, basis, ids, size, seed, batch, rate, see):
        self.basis, self.free = torch.tensor(basis).to(model.dtype), see is None
        n, p = len(portraits), basis.shape[1] - 1
        self.portraits, self.see, self.size, self.seed = portraits, see, size, seed
        generator = torch.Generator().manual_seed(learners.seed_of(seed, 2 ** 64 - 1, 0))
        columns = n if self.free else len(self.seen(0, False)) - 1
        start = torch.randn((2 * p, columns), generator=generator).to(model.dtype)
        if not self.free:
            start = torch.cat([start, torch.zeros(2 * p, 1)], 1)
        super().__init__(model, [], ids, size, seed, batch, rate, "people", start)
        self.latents = [Lazy(self, number) for number in range(n * VIEWS)]
        self.mean = [self.coefficients(self.seen(person * VIEWS, False)).detach() for person in range(n)]

    @functools.cache
    def face(self, number):
        view = draw(self.seed, number)
        return view, coloured(self.portraits[number // VIEWS], view)

    @functools.cache
    def latent(self, number, flipped):
        view, face = self.face(number)
        return self.model.latent(placed(face, view, self.size), self.size, flipped)

    @functools.cache
    def seen(self, number, flipped):
        """The layer's input: the features and a 1, or a one-hot vector of the person."""
        if self.free:
            return torch.eye(len(self.portraits), dtype=self.basis.dtype)[number // VIEWS]
        face = self.face(number)[1]
        face = face.transpose(Image.FLIP_LEFT_RIGHT) if flipped else face
        return torch.cat([self.see(face).to(self.basis.dtype), torch.ones(1)])

    def coefficients(self, seen):
        """The coefficients of both words: [2, p]."""
        a = self.value @ seen
        if self.free:
            return a.reshape(2, -1)
        a = torch.nn.functional.leaky_relu(a, 0.2).reshape(2, -1)
        return torch.nn.functional.normalize(a, dim=1)

    def words(self, coefficients):
        """The vectors of both words: [2, D]."""
        return self.basis[:, 0] + torch.einsum("ek,ekd->ed", coefficients, self.basis[:, 1:])

    def answer(self, noisy, times, ids):
        vocabulary = self.model.text["vocab_size"]
        slots = [self.slots[i] for i in range(self.batch)]
        given = [self.coefficients(self.seen(picture, bool(flipped))) for picture, flipped in slots]
        for (picture, _), a in zip(slots, given):
            person = picture // VIEWS
            self.mean[person] = 0.99 * self.mean[person] + 0.01 * a.detach()
        own = ids + 2 * torch.arange(self.batch)[:, None] * (ids >= vocabulary)
        extra = torch.cat([self.words(a) for a in given])
        context = networks.text_encoder(self.model.text_weights, self.model.text, own, extra)
        return self.model.unet(noisy, times, context)

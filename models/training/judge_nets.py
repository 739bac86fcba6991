# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The judges' three networks, small and residual, and how what one says becomes what another sees.

  Finder      picture [N,3,128,128] -> logits of the object's place [N,32,32]
  Recogniser  cut-out objects [N,4,64,64] -> unit vectors [N,WIDTH]
  Reader      picture [N,3,128,128] -> logits per family of words, the first of each for "none of its words"
"""

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import nn

from compose import FAMILIES
from judge_pool import SIDE

CUT, WIDTH = 64, 128
AT_A_TIME = 200  # pictures, when nothing is learned


def tensor(pictures):
    """uint8 [N,H,W,C] -> float [N,C,H,W] in -1..1, channels side by side in memory"""
    return torch.from_numpy(np.ascontiguousarray(pictures)).permute(0, 3, 1, 2).float() / 127.5 - 1


def conv(wide_in, wide_out, stride, kernel=3):
    return nn.Sequential(nn.Conv2d(wide_in, wide_out, kernel, stride, kernel // 2, bias=False),
                         nn.BatchNorm2d(wide_out), nn.ReLU())


class Residual(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.first = conv(width, width, 1)
        self.second = nn.Sequential(nn.Conv2d(width, width, 3, 1, 1, bias=False), nn.BatchNorm2d(width))

    def forward(self, x):
        return F.relu(x + self.second(self.first(x)))


class Finder(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(conv(3, 16, 2), conv(16, 32, 2))
        self.wide = nn.Sequential(conv(32, 48, 2), conv(48, 64, 2), Residual(64), conv(64, 64, 2), Residual(64),
                                  conv(64, 32, 1, 1), nn.Upsample(scale_factor=8, mode="bilinear"))
        self.out = nn.Sequential(conv(64, 32, 1), nn.Conv2d(32, 1, 1))

    def forward(self, x):
        body = self.body(x)
        return self.out(torch.cat([body, self.wide(body)], 1))[:, 0]


class Recogniser(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(conv(4, 32, 2), conv(32, 64, 2), Residual(64), conv(64, 128, 2), Residual(128),
                                  conv(128, 192, 2), Residual(192), nn.Flatten(), nn.Dropout(0.1),
                                  nn.Linear(192 * 16, WIDTH))

    def forward(self, x):
        return F.normalize(self.body(x).float())


class Reader(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(conv(3, 24, 2), conv(24, 48, 2), conv(48, 64, 2), conv(64, 96, 2), Residual(96),
                                  conv(96, 32, 1, 1), nn.Flatten(), nn.Dropout(0.2), nn.Linear(32 * 64, WIDTH),
                                  nn.ReLU())
        self.heads = nn.ModuleList(nn.Linear(WIDTH, 1 + len(w)) for w in FAMILIES.values())

    def forward(self, x):
        h = self.body(x)
        return [head(h).float() for head in self.heads]


def extent(mass):
    """Where the middle 96 of 100 parts of a row of masses lie, as shares of the row."""
    total = np.concatenate([[0], np.cumsum(mass)]) / max(mass.sum(), 1e-6)
    return np.interp([0.02, 0.98], total, np.linspace(0, 1, len(total)))


def cut_out(picture, where):
    """uint8 [128,128,3] and chances [32,32] -> [64,64,4] uint8: the object fills it, on black."""
    (x0, x1), (y0, y1) = extent(where.sum(0)), extent(where.sum(1))
    half = SIDE * np.clip(0.58 * max(x1 - x0, y1 - y0), 0.08, 0.6)
    x, y = SIDE * (0.5 + (x0 + x1) / 2), SIDE * (0.5 + (y0 + y1) / 2)
    mask = Image.fromarray(np.round(where * 255).astype(np.uint8)).resize((SIDE, SIDE), Image.BILINEAR)
    mask = np.asarray(mask, np.float32)[..., None]
    layers = np.concatenate([picture * (mask / 255), mask], 2).round().astype(np.uint8)
    around = np.pad(layers, ((SIDE // 2,) * 2, (SIDE // 2,) * 2, (0, 0)))
    image = Image.frombytes("RGBa", around.shape[1::-1], around.tobytes())
    box = [max(x - half, 0), max(y - half, 0), min(x + half, 2 * SIDE), min(y + half, 2 * SIDE)]
    return np.asarray(image.resize((CUT, CUT), Image.BILINEAR, box))


def parts(things):
    return np.array_split(things, max(1, -(-len(things) // AT_A_TIME)))


@torch.no_grad()
def places(finder, pictures):
    """uint8 [N,128,128,3] -> chances [N,32,32] f32"""
    return np.concatenate([torch.sigmoid(finder(tensor(part))).numpy() for part in parts(pictures)])


def cut_outs(finder, pictures):
    """uint8 [N,128,128,3] -> [N,64,64,4] uint8"""
    return np.concatenate([np.stack([cut_out(p, w) for p, w in zip(part, places(finder, part))])
                           for part in parts(pictures)])


@torch.no_grad()
def embed(recogniser, cuts):
    return torch.cat([recogniser(tensor(part)) for part in parts(cuts)])

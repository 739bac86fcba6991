# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Auxiliary losses, for training only: linear maps must reconstruct the object from the networks' outputs, and
cross attention must attend to what shows the right position.  Without these losses the U-Net first learns to
ignore words and features, which carry no information yet, and learns to use them late or never.

What is reconstructed, and from what:
  five words            a 16x16 thumbnail of the object with its mask
  the first word        an 8x8 thumbnail
  the prompt's padding  the last 16 rows of the text encoder's output divide the object among them: each encodes
                        one of 4x4 regions, in 4x4 pixels.  So a row's key can represent a position and its value
                        what is there, whether one word, five words or a name describe the object
  a local feature       its patch, in 4x4 pixels
  cross attentions      from the outputs of the text's first half of the heads, and of the local branch before its
                        gate, at a position: the object's coverage of that position, and its latents there
"""

import math

import torch
import torch.nn.functional as F
from torch import nn

from configs import IMAGE, WIDTH

REGION_GRID, REGION_SIDE = 4, 4
REGIONS = REGION_GRID ** 2
THUMB, THUMB_OF_FIRST, PATCH_DETAIL = 16, 8, 4
WEIGHTS = {"thumb": 2.0, "first": 1.0, "regions": 3.0, "patches": 1.0, "said": 6.0, "looked": 2.0}


def blocks(pictures, grid, side):
    """[B,C,H,W] -> its grid x grid blocks in side x side pixels each: [B, grid * grid, C * side * side]"""
    small = F.adaptive_avg_pool2d(pictures, grid * side)
    return F.pixel_unshuffle(small, side).flatten(2).transpose(1, 2)


def cells(side, device):
    """(x, y) of the cells of a square, row by row: [side * side, 2]"""
    axis = torch.arange(side, device=device)
    return torch.stack(torch.meshgrid(axis, axis, indexing="xy"), -1).flatten(0, 1)


class Places:
    """Which of grid x grid blocks of the concept picture show each position of a scene.

    cover [B,1,H,W]: the object's coverage of a position; sights [B,4]: a, b, c of samples.sight (), and 1 if they hold."""

    def __init__(self, cover, sights, grid):
        a, b, c, _ = sights.float().T[:, :, None]
        self.cover, fine = cover, cover.shape[2]
        x, y = (cells(fine, cover.device) + 0.5).T / fine
        at = torch.stack([(a * x + b) * grid - 0.5, (a * y + c) * grid - 0.5], -1)
        at = at.clamp(0, grid - 1)
        shown = (1 - (at[:, :, None] - cells(grid, cover.device)).abs().clamp(max=1)).prod(-1)
        self.shown = shown.transpose(1, 2).unflatten(2, (fine, fine))
        self.known = {}

    def at(self, side):
        """-> how much of each block shows a position [B,T,blocks], bilinear, and the object's coverage there [B,T]"""
        if side not in self.known:
            near = F.adaptive_avg_pool2d(self.shown, side).flatten(2).transpose(1, 2)
            scale = near.square().sum(2, keepdim=True) / near.sum(2, keepdim=True).clamp(min=1e-6)
            cover = F.adaptive_avg_pool2d(self.cover, side).flatten(1)
            self.known[side] = near / scale.clamp(min=0.02), cover
        return self.known[side]


class Witness(nn.Module):
    def __init__(self, joint):
        super().__init__()
        self.thumb = nn.Linear(5 * WIDTH, 4 * THUMB ** 2)
        self.first = nn.Linear(WIDTH, 4 * THUMB_OF_FIRST ** 2)
        self.region = nn.Linear(WIDTH, 4 * REGION_SIDE ** 2)
        self.patch = nn.Linear(WIDTH, 4 * PATCH_DETAIL ** 2)
        sites = [m for n, m in joint.unet.named_modules() if n.endswith("attn2")]
        latents = joint.unet.config["in_channels"]
        self.local_sites = nn.ModuleList(nn.Linear(m.to_q.out_features, 1 + latents) for m in sites)
        self.text_sites = nn.ModuleList(nn.Linear(m.to_q.out_features // 2, 1 + latents) for m in sites)

    def read(self, words, local, seg, truth):
        """Losses of the words and local features, per concept: words [B,5,D], local [B,P,D], seg [B,P];
        truth [B,4,S,S] from samples.truth ()."""
        thumb = F.adaptive_avg_pool2d(truth, THUMB).flatten(1)
        first = F.adaptive_avg_pool2d(truth, THUMB_OF_FIRST).flatten(1)
        patches = blocks(truth, IMAGE["image_size"] // IMAGE["patch_size"], PATCH_DETAIL)
        off = (self.patch(local) - patches).square().mean(2)
        return {"thumb": (self.thumb(words.flatten(1)) - thumb).square().mean(),
                "first": (self.first(words[:, 0]) - first).square().mean(),
                "patches": (off * seg).sum() / seg.sum().clamp(min=1)}

    def regions(self, text, truth, told):
        """Loss of the padding, per scene: text [B,L,D], truth [B,4,S,S], told [B]: 1 if the padding describes the object."""
        off = self.region(text[:, -REGIONS:]) - blocks(truth, REGION_GRID, REGION_SIDE)
        return (off.square().mean((1, 2)) * told).sum() / told.sum().clamp(min=1)

    @staticmethod
    def said(sites, heard, z, cover, used):
        """Loss of the attention outputs. heard: per site (output [B,T,width], attention weights); z [B,C,H,W];
        cover [B,1,H,W]; used [B] in 0..1: each scene's weight."""
        truth, total = torch.cat([2 * cover, z * cover], 1), 0.0
        for site, (said, _) in zip(sites, heard):
            side = math.isqrt(said.shape[1])
            there = F.adaptive_avg_pool2d(truth, side).flatten(2).transpose(1, 2)
            total = total + ((site(said) - there).square().mean((1, 2)) * used).mean()
        return total / len(heard)


def looked_aside(heard, places, used, away=None):
    """Mean of -log of the share of attention on the right blocks: inside the object, those that show this position;
    outside it, those of `away` [B,blocks], if given."""
    total = 0.0
    for _, look in heard:
        near, inside = places.at(math.isqrt(look.shape[1]))
        error = -inside * ((look * near).sum(2) + 1e-3).log()
        if away is not None:
            error = error - (1 - inside) * ((look * away[:, None]).sum(2) + 1e-3).log()
        total = total + (error.mean(1) * used).mean()
    return total / len(heard)

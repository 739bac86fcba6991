# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Training only: linear maps must read the object off what the networks say of it, and cross attention must
look at what shows the right place.  Without them the U-Net learns first to ignore words and features, which say
nothing yet, and late or never to listen.

What is read, from where:
  five words            a 16x16 thumbnail of the object with its mask
  the first word        one of 8x8
  the prompt's padding  the last 16 rows of the text encoder's answer share the object out among them: each tells
                        one of 4x4 regions, in 4x4 pixels.  So a row's key can stand for a place and its value
                        for what is there, whether one word, five or a name spoke of the object
  a local feature       its patch, in 4x4 pixels
  cross attentions      what the text's first half of the heads, and the local branch before its gate, say at a
                        place: how far the object covers that place, and its latents there
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
    """Which of grid x grid blocks of the concept picture show each place of a scene.

    cover [B,1,H,W]: how far the object covers a place; sights [B,4]: from samples.sight ()."""

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
        """How much of each block shows a place [B,T,blocks], bilinear, and the share of the object there [B,T]."""
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
        """Of each concept: words [B,5,D], local [B,P,D], seg [B,P]; truth [B,4,S,S] from samples.truth ()."""
        thumb = F.adaptive_avg_pool2d(truth, THUMB).flatten(1)
        first = F.adaptive_avg_pool2d(truth, THUMB_OF_FIRST).flatten(1)
        patches = blocks(truth, IMAGE["image_size"] // IMAGE["patch_size"], PATCH_DETAIL)
        off = (self.patch(local) - patches).square().mean(2)
        return {"thumb": (self.thumb(words.flatten(1)) - thumb).square().mean(),
                "first": (self.first(words[:, 0]) - first).square().mean(),
                "patches": (off * seg).sum() / seg.sum().clamp(min=1)}

    def regions(self, text, truth, told):
        """Of each scene: text [B,L,D], truth [B,4,S,S], told [B]: 1 where the padding is to tell of the object."""
        off = self.region(text[:, -REGIONS:]) - blocks(truth, REGION_GRID, REGION_SIDE)
        return (off.square().mean((1, 2)) * told).sum() / told.sum().clamp(min=1)

    @staticmethod
    def said(sites, heard, z, cover, used):
        """heard: per site (said [B,T,width], look); z [B,C,H,W]; cover [B,1,H,W]; used [B] in 0..1."""
        truth, total = torch.cat([2 * cover, z * cover], 1), 0.0
        for site, (said, _) in zip(sites, heard):
            side = math.isqrt(said.shape[1])
            there = F.adaptive_avg_pool2d(truth, side).flatten(2).transpose(1, 2)
            total = total + ((site(said) - there).square().mean((1, 2)) * used).mean()
        return total / len(heard)


def looked_aside(heard, places, used, away=None):
    """Mean of -log of the share of attention on the right blocks: inside the object those that show this place
    of it, outside it those of `away` [B,blocks], if given."""
    total = 0.0
    for _, look in heard:
        near, inside = places.at(math.isqrt(look.shape[1]))
        error = -inside * ((look * near).sum(2) + 1e-3).log()
        if away is not None:
            error = error - (1 - inside) * ((look * away[:, None]).sum(2) + 1e-3).log()
        total = total + (error.mean(1) * used).mean()
    return total / len(heard)

# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The subject finder's network: finds the pixels of a picture's main object.

  Finder   picture and hint [N,4,128,128] -> logits [N,128,128]

The first three channels are the picture, stretched to a square, -1..1; the fourth is the user's rough outline, 1 inside
and 0 outside, or 0 everywhere if there is none.  The first convolution and each level halve the resolution; the lowest
level attends to all positions.  The last convolution outputs the 2x2 pixels of each position as four channels (torch's
pixel shuffle).  The names of the weights are those of the engine's graph.
"""

import torch
import torch.nn.functional as F
from torch import nn

CONFIG = {
    "_class_name": "SubjectFinder", "sample_size": 128, "in_channels": 4, "out_channels": 4,
    "block_out_channels": [32, 64, 96, 112], "norm_num_groups": 8,
}


def norm(width):
    return nn.GroupNorm(CONFIG["norm_num_groups"], width, eps=1e-5)


class Resnet(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.norm1, self.conv1 = norm(width), nn.Conv2d(width, width, 3, padding=1)
        self.norm2, self.conv2 = norm(width), nn.Conv2d(width, width, 3, padding=1)

    def forward(self, x):
        h = self.conv1(F.silu(self.norm1(x)))
        return x + self.conv2(F.silu(self.norm2(h)))


class Attention(nn.Module):
    """Single-head self-attention over all positions."""

    def __init__(self, width):
        super().__init__()
        self.group_norm = norm(width)
        self.to_q, self.to_k, self.to_v = (nn.Linear(width, width) for _ in range(3))
        self.to_out = nn.Linear(width, width)

    def forward(self, x):
        h = self.group_norm(x).flatten(2).transpose(1, 2)
        h = F.scaled_dot_product_attention(self.to_q(h)[:, None], self.to_k(h)[:, None], self.to_v(h)[:, None])[:, 0]
        return x + self.to_out(h).transpose(1, 2).view_as(x)


class Down(nn.Module):
    def __init__(self, wide_in, wide):
        super().__init__()
        self.conv, self.resnet = nn.Conv2d(wide_in, wide, 3, 2, 1), Resnet(wide)

    def forward(self, x):
        return self.resnet(self.conv(x))


class Up(nn.Module):
    """Upsamples by 2 and concatenates the skip connection of the same resolution."""

    def __init__(self, wide_in, wide):
        super().__init__()
        self.norm, self.conv = norm(wide_in + wide), nn.Conv2d(wide_in + wide, wide, 3, padding=1)

    def forward(self, x, seen):
        x = torch.cat([F.interpolate(x, scale_factor=2.0, mode="nearest"), seen], 1)
        return self.conv(F.silu(self.norm(x)))


class Finder(nn.Module):
    def __init__(self, config=None):
        super().__init__()
        config = config or CONFIG
        widths = config["block_out_channels"]
        self.conv_in = nn.Conv2d(config["in_channels"], widths[0], 3, 2, 1)
        self.resnet_in = Resnet(widths[0])
        self.down_blocks = nn.ModuleList(Down(a, b) for a, b in zip(widths, widths[1:]))
        self.attention = Attention(widths[-1])
        self.up_blocks = nn.ModuleList(Up(b, a) for a, b in reversed(list(zip(widths, widths[1:]))))
        self.norm_out = norm(widths[0])
        self.conv_out = nn.Conv2d(widths[0], config["out_channels"], 3, padding=1)

    def forward(self, x):
        seen = [self.resnet_in(self.conv_in(x))]
        for block in self.down_blocks:
            seen.append(block(seen[-1]))
        x = self.attention(seen.pop())
        for block in self.up_blocks:
            x = block(x, seen.pop())
        return F.pixel_shuffle(self.conv_out(F.silu(self.norm_out(x))), 2)[:, 0]

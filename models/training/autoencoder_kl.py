# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The encoder of Stable Diffusion's AutoencoderKL in PyTorch, with the key names of the weight file."""

import torch
import torch.nn.functional as F
from torch import nn


class Block(nn.Module):
    def __init__(self, wide_in, wide_out, groups):
        super().__init__()
        self.norm1 = nn.GroupNorm(groups, wide_in, eps=1e-6)
        self.conv1 = nn.Conv2d(wide_in, wide_out, 3, padding=1)
        self.norm2 = nn.GroupNorm(groups, wide_out, eps=1e-6)
        self.conv2 = nn.Conv2d(wide_out, wide_out, 3, padding=1)
        self.conv_shortcut = nn.Conv2d(wide_in, wide_out, 1) if wide_in != wide_out else None

    def forward(self, x):
        h = self.conv2(F.silu(self.norm2(self.conv1(F.silu(self.norm1(x))))))
        return h + (self.conv_shortcut(x) if self.conv_shortcut is not None else x)


class OneHead(nn.Module):
    def __init__(self, width, groups):
        super().__init__()
        self.group_norm = nn.GroupNorm(groups, width, eps=1e-6)
        self.to_q, self.to_k, self.to_v = (nn.Linear(width, width) for _ in range(3))
        self.to_out = nn.ModuleList([nn.Linear(width, width)])

    def forward(self, x):
        h = self.group_norm(x).flatten(2).transpose(1, 2)
        h = F.scaled_dot_product_attention(self.to_q(h), self.to_k(h), self.to_v(h))
        return x + self.to_out[0](h).transpose(1, 2).reshape(x.shape)


class Halve(nn.Module):
    """Convolution with stride 2, zero-padded at the bottom and the right only."""

    def __init__(self, width):
        super().__init__()
        self.conv = nn.Conv2d(width, width, 3, stride=2)

    def forward(self, x):
        return self.conv(F.pad(x, (0, 1, 0, 1)))


class Level(nn.Module):
    def __init__(self, wide_in, wide_out, layers, groups, halve):
        super().__init__()
        self.resnets = nn.ModuleList(Block(wide_in if j == 0 else wide_out, wide_out, groups)
                                     for j in range(layers))
        if halve:
            self.downsamplers = nn.ModuleList([Halve(wide_out)])

    def forward(self, x):
        for block in (*self.resnets, *getattr(self, "downsamplers", ())):
            x = block(x)
        return x


class Middle(nn.Module):
    def __init__(self, width, groups):
        super().__init__()
        self.resnets = nn.ModuleList(Block(width, width, groups) for _ in range(2))
        self.attentions = nn.ModuleList([OneHead(width, groups)])

    def forward(self, x):
        return self.resnets[1](self.attentions[0](self.resnets[0](x)))


class Encoder(nn.Module):
    def __init__(self, config):
        super().__init__()
        widths, groups = config["block_out_channels"], config["norm_num_groups"]
        last, layers = len(widths) - 1, config["layers_per_block"]
        self.conv_in = nn.Conv2d(config["in_channels"], widths[0], 3, padding=1)
        self.down_blocks = nn.ModuleList(
            Level(widths[max(i - 1, 0)], width, layers, groups, i < last)
            for i, width in enumerate(widths))
        self.mid_block = Middle(widths[-1], groups)
        self.conv_norm_out = nn.GroupNorm(groups, widths[-1], eps=1e-6)
        self.conv_out = nn.Conv2d(widths[-1], 2 * config["latent_channels"], 3, padding=1)

    def forward(self, x):
        x = self.conv_in(x)
        for level in self.down_blocks:
            x = level(x)
        return self.conv_out(F.silu(self.conv_norm_out(self.mid_block(x))))


class AutoencoderKL(nn.Module):
    """Pictures in -1..1 [B,3,H,W] -> latents sampled from the encoder's distribution, without the scaling factor."""

    def __init__(self, config):
        super().__init__()
        self.config = config
        self.encoder = Encoder(config)
        self.quant_conv = nn.Conv2d(*[2 * config["latent_channels"]] * 2, 1)

    def moments(self, image):
        """-> mean and logarithm of the variance"""
        mean, log = self.quant_conv(self.encoder(image)).chunk(2, 1)
        return mean, log.clamp(-30, 20)

    def encode(self, image):
        mean, log = self.moments(image)
        return mean + torch.exp(0.5 * log) * torch.randn_like(mean)

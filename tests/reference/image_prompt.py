# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""IP-Adapter in PyTorch, from the paper and its published files: image tokens of both kinds, and a U-Net with decoupled
attention to them.

Same conventions as networks.py: `w(name, shape)` returns weights in the precision to compute in.
"""

import math

import networks
import torch
from networks import gelu, layer_norm, linear, merge, split

HEAD = 64


def base(w, features, tokens, width):
    """CLIP's picture features [B,E] -> [B,tokens,width]"""
    x = linear(w, "image_proj.proj", features, tokens * width).reshape(len(features), tokens, width)
    return layer_norm(w, "image_proj.norm", x)


def plus(w, hidden, tokens, width, dim, inner, forward, depth):
    """Hidden states [B,1+P,E] of the penultimate layer -> [B,tokens,width]"""
    x = linear(w, "image_proj.proj_in", hidden, dim)
    latents = w("image_proj.latents", (1, tokens, dim)).expand(len(x), tokens, dim)
    heads = inner // HEAD
    for i in range(depth):
        name = f"image_proj.layers.{i}.0"
        seen, own = layer_norm(w, f"{name}.norm1", x), layer_norm(w, f"{name}.norm2", latents)
        q = split(linear(w, f"{name}.to_q", own, inner, bias=False), heads)
        k, v = (split(part, heads) for part in
                linear(w, f"{name}.to_kv", torch.cat([seen, own], 1), 2 * inner, bias=False).split(inner, -1))
        scale = HEAD ** -0.25   # applied to both q and k, as the authors do
        a = torch.softmax((q * scale) @ (k * scale).transpose(-1, -2), -1)
        latents = latents + linear(w, f"{name}.to_out", merge(a @ v), dim, bias=False)
        name = f"image_proj.layers.{i}.1"
        h = gelu(linear(w, f"{name}.1", layer_norm(w, f"{name}.0", latents), forward, bias=False))
        latents = latents + linear(w, f"{name}.3", h, dim, bias=False)
    return layer_norm(w, "image_proj.norm_out", linear(w, "image_proj.proj_out", latents, width))


def numbers(unet_config):
    """Name of each cross attention -> (its index among all attentions, in the order down, up, mid; its width)."""
    widths, layers, found = unet_config["block_out_channels"], unet_config["layers_per_block"], []
    for i, kind in enumerate(unet_config["down_block_types"]):
        found += [(f"down_blocks.{i}.attentions.{j}", widths[i]) for j in range(layers) if "CrossAttn" in kind]
    for i, kind in enumerate(unet_config["up_block_types"]):
        found += [(f"up_blocks.{i}.attentions.{j}", widths[-1 - i]) for j in range(layers + 1) if "CrossAttn" in kind]
    found.append(("mid_block.attentions.0", widths[-1]))
    return {f"{name}.transformer_blocks.0.attn2": (2 * place + 1, width) for place, (name, width) in enumerate(found)}


class Unet(networks.Unet):
    """images: [(tokens [B,T,D], scale [B])]; adapter: the weights of the image tokens' keys and values."""

    def __init__(self, w, config, adapter, images):
        super().__init__(w, {"use_linear_projection": False} | config)
        self.adapter, self.images, self.numbers = adapter, images, numbers(config)

    def cross_attention(self, name, x, context, concepts, heads):
        c = x.shape[-1]
        q = split(linear(self.w, f"{name}.to_q", x, c, bias=False), heads)
        k, v = (split(linear(self.w, f"{name}.to_{p}", context, c, bias=False), heads) for p in "kv")
        seen = networks.attend(q, k, v)
        for tokens, scale in self.images:
            k, v = (split(linear(self.adapter, f"ip_adapter.{self.numbers[name][0]}.to_{p}_ip", tokens, c, bias=False),
                          heads) for p in "kv")
            seen = seen + scale[:, None, None, None] * networks.attend(q, k, v)
        return linear(self.w, f"{name}.to_out.0", merge(seen), c)


# ---------------------------------------------------------------------------- files with random weights


def shapes(kind, unet_config, embed, tokens, dim=None, inner=None, depth=None):
    """Key -> shape of every tensor of a published file. kind: "base" or "plus"."""
    width = unet_config["cross_attention_dim"]
    norm = lambda name, n: {f"{name}.weight": (n,), f"{name}.bias": (n,)}   # noqa: E731
    if kind == "base":
        found = {"proj.weight": (tokens * width, embed), "proj.bias": (tokens * width,), **norm("norm", width)}
    else:
        found = {"latents": (1, tokens, dim), "proj_in.weight": (dim, embed), "proj_in.bias": (dim,),
                 "proj_out.weight": (width, dim), "proj_out.bias": (width,), **norm("norm_out", width)}
        for i in range(depth):
            at = f"layers.{i}"
            found |= {**norm(f"{at}.0.norm1", dim), **norm(f"{at}.0.norm2", dim), f"{at}.0.to_q.weight": (inner, dim),
                      f"{at}.0.to_kv.weight": (2 * inner, dim), f"{at}.0.to_out.weight": (dim, inner),
                      **norm(f"{at}.1.0", dim), f"{at}.1.1.weight": (4 * dim, dim), f"{at}.1.3.weight": (dim, 4 * dim)}
    found = {f"image_proj.{name}": shape for name, shape in found.items()}
    for number, channels in sorted(numbers(unet_config).values()):
        found |= {f"ip_adapter.{number}.to_{p}_ip.weight": (channels, width) for p in "kv"}
    return found


def random_weights(shapes, seed=1):
    """Key -> tensor. Norm weights are near one; matrices are scaled to keep the magnitude of their input."""
    generator, found = torch.Generator().manual_seed(seed), {}
    for name, shape in shapes.items():
        values = torch.randn(shape, generator=generator)
        if name.endswith("bias"):
            values = 0.1 * values
        elif len(shape) == 1:
            values = 1 + 0.1 * values
        elif len(shape) == 2:
            values = values / math.sqrt(shape[1])
        found[name] = values
    return found


def nested(state):
    """The form of the .bin files: one dictionary for each half."""
    return {half: {name[len(half) + 1:]: value for name, value in state.items() if name.startswith(half + ".")}
            for half in ("image_proj", "ip_adapter")}


class Weights:
    """The weights of a state dictionary by name, converted to a dtype."""

    def __init__(self, state, dtype):
        self.state, self.dtype = state, dtype

    def __call__(self, name, shape):
        assert tuple(self.state[name].shape) == tuple(shape), (name, self.state[name].shape, shape)
        return self.state[name].to(self.dtype)

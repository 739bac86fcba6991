# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Copies a trained model into one of other sizes, preserving its behaviour as far as possible.

  views    concept pictures twice as large with patches twice as large: each patch is averaged down to its old size
  heads    twice as many of half the width: queries are scaled so that the scores keep their magnitude on average
  width    of words and features: local features keep their values in the first columns, the only ones that the
           local keys and values read; the text encoder, its tokens, the words and their keys and values start
           from scratch
"""

import math

import torch

PATCH = "vision_model.embeddings.patch_embedding.weight"


def grow_image(new, old):
    """new, old: ImageEncoder"""
    weights = old.state_dict()
    wide = new.config["patch_size"] // old.config["patch_size"]
    if new.config["image_size"] // wide != old.config["image_size"]:
        raise SystemExit(f"image_size: expected {new.config['image_size'] // wide}, found {old.config['image_size']}")
    weights[PATCH] = weights[PATCH].repeat_interleave(wide, 2).repeat_interleave(wide, 3) / wide ** 2
    new.load_state_dict(weights)


def heads_of(config, name):
    """-> the number of heads of the attention that a key of the U-Net's state dict belongs to"""
    heads, part = config["attention_head_dim"], name.split(".")
    if part[0] == "mid_block":
        return heads[-1]
    return heads[int(part[1])] if part[0] == "down_blocks" else heads[-1 - int(part[1])]


def grow_unet(new, old):
    """new, old: UNet, equal except for heads and context; keys and values of another context width start from scratch."""
    weights = new.state_dict()
    for name, value in old.state_dict().items():
        if name.endswith("to_q.weight"):
            value = value * math.sqrt(heads_of(new.config, name) / heads_of(old.config, name))
        target = weights[name]
        if value.shape == target.shape:
            weights[name] = value
        elif ".local_" in name:
            weights[name] = torch.zeros_like(target)
            weights[name][:, :value.shape[1]] = value
    new.load_state_dict(weights)


def grow_local(new, old):
    """new, old: the local Mapper; the additional output columns start with small weights, so that they can be learned."""
    weights = new.state_dict()
    for name, value in old.state_dict().items():
        if value.shape != weights[name].shape:
            grown = weights[name] * 0.1
            grown[:len(value)] = value
            value = grown
        weights[name] = value
    new.load_state_dict(weights)


def grow_words(new, old):
    """new, old: the global Mapper; its last layers start from scratch if the words are wider."""
    weights = new.state_dict()
    weights.update({n: v for n, v in old.state_dict().items() if v.shape == weights[n].shape})
    new.load_state_dict(weights)


def grow(new, old):
    """new, old: Joint -> names of the parts that are unchanged or behave as before."""
    grow_image(new.image, old.image)
    grow_unet(new.unet, old.unet)
    grow_local(new.local_mapper, old.local_mapper)
    grow_words(new.global_mapper, old.global_mapper)
    kept = ["image", "unet", "local mapper"]
    if new.text.config == old.text.config:
        new.text.load_state_dict(old.text.state_dict())
        kept += ["text", "global mapper"]
    return kept

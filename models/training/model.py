# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""All networks that are trained jointly, and the construction of a context from a batch of prompts and concepts.

The U-Net's own K/V and the global mapper's "tuned" K/V share one tensor during training and
are written to both files on export; the local K/V are stored next to them in each attn2.
"""

import math

import numpy as np
import torch
from torch import nn

from configs import FEATURE_LAYERS, IMAGE, IMAGE_MEAN, IMAGE_STD, SCHEDULER, TEXT, UNET
from nets import Context, ImageEncoder, Mapper, TextEncoder, UNet

_MEAN = torch.tensor(IMAGE_MEAN).view(3, 1, 1)
_STD = torch.tensor(IMAGE_STD).view(3, 1, 1)
GRID = IMAGE["image_size"] // IMAGE["patch_size"]


def alphas():
    b = torch.linspace(SCHEDULER["beta_start"] ** 0.5, SCHEDULER["beta_end"] ** 0.5, 1000,
                       dtype=torch.float64) ** 2
    return torch.cumprod(1 - b, 0)


def concept_tensors(views, masks, patch=IMAGE["patch_size"]):
    """uint8 views [B,S,S,3] and masks [B,S,S] -> clip, obj [B,3,S,S], seg [B,P] of the encoder's patches."""
    views, masks = torch.as_tensor(views), torch.as_tensor(masks)
    clip = views.permute(0, 3, 1, 2).float() / 255
    seg = masks[:, ::patch, ::patch].float().flatten(1)
    obj = clip * masks[:, None]
    return (clip - _MEAN) / _STD, (obj - _MEAN) / _STD, seg


def put_words(embeddings, words, index, count):
    """Replaces row index[b] with the first count[b] words, shifting the tail right (methods 2.5).

    embeddings [B,L,D], words [B,5,D]; index -1 leaves a prompt unchanged."""
    length = embeddings.shape[1]
    place = torch.arange(length, device=embeddings.device).expand(len(embeddings), -1)
    index, count = index[:, None], count[:, None]
    source = torch.where(place >= index + count, place - count + 1, place)
    source = torch.where(index < 0, place, source).clamp(max=length - 1)
    moved = embeddings.gather(1, source[..., None].expand_as(embeddings))
    inside = (index >= 0) & (place >= index) & (place < index + count)
    which = (place - index).clamp(0, 4)[..., None].expand_as(embeddings)
    return torch.where(inside[..., None], words.gather(1, which), moved)


def waves():
    """-> position encoding of the concept's patches [P,16]: sines and cosines of four wavelengths per axis"""
    at = math.pi * (torch.arange(GRID) + 0.5) / GRID
    axis = torch.stack([f(k * at) for k in (0.5, 1, 2, 4) for f in (torch.sin, torch.cos)], 1)
    return torch.cat([axis[None].expand(GRID, -1, -1), axis[:, None].expand(-1, GRID, -1)],
                     -1).flatten(0, 1)


class Joint(nn.Module):
    def __init__(self, unet=UNET, image=IMAGE, text=TEXT):
        super().__init__()
        self.text = TextEncoder(text)
        self.image = ImageEncoder(image)
        self.global_mapper = Mapper(image["hidden_size"], text["hidden_size"])
        self.local_mapper = Mapper(image["hidden_size"], text["hidden_size"])
        self.unet = UNet(unet)

    def initialise(self):
        for p in (self.text.text_model.embeddings, self.image.vision_model.embeddings):
            nn.init.normal_(p.position_embedding.weight, std=0.1)
        nn.init.normal_(self.text.text_model.embeddings.token_embedding.weight, std=0.2)
        nn.init.normal_(self.image.vision_model.embeddings.class_embedding, std=0.1)
        places = self.image.vision_model.embeddings.position_embedding.weight
        with torch.no_grad():
            places[1:, -32:] += 0.6 * waves().repeat(1, 2)
        for name, m in self.unet.named_modules():
            if name.endswith(("proj_out", "conv2", "conv_out")):
                nn.init.zeros_(m.weight)
                nn.init.zeros_(m.bias)
        for m in (*self.text.modules(), *self.image.modules()):
            if isinstance(m, nn.Linear):
                nn.init.xavier_uniform_(m.weight)
                nn.init.zeros_(m.bias)
        return self

    def encode_concept(self, clip, obj, seg):
        """-> words [B,5,D], local [B,P,D]"""
        states = self.image(torch.cat([clip, obj]))
        n = len(clip)
        words = self.global_mapper.words([states[i][:n] for i in FEATURE_LAYERS])
        return words, self.local_mapper.local([states[i][n:] for i in FEATURE_LAYERS], seg)

    def context(self, ids, words=None, local=None, index=None, count=None, lam=None, heard=None):
        """Prompts -> the Context of every cross attention; index: position of the placeholder, -1 without one."""
        embeddings = self.text.embed(ids)
        if words is not None:
            embeddings = put_words(embeddings, words, index, count)
        at = None if local is None else index.clamp(min=0)
        return Context(self.text(embeddings), local, at, lam, heard)


def elite_files(joint):
    """-> (U-Net state dict, global mapper file, local mapper file) with the published keys."""
    unet = {k: v for k, v in joint.unet.state_dict().items() if ".local_" not in k}
    mappers = [dict(m.state_dict()) for m in (joint.global_mapper, joint.local_mapper)]
    for name, m in joint.unet.named_modules():
        if name.endswith("attn2"):
            site = name.replace(".", "_")
            mappers[0][f"{site}_to_k.weight"] = m.to_k.weight
            mappers[0][f"{site}_to_v.weight"] = m.to_v.weight
            mappers[1][f"{site}_to_k.weight"] = m.local_k.weight
            mappers[1][f"{site}_to_v.weight"] = m.local_v.weight
    return unet, *mappers

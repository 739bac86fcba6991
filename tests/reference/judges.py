# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The judges again, with PIL and PyTorch: from files to unit vectors; pictures are prepared as in the authors' scripts.

Written from the published descriptions, as the reference for `personalize score`.
"""

import os

import networks
import numpy as np
import safetensors_file
import torch
from PIL import Image

MEANS = {"clip": ((0.48145466, 0.4578275, 0.40821073), (0.26862954, 0.26130258, 0.27577711)),
         "dino": ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))}


def prepare(path, kind, side, mask=None):
    """[1,3,side,side]: the shortest side resized with PIL, centre-cropped, normalised. mask: a file; the picture is black
    outside it."""
    picture = Image.open(path).convert("RGB")
    if mask is not None:
        inside = np.asarray(Image.open(mask).convert("L")) > 0
        picture = Image.fromarray(np.asarray(picture) * inside[..., None].astype(np.uint8))
    short = side if kind == "clip" else side * 256 // 224
    width, height = picture.size
    size = (short, int(short * height / width)) if width <= height else (int(short * width / height), short)
    picture = picture.resize(size, Image.Resampling.BICUBIC)
    left, top = (round((n - side) / 2) for n in picture.size)
    x = torch.from_numpy(np.asarray(picture.crop((left, top, left + side, top + side)), np.float32) / 255)
    mean, deviation = (torch.tensor(values) for values in MEANS[kind])
    return ((x - mean) / deviation).permute(2, 0, 1)[None]


class Judge:
    def __init__(self, folder, kind, config):
        tensors = safetensors_file.read(os.path.join(folder, "model.safetensors"))
        self.kind, self.config = kind, config
        self.w = lambda name, shape: torch.from_numpy(np.array(tensors[name], np.float32)).reshape(shape)

    def see(self, path, mask=None):
        side = (self.config if self.kind == "dino" else self.config["vision_config"])["image_size"]
        run = networks.vit if self.kind == "dino" else networks.clip_image_features
        x = run(self.w, self.config, prepare(path, self.kind, side, mask))[0]
        return (x / x.norm()).double().numpy()

    def read(self, ids):
        """ids: including the start and end tokens."""
        x = networks.clip_text_features(self.w, self.config, torch.tensor([ids]), [len(ids) - 1])[0]
        return (x / x.norm()).double().numpy()

# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The two included judges in PyTorch, with the key names of Hugging Face's folders.

  CLIP, Clip   CLIP's two encoders and their projection matrices; config.json and network
  DINO, Vit    DINO's vision transformer; config.json and network
  cut(pictures, resize)   the centre crop of pictures that a judge sees (models/tasks/judge.c)

The networks take pictures in 0..1, [N,3,SIDE,SIDE], and normalise them with their own mean and standard deviation.
"""

import torch
import torch.nn.functional as F
from torch import nn

from configs import IMAGE_MEAN, IMAGE_STD, TOKENS, VOCABULARY
from nets import ImageEncoder, TextEncoder, look, merge_heads, split_heads

SIDE, PATCH = 96, 16
NATURAL_MEAN, NATURAL_STD = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]

CLIP = {
    "architectures": ["CLIPModel"],
    "model_type": "clip",
    "projection_dim": 96,
    "logit_scale_init_value": 2.6592,
    "text_config": {
        "model_type": "clip_text_model",
        "vocab_size": VOCABULARY,
        "hidden_size": 96,
        "intermediate_size": 384,
        "projection_dim": 96,
        "num_hidden_layers": 3,
        "num_attention_heads": 3,
        "max_position_embeddings": TOKENS,
        "hidden_act": "quick_gelu",
        "layer_norm_eps": 1e-5,
        "bos_token_id": VOCABULARY - 2,
        "eos_token_id": VOCABULARY - 1,
        "pad_token_id": VOCABULARY - 1,
    },
    "vision_config": {
        "model_type": "clip_vision_model",
        "hidden_size": 128,
        "intermediate_size": 512,
        "projection_dim": 96,
        "num_hidden_layers": 5,
        "num_attention_heads": 4,
        "num_channels": 3,
        "image_size": SIDE,
        "patch_size": PATCH,
        "hidden_act": "quick_gelu",
        "layer_norm_eps": 1e-5,
    },
}

DINO = {
    "architectures": ["ViTModel"],
    "model_type": "vit",
    "hidden_size": 128,
    "intermediate_size": 512,
    "num_hidden_layers": 6,
    "num_attention_heads": 4,
    "num_channels": 3,
    "image_size": SIDE,
    "patch_size": PATCH,
    "hidden_act": "gelu",
    "layer_norm_eps": 1e-6,
    "qkv_bias": True,
}


def cut(pictures, resize):
    """Square pictures [N,3,H,H] in 0..1 -> [N,3,SIDE,SIDE], resized and centre-cropped as in the engine."""
    x = F.interpolate(pictures, size=(resize, resize), mode="bicubic", antialias=True).clamp(0, 1)
    at = round((resize - SIDE) / 2)
    return x[:, :, at:at + SIDE, at:at + SIDE]


def normalised(x, mean, deviation):
    return (x - torch.tensor(mean).view(3, 1, 1)) / torch.tensor(deviation).view(3, 1, 1)


class Clip(TextEncoder):
    """Pictures and texts -> unit vectors [N,96]."""

    def __init__(self, config=CLIP):
        super().__init__(config["text_config"])
        vision, width = config["vision_config"], config["projection_dim"]
        self.vision_model = ImageEncoder(vision).vision_model
        self.visual_projection = nn.Linear(vision["hidden_size"], width, bias=False)
        self.text_projection = nn.Linear(self.config["hidden_size"], width, bias=False)
        self.logit_scale = nn.Parameter(torch.tensor(config["logit_scale_init_value"]))
        for embedding in (self.text_model.embeddings.token_embedding, self.text_model.embeddings.position_embedding,
                          self.vision_model.embeddings.position_embedding):
            nn.init.normal_(embedding.weight, std=0.02)

    def see(self, pictures):
        states = ImageEncoder.forward(self, normalised(pictures, IMAGE_MEAN, IMAGE_STD))
        return F.normalize(self.visual_projection(self.vision_model.post_layernorm(states[-1][:, 0])).float())

    def read(self, ids, ends):
        told = self(self.embed(ids))
        return F.normalize(self.text_projection(told[torch.arange(len(ids)), ends]).float())


class VitEmbeddings(nn.Module):
    def __init__(self, config):
        super().__init__()
        width, patch = config["hidden_size"], config["patch_size"]
        self.cls_token = nn.Parameter(torch.zeros(1, 1, width))
        self.position_embeddings = nn.Parameter(0.02 * torch.randn(1, (config["image_size"] // patch) ** 2 + 1, width))
        self.patch_embeddings = nn.ModuleDict({"projection": nn.Conv2d(3, width, patch, patch)})

    def forward(self, pixels):
        x = self.patch_embeddings["projection"](pixels).flatten(2).transpose(1, 2)
        return torch.cat([self.cls_token.expand(len(x), -1, -1), x], 1) + self.position_embeddings


class VitLayer(nn.Module):
    def __init__(self, config):
        super().__init__()
        width, inner, eps = config["hidden_size"], config["intermediate_size"], config["layer_norm_eps"]
        self.heads = config["num_attention_heads"]
        self.attention = nn.ModuleDict({
            "attention": nn.ModuleDict({name: nn.Linear(width, width) for name in ("query", "key", "value")}),
            "output": nn.ModuleDict({"dense": nn.Linear(width, width)})})
        self.layernorm_before, self.layernorm_after = nn.LayerNorm(width, eps), nn.LayerNorm(width, eps)
        self.intermediate = nn.ModuleDict({"dense": nn.Linear(width, inner)})
        self.output = nn.ModuleDict({"dense": nn.Linear(inner, width)})

    def forward(self, x):
        normed, part = self.layernorm_before(x), self.attention["attention"]
        q, k, v = (split_heads(part[name](normed), self.heads) for name in ("query", "key", "value"))
        x = x + self.attention["output"]["dense"](merge_heads(look(q, k) @ v))
        return x + self.output["dense"](F.gelu(self.intermediate["dense"](self.layernorm_after(x))))


class Vit(nn.Module):
    """Pictures -> unit vectors [N,128] of the class token."""

    def __init__(self, config=DINO):
        super().__init__()
        self.embeddings = VitEmbeddings(config)
        layers = (VitLayer(config) for _ in range(config["num_hidden_layers"]))
        self.encoder = nn.ModuleDict({"layer": nn.ModuleList(layers)})
        self.layernorm = nn.LayerNorm(config["hidden_size"], config["layer_norm_eps"])

    def see(self, pictures):
        x = self.embeddings(normalised(pictures, NATURAL_MEAN, NATURAL_STD))
        for layer in self.encoder["layer"]:
            x = layer(x)
        return F.normalize(self.layernorm(x[:, 0]).float())

    forward = see

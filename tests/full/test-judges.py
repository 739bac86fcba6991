# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The judge networks at full size with random weights, in their authors' file formats: CLIP ViT-B/32 and ViT-L/14 as OpenAI's
TorchScript in f16, DINO ViT-S/16 as the hub's state dictionary; compared with PyTorch. Takes minutes and 4 GiB of memory.

Usage: test-judges.py PERSONALIZE FOLDER [NAME_PART]
If PZ_CLIP_WEIGHTS names a folder with OpenAI's ViT-B-32.pt and with CLIP.png of CLIP's repository, the example of CLIP's README
is tested too.
"""

import json
import math
import os
import subprocess
import sys
import tempfile
import zlib

HERE = os.path.dirname(os.path.abspath(__file__))
for folder in ("cli", "reference"):
    sys.path.insert(0, os.path.join(HERE, "..", folder))
from tap import Skip, run, test  # noqa: E402

try:
    import torch

    import clip_layouts
    import compare_model
    import networks
except ImportError:
    torch = None

EXE, FOLDER = sys.argv[1:3]
LIMITS = {"f16": 5e-3, "f32": 2e-5}


def text(width):
    return {"vocab_size": 49408, "hidden_size": width, "intermediate_size": 4 * width, "num_hidden_layers": 12,
            "num_attention_heads": width // 64, "max_position_embeddings": 77, "hidden_act": "quick_gelu",
            "layer_norm_eps": 1e-5}


def vision(width, layers, patch, act="quick_gelu", eps=1e-5):
    return {"hidden_size": width, "intermediate_size": 4 * width, "num_hidden_layers": layers,
            "num_attention_heads": width // 64, "image_size": 224, "patch_size": patch, "hidden_act": act,
            "layer_norm_eps": eps}


CLIPS = {"ViT-B/32": {"projection_dim": 512, "text_config": text(512), "vision_config": vision(768, 12, 32)},
         "ViT-L/14": {"projection_dim": 768, "text_config": text(768), "vision_config": vision(1024, 24, 14)}}
DINO = vision(384, 12, 16, "gelu", 1e-6)


class Weights:
    """Makes a random weight when it is first requested, rounded to f16 and scaled so that activations keep unit scale."""

    def __init__(self):
        self.tensors = {}

    def __call__(self, name, shape):
        if name not in self.tensors:
            x = torch.randn(shape, generator=torch.Generator().manual_seed(zlib.crc32(name.encode())))
            if len(shape) > 1 and "embedding.weight" not in name:
                x = x / torch.tensor(shape[1:]).prod().sqrt()
            elif "norm" in name and name.endswith("weight"):
                x = 1 + 0.2 * x
            elif len(shape) == 1:
                x = 0.2 * x
            self.tensors[name] = x.half()
        return self.tensors[name].float()


def compare(place, case):
    errors = {}
    for mode, flags in (("f16", []), ("f32", ["--f32"])):
        ours = compare_model.run(EXE, place, case, "--repeat", "1", *flags)
        errors[mode] = compare_model.relative_error(ours.tensors, case.answer())
        print(f"# {case.network} {mode}: relative error {errors[mode]:.2e}, {ours.said}", flush=True)
    assert all(errors[mode] <= LIMITS[mode] for mode in LIMITS), errors


def need_torch():
    if torch is None:
        raise Skip("no PyTorch here")
    torch.set_grad_enabled(False)


def check_clip(name):
    need_torch()
    config, w = CLIPS[name], Weights()
    generator = torch.Generator().manual_seed(5)
    ids = torch.randint(0, 49406, (2, 77), generator=generator)
    pixels = torch.randn(2, 3, 224, 224, generator=generator)
    ends = [9, 76]
    of_text = networks.clip_text_features(w, config, ids, ends)
    of_image = networks.clip_image_features(w, config, pixels)
    with tempfile.TemporaryDirectory(dir=FOLDER) as scratch:
        path = os.path.join(scratch, name.replace("/", "-") + ".pt")
        clip_layouts.save_script(clip_layouts.open_ai_whole(w.tensors), path)
        compare(path, compare_model.Case("clip_text", {"input_ids": ids, "ends": torch.tensor([[9, 77 + 76]])},
                                         lambda: {"features": of_text}))
        compare(path, compare_model.Case("clip_image", {"pixel_values": pixels}, lambda: {"features": of_image}))


@test
def clip_b():
    """CLIP ViT-B/32, both towers, equals PyTorch's"""
    check_clip("ViT-B/32")


@test
def clip_l():
    """CLIP ViT-L/14, both towers, equals PyTorch's"""
    check_clip("ViT-L/14")


@test
def dino():
    """DINO ViT-S/16 equals PyTorch's"""
    need_torch()
    w = Weights()
    pixels = torch.randn(2, 3, 224, 224, generator=torch.Generator().manual_seed(6))
    expected = networks.vit(w, DINO, pixels)
    with tempfile.TemporaryDirectory(dir=FOLDER) as scratch:
        path = os.path.join(scratch, "dino_deitsmall16_pretrain.pth")
        torch.save(clip_layouts.dino(w.tensors), path)
        compare(path, compare_model.Case("dino", {"pixel_values": pixels}, lambda: {"features": expected}))


@test
def published_example():
    """CLIP's own example: a diagram, a dog, a cat"""
    place = os.environ.get("PZ_CLIP_WEIGHTS")
    if not place:
        raise Skip("no PZ_CLIP_WEIGHTS")
    picture, logits = os.path.join(place, "CLIP.png"), []
    for prompt in ("a diagram", "a dog", "a cat"):
        told = subprocess.run([EXE, "score", picture, "--reference", picture, "--prompt", prompt, "--dino", "none", "--clip",
                               os.path.join(place, "ViT-B-32.pt"), "--f32", "--json"], capture_output=True, text=True,
                              check=True)
        logits.append(100 * json.loads(told.stdout)["scores"]["clip_t"]["mean"])
    chances = [math.exp(x - max(logits)) for x in logits]
    for chance, said in zip(chances, (0.9927937, 0.00421068, 0.00299572)):
        assert abs(chance / sum(chances) - said) < 1e-3, (chances, said)


run(sys.argv[3] if len(sys.argv) > 3 else None)

# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""CLIP and DINO as judges, in the file formats in use: files written by PyTorch, in every layout, must give the same bits as
Hugging Face's folder with safetensors; other files are rejected with an error that names them.

Usage: test-judge-files.py PERSONALIZE SOURCE_ROOT [NAME_PART]
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile

import numpy as np

EXE, ROOT = sys.argv[1:3]
sys.path[:0] = [os.path.join(ROOT, "tests", folder) for folder in ("cli", "reference")]

import safetensors_file  # noqa: E402
from tap import Skip, run, test  # noqa: E402

DATA = os.path.join(ROOT, "tests/nets/data")
SCRATCH = tempfile.mkdtemp(prefix="pz-judges-")
# Heads are 64 wide, because tensor shapes do not give the width of a head. The vocabulary is CLIP's own.
CLIP = {
    "model_type": "clip", "projection_dim": 24,
    "text_config": {"vocab_size": 49408, "hidden_size": 64, "intermediate_size": 96, "num_hidden_layers": 2,
                    "num_attention_heads": 1, "max_position_embeddings": 9},
    "vision_config": {"hidden_size": 128, "intermediate_size": 160, "num_hidden_layers": 2, "num_attention_heads": 2,
                      "image_size": 28, "patch_size": 7},
}
DINO = {"model_type": "vit", "hidden_size": 128, "intermediate_size": 160, "num_hidden_layers": 2,
        "num_attention_heads": 2, "image_size": 28, "patch_size": 7, "layer_norm_eps": 1e-6}


def need_torch():
    try:
        import torch
    except ImportError:
        raise Skip("no PyTorch here") from None
    return torch


def random(rng, *shape):
    return (0.1 * rng.standard_normal(shape)).astype(np.float32)


def layer(rng, names, name, width, mlp):
    shapes = ((width, width),) * 4 + ((mlp, width), (width, mlp), (width,), (width,))
    return {f"{name}.{part}.{end}": random(rng, *(shape if end == "weight" else shape[:1]))
            for part, shape in zip(names, shapes) for end in ("weight", "bias")}


CLIP_PARTS = ("self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj", "self_attn.out_proj", "mlp.fc1", "mlp.fc2",
              "layer_norm1", "layer_norm2")
VIT_PARTS = ("attention.attention.query", "attention.attention.key", "attention.attention.value",
             "attention.output.dense", "intermediate.dense", "output.dense", "layernorm_before", "layernorm_after")


def clip_state():
    rng = np.random.default_rng(1)
    text, vision, p = CLIP["text_config"], CLIP["vision_config"], CLIP["projection_dim"]
    width, wide = text["hidden_size"], vision["hidden_size"]
    state = {"text_model.embeddings.token_embedding.weight": random(rng, text["vocab_size"], width),
             "text_model.embeddings.position_embedding.weight": random(rng, 9, width),
             "vision_model.embeddings.class_embedding": random(rng, wide),
             "vision_model.embeddings.patch_embedding.weight": random(rng, wide, 3, 7, 7),
             "vision_model.embeddings.position_embedding.weight": random(rng, 17, wide),
             "visual_projection.weight": random(rng, p, wide), "text_projection.weight": random(rng, p, width)}
    for name, size in (("text_model.final_layer_norm", width), ("vision_model.pre_layrnorm", wide),
                       ("vision_model.post_layernorm", wide)):
        state |= {f"{name}.{end}": random(rng, size) for end in ("weight", "bias")}
    for tower, config in (("text_model", text), ("vision_model", vision)):
        for i in range(config["num_hidden_layers"]):
            state |= layer(rng, CLIP_PARTS, f"{tower}.encoder.layers.{i}", config["hidden_size"],
                           config["intermediate_size"])
    return state


def dino_state():
    rng, width = np.random.default_rng(2), DINO["hidden_size"]
    state = {"embeddings.cls_token": random(rng, 1, 1, width),
             "embeddings.position_embeddings": random(rng, 1, 17, width),
             "embeddings.patch_embeddings.projection.weight": random(rng, width, 3, 7, 7),
             "embeddings.patch_embeddings.projection.bias": random(rng, width)}
    for i in range(DINO["num_hidden_layers"]):
        state |= layer(rng, VIT_PARTS, f"encoder.layer.{i}", width, DINO["intermediate_size"])
    return state | {f"layernorm.{end}": random(rng, width) for end in ("weight", "bias")}


def folder(config, save):
    """A folder with that config.json. save: writes the weights into the folder that it is given."""
    place = tempfile.mkdtemp(dir=SCRATCH)
    with open(os.path.join(place, "config.json"), "w", encoding="utf-8") as f:
        json.dump(config, f)
    save(place)
    return place


def call(network, place):
    case = os.path.join(SCRATCH, f"{network}.safetensors")
    if not os.path.exists(case):
        rng = np.random.default_rng(3)
        pixels = rng.standard_normal((2, 3, 28, 28)).astype(np.float32)
        ids = rng.integers(0, 49408, (2, 7)).astype(np.int32)
        safetensors_file.write(case, {"input_ids": ids, "ends": np.array([[3, 13]], np.int32)}
                               if network == "clip_text" else {"pixel_values": pixels})
    out = os.path.join(SCRATCH, "out.safetensors")
    done = subprocess.run([EXE, "module", network, "--model", place, "--in", case, "--out", out, "--force", "--f32"],
                          capture_output=True, text=True, timeout=300)
    return done, out


def features(network, place):
    done, out = call(network, place)
    assert done.returncode == 0, (network, place, done.stderr)
    with open(out, "rb") as f:
        return f.read()


def plain(config, state):
    return folder(config, lambda place: safetensors_file.write(os.path.join(place, "model.safetensors"), state))


@test
def clip_layouts_agree():
    """CLIP as Hugging Face's folder and OpenAI's archive, state and half-precision archive, gives the same bits"""
    torch = need_torch()
    import clip_layouts
    state = clip_state()
    tensors = {n: torch.from_numpy(t) for n, t in state.items()}
    places = [plain(CLIP, state),
              folder(CLIP, lambda place: torch.save(tensors, os.path.join(place, "pytorch_model.bin")))]
    for what in ("archive", "state"):
        path = os.path.join(SCRATCH, f"ViT-{what}.pt")
        if what == "archive":
            clip_layouts.save_script(clip_layouts.open_ai_whole(tensors), path)
        else:
            torch.save(clip_layouts.open_ai_whole(tensors), path)
        places.append(path)
    for network in ("clip_text", "clip_image"):
        answers = {place: features(network, place) for place in places}
        assert len(set(answers.values())) == 1, (network, list(answers))
    # OpenAI's own files are in f16
    half = {n: t.half() for n, t in tensors.items()}
    path = os.path.join(SCRATCH, "ViT-half.pt")
    clip_layouts.save_script(clip_layouts.open_ai_whole(half), path)
    rounded = plain(CLIP, {n: t.numpy() for n, t in half.items()})
    for network in ("clip_text", "clip_image"):
        assert features(network, path) == features(network, rounded), network


@test
def dino_layouts_agree():
    """DINO as Hugging Face's folder, inside a classifier, and as its authors' file gives the same bits"""
    torch = need_torch()
    import clip_layouts
    state = dino_state()
    tensors = {n: torch.from_numpy(t) for n, t in state.items()}
    path = os.path.join(SCRATCH, "dino_deitsmall16_pretrain.pth")
    torch.save(clip_layouts.dino(tensors), path)
    inside = {f"vit.{n}": t for n, t in state.items()}
    places = [plain(DINO, state), plain(DINO, inside), path]
    assert len({features("dino", place) for place in places}) == 1


@test
def published_names():
    """the authors' names of both are the published ones"""
    need_torch()
    import clip_layouts
    import torch
    clip = set(clip_layouts.open_ai_whole({n: torch.from_numpy(t) for n, t in clip_state().items()}))
    for name in ("visual.proj", "visual.conv1.weight", "visual.class_embedding", "visual.positional_embedding",
                 "visual.transformer.resblocks.1.attn.in_proj_weight", "transformer.resblocks.1.mlp.c_fc.bias",
                 "transformer.resblocks.0.attn.in_proj_bias", "token_embedding.weight", "positional_embedding",
                 "ln_final.weight", "text_projection", "logit_scale"):
        assert name in clip, name
    dino = set(clip_layouts.dino({n: torch.from_numpy(t) for n, t in dino_state().items()}))
    for name in ("cls_token", "pos_embed", "patch_embed.proj.weight", "blocks.1.attn.qkv.bias", "blocks.0.norm1.weight",
                 "blocks.0.attn.proj.weight", "blocks.0.mlp.fc2.weight", "norm.bias"):
        assert name in dino, name


@test
def refusals():
    """what is no judge is refused in one sentence with the place and what is missing"""
    clip, dino = clip_state(), dino_state()
    few = clip | {"text_model.embeddings.token_embedding.weight": random(np.random.default_rng(0), 100, 64)}
    small = dict(CLIP, text_config=dict(CLIP["text_config"], vocab_size=100))
    vision_alone = {n: t for n, t in clip.items() if n.startswith("vision")}
    alone = os.path.join(SCRATCH, "alone.safetensors")
    safetensors_file.write(alone, vision_alone)
    for network, place, words in (
            ("clip_text", os.path.join(SCRATCH, "nowhere"), ("nowhere",)),
            ("clip_text", folder(CLIP, lambda place: None), ("model.safetensors", "none")),
            ("clip_text", plain({k: v for k, v in CLIP.items() if k != "text_config"}, clip), ("text_config",)),
            ("clip_text", plain({k: v for k, v in CLIP.items() if k != "vision_config"}, clip), ("vision_config",)),
            ("clip_text", plain(small, few), ("49408", "100")),
            ("clip_text", plain(DINO, dino), ("model_type", "vit", "clip")),
            ("clip_text", alone, ("alone.safetensors", "token_embedding")),
            ("clip_image", plain(dict(CLIP, projection_dim=0), clip), ("projection_dim",)),
            ("clip_image", plain(CLIP, {n: t for n, t in clip.items() if n != "visual_projection.weight"}),
             ("visual_projection.weight", "no such tensor")),
            ("dino", plain(CLIP, clip), ("model_type", "clip")),
            ("dino", alone, ("alone.safetensors", "patch_embed")),
            ("dino", plain(dict(DINO, qkv_bias=False), dino), ("qkv_bias",))):
        done, _ = call(network, place)
        assert done.returncode == 1 and done.stderr.count("\n") == 1, (network, words, done)
        for word in words:
            assert word in done.stderr, (word, done.stderr)


try:
    run(sys.argv[3] if len(sys.argv) > 3 else None)
finally:
    shutil.rmtree(SCRATCH, ignore_errors=True)

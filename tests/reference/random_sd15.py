#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes a full-size Stable Diffusion 1.5 with random weights: as a folder in the diffusers layout, together with CLIP
ViT-L/14's vision tower and ELITE's mappers, and on request as one file in the LDM layout.

Speed, memory and numerical parity do not depend on the values of the weights, so this replaces the real checkpoint. Weights are
normal, scaled by fan-in so that activations keep unit scale. The single file of seed 0 is the one that other programs made the
golden picture with. --outliers makes some channels and some heads as loud as in trained networks: activations near 2e4,
attention logits beyond 1e5. --guidance-embedding N adds LCM's guidance embedding of width N to the U-Net. --second writes only
a text encoder and a U-Net of the second family: OpenCLIP ViT-H/14's, of whose 24 layers 23 are used, and 2.1's. --huge-vision
writes only CLIP ViT-H/14's vision tower.
Usage: random_sd15.py [FOLDER] [--single FILE] [--seed N] [--outliers] [--guidance-embedding N] [--second] [--huge-vision]
"""

import argparse
import json
import math
import os
import re
import struct
from typing import NamedTuple

import numpy as np

CONFIGS = {
    "text_encoder": {
        "architectures": ["CLIPTextModel"], "model_type": "clip_text_model", "vocab_size": 49408,
        "hidden_size": 768, "intermediate_size": 3072, "num_hidden_layers": 12, "num_attention_heads": 12,
        "max_position_embeddings": 77, "hidden_act": "quick_gelu", "layer_norm_eps": 1e-5,
    },
    "image_encoder": {
        "architectures": ["CLIPVisionModel"], "model_type": "clip_vision_model", "hidden_size": 1024,
        "intermediate_size": 4096, "num_hidden_layers": 24, "num_attention_heads": 16, "num_channels": 3,
        "image_size": 224, "patch_size": 14, "hidden_act": "quick_gelu", "layer_norm_eps": 1e-5,
    },
    "unet": {
        "_class_name": "UNet2DConditionModel", "sample_size": 64, "in_channels": 4, "out_channels": 4,
        "center_input_sample": False, "flip_sin_to_cos": True, "freq_shift": 0,
        "down_block_types": ["CrossAttnDownBlock2D"] * 3 + ["DownBlock2D"],
        "mid_block_type": "UNetMidBlock2DCrossAttn",
        "up_block_types": ["UpBlock2D"] + ["CrossAttnUpBlock2D"] * 3,
        "block_out_channels": [320, 640, 1280, 1280], "layers_per_block": 2, "downsample_padding": 1,
        "act_fn": "silu", "norm_num_groups": 32, "norm_eps": 1e-5, "cross_attention_dim": 768,
        "attention_head_dim": 8,
    },
    "vae": {
        "_class_name": "AutoencoderKL", "in_channels": 3, "out_channels": 3, "latent_channels": 4,
        "down_block_types": ["DownEncoderBlock2D"] * 4, "up_block_types": ["UpDecoderBlock2D"] * 4,
        "block_out_channels": [128, 256, 512, 512], "layers_per_block": 2, "act_fn": "silu",
        "norm_num_groups": 32, "sample_size": 512, "scaling_factor": 0.18215,
    },
}
SECOND_TEXT = CONFIGS["text_encoder"] | {
    "hidden_size": 1024, "intermediate_size": 4096, "num_hidden_layers": 23, "num_attention_heads": 16,
    "hidden_act": "gelu",
}
# CLIP ViT-H/14's configuration, as published by IP-Adapter's authors.
HUGE_VISION = CONFIGS["image_encoder"] | {
    "hidden_size": 1280, "intermediate_size": 5120, "num_hidden_layers": 32, "projection_dim": 1024, "hidden_act": "gelu",
}
SECOND_UNET = CONFIGS["unet"] | {
    "cross_attention_dim": 1024, "attention_head_dim": [5, 10, 20, 20], "use_linear_projection": True,
}
WEIGHT_FILES = {
    "text_encoder": "text_encoder/model.safetensors",
    "image_encoder": "image_encoder/model.safetensors",
    "unet": "unet/diffusion_pytorch_model.safetensors",
    "vae": "vae/diffusion_pytorch_model.safetensors",
    "global_mapper": "elite/global_mapper.safetensors",
    "local_mapper": "elite/local_mapper.safetensors",
}


class Entry(NamedTuple):
    part: str     # a key of WEIGHT_FILES
    name: str     # in the folder
    shape: tuple  # in the folder
    single: str = ""         # name in the single file
    single_shape: tuple = () # where it differs from shape


class Layout:
    """Collects the tensors of one part under their names in both layouts."""

    def __init__(self, part, single_prefix=""):
        self.part, self.prefix, self.entries = part, single_prefix, []

    def tensor(self, single, name, *shape, single_shape=()):
        self.entries.append(Entry(self.part, name, shape, self.prefix + single, single_shape))

    def linear(self, single, name, i, o, bias=True, single_conv=False):
        self.tensor(f"{single}.weight", f"{name}.weight", o, i, single_shape=(o, i, 1, 1) if single_conv else ())
        if bias:
            self.tensor(f"{single}.bias", f"{name}.bias", o)

    def conv(self, single, name, i, o, kernel):
        self.tensor(f"{single}.weight", f"{name}.weight", o, i, kernel, kernel)
        self.tensor(f"{single}.bias", f"{name}.bias", o)

    def norm(self, single, name, width):
        self.tensor(f"{single}.weight", f"{name}.weight", width)
        self.tensor(f"{single}.bias", f"{name}.bias", width)


# ---------------------------------------------------------------------------- the parts, in the order of the single file


class UnetLayout(Layout):
    widths, embedding = (320, 640, 1280, 1280), 1280

    def __init__(self, config, guidance_embedding=None):
        super().__init__("unet", "model.diffusion_model.")
        self.context, self.linear_projection = config["cross_attention_dim"], config.get("use_linear_projection")
        if guidance_embedding:
            self.linear("time_embed.cond_proj", "time_embedding.cond_proj", guidance_embedding, 320, False)
        self.linear("time_embed.0", "time_embedding.linear_1", 320, 1280)
        self.linear("time_embed.2", "time_embedding.linear_2", 1280, 1280)
        self.conv("input_blocks.0.0", "conv_in", 4, 320, 3)
        skips = self.down()
        self.resnet("middle_block.0", "mid_block.resnets.0", 1280, 1280)
        self.attention("middle_block.1", "mid_block.attentions.0", 1280)
        self.resnet("middle_block.2", "mid_block.resnets.1", 1280, 1280)
        self.up(skips)
        self.norm("out.0", "conv_norm_out", 320)
        self.conv("out.2", "conv_out", 320, 4, 3)

    def down(self):
        skips, width = [320], 320
        for i, out in enumerate(self.widths):
            for j in range(2):
                single, name = f"input_blocks.{3 * i + j + 1}", f"down_blocks.{i}"
                self.resnet(f"{single}.0", f"{name}.resnets.{j}", width, out)
                if i < 3:
                    self.attention(f"{single}.1", f"{name}.attentions.{j}", out)
                width = out
                skips.append(out)
            if i < 3:
                self.conv(f"input_blocks.{3 * i + 3}.0.op", f"down_blocks.{i}.downsamplers.0.conv", out, out, 3)
                skips.append(out)
        return skips

    def up(self, skips):
        width = 1280
        for i, out in enumerate(reversed(self.widths)):
            for j in range(3):
                single, name = f"output_blocks.{3 * i + j}", f"up_blocks.{i}"
                self.resnet(f"{single}.0", f"{name}.resnets.{j}", width + skips.pop(), out)
                if i > 0:
                    self.attention(f"{single}.1", f"{name}.attentions.{j}", out)
                width = out
            if i < 3:
                self.conv(f"{single}.{2 if i else 1}.conv", f"{name}.upsamplers.0.conv", out, out, 3)

    def resnet(self, single, name, i, o):
        self.norm(f"{single}.in_layers.0", f"{name}.norm1", i)
        self.conv(f"{single}.in_layers.2", f"{name}.conv1", i, o, 3)
        self.linear(f"{single}.emb_layers.1", f"{name}.time_emb_proj", self.embedding, o)
        self.norm(f"{single}.out_layers.0", f"{name}.norm2", o)
        self.conv(f"{single}.out_layers.3", f"{name}.conv2", o, o, 3)
        if i != o:
            self.conv(f"{single}.skip_connection", f"{name}.conv_shortcut", i, o, 1)

    def attention(self, single, name, c):
        def same(add, inner, *how):
            add(f"{single}.{inner}", f"{name}.{inner}", *how)

        def projection(inner):
            same(self.linear, inner, c, c) if self.linear_projection else same(self.conv, inner, c, c, 1)

        same(self.norm, "norm", c)
        projection("proj_in")
        block = "transformer_blocks.0"
        for attention, width in (("attn1", c), ("attn2", self.context)):
            same(self.linear, f"{block}.{attention}.to_q", c, c, False)
            for p in "kv":
                same(self.linear, f"{block}.{attention}.to_{p}", width, c, False)
            same(self.linear, f"{block}.{attention}.to_out.0", c, c)
        same(self.linear, f"{block}.ff.net.0.proj", c, 8 * c)
        same(self.linear, f"{block}.ff.net.2", 4 * c, c)
        for k in (1, 2, 3):
            same(self.norm, f"{block}.norm{k}", c)
        projection("proj_out")


class VaeLayout(Layout):
    widths = (128, 256, 512, 512)

    def __init__(self):
        super().__init__("vae", "first_stage_model.")
        self.conv("encoder.conv_in", "encoder.conv_in", 3, 128, 3)
        width = 128
        for i, out in enumerate(self.widths):
            for j in range(2):
                self.resnet(f"encoder.down.{i}.block.{j}", f"encoder.down_blocks.{i}.resnets.{j}", width, out)
                width = out
            if i < 3:
                self.conv(f"encoder.down.{i}.downsample.conv", f"encoder.down_blocks.{i}.downsamplers.0.conv",
                          out, out, 3)
        for half in ("encoder", "decoder"):
            self.middle(half)
        self.norm("encoder.norm_out", "encoder.conv_norm_out", 512)
        self.conv("encoder.conv_out", "encoder.conv_out", 512, 8, 3)
        self.conv("quant_conv", "quant_conv", 8, 8, 1)
        self.conv("post_quant_conv", "post_quant_conv", 4, 4, 1)
        self.conv("decoder.conv_in", "decoder.conv_in", 4, 512, 3)
        width = 512
        for i, out in enumerate(reversed(self.widths)):
            for j in range(3):
                self.resnet(f"decoder.up.{3 - i}.block.{j}", f"decoder.up_blocks.{i}.resnets.{j}", width, out)
                width = out
            if i < 3:
                self.conv(f"decoder.up.{3 - i}.upsample.conv", f"decoder.up_blocks.{i}.upsamplers.0.conv", out,
                          out, 3)
        self.norm("decoder.norm_out", "decoder.conv_norm_out", 128)
        self.conv("decoder.conv_out", "decoder.conv_out", 128, 3, 3)

    def middle(self, half):
        single, name = f"{half}.mid", f"{half}.mid_block"
        self.resnet(f"{single}.block_1", f"{name}.resnets.0", 512, 512)
        self.norm(f"{single}.attn_1.norm", f"{name}.attentions.0.group_norm", 512)
        for old, new in (("q", "to_q"), ("k", "to_k"), ("v", "to_v"), ("proj_out", "to_out.0")):
            self.linear(f"{single}.attn_1.{old}", f"{name}.attentions.0.{new}", 512, 512, single_conv=True)
        self.resnet(f"{single}.block_2", f"{name}.resnets.1", 512, 512)

    def resnet(self, single, name, i, o):
        self.norm(f"{single}.norm1", f"{name}.norm1", i)
        self.conv(f"{single}.conv1", f"{name}.conv1", i, o, 3)
        self.norm(f"{single}.norm2", f"{name}.norm2", o)
        self.conv(f"{single}.conv2", f"{name}.conv2", o, o, 3)
        if i != o:
            self.conv(f"{single}.nin_shortcut", f"{name}.conv_shortcut", i, o, 1)


class ClipLayout(Layout):
    def same(self, add, name, *how):
        add(name, name, *how)

    def layers(self, prefix, config):
        width, inner = config["hidden_size"], config["intermediate_size"]
        for layer in range(config["num_hidden_layers"]):
            name = f"{prefix}.encoder.layers.{layer}"
            for p in ("q_proj", "k_proj", "v_proj", "out_proj"):
                self.same(self.linear, f"{name}.self_attn.{p}", width, width)
            self.same(self.norm, f"{name}.layer_norm1", width)
            self.same(self.norm, f"{name}.layer_norm2", width)
            self.same(self.linear, f"{name}.mlp.fc1", width, inner)
            self.same(self.linear, f"{name}.mlp.fc2", inner, width)


class TextLayout(ClipLayout):
    def __init__(self, config):
        super().__init__("text_encoder", "cond_stage_model.transformer.")
        width = config["hidden_size"]
        self.same(self.tensor, "text_model.embeddings.token_embedding.weight", 49408, width)
        self.same(self.tensor, "text_model.embeddings.position_embedding.weight", 77, width)
        self.layers("text_model", config)
        self.same(self.norm, "text_model.final_layer_norm", width)


class VisionLayout(ClipLayout):
    def __init__(self, config):
        super().__init__("image_encoder")
        width = config["hidden_size"]
        self.same(self.tensor, "vision_model.embeddings.class_embedding", width)
        self.same(self.tensor, "vision_model.embeddings.patch_embedding.weight", width, 3, 14, 14)
        self.same(self.tensor, "vision_model.embeddings.position_embedding.weight", 257, width)
        self.same(self.norm, "vision_model.pre_layrnorm", width)
        self.layers("vision_model", config)
        self.same(self.norm, "vision_model.post_layernorm", width)
        self.same(self.linear, "visual_projection", width, config.get("projection_dim", 768), False)


class MapperLayout(Layout):
    def __init__(self, part, unet):
        super().__init__(part)
        for i in range(5):
            for name in (f"mapping_{i}", f"mapping_patch_{i}"):
                for k in (0, 3):
                    self.linear("", f"{name}.{k}", 1024, 1024)
                    self.norm("", f"{name}.{k + 1}", 1024)
                self.linear("", f"{name}.6", 1024, 768)
        for e in unet.entries:
            if e.name.endswith(("attn2.to_k.weight", "attn2.to_v.weight")):
                site = e.name.removesuffix(".weight").replace(".", "_")
                self.tensor("", f"{site}.weight", *e.shape)


# ---------------------------------------------------------------------------- values

# Rows that --outliers scales by a factor and shifts: one channel of the residual streams, and one head of some attentions, as
# in trained networks. They are chosen so that attention picks the same keys in f16 as in f32. CLIP's loud channel is nearly the
# same for all tokens; otherwise its last LayerNorm would amplify the rounding errors of the tokens where it happens to be
# small. In the VAE's single wide head all pixels attend to the same pixel; with random queries and logits of 1e5, rounding
# would decide between two keys for one pixel in 300. In the U-Net one element of the head is loud: its sign selects one of two
# keys, which gives at most one near tie and not one for each of 4096 queries.
OUTLIERS = [
    (r"resnets\.0\.conv2\.weight", slice(5, 6), 8000.0, 0.0),
    (r"layers\.2\.mlp\.fc2\.bias", slice(133, 134), 1.0, 18000.0),
    (r"attentions\.0\.transformer_blocks\.0\.attn[12]\.to_[qk]\.weight", slice(0, 1), 400.0, 0.0),
    (r".*attentions_0_transformer_blocks_0_attn2_to_k\.weight", slice(0, 1), 400.0, 0.0),
    (r"mid_block\.attentions\.0\.to_q\.bias", slice(0, 1), 1.0, 6000.0),
    (r"mid_block\.attentions\.0\.to_k\.weight", slice(0, 1), 300.0, 0.0),
    # In a layer before the loud channel: after it, logits nearly tie, and f32 itself differs from f64 by 3e-5.
    (r"layers\.1\.self_attn\.[qk]_proj\.weight", slice(0, 64), 300.0, 0.0),
]


def plant_outliers(entry, w):
    for pattern, rows, factor, shift in OUTLIERS:
        if re.search(rf"(^|\.){pattern}$", entry.name):
            w[rows] = factor * w[rows] + shift
    return w


def values(rng, entry):
    shape = entry.single_shape or entry.shape
    w = rng.standard_normal(shape, dtype=np.float32)
    if len(shape) == 1:
        return w * 0.02 + (1.0 if entry.name.endswith(".weight") else 0.0)
    fan_in = math.prod(shape[1:])
    gain = 0.02 * math.sqrt(fan_in) if "embedding" in entry.single else 1.0
    return w * (gain / math.sqrt(fan_in))


class File:
    """A .safetensors file, written tensor by tensor in the order of the header."""

    def __init__(self, path, shapes):
        os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
        header, offset = {}, 0
        for name, shape in shapes.items():
            size = 2 * math.prod(shape)
            header[name] = {"dtype": "F16", "shape": list(shape), "data_offsets": [offset, offset + size]}
            offset += size
        text = json.dumps(header).encode()
        text += b" " * (-len(text) % 8)
        self.file = open(path, "wb")
        self.file.write(struct.pack("<Q", len(text)) + text)

    def write(self, data):
        self.file.write(data)

    def close(self):
        self.file.close()


def write_parts(folder, single, parts, rng, plant):
    entries = [e for part in parts for e in part.entries]
    files = {p.part: File(os.path.join(folder, WEIGHT_FILES[p.part]), {e.name: e.shape for e in p.entries})
             for p in parts} if folder else {}
    whole = File(single, {e.single: e.single_shape or e.shape for e in entries}) if single else None
    for entry in entries:
        data = plant(entry, values(rng, entry)).astype(np.float16).tobytes()
        if files:
            files[entry.part].write(data)
        if whole:
            whole.write(data)
    for f in [*files.values(), whole]:
        if f:
            f.close()


def write_config(folder, name, config):
    with open(os.path.join(folder, name, "config.json"), "w") as f:
        f.write(json.dumps(config, indent=2) + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?")
    parser.add_argument("--single")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--outliers", action="store_true")
    parser.add_argument("--guidance-embedding", type=int, metavar="N")
    parser.add_argument("--second", action="store_true")
    parser.add_argument("--huge-vision", action="store_true")
    args = parser.parse_args()
    plant = plant_outliers if args.outliers else lambda entry, w: w
    rng = np.random.default_rng(args.seed)
    if args.huge_vision:
        write_parts(args.folder, None, [VisionLayout(HUGE_VISION)], rng, plant)
        write_config(args.folder, "image_encoder", HUGE_VISION)
        return
    if args.second:
        write_parts(args.folder, None, [TextLayout(SECOND_TEXT), UnetLayout(SECOND_UNET)], rng, plant)
        write_config(args.folder, "text_encoder", SECOND_TEXT)
        write_config(args.folder, "unet", SECOND_UNET)
        return
    unet = UnetLayout(CONFIGS["unet"], args.guidance_embedding)
    write_parts(args.folder, args.single, [unet, VaeLayout(), TextLayout(CONFIGS["text_encoder"])], rng, plant)
    if not args.folder:
        return
    for i, part in enumerate((VisionLayout(CONFIGS["image_encoder"]), MapperLayout("global_mapper", unet),
                              MapperLayout("local_mapper", unet))):
        write_parts(args.folder, None, [part], np.random.default_rng([args.seed, i]), plant)
    CONFIGS["unet"]["time_cond_proj_dim"] = args.guidance_embedding
    for name, config in CONFIGS.items():
        write_config(args.folder, name, config)


if __name__ == "__main__":
    main()

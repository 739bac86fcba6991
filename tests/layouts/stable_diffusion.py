# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tensors of Stable Diffusion 1.x and 2.x, each with its name in both layouts.

Walks the networks as their original code builds them and counts blocks in both layouts along the way, so that it repeats no
rule of the C code. Works for any widths: the real families and small ones for tests.
"""

from dataclasses import dataclass, field


@dataclass
class Family:
    version: int = 1   # 1: CLIP's text tower; 2: OpenCLIP's
    unet: tuple = (320, 640, 1280, 1280)
    context: int = 768
    vae: tuple = (128, 256, 512, 512)
    vocabulary: int = 49408
    tokens: int = 77
    text_layers: int = 12   # the layers in use
    text_mlp: int = 3072
    in_channels: int = 4
    cond: int = 0   # width of LCM's guidance embedding
    groups: int = 32


SD15 = Family()
SD21 = Family(version=2, context=1024, text_layers=23, text_mlp=4096)
LCM15 = Family(cond=256)
INPAINTING15 = Family(in_channels=9)


@dataclass
class Tensor:
    part: str    # text_encoder, unet, vae
    name: str    # in the folder layout
    single: str  # in the single-file layout
    shape: tuple
    single_shape: tuple = None   # where it differs from shape
    thirds: int = None           # which third of a fused matrix it is in the single file


@dataclass
class Walk:
    family: Family
    tensors: list = field(default_factory=list)

    def add(self, part, name, single, *shape, single_shape=None, third=None):
        prefix = {"text_encoder": "cond_stage_model.", "unet": "model.diffusion_model.",
                  "vae": "first_stage_model."}[part]
        self.tensors.append(Tensor(part, name, prefix + single, shape, single_shape, third))

    def pair(self, part, name, single, *shape, single_shape=None):
        """weight and bias"""
        self.add(part, f"{name}.weight", f"{single}.weight", *shape, single_shape=single_shape)
        self.add(part, f"{name}.bias", f"{single}.bias", shape[0])

    def norm(self, part, name, single, width):
        self.pair(part, name, single, width)

    # ------------------------------------------------------------------------ U-Net

    def unet_resnet(self, name, single, inner, width):
        for ours, theirs, shape in (("norm1", "in_layers.0", (inner,)),
                                    ("conv1", "in_layers.2", (width, inner, 3, 3)),
                                    ("time_emb_proj", "emb_layers.1", (width, 4 * self.family.unet[0])),
                                    ("norm2", "out_layers.0", (width,)),
                                    ("conv2", "out_layers.3", (width, width, 3, 3))):
            self.pair("unet", f"{name}.{ours}", f"{single}.{theirs}", *shape)
        if inner != width:
            self.pair("unet", f"{name}.conv_shortcut", f"{single}.skip_connection", width, inner, 1, 1)

    def transformer(self, name, single, width):
        ones = (1, 1) if self.family.version == 1 else ()

        def both(inner, *shape, bias=True):
            self.add("unet", f"{name}.{inner}.weight", f"{single}.{inner}.weight", *shape)
            if bias:
                self.add("unet", f"{name}.{inner}.bias", f"{single}.{inner}.bias", shape[0])

        both("norm", width)
        both("proj_in", width, width, *ones)
        both("proj_out", width, width, *ones)
        block = "transformer_blocks.0"
        for attention, context in (("attn1", width), ("attn2", self.family.context)):
            both(f"{block}.{attention}.to_q", width, width, bias=False)
            both(f"{block}.{attention}.to_k", width, context, bias=False)
            both(f"{block}.{attention}.to_v", width, context, bias=False)
            both(f"{block}.{attention}.to_out.0", width, width)
        both(f"{block}.ff.net.0.proj", 8 * width, width)
        both(f"{block}.ff.net.2", width, 4 * width)
        for i in (1, 2, 3):
            both(f"{block}.norm{i}", width)

    def walk_unet(self):
        family, widths = self.family, self.family.unet
        first, embedding = widths[0], 4 * widths[0]
        self.pair("unet", "time_embedding.linear_1", "time_embed.0", embedding, first)
        self.pair("unet", "time_embedding.linear_2", "time_embed.2", embedding, embedding)
        if family.cond:
            self.add("unet", "time_embedding.cond_proj.weight", "time_embedding.cond_proj.weight", first,
                     family.cond)
        self.pair("unet", "conv_in", "input_blocks.0.0", first, family.in_channels, 3, 3)
        skips, width, at = [first], first, 1
        for level, out in enumerate(widths):
            for layer in range(2):
                self.unet_resnet(f"down_blocks.{level}.resnets.{layer}", f"input_blocks.{at}.0", width, out)
                if level < 3:
                    self.transformer(f"down_blocks.{level}.attentions.{layer}", f"input_blocks.{at}.1", out)
                width = out
                skips.append(width)
                at += 1
            if level < 3:
                self.pair("unet", f"down_blocks.{level}.downsamplers.0.conv", f"input_blocks.{at}.0.op",
                          width, width, 3, 3)
                skips.append(width)
                at += 1
        self.unet_resnet("mid_block.resnets.0", "middle_block.0", width, width)
        self.transformer("mid_block.attentions.0", "middle_block.1", width)
        self.unet_resnet("mid_block.resnets.1", "middle_block.2", width, width)
        at = 0
        for block, out in enumerate(reversed(widths)):
            for layer in range(3):
                inner = 1
                self.unet_resnet(f"up_blocks.{block}.resnets.{layer}", f"output_blocks.{at}.0",
                                 width + skips.pop(), out)
                width = out
                if block > 0:
                    self.transformer(f"up_blocks.{block}.attentions.{layer}",
                                     f"output_blocks.{at}.{inner}", width)
                    inner += 1
                if layer == 2 and block < 3:
                    self.pair("unet", f"up_blocks.{block}.upsamplers.0.conv",
                              f"output_blocks.{at}.{inner}.conv", width, width, 3, 3)
                at += 1
        self.norm("unet", "conv_norm_out", "out.0", first)
        self.pair("unet", "conv_out", "out.2", 4, first, 3, 3)

    # ------------------------------------------------------------------------ VAE

    def vae_resnet(self, name, single, inner, width):
        self.norm("vae", f"{name}.norm1", f"{single}.norm1", inner)
        self.pair("vae", f"{name}.conv1", f"{single}.conv1", width, inner, 3, 3)
        self.norm("vae", f"{name}.norm2", f"{single}.norm2", width)
        self.pair("vae", f"{name}.conv2", f"{single}.conv2", width, width, 3, 3)
        if inner != width:
            self.pair("vae", f"{name}.conv_shortcut", f"{single}.nin_shortcut", width, inner, 1, 1)

    def vae_middle(self, half, width):
        self.vae_resnet(f"{half}.mid_block.resnets.0", f"{half}.mid.block_1", width, width)
        self.norm("vae", f"{half}.mid_block.attentions.0.group_norm", f"{half}.mid.attn_1.norm", width)
        for ours, theirs in (("to_q", "q"), ("to_k", "k"), ("to_v", "v"), ("to_out.0", "proj_out")):
            self.pair("vae", f"{half}.mid_block.attentions.0.{ours}", f"{half}.mid.attn_1.{theirs}", width,
                      width, single_shape=(width, width, 1, 1))
        self.vae_resnet(f"{half}.mid_block.resnets.1", f"{half}.mid.block_2", width, width)

    def walk_vae(self):
        widths = self.family.vae
        self.pair("vae", "encoder.conv_in", "encoder.conv_in", widths[0], 3, 3, 3)
        width = widths[0]
        for level, out in enumerate(widths):
            for layer in range(2):
                self.vae_resnet(f"encoder.down_blocks.{level}.resnets.{layer}",
                                f"encoder.down.{level}.block.{layer}", width, out)
                width = out
            if level < 3:
                self.pair("vae", f"encoder.down_blocks.{level}.downsamplers.0.conv",
                          f"encoder.down.{level}.downsample.conv", width, width, 3, 3)
        self.vae_middle("encoder", width)
        self.norm("vae", "encoder.conv_norm_out", "encoder.norm_out", width)
        self.pair("vae", "encoder.conv_out", "encoder.conv_out", 8, width, 3, 3)
        self.pair("vae", "quant_conv", "quant_conv", 8, 8, 1, 1)
        self.pair("vae", "post_quant_conv", "post_quant_conv", 4, 4, 1, 1)
        self.pair("vae", "decoder.conv_in", "decoder.conv_in", width, 4, 3, 3)
        self.vae_middle("decoder", width)
        for block, (level, out) in enumerate(reversed(list(enumerate(widths)))):
            for layer in range(3):
                self.vae_resnet(f"decoder.up_blocks.{block}.resnets.{layer}",
                                f"decoder.up.{level}.block.{layer}", width, out)
                width = out
            if level > 0:
                self.pair("vae", f"decoder.up_blocks.{block}.upsamplers.0.conv",
                          f"decoder.up.{level}.upsample.conv", width, width, 3, 3)
        self.norm("vae", "decoder.conv_norm_out", "decoder.norm_out", width)
        self.pair("vae", "decoder.conv_out", "decoder.conv_out", 3, width, 3, 3)

    # ------------------------------------------------------------------------ text

    def walk_clip(self):
        family = self.family

        def both(name, *shape):
            self.add("text_encoder", f"text_model.{name}", f"transformer.text_model.{name}", *shape)

        width = family.context
        both("embeddings.token_embedding.weight", family.vocabulary, width)
        both("embeddings.position_embedding.weight", family.tokens, width)
        for n in range(family.text_layers):
            layer = f"encoder.layers.{n}"
            for name, shape in ((("layer_norm1"), (width,)), ("layer_norm2", (width,)),
                                ("self_attn.q_proj", (width, width)), ("self_attn.k_proj", (width, width)),
                                ("self_attn.v_proj", (width, width)), ("self_attn.out_proj", (width, width)),
                                ("mlp.fc1", (family.text_mlp, width)), ("mlp.fc2", (width, family.text_mlp))):
                both(f"{layer}.{name}.weight", *shape)
                both(f"{layer}.{name}.bias", shape[0])
        both("final_layer_norm.weight", width)
        both("final_layer_norm.bias", width)

    def walk_open_clip(self):
        family, width = self.family, self.family.context
        self.add("text_encoder", "text_model.embeddings.token_embedding.weight",
                 "model.token_embedding.weight", family.vocabulary, width)
        self.add("text_encoder", "text_model.embeddings.position_embedding.weight",
                 "model.positional_embedding", family.tokens, width)
        for n in range(family.text_layers):
            ours, theirs = f"text_model.encoder.layers.{n}", f"model.transformer.resblocks.{n}"
            self.norm("text_encoder", f"{ours}.layer_norm1", f"{theirs}.ln_1", width)
            self.norm("text_encoder", f"{ours}.layer_norm2", f"{theirs}.ln_2", width)
            for third, letter in enumerate("qkv"):
                for kind, shape in (("weight", (width, width)), ("bias", (width,))):
                    self.add("text_encoder", f"{ours}.self_attn.{letter}_proj.{kind}",
                             f"{theirs}.attn.in_proj_{kind}", *shape, third=third)
            self.pair("text_encoder", f"{ours}.self_attn.out_proj", f"{theirs}.attn.out_proj", width, width)
            self.pair("text_encoder", f"{ours}.mlp.fc1", f"{theirs}.mlp.c_fc", family.text_mlp, width)
            self.pair("text_encoder", f"{ours}.mlp.fc2", f"{theirs}.mlp.c_proj", width, family.text_mlp)
        self.norm("text_encoder", "text_model.final_layer_norm", "model.ln_final", width)


def tensors(family):
    walk = Walk(family)
    walk.walk_clip() if family.version == 1 else walk.walk_open_clip()
    walk.walk_unet()
    walk.walk_vae()
    return walk.tensors


def idle(family):
    """Returns (name, shape) of the tensors in a single file that are not used."""
    width, n = family.context, family.text_layers
    names = [("betas", (1000,)), ("alphas_cumprod", (1000,)), ("model_ema.decay", ())]
    if family.version == 2:
        block = f"cond_stage_model.model.transformer.resblocks.{n}"   # the last one is not used
        names += [("cond_stage_model.model.text_projection", (width, width)),
                  ("cond_stage_model.model.logit_scale", ()),
                  (f"{block}.attn.in_proj_weight", (3 * width, width)), (f"{block}.attn.in_proj_bias", (3 * width,)),
                  (f"{block}.mlp.c_fc.weight", (family.text_mlp, width))]
    return names


def configs(family):
    """The contents of config.json in the folder layout, by part."""
    text = {"architectures": ["CLIPTextModel"], "model_type": "clip_text_model",
            "vocab_size": family.vocabulary, "hidden_size": family.context,
            "intermediate_size": family.text_mlp, "num_hidden_layers": family.text_layers,
            "num_attention_heads": max(family.context // 64, 1), "max_position_embeddings": family.tokens,
            "hidden_act": "quick_gelu" if family.version == 1 else "gelu"}
    unet = {"_class_name": "UNet2DConditionModel", "sample_size": 64, "in_channels": family.in_channels,
            "out_channels": 4, "block_out_channels": list(family.unet), "layers_per_block": 2,
            "down_block_types": ["CrossAttnDownBlock2D"] * 3 + ["DownBlock2D"],
            "up_block_types": ["UpBlock2D"] + ["CrossAttnUpBlock2D"] * 3,
            "cross_attention_dim": family.context, "norm_num_groups": family.groups,
            "attention_head_dim": 8 if family.version == 1 else [max(w // 64, 1) for w in family.unet],
            "use_linear_projection": family.version == 2, "upcast_attention": family.version == 2,
            "dual_cross_attention": False, "num_class_embeds": None, "only_cross_attention": False}
    if family.cond:
        unet["time_cond_proj_dim"] = family.cond
    vae = {"_class_name": "AutoencoderKL", "in_channels": 3, "out_channels": 3, "latent_channels": 4,
           "down_block_types": ["DownEncoderBlock2D"] * 4, "up_block_types": ["UpDecoderBlock2D"] * 4,
           "block_out_channels": list(family.vae), "layers_per_block": 2, "act_fn": "silu",
           "norm_num_groups": family.groups, "sample_size": 512, "scaling_factor": 0.18215}
    return {"text_encoder": text, "unet": unet, "vae": vae}

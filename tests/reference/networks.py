# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The networks again, as plain PyTorch functions that compute in the precision of their inputs.

Written from the published descriptions, independently of the C code and of models/training, as the reference for both. A
network requests its weights with `w(name, shape)`: nets.Weights makes random ones, compare_model.FileWeights reads them.
Pictures are NCHW, token sequences [batch, tokens, width].
"""

import math

import torch
import torch.nn.functional as F


def linear(w, name, x, out, bias=True):
    y = x @ w(f"{name}.weight", (out, x.shape[-1])).T
    return y + w(f"{name}.bias", (out,)) if bias else y


def conv(w, name, x, out, kernel, stride=1, padding=0, bias=True):
    return F.conv2d(x, w(f"{name}.weight", (out, x.shape[1], kernel, kernel)),
                    w(f"{name}.bias", (out,)) if bias else None, stride, padding)


def layer_norm(w, name, x, eps=1e-5):
    mean = x.mean(-1, keepdim=True)
    variance = ((x - mean) ** 2).mean(-1, keepdim=True)
    n = x.shape[-1]
    return (x - mean) / torch.sqrt(variance + eps) * w(f"{name}.weight", (n,)) + w(f"{name}.bias", (n,))


def group_norm(w, name, x, groups, eps):
    b, c, height, width = x.shape
    g = x.reshape(b, groups, -1)
    mean = g.mean(-1, keepdim=True)
    variance = ((g - mean) ** 2).mean(-1, keepdim=True)
    g = ((g - mean) / torch.sqrt(variance + eps)).reshape(x.shape)
    return g * w(f"{name}.weight", (c,))[:, None, None] + w(f"{name}.bias", (c,))[:, None, None]


def silu(x):
    return x * torch.sigmoid(x)


def gelu(x):
    return 0.5 * x * (1 + torch.erf(x / math.sqrt(2)))


def quick_gelu(x):
    return x * torch.sigmoid(1.702 * x)


def split(x, heads):
    """[B,T,heads*d] -> [B,heads,T,d]"""
    return x.reshape(*x.shape[:2], heads, -1).transpose(1, 2)


def merge(x):
    return x.transpose(1, 2).reshape(x.shape[0], x.shape[2], -1)


def probabilities(q, k, causal=False):
    scores = q @ k.transpose(-1, -2) / math.sqrt(q.shape[-1])
    if causal:
        scores = scores.masked_fill(torch.ones(scores.shape[-2:]).triu(1).bool(), -math.inf)
    return torch.softmax(scores, -1)


ALL_SCORES = 1 << 22  # maximum number of scores, over all heads, to compute at once


def attend(q, k, v, causal=False):
    """Computes head by head if the scores of all heads would take too much memory, as at full size."""
    if math.prod(q.shape[:-1]) * k.shape[-2] <= ALL_SCORES:
        return probabilities(q, k, causal) @ v
    seen = torch.empty(*q.shape[:-1], v.shape[-1], dtype=q.dtype)
    for b in range(q.shape[0]):
        for h in range(q.shape[1]):
            seen[b, h] = probabilities(q[b, h], k[b, h], causal) @ v[b, h]
    return seen


# ---------------------------------------------------------------------------- CLIP


def prefixed_attention(q, k, v, prefix_k, prefix_v):
    """CatVersion: position i attends to the prefix, with 1 added to its logits, and to positions 0..i; all tensors are
    [heads,*,d]."""
    rows = []
    for i in range(q.shape[1]):
        logits = torch.cat([prefix_k @ q[:, i, :, None] / math.sqrt(q.shape[-1]) + 1,
                            k[:, : i + 1] @ q[:, i, :, None] / math.sqrt(q.shape[-1])], 1)
        rows.append((torch.softmax(logits, 1) * torch.cat([prefix_v, v[:, : i + 1]], 1)).sum(1))
    return torch.stack(rows, 1)


def clip_layer(w, name, x, config, causal, prefix=None):
    """prefix: (keys [P,W], values [P,W], on); keys and values precede the layer's own, in the samples of the batch where `on`
    is true."""
    width, heads = config["hidden_size"], config["num_attention_heads"]
    eps = config["layer_norm_eps"]
    act = {"quick_gelu": quick_gelu, "gelu": gelu}[config["hidden_act"]]
    h = layer_norm(w, f"{name}.layer_norm1", x, eps)
    q, k, v = (split(linear(w, f"{name}.self_attn.{p}_proj", h, width), heads) for p in "qkv")
    seen = attend(q, k, v, causal)
    if prefix is not None:
        keys, values, on = prefix
        for b in range(len(x)):
            if on[b]:
                seen[b] = prefixed_attention(q[b], k[b], v[b], *(split(p[None], heads)[0] for p in (keys, values)))
    x = x + linear(w, f"{name}.self_attn.out_proj", merge(seen), width)
    h = layer_norm(w, f"{name}.layer_norm2", x, eps)
    h = act(linear(w, f"{name}.mlp.fc1", h, config["intermediate_size"]))
    return x + linear(w, f"{name}.mlp.fc2", h, width)


def text_encoder(w, config, ids, extra=None, prefix=None, prefix_on=None, embeds=None):
    """embeds [B,T,D]: if given, used instead of ids. ids from vocab_size on are rows of extra [E,D]. prefix [P,2L,D]: key and
    value of each of the last L layers, alternating, for the samples of the batch where prefix_on is true."""
    width = config["hidden_size"]
    table = w("text_model.embeddings.token_embedding.weight", (config["vocab_size"], width))
    if extra is not None:
        table = torch.cat([table, extra])
    places = w("text_model.embeddings.position_embedding.weight",
               (config["max_position_embeddings"], width))
    x = table[ids] if embeds is None else embeds
    x = x + places[: x.shape[1]]
    for i in range(config["num_hidden_layers"]):
        row = None if prefix is None else 2 * i - 2 * config["num_hidden_layers"] + prefix.shape[1]
        mine = None if row is None or row < 0 else (prefix[:, row], prefix[:, row + 1], prefix_on)
        x = clip_layer(w, f"text_model.encoder.layers.{i}", x, config, True, mine)
    return layer_norm(w, "text_model.final_layer_norm", x, config["layer_norm_eps"])


def image_encoder(w, config, pixels):
    width, patch = config["hidden_size"], config["patch_size"]
    name = "vision_model.embeddings"
    x = conv(w, f"{name}.patch_embedding", pixels, width, patch, patch, bias=False)
    x = x.flatten(2).transpose(1, 2)
    first = w(f"{name}.class_embedding", (width,)).expand(x.shape[0], 1, width)
    x = torch.cat([first, x], 1)
    x = x + w(f"{name}.position_embedding.weight", (x.shape[1], width))
    states = [layer_norm(w, "vision_model.pre_layrnorm", x, config["layer_norm_eps"])]
    for i in range(config["num_hidden_layers"]):
        states.append(clip_layer(w, f"vision_model.encoder.layers.{i}", states[-1], config, False))
    return states


def clip_text_features(w, config, ids, ends):
    """ends: for each text, the index of its end token."""
    hidden = text_encoder(w, config["text_config"], ids)
    last = torch.stack([text[end] for text, end in zip(hidden, ends)])
    return linear(w, "text_projection", last, config["projection_dim"], bias=False)


def clip_image_features(w, config, pixels):
    hidden = image_encoder(w, config["vision_config"], pixels)[-1]
    first = layer_norm(w, "vision_model.post_layernorm", hidden[:, 0], config["vision_config"]["layer_norm_eps"])
    return linear(w, "visual_projection", first, config["projection_dim"], bias=False)


# ---------------------------------------------------------------------------- DINO


def vit(w, config, pixels):
    """The class token's output of a pre-norm vision transformer."""
    width, patch, eps = config["hidden_size"], config["patch_size"], config["layer_norm_eps"]
    x = conv(w, "embeddings.patch_embeddings.projection", pixels, width, patch, patch).flatten(2).transpose(1, 2)
    x = torch.cat([w("embeddings.cls_token", (1, 1, width)).expand(len(x), 1, width), x], 1)
    x = x + w("embeddings.position_embeddings", (1, x.shape[1], width))
    for i in range(config["num_hidden_layers"]):
        name = f"encoder.layer.{i}"
        h = layer_norm(w, f"{name}.layernorm_before", x, eps)
        q, k, v = (split(linear(w, f"{name}.attention.attention.{p}", h, width), config["num_attention_heads"])
                   for p in ("query", "key", "value"))
        x = x + linear(w, f"{name}.attention.output.dense", merge(attend(q, k, v)), width)
        h = gelu(linear(w, f"{name}.intermediate.dense", layer_norm(w, f"{name}.layernorm_after", x, eps),
                        config["intermediate_size"]))
        x = x + linear(w, f"{name}.output.dense", h, width)
    return layer_norm(w, "layernorm", x[:, 0], eps)


# ---------------------------------------------------------------------------- ELITE's mappers


def mapper_mlp(w, name, x, out):
    for i in (0, 3):
        x = linear(w, f"{name}.{i}", x, x.shape[-1])
        x = layer_norm(w, f"{name}.{i + 1}", x)
        x = torch.where(x > 0, x, 0.01 * x)
    return linear(w, f"{name}.6", x, out)


def global_mapper(w, features, out):
    words = []
    for i, f in enumerate(features):
        patches = mapper_mlp(w, f"mapping_patch_{i}", f[:, 1:], out)
        words.append(mapper_mlp(w, f"mapping_{i}", f[:, 0], out) + patches.mean(1))
    return torch.stack(words, 1)


def local_mapper(w, features, mask, out):
    total = 0
    for i, f in enumerate(features):
        total = total + mapper_mlp(w, f"mapping_patch_{i}", f[:, 1:], out)
        total = total + mapper_mlp(w, f"mapping_{i}", f[:, 0], out)[:, None]
    return total / len(features) * mask[:, :, None]


# ---------------------------------------------------------------------------- AutoencoderTiny


def tiny_block(w, name, x):
    c = x.shape[1]
    h = x
    for i in (0, 2, 4):
        h = conv(w, f"{name}.conv.{i}", h, c, 3, padding=1)
        h = torch.relu(h + x if i == 4 else h)
    return h


def tiny_encoder(w, config, image):
    x, index = (image + 1) / 2, 0
    for level, blocks in enumerate(config["num_encoder_blocks"]):
        width = config["encoder_block_out_channels"][level]
        x = conv(w, f"encoder.layers.{index}", x, width, 3, 2 if level else 1, 1, bias=level == 0)
        index += 1
        for _ in range(blocks):
            x = tiny_block(w, f"encoder.layers.{index}", x)
            index += 1
    return conv(w, f"encoder.layers.{index}", x, config["latent_channels"], 3, padding=1)


def tiny_decoder(w, config, latent):
    widths, last = config["decoder_block_out_channels"], len(config["num_decoder_blocks"]) - 1
    x = 3 * torch.tanh(latent / 3)
    x = torch.relu(conv(w, "decoder.layers.0", x, widths[0], 3, padding=1))
    index = 2
    for level, blocks in enumerate(config["num_decoder_blocks"]):
        for _ in range(blocks):
            x = tiny_block(w, f"decoder.layers.{index}", x)
            index += 1
        if level < last:
            x = x.repeat_interleave(2, 2).repeat_interleave(2, 3)
            x = conv(w, f"decoder.layers.{index + 1}", x, widths[level], 3, padding=1, bias=False)
            index += 2
    return 2 * conv(w, f"decoder.layers.{index}", x, config["out_channels"], 3, padding=1) - 1


# ---------------------------------------------------------------------------- AutoencoderKL


def kl_norm(w, name, x, config):
    return group_norm(w, name, x, config["norm_num_groups"], 1e-6)


def kl_resnet(w, name, x, out, config):
    h = conv(w, f"{name}.conv1", silu(kl_norm(w, f"{name}.norm1", x, config)), out, 3, padding=1)
    h = conv(w, f"{name}.conv2", silu(kl_norm(w, f"{name}.norm2", h, config)), out, 3, padding=1)
    return h + (conv(w, f"{name}.conv_shortcut", x, out, 1) if x.shape[1] != out else x)


def kl_middle(w, name, x, config):
    b, c, height, width = x.shape
    x = kl_resnet(w, f"{name}.resnets.0", x, c, config)
    at = f"{name}.attentions.0"
    h = kl_norm(w, f"{at}.group_norm", x, config).flatten(2).transpose(1, 2)
    q, k, v = (split(linear(w, f"{at}.to_{p}", h, c), 1) for p in "qkv")
    h = linear(w, f"{at}.to_out.0", merge(attend(q, k, v)), c)
    x = x + h.transpose(1, 2).reshape(x.shape)
    return kl_resnet(w, f"{name}.resnets.1", x, c, config)


def kl_encoder(w, config, image):
    """Mean and log-variance of the latent, not scaled."""
    widths, channels = config["block_out_channels"], config["latent_channels"]
    h = conv(w, "encoder.conv_in", image, widths[0], 3, padding=1)
    for i, width in enumerate(widths):
        for j in range(config["layers_per_block"]):
            h = kl_resnet(w, f"encoder.down_blocks.{i}.resnets.{j}", h, width, config)
        if i + 1 < len(widths):   # zeros at the bottom and on the right only
            h = conv(w, f"encoder.down_blocks.{i}.downsamplers.0.conv", F.pad(h, (0, 1, 0, 1)), width, 3, 2)
    h = kl_middle(w, "encoder.mid_block", h, config)
    h = conv(w, "encoder.conv_out", silu(kl_norm(w, "encoder.conv_norm_out", h, config)), 2 * channels, 3,
             padding=1)
    return conv(w, "quant_conv", h, 2 * channels, 1)


def kl_decoder(w, config, latent):
    """latent: not scaled."""
    widths = config["block_out_channels"][::-1]
    h = conv(w, "post_quant_conv", latent, latent.shape[1], 1)
    h = kl_middle(w, "decoder.mid_block", conv(w, "decoder.conv_in", h, widths[0], 3, padding=1), config)
    for i, width in enumerate(widths):
        for j in range(config["layers_per_block"] + 1):
            h = kl_resnet(w, f"decoder.up_blocks.{i}.resnets.{j}", h, width, config)
        if i + 1 < len(widths):
            h = F.interpolate(h, scale_factor=2, mode="nearest")
            h = conv(w, f"decoder.up_blocks.{i}.upsamplers.0.conv", h, width, 3, padding=1)
    h = silu(kl_norm(w, "decoder.conv_norm_out", h, config))
    return conv(w, "decoder.conv_out", h, config["out_channels"], 3, padding=1)


# ---------------------------------------------------------------------------- a VAE by its config.json


def finder_resnet(w, name, x, config):
    width, groups = x.shape[1], config["norm_num_groups"]
    h = conv(w, f"{name}.conv1", silu(group_norm(w, f"{name}.norm1", x, groups, 1e-5)), width, 3, 1, 1)
    return x + conv(w, f"{name}.conv2", silu(group_norm(w, f"{name}.norm2", h, groups, 1e-5)), width, 3, 1, 1)


def subject_finder(w, config, picture):
    """Returns [B,4,S/2,S/2]: the 2x2 logits of each position."""
    widths, groups = config["block_out_channels"], config["norm_num_groups"]
    x = finder_resnet(w, "resnet_in", conv(w, "conv_in", picture, widths[0], 3, 2, 1), config)
    seen = [x]
    for i, width in enumerate(widths[1:]):
        x = conv(w, f"down_blocks.{i}.conv", x, width, 3, 2, 1)
        x = finder_resnet(w, f"down_blocks.{i}.resnet", x, config)
        seen.append(x)
    h = group_norm(w, "attention.group_norm", x, groups, 1e-5).flatten(2).transpose(1, 2)
    q, k, v = (linear(w, f"attention.to_{n}", h, widths[-1])[:, None] for n in "qkv")
    h = attend(q, k, v)[:, 0]
    x = x + linear(w, "attention.to_out", h, widths[-1]).transpose(1, 2).reshape(x.shape)
    seen.pop()
    for i, width in enumerate(reversed(widths[:-1])):
        x = torch.cat([x.repeat_interleave(2, 2).repeat_interleave(2, 3), seen.pop()], 1)
        x = conv(w, f"up_blocks.{i}.conv", silu(group_norm(w, f"up_blocks.{i}.norm", x, groups, 1e-5)), width, 3, 1, 1)
    return conv(w, "conv_out", silu(group_norm(w, "norm_out", x, groups, 1e-5)), config["out_channels"], 3, 1, 1)


def vae_encoder(w, config, image):
    """Encodes an image in -1..1 to the latent that the U-Net works on."""
    if config["_class_name"] == "AutoencoderTiny":
        return tiny_encoder(w, config, image)
    return kl_encoder(w, config, image)[:, : config["latent_channels"]] * config["scaling_factor"]


def vae_decoder(w, config, latent):
    """latent: the U-Net's latent divided by scaling_factor, as for AutoencoderKL.decode."""
    if config["_class_name"] == "AutoencoderTiny":
        return tiny_decoder(w, config, latent)
    return kl_decoder(w, config, latent)


# ---------------------------------------------------------------------------- U-Net


class Concept:
    """One concept in the picture: local features [B,P,D], column of its word [B], strength [B]."""

    def __init__(self, local, column, strength):
        self.local, self.column, self.strength = local, column, strength


class Unet:
    """tuned, local: the weights in ELITE's two files; tuned None = the network's own keys and values."""

    def __init__(self, w, config, tuned=None, local=None):
        self.w, self.config, self.tuned, self.local = w, config, tuned, local

    def heads(self, level):
        heads = self.config["attention_head_dim"]
        return heads if isinstance(heads, int) else heads[level]

    def time(self, timestep, cond, dtype):
        """The time embedding; the sinusoid is computed in f64, whatever the network's precision."""
        width = self.config["block_out_channels"][0]
        half = width // 2
        i = torch.arange(half, dtype=torch.float64)
        angle = timestep.double()[:, None] * torch.exp(-math.log(10000) * i / (half - self.config["freq_shift"]))
        pair = [torch.sin(angle), torch.cos(angle)]
        x = torch.cat(pair[::-1] if self.config["flip_sin_to_cos"] else pair, 1).to(dtype)
        if cond is not None:
            x = x + linear(self.w, "time_embedding.cond_proj", cond, width, bias=False)
        x = silu(linear(self.w, "time_embedding.linear_1", x, 4 * width))
        return linear(self.w, "time_embedding.linear_2", x, 4 * width)

    def resnet(self, name, x, time, out):
        w, groups, eps = self.w, self.config["norm_num_groups"], self.config["norm_eps"]
        h = conv(w, f"{name}.conv1", silu(group_norm(w, f"{name}.norm1", x, groups, eps)), out, 3,
                 padding=1)
        h = h + linear(w, f"{name}.time_emb_proj", silu(time), out)[:, :, None, None]
        h = conv(w, f"{name}.conv2", silu(group_norm(w, f"{name}.norm2", h, groups, eps)), out, 3,
                 padding=1)
        return h + (conv(w, f"{name}.conv_shortcut", x, out, 1) if x.shape[1] != out else x)

    def cross_attention(self, name, x, context, concepts, heads):
        c = x.shape[-1]
        site = name.replace(".", "_")
        q = split(linear(self.w, f"{name}.to_q", x, c, bias=False), heads)
        if self.tuned is None:
            k, v = (linear(self.w, f"{name}.to_{p}", context, c, bias=False) for p in "kv")
        else:
            k, v = (linear(self.tuned, f"{site}_to_{p}", context, c, bias=False) for p in "kv")
        a = probabilities(q, split(k, heads))
        o = a @ split(v, heads)
        for concept in concepts:
            k, v = (split(linear(self.local, f"{site}_to_{p}", concept.local, c, bias=False), heads)
                    for p in "kv")
            a_local = probabilities(q, k)
            for b in range(len(x)):
                looks = a[b, :, :, concept.column[b]]
                gate = looks / looks.max()
                o[b] = o[b] + concept.strength[b] * ((a_local[b] * gate[:, :, None]) @ v[b])
        return linear(self.w, f"{name}.to_out.0", merge(o), c)

    def transformer(self, name, x, context, concepts, heads):
        w, (b, c, height, width) = self.w, x.shape
        project = linear if self.config["use_linear_projection"] else \
            lambda w, name, x, out: conv(w, name, x.transpose(1, 2)[..., None], out, 1)[..., 0].transpose(1, 2)
        h = group_norm(w, f"{name}.norm", x, self.config["norm_num_groups"], 1e-6)
        h = project(w, f"{name}.proj_in", h.flatten(2).transpose(1, 2), c)
        block = f"{name}.transformer_blocks.0"
        n = layer_norm(w, f"{block}.norm1", h)
        q, k, v = (split(linear(w, f"{block}.attn1.to_{p}", n, c, bias=False), heads) for p in "qkv")
        h = h + linear(w, f"{block}.attn1.to_out.0", merge(attend(q, k, v)), c)
        n = layer_norm(w, f"{block}.norm2", h)
        h = h + self.cross_attention(f"{block}.attn2", n, context, concepts, heads)
        n = linear(w, f"{block}.ff.net.0.proj", layer_norm(w, f"{block}.norm3", h), 8 * c)
        h = h + linear(w, f"{block}.ff.net.2", n[..., : 4 * c] * gelu(n[..., 4 * c :]), c)
        h = project(w, f"{name}.proj_out", h, c)
        return x + h.transpose(1, 2).reshape(x.shape)

    def __call__(self, sample, timestep, context, cond=None, concepts=()):
        config, widths = self.config, self.config["block_out_channels"]
        layers, last = config["layers_per_block"], len(widths) - 1
        time = self.time(timestep.expand(len(sample)), cond, sample.dtype)
        if config["center_input_sample"]:
            sample = 2 * sample - 1
        h = conv(self.w, "conv_in", sample, widths[0], 3, padding=1)
        skips = [h]
        for i, width in enumerate(widths):
            name = f"down_blocks.{i}"
            for j in range(layers):
                h = self.resnet(f"{name}.resnets.{j}", h, time, width)
                if config["down_block_types"][i] == "CrossAttnDownBlock2D":
                    h = self.transformer(f"{name}.attentions.{j}", h, context, concepts, self.heads(i))
                skips.append(h)
            if i < last:
                h = conv(self.w, f"{name}.downsamplers.0.conv", h, width, 3, 2, 1)
                skips.append(h)
        h = self.resnet("mid_block.resnets.0", h, time, widths[-1])
        h = self.transformer("mid_block.attentions.0", h, context, concepts, self.heads(last))
        h = self.resnet("mid_block.resnets.1", h, time, widths[-1])
        for i in range(len(widths)):
            name, level = f"up_blocks.{i}", last - i
            for j in range(layers + 1):
                h = torch.cat([h, skips.pop()], 1)
                h = self.resnet(f"{name}.resnets.{j}", h, time, widths[level])
                if config["up_block_types"][i] == "CrossAttnUpBlock2D":
                    h = self.transformer(f"{name}.attentions.{j}", h, context, concepts,
                                         self.heads(level))
            if level > 0:
                h = F.interpolate(h, size=skips[-1].shape[2:], mode="nearest")
                h = conv(self.w, f"{name}.upsamplers.0.conv", h, widths[level], 3, padding=1)
        h = silu(group_norm(self.w, "conv_norm_out", h, config["norm_num_groups"], config["norm_eps"]))
        return conv(self.w, "conv_out", h, config["out_channels"], 3, padding=1)

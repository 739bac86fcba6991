# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The five networks in PyTorch, built from their config.json, with the key names of the weight files.

Each module's state_dict saves straight into the diffusers folder layout:
  AutoencoderTiny          vae/
  TextEncoder              text_encoder/   (CLIP text)
  ImageEncoder             image_encoder/  (CLIP vision)
  UNet                     unet/           (UNet2DConditionModel as in Stable Diffusion 1.x)
  Mapper                   elite/          (ELITE's global and local mapper, without their K/V)

Tensors are NCHW or [batch, tokens, width].
"""

import math

import torch
import torch.nn.functional as F
from torch import nn


# ---------------------------------------------------------------------------- autoencoder


class TinyBlock(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.conv = nn.Sequential(nn.Conv2d(c, c, 3, padding=1), nn.ReLU(),
                                  nn.Conv2d(c, c, 3, padding=1), nn.ReLU(),
                                  nn.Conv2d(c, c, 3, padding=1))

    def forward(self, x):
        return F.relu(self.conv(x) + x)


class TinyCoder(nn.Module):
    def __init__(self, layers):
        super().__init__()
        self.layers = nn.Sequential(*layers)

    def forward(self, x):
        return self.layers(x)


class AutoencoderTiny(nn.Module):
    """Pictures in -1..1 [B,3,H,W] <-> latents [B,L,H/2^n,W/2^n]."""

    def __init__(self, config):
        super().__init__()
        self.config = config
        c = config["encoder_block_out_channels"]
        layers = []
        for i, blocks in enumerate(config["num_encoder_blocks"]):
            layers.append(nn.Conv2d(config["in_channels"], c[0], 3, padding=1) if i == 0 else
                          nn.Conv2d(c[i], c[i], 3, padding=1, stride=2, bias=False))
            layers += [TinyBlock(c[i]) for _ in range(blocks)]
        layers.append(nn.Conv2d(c[-1], config["latent_channels"], 3, padding=1))
        self.encoder = TinyCoder(layers)

        c = config["decoder_block_out_channels"]
        last = len(config["num_decoder_blocks"]) - 1
        layers = [nn.Conv2d(config["latent_channels"], c[0], 3, padding=1), nn.ReLU()]
        for i, blocks in enumerate(config["num_decoder_blocks"]):
            layers += [TinyBlock(c[i]) for _ in range(blocks)]
            if i < last:
                layers.append(nn.Upsample(scale_factor=config["upsampling_scaling_factor"]))
            out = c[i] if i < last else config["out_channels"]
            layers.append(nn.Conv2d(c[i], out, 3, padding=1, bias=i == last))
        self.decoder = TinyCoder(layers)

    def encode(self, image):
        return self.encoder(image * 0.5 + 0.5)

    def decode(self, latent):
        m = self.config["latent_magnitude"]
        return self.decoder(torch.tanh(latent / m) * m) * 2 - 1


# ---------------------------------------------------------------------------- attention


def split_heads(x, heads):
    return x.unflatten(-1, (heads, -1)).transpose(1, 2)


def merge_heads(x):
    return x.transpose(1, 2).flatten(2)


def look(q, k, causal=False):
    """-> attention weights [B,H,Q,K].  Attention uses two plain matrix products: the backward pass of PyTorch's fused
    attention takes ten times as long in bfloat16 on a CPU, half of a training step."""
    scores = (q / math.sqrt(q.shape[-1])) @ k.transpose(-1, -2)
    if causal:
        n = scores.shape[-1]
        scores = scores + torch.full((n, n), -math.inf, device=q.device, dtype=scores.dtype).triu(1)
    return torch.softmax(scores, -1)


# ---------------------------------------------------------------------------- CLIP


class ClipAttention(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.q_proj = nn.Linear(width, width)
        self.k_proj = nn.Linear(width, width)
        self.v_proj = nn.Linear(width, width)
        self.out_proj = nn.Linear(width, width)

    def forward(self, x, causal):
        q, k, v = (split_heads(p(x), self.heads) for p in (self.q_proj, self.k_proj, self.v_proj))
        return self.out_proj(merge_heads(look(q, k, causal) @ v))


class ClipMlp(nn.Module):
    def __init__(self, width, inner):
        super().__init__()
        self.fc1 = nn.Linear(width, inner)
        self.fc2 = nn.Linear(inner, width)

    def forward(self, x):
        x = self.fc1(x)
        return self.fc2(x * torch.sigmoid(1.702 * x))


class ClipLayer(nn.Module):
    def __init__(self, config):
        super().__init__()
        width = config["hidden_size"]
        self.layer_norm1 = nn.LayerNorm(width, config["layer_norm_eps"])
        self.self_attn = ClipAttention(width, config["num_attention_heads"])
        self.layer_norm2 = nn.LayerNorm(width, config["layer_norm_eps"])
        self.mlp = ClipMlp(width, config["intermediate_size"])

    def forward(self, x, causal):
        x = x + self.self_attn(self.layer_norm1(x), causal)
        return x + self.mlp(self.layer_norm2(x))


class ClipStack(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.layers = nn.ModuleList(ClipLayer(config) for _ in range(config["num_hidden_layers"]))


class TextEmbeddings(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.token_embedding = nn.Embedding(config["vocab_size"], config["hidden_size"])
        self.position_embedding = nn.Embedding(config["max_position_embeddings"],
                                               config["hidden_size"])


class TextModel(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.embeddings = TextEmbeddings(config)
        self.encoder = ClipStack(config)
        self.final_layer_norm = nn.LayerNorm(config["hidden_size"], config["layer_norm_eps"])


class TextEncoder(nn.Module):
    """Token embeddings [B,L,D] (words already inserted) -> context [B,L,D]."""

    def __init__(self, config):
        super().__init__()
        self.config = config
        self.text_model = TextModel(config)

    def embed(self, ids):
        return self.text_model.embeddings.token_embedding(ids)

    def forward(self, embeddings):
        model = self.text_model
        x = embeddings + model.embeddings.position_embedding.weight[: embeddings.shape[1]]
        for layer in model.encoder.layers:
            x = layer(x, True)
        return model.final_layer_norm(x)


class VisionEmbeddings(nn.Module):
    def __init__(self, config):
        super().__init__()
        width, patch = config["hidden_size"], config["patch_size"]
        self.class_embedding = nn.Parameter(torch.zeros(width))
        self.patch_embedding = nn.Conv2d(3, width, patch, patch, bias=False)
        self.position_embedding = nn.Embedding((config["image_size"] // patch) ** 2 + 1, width)


class VisionModel(nn.Module):
    def __init__(self, config):
        super().__init__()
        width = config["hidden_size"]
        self.embeddings = VisionEmbeddings(config)
        self.pre_layrnorm = nn.LayerNorm(width, config["layer_norm_eps"])
        self.encoder = ClipStack(config)
        self.post_layernorm = nn.LayerNorm(width, config["layer_norm_eps"])


class ImageEncoder(nn.Module):
    """Normalised pixels [B,3,S,S] -> hidden states h_0 .. h_N, each [B,1+P,W]."""

    def __init__(self, config):
        super().__init__()
        self.config = config
        self.vision_model = VisionModel(config)

    def forward(self, pixels):
        model = self.vision_model
        x = model.embeddings.patch_embedding(pixels).flatten(2).transpose(1, 2)
        first = model.embeddings.class_embedding.expand(len(x), 1, -1)
        x = torch.cat([first, x], 1) + model.embeddings.position_embedding.weight
        states = [model.pre_layrnorm(x)]
        for layer in model.encoder.layers:
            states.append(layer(states[-1], False))
        return states


# ---------------------------------------------------------------------------- ELITE mappers


def mapper_mlp(width, out):
    return nn.Sequential(nn.Linear(width, width), nn.LayerNorm(width), nn.LeakyReLU(0.01),
                         nn.Linear(width, width), nn.LayerNorm(width), nn.LeakyReLU(0.01),
                         nn.Linear(width, out))


class Mapper(nn.Module):
    """ELITE's mapper over five hidden states: words [B,5,D] or local features [B,P,D]."""

    def __init__(self, width, out):
        super().__init__()
        for i in range(5):
            setattr(self, f"mapping_{i}", mapper_mlp(width, out))
            setattr(self, f"mapping_patch_{i}", mapper_mlp(width, out))

    def pairs(self, features):
        for i, f in enumerate(features):
            yield getattr(self, f"mapping_{i}")(f[:, :1]), getattr(self, f"mapping_patch_{i}")(f[:, 1:])

    def words(self, features):
        return torch.cat([c + p.mean(1, keepdim=True) for c, p in self.pairs(features)], 1)

    def local(self, features, seg):
        return torch.stack([c + p for c, p in self.pairs(features)]).mean(0) * seg[..., None]


# ---------------------------------------------------------------------------- U-Net


class Context:
    """The inputs of every attn2: text [B,L,D]; local features [B,P,D] or None; the index of w_0
    per sample [B]; lam [B] scales the local branch (0 disables it).  If `heard` is a list, every attn2
    appends two pairs: one of the text branch (first half of the heads only) and one of the local branch
    before the gate (None without local features).  A pair is the attention output at each position,
    [B,T,width of these heads], and the attention weights, mean over these heads, [B,T,L or P]."""

    def __init__(self, text, local=None, index=None, lam=None, heard=None):
        self.text, self.local, self.index, self.lam = text, local, index, lam
        self.heard = heard


class Attention(nn.Module):
    def __init__(self, width, heads, context_width=None):
        super().__init__()
        self.heads = heads
        self.to_q = nn.Linear(width, width, bias=False)
        self.to_k = nn.Linear(context_width or width, width, bias=False)
        self.to_v = nn.Linear(context_width or width, width, bias=False)
        self.to_out = nn.ModuleList([nn.Linear(width, width)])
        if context_width:
            self.local_k = nn.Linear(context_width, width, bias=False)
            self.local_v = nn.Linear(context_width, width, bias=False)

    def forward(self, x, context=None):
        if context is None:
            q, k, v = (split_heads(p(x), self.heads) for p in (self.to_q, self.to_k, self.to_v))
            return self.to_out[0](merge_heads(look(q, k) @ v))
        q = split_heads(self.to_q(x), self.heads)
        k, v = (split_heads(p(context.text), self.heads) for p in (self.to_k, self.to_v))
        a = look(q, k)
        o = a @ v
        half, local = self.heads // 2, None
        text = merge_heads(o[:, :half]), a[:, :half].mean(1)
        if context.local is not None:
            k, v = (split_heads(p(context.local), self.heads) for p in (self.local_k, self.local_v))
            index = context.index.view(-1, 1, 1, 1).expand(-1, *a.shape[1:3], 1)
            gate = a.gather(3, index)
            gate = gate / gate.amax((1, 2, 3), keepdim=True) * context.lam.view(-1, 1, 1, 1)
            at = look(q, k)
            said = at @ v
            o = o + said * gate
            local = merge_heads(said), at.mean(1)
        if context.heard is not None:
            context.heard.append((text, local))
        return self.to_out[0](merge_heads(o))


class GeGlu(nn.Module):
    def __init__(self, width, inner):
        super().__init__()
        self.proj = nn.Linear(width, inner * 2)

    def forward(self, x):
        value, gate = self.proj(x).chunk(2, -1)
        return value * F.gelu(gate)


class FeedForward(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.net = nn.ModuleList([GeGlu(width, width * 4), nn.Identity(),
                                  nn.Linear(width * 4, width)])

    def forward(self, x):
        return self.net[2](self.net[0](x))


class TransformerBlock(nn.Module):
    def __init__(self, width, heads, context_width):
        super().__init__()
        self.norm1 = nn.LayerNorm(width)
        self.attn1 = Attention(width, heads)
        self.norm2 = nn.LayerNorm(width)
        self.attn2 = Attention(width, heads, context_width)
        self.norm3 = nn.LayerNorm(width)
        self.ff = FeedForward(width)

    def forward(self, x, context):
        x = x + self.attn1(self.norm1(x))
        x = x + self.attn2(self.norm2(x), context)
        return x + self.ff(self.norm3(x))


class SpatialTransformer(nn.Module):
    def __init__(self, width, heads, config):
        super().__init__()
        self.norm = nn.GroupNorm(config["norm_num_groups"], width, eps=1e-6)
        self.proj_in = nn.Conv2d(width, width, 1)
        self.transformer_blocks = nn.ModuleList(
            [TransformerBlock(width, heads, config["cross_attention_dim"])])
        self.proj_out = nn.Conv2d(width, width, 1)

    def forward(self, x, context):
        h = self.proj_in(self.norm(x))
        shape = h.shape
        h = self.transformer_blocks[0](h.flatten(2).transpose(1, 2), context)
        return x + self.proj_out(h.transpose(1, 2).reshape(shape))


class ResNet(nn.Module):
    def __init__(self, wide_in, wide_out, time_width, groups, eps):
        super().__init__()
        self.norm1 = nn.GroupNorm(groups, wide_in, eps=eps)
        self.conv1 = nn.Conv2d(wide_in, wide_out, 3, padding=1)
        self.time_emb_proj = nn.Linear(time_width, wide_out)
        self.norm2 = nn.GroupNorm(groups, wide_out, eps=eps)
        self.conv2 = nn.Conv2d(wide_out, wide_out, 3, padding=1)
        self.conv_shortcut = nn.Conv2d(wide_in, wide_out, 1) if wide_in != wide_out else None

    def forward(self, x, time):
        h = self.conv1(F.silu(self.norm1(x)))
        h = h + self.time_emb_proj(F.silu(time))[:, :, None, None]
        h = self.conv2(F.silu(self.norm2(h)))
        return h + (self.conv_shortcut(x) if self.conv_shortcut is not None else x)


class Resample(nn.Module):
    def __init__(self, width, up):
        super().__init__()
        self.up = up
        self.conv = nn.Conv2d(width, width, 3, padding=1, stride=1 if up else 2)

    def forward(self, x):
        return self.conv(F.interpolate(x, scale_factor=2.0, mode="nearest") if self.up else x)


class UNetBlock(nn.Module):
    def __init__(self, inputs, width, attend, heads, config, resample=None):
        super().__init__()
        time_width = config["block_out_channels"][0] * 4
        self.resnets = nn.ModuleList(
            ResNet(i, width, time_width, config["norm_num_groups"], config["norm_eps"])
            for i in inputs)
        if attend:
            self.attentions = nn.ModuleList(SpatialTransformer(width, heads, config)
                                            for _ in range(attend))
        if resample:
            name = "upsamplers" if resample == "up" else "downsamplers"
            setattr(self, name, nn.ModuleList([Resample(width, resample == "up")]))


class TimeEmbedding(nn.Module):
    def __init__(self, width, cond):
        super().__init__()
        if cond:
            self.cond_proj = nn.Linear(cond, width, bias=False)
        self.linear_1 = nn.Linear(width, width * 4)
        self.linear_2 = nn.Linear(width * 4, width * 4)


class UNet(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.config = config
        widths, layers = config["block_out_channels"], config["layers_per_block"]
        heads = config["attention_head_dim"]  # Stable Diffusion's name for the number of heads
        heads = heads if isinstance(heads, list) else [heads] * len(widths)
        self.conv_in = nn.Conv2d(config["in_channels"], widths[0], 3, padding=1)
        self.time_embedding = TimeEmbedding(widths[0], config.get("time_cond_proj_dim"))
        self.down_blocks = nn.ModuleList()
        skips, last = [widths[0]], len(widths) - 1
        for i, width in enumerate(widths):
            attend = layers if config["down_block_types"][i].startswith("Cross") else 0
            before = widths[max(i - 1, 0)]
            self.down_blocks.append(UNetBlock([before] + [width] * (layers - 1), width, attend,
                                              heads[i], config, "down" if i < last else None))
            skips += [width] * (layers + (i < last))
        self.mid_block = UNetBlock([widths[-1]] * 2, widths[-1], 1, heads[-1], config)
        self.up_blocks = nn.ModuleList()
        below = widths[-1]
        for i, width in enumerate(reversed(widths)):
            inputs = []
            for j in range(layers + 1):
                inputs.append((below if j == 0 else width) + skips.pop())
            attend = layers + 1 if config["up_block_types"][i].startswith("Cross") else 0
            self.up_blocks.append(UNetBlock(inputs, width, attend, heads[last - i], config,
                                            "up" if i < last else None))
            below = width
        self.conv_norm_out = nn.GroupNorm(config["norm_num_groups"], widths[0],
                                          eps=config["norm_eps"])
        self.conv_out = nn.Conv2d(widths[0], config["out_channels"], 3, padding=1)

    def time(self, t, cond):
        width = self.config["block_out_channels"][0]
        f = torch.exp(-math.log(10000) * torch.arange(width // 2, device=t.device) / (width // 2))
        angle = t.float()[:, None] * f
        emb = torch.cat([angle.cos(), angle.sin()], 1)
        if cond is not None:
            emb = emb + self.time_embedding.cond_proj(cond)
        return self.time_embedding.linear_2(F.silu(self.time_embedding.linear_1(emb)))

    def forward(self, x, t, context, cond=None):
        time = self.time(t, cond)
        h = self.conv_in(x)
        skips = [h]
        for block in self.down_blocks:
            for j, resnet in enumerate(block.resnets):
                h = resnet(h, time)
                if hasattr(block, "attentions"):
                    h = block.attentions[j](h, context)
                skips.append(h)
            if hasattr(block, "downsamplers"):
                h = block.downsamplers[0](h)
                skips.append(h)
        h = self.mid_block.resnets[0](h, time)
        h = self.mid_block.attentions[0](h, context)
        h = self.mid_block.resnets[1](h, time)
        for block in self.up_blocks:
            for j, resnet in enumerate(block.resnets):
                h = resnet(torch.cat([h, skips.pop()], 1), time)
                if hasattr(block, "attentions"):
                    h = block.attentions[j](h, context)
            if hasattr(block, "upsamplers"):
                h = block.upsamplers[0](h)
        return self.conv_out(F.silu(self.conv_norm_out(h)))


def guidance_embedding(w, width):
    """LCM's embedding of w = guidance - 1 ([B]) -> [B, width], [sin | cos]."""
    half = width // 2
    f = torch.exp(-math.log(10000) * torch.arange(half, device=w.device) / (half - 1))
    angle = w.float()[:, None] * 1000 * f
    return torch.cat([angle.sin(), angle.cos()], 1)

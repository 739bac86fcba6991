# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Converts CLIP's towers from Hugging Face's names to OpenAI's and to the TorchScript archive that OpenAI publishes, and DINO's
network to its authors' names."""

import collections

import torch


def open_ai(state):
    """The same tower under OpenAI's names, with query, key and value in one matrix."""
    names = {"embeddings.class_embedding": "class_embedding", "embeddings.patch_embedding.weight": "conv1.weight",
             "embeddings.position_embedding.weight": "positional_embedding"}
    parts = (("pre_layrnorm", "ln_pre"), ("post_layernorm", "ln_post"), ("encoder.layers", "transformer.resblocks"),
             ("layer_norm1", "ln_1"), ("layer_norm2", "ln_2"), ("self_attn.out_proj", "attn.out_proj"),
             ("mlp.fc1", "mlp.c_fc"), ("mlp.fc2", "mlp.c_proj"))
    result = collections.OrderedDict()
    for name, tensor in state.items():
        name = name.removeprefix("vision_model.")
        name = names.get(name, name)
        for ours, theirs in parts:
            name = name.replace(ours, theirs)
        if "q_proj" in name:
            own = [state["vision_model." + name.replace("transformer.resblocks", "encoder.layers")
                         .replace("q_proj", f"{p}_proj")] for p in "qkv"]
            kind = name.rsplit(".", 1)[1]
            result["visual." + name.split("self_attn")[0] + f"attn.in_proj_{kind}"] = torch.cat(own)
        elif "_proj" not in name or "out_proj" in name or "c_proj" in name:
            result["visual." + name] = tensor
    result["visual.proj"] = torch.zeros(4, 4)
    result["transformer.resblocks.0.ln_1.weight"] = torch.zeros(4)  # of the text tower
    result["logit_scale"] = torch.tensor(4.6)
    return result


def open_ai_whole(state):
    """Both towers, from Hugging Face's names."""
    vision = {n: t for n, t in state.items() if n.startswith("vision_model.")}
    result = open_ai(vision)
    del result["transformer.resblocks.0.ln_1.weight"]
    result["visual.proj"] = state["visual_projection.weight"].T.contiguous()
    result["text_projection"] = state["text_projection.weight"].T.contiguous()
    # the text tower's layers are named like the vision tower's, apart from the prefix
    text = open_ai({n.replace("text_model.encoder", "vision_model.encoder"): t for n, t in state.items()
                    if n.startswith("text_model.encoder")})
    result |= {n.removeprefix("visual."): t for n, t in text.items() if n.startswith("visual.transformer.")}
    for ours, theirs in (("embeddings.token_embedding.weight", "token_embedding.weight"),
                         ("embeddings.position_embedding.weight", "positional_embedding"),
                         ("final_layer_norm.weight", "ln_final.weight"), ("final_layer_norm.bias", "ln_final.bias")):
        result[theirs] = state[f"text_model.{ours}"]
    return result


def dino(state):
    """A ViTModel's tensors under the names of DINO's authors, with query, key and value in one matrix."""
    names = {"embeddings.cls_token": "cls_token", "embeddings.position_embeddings": "pos_embed"}
    parts = (("embeddings.patch_embeddings.projection", "patch_embed.proj"), ("encoder.layer.", "blocks."),
             ("layernorm_before", "norm1"), ("layernorm_after", "norm2"), ("attention.output.dense", "attn.proj"),
             ("intermediate.dense", "mlp.fc1"), ("output.dense", "mlp.fc2"), ("layernorm.", "norm."))
    result = collections.OrderedDict()
    for name, tensor in state.items():
        if ".query." in name:
            fused = torch.cat([state[name.replace("query", p)] for p in ("query", "key", "value")])
            result[name.replace("encoder.layer.", "blocks.").replace("attention.attention.query", "attn.qkv")] = fused
        elif ".key." not in name and ".value." not in name:
            name = names.get(name, name)
            for ours, theirs in parts:
                name = name.replace(ours, theirs)
            result[name] = tensor
    return result


class Node(torch.nn.Module):
    """A module that holds parameters and submodules; TorchScript requires a forward method."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x


def save_script(state, path):
    """Saves the tensors as parameters of nested modules, in TorchScript's format."""
    root = Node()
    for name, tensor in state.items():
        *levels, leaf = name.split(".")
        node = root
        for level in levels:
            if level not in node._modules:
                node.add_module(level, Node())
            node = node._modules[level]
        node.register_parameter(leaf, torch.nn.Parameter(tensor.clone(), requires_grad=False))
    torch.jit.script(root).save(path)

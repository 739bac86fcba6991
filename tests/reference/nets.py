#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes tests/nets/data: small models with random weights in the folder layout of real ones, and for each network a few cases
with inputs and the results of networks.py in double precision.

A case MODEL/cases/NETWORK.WHAT.safetensors holds the input tensors of `personalize module NETWORK` (with --vjp, if there are
gradients among them) and, as "expected.NAME", its expected results. Kept as provenance; needs PyTorch, the tests do not.
Usage: nets.py [FOLDER]
"""

import json
import os
import sys
import zlib

import numpy as np
import torch

import networks
import safetensors_file

ONE = {   # like SD 1.x
    "text_encoder": {
        "architectures": ["CLIPTextModel"], "model_type": "clip_text_model",
        "vocab_size": 50, "hidden_size": 24, "intermediate_size": 56, "num_hidden_layers": 3,
        "num_attention_heads": 2, "max_position_embeddings": 13, "hidden_act": "quick_gelu",
        "layer_norm_eps": 1e-5,
    },
    "image_encoder": {
        "architectures": ["CLIPVisionModel"], "model_type": "clip_vision_model",
        "hidden_size": 36, "intermediate_size": 72, "num_hidden_layers": 6,
        "num_attention_heads": 3, "num_channels": 3, "image_size": 28, "patch_size": 7,
        "hidden_act": "quick_gelu", "layer_norm_eps": 1e-5,
    },
    "unet": {
        "_class_name": "UNet2DConditionModel",
        "sample_size": 8, "in_channels": 4, "out_channels": 4, "center_input_sample": False,
        "flip_sin_to_cos": True, "freq_shift": 0,
        "down_block_types": ["CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "DownBlock2D"],
        "mid_block_type": "UNetMidBlock2DCrossAttn",
        "up_block_types": ["UpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D"],
        "block_out_channels": [16, 24, 32], "layers_per_block": 1, "downsample_padding": 1,
        "act_fn": "silu", "norm_num_groups": 8, "norm_eps": 1e-5, "cross_attention_dim": 24,
        "attention_head_dim": 2, "use_linear_projection": False, "time_cond_proj_dim": 10,
    },
    "vae": {
        "_class_name": "AutoencoderTiny", "in_channels": 3, "out_channels": 3, "latent_channels": 4,
        "encoder_block_out_channels": [16, 16, 16], "decoder_block_out_channels": [16, 16, 16],
        "num_encoder_blocks": [1, 2, 1], "num_decoder_blocks": [2, 1, 1], "act_fn": "relu",
        "upsampling_scaling_factor": 2, "scaling_factor": 1.0,
    },
    "subject_finder": {
        "_class_name": "SubjectFinder", "sample_size": 32, "in_channels": 4, "out_channels": 4,
        "block_out_channels": [8, 16, 24], "norm_num_groups": 8,
    },
}

TWO = {   # like SD 2.x, and with every choice of config.json that ONE does not make
    "text_encoder": dict(ONE["text_encoder"], hidden_size=20, num_hidden_layers=2, hidden_act="gelu",
                         max_position_embeddings=9, layer_norm_eps=1e-3),
    "unet": dict(ONE["unet"], block_out_channels=[12, 20], layers_per_block=2,
                 down_block_types=["DownBlock2D", "CrossAttnDownBlock2D"],
                 up_block_types=["CrossAttnUpBlock2D", "UpBlock2D"], in_channels=5, out_channels=3,
                 attention_head_dim=[1, 2], use_linear_projection=True, time_cond_proj_dim=None,
                 center_input_sample=True, flip_sin_to_cos=False, freq_shift=1,
                 norm_num_groups=4, norm_eps=1e-3, cross_attention_dim=20),
    "vae": dict(ONE["vae"], latent_channels=6, encoder_block_out_channels=[8, 8],
                decoder_block_out_channels=[8, 8], num_encoder_blocks=[0, 2],
                num_decoder_blocks=[1, 0]),
}

THREE = {   # Stable Diffusion's own VAE
    "vae": {
        "_class_name": "AutoencoderKL", "in_channels": 3, "out_channels": 3, "latent_channels": 4,
        "down_block_types": ["DownEncoderBlock2D"] * 3, "up_block_types": ["UpDecoderBlock2D"] * 3,
        "block_out_channels": [16, 24, 32], "layers_per_block": 2, "act_fn": "silu", "norm_num_groups": 8,
        "sample_size": 32, "scaling_factor": 0.18215,
    },
}

CLIP = {   # all of CLIP; its config.json and weights are in the folder itself
    "model_type": "clip", "projection_dim": 20,
    "text_config": dict(ONE["text_encoder"], vocab_size=60, num_hidden_layers=2),
    "vision_config": dict(ONE["image_encoder"], num_hidden_layers=2),
}

DINO = {
    "model_type": "vit", "hidden_size": 24, "intermediate_size": 56, "num_hidden_layers": 2,
    "num_attention_heads": 2, "image_size": 28, "patch_size": 7, "hidden_act": "gelu", "layer_norm_eps": 1e-6,
    "num_channels": 3, "qkv_bias": True,
}

FEATURES = [6, 1, 2, 3, 4]


class Weights:
    """Makes a random weight when it is first requested. Its values depend only on the file and the name; they are scaled so
    that activations keep unit scale, and rounded to the file's dtype."""

    def __init__(self, path, dtype):
        self.path, self.dtype, self.tensors = path, dtype, {}

    def __call__(self, name, shape):
        if name not in self.tensors:
            rng = np.random.default_rng(zlib.crc32((self.path + name).encode()))
            x = rng.standard_normal(shape)
            if len(shape) > 1 and "embedding.weight" not in name:
                x = x / np.sqrt(np.prod(shape[1:]))
            elif "norm" in name or name.split(".")[-2] in ("1", "4"):
                x = 0.2 * x + (1.0 if name.endswith("weight") else 0.0)
            elif name.endswith("bias"):
                x = 0.2 * x
            self.tensors[name] = x.astype(self.dtype)
        assert self.tensors[name].shape == tuple(shape), name
        return torch.from_numpy(self.tensors[name].astype(np.float64))


class Model:
    def __init__(self, folder, configs, dtype):
        self.folder, self.configs, self.dtype, self.weights = folder, configs, dtype, {}

    def file(self, path):
        return self.weights.setdefault(path, Weights(os.path.basename(self.folder) + path, self.dtype))

    def case(self, network, what, inputs, expected):
        """inputs, expected: name -> tensor. All input values must be representable in the file."""
        tensors = {n: t.numpy().astype(np.int32 if t.dtype == torch.int64 else np.float32)
                   for n, t in inputs.items()}
        tensors |= {f"expected.{n}": t.numpy().astype(np.float32) for n, t in expected.items()}
        path = os.path.join(self.folder, "cases", f"{network}.{what}.safetensors")
        os.makedirs(os.path.dirname(path), exist_ok=True)
        safetensors_file.write(path, tensors)

    def gradients(self, network, what, inputs, wanted, run):
        """Adds a case with gradients: run (inputs) returns name -> tensor; random gradients of these results are propagated
        back to the inputs named in `wanted`."""
        inputs = {n: t.clone().requires_grad_(n in wanted) for n, t in inputs.items()}
        results = run(inputs)
        seeds = {n: random(f"{what}d_{n}", *t.shape) for n, t in results.items()}
        sum((results[n] * seeds[n]).sum() for n in results).backward()
        self.case(network, what,
                  {n: t.detach() for n, t in inputs.items()} | {f"d_{n}": s for n, s in seeds.items()},
                  {n: t.detach() for n, t in results.items()} | {f"d_{n}": inputs[n].grad for n in wanted})

    def save(self):
        for name, config in self.configs.items():   # "" is the folder itself
            os.makedirs(os.path.join(self.folder, name), exist_ok=True)
            with open(os.path.join(self.folder, name, "config.json"), "w") as f:
                f.write(json.dumps(config, indent=2) + "\n")
        for path, weights in self.weights.items():
            full = os.path.join(self.folder, path)
            os.makedirs(os.path.dirname(full), exist_ok=True)
            safetensors_file.write(full, weights.tensors)


def random(what, *shape):
    rng = np.random.default_rng(zlib.crc32(what.encode()))
    return torch.from_numpy(rng.standard_normal(shape).astype(np.float32).astype(np.float64))


def text_cases(model):
    config, w = model.configs["text_encoder"], model.file("text_encoder/model.safetensors")
    top, longest, width = config["vocab_size"], config["max_position_embeddings"], config["hidden_size"]

    def ids(batch, tokens):
        rng = np.random.default_rng(batch * 100 + tokens)
        return torch.from_numpy(rng.integers(0, top, (batch, tokens)))

    for what, batch, tokens, words in (("two-full-prompts", 2, longest, 0),
                                       ("a-short-prompt-with-a-word", 1, 5, 1),
                                       ("two-prompts-with-five-words", 2, 8, 5)):
        given = ids(batch, tokens)
        inputs, extra = {"input_ids": given}, None
        if words:
            extra = inputs["extra"] = random(what, words, width)
            given[0, 2 : 2 + min(words, 3)] = top + torch.arange(min(words, 3)).flip(0)
            given[-1, -1] = top + words - 1
        model.case("text_encoder", what, inputs,
                   {"last_hidden_state": networks.text_encoder(w, config, given, extra)})


def text_gradient_cases(model):
    config, w = model.configs["text_encoder"], model.file("text_encoder/model.safetensors")
    top, longest, width = config["vocab_size"], config["max_position_embeddings"], config["hidden_size"]
    ids = torch.from_numpy(np.random.default_rng(77).integers(0, top, (2, longest)))
    ids[0, 2:4], ids[1, 1], ids[1, 5] = top + torch.arange(2), top, top
    on = torch.tensor([1.0], dtype=torch.float64)

    def hidden(given):
        return {"last_hidden_state": networks.text_encoder(
            w, config, given.get("input_ids"), given.get("extra"), given.get("prefix"), on.expand(2),
            given.get("inputs_embeds"))}

    model.gradients("text_encoder", "gradients-of-two-words-in-two-prompts",
                    {"input_ids": ids, "extra": random("gradients-extra", 2, width)}, ["extra"], hidden)
    model.gradients("text_encoder", "gradients-of-embeddings",
                    {"inputs_embeds": random("gradients-embeds", 2, 6, width)}, ["inputs_embeds"], hidden)
    model.gradients("text_encoder", "gradients-of-an-adapter",
                    {"input_ids": ids % top, "prefix": random("gradients-prefix", 2, 4, width), "prefix_on": on},
                    ["prefix"], hidden)


def prefix_cases(model):
    """CatVersion's adapter: one and two learned positions, enabled for one of two prompts and for all."""
    config, w = model.configs["text_encoder"], model.file("text_encoder/model.safetensors")
    for what, length, layers, on in (("an-adapter-and-an-unconditional-half", 1, 2, (0, 1)),
                                     ("an-adapter-of-two-positions-everywhere", 2, 1, (1,))):
        rng = np.random.default_rng(zlib.crc32(what.encode()))
        ids = torch.from_numpy(rng.integers(0, config["vocab_size"],
                                            (2, config["max_position_embeddings"])))
        prefix = random(what, length, 2 * layers, config["hidden_size"])
        flags = torch.tensor(on, dtype=torch.float64)
        model.case("text_encoder", what, {"input_ids": ids, "prefix": prefix, "prefix_on": flags},
                   {"last_hidden_state": networks.text_encoder(w, config, ids, None, prefix,
                                                               flags.expand(2))})


def image_cases(model):
    config, w = model.configs["image_encoder"], model.file("image_encoder/model.safetensors")
    size = config["image_size"]
    for what, batch in (("one-picture", 1), ("two-pictures", 2)):
        pixels = random(what, batch, 3, size, size)
        states = networks.image_encoder(w, config, pixels)
        model.case("image_encoder", what, {"pixel_values": pixels},
                   {f"hidden_states_{i}": s for i, s in enumerate(states)})
    # Real files contain these too; nothing here uses them.
    w("vision_model.post_layernorm.weight", (config["hidden_size"],))
    w("vision_model.post_layernorm.bias", (config["hidden_size"],))


def judge_cases(clip, dino):
    config, w = clip.configs[""], clip.file("model.safetensors")
    for what, batch, tokens, ends in (("one-text", 1, 6, [5]), ("three-texts", 3, 13, [12, 2, 7])):
        ids = torch.from_numpy(np.random.default_rng(tokens).integers(0, 60, (batch, tokens)))
        rows = torch.tensor([[b * tokens + end for b, end in enumerate(ends)]])
        clip.case("clip_text", what, {"input_ids": ids, "ends": rows},
                  {"features": networks.clip_text_features(w, config, ids, ends)})
    for model, network, run, weights in (
            (clip, "clip_image", networks.clip_image_features, w),
            (dino, "dino", networks.vit, dino.file("model.safetensors"))):
        for what, batch in (("one-picture", 1), ("two-pictures", 2)):
            pixels = random(network + what, batch, 3, 28, 28)
            model.case(network, what, {"pixel_values": pixels},
                       {"features": run(weights, model.configs[""], pixels)})
    # letters, and letters that end a word; no merges
    letters = "abcdefghijklmnopqrstuvwxyz"
    words = [*letters, *(f"{c}</w>" for c in letters), "<|startoftext|>", "<|endoftext|>"]
    with open(os.path.join(clip.folder, "vocab.json"), "w") as f:
        f.write(json.dumps({word: i for i, word in enumerate(words)}) + "\n")
    with open(os.path.join(clip.folder, "merges.txt"), "w") as f:
        f.write("#version: 0.2\n")


def mask_of(what, batch, patches):
    return (random(what, batch, patches) > 0.3).double()


def mapper_cases(model):
    width, out = model.configs["image_encoder"]["hidden_size"], model.configs["unet"]["cross_attention_dim"]
    w_global, w_local = (model.file(f"elite/{n}_mapper.safetensors") for n in ("global", "local"))
    for what, batch in (("one-picture", 1), ("two-pictures", 2)):
        features = [random(f"{what}{k}", batch, 17, width) for k in FEATURES]
        inputs = {f"hidden_states_{k}": f for k, f in zip(FEATURES, features)}
        model.case("global_mapper", what, inputs,
                   {"words": networks.global_mapper(w_global, features, out)})
        mask = mask_of(what, batch, 16)
        model.case("local_mapper", what, inputs | {"mask": mask},
                   {"local": networks.local_mapper(w_local, features, mask, out)})


def finder_cases(model):
    """Also checks that the network of models/training gives the same result."""
    sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "models", "training"))
    from finder_net import Finder
    config = model.configs["subject_finder"]
    w = model.file("subject_finder/diffusion_pytorch_model.safetensors")
    for what, batch in (("one-picture", 1), ("two-pictures", 2)):
        side = config["sample_size"]
        picture = random("finder" + what, batch, 4, side, side)
        picture[:, 3] = (picture[:, 3] > 0).double()
        places = networks.subject_finder(w, config, picture)
        trained = Finder(config).double()
        trained.load_state_dict({n: torch.from_numpy(t.astype(np.float64)) for n, t in w.tensors.items()})
        found = torch.nn.functional.pixel_shuffle(places, 2)[:, 0]
        assert torch.allclose(trained(picture), found, atol=1e-9), "models/training/finder_net.py"
        model.case("subject_finder", what, {"picture": picture}, {"places": places})


def vae_cases(model):
    config, w = model.configs["vae"], model.file("vae/diffusion_pytorch_model.safetensors")
    for what, batch, height, width in (("a-wide-picture", 1, 3, 5), ("two-odd-pictures", 2, 5, 4)):
        latent = 2 * random(what, batch, config["latent_channels"], height, width) / config["scaling_factor"]
        model.case("vae_decoder", what, {"latent": latent},
                   {"image": networks.vae_decoder(w, config, latent)})
    for what, batch, height, width in (("a-wide-picture", 1, 16, 24), ("two-odd-pictures", 2, 17, 13)):
        image = torch.tanh(random(what, batch, 3, height, width)).float().double()
        expected = {"latent": networks.vae_encoder(w, config, image)}
        if config["_class_name"] == "AutoencoderKL":
            expected["moments"] = networks.kl_encoder(w, config, image)
        model.case("vae_encoder", what, {"image": image}, expected)


class UnetCases:
    def __init__(self, model):
        self.model, self.config = model, model.configs["unet"]
        self.own = model.file("unet/diffusion_pytorch_model.safetensors")

    def add(self, what, batch, height, width, tokens=7, timestep=(501.0,), cond=False, concepts=(),
            tuned=None, wanted=()):
        """concepts: (column per sample, strength or one per sample); tuned: the input kv_elite, None = omit it; wanted: inputs
        whose gradients are computed."""
        model, config = self.model, self.config
        inputs = {"sample": random(what + "x", batch, config["in_channels"], height, width),
                  "timestep": torch.tensor(timestep, dtype=torch.float64),
                  "encoder_hidden_states": random(what + "c", batch, tokens,
                                                  config["cross_attention_dim"])}
        if cond:
            inputs["timestep_cond"] = random(what + "w", batch, config["time_cond_proj_dim"])
        seen = []
        for n, (columns, strength) in enumerate(concepts):
            tail = "" if n == 0 else f"_{n + 1}"
            local = random(f"{what}l{n}", batch, 16, config["cross_attention_dim"])
            local = local * mask_of(f"{what}{n}", batch, 16)[:, :, None]
            strengths = torch.tensor(strength, dtype=torch.float32).double()
            inputs |= {f"local{tail}": local, f"placeholder_index{tail}": torch.tensor(columns),
                       f"fidelity{tail}": strengths}
            seen.append((f"local{tail}", columns, strengths.expand(batch)))
        use_tuned = bool(concepts) if tuned is None else tuned
        if tuned is not None:
            inputs["kv_elite"] = torch.tensor([float(tuned)], dtype=torch.float64)
        unet = networks.Unet(self.own, config,
                             model.file("elite/global_mapper.safetensors") if use_tuned else None,
                             model.file("elite/local_mapper.safetensors") if concepts else None)

        def run(given):
            return {"sample": unet(given["sample"], given["timestep"], given["encoder_hidden_states"],
                                   given.get("timestep_cond"),
                                   [networks.Concept(given[local], *rest) for local, *rest in seen])}

        if wanted:
            model.gradients("unet", what, inputs, wanted, run)
        else:
            model.case("unet", what, inputs, run(inputs))


def main():
    folder = sys.argv[1] if len(sys.argv) > 1 else \
        os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "nets", "data")
    one = Model(os.path.join(folder, "one"), ONE, np.float16)
    two = Model(os.path.join(folder, "two"), TWO, np.float32)
    three = Model(os.path.join(folder, "three"), THREE, np.float16)
    for model in (one, two):
        text_cases(model)
        text_gradient_cases(model)
        prefix_cases(model)
        vae_cases(model)
    vae_cases(three)
    finder_cases(one)
    image_cases(one)
    mapper_cases(one)

    unet = UnetCases(one)
    unet.add("text-alone", 1, 8, 8)
    unet.add("odd-size-with-guidance-embedding", 2, 7, 10, timestep=(3.25, 998.0), cond=True)
    unet.add("one-concept-and-an-unconditional-half", 2, 6, 9, cond=True,
             concepts=[([3, 3], [0.0, 0.8])])
    unet.add("a-concept-at-fidelity-0", 1, 8, 4, concepts=[([2], [0.0])])
    unet.add("two-concepts", 2, 9, 8, tokens=13, cond=True,
             concepts=[([2, 6], [0.8, 1.5]), ([5, 1], [1.1, 0.0])])
    unet.add("a-concept-with-the-networks-own-keys", 1, 9, 6, concepts=[([4], [0.8])], tuned=False)
    unet.add("tuned-keys-without-local-features", 2, 8, 5, tuned=True)
    unet.add("gradients-of-text-and-guidance", 2, 8, 7, timestep=(700.0, 12.0), cond=True,
             wanted=["sample", "encoder_hidden_states", "timestep_cond"])
    unet.add("gradients-of-a-concept", 2, 6, 9, concepts=[([3, 1], [0.8, 1.2])],
             wanted=["sample", "encoder_hidden_states", "local"])
    unet = UnetCases(two)
    unet.add("text-alone", 1, 6, 8, tokens=5, timestep=(0.0,))
    unet.add("two-pictures-of-odd-size", 2, 7, 5, tokens=9, timestep=(999.0, 20.5))
    unet.add("gradients-of-text", 1, 7, 8, tokens=9, wanted=["sample", "encoder_hidden_states"])
    clip = Model(os.path.join(folder, "clip"), {"": CLIP}, np.float16)
    dino = Model(os.path.join(folder, "dino"), {"": DINO}, np.float16)
    judge_cases(clip, dino)
    for model in (one, two, three, clip, dino):
        model.save()


main()

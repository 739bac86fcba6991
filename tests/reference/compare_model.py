#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs every network of a model folder through `personalize module` on made-up inputs and says how far the
answers are from networks.py in double precision, from the model's own weights. Needs PyTorch.

Usage: compare_model.py PERSONALIZE MODEL [--f32] [--latent HxW] [--trainer]
--trainer: measure against models/training/nets.py instead.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile

import numpy as np
import torch

import networks
import safetensors_file


class FileWeights:
    def __init__(self, path):
        self.tensors = {n: torch.from_numpy(t.astype(np.float64))
                        for n, t in safetensors_file.read(path).items()}

    def __call__(self, name, shape):
        assert tuple(self.tensors[name].shape) == tuple(shape), (name, shape)
        return self.tensors[name]


class Reference:
    """The networks by their published descriptions."""

    def __init__(self, model):
        self.model = model

    def config(self, part):
        with open(os.path.join(self.model, part, "config.json")) as f:
            return json.load(f)

    def weights(self, part):
        for name in ("model", "diffusion_pytorch_model"):
            path = os.path.join(self.model, part, f"{name}.safetensors")
            if os.path.exists(path):
                return FileWeights(path)
        return FileWeights(os.path.join(self.model, "elite", f"{part}.safetensors"))

    def text(self, ids):
        return networks.text_encoder(self.weights("text_encoder"), self.config("text_encoder"), ids)

    def image(self, pixels):
        return networks.image_encoder(self.weights("image_encoder"), self.config("image_encoder"), pixels)

    def words(self, features):
        return networks.global_mapper(self.weights("global_mapper"), features, self.width())

    def local(self, features, mask):
        return networks.local_mapper(self.weights("local_mapper"), features, mask, self.width())

    def width(self):
        return self.config("unet")["cross_attention_dim"]

    def encode(self, image):
        return networks.vae_encoder(self.weights("vae"), self.config("vae"), image)

    def decode(self, latent):
        return networks.vae_decoder(self.weights("vae"), self.config("vae"), latent)

    def unet(self, sample, timestep, context, cond, local, column, strength, elite):
        concepts = [networks.Concept(local, column, strength)] if local is not None else []
        unet = networks.Unet(self.weights("unet"), {"use_linear_projection": False} | self.config("unet"),
                             self.weights("global_mapper") if elite else None,
                             self.weights("local_mapper") if elite else None)
        return unet(sample, timestep, context, cond, concepts)


class Single:
    """A module of f32 weights that takes and gives doubles."""

    def __init__(self, module):
        self.module = module

    def __getattr__(self, name):
        found = getattr(self.module, name)
        return Single(found) if callable(found) else found

    def __call__(self, *args):
        out = self.module(*(single(a) for a in args))
        return [t.double() for t in out] if isinstance(out, list) else out.double()


def single(x):
    if isinstance(x, list):
        return [single(a) for a in x]
    return x.float() if torch.is_tensor(x) and x.dtype == torch.float64 else x


class Trainer(Reference):
    """The modules that the embedded model was trained with, in f32 as they were then."""

    def __init__(self, model):
        super().__init__(model)
        here = os.path.dirname(os.path.abspath(__file__))
        sys.path.insert(0, os.path.join(here, "..", "..", "models", "training"))
        import nets
        self.nets = nets

    def load(self, module, part):
        tensors = self.weights(part).tensors
        known = module.state_dict()
        module.load_state_dict({n: t for n, t in tensors.items() if n in known}, strict=False)
        return Single(module)

    def text(self, ids):
        net = self.load(self.nets.TextEncoder(self.config("text_encoder")), "text_encoder")
        return net(net.embed(ids))

    def image(self, pixels):
        return self.load(self.nets.ImageEncoder(self.config("image_encoder")), "image_encoder")(pixels)

    def mapper(self, part):
        width = self.config("image_encoder")["hidden_size"]
        return self.load(self.nets.Mapper(width, self.width()), part)

    def words(self, features):
        return self.mapper("global_mapper").words(features)

    def local(self, features, mask):
        return self.mapper("local_mapper").local(features, mask)

    def vae(self):
        return self.load(self.nets.AutoencoderTiny(self.config("vae")), "vae")

    def encode(self, image):
        return self.vae().encode(image)

    def decode(self, latent):
        return self.vae().decode(latent)

    def unet(self, sample, timestep, context, cond, local, column, strength, elite):
        net = self.load(self.nets.UNet(self.config("unet")), "unet")
        if elite:
            tuned, extra = (self.weights(f"{n}_mapper").tensors for n in ("global", "local"))
            for name, module in net.module.named_modules():
                if name.endswith("attn2"):
                    site = name.replace(".", "_")
                    for p in "kv":
                        getattr(module, f"to_{p}").weight.data = tuned[f"{site}_to_{p}.weight"].float()
                        getattr(module, f"local_{p}").weight.data = extra[f"{site}_to_{p}.weight"].float()
        see = self.nets.Context(single(context), single(local), torch.tensor(column) if column else None,
                                single(strength))
        return net(sample, timestep.expand(len(sample)), see, cond)


def random(seed, *shape):
    return torch.from_numpy(np.random.default_rng(seed).standard_normal(shape).astype(np.float32)).double()


def run(args, network, inputs, expected):
    with tempfile.TemporaryDirectory() as folder:
        source, target = (os.path.join(folder, n) for n in ("in.safetensors", "out.safetensors"))
        safetensors_file.write(source, {n: t.numpy().astype(np.int32 if t.dtype == torch.int64 else np.float32)
                                        for n, t in inputs.items()})
        done = subprocess.run([args.personalize, "module", network, "--model", args.model, "--in", source,
                               "--out", target, "--repeat", "3"] + ["--f32"] * args.f32,
                              stdout=subprocess.PIPE, text=True)
        if done.returncode:
            sys.exit(f"{network}: exit status {done.returncode}")
        found = safetensors_file.read(target)
    worst = 0.0
    for name, want in expected.items():
        want = want.detach().numpy()
        worst = max(worst, float(np.linalg.norm(found[name] - want) / (np.linalg.norm(want) or 1.0)))
    print(f"{network:14} {worst:.2e}   {done.stdout.strip()}", flush=True)
    return worst


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("personalize")
    parser.add_argument("model")
    parser.add_argument("--f32", action="store_true")
    parser.add_argument("--trainer", action="store_true")
    parser.add_argument("--latent", default="16x16")
    args = parser.parse_args()
    reference = (Trainer if args.trainer else Reference)(args.model)
    torch.set_grad_enabled(False)
    height, width = map(int, args.latent.split("x"))

    text, vision, unet = (reference.config(p) for p in ("text_encoder", "image_encoder", "unet"))
    batch, tokens = 2, text["max_position_embeddings"]
    ids = torch.from_numpy(np.random.default_rng(1).integers(0, text["vocab_size"], (batch, tokens)))
    context = reference.text(ids).float().double()
    errors = [run(args, "text_encoder", {"input_ids": ids}, {"last_hidden_state": reference.text(ids)})]

    pixels = random(2, batch, 3, vision["image_size"], vision["image_size"])
    states = [s.float().double() for s in reference.image(pixels)]
    errors.append(run(args, "image_encoder", {"pixel_values": pixels},
                      {f"hidden_states_{i}": s for i, s in enumerate(states)}))
    depth = vision["num_hidden_layers"]
    layers = [depth] + [depth * i // 6 for i in (1, 2, 3, 4)]
    features = [states[k] for k in layers]
    given = {f"hidden_states_{k}": f for k, f in zip(layers, features)}
    errors.append(run(args, "global_mapper", given, {"words": reference.words(features)}))
    mask = (random(3, batch, states[0].shape[1] - 1) > 0).double()
    local = reference.local(features, mask)
    errors.append(run(args, "local_mapper", given | {"mask": mask}, {"local": local}))
    local = local.float().double()

    sample, timestep = random(4, batch, unet["in_channels"], height, width), torch.tensor([499.0]).double()
    inputs = {"sample": sample, "timestep": timestep, "encoder_hidden_states": context}
    cond = None
    if unet.get("time_cond_proj_dim"):
        cond = inputs["timestep_cond"] = random(5, batch, unet["time_cond_proj_dim"])
    errors.append(run(args, "unet", inputs,
                      {"sample": reference.unet(sample, timestep, context, cond, None, None, None, False)}))
    strength = torch.tensor([0.0, 0.8], dtype=torch.float32).double()
    columns = [2, 3]
    inputs |= {"local": local, "placeholder_index": torch.tensor(columns), "fidelity": strength}
    errors.append(run(args, "unet", inputs, {"sample": reference.unet(sample, timestep, context, cond, local,
                                                                      columns, strength, True)}))

    latent = random(6, batch, unet["in_channels"], height, width)
    image = reference.decode(latent)
    errors.append(run(args, "vae_decoder", {"latent": latent}, {"image": image}))
    image = image.float().double()
    errors.append(run(args, "vae_encoder", {"image": image}, {"latent": reference.encode(image)}))
    allowed = 1e-5 if args.f32 else 2e-3
    print(f"largest relative error {max(errors):.2e}, allowed {allowed:.0e}")
    sys.exit(max(errors) > allowed)


main()

#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the networks of a model folder through `personalize module` on made-up inputs and prints how much the results differ
from those of networks.py with the model's own weights. Needs PyTorch.

Usage: compare_model.py PERSONALIZE MODEL [--f32] [--latent HxW] [--batch N] [--only NETWORK]... [--single]
                        [--trainer] [--times N]
--single: PyTorch in f32 instead of f64, for models whose networks would not fit otherwise.
--trainer: compare with models/training/nets.py instead.
--times: also print PyTorch's median of N runs next to ours; weights are loaded before.
"""

import argparse
import functools
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

import numpy as np
import torch

import networks
import safetensors_file


class FileWeights:
    """Weights in the precision to compute in, converted when they are requested; keep: cache them."""

    def __init__(self, path, dtype, keep=False):
        self.tensors, self.dtype = safetensors_file.read(path), dtype
        self.kept = {} if keep else None

    def __call__(self, name, shape):
        assert self.tensors[name].shape == tuple(shape), (name, self.tensors[name].shape, shape)
        if self.kept is not None and name in self.kept:
            return self.kept[name]
        tensor = torch.from_numpy(self.tensors[name].copy()).to(self.dtype)
        if self.kept is not None:
            self.kept[name] = tensor
        return tensor


class Reference:
    """The networks according to their published descriptions."""

    def __init__(self, model, dtype=torch.float64, keep=False):
        self.model, self.dtype, self.keep = model, dtype, keep
        self.weights = functools.cache(self.open_weights)
        self.config = functools.cache(self.read_config)

    def read_config(self, part):
        with open(os.path.join(self.model, part, "config.json")) as f:
            return json.load(f)

    def open_weights(self, part):
        for name in ("model", "diffusion_pytorch_model"):
            path = os.path.join(self.model, part, f"{name}.safetensors")
            if os.path.exists(path):
                return FileWeights(path, self.dtype, self.keep)
        return FileWeights(os.path.join(self.model, "elite", f"{part}.safetensors"), self.dtype, self.keep)

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

    def unet(self, sample, timestep, context, cond, local=None, column=None, strength=None):
        concepts = [networks.Concept(local, column, strength)] if local is not None else []
        unet = networks.Unet(self.weights("unet"), {"use_linear_projection": False} | self.config("unet"),
                             self.weights("global_mapper") if concepts else None,
                             self.weights("local_mapper") if concepts else None)
        return unet(sample, timestep, context, cond, concepts)


class Single:
    """Wraps a module with f32 weights: takes and returns f64."""

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
    """The modules that the embedded model was trained with, in f32 as in training."""

    def __init__(self, model):
        super().__init__(model)
        here = os.path.dirname(os.path.abspath(__file__))
        sys.path.insert(0, os.path.join(here, "..", "..", "models", "training"))
        import nets
        self.nets = nets

    def file(self, part):
        return {n: torch.from_numpy(t.astype(np.float32)) for n, t in self.weights(part).tensors.items()}

    def load(self, module, part):
        known = module.state_dict()
        module.load_state_dict({n: t for n, t in self.file(part).items() if n in known}, strict=False)
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

    def unet(self, sample, timestep, context, cond, local=None, column=None, strength=None):
        net = self.load(self.nets.UNet(self.config("unet")), "unet")
        if local is not None:
            tuned, extra = (self.file(f"{n}_mapper") for n in ("global", "local"))
            for name, module in net.module.named_modules():
                if name.endswith("attn2"):
                    site = name.replace(".", "_")
                    for p in "kv":
                        getattr(module, f"to_{p}").weight.data = tuned[f"{site}_to_{p}.weight"]
                        getattr(module, f"local_{p}").weight.data = extra[f"{site}_to_{p}.weight"]
        see = self.nets.Context(single(context), single(local), torch.tensor(column) if column else None,
                                single(strength))
        return net(sample, timestep.expand(len(sample)), see, cond)


# ---------------------------------------------------------------------------- inputs


class Case:
    """One network: its inputs, name -> tensor, and a function that computes PyTorch's results, also by name."""

    def __init__(self, network, inputs, answer):
        self.network, self.inputs, self.answer = network, inputs, answer


class Cases:
    """Realistic inputs: each network gets the results of PyTorch's other networks, rounded to f32."""

    def __init__(self, reference, latent, batch):
        self.reference, self.latent, self.batch = reference, latent, batch
        self.dtype = reference.dtype

    def random(self, seed, *shape):
        values = np.random.default_rng(seed).standard_normal((self.batch, *shape)).astype(np.float32)
        return torch.from_numpy(values).to(self.dtype)

    def rounded(self, x):
        return x.float().to(self.dtype)

    @functools.cached_property
    def ids(self):
        config = self.reference.config("text_encoder")
        shape = (self.batch, config["max_position_embeddings"])
        return torch.from_numpy(np.random.default_rng(1).integers(0, config["vocab_size"], shape))

    @functools.cached_property
    def context(self):
        return self.rounded(self.reference.text(self.ids))

    @functools.cached_property
    def pixels(self):
        size = self.reference.config("image_encoder")["image_size"]
        return self.random(2, 3, size, size)

    @functools.cached_property
    def features(self):
        depth = self.reference.config("image_encoder")["num_hidden_layers"]
        states = self.reference.image(self.pixels)
        return {k: self.rounded(states[k]) for k in [depth] + [depth * i // 6 for i in (1, 2, 3, 4)]}

    @functools.cached_property
    def mask(self):
        patches = next(iter(self.features.values())).shape[1] - 1
        return (self.random(3, patches) > 0).to(self.dtype)

    @functools.cached_property
    def local(self):
        return self.rounded(self.reference.local(list(self.features.values()), self.mask))

    # one function per network

    def text_encoder(self):
        return Case("text_encoder", {"input_ids": self.ids},
                    lambda: {"last_hidden_state": self.reference.text(self.ids)})

    def image_encoder(self):
        return Case("image_encoder", {"pixel_values": self.pixels}, lambda: {
            f"hidden_states_{i}": s for i, s in enumerate(self.reference.image(self.pixels))})

    def seen(self):
        return {f"hidden_states_{k}": f for k, f in self.features.items()}

    def global_mapper(self):
        return Case("global_mapper", self.seen(),
                    lambda: {"words": self.reference.words(list(self.features.values()))})

    def local_mapper(self):
        return Case("local_mapper", self.seen() | {"mask": self.mask},
                    lambda: {"local": self.reference.local(list(self.features.values()), self.mask)})

    def unet_inputs(self):
        config = self.reference.config("unet")
        inputs = {"sample": self.random(4, config["in_channels"], *self.latent),
                  "timestep": torch.tensor([499.0]).double(), "encoder_hidden_states": self.context}
        if config.get("time_cond_proj_dim"):
            inputs["timestep_cond"] = self.random(5, config["time_cond_proj_dim"])
        return inputs

    def unet(self):
        inputs = self.unet_inputs()
        return Case("unet", inputs, lambda: {"sample": self.reference.unet(
            inputs["sample"], inputs["timestep"], inputs["encoder_hidden_states"],
            inputs.get("timestep_cond"))})

    def unet_with_concept(self):
        """With the concept from the second sample on, or in the only sample if there is one."""
        strength = torch.tensor([0.8] if self.batch == 1 else [0.0] + [0.8] * (self.batch - 1))
        columns = list(range(2, 2 + self.batch))
        inputs = self.unet_inputs() | {"local": self.local, "placeholder_index": torch.tensor(columns),
                                       "fidelity": strength.to(self.dtype)}
        return Case("unet", inputs, lambda: {"sample": self.reference.unet(
            inputs["sample"], inputs["timestep"], inputs["encoder_hidden_states"],
            inputs.get("timestep_cond"), self.local, columns, inputs["fidelity"])})

    def vae_decoder(self):
        latent = self.random(6, self.reference.config("unet")["in_channels"], *self.latent)
        return Case("vae_decoder", {"latent": latent}, lambda: {"image": torch.cat(
            [self.reference.decode(one[None]) for one in latent])})

    def vae_encoder(self):
        sides = [8 * n for n in self.latent]
        image = self.rounded(torch.tanh(self.random(7, 3, *sides)))
        return Case("vae_encoder", {"image": image}, lambda: {"latent": torch.cat(
            [self.reference.encode(one[None]) for one in image])})


NETWORKS = ["text_encoder", "image_encoder", "global_mapper", "local_mapper", "unet", "unet_with_concept",
            "vae_decoder", "vae_encoder"]


# ---------------------------------------------------------------------------- our engine


class Answer:
    """The result of `personalize module`: tensors by name, its output text, and its peak memory, which with a software device
    includes the device's."""

    def __init__(self, tensors, said, peak_bytes):
        self.tensors, self.said, self.peak_bytes = tensors, said, peak_bytes


def watch_memory(process):
    """Waits until the process ends and returns its peak memory in bytes. (The value from wait4 starts at the memory of the
    process that started it.)"""
    peak_bytes = 0
    while process.poll() is None:
        with open(f"/proc/{process.pid}/status") as f:
            held = [line.split()[1] for line in f if line.startswith("VmHWM")]
        peak_bytes = max(peak_bytes, 1024 * int(held[0])) if held else peak_bytes
        time.sleep(0.1)
    return peak_bytes


def run(personalize, model, case, *more):
    with tempfile.TemporaryDirectory() as folder:
        source, target, said = (os.path.join(folder, n) for n in ("in.safetensors", "out.safetensors", "said"))
        safetensors_file.write(source, {n: t.numpy().astype(np.int32 if t.dtype == torch.int64 else np.float32)
                                        for n, t in case.inputs.items()})
        with open(said, "w+") as text:
            process = subprocess.Popen([personalize, "module", case.network, "--model", model, "--in", source,
                                        "--out", target, *more], stdout=text, stderr=text)
            peak_bytes = watch_memory(process)
            text.seek(0)
            found = text.read().strip()
        if process.returncode:
            raise RuntimeError(f"{case.network}: exit status {process.returncode}: {found}")
        return Answer(safetensors_file.read(target), found, peak_bytes)


def relative_error(found, expected):
    """The greatest relative error over all results, each relative to its own norm; infinite if a number is not finite."""
    worst = 0.0
    for name, want in expected.items():
        want = want.detach().double().numpy()
        error = np.linalg.norm(found[name] - want) / (np.linalg.norm(want) or 1.0)
        worst = max(worst, float(error) if np.isfinite(error) else np.inf)
    return worst


def median_ms(answer, times):
    took = []
    for _ in range(times):
        start = time.perf_counter()
        answer()
        took.append(1000 * (time.perf_counter() - start))
    return statistics.median(took)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("personalize")
    parser.add_argument("model")
    parser.add_argument("--f32", action="store_true")
    parser.add_argument("--trainer", action="store_true")
    parser.add_argument("--single", action="store_true")
    parser.add_argument("--latent", default="16x16")
    parser.add_argument("--batch", type=int, default=2)
    parser.add_argument("--times", type=int, default=0)
    parser.add_argument("--only", action="append", choices=NETWORKS)
    args = parser.parse_args()
    torch.set_grad_enabled(False)
    reference = Trainer(args.model) if args.trainer else \
        Reference(args.model, torch.float32 if args.single else torch.float64, keep=args.times > 0)
    cases = Cases(reference, tuple(map(int, args.latent.split("x"))), args.batch)
    errors = []
    for name in args.only or NETWORKS:
        case = getattr(cases, name)()
        expected, said = case.answer(), ""
        if args.times:
            said = f"   PyTorch wall_ms {median_ms(case.answer, args.times):.3f}"
        ours = run(args.personalize, args.model, case, "--repeat", str(args.times or 1),
                   *["--f32"] * args.f32)
        errors.append(relative_error(ours.tensors, expected))
        print(f"{name:18} {errors[-1]:.2e}   {ours.said} peak {ours.peak_bytes >> 20} MiB{said}", flush=True)
    allowed = 1e-5 if args.f32 else 2e-3
    print(f"largest relative error {max(errors):.2e}, allowed {allowed:.0e}")
    sys.exit(max(errors) > allowed)


if __name__ == "__main__":
    main()

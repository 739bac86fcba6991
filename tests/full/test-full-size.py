# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every network of Stable Diffusion 1.5 and ELITE, and the text encoder and U-Net of 2.1, at full size with random weights:
compares our results with PyTorch's, one network at a time. Takes hours on two cores, up to 8 GiB of memory and 6 GB of disk.

Usage: test-full-size.py PERSONALIZE FOLDER [NAME_PART ...]
Makes the models in FOLDER if they are missing. With parts of names, runs only tests whose names contain all of them.
"""

import json
import math
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
for folder in ("cli", "reference"):
    sys.path.insert(0, os.path.join(HERE, "..", folder))
import random_models  # noqa: E402
from tap import Skip, run, test  # noqa: E402

try:
    import torch

    import compare_model
    import image_prompt
    import networks
    import numpy as np
    import random_sd15
    import safetensors_file
except ImportError:
    torch = None

EXE, FOLDER = sys.argv[1:3]
NAME_PARTS = sys.argv[3:]

# Rounding to f16 alone gives about 1e-3. f32: sums of up to 23040 products in a different order.
LIMITS = {"f16": 5e-3, "f32": 2e-5}
# For gradients, which pass through every layer twice.
GRADIENT_LIMITS = {"f16": 3e-2, "f32": 1e-3}
LOUD_ACTIVATION, LOUD_LOGIT = 1e4, 1e5
# A multiple of the median: smaller values are also measured without the larger ones, which would hide their errors.
QUIET = 50

# The parts whose weights are on the device.
PARTS_OF = {
    "text_encoder": ["text_encoder"], "image_encoder": ["image_encoder"],
    "global_mapper": ["global_mapper"], "local_mapper": ["local_mapper"], "unet": ["unet"],
    "unet_with_concept": ["unet", "global_mapper", "local_mapper"], "vae_encoder": ["vae"], "vae_decoder": ["vae"],
}
# Besides the weights: the driver with its compiler, and the scratch and results of one 512x512 picture in f16.
DRIVER_BYTES, SCRATCH_BYTES = 200 << 20, 400 << 20

SIZELESS = ["text_encoder", "image_encoder", "global_mapper", "local_mapper"]
SIZED = ["unet", "unet_with_concept", "vae_encoder", "vae_decoder"]


def allowed_bytes(network, mode, folder, side, batch):
    """The memory limit in bytes. Counts the weights once, so that a loader that does not stream them exceeds it."""
    times = {"f16": 1, "f32": 2}[mode]
    files = [os.path.join(folder, random_sd15.WEIGHT_FILES[part]) for part in PARTS_OF[network]]
    return (DRIVER_BYTES + times * sum(map(os.path.getsize, files))
            + int(times * SCRATCH_BYTES * batch * max(1, side / 256) ** 2 / 4))


class Loudest:
    """Hooks into PyTorch's networks and records the largest activation and the largest attention logit so far."""

    def __init__(self):
        self.activation = self.logit = 0.0
        self.kept = {n: getattr(networks, n) for n in ("conv", "linear", "probabilities")}

    def __enter__(self):
        for name in ("conv", "linear"):
            setattr(networks, name, self.watched(self.kept[name]))
        networks.probabilities = self.probabilities
        return self

    def __exit__(self, *_):
        for name, function in self.kept.items():
            setattr(networks, name, function)

    def watched(self, function):
        def watch(w, name, x, *how, **more):
            y = function(w, name, x, *how, **more)
            self.activation = max(self.activation, float(x.abs().max()), float(y.abs().max()))
            return y
        return watch

    def probabilities(self, q, k, causal=False):
        scores = q @ k.transpose(-1, -2)
        self.logit = max(self.logit, float(scores.abs().max()) / q.shape[-1] ** 0.5)
        return self.kept["probabilities"](q, k, causal)


def relative_error(found, expected):
    """The greater of two errors: over all values, and over only the values that are not loud."""
    quiet = {name: want.abs() <= QUIET * want.abs().median() for name, want in expected.items()}
    return max(compare_model.relative_error(found, expected),
               compare_model.relative_error({n: found[n][quiet[n].numpy()] for n in expected},
                                            {n: expected[n][quiet[n]] for n in expected}))


def check(network, kind, side, batch):
    if torch is None:
        raise Skip("no PyTorch here")
    torch.set_grad_enabled(False)
    model = random_models.folder(FOLDER, kind)
    reference = compare_model.Reference(model, torch.float32)
    case = getattr(compare_model.Cases(reference, (side // 8, side // 8), batch), network)()
    with Loudest() as loudest:
        expected = case.answer()
    print(f"# PyTorch: largest activation {loudest.activation:.3g}, largest logit {loudest.logit:.3g}",
          flush=True)
    if kind == "loud":
        assert loudest.activation >= LOUD_ACTIVATION
        assert loudest.logit >= LOUD_LOGIT or "mapper" in network
    errors = {}
    for mode, flags in (("f16", []), ("f32", ["--f32"])):
        ours = compare_model.run(EXE, model, case, "--repeat", "1", *flags)
        errors[mode] = relative_error(ours.tensors, expected)
        allowed = allowed_bytes(network, mode, model, side, batch)
        print(f"# {mode}: relative error {errors[mode]:.2e}, {ours.said}, at most {ours.peak_bytes >> 20} MiB of "
              f"{allowed >> 20} allowed", flush=True)
        assert ours.peak_bytes <= allowed
    assert all(errors[mode] <= LIMITS[mode] for mode in LIMITS), errors


def gradient_case(cases, network):
    """A network as used in learning: its case, and the inputs whose gradients are requested."""
    if network == "text_encoder":
        config = cases.reference.config("text_encoder")
        rows = 0.4 * cases.random(8, config["max_position_embeddings"], config["hidden_size"])
        return compare_model.Case("text_encoder", {"inputs_embeds": rows}, lambda: {
            "last_hidden_state": networks.text_encoder(cases.reference.weights("text_encoder"), config, None, embeds=rows)
        }), ["inputs_embeds"]
    return cases.unet(), ["sample", "encoder_hidden_states"]


def check_gradients(network, kind, side, batch):
    """Compares the gradients of a random projection of the result."""
    if torch is None:
        raise Skip("no PyTorch here")
    torch.set_grad_enabled(False)
    model = random_models.folder(FOLDER, kind)
    case, asked = gradient_case(compare_model.Cases(compare_model.Reference(model, torch.float32), (side // 8, side // 8),
                                                    batch), network)
    attend, networks.attend = networks.attend, fused  # which stores no attention scores
    try:
        with torch.enable_grad():
            for name in asked:
                case.inputs[name].requires_grad_(True)
            (name, result), = case.answer().items()
            seed = torch.randn(result.shape, generator=torch.Generator().manual_seed(9))
            gradients = torch.autograd.grad((result * seed).sum(), [case.inputs[name] for name in asked])
    finally:
        networks.attend = attend
    expected = {f"d_{name}": gradient for name, gradient in zip(asked, gradients)}
    case.inputs = {name: value.detach() for name, value in case.inputs.items()} | {f"d_{name}": seed}
    del result
    errors = {}
    for mode, flags in (("f16", []), ("f32", ["--f32"])):
        ours = compare_model.run(EXE, model, case, "--vjp", "--repeat", "1", *flags)
        errors[mode] = max(compare_model.relative_error({n: ours.tensors[n]}, {n: expected[n]}) for n in expected)
        print(f"# {mode}: relative error {errors[mode]:.2e}, {ours.said}, at most {ours.peak_bytes >> 20} MiB", flush=True)
    assert all(errors[mode] <= GRADIENT_LIMITS[mode] for mode in GRADIENT_LIMITS), errors


# As published for Stable Diffusion 1.5; the image encoder is CLIP ViT-H/14.
IP_ADAPTERS = {"base": {"embed": 1024, "tokens": 4},
               "plus": {"embed": 1280, "tokens": 16, "dim": 768, "inner": 768, "depth": 4}}


def check_ip_adapter(kind, side):
    """Compares the image tokens, and the U-Net with these tokens in both halves of guidance."""
    if torch is None:
        raise Skip("no PyTorch here")
    torch.set_grad_enabled(False)
    model, sizes = random_models.folder(FOLDER, "plain"), IP_ADAPTERS[kind]
    reference = compare_model.Reference(model, torch.float32)
    config = reference.config("unet")
    state = image_prompt.random_weights(image_prompt.shapes(kind, config, **sizes))
    file = os.path.join(FOLDER, f"ip-adapter-{kind}.bin")
    torch.save(image_prompt.nested(state), file)
    cases = compare_model.Cases(reference, (side // 8, side // 8), 2)
    w = image_prompt.Weights(state, torch.float32)
    if kind == "base":
        features = cases.random(11, sizes["embed"])
        tokens = image_prompt.base(w, features, sizes["tokens"], 768)
    else:
        features = cases.random(11, 257, sizes["embed"])
        tokens = image_prompt.plus(w, features, sizes["tokens"], 768, 768, 768, 3072, sizes["depth"])
    scale = torch.tensor([0.6, 0.6])
    inputs = cases.unet_inputs()
    unet = image_prompt.Unet(reference.weights("unet"), config, w, [(tokens, scale)])
    for case in (compare_model.Case("ip_adapter", {"features": features}, lambda: {"tokens": tokens}),
                 compare_model.Case("unet", inputs | {"image": tokens, "scale": scale}, lambda: {"sample": unet(
                     inputs["sample"], inputs["timestep"], inputs["encoder_hidden_states"])})):
        expected, errors = case.answer(), {}
        for mode, flags in (("f16", []), ("f32", ["--f32"])):
            ours = compare_model.run(EXE, model, case, "--ip-adapter", file, "--repeat", "1", *flags)
            errors[mode] = relative_error(ours.tensors, expected)
            print(f"# {case.network}, {mode}: relative error {errors[mode]:.2e}, {ours.said}", flush=True)
        assert all(errors[mode] <= LIMITS[mode] for mode in LIMITS), (case.network, errors)


# TAESD's configuration, as published by diffusers.
TAESD = {"_class_name": "AutoencoderTiny", "in_channels": 3, "out_channels": 3, "latent_channels": 4, "act_fn": "relu",
         "encoder_block_out_channels": [64] * 4, "decoder_block_out_channels": [64] * 4, "num_encoder_blocks": [1, 3, 3, 3],
         "num_decoder_blocks": [3, 3, 3, 1], "upsampling_scaling_factor": 2, "scaling_factor": 1.0}


class Drawn:
    """Random weights in f16, made when a network first asks for them."""

    def __init__(self):
        self.tensors, self.rng = {}, np.random.default_rng(12)

    def __call__(self, name, shape):
        if name not in self.tensors:
            values = self.rng.standard_normal(shape) / math.sqrt(math.prod(shape[1:]) if len(shape) > 1 else 2500)
            self.tensors[name] = values.astype(np.float16)
        return torch.from_numpy(self.tensors[name].astype(np.float32))


def taesd():
    """A folder with a TAESD of random weights and a U-Net config.json, which gives the number of latent channels."""
    model = os.path.join(FOLDER, "taesd")
    for part, config in (("vae", TAESD), ("unet", random_sd15.CONFIGS["unet"])):
        os.makedirs(os.path.join(model, part), exist_ok=True)
        with open(os.path.join(model, part, "config.json"), "w", encoding="utf-8") as f:
            json.dump(config, f)
    drawn = Drawn()
    networks.tiny_encoder(drawn, TAESD, torch.zeros(1, 3, 8, 8))
    networks.tiny_decoder(drawn, TAESD, torch.zeros(1, 4, 1, 1))
    safetensors_file.write(os.path.join(model, "vae/diffusion_pytorch_model.safetensors"), drawn.tensors)
    return model


def check_taesd(network, side, batch):
    if torch is None:
        raise Skip("no PyTorch here")
    torch.set_grad_enabled(False)
    model = taesd()
    case = getattr(compare_model.Cases(compare_model.Reference(model, torch.float32), (side // 8, side // 8), batch), network)()
    expected, errors = case.answer(), {}
    for mode, flags in (("f16", []), ("f32", ["--f32"])):
        ours = compare_model.run(EXE, model, case, "--repeat", "1", *flags)
        errors[mode] = relative_error(ours.tensors, expected)
        print(f"# {mode}: relative error {errors[mode]:.2e}, {ours.said}", flush=True)
    assert all(errors[mode] <= LIMITS[mode] for mode in LIMITS), errors


class People:
    """Celeb Basis's inputs for learning people, and a prompt for each sample with the person's two words in it: methods.md
    5.2."""

    N_FEATURES, COLUMN = 512, 5

    def __init__(self, cases):
        config, batch = cases.reference.config("text_encoder"), cases.batch
        width, table = config["hidden_size"], "text_model.embeddings.token_embedding.weight"
        self.p = min(512, width - 1)
        generator = torch.Generator().manual_seed(11)
        rows = torch.stack([torch.linalg.qr(torch.randn(width, self.p, generator=generator))[0] for _ in range(2)])
        means = cases.reference.weights("text_encoder")(table, (config["vocab_size"], width))[100:102, :, None]
        seen = torch.nn.functional.normalize(torch.randn(batch, self.N_FEATURES, generator=generator), dim=1)
        self.inputs = {"layer": torch.randn(2 * self.p, self.N_FEATURES + 1, generator=generator),
                       "seen": torch.cat([seen, torch.ones(batch, 1)], 1), "space": torch.cat([means, rows], 2)}
        self.ids = cases.ids.clone()
        for word in range(2):
            self.ids[:, self.COLUMN + word] = config["vocab_size"] + word * batch + torch.arange(batch)

    def words(self):
        """[2 B, D]: all first words, then all second words."""
        seen, space = self.inputs["seen"], self.inputs["space"]
        a = torch.nn.functional.leaky_relu(seen @ self.inputs["layer"].T, 0.2).reshape(len(seen), 2, self.p)
        a = torch.nn.functional.normalize(a, dim=2)
        return (space[:, None, :, 0] + torch.einsum("bek,edk->ebd", a, space[..., 1:])).flatten(0, 1)


def our_people_gradient(model, people, unet, seed, flags):
    """The gradient of the layer by our engine: forward through the text encoder, then backward through both networks."""
    text = compare_model.Case("text_encoder", {"input_ids": people.ids} | people.inputs, None)
    context = compare_model.run(EXE, model, text, *flags).tensors["last_hidden_state"]
    unet.inputs |= {"encoder_hidden_states": torch.tensor(context), "d_sample": seed}
    answer = compare_model.run(EXE, model, unet, "--vjp", *flags).tensors["d_encoder_hidden_states"]
    text.inputs["d_last_hidden_state"] = torch.tensor(answer)
    return compare_model.run(EXE, model, text, "--vjp", *flags).tensors["d_layer"]


def check_people_gradients(kind, side, batch):
    """Compares the gradient of a random projection of the U-Net's output with respect to the layer that makes the
    coefficients."""
    if torch is None:
        raise Skip("no PyTorch here")
    torch.set_grad_enabled(False)
    model = random_models.folder(FOLDER, kind)
    reference = compare_model.Reference(model, torch.float32)
    cases = compare_model.Cases(reference, (side // 8, side // 8), batch)
    people, unet = People(cases), cases.unet()
    layer, sample = people.inputs["layer"], unet.inputs["sample"]
    seed = torch.randn(sample.shape, generator=torch.Generator().manual_seed(9))
    attend, networks.attend = networks.attend, fused  # which stores no attention scores
    try:
        with torch.enable_grad():
            layer.requires_grad_(True)
            context = networks.text_encoder(reference.weights("text_encoder"), reference.config("text_encoder"), people.ids,
                                            people.words())
            result = reference.unet(sample, unet.inputs["timestep"], context, unet.inputs.get("timestep_cond"))
            expected, = torch.autograd.grad((result * seed).sum(), [layer])
    finally:
        networks.attend = attend
    layer.requires_grad_(False)
    del context, result
    errors = {}
    for mode, flags in (("f16", []), ("f32", ["--f32"])):
        found = our_people_gradient(model, people, unet, seed, flags)
        errors[mode] = compare_model.relative_error({"layer": found}, {"layer": expected})
        print(f"# {mode}: relative error {errors[mode]:.2e}", flush=True)
    assert all(errors[mode] <= GRADIENT_LIMITS[mode] for mode in GRADIENT_LIMITS), errors


def fused(q, k, v, causal=False):
    return torch.nn.functional.scaled_dot_product_attention(q, k, v, is_causal=causal)


def define(name, *arguments, by=check):
    if not all(part in name for part in NAME_PARTS):
        return

    def function():
        by(*arguments)
    function.__doc__ = f"{name} equals PyTorch's"
    test(function)


for batch in (1, 2):
    define(f"the second family's text_encoder, batch {batch}", "text_encoder", "second", 256, batch)
    define(f"the second family's unet at 256x256, batch {batch}", "unet", "second", 256, batch)
    for network in ("text_encoder", "unet"):
        define(f"gradients through the second family's {network} at 256x256, batch {batch}", network, "second", 256, batch,
               by=check_gradients)
define("IP-Adapter's image_encoder, ViT-H, batch 1", "image_encoder", "huge", 256, 1)
for kind in IP_ADAPTERS:
    define(f"IP-Adapter {kind}, its tokens and the unet with them at 256x256,", kind, 256, by=check_ip_adapter)
for network in ("vae_encoder", "vae_decoder"):
    for batch in (1, 2):
        define(f"TAESD's {network} at 512x512, batch {batch}", network, 512, batch, by=check_taesd)
for kind in ("plain", "loud"):
    for batch in (1, 2):
        for network in SIZELESS:
            define(f"the {kind} {network}, batch {batch}", network, kind, 256, batch)
for side in (64, 256, 512):
    for batch in (1, 2):
        for network in SIZED:
            define(f"the plain {network} at {side}x{side}, batch {batch}", network, "plain", side, batch)
    for network in SIZED:
        define(f"the loud {network} at {side}x{side}, batch 1", network, "loud", side, 1)
for batch in (1, 2):
    define(f"the gradient of Celeb Basis' layer at 256x256, batch {batch}", "plain", 256, batch, by=check_people_gradients)
    define(f"gradients through the text_encoder, batch {batch}", "text_encoder", "plain", 256, batch, by=check_gradients)
    for side in (256, 512):
        define(f"gradients through the unet at {side}x{side}, batch {batch}", "unet", "plain", side, batch,
               by=check_gradients)
run()

#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The PyTorch side of `personalize bench --against torch`: on request it does the same work with the same weights.

Usage: torch_side.py MODEL   (a folder in the diffusers layout)
First prints one line of JSON that identifies it. Then it answers each input line {"wanted": ["step", ...], "width", "height",
"steps", "batch", "concept", "samples"} with one line {"step": [ms, ...], ..., "threads": {"step": "OpenMP 2, OpenBLAS 1", ...}}
until the input ends. On the first request of a kind it tries every thread setting and keeps the fastest one for each kind of
work. The networks are those of tests/reference/networks.py, with PyTorch's fused functions in place of the plain ones, in f32
on the CPU and in f16 on a CUDA device.
"""

import functools
import json
import os
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "reference"))

try:
    import torch
    import torch.nn.functional as F

    import networks
    from compare_model import FileWeights
    from torch_threads import Threads
except ImportError as missing:
    print(json.dumps({"error": f"expected PyTorch and numpy, found: {missing}"}), flush=True)
    sys.exit(1)

DEVICE = "cuda" if torch.cuda.is_available() else "cpu"
DTYPE = torch.float16 if DEVICE == "cuda" else torch.float32
TRIES, LONG_TRY = 4, 10.0  # rounds over all thread settings; no further round starts after so many seconds
WEIGHT_NAMES = ("model", "diffusion_pytorch_model")


# ---------------------------------------------------------------------------- PyTorch's fastest functions


def linear(w, name, x, out, bias=True):
    return F.linear(x, w(f"{name}.weight", (out, x.shape[-1])), w(f"{name}.bias", (out,)) if bias else None)


LAID_OUT = {}  # weight -> (input shape, the weight in the layout that oneDNN wants for that shape)


def convolve(x, weight, bias, stride=1, padding=0):
    """A convolution. On the CPU it uses channels-last pixels and reorders the weight only once, as torch.compile does. F.conv2d
    reorders the weight in every call, which takes longer than the convolution itself at small sizes."""
    if DEVICE == "cuda" or torch.is_grad_enabled() or not torch.backends.mkldnn.is_available():
        return F.conv2d(x, weight, bias, stride, padding)
    form = (padding, padding), (stride, stride), (1, 1), 1
    shape = tuple(x.shape)
    if LAID_OUT.get(weight, (None,))[0] != shape:
        LAID_OUT[weight] = shape, torch._C._nn.mkldnn_reorder_conv2d_weight(weight.to_mkldnn(), *form, shape)
    return torch.ops.mkldnn._convolution_pointwise(x.to(memory_format=torch.channels_last), LAID_OUT[weight][1], bias,
                                                   *form, "none", [], "")


def conv(w, name, x, out, kernel, stride=1, padding=0, bias=True):
    return convolve(x, w(f"{name}.weight", (out, x.shape[1], kernel, kernel)),
                    w(f"{name}.bias", (out,)) if bias else None, stride, padding)


def layer_norm(w, name, x, eps=1e-5):
    n = x.shape[-1]
    return F.layer_norm(x, (n,), w(f"{name}.weight", (n,)), w(f"{name}.bias", (n,)), eps)


def group_norm(w, name, x, groups, eps):
    c = x.shape[1]
    return F.group_norm(x, groups, w(f"{name}.weight", (c,)), w(f"{name}.bias", (c,)), eps)


def attend(q, k, v, causal=False):
    return F.scaled_dot_product_attention(q, k, v, is_causal=causal)


class Unet(networks.Unet):
    """Computes the keys and values of the prompt and of the local features only once, as our engine does."""

    @functools.cache
    def keys(self, name, which, width):
        """Keys and values of a cross-attention site, computed from the prompt or from the concept's local features."""
        site = name.replace(".", "_")
        if which == "local":
            weights, at, source = self.local, site + "_to_", self.features
        elif self.tuned is not None:
            weights, at, source = self.tuned, site + "_to_", self.context
        else:
            weights, at, source = self.w, name + ".to_", self.context
        return tuple(linear(weights, at + p, source, width, bias=False) for p in "kv")

    def prepare(self, context, features):
        """Recomputes all keys and values. The sites are discovered during the first step."""
        known = self.sites if hasattr(self, "sites") else {}
        self.context, self.features, self.sites = context, features, known
        type(self).keys.cache_clear()
        for name, width in known.items():
            for which in ("prompt", "local") if features is not None else ("prompt",):
                self.keys(name, which, width)

    def cross_attention(self, name, x, context, concepts, heads):
        c = x.shape[-1]
        self.sites[name] = c
        q = networks.split(linear(self.w, f"{name}.to_q", x, c, bias=False), heads)
        k, v = (networks.split(t, heads) for t in self.keys(name, "prompt", c))
        o = attend(q, k, v)
        for concept in concepts:
            looks = torch.stack([networks.probabilities(q[b], k[b])[..., concept.column[b]] for b in range(len(x))])
            gate = looks / looks.amax((1, 2), keepdim=True) * concept.strength[:, None, None]
            o = o + gate[..., None] * attend(q, *(networks.split(t, heads) for t in self.keys(name, "local", c)))
        return linear(self.w, f"{name}.to_out.0", networks.merge(o), c)


class LearningUnet(networks.Unet):
    """Passes gradients through the keys and values of the prompt."""

    def cross_attention(self, name, x, context, concepts, heads):
        width = x.shape[-1]
        q, k, v = (networks.split(linear(self.w, f"{name}.to_{p}", source, width, bias=False), heads)
                   for p, source in (("q", x), ("k", context), ("v", context)))
        return linear(self.w, f"{name}.to_out.0", networks.merge(attend(q, k, v)), width)


for name, function in {"conv": conv, "linear": linear, "layer_norm": layer_norm, "group_norm": group_norm,
                       "attend": attend, "silu": F.silu, "gelu": F.gelu}.items():
    setattr(networks, name, function)


# ---------------------------------------------------------------------------- the model


class OnDevice(FileWeights):
    """Weights that are converted and moved to the device only once."""

    def __init__(self, path):
        super().__init__(path, DTYPE, keep=True)

    def __call__(self, name, shape):
        if name not in self.kept:
            self.kept[name] = super().__call__(name, shape).to(DEVICE)
        return self.kept[name]


class Model:
    def __init__(self, folder):
        self.folder = folder

    @functools.cache
    def config(self, part):
        with open(os.path.join(self.folder, part, "config.json")) as f:
            return json.load(f)

    @functools.cache
    def weights(self, part):
        paths = [os.path.join(self.folder, part, f"{name}.safetensors") for name in WEIGHT_NAMES]
        paths.append(os.path.join(self.folder, "elite", f"{part}.safetensors"))
        found = [path for path in paths if os.path.exists(path)]
        if not found:
            raise FileNotFoundError(f"expected {paths[0]}: a folder in the diffusers layout, found {self.folder}")
        return OnDevice(found[0])

    @functools.cache
    def learning_unet(self):
        return LearningUnet(self.weights("unet"), {"use_linear_projection": False} | self.config("unet"))

    @functools.cache
    def unet(self, concept):
        return Unet(self.weights("unet"), {"use_linear_projection": False} | self.config("unet"),
                    self.weights("global_mapper") if concept else None,
                    self.weights("local_mapper") if concept else None)


@functools.cache
def noise(*shape):
    return torch.randn(shape, generator=torch.Generator("cpu").manual_seed(1), device="cpu").to(DEVICE, DTYPE)


# ---------------------------------------------------------------------------- measured work


class Work:
    """One request. Every function is one kind of work, timed under the name that the bench uses for it."""

    def __init__(self, model, threads, chosen, wanted, width, height, steps, batch, concept, samples):
        """chosen: maps a kind of work to its thread setting."""
        self.samples, self.threads, self.chosen = samples, threads, chosen
        self.model, self.wanted, self.steps, self.batch, self.concept = model, wanted, steps, batch, concept
        self.width, self.height = width, height
        self.ms = {}

    def timed(self, name, function):
        self.threads.use(self.chosen(name))
        if DEVICE == "cuda":
            torch.cuda.synchronize()
        start = time.perf_counter()
        answer = function()
        if DEVICE == "cuda":
            torch.cuda.synchronize()
        self.ms.setdefault(name, []).append(1000 * (time.perf_counter() - start))
        return answer

    def gemm(self):
        return F.linear(noise(1024, 1024), noise(1024, 1024))

    def conv(self):
        return convolve(noise(1, 320, 64, 64), noise(320, 320, 3, 3), None, padding=1)

    def attention(self):
        qkv = noise(1, 8, 4096, 40)
        return attend(qkv, qkv, qkv)

    def encode(self):
        side = self.model.config("image_encoder")["image_size"]
        depth = self.model.config("image_encoder")["num_hidden_layers"]
        width = self.model.config("unet")["cross_attention_dim"]
        states = networks.image_encoder(self.model.weights("image_encoder"), self.model.config("image_encoder"),
                                        noise(2, 3, side, side))
        features = [states[k] for k in [depth] + [depth * i // 6 for i in (1, 2, 3, 4)]]
        patches = features[0].shape[1] - 1
        networks.global_mapper(self.model.weights("global_mapper"), [f[:1] for f in features], width)
        return networks.local_mapper(self.model.weights("local_mapper"), [f[1:] for f in features],
                                     torch.ones(1, patches, dtype=DTYPE), width)

    def learn(self):
        """Steps of Cross Initialization: samples at random timesteps, forward, backward to two words, and AdamW."""
        config, unet, vae = (self.model.config(part) for part in ("text_encoder", "unet", "vae"))
        start = noise(2, config["hidden_size"])
        words = torch.nn.Parameter(start.clone())
        optimizer = torch.optim.AdamW([words], lr=5e-3)
        ids = torch.arange(1, 1 + config["max_position_embeddings"]).repeat(self.samples, 1)
        ids[:, 5:7] = torch.tensor([config["vocab_size"], config["vocab_size"] + 1])
        factor = self.factor(vae)
        latent = noise(self.samples, unet["in_channels"], self.height // factor, self.width // factor)
        cond = noise(self.samples, unet["time_cond_proj_dim"]) if unet.get("time_cond_proj_dim") else None
        times = torch.arange(self.samples, dtype=torch.float64) * 999 / self.samples

        def step():
            context = networks.text_encoder(self.model.weights("text_encoder"), config, ids, words)
            answer = self.model.learning_unet()(latent, times, context, cond)
            loss = F.mse_loss(answer, latent) + 1e-5 * F.pairwise_distance(words, start).mean()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()

        for _ in range(min(max(self.steps, 1), 7)):
            self.timed("learn-step", step)

    @staticmethod
    def factor(vae):
        return 2 ** (len(vae.get("block_out_channels", vae.get("decoder_block_out_channels", []))) - 1)

    def text(self):
        config = self.model.config("text_encoder")
        ids = torch.arange(config["max_position_embeddings"]).repeat(self.batch, 1)
        context = networks.text_encoder(self.model.weights("text_encoder"), config, ids)
        features = None
        if self.concept:
            vision = self.model.config("image_encoder")
            features = noise(self.batch, (vision["image_size"] // vision["patch_size"]) ** 2, context.shape[-1])
        self.model.unet(self.concept).prepare(context, features)

    def step(self, latent):
        config = self.model.config("unet")
        sample = latent.repeat(self.batch, 1, 1, 1)
        cond = noise(self.batch, config["time_cond_proj_dim"]) if config.get("time_cond_proj_dim") else None
        concepts = []
        if self.concept:
            strength = torch.tensor([0.0, 0.8][-self.batch:], dtype=DTYPE)
            concepts = [networks.Concept(None, [2] * self.batch, strength)]
        answer = self.model.unet(self.concept)(sample, torch.tensor([499.0]), None, cond, concepts)
        if self.batch == 2:
            answer = answer[:1] + 2.0 * (answer[1:] - answer[:1])
        return 0.7 * latent + 0.3 * answer

    def decode(self, latent):
        return networks.vae_decoder(self.model.weights("vae"), self.model.config("vae"), latent).float().cpu()

    def picture(self):
        vae = self.model.config("vae")
        factor = self.factor(vae)
        latent = noise(1, self.model.config("unet")["in_channels"], self.height // factor, self.width // factor)
        self.timed("text", self.text)
        if not {"step", "decode", "picture"} & set(self.wanted):
            return
        for _ in range(self.steps):
            latent = self.timed("step", functools.partial(self.step, latent))
        if {"decode", "picture"} & set(self.wanted):
            self.timed("decode", functools.partial(self.decode, latent))

    def run(self):
        for name in ("gemm", "conv", "attention", "encode"):
            if name in self.wanted:
                self.timed(name, getattr(self, name))
        if "learn-step" in self.wanted:
            with torch.enable_grad():
                self.learn()
        if {"text", "step", "decode", "picture"} & set(self.wanted):
            self.timed("picture", self.picture)
        return self.ms


class Bench:
    """Answers requests. Remembers the thread settings found at the first request of each kind."""

    def __init__(self, model):
        self.model, self.threads, self.fastest = model, Threads(DEVICE), {}

    def choose(self, request):
        """Returns the fastest thread setting for each kind of work. A first run only reads the weights. Small networks are run
        several times, because their settings differ less than two runs of the same setting do."""
        settings, times = self.threads.settings, {}
        if len(settings) > 1:
            few = {**request, "steps": min(request["steps"], 1)}
            Work(self.model, self.threads, lambda _: settings[-1], **few).run()
            began = time.monotonic()
            for turn in range(TRIES):
                if turn and time.monotonic() - began > LONG_TRY:
                    break
                for setting in settings:
                    found = Work(self.model, self.threads, lambda _, s=setting: s, **few).run()
                    for name, ms in found.items():
                        times.setdefault(name, {}).setdefault(setting, []).extend(ms)
        fastest = {name: min(settings, key=lambda s, n=name: min(times[n][s])) for name in times}
        if "step" in fastest:
            fastest["picture"] = fastest["step"]  # its parts have their own settings; the step takes most of the time
        return fastest

    def answer(self, request):
        kind = json.dumps({key: value for key, value in request.items() if key != "steps"}, sort_keys=True)
        if kind not in self.fastest:
            self.fastest[kind] = self.choose(request)
        fastest = self.fastest[kind]

        def chosen(name):
            return fastest.get(name, self.threads.settings[0])
        found = Work(self.model, self.threads, chosen, **request).run()
        threads = {name: self.threads.describe(chosen(name)) for name in request["wanted"]}
        return {name: ms for name, ms in found.items() if name in request["wanted"]} | {"threads": threads}


def about():
    on = torch.cuda.get_device_name() if DEVICE == "cuda" else f"{len(os.sched_getaffinity(0))} processors"
    return f"PyTorch {torch.__version__}, {str(DTYPE).removeprefix('torch.')}, {on}"


def main():
    torch.set_grad_enabled(False)
    torch.set_default_device(DEVICE)
    bench = Bench(Model(sys.argv[1]))
    print(json.dumps({"about": about()}), flush=True)
    for line in sys.stdin:
        try:
            answer = bench.answer(json.loads(line))
        except (OSError, KeyError, RuntimeError, ValueError) as error:
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()

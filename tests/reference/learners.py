# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Learning as methods.md describes it, in PyTorch with autograd: the reference for models/tasks/learn.c.

The networks are those of networks.py, in f32 or f64. Random draws use torch's own generator, seeded as specified in
models/tasks/learn-draws.h. Nothing is taken from the engine except the model's files.
"""

import functools
import json
import math
import os

import networks
import numpy as np
import safetensors_file
import torch
from PIL import Image

MASK = 2 ** 64 - 1


def mix(value):
    """SplitMix64's finalizer."""
    value = (value + 0x9E3779B97F4A7C15) & MASK
    value = ((value ^ (value >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    value = ((value ^ (value >> 27)) * 0x94D049BB133111EB) & MASK
    return value ^ (value >> 31)


def seed_of(seed, step, sample):
    return mix(mix(mix(seed) ^ step) ^ sample) & 0xFFFFFFFF


def captions(kind="object"):
    """The published templates, written again independently of the engine."""
    words = ["a", "my", "the", "one", "a clean", "a dirty", "a nice", "a cool", "a small", "the clean", "the cool",
             "the nice", "the small", "the weird", "the large"]
    others = ["the photo of a {}", "a cropped photo of the {}", "a cropped photo of a {}", "a dark photo of the {}",
              "a close-up photo of a {}", "a close-up photo of the {}", "a bright photo of the {}",
              "a good photo of the {}", "a good photo of a {}", "a rendering of a {}", "a rendition of the {}",
              "a rendition of a {}"]
    if kind == "object":
        return [f"a photo of {word} {{}}" for word in words] + others
    lines = [f"{start} {word} {{}}" for start in ("a photo of", "an illustration of", "a depiction of")
             for word in words + [None] if word]
    blocks = [lines[i:i + len(words)] + others for i in range(0, len(lines), len(words))]
    return [line.replace("{}", "face of {} person") for block in blocks for line in block]


class Weights:
    """Tensors of a file, each converted only once, because every step requests all of them."""

    def __init__(self, path, dtype):
        self.tensors, self.dtype, self.converted = safetensors_file.read(path), dtype, {}

    def __call__(self, name, shape):
        if name not in self.converted:
            self.converted[name] = torch.tensor(np.asarray(self.tensors[name], np.float32)).to(self.dtype)
        return self.converted[name].reshape(shape)


class Model:
    """The parts of a model folder that learning needs."""

    def __init__(self, folder, dtype=torch.float64):
        def config(part):
            with open(os.path.join(folder, part)) as f:
                return json.load(f)
        self.dtype = dtype
        self.text, self.unet_config = config("text_encoder/config.json"), config("unet/config.json")
        self.vae, self.schedule = config("vae/config.json"), config("scheduler/scheduler_config.json")
        self.text_weights = Weights(os.path.join(folder, "text_encoder/model.safetensors"), dtype)
        stem = "diffusion_pytorch_model.safetensors"
        self.unet = networks.Unet(Weights(os.path.join(folder, "unet", stem), dtype), self.unet_config)
        tuned, local = (Weights(os.path.join(folder, f"elite/{part}_mapper.safetensors"), dtype)
                        for part in ("global", "local"))
        self.elite_unet = networks.Unet(self.unet.w, self.unet_config, tuned, local)
        self.vae_weights = Weights(os.path.join(folder, "vae", stem), dtype)

    @classmethod
    @functools.cache
    def of(cls, folder):
        """The model in this folder; all callers share one instance."""
        return cls(folder)

    def table(self):
        return self.text_weights("text_model.embeddings.token_embedding.weight",
                                 (self.text["vocab_size"], self.text["hidden_size"]))

    def abar(self):
        """The cumulative product of alphas: methods.md 1.1."""
        n, c = self.schedule["num_train_timesteps"], self.schedule
        i = torch.arange(n, dtype=torch.float64)
        root = math.sqrt(c["beta_start"]) + i / (n - 1) * (math.sqrt(c["beta_end"]) - math.sqrt(c["beta_start"]))
        return torch.cumprod(1 - root ** 2, 0)

    def latent(self, image, size, flipped):
        """The picture's latent. Resizes the picture to [size, size] with PIL, regardless of its aspect ratio."""
        small = image.convert("RGB").resize((size, size), Image.BICUBIC)
        if flipped:
            small = small.transpose(Image.FLIP_LEFT_RIGHT)
        pixels = torch.tensor(np.asarray(small, np.float64) / 255 * 2 - 1).to(self.dtype)
        return networks.vae_encoder(self.vae_weights, self.vae, pixels.permute(2, 0, 1)[None])[0].detach()


class Run:
    """trains: "words", "prefix" or "elite" (ELITE's word, then its local features).

    ids: captions as token ids, where vocab_size + j is row j of the words.
    """

    def __init__(self, model, images, ids, size, seed, batch, rate, trains, start, regularizer=0.0, weights=None):
        self.model, self.ids, self.seed, self.batch = model, ids, seed, batch
        self.latents = [[model.latent(image, size, flipped) for flipped in (False, True)] for image in images]
        self.weights = weights  # of latent pixels, [picture][flipped] -> [h, w]; None = all have the same weight
        self.trains, self.start, self.regularizer = trains, start.clone(), regularizer
        self.value = torch.nn.Parameter(start.clone())
        self.optimizer = torch.optim.AdamW([self.value], lr=rate, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.01,
                                           foreach=False)
        self.abar = model.abar()
        self.slots = {}  # (picture, flipped) of each sample of the last step
        self.moves = (start != 0).any(1) if trains == "elite" else slice(None)  # features outside the mask are zero and stay so

    def sample(self, step, sample):
        generator = torch.Generator().manual_seed(seed_of(self.seed, step, sample))
        limits = (len(self.latents), 2, self.model.schedule["num_train_timesteps"], len(self.ids))
        picture, flipped, time, caption = (int(torch.randint(0, n, (1,), generator=generator)) for n in limits)
        self.slots[sample] = (picture, flipped)
        mean = self.latents[picture][flipped]
        torch.randn(mean.shape, generator=generator)  # discarded: an autoencoder with a distribution would use it
        noise = torch.randn(mean.shape, generator=generator).to(mean.dtype)
        signal, spread = math.sqrt(self.abar[time]), math.sqrt(1 - self.abar[time])
        target = signal * noise - spread * mean if self.model.schedule["prediction_type"] == "v_prediction" else noise
        weight = None if self.weights is None else self.weights[picture][flipped].to(mean.dtype)
        return signal * mean + spread * noise, target, time, self.ids[caption], weight

    def answer(self, noisy, times, ids):
        """The U-Net's output."""
        on, vocabulary = [True] * self.batch, self.model.text["vocab_size"]
        extra = {"words": self.value, "prefix": None, "elite": self.value[:1]}[self.trains]
        prefix = self.value if self.trains == "prefix" else None
        context = networks.text_encoder(self.model.text_weights, self.model.text, ids, extra, prefix, on)
        if self.trains != "elite":
            return self.model.unet(noisy, times, context)
        local = (self.value[1:] * self.moves[1:, None]).expand(self.batch, -1, -1)
        column = (ids == vocabulary).int().argmax(1)
        concept = networks.Concept(local, column, torch.ones(self.batch, dtype=local.dtype))
        return self.model.elite_unet(noisy, times, context, concepts=[concept])

    def losses(self, step):
        noisy, target, times, ids, weights = zip(*(self.sample(step, i) for i in range(self.batch)))
        answer = self.answer(torch.stack(noisy), torch.tensor(times, dtype=torch.float64), torch.tensor(ids))
        square = (answer - torch.stack(target)) ** 2
        if weights[0] is None:
            return square.mean((1, 2, 3))
        weight = torch.stack(weights)[:, None].expand_as(square)
        return (square * weight).sum((1, 2, 3)) / weight.sum((1, 2, 3))

    def step(self, step):
        """Makes one optimizer step and returns its loss."""
        loss = self.losses(step).mean()
        if self.regularizer:
            distance = torch.nn.functional.pairwise_distance(self.value[self.moves], self.start[self.moves], eps=1e-6)
            loss = loss + self.regularizer * distance.mean()
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()
        return float(loss)

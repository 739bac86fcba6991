# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Custom Diffusion and DreamBooth with LoRA as described in methods.md 7, in PyTorch with autograd.

Random draws are those of learners.py; if pictures are zoomed, five more come between the caption and the noise.
"""

import copy
import math

import learners
import networks
import numpy as np
import torch
from PIL import Image

WORDINGS = ["", "a far away ", "very small ", "zoomed in ", "close up "]


class Held:
    """A network's weights, some of them replaced by learned ones."""

    def __init__(self, weights):
        self.weights, self.learned = weights, {}

    def __call__(self, name, shape):
        return self.learned[name] if name in self.learned else self.weights(name, shape)


class DetachedUnet(networks.Unet):
    """Lets no gradient through the keys and values of the first row of a context."""

    def cross_attention(self, name, x, context, concepts, heads):
        c = x.shape[-1]
        rest = torch.ones(1, context.shape[1], 1, dtype=x.dtype)
        rest[:, :1] = 0
        q, k, v = (networks.linear(self.w, f"{name}.to_{p}", y, c, bias=False)
                   for p, y in (("q", x), ("k", context), ("v", context)))
        k, v = (rest * t + (1 - rest) * t.detach() for t in (k, v))
        seen = networks.attend(*(networks.split(t, heads) for t in (q, k, v)))
        return networks.linear(self.w, f"{name}.to_out.0", networks.merge(seen), c)


def attentions(config):
    """Paths of the transformer blocks in the order of the network: down, middle, up."""
    paths = []
    for i, kind in enumerate(config["down_block_types"]):
        if kind.startswith("CrossAttn"):
            paths += [f"down_blocks.{i}.attentions.{j}" for j in range(config["layers_per_block"])]
    paths.append("mid_block.attentions.0")
    for i, kind in enumerate(config["up_block_types"]):
        if kind.startswith("CrossAttn"):
            paths += [f"up_blocks.{i}.attentions.{j}" for j in range(config["layers_per_block"] + 1)]
    return [f"{path}.transformer_blocks.0" for path in paths]


def width_of(config, path):
    """The width of a transformer block."""
    kind, number = path.split(".")[:2]
    widths = config["block_out_channels"]
    return {"down_blocks": widths[int(number) if number.isdigit() else 0], "mid_block": widths[-1],
            "up_blocks": widths[-1 - int(number) if number.isdigit() else 0]}[kind]


class Pictures:
    """The pictures of the things, followed by those of the classes. things: the thing that each picture shows."""

    def __init__(self, model, images, size, n_own, things, zooms):
        self.latents = {}
        self.model, self.images, self.size, self.n_own, self.things, self.zooms = model, images, size, n_own, things, zooms

    def latent(self, number, zoom):
        image = self.images[number]
        if not zoom:
            if number not in self.latents:
                self.latents[number] = self.model.latent(image, self.size, False)
            return self.latents[number], torch.ones(self.latents[number].shape[1:])
        side, top, left = zoom
        squashed = np.asarray(image.convert("RGB").resize((side, side), Image.BICUBIC), np.float64) / 127.5 - 1
        cells = self.size // self.model.vae_factor
        factor, mask = self.model.vae_factor, torch.zeros(cells, cells)
        if side > self.size:
            canvas, mask[:] = squashed[top:top + self.size, left:left + self.size], 1
        else:
            canvas = np.zeros((self.size, self.size, 3))
            canvas[top:top + side, left:left + side] = squashed
            mask[top // factor + 1:max((top + side) // factor - 1, 0),
                 left // factor + 1:max((left + side) // factor - 1, 0)] = 1
        pixels = torch.tensor(canvas).to(self.model.dtype).permute(2, 0, 1)[None]
        return networks.vae_encoder(self.model.vae_weights, self.model.vae, pixels)[0].detach(), mask

    def zoom(self, draw):
        """Draws a zoom: (side, top, left), and the index of the wording."""
        size = self.size
        if draw(100) < 66:
            side = size // 3 + draw(size - size // 3 + 1)
        else:
            side = int(1.2 * size) + draw(int(1.4 * size) - int(1.2 * size))
        room = abs(side - size) + 1
        top, left = draw(room), draw(room)
        word = draw(2)
        return (side, top, left), 1 + word if side < 0.6 * size else 3 + word if side > size else 0


class Run:
    """captions: function (thing, line, wording) -> ids; class_ids: for each thing; parameters: name -> start value."""

    def __init__(self, model, pictures, captions, class_ids, seed, batch, rate, parameters, sums_channels, prior_weight=1.0):
        self.model, self.pictures, self.captions, self.class_ids = model, pictures, captions, class_ids
        self.seed, self.batch, self.sums_channels, self.prior_weight = seed, batch, sums_channels, prior_weight
        self.parameters = {name: torch.nn.Parameter(value.clone()) for name, value in parameters.items()}
        self.optimizer = torch.optim.AdamW(self.parameters.values(), lr=rate, betas=(0.9, 0.999), eps=1e-8,
                                           weight_decay=0.01, foreach=False)
        self.abar = model.abar()

    def sample(self, step, sample):
        pictures, generator = self.pictures, torch.Generator().manual_seed(learners.seed_of(self.seed, step, sample))
        is_own = sample < self.batch

        def draw(n):
            return int(torch.randint(0, n, (1,), generator=generator))
        picture = draw(pictures.n_own if is_own else len(pictures.images) - pictures.n_own)
        draw(2)  # unused: neither method flips
        time, line = draw(self.model.schedule["num_train_timesteps"]), draw(1)
        zoom, wording = pictures.zoom(draw) if is_own and pictures.zooms else (None, 0)
        picture += 0 if is_own else pictures.n_own
        latent, mask = pictures.latent(picture, zoom)
        torch.randn(latent.shape, generator=generator)  # discarded: an autoencoder with a distribution would use it
        noise = torch.randn(latent.shape, generator=generator).to(latent.dtype)
        signal, spread = math.sqrt(self.abar[time]), math.sqrt(1 - self.abar[time])
        target = signal * noise - spread * latent if self.model.schedule["prediction_type"] == "v_prediction" else noise
        thing = pictures.things[picture]
        ids = self.captions(thing, line, wording) if is_own else self.class_ids[thing]
        return signal * latent + spread * noise, target, time, ids, mask.to(latent.dtype)

    def step(self, step, moves=True):
        """Returns the loss of a step. moves: whether the step updates the parameters."""
        n = self.batch * (2 if len(self.pictures.images) > self.pictures.n_own else 1)
        noisy, target, times, ids, masks = zip(*(self.sample(step, i) for i in range(n)))
        self.place()
        context = networks.text_encoder(self.model.text_weights, self.model.text, torch.tensor(ids),
                                        self.parameters.get("words"))
        answer = self.unet(torch.stack(noisy), torch.tensor(times, dtype=torch.float64), context)
        square, loss = (answer - torch.stack(target)) ** 2, 0
        for i in range(n):
            own = i < self.batch
            here = (square[i] * masks[i]).sum() / masks[i].sum() if masks[i].any() else 0 * square[i].sum()
            here = here / (1 if own and self.sums_channels else square.shape[1])
            loss = loss + (here / self.batch if own else self.prior_weight * here / (n - self.batch))
        if not moves:
            return float(loss)
        self.optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.parameters.values(), 1.0)
        self.optimizer.step()
        return float(loss)


class CustomDiffusion(Run):
    def __init__(self, model, *more):
        self.held = Held(model.unet.w)
        self.unet = DetachedUnet(self.held, model.unet_config)
        super().__init__(model, *more)

    def place(self):
        self.held.learned = self.parameters


class Lora(Run):
    """parameters: "NAME.up", "NAME.down"."""

    def __init__(self, model, scale, *more):
        self.held, self.held_text, self.scale = Held(model.unet.w), Held(model.text_weights), scale
        self.unet = networks.Unet(self.held, model.unet_config)
        super().__init__(copy.copy(model), *more)
        self.model.text_weights = self.held_text

    def place(self):
        for held in (self.held, self.held_text):
            held.learned = {}
        for name in {name.rsplit(".", 1)[0] for name in self.parameters}:
            up, down = self.parameters[f"{name}.up"], self.parameters[f"{name}.down"]
            held = self.held_text if name.startswith("text_model.") else self.held
            held.learned[name] = held.weights(name, (up.shape[0], down.shape[1])) + self.scale * up @ down

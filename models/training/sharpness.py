# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The losses that train the autoencoder's decoder: pixels, edges, features and a critic.

The pixel loss alone leaves edges soft: if a latent does not determine exactly where an edge runs, the mean of all
positions has the lowest loss.  Features are the first hidden states of this project's own image encoder, never those
of a judge.  The critic distinguishes decoded crops from real ones, with one score per 8x8 pixels, and is small, so
that it sharpens and does not invent detail.
"""

import torch
import torch.nn.functional as F
from torch import nn

from configs import IMAGE, IMAGE_MEAN, IMAGE_STD
from nets import ImageEncoder

FEATURES = (1, 2)  # hidden states that are compared
WEIGHTS = {"pixels": 1.0, "edges": 1.0, "features": 0.1, "critic": 0.02}


def edges(x):
    return torch.cat([x[..., 1:, :-1] - x[..., :-1, :-1], x[..., :-1, 1:] - x[..., :-1, :-1]], 1)


def edge_energy(x):
    """[B,C,H,W] -> [B]"""
    return edges(x).square().mean((1, 2, 3))


class Features(nn.Module):
    """Crops in -1..1 of the encoder's input size -> normalised hidden states."""

    def __init__(self, joint):
        """joint: the state dict of model.Joint"""
        super().__init__()
        self.encoder = ImageEncoder(IMAGE)
        self.encoder.load_state_dict({k[6:]: v for k, v in joint.items() if k.startswith("image.")})
        self.requires_grad_(False)
        self.register_buffer("mean", torch.tensor(IMAGE_MEAN).view(3, 1, 1))
        self.register_buffer("std", torch.tensor(IMAGE_STD).view(3, 1, 1))

    def forward(self, x):
        states = self.encoder((x * 0.5 + 0.5 - self.mean) / self.std)
        return [F.layer_norm(states[i][:, 1:], states[i].shape[-1:]) for i in FEATURES]


class Critic(nn.Sequential):
    """Crops [B,3,H,W] -> score of how real each neighbourhood looks [B,1,H/8,W/8]"""

    def __init__(self):
        layers, wide = [], 3
        for width in (24, 48, 64):
            layers += [nn.Conv2d(wide, width, 4, 2, 1), nn.LeakyReLU(0.2)]
            wide = width
        super().__init__(*layers, nn.Conv2d(wide, 1, 3, padding=1))


class Teacher(nn.Module):
    def __init__(self, joint=None, rate=1e-3):
        """joint: as for Features; None leaves features out."""
        super().__init__()
        self.features = Features(joint) if joint else None
        self.critic = Critic()
        self.optimiser = torch.optim.AdamW(self.critic.parameters(), rate, (0.5, 0.99))

    def losses(self, out, image, criticised):
        """-> {name: loss}. criticised: whether the critic's loss is included."""
        losses = {"pixels": (out - image).abs().mean(), "edges": (edges(out) - edges(image)).abs().mean()}
        if self.features:
            with torch.no_grad():
                truth = self.features(image)
            losses["features"] = sum((a - b).square().mean() for a, b in zip(self.features(out), truth))
        if criticised:
            losses["critic"] = -self.critic(out).mean()
        return losses

    def total(self, losses):
        return sum(WEIGHTS[name] * loss for name, loss in losses.items())

    def teach_critic(self, out, image):
        loss = F.relu(1 - self.critic(image)).mean() + F.relu(1 + self.critic(out.detach())).mean()
        self.optimiser.zero_grad()
        loss.backward()
        self.optimiser.step()

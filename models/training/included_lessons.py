# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The training tasks of the included judges: one lesson (course.py) each, on the pictures of judge_pool.py.

  Telling   CLIP: in a batch of pictures and captions, which belong together (Radford et al., 2021)
  Knowing   DINO's network: in a batch of drawings, which two scenes show the same one.  DINO itself is self-supervised
            and does not use this label (Caron et al., 2021), which takes far more pictures than there are here.
"""

import itertools

import numpy as np
import torch
import torch.nn.functional as F

from compose import FAMILIES, article, main_colour, worded
from course import BF16, Lesson
from included_nets import SIDE, Clip, Vit
from judge_pool import SCENES, STYLED
from judge_train import worn

ORDERS = np.array(list(itertools.permutations(range(3))))
NOUNS = ("thing", "object", "toy", "picture")
CARELESS = ("openclipart",)  # sources whose names are file names, which no caption uses
TEMPERATURE = 0.1
NEAR = 12  # look-alikes of a drawing, itself included, from which its batch is filled
COLOURS_APART = 20  # a copy with permuted channels is a twin if it differs by more levels of 0..255 than this
UNSAID = -2  # judge_pool.labels () uses -1 for undecidable and 0 for none of the words


def crops(rng, views, least):
    """uint8 [N,128,128,3] -> [N,3,SIDE,SIDE] in 0..1: crops of one random size of at least `least` pixels a side, each at
    its own random position, degraded by worn ()."""
    n = rng.integers(least, views.shape[1] + 1)
    at = rng.integers(views.shape[1] - n + 1, size=(len(views), 2))
    x = np.stack([view[i:i + n, j:j + n] for view, (i, j) in zip(views, at)])
    x = torch.from_numpy(x).permute(0, 3, 1, 2).float() / 255
    x = F.interpolate(x, size=(SIDE, SIDE), mode="bicubic", antialias=True)
    return worn(rng, x * 2 - 1).clamp(-1, 1) * 0.5 + 0.5


def nouns(things, row):
    """-> the nouns that a caption may use for a drawing, one of them with its main colour if it has one"""
    names = [things.name(row)] * 2 if things.source_of[row] not in CARELESS else list(NOUNS)
    colour = main_colour(np.asarray(things.sprites[row]))
    return names + ([f"{colour} {names[0]}"] if colour else [])


def said_of(rng, truth, forget=0.25):
    """Selects at random what a caption mentions of the picture's labels. -> a word's number per family, or UNSAID"""
    return [t if t > 0 and rng.random() > forget else UNSAID for t in truth]


def caption(rng, said):
    """-> a caption in the wording of compose.py that mentions what `said` selects, with the placeholder S"""
    word = {family: FAMILIES[family][t - 1] for family, t in zip(FAMILIES, said) if t != UNSAID}
    noun = {"small": "a small S", "close-up": "a close-up of a S"}.get(word.get("size"), "a S")
    if "count" in word:
        noun = f"{word['count']} S"
    if "side" in word:
        noun += f" on the {word['side']}"
    text = f"{noun} {word['style']}" if "style" in word else worded(rng, noun)
    if "place" in word:
        return f"{text} {word['place']}"
    return text + (f" on {article(word['colour'])} background" if "colour" in word else "")


def with_noun(text, noun):
    return text.replace("a S", article(noun)).replace("S", noun) if noun else text.replace("S", "")


class Telling(Lesson):
    """Pairs in which a caption is also true of another picture of the batch are excluded from the loss."""

    number, name, lr, kind = 4, "clip", 1e-3, Clip

    def __init__(self, pool, things, tokens, batch=80):
        super().__init__()
        self.batch, self.tokens = batch, tokens
        self.views, self.truth = pool["views"], pool["truth"]
        self.nouns = [nouns(things, row) for row in things.train[:len(self.views)]]
        kinds = {name: k for k, name in enumerate(sorted({noun[0] for noun in self.nouns}))}
        self.named = np.array([kinds[noun[0]] for noun in self.nouns])

    def texts(self, rng, rows, truth):
        """-> ids [N,L], index of each end token [N], what each mentions [N,1 + families]: the noun, then the families"""
        ids, said = [], []
        for row, shown in zip(rows, truth):
            told, names = said_of(rng, shown), self.nouns[row]
            noun = names[rng.integers(len(names))] if rng.random() < 0.65 else ""
            ids.append(self.tokens.encode(with_noun(caption(rng, told), noun))[0])
            said.append([self.named[row] if noun else UNSAID, *told])
        ends = [i.index(self.tokens.end) for i in ids]
        return torch.tensor(ids), torch.tensor(ends), np.array(said)

    def loss(self, rng, _share=0.0):
        i, j = rng.choice(len(self.views), self.batch, replace=False), rng.integers(SCENES, size=self.batch)
        ids, ends, said = self.texts(rng, i, self.truth[i, j])
        shows = np.c_[self.named[i], self.truth[i, j]]
        true = ((said[None] == UNSAID) | (said[None] == shows[:, None])).all(2)
        np.fill_diagonal(true, False)
        with torch.autocast("cpu", torch.bfloat16, enabled=BF16):
            pictures, texts = self.network.see(crops(rng, self.views[i, j], 116)), self.network.read(ids, ends)
        alike = self.network.logit_scale.exp().clamp(max=100) * (pictures @ texts.T)
        alike = alike.masked_fill(torch.from_numpy(true), -1e4)
        same = torch.arange(self.batch)
        return (F.cross_entropy(alike, same) + F.cross_entropy(alike.T, same)) / 2


class Knowing(Lesson):
    """A drawing with permuted colour channels counts as a different drawing.  From a quarter of the course on, batches
    combine the drawings that look most alike to the network; these are updated after each further quarter."""

    number, name, lr, kind = 5, "dino", 1e-3, Vit

    def __init__(self, pool, things, count=40, twins=12):
        super().__init__()
        self.views, self.count, self.twins = pool["views"], count, twins
        self.apart = np.stack([colours_apart(np.asarray(things.sprites[row]))
                               for row in things.train[:len(self.views)]])
        self.near, self.asked = None, 0

    def state_dict(self):
        return {"near": self.near, "asked": self.asked}

    def load_state_dict(self, state):
        self.near, self.asked = state["near"], state["asked"]

    @torch.no_grad()
    def look_alikes(self):
        rng = np.random.default_rng(self.number)
        features = torch.cat([self.told(crops(rng, self.views[at:at + 100, 0], 112))
                              for at in range(0, len(self.views), 100)])
        self.near = torch.cat([(part @ features.T).topk(min(NEAR, len(features))).indices
                               for part in features.split(500)])

    def drawings(self, rng):
        if self.near is None or rng.random() < 0.4:
            return rng.choice(len(self.views), self.count, replace=False)
        seeds = rng.choice(len(self.views), -(-self.count // 4), replace=False)
        rows = np.concatenate([rng.permutation(self.near[seed].numpy())[:5] for seed in seeds])
        return np.array(list(dict.fromkeys(rows.tolist()))[:self.count])

    def loss(self, rng, share=0.0):
        if int(4 * share) > self.asked:
            self.asked = int(4 * share)
            self.look_alikes()
        rows = self.drawings(rng)
        orders = rng.integers(6, size=len(rows))
        turned = (orders + rng.integers(1, 6, size=len(rows))) % 6
        twins = np.flatnonzero(self.apart[rows, orders, turned] > COLOURS_APART)[:self.twins]
        # Twins are not shown in a style: pencil sketches of a drawing and its twin would look the same.
        scenes = np.where(np.arange(len(rows) + len(twins)) < len(rows), SCENES, STYLED)
        rows, orders = np.append(rows, rows[twins]), np.append(orders, turned[twins])
        first = rng.integers(scenes)
        order = ORDERS[orders][:, None, None]
        a, b = (self.told(crops(rng, np.take_along_axis(self.views[rows, scene], order, 3), 104))
                for scene in (first, (first + rng.integers(1, scenes)) % scenes))
        alike, same = a @ b.T / TEMPERATURE, torch.arange(len(a))
        return (F.cross_entropy(alike, same) + F.cross_entropy(alike.T, same)) / 2


def colours_apart(sprite):
    """-> distance between a drawing's copies in each pair of channel ORDERS [6,6]: mean difference of channels"""
    pixels = sprite[::8, ::8].reshape(-1, 4).astype(np.float32)
    pixels = pixels[pixels[:, 3] > 200, :3]
    if len(pixels) == 0:
        return np.zeros((6, 6))
    gaps = np.abs(pixels[:, :, None] - pixels[:, None]).mean(0)
    return gaps[ORDERS[:, None], ORDERS[None]].mean(2)

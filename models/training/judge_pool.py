# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The judges' own pictures: composed scenes of training things at 128x128, and what each shows.

  small(picture)       256x256 as painted -> 128x128 as the judges see it
  labels(said)         what a scene shows in each family of caption words
  make_pool(things, rows)    SCENES pictures of training drawings, with labels and the places of the objects
  write_pool(cache, things)  of all of them, in files of some hundred drawings; those that are there stay
  read_pool(cache)           all of it
"""

import time

import numpy as np
from PIL import Image

from compose import FAMILIES, scene
from styles import STYLES

SIDE, GRID = 128, 32  # of a picture, and of the places in it that an object covers
SEED = 20611  # the pipeline's own seeds are below 1000
# What each drawing's scenes are: a plain one, others in turn, and one style in turn.
TURNS = ("count", "side", "small", "close-up")
SCENES = 5
STYLED = SCENES - 1  # which of them
PART = 300  # drawings a file, a multiple of COVERED
COVERED = 3  # of how many drawings the places of one are kept, which is dear and enough for a finder


def small(picture):
    """[256,256,3] uint8 -> [128,128,3] uint8, each the mean of 2x2."""
    return np.array(Image.fromarray(picture).reduce(picture.shape[0] // SIDE))


def labels(said):
    """What a scene shows in each family: 0 nothing, i + 1 word i, -1 when it cannot be told."""
    out = {family: 1 + FAMILIES[family].index(said[family]) if family in said else 0
           for family in FAMILIES}
    if "place" not in said and "colour" not in said:
        out["colour"] = 1 + FAMILIES["colour"].index("white")  # what the composer then paints
    if "style" in said:
        out["colour"] = out["place"] = -1
    if not {"count", "side"}.isdisjoint(said):
        out["size"] = -1
    return [out[family] for family in FAMILIES]


def twist(drawing, number):
    """compose.scene ()'s twist for one of the scenes of a drawing."""
    if number == 0:
        return None
    if number == STYLED:
        return list(STYLES)[drawing % len(STYLES)]
    return TURNS[(drawing + number) % len(TURNS)]


def place_of(seed, sprite, things, what):
    """How much of each cell the object covers, of 255 [GRID,GRID]: what a scene before its style gains when its
    object turns from black to white."""
    what = None if what in STYLES else what
    shapes = [np.concatenate([sprite[..., 3:] * white] * 3 + [sprite[..., 3:]], 2) for white in (0, 1)]
    black, white = (scene(np.random.default_rng(seed), shape, things, what)[0][..., 0].astype(np.float32)
                    for shape in shapes)
    gain = white - black
    cells = gain.reshape(GRID, len(gain) // GRID, GRID, -1).mean((1, 3))
    return np.round(cells * (255 / max(gain.max(), 1))).astype(np.uint8)


def make_pool(things, rows, first=0):
    """rows: drawings, first: how many came before them in a larger pool.
    -> {"views" [n,SCENES,128,128,3], "truth" [n,SCENES,families], "covers" [ceil(n/COVERED),SCENES,32,32]}"""
    n = len(rows)
    views = np.empty((n, SCENES, SIDE, SIDE, 3), np.uint8)
    truth = np.empty((n, SCENES, len(FAMILIES)), np.int8)
    covers = np.empty((-(-n // COVERED), SCENES, GRID, GRID), np.uint8)
    for i, row in enumerate(rows):
        sprite = np.asarray(things.sprites[row])
        for j in range(SCENES):
            seed = [SEED, row, j]
            what = twist(first + i, j)
            picture, _, said, _ = scene(np.random.default_rng(seed), sprite, things, what)
            views[i, j], truth[i, j] = small(picture), labels(said)
            if i % COVERED == 0:
                covers[i // COVERED, j] = place_of(seed, sprite, things, what)
    return {"views": views, "truth": truth, "covers": covers}


def write_pool(cache, things):
    folder = cache / "judge-pool"
    folder.mkdir(exist_ok=True)
    for first in range(0, len(things.train), PART):
        path, part = folder / f"{first:05}.npz", folder / "part"
        if not path.exists():
            with open(part, "wb") as file:
                np.savez(file, **make_pool(things, things.train[first:first + PART], first))
            part.rename(path)
            print(path.name, round(time.process_time()), "s", flush=True)


def read_pool(cache):
    files = [np.load(path) for path in sorted((cache / "judge-pool").glob("*.npz"))]
    return {name: np.concatenate([file[name] for file in files]) for name in files[0]}

# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The subject finder's training on a few plain drawings: its scenes and hints, and that it learns.

The quality of the shipped finder is measured elsewhere.
Usage: test-finder.py SOURCE_ROOT [NAME_PART]
"""

import contextlib
import json
import sys
import tempfile
from pathlib import Path

ROOT = Path(sys.argv[1])
sys.path.insert(0, str(ROOT / "tests/cli"))
sys.path.insert(0, str(ROOT / "models/training"))
import numpy as np  # noqa: E402
from drawings import write_ellipses  # noqa: E402
from tap import Skip, run, test  # noqa: E402

SCRATCH = tempfile.TemporaryDirectory(prefix="pz-finder-")
CACHE = Path(SCRATCH.name)
COUNT = 20


def torch():
    try:
        import torch as found
    except ImportError:
        raise Skip("no PyTorch here") from None
    found.set_num_threads(1)
    return found


def world():
    """Ellipses in plain colours, and noise as photographs."""
    from finder_scenes import Finding
    if not (CACHE / "things.json").exists():
        write_ellipses(CACHE, COUNT, (0.3, 0.48), (0.3, 0.48),
                       lambda i: {"name": f"thing {i}", "source": "noto", "held_out": i < 4})
        photographs = np.random.default_rng(2).integers(0, 256, (4, 64, 64, 3)).astype(np.uint8)
        np.save(CACHE / "photographs.npy", photographs)
    return Finding(CACHE)


@test
def scenes():
    """a scene's mask shows a good part of the thing, its hint is about the thing, and the same seed makes it again."""
    from finder_scenes import HINTS, SIDE, WIDE, framed, scene, window
    for seed in range(60):
        hint = list(HINTS)[seed % len(HINTS)]
        picture, mask, given = scene(np.random.default_rng(seed), world(), 5 + seed % 10, hint)
        assert picture.shape == (WIDE, WIDE, 3) and picture.dtype == mask.dtype == np.uint8
        inside = mask > 127
        assert inside.sum() >= 80
        if hint == "none":
            assert not given.any()
        else:
            # roughly drawn: smaller or larger than the thing, but never somewhere else
            assert (given & inside).sum() > (0.02 if hint == "scribble" else 0.5) * inside.sum(), (seed, hint)
        # the network's input contains the whole hint and some surroundings
        shown = framed((picture, given), window(given))[1]
        assert shown.shape == (SIDE, SIDE) and shown.mean() >= given.mean()
        again = scene(np.random.default_rng(seed), world(), 5 + seed % 10, hint)
        assert all(np.array_equal(a, b) for a, b in zip((picture, mask, given), again))


@test
def strokes():
    """drawings that are only strokes are no things: nobody outlines them."""
    from finder_scenes import bodied
    y, x = np.mgrid[:192, :192] - 96
    for least, is_thing in ((0, True), (40, True), (68, False)):
        sprite = np.zeros((192, 192, 4), np.uint8)
        sprite[(np.hypot(x, y) < 72) & (np.hypot(x, y) >= least)] = 255
        assert bodied(sprite) == is_thing, least


@test
def measure():
    """intersection over union, of each picture apart."""
    torch()
    from finder import overlap
    inside = np.zeros((3, 8, 8), bool)
    inside[:, 2:6, 2:6] = True
    chances = np.stack([inside[0] * 0.9, np.roll(inside[1], 2, 1) * 0.9, np.zeros((8, 8))])
    assert np.allclose(overlap(chances, inside), [1, 8 / 24, 0])


@test
def learns():
    """the network learns in steps that lower its loss, and what is exported is the whole of it."""
    found = torch()
    from course import taught
    from finder import Subjects, export
    from finder_net import CONFIG
    from tensors import load
    lesson = Subjects(world(), 8)

    def loss():
        with found.no_grad():
            return np.mean([lesson.loss(np.random.default_rng(i)).item() for i in range(2)])

    before = loss()
    with contextlib.redirect_stdout(sys.stderr):  # its output is not TAP
        network = taught(lesson, 25, CACHE / "course.pt")
    assert loss() < 0.9 * before, (before, loss())
    export(network, CACHE / "model")
    kept = load(CACHE / "model/diffusion_pytorch_model.safetensors")
    assert kept.keys() == network.state_dict().keys()
    assert sum(t.numel() * t.element_size() for t in kept.values()) < 2 * 2 ** 20
    assert json.loads((CACHE / "model/config.json").read_text()) == CONFIG


run(sys.argv[2] if len(sys.argv) > 2 else None)

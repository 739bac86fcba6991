# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The data that goes to a machine with an accelerator and back: drawings in one small file, weights in parts.

Usage: test-packed.py SOURCE_ROOT [NAME_PART]
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(sys.argv[1])
sys.path.insert(0, str(ROOT / "tests/cli"))
sys.path.insert(0, str(ROOT / "models/training"))
import numpy as np  # noqa: E402
import packed  # noqa: E402
from tap import run, test  # noqa: E402

SCRATCH = tempfile.TemporaryDirectory(prefix="pz-packed-")
SIDE, COUNT = 192, 70  # slightly more than one sheet


def folder(name):
    path = Path(SCRATCH.name) / name
    path.mkdir()
    return path


def drawings():
    """Coloured discs with soft rims, all different, with colours premultiplied by alpha."""
    rng = np.random.default_rng(1)
    y, x = (np.mgrid[:SIDE, :SIDE] + 0.5) / SIDE
    out = np.empty((COUNT, SIDE, SIDE, 4), np.uint8)
    for sprite in out:
        radius, colour = rng.uniform(0.2, 0.45), rng.uniform(30, 255, 3)
        alpha = np.clip((radius - np.hypot(x - 0.5, y - 0.5)) * 40, 0, 1)
        shade = 1 - 0.4 * y[..., None]
        sprite[..., :3], sprite[..., 3] = colour * shade * alpha[..., None], 255 * alpha
    return out


def cache():
    path, sprites = folder("cache"), drawings()
    np.save(path / "sprites.npy", sprites)
    (path / "things.json").write_text(json.dumps({
        "things": [{"name": f"thing {i}", "group": "Objects", "held_out": i % 9 == 0} for i in range(COUNT)],
        "sprites": [{"thing": i, "source": "noto", "file": f"{i}.svg"} for i in range(COUNT)]}))
    (path / "tokenizer").mkdir()
    (path / "tokenizer/vocab.json").write_text("{}")
    return path, sprites


HERE, SPRITES = cache()


@test
def drawings_travel():
    """drawings are back in their places, as good as the room allows, with their names and the tokenizer."""
    last = 0
    for limit in (60_000, 150_000):
        file, there = Path(SCRATCH.name) / f"{limit}.pack", Path(SCRATCH.name) / f"there-{limit}"
        quality, size = packed.pack(HERE, file, limit)
        assert size == file.stat().st_size <= limit and quality > last, (quality, size)
        last = quality
        packed.unpack(file, there)
        back = np.load(there / "sprites.npy")
        assert back.shape == SPRITES.shape and back.dtype == np.uint8
        error = np.square(back.astype(float) - SPRITES).mean((1, 2, 3))
        # 30 dB: much closer than two different discs are to each other
        assert error.max() < 255**2 / 1000, error.max()
        assert json.loads((there / "things.json").read_text()) == json.loads((HERE / "things.json").read_text())
        assert (there / "tokenizer/vocab.json").read_text() == "{}"


@test
def some_drawings():
    """some drawings alone keep their own names."""
    file, there = Path(SCRATCH.name) / "some.pack", Path(SCRATCH.name) / "some"
    packed.pack(HERE, file, 100_000, np.array([3, 69]))
    packed.unpack(file, there)
    back, info = np.load(there / "sprites.npy"), json.loads((there / "things.json").read_text())
    assert [info["things"][s["thing"]]["name"] for s in info["sprites"]] == ["thing 3", "thing 69"]
    assert np.abs(back.astype(int) - SPRITES[[3, 69]]).mean() < 3


@test
def too_little_room():
    """what does not fit at any quality is refused, and nothing is left behind."""
    file = Path(SCRATCH.name) / "none.pack"
    try:
        packed.pack(HERE, file, 3_000)
    except SystemExit as refused:
        assert "at most 3000 bytes" in str(refused)
    else:
        raise AssertionError("expected a refusal")
    assert not list(Path(SCRATCH.name).glob("none*"))


@test
def weights_travel():
    """a folder in parts is the same folder again, with a part of any length at its end."""
    model, parts, again = folder("model"), folder("parts"), folder("again")
    (model / "unet").mkdir()
    content = {"unet/a.safetensors": os.urandom(50_000), "config.json": b"{}", "unet/b": os.urandom(7)}
    for name, data in content.items():
        (model / name).write_bytes(data)
    written = packed.split(model, parts, 4_000)  # more than ten parts, whose names do not sort in numerical order
    assert len(written) > 10 and max(p.stat().st_size for p in written) <= 4_000
    packed.join(parts, again)
    assert {str(p.relative_to(again)): p.read_bytes() for p in again.rglob("*") if p.is_file()} == content


@test
def limits():
    """a slice of more than five minutes and a folder without parts are refused."""
    script = [sys.executable, "-B", ROOT / "models/training/accelerator-run"]
    for words, said in ((["slice", "--pack", "x", "--out", "y", "--minutes", "6"], "at most 5"),
                        (["join", "--parts", folder("empty"), "--out", "z"], "weights-0.part")):
        done = subprocess.run([*script, *words], capture_output=True, text=True, check=False)
        assert done.returncode and said in done.stderr, done


run(sys.argv[2] if len(sys.argv) > 2 else None)

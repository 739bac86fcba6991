# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faces beside @vladmandic/face-api 1.7.15 itself.

data/faces.json is what the package says in node (processor backend, tensors as input, detector at 416, scores from 0.5): of each
picture the first numbers of the detector's answer, and of each face its box, 68 points and features. Boxes and points agree within a
pixel, features within 1e-3. Usage: test-faces.py PERSONALIZE SOURCE_ROOT [NAME_PART]
"""

import json
import os
import subprocess
import sys
import tempfile

EXE, ROOT = sys.argv[1:3]
sys.path.insert(0, os.path.join(ROOT, "tests/cli"))

from tap import Skip, run, test  # noqa: E402

SCRATCH = tempfile.TemporaryDirectory(prefix="pz-faces-")
DATA = os.environ.get("PZ_TEST_DATA")
with open(os.path.join(ROOT, "tests/nets/data/faces.json"), encoding="utf-8") as _file:
    EXPECTED = json.load(_file)


def path(name):
    """The picture as a PNG, so that only one library decodes the JPEG."""
    try:
        from PIL import Image
    except ImportError:
        raise Skip("no PIL here") from None
    file = os.path.join(SCRATCH.name, f"{name}.png")
    if os.path.exists(file):
        return file
    if not DATA:
        raise Skip("PZ_TEST_DATA is not set")

    def shared(part):
        with Image.open(os.path.join(DATA, "concepts", part)) as image:
            return image.convert("RGB")
    if name == "two.png":
        image = Image.new("RGB", (1024, 512))
        for i in range(2):
            image.paste(shared(f"faces/synthetic-{i}.jpg"), (512 * i, 0))
    elif name == "cut.png":
        image = shared("faces/synthetic-0.jpg").crop((256, 0, 512, 512))
    else:
        image = shared(f"faces/{name}" if name.startswith("synthetic") else name)
    image.save(file)
    return file


def faces(*files, json_too=True, status=0):
    done = subprocess.run([EXE, "faces", *files, *(["--json"] if json_too else [])], capture_output=True, text=True,
                          timeout=600)
    assert done.returncode == status, done.stderr
    return json.loads(done.stdout) if json_too and status == 0 else done.stdout + done.stderr


def close(found, expected, within):
    assert len(found) == len(expected)
    for a, b in zip(found, expected):
        assert abs(a - b) <= within, (a, b)


@test
def same():
    """boxes, points and features are the package's"""
    names = [name for name, told in EXPECTED.items() if told["faces"]]
    assert len(names) == 4
    for name in names:
        found = faces(path(name))["pictures"][0]
        expected = sorted(EXPECTED[name]["faces"], key=lambda f: -f["box"][2] * f["box"][3])
        assert len(found["faces"]) == len(expected), name
        for face, told in zip(found["faces"], expected):
            assert abs(face["score"] - told["score"]) < 1e-3
            close(face["box"], told["box"], 1)
            for a, b in zip(face["points"], told["points"]):
                close(a, b, 1)
        close(found["features"], expected[0]["features"], 1e-3)


@test
def none():
    """no face in a picture of a thing, nor in half of one"""
    for name in ("elite-1.jpg", "elite-4.png", "cut.png"):
        assert not EXPECTED[name]["faces"]
        told = faces(path(name), json_too=False)
        assert "no face found" in told, told
        assert faces(path(name))["pictures"][0]["faces"] == []


@test
def alike():
    """two pictures: how alike; several faces, a cut one and a tiny one are said"""
    from PIL import Image
    one, two = path("synthetic-0.jpg"), path("synthetic-1.jpg")
    told = faces(one, two)
    vectors = [EXPECTED[f"synthetic-{i}.jpg"]["faces"][0]["features"] for i in range(2)]
    dot = sum(a * b for a, b in zip(*vectors))
    norms = [sum(a * a for a in v) ** 0.5 for v in vectors]
    assert abs(told["similarity"] - dot / norms[0] / norms[1]) < 2e-3, told["similarity"]
    assert "two people" in faces(one, two, json_too=False) and "one person" in faces(one, one, json_too=False)
    assert "several faces" in faces(path("two.png"), json_too=False)
    with Image.open(two) as image:
        small = Image.new("RGB", (110, 110), image.getpixel((5, 5)))
        small.paste(image.resize((55, 55), Image.LANCZOS), (27, 27))
        small.save(os.path.join(SCRATCH.name, "small.png"))
        image.crop((0, 0, 380, 512)).save(os.path.join(SCRATCH.name, "edge.png"))
    for name, word in (("small.png", "smaller than"), ("edge.png", "cuts it")):
        told = faces(os.path.join(SCRATCH.name, name), json_too=False)
        assert word in told, (name, told)


@test
def refused():
    """networks that are not there, and too many pictures, are said"""
    told = faces("--faces", SCRATCH.name, path("synthetic-0.jpg"), status=1)
    assert "detector.safetensors" in told, told
    assert "one picture or two" in faces("a", "b", "c", status=2)


run(sys.argv[3] if len(sys.argv) > 3 else None)

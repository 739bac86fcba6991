# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faces, compared with @vladmandic/face-api 1.7.15.

data/faces.json holds the package's results in node (CPU backend, tensors as input, detector input size 416, minimum score 0.5):
for each picture the first numbers of the detector's output, and for each face its box, 68 points and features. Boxes and points
agree within a pixel, features within 1e-3.
Usage: test-faces.py PERSONALIZE SOURCE_ROOT [NAME_PART]
"""

import json
import os
import subprocess
import sys
import tempfile

EXE, ROOT = sys.argv[1:3]
for folder in ("cli", "reference"):
    sys.path.insert(0, os.path.join(ROOT, "tests", folder))

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
    pictures = [found for pair in (names[:2], names[2:]) for found in faces(*map(path, pair))["pictures"]]
    for name, found in zip(names, pictures, strict=True):
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
    assert [told["faces"] for told in faces(path("elite-4.png"), path("cut.png"))["pictures"]] == [[], []]


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
    assert "different people" in faces(one, two, json_too=False) and "same person" in faces(one, one, json_too=False)
    assert "several faces" in faces(path("two.png"), json_too=False)
    with Image.open(two) as image:
        small = Image.new("RGB", (110, 110), image.getpixel((5, 5)))
        small.paste(image.resize((55, 55), Image.LANCZOS), (27, 27))
        small.save(os.path.join(SCRATCH.name, "small.png"))
        image.crop((0, 0, 380, 512)).save(os.path.join(SCRATCH.name, "edge.png"))
    for name, word in (("small.png", "smaller than"), ("edge.png", "cut off")):
        told = faces(os.path.join(SCRATCH.name, name), json_too=False)
        assert word in told, (name, told)


def names():
    with open(os.path.join(ROOT, "data/models/pz-tiny/tokenizer/vocab.json"), encoding="utf-8") as f:
        words = sorted(w[:-4] for w in json.load(f) if w.endswith("</w>") and w[:-4].isascii() and w[:-4].isalpha())
    file = os.path.join(SCRATCH.name, "names.txt")
    with open(file, "w", encoding="utf-8") as f:
        f.writelines(f"{a} {b}\n" for a, b in zip(words[:20], words[20:40]))
    return file


def iresnet(blocks):
    """insightface's network with random weights: methods.md 5.3."""
    import torch
    from torch import nn

    class Block(nn.Module):
        def __init__(self, before, width, stride):
            super().__init__()
            self.bn1, self.conv1 = nn.BatchNorm2d(before), nn.Conv2d(before, width, 3, 1, 1, bias=False)
            self.bn2, self.prelu = nn.BatchNorm2d(width), nn.PReLU(width)
            self.conv2, self.bn3 = nn.Conv2d(width, width, 3, stride, 1, bias=False), nn.BatchNorm2d(width)
            self.downsample = None if stride == 1 else nn.Sequential(
                nn.Conv2d(before, width, 1, stride, bias=False), nn.BatchNorm2d(width))

        def forward(self, x):
            y = self.prelu(self.bn2(self.conv1(self.bn1(x))))
            return self.bn3(self.conv2(y)) + (x if self.downsample is None else self.downsample(x))

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv1, self.bn1, self.prelu = nn.Conv2d(3, 64, 3, 1, 1, bias=False), nn.BatchNorm2d(64), nn.PReLU(64)
            before = 64
            for i, n in enumerate(blocks):
                width = 64 << i
                layer = [Block(before if j == 0 else width, width, 2 if j == 0 else 1) for j in range(n)]
                setattr(self, f"layer{i + 1}", nn.Sequential(*layer))
                before = width
            self.bn2, self.fc, self.features = nn.BatchNorm2d(512), nn.Linear(512 * 49, 512), nn.BatchNorm1d(512)

        def forward(self, x):
            x = self.prelu(self.bn1(self.conv1(x)))
            for i in range(4):
                x = getattr(self, f"layer{i + 1}")(x)
            return self.features(self.fc(self.bn2(x).flatten(1)))
    torch.manual_seed(3)
    net = Net().eval()
    with torch.no_grad():  # no parameter keeps a default of 0 or 1
        for module in net.modules():
            if isinstance(module, (nn.BatchNorm2d, nn.BatchNorm1d)):
                for tensor, low, high in ((module.weight, 0.5, 1.5), (module.bias, -0.3, 0.3),
                                          (module.running_mean, -0.3, 0.3), (module.running_var, 0.5, 2)):
                    tensor.uniform_(low, high)
            elif isinstance(module, nn.PReLU):
                module.weight.uniform_(0, 0.5)
    return net


def aligned(picture, places):
    """The recogniser's input, computed with PyTorch: methods.md 5.3."""
    import numpy as np
    import torch
    from torch.nn import functional as F
    goal = np.array([(192.98, 239.95), (318.90, 240.19), (256.63, 314.02), (201.26, 371.41), (313.09, 371.15)])
    rows, wanted = [], []
    for (x, y), (u, v) in zip(places, goal):  # (a x - b y + c, b x + a y + d)
        rows += [[x, -y, 1, 0], [y, x, 0, 1]]
        wanted += [u, v]
    a, b, c, d = np.linalg.lstsq(np.array(rows), np.array(wanted), rcond=None)[0]
    back = np.linalg.inv([[a, -b, c], [b, a, d], [0, 0, 1]])
    x = torch.tensor(np.asarray(picture, np.float64) / 127.5 - 1).permute(2, 0, 1)[None]
    grid = np.stack([*np.meshgrid(np.arange(512), np.arange(512)), np.ones((512, 512))], -1) @ back.T
    size = np.array([picture.width, picture.height])
    x = F.grid_sample(x, torch.tensor(grid[..., :2] / (size - 1) * 2 - 1)[None], align_corners=True)
    turn = torch.tensor([[[1.07695457, -0.03625215, -1.56352194 / 512],
                          [0.03625215, 1.07695457, -5.32134629 / 512]]], dtype=torch.float64)
    x = F.grid_sample(x, F.affine_grid(turn, [1, 3, 512, 512], align_corners=True), align_corners=True)
    return F.interpolate(x, (112, 112), mode="bilinear", align_corners=True)


def check_precisions(file, picture, expected):
    """The network alone, in f16 too: rounding weights and activations to f16 gives about 1e-3."""
    import compare_model
    case = compare_model.Case("face_recognizer", {"picture": picture.float()}, None)
    for mode, flags, limit in (("f16", [], 5e-3), ("f32", ["--f32"], 2e-5)):
        apart = compare_model.relative_error(compare_model.run(EXE, file, case, *flags).tensors, {"features": expected[None]})
        print(f"# {mode}: relative error {apart:.2e}", flush=True)
        assert apart <= limit, (mode, apart)


@test
def full():
    """a full recogniser of random weights, by insightface's keys, with its own alignment, beside PyTorch"""
    try:
        import torch
    except ImportError:
        raise Skip("no PyTorch here") from None
    from PIL import Image
    torch.set_num_threads(1)
    net = iresnet((3, 13, 30, 3) if os.environ.get("PZ_TEST_FULL_SIZE") else (2, 1, 2, 1))
    file = os.path.join(SCRATCH.name, "backbone.pth")
    torch.save(net.state_dict(), file)
    picture = path("synthetic-1.jpg")
    found = faces("--recognizer", file, picture)["pictures"][0]
    with Image.open(picture) as image, torch.no_grad():
        x = aligned(image.convert("RGB"), found["faces"][0]["five_points"])
        expected = net.double()(x)[0]
    ours = torch.tensor(found["features"], dtype=torch.float64)
    assert ours.shape == (512,)
    apart = float((ours - expected).norm() / expected.norm())
    assert apart < 2e-5, apart
    check_precisions(file, x, expected)
    learned = subprocess.run([EXE, "learn", "celeb-basis", "--model", os.path.join(ROOT, "data/models/pz-tiny"), "--person",
                              f"zq={picture}", "--names", names(), "--recognizer", file, "--steps", "1", "--size", "64x64",
                              "--out", os.path.join(SCRATCH.name, "zq.pzconcept")], capture_output=True, text=True, timeout=600)
    assert learned.returncode == 0, learned.stderr
    told = faces("--recognizer", os.path.join(ROOT, "data/models/pz-faces/faces/landmarks.safetensors"), picture, status=1)
    assert "IResNet" in told, told


@test
def refused():
    """networks that are not there, and too many pictures, are said"""
    told = faces("--faces", SCRATCH.name, path("synthetic-0.jpg"), status=1)
    assert "expected a model folder with faces/" in told, told
    assert "one picture or two" in faces("a", "b", "c", status=2)


run(sys.argv[3] if len(sys.argv) > 3 else None)

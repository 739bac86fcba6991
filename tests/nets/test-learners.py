# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every learner compared with PyTorch: 20 steps of the embedded model from the same pictures and random draws.

The PyTorch side is tests/reference/learners.py, in float64. Ours, in float32, agrees within 1e-3 in the losses, and within a
hundredth of the distance moved in the learned values: Adam divides by the root of small squares, which amplifies the last bits
of a gradient.
Usage: test-learners.py PERSONALIZE SOURCE_ROOT [NAME_PART]
"""

import json
import os
import subprocess
import sys
import tempfile

EXE, ROOT = sys.argv[1:3]
sys.path.insert(0, os.path.join(ROOT, "tests/cli"))
sys.path.insert(0, os.path.join(ROOT, "tests/reference"))
sys.path.append(os.path.join(ROOT, "models/training"))  # after tests/reference: both contain a nets.py

from tap import Skip, run, test  # noqa: E402

MODEL = os.path.join(ROOT, "data/models/pz-tiny")
DEMO = os.path.join(ROOT, "data/demo/concept.png")
SCRATCH = tempfile.TemporaryDirectory(prefix="pz-learners-")
SIZE, STEPS, SEED = 64, 20, 7


def path(name):
    return os.path.join(SCRATCH.name, name)


def need_torch():
    try:
        import learners
        import torch
    except ImportError:
        raise Skip("no PyTorch here") from None
    torch.set_num_threads(1)
    return torch, learners


def pictures():
    """Two pictures: the demo picture, and a part of it with a different aspect ratio."""
    from PIL import Image
    whole = Image.open(DEMO).convert("RGB")
    part = whole.crop((10, 20, whole.width - 30, whole.height - 5))
    for number, image in enumerate((whole, part)):
        image.save(path(f"{number}.png"), compress_level=1)
    return [whole, part]


def learn(method, *more, steps=STEPS, precision="--f32", masks=("none", "none")):
    """(losses of every step, tensors of the concept)."""
    import safetensors_file
    out = path(f"{method}.pzconcept")
    given = [word for number in range(2) for word in ("--image", path(f"{number}.png"), "--mask", masks[number])]
    flags = [precision] if precision else []
    done = subprocess.run([EXE, "learn", method, "--model", MODEL, *given, "--name", "zq", "--size", f"{SIZE}x{SIZE}",
                           "--steps", str(steps), "--seed", str(SEED), "--json", "--force", "--out", out, *flags, *more],
                          capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr
    events = [json.loads(line) for line in done.stdout.splitlines()]
    return [e["loss"] for e in events if e["event"] == "step"], safetensors_file.read(out)


def caption_ids(model, lines, n_words, class_word=None):
    """Token ids of the captions, with rows vocab_size + j, or the class word, in place of the thing."""
    from tokenizer import Tokenizer
    tokenizer = Tokenizer(os.path.join(MODEL, "tokenizer"))
    rows = []
    for line in lines:
        before, after = line.split("{}")
        middle = [model.text["vocab_size"] + j for j in range(n_words)] or tokenizer.pieces(class_word)
        ids = [tokenizer.start, *tokenizer.pieces(before), *middle, *tokenizer.pieces(after), tokenizer.end]
        rows.append(ids + [tokenizer.pad] * (model.text["max_position_embeddings"] - len(ids)))
    return rows, tokenizer


def crossed(model, tokenizer, rows):
    """The text encoder's output at the positions of the rows: methods.md 4.1."""
    import networks
    import torch
    n, vocabulary = len(rows), model.text["vocab_size"]
    ids = [tokenizer.start, *range(vocabulary, vocabulary + n), tokenizer.end]
    ids += [tokenizer.pad] * (model.text["max_position_embeddings"] - len(ids))
    return networks.text_encoder(model.text_weights, model.text, torch.tensor([ids]), rows)[0, 1:1 + n].detach()


def compare(run_of_torch, start, ours, found):
    """Compares as many steps as our run made."""
    import torch
    expected = [run_of_torch.step(step) for step in range(len(ours))]
    assert expected
    for step, (a, b) in enumerate(zip(ours, expected)):
        assert abs(a - b) <= 1e-3 * abs(b), (step, a, b)
    value = run_of_torch.value.detach()
    moved = (value - start).norm()
    assert moved > 0
    apart = (torch.tensor(found).to(value.dtype).reshape(value.shape) - value).norm()
    assert apart <= 1e-2 * moved, (float(apart), float(moved))


@test
def textual_inversion():
    """Textual Inversion: three words from the class word"""
    torch, learners = need_torch()
    model, images = learners.Model.of(MODEL), pictures()
    ours, concept = learn("textual-inversion", "--class-word", "mug", "--vectors", "3", "--lr", "0.01")
    assert len(ours) == 20
    ids, tokenizer = caption_ids(model, learners.captions(), 3)
    start = model.table()[tokenizer.pieces("mug")].expand(3, -1)
    compare(learners.Run(model, images, ids, SIZE, SEED, 4, 0.01, "words", start), start, ours, concept["words"])


@test
def cross_initialization():
    """Cross Initialization: two words from the text encoder's answer to two others, held near it"""
    torch, learners = need_torch()
    model, images = learners.Model.of(MODEL), pictures()
    ours, concept = learn("cross-initialization", "--init", "red mug", "--templates", "face", "--batch", "4")
    lines = learners.captions("face")
    assert len(lines) == 81
    ids, tokenizer = caption_ids(model, lines, 2)
    start = crossed(model, tokenizer, model.table()[tokenizer.pieces("red mug")])
    compare(learners.Run(model, images, ids, SIZE, SEED, 4, 5e-3, "words", start, 1e-5), start, ours, concept["words"])


@test
def names():
    """Cross Initialization from names: the means of their first and second tokens, repeated ones too"""
    torch, learners = need_torch()
    model = learners.Model.of(MODEL)
    pictures()
    with open(path("names.txt"), "w") as f:
        f.write("red mug\nblue cat\nteapot\nred dog\n\n")
    _, tokenizer = caption_ids(model, ["{}"], 1)
    columns = [[], []]
    for name in ("red mug", "blue cat", "teapot", "red dog"):
        for column, token in zip(columns, tokenizer.pieces(name)):
            column.append(token)
    means = torch.stack([model.table()[column].mean(0) for column in columns])
    _, concept = learn("cross-initialization", "--names", path("names.txt"), "--lr", "1e-7", steps=1)
    start = crossed(model, tokenizer, means)
    apart = (torch.tensor(concept["words"]).double() - start).norm() / start.norm()
    assert apart < 1e-4, float(apart)


@test
def catversion():
    """CatVersion: keys and values in front of the last layers, from normal numbers"""
    torch, learners = need_torch()
    model, images = learners.Model.of(MODEL), pictures()
    ours, concept = learn("catversion", "--class-word", "mug")
    ids, _ = caption_ids(model, ["a photo of a {}"], 0, "mug")
    layers = min(3, model.text["num_hidden_layers"])
    shape = (1, 2 * layers, model.text["hidden_size"])
    generator = torch.Generator().manual_seed(learners.seed_of(SEED, 2 ** 64 - 1, 0))
    start = torch.randn(shape, generator=generator).to(model.dtype)
    compare(learners.Run(model, images, ids, SIZE, SEED, 2, 1e-2, "prefix", start), start, ours, concept["prefix"])


@test
def elite_refine():
    """ELITE refined: from the encoder's answer, with its own keys and values; features outside the mask stay zeros"""
    torch, learners = need_torch()
    import numpy as np
    import safetensors_file
    from PIL import Image
    model, weights = learners.Model.of(MODEL), []
    images = [image.resize((96, 96), Image.BICUBIC) for image in pictures()]
    # From corner to corner, so that the square around the thing is the whole picture.
    mask = np.zeros((96, 96), np.uint8)
    mask[:48, :60] = mask[90:, 90:] = 255
    Image.fromarray(mask).save(path("mask.png"))
    for number, image in enumerate(images):
        image.save(path(f"{number}.png"))
        weight = torch.tensor(cover(mask, SIZE // 16))
        weights.append([weight, weight.flip(1)])
    subprocess.run([EXE, "encode", "--model", MODEL, "--image", path("0.png"), "--mask", path("mask.png"), "--f32",
                    "--out", path("seen.pzconcept"), "--force"], check=True, capture_output=True, timeout=600)
    seen = safetensors_file.read(path("seen.pzconcept"))
    start = torch.tensor(np.concatenate([seen["words"][:1], seen["local"]])).to(model.dtype)
    ours, concept = learn("elite-refine", "--batch", "2", "--lr", "1e-2", masks=[path("mask.png")] * 2)
    ids, _ = caption_ids(model, learners.captions(), 1)
    found = np.concatenate([concept["words"], concept["local"]])
    compare(learners.Run(model, images, ids, SIZE, SEED, 2, 1e-2, "elite", start, 1e-5, weights=weights), start, ours,
            found)
    outside = (start == 0).all(1).numpy()
    assert 0 < outside.sum() < len(outside) - 1 and not found[outside].any(), outside


def people(features, *more, names=("zq", "kx")):
    """Learns two people together. Returns (losses, concepts, saved state, folder, portraits, basis)."""
    import numpy as np
    import safetensors_file
    from PIL import Image
    with open(os.path.join(MODEL, "tokenizer/vocab.json"), encoding="utf-8") as f:
        words = sorted(w[:-4] for w in json.load(f) if w.endswith("</w>") and w[:-4].isalpha() and w.isascii())
    with open(path("people.txt"), "w", encoding="utf-8") as f:
        f.writelines(f"{a} {b}\n" for a, b in zip(words[:40], words[40:80]))
    portraits = [image.resize((96, 96), Image.BICUBIC) for image in pictures()]
    for number, image in enumerate(portraits):
        image.save(path(f"{number}.png"))
    given = [w for n, name in enumerate(names) for w in ("--person", f"{name}={path(f'{n}.png')}", "--mask", "none")]
    out = path(f"people-{features}")
    done = subprocess.run([EXE, "learn", "celeb-basis", "--model", MODEL, *given, "--features", features, "--names",
                           path("people.txt"), "--size", f"{SIZE}x{SIZE}", "--seed", str(SEED), "--steps", str(STEPS),
                           "--f32", "--json", "--force", "--out", out, *more],
                          capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr
    losses = [e["loss"] for e in map(json.loads, done.stdout.splitlines()) if e["event"] == "step"]
    concepts = [safetensors_file.read(os.path.join(out, f"{name}.pzconcept")) for name in names]
    state = safetensors_file.read(out + ".resume")
    basis = load_torch(out, "celeb_basis.pt").numpy()
    return losses, concepts, state, out, portraits, basis


def load_torch(folder, name):
    import torch
    return torch.load(os.path.join(folder, name), weights_only=True)


def compare_people(features, see_of):
    """Compares some steps of both, and the written files with what was learned."""
    torch, learners = need_torch()
    import people as reference
    model = learners.Model.of(MODEL)
    ours, concepts, state, out, portraits, basis = people(features)
    ids, _ = caption_ids(model, learners.captions("face"), 2)
    run_of_torch = reference.Run(model, portraits, basis, ids, SIZE, SEED, 2, 1e-2, see_of(model, reference))
    compare(run_of_torch, run_of_torch.start, ours, state["value"])
    coefficients = load_torch(out, f"embeddings_gs-{STEPS - 1}.pt")["id_coefficients"]
    assert len(coefficients) == len(concepts) == 2
    for number, concept in enumerate(concepts):
        mean = run_of_torch.mean[number]
        for found in (coefficients[number], load_torch(out, f"id_coefficient_{number:03}.pt")):
            assert found.shape == (2, 1, basis.shape[1] - 1)
            assert torch.allclose(found[:, 0].double(), mean, atol=1e-4), (found[:, 0].double() - mean).abs().max()
        assert torch.equal(found[:, 0], torch.tensor(concept["coefficients"]))
        words = run_of_torch.words(mean)
        assert torch.allclose(load_torch(out, f"id_embedding_{number:03}.pt").double(), words, atol=1e-4)
        assert torch.allclose(torch.tensor(concept["words"]).double(), words, atol=1e-4)
    assert not torch.allclose(run_of_torch.mean[0], run_of_torch.mean[1], atol=1e-2)


@test
def celeb_basis():
    """Celeb Basis: two people through one layer, told apart by the image encoder; published files load in PyTorch"""
    def see_of(model, reference):
        import learners
        with open(os.path.join(MODEL, "image_encoder/config.json")) as f:
            config = json.load(f)
        weights = learners.Weights(os.path.join(MODEL, "image_encoder/model.safetensors"), model.dtype)
        return lambda face: reference.pooled(weights, config, face)
    compare_people("image", see_of)


@test
def free_coefficients():
    """Celeb Basis with free coefficients: the same without a layer, of any length"""
    compare_people("free", lambda model, reference: None)


@test
def masks():
    """with masks the loss is a mean over the thing alone"""
    torch, learners = need_torch()
    import numpy as np
    from PIL import Image
    model, images = learners.Model.of(MODEL), pictures()
    weights, given = [], []  # given: a mask file for each picture
    for number, image in enumerate(images):
        mask = np.zeros((image.height, image.width), np.uint8)
        mask[image.height // 4: image.height // 2, : image.width // 2] = 255
        Image.fromarray(mask).save(path(f"mask-{number}.png"))
        given.append(path(f"mask-{number}.png"))
        weights.append(cover(mask, SIZE // 16))
    ours, concept = learn("textual-inversion", "--class-word", "mug", "--lr", "0.01", masks=given, steps=8)
    ids, tokenizer = caption_ids(model, learners.captions(), 1)
    start = model.table()[tokenizer.pieces("mug")]
    compare(learners.Run(model, images, ids, SIZE, SEED, 4, 0.01, "words", start,
                         weights=[[w, w.flip(1)] for w in map(torch.tensor, weights)]),
            start, ours, concept["words"])
    unmasked, _ = learn("textual-inversion", "--class-word", "mug", "--lr", "0.01", "--unmasked", steps=1, masks=given)
    assert abs(unmasked[0] - ours[0]) > 1e-3 * ours[0]


def cover(mask, cells):
    """The fraction of each cell that is inside the mask; cells begin at whole pixels."""
    import numpy as np
    rows = [i * mask.shape[0] // cells for i in range(cells + 1)]
    columns = [i * mask.shape[1] // cells for i in range(cells + 1)]
    return np.array([[mask[rows[i]:rows[i + 1], columns[j]:columns[j + 1]].mean() / 255 for j in range(cells)]
                     for i in range(cells)])


@test
def halves():
    """in half precision the same is learned: losses within a hundredth, the same way to within a fifth"""
    torch, learners = need_torch()
    pictures()
    more = ("--init", "red mug", "--batch", "4")
    exact, there = learn("cross-initialization", *more, steps=10)
    ours, found = learn("cross-initialization", *more, precision=None, steps=10)
    _, start = learn("cross-initialization", *more, "--lr", "1e-7", steps=1)
    for step, (a, b) in enumerate(zip(ours, exact)):
        assert abs(a - b) <= 1e-2 * abs(b), (step, a, b)
    moved, ours_moved = (torch.tensor(t["words"] - start["words"]).flatten() for t in (there, found))
    cosine = float(torch.nn.functional.cosine_similarity(moved, ours_moved, 0))
    assert cosine > 0.98, cosine


run(sys.argv[3] if len(sys.argv) > 3 else None)

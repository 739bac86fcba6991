# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""personalize basis: the basis of names, compared with numpy's singular value decomposition of the same rows.

The names are words of the embedded model's vocabulary. With PZ_TEST_DATA also a real list of names is used, with a text encoder
of the size of Stable Diffusion 1.x with CLIP's vocabulary and a random embedding table.
Usage: test-basis.py PERSONALIZE MODEL [NAME_PART]
"""

import gzip
import json
import os
import sys
import zipfile

import numpy as np
from tap import Skip, test
from tool import MODEL, SCRATCH, call, finish, refused

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../..")
sys.path.insert(0, os.path.join(ROOT, "tests/reference"))
import safetensors_file  # noqa: E402

TABLE = "text_model.embeddings.token_embedding.weight"
with open(os.path.join(MODEL, "tokenizer/vocab.json"), encoding="utf-8") as _file:
    VOCABULARY = json.load(_file)
WORDS = [w[:-4] for w in VOCABULARY
         if w.endswith("</w>") and w[:-4].isascii() and w[:-4].isalpha() and len(w) > 6]


def path(name):
    return os.path.join(SCRATCH, name)


def write_names(name, lines):
    with open(path(name), "w", encoding="utf-8") as f:
        f.write("\n".join(lines) + "\n")
    return path(name)


def ids(name):
    return VOCABULARY[f"{name}</w>"]


def table(model=MODEL):
    return np.array(safetensors_file.read(os.path.join(model, "text_encoder/model.safetensors"))[TABLE], np.float64)


def read_tensor(file):
    """The data, flat, of the only tensor in a torch file. The pickle gives its shape, [2, rows, width]."""
    with zipfile.ZipFile(file) as archive:
        data = next(n for n in archive.namelist() if n.endswith("data/0"))
        return np.frombuffer(archive.read(data), np.float32)


def basis(names, out, *more, model=MODEL):
    made = call("basis", "--model", model, "--names", names, "--out", path(out), "--json", *more)
    assert made.returncode == 0, made.stderr
    told = json.loads(made.stdout)
    return read_tensor(path(out)).reshape(2, 1 + told["rows"], told["width"]), told


def equals_numpy(found, told_rows, rows, n_rows):
    """Compares the basis of one word position with numpy: the mean, the space of the informative directions, their order and
    signs."""
    mean = rows.mean(0)
    np.testing.assert_allclose(found[0], mean, atol=1e-6)
    _, singular, right = np.linalg.svd(rows - mean, full_matrices=False)
    ours = np.array(found[1:], np.float64)
    np.testing.assert_allclose(ours @ ours.T, np.eye(n_rows), atol=1e-5)
    assert told_rows == (singular[:n_rows] > singular[0] * 1e-12).sum(), (told_rows, singular[:n_rows])
    # the same space: each of our directions lies in numpy's; if a singular value differs from its neighbours by more than a
    # thousandth of the largest, the direction itself is equal
    inside = np.linalg.norm(ours[:told_rows] @ right[:told_rows].T, axis=1)
    np.testing.assert_allclose(inside, 1, atol=1e-4)
    gaps = -np.diff(singular[:told_rows + 1]) > 1e-3 * singular[0]
    alone = [k for k in range(1, told_rows) if gaps[k - 1] and k < len(gaps) and gaps[k]]
    assert alone
    for k in alone:
        assert abs(ours[k] @ right[k]) > 1 - 1e-4, k
    largest = np.abs(ours).argmax(1)
    assert (ours[np.arange(n_rows), largest] > 0).all()


@test
def like_numpy():
    """means, directions, their order and signs are numpy's; a doubled line counts once, a doubled token as often as it is there"""
    firsts, seconds = WORDS[:40], WORDS[100:140]
    lines = [f"{a} {b}" for a, b in zip(firsts, seconds)] + [f"{firsts[0]} {seconds[5]}", firsts[3], f"{firsts[0]} {seconds[0]}"]
    found, told = basis(write_names("names.txt", lines), "basis.pt")
    rows = table()
    assert told["names"] == [42, 41] and told["rows"] == 40 and told["width"] == rows.shape[1], told
    words = [[ids(line.split()[e]) for line in sorted(set(lines)) if e < len(line.split())] for e in range(2)]
    for e in range(2):
        equals_numpy(found[e], told["told_rows"][e], rows[words[e]], told["rows"])
    assert told["told_rows"] == [39, 39], told  # 40 different tokens each


@test
def at_most_the_width():
    """many names give as many directions as the width has"""
    lines = [f"{a} {b}" for a, b in zip(WORDS[:300], WORDS[300:600])]
    found, told = basis(write_names("many.txt", lines), "many.pt")
    assert told["rows"] == found.shape[2] == told["width"], told
    for e in range(2):
        equals_numpy(found[e], told["told_rows"][e], table()[[ids(line.split()[e]) for line in lines]], told["rows"])


@test
def torch_loads_it():
    """torch.load gives the bare tensor"""
    try:
        import torch
    except ImportError:
        raise Skip("no python3-torch") from None
    found, _ = basis(write_names("few.txt", [f"{a} {b}" for a, b in zip(WORDS[:9], WORDS[20:29])]), "few.pt")
    np.testing.assert_array_equal(torch.load(path("few.pt")).numpy(), found)


@test
def same_bytes():
    """the same names in another order give the same bytes"""
    lines = [f"{a} {b}" for a, b in zip(WORDS[:30], WORDS[60:90])]
    for name, order in (("one", lines), ("other", lines[::-1])):
        basis(write_names(f"{name}.txt", order), f"{name}.pt")
    assert open(path("one.pt"), "rb").read() == open(path("other.pt"), "rb").read()


def sized_model():
    """A text encoder of the size of Stable Diffusion 1.x with one layer, a random embedding table and CLIP's vocabulary."""
    folder, width, tokens = path("sized"), 768, 49408
    os.makedirs(os.path.join(folder, "text_encoder"))
    os.makedirs(os.path.join(folder, "tokenizer"))
    rng = np.random.default_rng(1)

    def random(*shape):
        return (0.02 * rng.standard_normal(shape, np.float32)).astype(np.float16)

    layer, tensors = "text_model.encoder.layers.0.", {TABLE: random(tokens, width)}
    tensors["text_model.embeddings.position_embedding.weight"] = random(77, width)
    for part, shape in (("self_attn.q_proj", (width, width)), ("self_attn.k_proj", (width, width)),
                        ("self_attn.v_proj", (width, width)), ("self_attn.out_proj", (width, width)),
                        ("mlp.fc1", (4 * width, width)), ("mlp.fc2", (width, 4 * width)),
                        ("layer_norm1", (width,)), ("layer_norm2", (width,))):
        tensors |= {f"{layer}{part}.weight": random(*shape), f"{layer}{part}.bias": random(shape[0])}
    for end in ("weight", "bias"):
        tensors[f"text_model.final_layer_norm.{end}"] = random(width)
    safetensors_file.write(os.path.join(folder, "text_encoder/model.safetensors"), tensors)
    with open(os.path.join(MODEL, "text_encoder/config.json"), encoding="utf-8") as f:
        config = json.load(f)
    config |= {"vocab_size": tokens, "hidden_size": width, "intermediate_size": 4 * width, "num_hidden_layers": 1,
               "num_attention_heads": 12, "max_position_embeddings": 77, "projection_dim": width,
               "bos_token_id": tokens - 2, "eos_token_id": tokens - 1, "pad_token_id": tokens - 1}
    with open(os.path.join(folder, "text_encoder/config.json"), "w", encoding="utf-8") as f:
        json.dump(config, f)
    merges = gzip.open(os.path.join(ROOT, "data/tokenizer/clip-merges.txt.gz"), "rt", encoding="utf-8").read()
    with open(os.path.join(folder, "tokenizer/merges.txt"), "w", encoding="utf-8") as f:
        f.write(merges)
    bytes_ = list(range(33, 127)) + list(range(161, 173)) + list(range(174, 256))
    letters = [chr(b) for b in bytes_] + [chr(256 + n) for n in range(256 - len(bytes_))]
    lines = [line.split() for line in merges.splitlines()[1:] if line.strip()]
    words = letters + [f"{c}</w>" for c in letters] + ["".join(pair) for pair in lines] + ["<|startoftext|>", "<|endoftext|>"]
    with open(os.path.join(folder, "tokenizer/vocab.json"), "w", encoding="utf-8") as f:
        json.dump({word: i for i, word in enumerate(words)}, f)
    assert len(words) == tokens
    return folder


@test
def real_names():
    """the authors' 691 lines on a text encoder of 768: [2, 513, 768] of 646 and 638 names"""
    data = os.environ.get("PZ_TEST_DATA")
    names = data and os.path.join(data, "formats/names-691.txt")
    if not names or not os.path.exists(names):
        raise Skip("no PZ_TEST_DATA")
    found, told = basis(names, "celeb_basis.pt", model=sized_model())
    assert found.shape == (2, 513, 768) and told["names"] == [646, 638], (found.shape, told)
    for part in found:
        ours = np.array(part[1:], np.float64)
        np.testing.assert_allclose(ours @ ours.T, np.eye(512), atol=1e-5)


@test
def refusals():
    """what cannot be done is one sentence, and nothing is written"""
    names, out = write_names("two.txt", [f"{WORDS[0]} {WORDS[1]}", f"{WORDS[2]} {WORDS[3]}"]), path("none/none.pt")
    lonely = write_names("lonely.txt", [*WORDS[:20], f"{WORDS[0]} {WORDS[1]}"])
    many = write_names("too-many.txt", [f"n{i}" for i in range(20001)])
    existing = write_names("there.pt", ["kept"])
    cases = (
        ((), ["--names"], 2), (("--names", names), ["--out"], 2),
        (("--names", path("nowhere.txt"), "--out", out), ["nowhere.txt"], 1),
        (("--names", lonely, "--out", out), ["2 of 2 or more tokens", "found 1 among 21"], 1),
        (("--names", write_names("empty.txt", [""]), "--out", out), ["found 0"], 1),
        (("--names", many, "--out", out), ["at most 20000", "20001"], 1),
        (("--names", names, "--out", existing), ["there.pt", "--force"], 1),
        (("--names", names, "--out", out, "--model", path("nothing")), ["nothing"], 1),
        (("--names", names, "--out", out, "more"), ["more"], 2),
    )
    for arguments, words, status in cases:
        model = () if "--model" in arguments else ("--model", MODEL)
        refused(call("basis", *model, *arguments), *words, status=status)
        assert not os.path.exists(path("none"))
    assert open(existing, encoding="utf-8").read() == "kept\n"


finish()

# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Learned words and adapters end to end: files as PyTorch writes them, in every format in use, and pictures made with them.

The words are rows of the model's own embedding table: a word that has the vector of another word, say "red", must give bit for
bit the picture that "red" gives.
Usage: test-learned.py PERSONALIZE SOURCE_ROOT [NAME_PART]
"""

import collections
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile

from tap import Skip, run, test

EXE, ROOT = sys.argv[1:3]
sys.path.insert(0, os.path.join(ROOT, "tests/reference"))
MODEL = os.path.join(ROOT, "data/models/pz-tiny")
SCRATCH = tempfile.mkdtemp(prefix="pz-learned-")


def read_json(file):
    with open(os.path.join(MODEL, file)) as f:
        return json.load(f)


def whole_words(number):
    """The first words of the model's vocabulary that are one token each."""
    plain = (token.removesuffix("</w>") for token in VOCABULARY if token.endswith("</w>"))
    return [word for word in plain if word.isascii() and word.isalpha() and len(word) > 3][:number]


TEXT, VOCABULARY = read_json("text_encoder/config.json"), read_json("tokenizer/vocab.json")
WIDTH, LAYERS, TOKENS = (TEXT[key] for key in ("hidden_size", "num_hidden_layers", "max_position_embeddings"))
RED, BALL, BLUE = whole_words(3)


def need_torch():
    try:
        import numpy
        import torch
        import safetensors_file
    except ImportError:
        raise Skip("no PyTorch here") from None
    return torch, numpy, safetensors_file


def path(name):
    full = os.path.join(SCRATCH, name)
    os.makedirs(os.path.dirname(full), exist_ok=True)
    return full


def vectors(words):
    """Rows of the text encoder's embedding table as floats: [len(words), WIDTH]."""
    torch, _, files = need_torch()
    table = files.read(os.path.join(MODEL, "text_encoder/model.safetensors"))
    table = table["text_model.embeddings.token_embedding.weight"]
    return torch.tensor(table[[VOCABULARY[f"{word}</w>"] for word in words]].astype("float32"))


def call(*args, env=None):
    home = {"XDG_DATA_HOME": path("empty/x"), "PERSONALIZE_EMBEDDING_PATH": ""}
    return subprocess.run([EXE, *args], capture_output=True, text=True, timeout=300,
                          env={**os.environ, **home, **(env or {})})


def picture(prompt, *more, model=MODEL, env=None):
    """The picture's pixels and its recipe."""
    from PIL import Image
    out = tempfile.mkdtemp(dir=SCRATCH)
    done = call("generate", "--model", model, "--prompt", prompt, "--size", "64x64", "--steps", "2",
                "--seed", "5", "--out", out, *more, env=env)
    assert done.returncode == 0, done.stderr
    image = Image.open(os.path.join(out, "personalize-5.png"))
    return image.tobytes(), json.loads(image.text["personalize"])


def psnr(a, b):
    import numpy as np
    x, y = (np.frombuffer(p, np.uint8).astype(np.float64) for p in (a, b))
    return 10 * np.log10(255 ** 2 / max(np.mean((x - y) ** 2), 1e-12))


def refused(done, *words):
    said = [line for line in done.stderr.splitlines() if "%  " not in line]  # without progress
    assert done.returncode == 1 and len(said) == 1, (done.returncode, done.stderr)
    for word in words:
        assert word in done.stderr, (word, done.stderr)


# ---------------------------------------------------------------------------- words


def saved(torch, name, value, **how):
    torch.save(value, path(name), **how)
    return path(name)


def all_forms(torch, files):
    """Returns (name, arguments, prompt) for each format that can hold the two words; all must give the picture of both
    words."""
    both = vectors([RED, BALL])
    stars = torch.nn.ParameterDict({"*": torch.nn.Parameter(both)})
    token = {"*": torch.tensor(265)}
    web_ui = {"string_to_token": {"*": 265}, "string_to_param": {"*": both.clone()}, "name": "toy ball",
              "step": 9, "sd_checkpoint": None, "sd_checkpoint_name": None}
    files.write(path("emb/EasyBall.safetensors"), {"emb_params": both.numpy()})
    files.write(path("learned_embeds.safetensors"), {"<ball>": both.numpy()})
    return [
        ("diffusers, torch", saved(torch, "learned_embeds.bin", {"<ball>": both}), "a <ball>"),
        ("diffusers, safetensors", path("learned_embeds.safetensors"), "a <ball>"),
        ("several entries, halves of a word each",
         saved(torch, "two.bin", {"X_v0": both[0].clone(), "X_v1": both[1].clone()}), "a X_v0 x_v1"),
        ("a word of all entries", "ball game=" + path("two.bin"), "a Ball Game"),
        ("Custom Diffusion and another's",
         saved(torch, "new1.bin", {"<new1>": both[0].clone()}), f"a <new1> {BALL}"),
        ("the first authors'", saved(torch, "first.pt", {"string_to_token": token, "string_to_param": stars}),
         "a first"),
        ("web interface", saved(torch, "renamed.pt", web_ui), "a toy ball"),
        ("web interface, with Parameters", saved(torch, "p.pt", {**web_ui, "string_to_param": stars}),
         "a toy ball"),
        ("web interface, safetensors", path("emb/EasyBall.safetensors"), "a easyball"),
        ("a bare tensor", saved(torch, "id_embedding_000.pt", both), "a id_embedding_000"),
        ("before zip archives",
         saved(torch, "old.bin", collections.OrderedDict([("<ball>", both)]),
               _use_new_zipfile_serialization=False), "a <ball>"),
        ("a view of a larger tensor",
         saved(torch, "view.bin", {"<ball>": torch.stack([both, both], 1).transpose(0, 1)[1]}), "a <ball>"),
        ("halves", saved(torch, "half.bin", {"<ball>": both.half()}), "a <ball>"),
    ]


@test
def every_form():
    """a word of every form stands for its vectors, bit for bit"""
    torch, _, files = need_torch()
    expected, recipe = picture(f"a {RED} {BALL}")
    assert recipe["embeddings"] == [], recipe
    for what, file, prompt in all_forms(torch, files):
        found, recipe = picture(prompt, "--embedding", file)
        assert found == expected, (what, f"{psnr(found, expected):.1f} dB")
        assert recipe["prompt"] == prompt and len(recipe["embeddings"]) >= 1, recipe
    assert picture("a first")[0] != expected


@test
def brain_floats():
    """a word in bfloat16 is the word rounded"""
    torch, _, _ = need_torch()
    both = vectors([RED, BALL])
    rounded = saved(torch, "bf16.bin", {"<ball>": both.bfloat16()})
    plain = saved(torch, "f32.bin", {"<ball>": both.bfloat16().float()})
    assert picture("a <ball>", "--embedding", rounded)[0] == picture("a <ball>", "--embedding", plain)[0]


@test
def several_and_negative():
    """several words at once, in the negative prompt too, weighed as any"""
    torch, _, _ = need_torch()
    red = saved(torch, "red.bin", {"rot": vectors([RED])})
    blue = saved(torch, "blue.bin", {"blau": vectors([BLUE])[0]})
    given = ["--embedding", red, "--embedding", blue]
    found, recipe = picture(f"a rot {BALL}, (blau:1.3)", "--negative", "blau rot", *given)
    assert found == picture(f"a {RED} {BALL}, ({BLUE}:1.3)", "--negative", f"{BLUE} {RED}")[0]
    assert [e["name"] for e in recipe["embeddings"]] == ["rot", "blau"], recipe
    for entry, file in zip(recipe["embeddings"], (red, blue)):
        with open(file, "rb") as f:
            assert entry["sha256"] == hashlib.sha256(f.read()).hexdigest(), entry
        assert entry["file"] == os.path.basename(file)


@test
def with_a_concept():
    """beside a concept each keeps its own rows"""
    torch, _, _ = need_torch()
    concept = ["--concept", os.path.join(ROOT, "data/demo/concept.png"), "--mask", "none"]
    red = saved(torch, "red.bin", {"rot": vectors([RED])})
    given = [*concept, "--negative", "rot", "--embedding", red]
    expected = picture(f"a {RED} S", *concept, "--negative", RED)[0]
    assert picture("a rot S", *given)[0] == expected
    # While there is a concept, S is the placeholder, even if a word is called S.
    saved(torch, "s.bin", {"S": vectors([BLUE])})
    assert picture("a rot S", *given, "--embedding", path("s.bin"))[0] == expected


@test
def long_words():
    """a word too long for the prompt is cut as words are"""
    torch, _, _ = need_torch()
    many = saved(torch, "many.bin", {"many": vectors([RED, BALL] * TOKENS)})
    assert picture("a many", "--embedding", many)[0] == picture("a" + f" {RED} {BALL}" * TOKENS)[0]


@test
def folders():
    """words are found in the model's folder, in the search path and with the user's data"""
    torch, _, _ = need_torch()
    expected = picture(f"a {RED} {BALL}")[0]
    saved(torch, "shelf/rot.pt", vectors([RED]))
    saved(torch, "shelf/deeper/learned_embeds.bin", {"<kugel>": vectors([BALL])})
    with open(path("shelf/broken.pt"), "wb") as f:
        f.write(b"PK\3\4 no archive")
    env = {"PERSONALIZE_EMBEDDING_PATH": path("shelf")}
    assert picture("a rot <kugel>", env=env)[0] == expected
    saved(torch, "home/gimp-personalize/embeddings/rot.pt", vectors([RED]))
    assert picture(f"a rot {BALL}", env={"XDG_DATA_HOME": path("home")})[0] == expected
    model = path("model/pz")
    shutil.copytree(MODEL, model, dirs_exist_ok=True)
    saved(torch, "model/pz/embeddings/rot.pt", vectors([RED]))
    assert picture(f"a rot {BALL}", model=model)[0] == expected
    # The word given on the command line takes precedence.
    blue = saved(torch, "x.pt", vectors([BLUE]))
    assert picture(f"a rot {BALL}", "--embedding", f"rot={blue}", model=model)[0] == picture(f"a {BLUE} {BALL}")[0]


@test
def info():
    """info lists words, adapters and encodings, and what cannot be used"""
    torch, _, _ = need_torch()
    saved(torch, "listed/rot.pt", vectors([RED, BALL]))
    saved(torch, "listed/uc.pt", torch.zeros(1, TOKENS, WIDTH))
    saved(torch, "listed/xl.pt", {"clip_l": torch.zeros(2, 768), "clip_g": torch.zeros(2, 1280)})
    adapter(torch, "listed/teapot")
    env = {"PERSONALIZE_EMBEDDING_PATH": path("listed")}
    found = {e["name"]: e for e in json.loads(call("info", "--json", env=env).stdout)["learned"]}
    assert {n: e["kind"] for n, e in found.items() if not e["problem"]} == \
        {"rot": "words", "uc.pt": "encoding", "teapot": "adapter"}, found
    assert (found["rot"]["vectors"], found["rot"]["width"]) == (2, WIDTH)
    assert "Stable Diffusion XL" in found["xl.pt"]["problem"], found
    text = call("info", env=env).stdout
    assert f"rot ({path('listed/rot.pt')}): words, 2 vectors of width {WIDTH}" in text, text


@test
def wrong_width():
    """a word for another text encoder is refused with both widths"""
    torch, _, _ = need_torch()
    wide = saved(torch, "wide.bin", {"wide": torch.ones(768)})
    base = ["generate", "--model", MODEL, "--out", SCRATCH, "--prompt"]
    refused(call(*base, "a ball", "--embedding", wide), "wide.bin", str(WIDTH), "768", "another family")
    env = {"PERSONALIZE_EMBEDDING_PATH": os.path.dirname(saved(torch, "w/wide.pt", torch.ones(1, 1024)))}
    refused(call(*base, "a wide road", env=env), "“wide”", str(WIDTH), "1024", "another family")
    assert call(*base, "a road", env=env).returncode == 0
    refused(call(*base, "a road", "--embedding", path("nothing.pt")), "nothing.pt")
    saved(torch, "nan.bin", {"nan": torch.full((WIDTH,), float("nan"))})
    refused(call(*base, "a road", "--embedding", path("nan.bin")), "nan.bin", "finite")


# ---------------------------------------------------------------------------- adapters


def adapter(torch, name, length=1, layers=2, scale=1.0):
    """A folder as adapter-transformers writes it: one shared tensor under the key of every layer."""
    generator = torch.Generator().manual_seed(7)
    values = scale * torch.randn(length * 2 * layers * WIDTH, generator=generator)
    tail = "prefix_tunings.prefix_tuning1.clip_text_model_self_prefix.control_trans"
    parameter = torch.nn.Parameter(values)
    keys = [f"text_model.encoder.layers.{LAYERS - layers + i}.self_attn.prefix_tuning.pool.{tail}"
            for i in range(layers)] + [f"prefix_tuning.{tail}"]
    saved(torch, f"{name}/pytorch_adapter.bin", {key: parameter for key in keys})
    config = {"architecture": "prefix_tuning", "flat": True, "prefix_length": length, "leave_out": [],
              "use_gating": False, "shared_gating": True, "bottleneck_size": 512, "non_linearity": "tanh",
              "dropout": 0.0, "cross_prefix": True, "encoder_prefix": True}
    with open(path(f"{name}/adapter_config.json"), "w") as f:
        json.dump({"config": config, "hidden_size": WIDTH, "model_class": "CLIPTextModel"}, f)
    return path(name)


def encode_empty(torch, files):
    """The text encoder's output for "" without an adapter, as CatVersion stores it: [1, T, D]."""
    ids = [TEXT["bos_token_id"]] + [TEXT["eos_token_id"]] * (TOKENS - 1)
    import numpy
    files.write(path("ids.safetensors"), {"input_ids": numpy.array([ids], numpy.int32)})
    done = call("module", "text_encoder", "--model", MODEL, "--in", path("ids.safetensors"), "--out",
                path("uc.safetensors"), "--f32", "--force")
    assert done.returncode == 0, done.stderr
    return torch.tensor(files.read(path("uc.safetensors"))["last_hidden_state"])


@test
def adapter_on_one_half():
    """an adapter acts on the prompt and not on the unconditional half"""
    torch, _, files = need_torch()
    teapot = ["--adapter", adapter(torch, "teapot"), "--f32"]
    plain = saved(torch, "uc.pt", encode_empty(torch, files))
    with_it, recipe = picture(f"a {RED} {BALL}", *teapot)
    # If the unconditional half is given, where no adapter can change it, the picture stays the same...
    assert psnr(picture(f"a {RED} {BALL}", *teapot, "--negative-encoding", plain)[0], with_it) > 70
    # ...but guidance makes that half matter, and the adapter has a visible effect.
    other = saved(torch, "other.pt", 3 * torch.randn(1, TOKENS, WIDTH, generator=torch.manual_seed(1)))
    assert psnr(picture(f"a {RED} {BALL}", *teapot, "--negative-encoding", other)[0], with_it) < 50
    assert psnr(picture(f"a {RED} {BALL}", "--f32")[0], with_it) < 50
    with open(path("teapot/pytorch_adapter.bin"), "rb") as f:
        assert recipe["adapter"] == {"file": "pytorch_adapter.bin",
                                     "sha256": hashlib.sha256(f.read()).hexdigest()}, recipe


@test
def encoded_negative():
    """an encoded prompt stands for the negative one"""
    torch, _, files = need_torch()
    plain = saved(torch, "uc.pt", encode_empty(torch, files))
    found, recipe = picture(f"a {RED} {BALL}", "--negative-encoding", plain, "--negative", "blue", "--f32")
    assert psnr(found, picture(f"a {RED} {BALL}", "--f32")[0]) > 70
    assert recipe["negative_encoding"]["file"] == "uc.pt", recipe


@test
def adapter_memory():
    """the forecast of the device's memory counts an adapter's rows and an encoded negative prompt"""
    torch, _, files = need_torch()
    plain = saved(torch, "uc.pt", encode_empty(torch, files))
    said = []
    for more in ((), ("--adapter", adapter(torch, "long", length=64)), ("--negative-encoding", plain)):
        # With a limit, even one that is far away, the device allocates no more than what is asked for.
        done = call("generate", "--model", MODEL, "--prompt", "a ball", "--size", "64x64", "--steps", "1", "--json", "--out",
                    tempfile.mkdtemp(dir=SCRATCH), *more, env={"PERSONALIZE_MEMORY_LIMIT": "1024"})
        assert done.returncode == 0, done.stderr
        said.append(json.loads(done.stdout))
    forecast, peak = ([one[key] for one in said] for key in ("forecast_device_bytes", "peak_device_bytes"))
    print(f"# forecast {forecast}, peak {peak}", flush=True)
    assert forecast[1] - forecast[0] >= 64 * 2 * 2 * WIDTH * 4 and forecast[2] - forecast[0] >= TOKENS * WIDTH * 4, forecast
    assert all(0.97 * b <= a <= 1.03 * b for a, b in zip(forecast, peak)), (forecast, peak)


@test
def bad_adapters():
    """adapters for other models are refused with what was expected"""
    torch, _, _ = need_torch()
    base = ["generate", "--model", MODEL, "--out", SCRATCH, "--prompt", "a ball", "--adapter"]
    refused(call(*base, adapter(torch, "deep", layers=LAYERS + 1)), f"at most {LAYERS} layers", f"found {LAYERS + 1}")
    refused(call(*base, path("nowhere")), "nowhere")


@test
def published_adapters():
    """published ones for another text encoder are refused with both widths"""
    data = os.environ.get("PZ_TEST_DATA")
    if not data:
        raise Skip("PZ_TEST_DATA is not set")
    base = ["generate", "--model", MODEL, "--out", SCRATCH, "--prompt", "a ball"]
    for option, file in (("--adapter", "catversion-teapot"), ("--negative-encoding", "sd15-empty-prompt-uc.pt")):
        refused(call(*base, option, os.path.join(data, "formats", file)), f"width {WIDTH}", "found 768")


try:
    run(sys.argv[3] if len(sys.argv) > 3 else None)
finally:
    shutil.rmtree(SCRATCH, ignore_errors=True)

# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Learners of weights compared with PyTorch: 20 steps of the embedded model from the same pictures and random draws.

The PyTorch side is tests/reference/weight_learners.py, in float64; the tolerances are those of test-learners.py. The written
files are read by PyTorch and by us.
Usage: test-weight-learners.py PERSONALIZE SOURCE_ROOT [NAME_PART]
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
SCRATCH = tempfile.TemporaryDirectory(prefix="pz-weight-learners-")
SIZE, STEPS, SEED = 64, 20, 7
KEYS = "pytorch_custom_diffusion_weights.bin"


def path(name):
    return os.path.join(SCRATCH.name, name)


def need_torch():
    try:
        import torch
        import weight_learners
    except ImportError:
        raise Skip("no PyTorch here") from None
    torch.set_num_threads(1)
    return torch, weight_learners


def personalize(*words):
    done = subprocess.run([EXE, *words], capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr
    return done.stdout


def pictures():
    from PIL import Image
    whole = Image.open(DEMO).convert("RGB")
    part = whole.crop((10, 20, whole.width - 30, whole.height - 5))
    for number, image in enumerate((whole, part)):
        image.save(path(f"{number}.png"), compress_level=1)
    return [whole, part]


def learn(method, out, *more, **how):
    """Returns the loss of every step."""
    return [event["loss"] for event in learn_steps(method, out, "--f32", *more, **how)]


def learn_steps(method, out, *more, steps=STEPS, shows=(None, None)):
    """Returns the event of every step."""
    given = []
    for number, name in enumerate(shows):
        given += ["--image", path(f"{number}.png"), "--mask", "none", *(["--shows", name] if name else [])]
    said = personalize("learn", method, "--model", MODEL, *given, "--size", f"{SIZE}x{SIZE}", "--steps", str(steps),
                       "--seed", str(SEED), "--json", "--force", "--out", path(out), *more)
    return [event for event in map(json.loads, said.splitlines()) if event["event"] == "step"]


def painted(prompt, n, seed):
    """Pictures of a class, painted by the model itself."""
    from PIL import Image
    folder = tempfile.mkdtemp(dir=SCRATCH.name)
    personalize("generate", "--model", MODEL, "--prompt", prompt, "--size", f"{SIZE}x{SIZE}", "--seed", str(seed),
                "--variants", str(n), "--f32", "--out", folder)
    names = sorted(os.listdir(folder), key=lambda name: (len(name), name))
    assert len(names) == n, names
    return [Image.open(os.path.join(folder, name)).convert("RGB") for name in names]


def make_model(reference):
    import learners
    model = learners.Model.of(MODEL)
    side = model.latent(pictures()[0], SIZE, False).shape[-1]
    model.vae_factor = SIZE // side
    return model


def tokens(model, *parts):
    """Token ids of the parts: texts, and numbers, which are rows of the words."""
    from tokenizer import Tokenizer
    tokenizer = Tokenizer(os.path.join(MODEL, "tokenizer"))
    ids = [tokenizer.start]
    for part in parts:
        ids += [model.text["vocab_size"] + part] if isinstance(part, int) else tokenizer.pieces(part)
    ids.append(tokenizer.end)
    return ids + [tokenizer.pad] * (model.text["max_position_embeddings"] - len(ids))


def pieces(word):
    from tokenizer import Tokenizer
    return Tokenizer(os.path.join(MODEL, "tokenizer")).pieces(word)


def compare(run_of_torch, ours, found):
    """Compares as many steps as our run made. Each parameter must end close to PyTorch's, relative to how far it moved, and so
    must all parameters together."""
    import numpy as np
    import torch
    start = {name: value.detach().clone() for name, value in run_of_torch.parameters.items()}
    for step, a in enumerate(ours):
        b = run_of_torch.step(step)
        assert abs(a - b) <= 1e-3 * abs(b), (step, a, b)
    moved = apart = 0.0
    for name, value in run_of_torch.parameters.items():
        value = value.detach()
        mine = torch.tensor(np.asarray(found[name])).to(value.dtype).reshape(value.shape)
        distance, error = float((value - start[name]).norm()), float((mine - value).norm())
        # If a level is only one pixel, queries and keys of its self-attention have no effect and stay unchanged.
        assert error <= 5e-2 * distance, (name, error, distance)
        moved, apart = moved + distance ** 2, apart + error ** 2
    assert moved > 0 and apart ** 0.5 <= 1e-2 * moved ** 0.5, (apart ** 0.5, moved ** 0.5)


def keys_and_values(reference, model):
    d, config = model.unet_config["cross_attention_dim"], model.unet_config
    return {f"{path}.attn2.to_{p}.weight":
            model.unet.w(f"{path}.attn2.to_{p}.weight", (reference.width_of(config, path), d)).clone()
            for path in reference.attentions(config) for p in "kv"}


def captions_of(model, things):
    """Returns a function that makes the caption of a thing with its wording and class word."""
    from weight_learners import WORDINGS
    return lambda thing, line, wording: tokens(model, f"{WORDINGS[wording]}photo of a", thing, things[thing])


# ---------------------------------------------------------------------------- compared with PyTorch


@test
def custom_diffusion():
    """Custom Diffusion: keys, values and a word; pictures of other sizes, pictures of the class that the model paints"""
    torch, reference = need_torch()
    model, images = make_model(reference), pictures()
    ours = learn("custom-diffusion", "a.pzconcept", "--name", "zq", "--class-word", "mug", "--prior", "2", "--batch", "1",
                 "--lr", "1e-3")
    prior = painted("photo of a mug", 2, SEED)
    parameters = {"words": model.table()[pieces("mug")], **keys_and_values(reference, model)}
    shown = reference.Pictures(model, images + prior, SIZE, 2, [0] * 4, True)
    import safetensors_file
    found = {name.removeprefix("override/"): value for name, value in safetensors_file.read(path("a.pzconcept")).items()}
    compare(reference.CustomDiffusion(model, shown, captions_of(model, ["mug"]), [tokens(model, "photo of a mug")], SEED, 1,
                                      1e-3, parameters, True), ours, found)


HALVES = ("--lr", "1e-3", "--batch", "1", "--prior", "0", "--class-word", "mug")


def compare_halves(run_of_torch, told, found):
    """A step whose gradients overflow in f16 is skipped and the loss scale halved, so it is skipped on the PyTorch side too.
    AdamW makes a step of the same length for any gradient, so values with gradients near zero, whose sign depends on rounding,
    diverge."""
    import numpy as np
    import torch
    start = {name: value.detach().clone() for name, value in run_of_torch.parameters.items()}
    for step, event in enumerate(told):
        loss = run_of_torch.step(step, not event["skipped"])
        assert abs(event["loss"] - loss) <= 1e-2 * abs(loss) + 1e-6, (step, event, loss)
    assert 0 < sum(not event["skipped"] for event in told)
    ours, theirs = ([], [])
    for name, value in run_of_torch.parameters.items():
        mine = torch.tensor(np.asarray(found[name])).to(value.dtype).reshape(value.shape)
        ours.append((mine - start[name]).flatten())
        theirs.append((value.detach() - start[name]).flatten())
    cosine = float(torch.nn.functional.cosine_similarity(torch.cat(ours), torch.cat(theirs), 0))
    print(f"# {sum(event['skipped'] for event in told)} steps skipped, cosine {cosine:.4f}", flush=True)
    assert cosine > 0.95, cosine


@test
def halves():
    """in half precision both learn what PyTorch does in doubles: losses within a hundredth, weights the same way"""
    torch, reference = need_torch()
    import safetensors_file
    model, images = make_model(reference), pictures()
    told = learn_steps("custom-diffusion", "h.pzconcept", "--name", "zq", *HALVES, steps=8)
    found = {name.removeprefix("override/"): value for name, value in safetensors_file.read(path("h.pzconcept")).items()}
    compare_halves(reference.CustomDiffusion(
        model, reference.Pictures(model, images, SIZE, 2, [0] * 2, True), captions_of(model, ["mug"]),
        [tokens(model, "photo of a mug")], SEED, 1, 1e-3,
        {"words": model.table()[pieces("mug")], **keys_and_values(reference, model)}, True), told, found)
    told = learn_steps("dreambooth-lora", "l.pzconcept", "--name", "sks", "--rank", "2", "--train-text-encoder", *HALVES, steps=8)
    found = {name.removeprefix("product/"): torch.tensor(value)
             for name, value in safetensors_file.read(path("l.pzconcept")).items()}
    compare_halves(reference.Lora(
        model, 1, reference.Pictures(model, images, SIZE, 2, [0] * 2, False), lambda *_: tokens(model, "a photo of sks mug"),
        [tokens(model, "a photo of mug")], SEED, 1, 1e-3, lora_start(torch, reference, model, 2), False), told, found)


@test
def two_things():
    """two things at once: a word and class pictures each, one set of keys and values, as diffusers' files"""
    torch, reference = need_torch()
    model, images = make_model(reference), pictures()
    things = ["mug", "cat"]
    ours = learn("custom-diffusion", "two", "--name", "<zq1>", "--class-word", "mug", "--name", "<zq2>", "--class-word",
                 "cat", "--prior", "2", "--lr", "1e-3", "--no-zoom", steps=8, shows=(None, "<zq2>"))
    prior = painted("photo of a mug", 2, SEED) + painted("photo of a cat", 2, SEED + 2)
    parameters = {"words": model.table()[[*pieces("mug"), *pieces("cat")]], **keys_and_values(reference, model)}
    shown = reference.Pictures(model, images + prior, SIZE, 2, [0, 1, 0, 0, 1, 1], False)
    weights = torch.load(path(f"two/{KEYS}"), weights_only=True)
    found = {name.replace("processor.", "").replace("_custom_diffusion", ""): value for name, value in weights.items()
             if isinstance(value, torch.Tensor)}
    words = [torch.load(path(f"two/<zq{i}>.bin"), weights_only=True)[f"<zq{i}>"] for i in (1, 2)]
    found["words"] = torch.stack(words)
    compare(reference.CustomDiffusion(model, shown, captions_of(model, things),
                                      [tokens(model, f"photo of a {thing}") for thing in things], SEED, 2, 1e-3,
                                      parameters, True), ours, found)


@test
def dreambooth_lora():
    """DreamBooth with LoRA: products of rank 2 on all attentions of both networks, alpha 3, pictures of the class at half weight"""
    torch, reference = need_torch()
    import safetensors_file
    model, images = make_model(reference), pictures()
    ours = learn("dreambooth-lora", "lora.pzconcept", "--name", "sks", "--class-word", "mug", "--rank", "2", "--alpha", "3",
                 "--train-text-encoder", "--prior", "2", "--prior-weight", "0.5", "--lr", "1e-3")
    prior = painted("a photo of mug", 2, SEED)
    shown = reference.Pictures(model, images + prior, SIZE, 2, [0] * 4, False)
    start = lora_start(torch, reference, model, 2)
    run_of_torch = reference.Lora(model, 3 / 2, shown, lambda *_: tokens(model, "a photo of sks mug"),
                                  [tokens(model, "a photo of mug")], SEED, 1, 1e-3, start, False, 0.5)
    found = {name.removeprefix("product/"): torch.tensor(value)
             for name, value in safetensors_file.read(path("lora.pzconcept")).items()}
    assert found.keys() == start.keys(), found.keys() ^ start.keys()
    compare(run_of_torch, ours, {name: value / 1.5 if name.endswith(".up") else value for name, value in found.items()})


def lora_start(torch, reference, model, rank):
    """Ups are zero; downs are normally distributed, drawn one after the other in the order of the network."""
    import learners
    generator = torch.Generator().manual_seed(learners.seed_of(SEED, 2 ** 64 - 1, 0))
    d, config, start = model.unet_config["cross_attention_dim"], model.unet_config, {}

    def add(name, out, width):
        start[f"{name}.weight.up"] = torch.zeros(out, rank, dtype=model.dtype)
        start[f"{name}.weight.down"] = (torch.randn(rank, width, generator=generator) / rank).to(model.dtype)
    for block in reference.attentions(config):
        c = reference.width_of(config, block)
        for attention, width in (("attn1", c), ("attn2", d)):
            for part, n in (("to_q", c), ("to_k", width), ("to_v", width), ("to_out.0", c)):
                add(f"{block}.{attention}.{part}", c, n)
    for layer in range(model.text["num_hidden_layers"]):
        for part in "qkv":
            add(f"text_model.encoder.layers.{layer}.self_attn.{part}_proj", *[model.text["hidden_size"]] * 2)
        add(f"text_model.encoder.layers.{layer}.self_attn.out_proj", *[model.text["hidden_size"]] * 2)
    return start


# ---------------------------------------------------------------------------- files


def picture_of(folder, *more):
    """The bytes of the single picture made."""
    import shutil
    shutil.rmtree(path(folder), ignore_errors=True)
    personalize("generate", "--model", MODEL, "--size", f"{SIZE}x{SIZE}", "--steps", "1", "--out", path(folder), *more)
    from PIL import Image
    name, = os.listdir(path(folder))
    return Image.open(os.path.join(path(folder), name)).tobytes()


@test
def published_weights():
    """the folder of diffusers' Custom Diffusion: its keys, an empty dictionary for each self attention; it paints what the concept paints"""
    torch, reference = need_torch()
    model = make_model(reference)
    learn("custom-diffusion", "b.pzconcept", "--name", "<zq>", "--class-word", "mug", "--prior", "0", "--lr", "1e-2", steps=3)
    personalize("concept", path("b.pzconcept"), "--export", path("b"))
    assert sorted(os.listdir(path("b"))) == ["<zq>.bin", KEYS]
    weights = torch.load(path(f"b/{KEYS}"), weights_only=True)
    blocks = reference.attentions(model.unet_config)
    ordered = sorted(blocks, key=lambda block: block.startswith("mid_block"))  # diffusers lists the middle block last
    assert list(weights) == [f"{block}.attn2.processor.to_{p}_custom_diffusion.weight" for block in ordered for p in "kv"] \
        + [f"{block}.attn1.processor" for block in blocks], list(weights)
    assert all(weights[f"{block}.attn1.processor"] == {} for block in blocks)
    assert torch.load(path("b/<zq>.bin"), weights_only=True)["<zq>"].shape == (model.text["hidden_size"],)
    ours = picture_of("b-1", "--concept", path("b.pzconcept"), "--prompt", "photo of a S mug")
    theirs = picture_of("b-2", "--concept", path("b"), "--prompt", "photo of a <zq> mug")
    none = picture_of("b-3", "--concept", path(f"b/{KEYS}"), "--fidelity", "0", "--prompt", "photo of a mug")
    assert ours == theirs and ours != none
    assert none == picture_of("b-4", "--prompt", "photo of a mug")
    said = personalize("inspect", path(f"b/{KEYS}"), "--json")
    assert json.loads(said)["kind"] == "custom-diffusion" and json.loads(said)["problem"] is None, said[:300]


@test
def resumed():
    """stopped and gone on with: the pictures of the class are painted again, and the bits are those of a run that was not"""
    need_torch()
    import safetensors_file
    pictures()
    more = ("--name", "zq", "--class-word", "mug", "--prior", "1", "--batch", "1", "--lr", "1e-2")
    learn("custom-diffusion", "straight.pzconcept", *more, steps=3)
    learn("custom-diffusion", "halted.pzconcept", *more, steps=1)
    assert len(learn("custom-diffusion", "halted.pzconcept", *more, "--resume", steps=3)) == 2
    straight, halted = (safetensors_file.read(path(f"{name}.pzconcept")) for name in ("straight", "halted"))
    assert straight.keys() == halted.keys() and all((straight[name] == halted[name]).all() for name in straight)


@test
def published_lora():
    """the LoRA file: diffusers' keys; as a file it paints what the concept paints"""
    torch, reference = need_torch()
    import safetensors_file
    model = make_model(reference)
    learn("dreambooth-lora", "c.pzconcept", "--name", "sks", "--class-word", "mug", "--train-text-encoder", "--lr", "1e-2",
          steps=3)
    personalize("concept", path("c.pzconcept"), "--export", path("c.safetensors"))
    tensors = safetensors_file.read(path("c.safetensors"))
    blocks = reference.attentions(model.unet_config)
    expected = {f"unet.{block}.{attention}.{part}.lora.{way}.weight" for block in blocks for attention in ("attn1", "attn2")
                for part in ("to_q", "to_k", "to_v", "to_out.0") for way in ("down", "up")}
    expected |= {f"text_encoder.text_model.encoder.layers.{layer}.self_attn.{part}_proj.lora_linear_layer.{way}.weight"
                 for layer in range(model.text["num_hidden_layers"]) for part in ("q", "k", "v", "out")
                 for way in ("down", "up")}
    assert tensors.keys() == expected, tensors.keys() ^ expected
    assert all(value.shape[0 if ".down." in name else 1] == 4 for name, value in tensors.items())
    ours = picture_of("c-1", "--concept", path("c.pzconcept"), "--prompt", "a photo of S")
    theirs = picture_of("c-2", "--lora", path("c.safetensors"), "--prompt", "a photo of sks mug")
    assert ours == theirs
    half = picture_of("c-3", "--concept", path("c.pzconcept"), "--fidelity", "0.5", "--prompt", "a photo of S")
    assert half == picture_of("c-4", "--lora", path("c.safetensors") + ":0.5", "--prompt", "a photo of sks mug") != ours


run(sys.argv[3] if len(sys.argv) > 3 else None)

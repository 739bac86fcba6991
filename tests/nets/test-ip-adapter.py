# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""IP-Adapter, base and plus: files with the published keys in both containers, their tokens and the U-Net's result with them
compared with PyTorch, pictures, saved concepts, and broken files.

Usage: test-ip-adapter.py PERSONALIZE SOURCE_ROOT IP_FILES [NAME_PART]
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile

EXE, ROOT, FILES = map(os.path.abspath, sys.argv[1:4])
for folder in ("tests/cli", "tests/reference"):
    sys.path.insert(0, os.path.join(ROOT, folder))

import numpy as np  # noqa: E402
import safetensors_file as files  # noqa: E402
from tap import Skip, run, test  # noqa: E402

try:
    import compare_model
    import image_prompt
    import torch
    torch.set_grad_enabled(False)
except ImportError:
    torch = None

MODEL = os.path.join(ROOT, "data/models/pz-tiny")
SCRATCH = tempfile.mkdtemp(prefix="pz-ip-")
# f32: sums of at most 2560 products in a different order. f16: rounding.
LIMITS = {"f32": 2e-5, "f16": 5e-3}
KINDS = {"base": "ip-adapter", "plus": "ip-adapter-plus"}
SIZES = {"base": {"tokens": 4}, "plus": {"tokens": 16, "dim": 96, "inner": 128, "depth": 2}}
PUBLISHED = {"base": "ip-adapter_sd15", "plus": "ip-adapter-plus_sd15"}
EMBED = {"base": 48, "plus": 128}
VISION = {"model_type": "clip_vision_model", "hidden_size": 128, "intermediate_size": 160, "projection_dim": 48,
          "num_hidden_layers": 3, "num_attention_heads": 4, "num_channels": 3, "image_size": 32, "patch_size": 8,
          "hidden_act": "gelu", "layer_norm_eps": 1e-05}


def need_torch():
    if torch is None:
        raise Skip("no PyTorch here")


def call(*args):
    return subprocess.run([EXE, *args], capture_output=True, text=True, timeout=300)


def path(name):
    full = os.path.join(SCRATCH, name)
    os.makedirs(os.path.dirname(full), exist_ok=True)
    return full


def unet_config():
    with open(os.path.join(MODEL, "unet/config.json"), encoding="utf-8") as f:
        return json.load(f)


def state_of(kind, seed=1):
    return image_prompt.random_weights(image_prompt.shapes(kind, unet_config(), EMBED[kind], **SIZES[kind]), seed)


def vision_state():
    width, mlp, side = VISION["hidden_size"], VISION["intermediate_size"], VISION["image_size"] // VISION["patch_size"]
    at, shapes = "vision_model.", {}
    shapes |= {f"{at}embeddings.class_embedding": (width,),
               f"{at}embeddings.patch_embedding.weight": (width, 3, VISION["patch_size"], VISION["patch_size"]),
               f"{at}embeddings.position_embedding.weight": (side * side + 1, width)}
    norms = [f"{at}pre_layrnorm", f"{at}post_layernorm"]
    for i in range(VISION["num_hidden_layers"]):
        layer = f"{at}encoder.layers.{i}."
        norms += [layer + "layer_norm1", layer + "layer_norm2"]
        for name, out, into in [(f"self_attn.{p}_proj", width, width) for p in ("q", "k", "v", "out")] + \
                [("mlp.fc1", mlp, width), ("mlp.fc2", width, mlp)]:
            shapes |= {f"{layer}{name}.weight": (out, into), f"{layer}{name}.bias": (out,)}
    for name in norms:
        shapes |= {f"{name}.weight": (width,), f"{name}.bias": (width,)}
    shapes["visual_projection.weight"] = (VISION["projection_dim"], width)
    state = image_prompt.random_weights(shapes, 7)
    state[f"{at}embeddings.patch_embedding.weight"] *= 0.1
    return state


def save(state, file):
    if file.endswith(".safetensors"):
        files.write(file, {name: value.numpy() for name, value in state.items()})
    else:
        torch.save(image_prompt.nested(state), file)
    return file


MADE = {}


def adapters(ending="bin"):
    """A folder as users have it: both kinds, and the image encoder that they were made with."""
    if ending not in MADE:
        need_torch()
        folder = path(f"ip_adapter-{ending}/x")[:-2]
        for kind in KINDS:
            save(state_of(kind), os.path.join(folder, f"{PUBLISHED[kind]}.{ending}"))
        os.makedirs(os.path.join(folder, "image_encoder"))
        with open(os.path.join(folder, "image_encoder/config.json"), "w", encoding="utf-8") as f:
            json.dump(VISION, f)
        files.write(os.path.join(folder, "image_encoder/model.safetensors"),
                    {name: value.numpy() for name, value in vision_state().items()})
        MADE[ending] = folder
    return MADE[ending]


def model_with(folder, name="model"):
    """The embedded model with a folder of adapters in it."""
    model = path(name + "/x")[:-2]
    if not os.path.exists(os.path.join(model, "ip_adapter")):
        shutil.copytree(MODEL, model, dirs_exist_ok=True)
        os.symlink(folder, os.path.join(model, "ip_adapter"))
    return model


def close(found, expected, mode, what):
    error = compare_model.relative_error(found, expected)
    assert error <= LIMITS[mode], (what, mode, error)


def module(network, inputs, *more):
    return compare_model.run(EXE, MODEL, compare_model.Case(network, inputs, None), *more).tensors


def draw(seed, *shape):
    return torch.from_numpy(np.random.default_rng(seed).standard_normal(shape).astype(np.float32)).double()


# ---------------------------------------------------------------------------- networks


def tokens_of(kind, features, state):
    w, width = image_prompt.Weights(state, features.dtype), unet_config()["cross_attention_dim"]
    if kind == "base":
        return image_prompt.base(w, features, 4, width)
    sizes = SIZES["plus"]
    return image_prompt.plus(w, features, sizes["tokens"], width, sizes["dim"], sizes["inner"], 4 * sizes["dim"],
                             sizes["depth"])


@test
def tokens():
    """image tokens of both kinds from both containers equal PyTorch's"""
    need_torch()
    for kind in KINDS:
        features = draw(3, 2, EMBED[kind]) if kind == "base" else draw(4, 2, 17, EMBED[kind])
        if kind == "base":
            features[0] = 0
        expected = {"tokens": tokens_of(kind, features, state_of(kind))}
        for ending in ("bin", "safetensors"):
            file = os.path.join(adapters(ending), f"{PUBLISHED[kind]}.{ending}")
            # Both precisions with one container only: the containers differ only in how they are read.
            for mode, flags in (("f32", ["--f32"]), ("f16", []))[:2 if ending == "bin" else 1]:
                close(module("ip_adapter", {"features": features}, "--ip-adapter", file, *flags), expected, mode,
                      (kind, ending))


@test
def decoupled_attention():
    """the U-Net with one and with two images, in both halves, equals PyTorch's"""
    need_torch()
    config, state = unet_config(), state_of("base")
    width = config["cross_attention_dim"]
    inputs = {"sample": draw(5, 2, config["in_channels"], 8, 8), "timestep": torch.tensor([499.0]).double(),
              "encoder_hidden_states": draw(6, 2, 13, width)}
    images = [(draw(7, 2, 4, width), torch.tensor([0.6, 0.6]).double()),
              (draw(8, 2, 4, width), torch.tensor([0.3, 1.2]).double())]
    reference = compare_model.Reference(MODEL)
    for n in (1, 2):
        given = {}
        for i in range(n):
            tail = "" if i == 0 else f"_{i + 1}"
            given |= {"image" + tail: images[i][0], "scale" + tail: images[i][1]}
        unet = image_prompt.Unet(reference.weights("unet"), reference.config("unet"),
                                 image_prompt.Weights(state, torch.float64), images[:n])
        plain = compare_model.Reference(MODEL).unet(inputs["sample"], inputs["timestep"], inputs["encoder_hidden_states"], None)
        expected = {"sample": unet(inputs["sample"], inputs["timestep"], inputs["encoder_hidden_states"])}
        assert compare_model.relative_error({"sample": plain.numpy()}, expected) > 0.05, "the images change something"
        file = os.path.join(adapters(), PUBLISHED["base"] + ".bin")
        for mode, flags in (("f32", ["--f32"]), ("f16", [])):
            close(module("unet", inputs | given, "--ip-adapter", file, *flags), expected, mode, n)


# ---------------------------------------------------------------------------- from pictures to pictures


def draw_picture(file, width, height):
    """Writes noise as a PNG. Returns its pixels."""
    import struct
    import zlib
    random = np.random.default_rng(9)
    pixels = random.integers(0, 256, (height, width, 3), dtype=np.uint8)
    rows = b"".join(b"\0" + row.tobytes() for row in pixels)
    chunk = lambda kind, data: struct.pack(">I", len(data)) + kind + data + struct.pack(  # noqa: E731
        ">I", zlib.crc32(kind + data))
    with open(file, "wb") as f:
        f.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
                + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))
    return pixels


MEAN, DEVIATION = (0.48145466, 0.4578275, 0.40821073), (0.26862954, 0.26130258, 0.27577711)


def normalised(pixels):
    values = torch.from_numpy(pixels.astype(np.float64) / 255)
    return ((values - torch.tensor(MEAN).double()) / torch.tensor(DEVIATION).double()).permute(2, 0, 1)[None]


def encode(kind, picture, out, *more, model=None):
    return call("encode", "--image", picture, "--mask", "none", "--concept-by", KINDS[kind], "--model",
                model or model_with(adapters()), "--out", out, "--force", *more)


@test
def encoded_pictures():
    """a picture's tokens, and those of no picture, equal PyTorch's from its pixels on; a wide one is cut in its middle"""
    need_torch()
    import networks
    side = VISION["image_size"]
    square = draw_picture(path("square.png"), side, side)
    wide = draw_picture(path("wide.png"), side + 10, side)[:, 5:-5]
    w = image_prompt.Weights(vision_state(), torch.float64)
    for name, pixels in (("square", square), ("wide", wide)):
        seen = normalised(pixels)
        both = networks.image_encoder(w, VISION, torch.cat([torch.zeros_like(seen), seen]))
        last = networks.layer_norm(w, "vision_model.post_layernorm", both[-1][1:, 0], VISION["layer_norm_eps"])
        embeds = networks.linear(w, "visual_projection", last, VISION["projection_dim"], bias=False)
        features = {"base": torch.cat([torch.zeros_like(embeds), embeds]), "plus": both[-2]}
        for kind in KINDS:
            expected = {"image": tokens_of(kind, features[kind], state_of(kind))}
            # Cropping is done on the host, so one precision is enough for it.
            for mode, flags in (("f32", ["--f32"]), ("f16", []))[:2 if name == "square" else 1]:
                out = path(f"{name}-{kind}.pzconcept")
                done = encode(kind, path(f"{name}.png"), out, *flags)
                assert done.returncode == 0, done.stderr
                close({"image": np.array(files.read(out)["image"])}, expected, mode, (name, kind))


def generate(*args, model=None):
    folder = tempfile.mkdtemp(dir=SCRATCH)
    done = call("generate", "--model", model or model_with(adapters()), "--prompt", "a ball on a table", "--size", "64x64",
                "--steps", "1", "--guidance", "5", "--out", folder, "--quiet", "--json", *args)
    assert done.returncode == 0, done.stderr
    picture = next(os.path.join(folder, n) for n in os.listdir(folder))
    with open(picture, "rb") as f:
        data = f.read()
    # Skips the recipe, so that pictures that differ only in it compare equal.
    pixels = data[data.index(b"IDAT") - 4:]
    return pixels, json.loads(done.stdout)


def concept(kind):
    out = path(f"{kind}.pzconcept")
    if not os.path.exists(out):
        draw_picture(path("thing.png"), 40, 40)
        done = encode(kind, path("thing.png"), out)
        assert done.returncode == 0, done.stderr
    return out


@test
def strength_and_bits():
    """strength 0 gives the plain picture bit for bit; 1 is where none is said; a saved concept gives the picture's bits"""
    need_torch()
    plain, _ = generate()
    for kind in KINDS:
        saved = concept(kind)
        assert generate("--concept", saved, "--fidelity", "0")[0] == plain, kind
        full, said = generate("--concept", saved)
        assert KINDS[kind] in json.dumps(said), said
        assert full != plain, kind
        if kind == "base":
            assert full == generate("--concept", saved, "--fidelity", "1")[0]
            continue
        assert full == generate("--concept", path("thing.png"), "--mask", "none", "--concept-by", KINDS[kind])[0], kind


@test
def memory():
    """the forecast of the device's memory counts the image encoder and the adapter, and less where they leave"""
    need_torch()
    concept("base")
    asked = ("--concept", path("thing.png"), "--mask", "none")
    said = {name: generate(*more)[1]["forecast_device_bytes"] for name, more in (
        ("none", ()), ("base", asked + ("--concept-by", "ip-adapter")),
        ("saving", asked + ("--concept-by", "ip-adapter", "--low-memory")))}
    halves = 2 * sum(value.numel() for value in {**state_of("base"), **vision_state()}.values())
    print(f"# {said}, {halves} of weights", flush=True)
    assert said["none"] + 0.9 * halves < said["base"] < said["none"] + 2.5 * halves, (said, halves)
    assert said["saving"] < said["none"], said


@test
def two_kinds_at_once():
    """a base concept and a plus concept in one picture: each acts, and each with strength 0 is as if it were not there"""
    need_torch()
    both = ("--concept", concept("base"), "--concept", concept("plus"))
    alone = generate("--concept", concept("base"), "--fidelity", "0.7")[0]
    assert generate(*both, "--fidelity", "0.7", "--fidelity", "0")[0] == alone
    assert generate(*both, "--fidelity", "0.7", "--fidelity", "0.7")[0] != alone


@test
def where_they_lie():
    """in ip_adapter/ of the model, where model.json or the command line says, as a folder or as a file"""
    need_torch()
    out = path("where.pzconcept")
    concept("base")

    def tokens_by(model, *more):
        done = encode("base", path("thing.png"), out, *more, model=model)
        assert done.returncode == 0, done.stderr
        return np.array(files.read(out)["image"])
    expected = tokens_by(model_with(adapters()))
    file = os.path.join(adapters("safetensors"), "ip-adapter_sd15.safetensors")
    assert (tokens_by(MODEL, "--ip-adapter", adapters("safetensors")) == expected).all()
    assert (tokens_by(MODEL, "--ip-adapter", file) == expected).all()
    said = path("said/x")[:-2]
    shutil.copytree(MODEL, said, dirs_exist_ok=True)
    with open(os.path.join(said, "model.json"), encoding="utf-8") as f:
        about = json.load(f)
    for place in (adapters("safetensors"), file):
        with open(os.path.join(said, "model.json"), "w", encoding="utf-8") as f:
            json.dump(about | {"ip_adapter": os.path.relpath(place, said)}, f)
        assert (tokens_by(said) == expected).all()


# ---------------------------------------------------------------------------- rejected files


def refused(done, *words):
    assert done.returncode == 1 and done.stderr.count("\n") == 1, (done.returncode, done.stderr)
    for word in words:
        assert word in done.stderr, (word, done.stderr)


def broken_cases():
    """Yields the broken cases: kind, change of the state, words of the error."""
    one = torch.ones

    def without(key):
        return lambda state: {n: t for n, t in state.items() if n != key}

    def put(key, value):
        return lambda state: state | {key: value}
    base_keys = ("image_proj.proj.bias", "image_proj.norm.weight", "image_proj.norm.bias", "ip_adapter.1.to_k_ip.weight",
                 "ip_adapter.3.to_v_ip.weight")
    plus_keys = ("image_proj.proj_in.weight", "image_proj.proj_in.bias", "image_proj.proj_out.weight",
                 "image_proj.norm_out.bias", "image_proj.layers.0.0.to_q.weight", "image_proj.layers.1.0.to_kv.weight",
                 "image_proj.layers.0.1.1.weight", "image_proj.layers.1.1.3.weight", "image_proj.layers.0.0.norm2.bias")
    for kind, keys in (("base", base_keys), ("plus", plus_keys)):
        for key in keys:
            yield kind, without(key), (key, "no such tensor")
    for kind, key, shape in (
            ("base", "image_proj.proj.weight", (1023, 48)), ("base", "image_proj.proj.weight", (1024,)),
            ("base", "image_proj.norm.weight", (256, 1)), ("base", "ip_adapter.1.to_k_ip.weight", (128, 255)),
            ("base", "ip_adapter.5.to_v_ip.weight", (1, 256)), ("base", "image_proj.proj.bias", (3,)),
            ("plus", "image_proj.latents", (2, 16, 96)), ("plus", "image_proj.latents", (16, 96)),
            ("plus", "image_proj.layers.0.0.to_q.weight", (100, 96)), ("plus", "image_proj.proj_out.weight", (256, 97)),
            ("plus", "image_proj.layers.1.0.to_out.weight", (96, 127))):
        yield kind, put(key, one(shape)), (key, "expected", "found")
    yield "base", put("image_proj.norm.bias", torch.ones(256, dtype=torch.int32)), ("image_proj.norm.bias", "I32")
    yield "base", lambda state: {n: t for n, t in state.items() if "image_proj" not in n}, ("image_proj.proj.weight",)
    yield "base", put("image_proj.proj.3.weight", one(1, 1)), ("image_proj.proj.3.weight", "full-face")
    yield "base", put("image_proj.proj.0.weight", one(1, 1)), ("image_proj.proj.0.weight", "FaceID")


def open_all(cases):
    """The message for opening each (kind, state), without a device."""
    args = []
    for number, (kind, state) in enumerate(cases):
        folder = path(f"broken-{number}/x")[:-2]
        os.symlink(os.path.join(adapters(), "image_encoder"), os.path.join(folder, "image_encoder"))
        save(state, os.path.join(folder, f"{PUBLISHED[kind]}.safetensors"))
        args += [KINDS[kind], folder]
    done = subprocess.run([FILES, MODEL, *args], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


@test
def broken_files():
    """broken files of both kinds are each one sentence with file and key, and a typed error"""
    need_torch()
    cases = list(broken_cases())
    said = open_all([(kind, change(state_of(kind))) for kind, change, _ in cases])
    assert len(said) == len(cases) >= 25, (len(said), len(cases))
    for (kind, _, words), sentence in zip(cases, said):
        for word in (f"{PUBLISHED[kind]}.safetensors", *words):
            assert word in sentence, (word, sentence)


@test
def broken_numbers():
    """weights that are not finite are refused where they are loaded: by the encoder, or by the painter"""
    need_torch()
    saved, thing, state = concept("base"), path("thing.png"), state_of("base")
    folder = path("not-finite/x")[:-2]
    file = os.path.join(folder, "ip-adapter_sd15.safetensors")
    os.symlink(os.path.join(adapters(), "image_encoder"), os.path.join(folder, "image_encoder"))
    save(state | {"image_proj.proj.weight": torch.full((1024, 48), float("inf"))}, file)
    refused(encode("base", thing, path("never.pzconcept"), "--ip-adapter", folder, model=MODEL), "ip-adapter_sd15",
            "image_proj.proj.weight", "finite")
    bad = state["ip_adapter.1.to_v_ip.weight"].clone()
    bad[10, 10] = float("nan")   # where the fingerprint takes no sample
    save(state | {"ip_adapter.1.to_v_ip.weight": bad}, file)
    done = call("generate", "--model", MODEL, "--ip-adapter", folder, "--concept", saved, "--prompt", "a ball", "--size",
                "64x64", "--steps", "1", "--out", path("never/x")[:-2])
    refused(done, "ip-adapter_sd15", "ip_adapter.1.to_v_ip.weight", "finite")


@test
def other_refusals():
    """no adapter, an image encoder of another width, another family, tokens of another adapter"""
    need_torch()
    saved, thing = concept("base"), path("thing.png")
    refused(encode("base", thing, path("no.pzconcept"), model=MODEL), "ip-adapter", "found none")
    folder = path("misfit/x")[:-2]
    save(state_of("base"), os.path.join(folder, "ip-adapter_sd15.safetensors"))
    refused(encode("base", thing, path("no.pzconcept"), "--ip-adapter", folder, model=MODEL), "image_encoder", "visual_projection")
    config = unet_config() | {"cross_attention_dim": 2048}
    save(image_prompt.random_weights(image_prompt.shapes("base", config, 48, 4)), os.path.join(folder, "ip-adapter_sd15.safetensors"))
    refused(encode("base", thing, path("no.pzconcept"), "--ip-adapter", folder, model=MODEL), "another family")
    save(state_of("base", seed=2), os.path.join(folder, "ip-adapter_sd15.safetensors"))
    os.symlink(os.path.join(adapters(), "image_encoder"), os.path.join(folder, "image_encoder"))
    done = call("generate", "--model", MODEL, "--ip-adapter", folder, "--concept", saved, "--prompt", "a ball", "--size", "64x64",
                "--steps", "1", "--out", path("never/x")[:-2])
    refused(done, "another IP-Adapter")
    done = call("generate", "--model", MODEL, "--concept", thing, "--concept-by", "magic", "--prompt", "a ball")
    assert done.returncode == 2 and "ip-adapter-plus" in done.stderr, done.stderr


@test
def named():
    """inspect names both kinds, info the encoders of a model, concept what is in a saved one"""
    need_torch()
    for kind in KINDS:
        done = call("inspect", os.path.join(adapters(), PUBLISHED[kind] + ".bin"), "--json")
        found = json.loads(done.stdout)
        assert found["kind"] == "ip-adapter" and found["problem"] is None and KINDS[kind] in found["use"], found
        found = json.loads(call("concept", concept(kind), "--json").stdout)
        assert found["method"] == KINDS[kind] and found["image_tokens"] == SIZES[kind]["tokens"], found
        assert found["takes_fidelity"] and found["ip_adapter_fingerprint"], found
    environment = {**os.environ, "PERSONALIZE_MODEL_PATH": model_with(adapters())}
    done = subprocess.run([EXE, "info", "--json"], capture_output=True, text=True, timeout=120, env=environment)
    model = json.loads(done.stdout)["models"][0]
    assert model["concepts_by"] == ["elite", "ip-adapter", "ip-adapter-plus"], model


try:
    run(sys.argv[4] if len(sys.argv) > 4 else None)
finally:
    shutil.rmtree(SCRATCH, ignore_errors=True)

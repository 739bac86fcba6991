# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The same weights in every layout in use give the same bits; the real families are recognised by names and shapes alone;
unusable files are rejected with a one-line error.

Usage: test-layouts.py PERSONALIZE DATA_FOLDER [NAME_PART]
"""

import array
import ctypes
import json
import math
import os
import random
import shutil
import struct
import subprocess
import sys
import tempfile
import zlib

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.path.insert(0, os.path.join(HERE, "..", "cli"))
import stable_diffusion as sd  # noqa: E402
from containers import read_safetensors, write_safetensors, write_shards, write_torch  # noqa: E402
from tap import run, test  # noqa: E402

EXE, DATA = sys.argv[1:3]
SCRATCH = tempfile.mkdtemp(prefix="pz-layouts-")
OUT = os.path.join(SCRATCH, "out.safetensors")
PHOTO = os.path.join(HERE, "../../data/demo/concept.png")

SMALL = {1: sd.Family(unet=(32, 32, 64, 64), context=32, vae=(32, 32, 32, 64), vocabulary=60, tokens=9,
                      text_layers=2, text_mlp=48),
         2: sd.Family(version=2, unet=(32, 64, 64, 64), context=128, vae=(32, 32, 64, 32), vocabulary=60,
                      tokens=9, text_layers=2, text_mlp=48)}
FILES = {"text_encoder": "model", "unet": "diffusion_pytorch_model", "vae": "diffusion_pytorch_model"}
# Numbers that f16, f32 and bf16 represent exactly: the sign and seven bits of the mantissa are random.
SMALL_NUMBERS, NEAR_ONE = (0x83F8, 0x2800), (0x03F8, 0x3C00)


def path(*parts):
    full = os.path.join(SCRATCH, *parts)
    os.makedirs(os.path.dirname(full), exist_ok=True)
    return full


def halves(name, shape):
    n = math.prod(shape)
    kept, fixed = NEAR_ONE if "norm" in name and name.endswith("weight") else SMALL_NUMBERS
    bits = int.from_bytes(random.Random(name).randbytes(2 * n), "little")
    bits = bits & int.from_bytes(struct.pack("<H", kept) * n, "little")
    return (bits | int.from_bytes(struct.pack("<H", fixed) * n, "little")).to_bytes(2 * n, "little")


def floats(data):
    return array.array("f", struct.unpack(f"<{len(data) // 2}e", data)).tobytes()


def bfloats(data):
    wide, narrow = floats(data), bytearray(len(data))
    narrow[0::2], narrow[1::2] = wide[2::4], wide[3::4]
    return bytes(narrow)


FORMS = {"F16": lambda data: data, "F32": floats, "BF16": bfloats}


def weights(version):
    """Tensors with their data in F16; made once."""
    if version not in weights.made:
        weights.made[version] = [(t, halves(t.name, t.shape)) for t in sd.tensors(SMALL[version])]
    return weights.made[version]


weights.made = {}


def folder_tensors(version, part, dtype="F16"):
    return {t.name: (dtype, t.shape, FORMS[dtype](data)) for t, data in weights(version) if t.part == part}


def single_tensors(version):
    tensors, thirds = {}, {}
    for t, data in weights(version):
        if t.thirds is None:
            tensors[t.single] = ("F16", t.single_shape or t.shape, data)
            continue
        thirds.setdefault(t.single, {})[t.thirds] = data
        tensors[t.single] = ("F16", (3 * t.shape[0], *t.shape[1:]), b"".join(thirds[t.single].values()))
    tensors |= {name: ("F32", shape, bytes(4 * math.prod(shape))) for name, shape in sd.idle(SMALL[version])}
    return tensors


def write_tokenizer(folder):
    names = ["a</w>", "c</w>", "t</w>", "a", "c", "t", "!", "<|startoftext|>", "<|endoftext|>"]
    with open(path(folder, "vocab.json"), "w") as f:
        json.dump({name: i for i, name in enumerate(names)}, f)
    with open(path(folder, "merges.txt"), "w") as f:
        f.write("#version: 0.2\n")
    with open(path(folder, "special_tokens_map.json"), "w") as f:
        json.dump({"pad_token": "!"}, f)   # in both versions: both layouts read this file


def write_configs(model, family):
    for part, config in sd.configs(family).items():
        with open(path(model, part, "config.json"), "w") as f:
            json.dump(config, f)


def make_folder(version):
    model = os.path.join(SCRATCH, f"v{version}", "folder")
    if not os.path.exists(model):
        write_configs(model, SMALL[version])
        for part, stem in FILES.items():
            write_safetensors(path(model, part, f"{stem}.safetensors"), folder_tensors(version, part))
        write_tokenizer(os.path.join(model, "tokenizer"))
    return model


def make_single(version):
    file = path(f"v{version}", "single.safetensors")
    if not os.path.exists(file):
        write_safetensors(file, single_tensors(version))
        write_tokenizer(os.path.join(SCRATCH, f"v{version}", "tokenizer"))
    return file


# ---------------------------------------------------------------------------- running the tool


def inputs(version, network):
    context, draw = SMALL[version].context, random.Random(network)

    def numbers(*shape):
        return "F32", shape, array.array("f", [draw.uniform(-1, 1) for _ in range(math.prod(shape))]).tobytes()

    tensors = {
        "text_encoder": lambda: {"input_ids": ("I64", (1, 9), struct.pack("<9q", 48, *range(20, 27), 49))},
        "unet": lambda: {"sample": numbers(1, 4, 8, 8), "timestep": numbers(1),
                         "encoder_hidden_states": numbers(1, 7, context)},
        "vae_encoder": lambda: {"image": numbers(1, 3, 16, 24)},
        "vae_decoder": lambda: {"latent": numbers(1, 4, 3, 2)},
    }[network]()
    file = path(f"{network}-{version}.safetensors")
    write_safetensors(file, tensors)
    return file


def answer(version, network, model):
    done = subprocess.run([EXE, "module", network, "--model", model, "--in", inputs(version, network),
                           "--out", OUT, "--force"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    with open(OUT, "rb") as f:
        return f.read()


def expected(version, network):
    """The result with the folder of whole f16 files; computed once."""
    key = (version, network)
    if key not in expected.made:
        expected.made[key] = answer(version, network, make_folder(version))
        values = array.array("f", next(iter(read_safetensors(OUT).values()))[2])
        assert len(set(values)) > len(values) / 4 and all(map(math.isfinite, values)), (key, values[:8])
    return expected.made[key]


expected.made = {}
NETWORKS = ("text_encoder", "unet", "vae_encoder", "vae_decoder")


def info(*folders):
    """The output of `personalize info` for the models in these folders, by base name."""
    environment = dict(os.environ, PERSONALIZE_MODEL_PATH=os.pathsep.join(folders), XDG_DATA_HOME=SCRATCH)
    done = subprocess.run([EXE, "info", "--json"], capture_output=True, text=True, env=environment)
    assert done.returncode == 0, done.stderr
    return {os.path.basename(m["path"]): m for m in json.loads(done.stdout)["models"]
            if os.path.abspath(m["path"]).startswith(SCRATCH)}


def pixels(file):
    """A PNG's pixel data, still filtered; equal if and only if the pictures are."""
    with open(file, "rb") as f:
        data, at, packed = f.read(), 8, b""
    while at < len(data):
        size, kind = struct.unpack(">I4s", data[at:at + 8])
        packed += data[at + 8:at + 8 + size] if kind == b"IDAT" else b""
        at += size + 12
    return zlib.decompress(packed)


def recipe_of(file):
    """The recipe in one of our PNGs."""
    with open(file, "rb") as f:
        data = f.read()
    at = data.index(b"tEXtpersonalize\0")
    size = struct.unpack(">I", data[at - 4:at])[0]
    return json.loads(data[at + 4:at + 4 + size].split(b"\0", 1)[1])


def paint(model, *more):
    """A picture's pixels, and the model fingerprint in its recipe."""
    folder = path("pictures", "")
    done = subprocess.run([EXE, "generate", "--model", model, "--prompt", "a cat", "--steps", "2", "--sampler",
                           "ddim", "--size", "64x64", "--seed", "5", "--out", folder, *more],
                          capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    files = [f for f in os.listdir(folder) if f.endswith(".png")]
    assert len(files) == 1, files
    found = pixels(os.path.join(folder, files[0])), recipe_of(os.path.join(folder, files[0]))["model_fingerprint"]
    shutil.rmtree(folder)
    return found


def size_of(model, *more):
    """The size of a picture generated without a given size."""
    folder = path("pictures", "")
    done = subprocess.run([EXE, "generate", "--model", model, "--prompt", "a cat", "--steps", "1", "--sampler",
                           "ddim", "--guidance", "1", "--out", folder, *more], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    with open(os.path.join(folder, os.listdir(folder)[0]), "rb") as f:
        found = struct.unpack(">II", f.read(24)[16:])
    shutil.rmtree(folder)
    return found


def learn(model, *more):
    out, captions = path("learned", "zq.pzconcept"), path("learned", "captions.txt")
    with open(captions, "w") as f:
        f.write("a {}\n")
    return subprocess.run([EXE, "learn", "textual-inversion", "--model", model, "--image", PHOTO, "--mask", "none", "--name",
                           "act", "--init", "a", "--templates", captions, "--steps", "1", "--batch", "1", "--out", out, *more],
                          capture_output=True, text=True)


def picture(model):
    return paint(model)[0]


# ---------------------------------------------------------------------------- identical bits


@test
def one_file_first_family():
    """a single file of the first family gives the folder's bits, network by network"""
    for network in NETWORKS:
        assert answer(1, network, make_single(1)) == expected(1, network), network


@test
def one_file_second_family():
    """a single file of the second family, with OpenCLIP's text tower, gives the folder's bits"""
    for network in NETWORKS:
        assert answer(2, network, make_single(2)) == expected(2, network), network


@test
def checkpoint():
    """a .ckpt gives the bits of the .safetensors"""
    for version in (1, 2):
        file = path(f"v{version}", "single.ckpt")
        write_torch(file, {n: t for n, t in single_tensors(version).items() if t[0] in ("F16", "F32")},
                    lambda state: {"epoch": 3, "global_step": 470000, "state_dict": state})
        for network in ("text_encoder", "unet"):
            assert answer(version, network, file) == expected(version, network), (version, network)
        os.unlink(file)


IN_ACCESS, IN_OPEN = 0x1, 0x20


def count_opens(file, command):
    """How many times any process opens the file while the command runs. inotify merges successive equal events, so reads are
    watched too: they separate two opens."""
    libc = ctypes.CDLL(None, use_errno=True)
    queue = libc.inotify_init1(os.O_NONBLOCK)
    assert queue >= 0 and libc.inotify_add_watch(queue, file.encode(), IN_ACCESS | IN_OPEN) >= 0
    command()
    try:
        events = os.read(queue, 1 << 16)
    except BlockingIOError:
        events = b""
    os.close(queue)
    # Events for a watched file carry no name after the event structure.
    return sum(mask & IN_OPEN != 0 for _, mask, _, _ in struct.iter_unpack("iIII", events))


@test
def opened_once():
    """a model of one file is opened once for all of its networks, whatever its container"""
    checkpoint_file = path("v1", "once.ckpt")  # next to the tokenizer
    write_torch(checkpoint_file, {n: t for n, t in single_tensors(1).items() if t[0] in ("F16", "F32")})
    for file in (make_single(1), checkpoint_file):
        opens = count_opens(file, lambda: picture(file))
        assert opens == 1, (file, opens)


@test
def bare_text_names():
    """a text encoder whose names lack text_model. is found too"""
    tensors = {n.replace("transformer.text_model.", "transformer."): t for n, t in single_tensors(1).items()}
    file = path("bare", "bare.safetensors")
    write_safetensors(file, tensors)
    assert answer(1, "text_encoder", file) == expected(1, "text_encoder")


@test
def names_around_names():
    """names inside module., _orig_mod. and state_dict. are found in folders and single files"""
    around = {"parallel": lambda n: f"module.{n}", "compiled": lambda n: f"_orig_mod.{n}",
              "both": lambda n: f"state_dict.module._orig_mod.{n}",
              "within": lambda n: n.replace("encoder.", "encoder._orig_mod.", 1)}
    for label, rename in around.items():
        model = path(f"around-{label}")
        write_configs(model, SMALL[1])
        for part, network in {"text_encoder": "text_encoder", "unet": "unet", "vae": "vae_decoder"}.items():
            write_safetensors(path(model, part, f"{FILES[part]}.safetensors"),
                              {rename(n): t for n, t in folder_tensors(1, part).items()})
            assert answer(1, network, model) == expected(1, network), (label, part)
        file = path(f"around-{label}", "single.safetensors")
        write_safetensors(file, {rename(n): t for n, t in single_tensors(1).items()})
        for network in ("text_encoder", "unet", "vae_encoder"):
            assert answer(1, network, file) == expected(1, network), (label, network)


@test
def two_of_a_name():
    """two tensors that differ in what is around them alone are none: which is meant is not known"""
    model = path("ambiguous")
    write_configs(model, SMALL[1])
    tensors = {}
    for name, tensor in folder_tensors(1, "text_encoder").items():
        tensors |= {f"module.{name}": tensor, f"_orig_mod.{name}": tensor}
    write_safetensors(path(model, "text_encoder", "model.safetensors"), tensors)
    done = subprocess.run([EXE, "module", "text_encoder", "--model", model, "--in", inputs(1, "text_encoder"),
                           "--out", OUT, "--force"], capture_output=True, text=True)
    assert done.returncode == 1 and "found no such tensor" in done.stderr, done.stderr


@test
def a_text_folder_without_its_first_word():
    """a folder's text encoder whose names lack text_model. gives the same bits"""
    model = path("bare-folder")
    write_configs(model, SMALL[1])
    write_safetensors(path(model, "text_encoder", "model.safetensors"),
                      {n.removeprefix("text_model."): t for n, t in folder_tensors(1, "text_encoder").items()})
    assert answer(1, "text_encoder", model) == expected(1, "text_encoder")


@test
def forms_of_a_folder():
    """halves, floats, bfloats, shards, .bin and names with fp16 give the same bits"""
    parts = {"text_encoder": "text_encoder", "vae": "vae_decoder"}
    for form in ("F32", "BF16", "bin", "shards", "fp16"):
        model = path(f"form-{form}")
        write_configs(model, SMALL[1])
        for part, network in parts.items():
            stem = FILES[part]
            if form in FORMS:
                write_safetensors(path(model, part, f"{stem}.safetensors"), folder_tensors(1, part, form))
            elif form == "bin":
                write_torch(path(model, part, {"model": "pytorch_model"}.get(stem, stem) + ".bin"),
                            folder_tensors(1, part))
            elif form == "shards":
                write_shards(os.path.join(model, part), stem, folder_tensors(1, part), 3)
            else:
                write_safetensors(path(model, part, f"{stem}.fp16.safetensors"), folder_tensors(1, part))
            assert answer(1, network, model) == expected(1, network), (form, part)


@test
def old_attention_names():
    """a VAE whose attention is called query, key, value and proj_attn gives the same bits"""
    old = {"to_q": "query", "to_k": "key", "to_v": "value", "to_out.0": "proj_attn"}
    tensors = {}
    for name, tensor in folder_tensors(1, "vae").items():
        for ours, theirs in old.items():
            name = name.replace(f"attentions.0.{ours}.", f"attentions.0.{theirs}.")
        tensors[name] = tensor
    model = path("old-names")
    write_configs(model, SMALL[1])
    write_safetensors(path(model, "vae", "diffusion_pytorch_model.safetensors"), tensors)
    for network in ("vae_encoder", "vae_decoder"):
        assert answer(1, network, model) == expected(1, network), network


@test
def vae_alone():
    """a VAE in a file of its own, placed by model.json, gives the same bits"""
    prefix = "first_stage_model."
    write_safetensors(path("own-vae", "vae-ft.safetensors"),
                      {n[len(prefix):]: t for n, t in single_tensors(1).items() if n.startswith(prefix)})
    with open(path("own-vae", "model.json"), "w") as f:
        json.dump({"base": make_single(2), "vae": "vae-ft.safetensors"}, f)
    assert answer(1, "vae_decoder", path("own-vae")) == expected(1, "vae_decoder")


def tiny_tensors(width=8, latent=4):
    """Tensor shapes of a narrower TAESD: encoder and decoder layers under the author's numbers."""
    def conv(index, out, into, bias=True):
        return {f"{index}.weight": (out, into, 3, 3), **({f"{index}.bias": (out,)} if bias else {})}

    def block(index):
        return {name: shape for i in (0, 2, 4) for name, shape in conv(f"{index}.conv.{i}", width, width).items()}

    encoder, decoder = conv(0, width, 3), conv(1, width, latent)
    for index in (1, 3, 4, 5, 7, 8, 9, 11, 12, 13):
        encoder |= block(index)
    for index in (2, 6, 10):
        encoder |= conv(index, width, width, False)
    for index in (3, 4, 5, 8, 9, 10, 13, 14, 15, 18):
        decoder |= block(index)
    for index in (7, 12, 17):
        decoder |= conv(index, width, width, False)
    halves_ = [{n: ("F16", s, halves("tiny" + n, s)) for n, s in half.items()}
               for half in (encoder | conv(14, latent, width), decoder | conv(19, 3, width))]
    return halves_[0], halves_[1]


@test
def tiny_vae_alone():
    """TAESD in one file, as diffusers and as its author keep it, gives its folder's bits; a decoder alone paints"""
    encoder, decoder = tiny_tensors()
    both = {f"encoder.layers.{n}": t for n, t in encoder.items()}
    for name, tensor in decoder.items():
        number, rest = name.split(".", 1)
        both[f"decoder.layers.{int(number) - 1}.{rest}"] = tensor
    home = path("taesd", "")
    write_safetensors(path(home, "folder", "diffusion_pytorch_model.safetensors"), both)
    with open(path(home, "folder", "config.json"), "w") as f:
        json.dump({"_class_name": "AutoencoderTiny", "in_channels": 3, "out_channels": 3, "latent_channels": 4,
                   "encoder_block_out_channels": [8] * 4, "decoder_block_out_channels": [8] * 4,
                   "num_encoder_blocks": [1, 3, 3, 3], "num_decoder_blocks": [3, 3, 3, 1], "scaling_factor": 1.0}, f)
    write_safetensors(path(home, "taesd.safetensors"), both)
    write_safetensors(path(home, "taesd_decoder.safetensors"), decoder)
    write_torch(path(home, "taesd_decoder.pth"), decoder)

    def model(vae):
        with open(path(home, "model.json"), "w") as f:
            json.dump({"base": make_folder(1), "vae": vae}, f)
        return home

    wanted = answer(1, "vae_decoder", model("folder"))
    encoded = answer(1, "vae_encoder", home)
    for vae in ("taesd.safetensors", "taesd_decoder.safetensors", "taesd_decoder.pth"):
        assert answer(1, "vae_decoder", model(vae)) == wanted, vae
    assert answer(1, "vae_encoder", model("taesd.safetensors")) == encoded
    pictures_ = [paint(model(vae))[0] for vae in ("folder", "taesd_decoder.pth")]
    assert pictures_[0] == pictures_[1]
    start = os.path.join(HERE, "..", "..", "data/demo/concept.png")
    done = subprocess.run([EXE, "generate", "--model", home, "--prompt", "a cat", "--steps", "2", "--size", "64x64",
                           "--init-image", start, "--out", path("no-start", "")], capture_output=True, text=True)
    assert done.returncode == 1 and "found a decoder alone" in done.stderr, done.stderr
    assert not os.listdir(path("no-start", ""))


@test
def vae_by_option():
    """--vae takes a VAE in a file of its own, with the first authors' names or diffusers', today's or older, in any container"""
    prefix, older = "first_stage_model.", {"to_q": "query", "to_k": "key", "to_v": "value", "to_out.0": "proj_attn"}
    first = {n: t for n, t in single_tensors(1).items() if n.startswith(prefix)}
    bare = {n[len(prefix):]: t for n, t in first.items()}
    idle = {"loss.logvar": ("F32", (), bytes(4)), "loss.perceptual_loss.net.slice1.0.weight": ("F16", (2, 3), bytes(12))}
    names = folder_tensors(1, "vae")
    old = {}
    for name, tensor in names.items():
        for ours, theirs in older.items():
            name = name.replace(f"attentions.0.{ours}.", f"attentions.0.{theirs}.")
        old[name] = tensor
    assert old.keys() != names.keys()
    model = path("no-vae")
    shutil.copytree(make_folder(1), model, ignore=shutil.ignore_patterns("vae"))
    expected_picture = paint(make_folder(1))
    for name, tensors in (("first", bare | idle), ("prefixed", first), ("diffusers", names), ("older", old)):
        file = path("vae-files", f"{name}.safetensors")
        write_safetensors(file, tensors)
        assert paint(model, "--vae", file) == expected_picture, name
    for name, wrap in (("first.pt", lambda state: {"state_dict": state, "epoch": 3}), ("plain.vae.pt", None)):
        file = path("vae-files", name)
        write_torch(file, bare | idle, wrap)
        assert paint(model, "--vae", file) == expected_picture, name
    # A file without a VAE: the error names the file and what was expected.
    file = path("vae-files", "unet.safetensors")
    write_safetensors(file, folder_tensors(1, "unet"))
    done = subprocess.run([EXE, "generate", "--model", model, "--prompt", "a cat", "--vae", file, "--out",
                           path("vae-files", "pictures")], capture_output=True, text=True)
    assert done.returncode == 1 and "unet.safetensors" in done.stderr and "VAE" in done.stderr, done.stderr


@test
def pictures():
    """a whole picture from a single file has the folder's bits, and calls the model by the same fingerprint"""
    assert paint(make_single(1)) == paint(make_folder(1))


@test
def prediction():
    """what a network of the second family predicts is found by running it, or said by model.json"""
    def with_answer(tensors, weight, bias, value):
        dtype, shape, data = tensors[weight]
        constant = struct.pack("<e", value) * 4
        return tensors | {weight: (dtype, shape, bytes(len(data))), bias: ("F16", (4,), constant)}

    folder = path("prediction")
    shutil.copytree(make_folder(2), folder)
    drawn = {}
    for said in ("epsilon", "v_prediction"):
        with open(path(folder, "scheduler", "scheduler_config.json"), "w") as f:
            json.dump({"prediction_type": said}, f)
        for value in (0.3, -1.6):
            write_safetensors(path(folder, "unet", "diffusion_pytorch_model.safetensors"),
                              with_answer(folder_tensors(2, "unet"), "conv_out.weight", "conv_out.bias", value))
            drawn[said, value] = picture(folder)
    assert len(set(drawn.values())) == 4
    write_tokenizer(os.path.join(SCRATCH, "single-prediction", "tokenizer"))
    for value, found in ((0.3, "epsilon"), (-1.6, "v_prediction")):
        file = path("single-prediction", f"{found}.safetensors")
        write_safetensors(file, with_answer(single_tensors(2), "model.diffusion_model.out.2.weight",
                                            "model.diffusion_model.out.2.bias", value))
        assert picture(file) == drawn[found, value], found
        # Without a given size, a v-prediction model makes 768x768 pixels: 96x96 in latent space, also with this small model.
        assert size_of(file) == ({"epsilon": 64, "v_prediction": 96}[found] * 8,) * 2, found
    # A picture to start from is fitted to the size that was found, and things are learned at that size, which
    # the checkpoint of a run at another one shows without learning at 768x768.
    assert size_of(file, "--init-image", PHOTO) == (768, 768)
    assert learn(file, "--size", "64x64").returncode == 0
    done = learn(file, "--resume")
    assert done.returncode == 1 and "another size: 64x64 instead of 768x768" in done.stderr, done
    with open(path("single-prediction", "epsilon.json"), "w") as f:
        json.dump({"prediction_type": "v_prediction"}, f)
    assert picture(path("single-prediction", "epsilon.safetensors")) == drawn["v_prediction", 0.3]


# ---------------------------------------------------------------------------- the real families, without data


def hollow_single(name, family, dtype="F16", drop=(), more=(), **metadata):
    tensors = {}
    for t in sd.tensors(family):
        shape = t.single_shape or t.shape
        if t.thirds is not None:
            shape = (3 * shape[0], *shape[1:])
        tensors[t.single] = (dtype, shape, None)
    tensors |= {n: (dtype, shape, None) for n, shape in (*sd.idle(family), *more)}
    file = path("families", name)
    write_safetensors(file, {n: t for n, t in tensors.items() if n not in drop}, metadata)
    return file


def hollow_folder(name, family, dtype="F16", scheduler=None, index=None, infix="", drop=()):
    model = path("families", name)
    write_configs(model, family)
    for part, stem in FILES.items():
        write_safetensors(path(model, part, f"{stem}{infix}.safetensors"),
                          {t.name: (dtype, t.shape, None) for t in sd.tensors(family)
                           if t.part == part and t.name not in drop})
    os.makedirs(os.path.join(model, "tokenizer"), exist_ok=True)
    write_tokenizer(os.path.join(model, "tokenizer"))
    for file, content in (("scheduler/scheduler_config.json", scheduler), ("model_index.json", index)):
        if content:
            with open(path(model, file), "w") as f:
                json.dump(content, f)
    return model


@test
def families():
    """every family is known by its shapes, in both layouts, and info says what it is and what it lacks"""
    leading = {"_class_name": "PNDMScheduler", "steps_offset": 1}
    hollow_folder("sd15", sd.SD15, scheduler=leading, index={"_class_name": "StableDiffusionPipeline"})
    hollow_folder("sd15-fp16", sd.SD15, infix=".fp16")
    hollow_folder("lcm15", sd.LCM15, "F32", leading, {"_class_name": "LatentConsistencyModelPipeline"})
    hollow_folder("sd21", sd.SD21, "BF16", leading | {"prediction_type": "v_prediction"})
    hollow_folder("turbo", sd.SD21, "F16", {"_class_name": "EulerDiscreteScheduler",
                                           "prediction_type": "epsilon", "timestep_spacing": "trailing"})
    hollow_single("one15.safetensors", sd.SD15)
    hollow_single("one21.safetensors", sd.SD21, "F32")
    hollow_single("onelcm.safetensors", sd.LCM15)
    hollow_single("one-v.safetensors", sd.SD21, **{"modelspec.prediction_type": "v"})
    hollow_single("sd_turbo.fp16.safetensors", sd.SD21)
    hollow_single("distilled.safetensors", sd.SD21, **{"modelspec.title": "SD-Turbo"})
    hollow_single("turbo-anime15.safetensors", sd.SD15)
    for ordinary in ("embedding", "lora"):
        write_safetensors(path("families", f"{ordinary}.safetensors"), {
            {"embedding": "emb_params", "lora": "lora_unet_mid_block.lora_up.weight"}[ordinary]:
                ("F32", (1, 768), None)})
    found = info(path("families"))
    for name, family, precision in (("sd15", "sd-1.x", "f16"), ("sd15-fp16", "sd-1.x", "f16"),
                                    ("lcm15", "lcm-sd-1.x", "f32"), ("sd21", "sd-2.x", "bf16"),
                                    ("turbo", "sd-turbo", "f16"), ("one15.safetensors", "sd-1.x", "f16"),
                                    ("one21.safetensors", "sd-2.x", "f32"),
                                    ("onelcm.safetensors", "lcm-sd-1.x", "f16"),
                                    ("sd_turbo.fp16.safetensors", "sd-turbo", "f16"),
                                    ("distilled.safetensors", "sd-turbo", "f16"),
                                    ("turbo-anime15.safetensors", "sd-1.x", "f16"),
                                    ("one-v.safetensors", "sd-2.x", "f16")):
        model = found.pop(name)
        assert model["problem"] is None, model
        assert (model["family"], model["precision"]) == (family, precision), model
        assert (model["sampler"], model["steps"]) == (("euler-trailing", 4) if family == "sd-turbo" else
                                                      ("lcm", 4) if family.startswith("lcm") else ("ddim", 50)), model
        assert model["missing"] == "image_encoder, elite" and not model["personalizes"], model
        assert (model["width"], model["max_tokens"]) == (768 if name.startswith("one-v") else 512, 77), model
        assert 1.5e9 < model["size_bytes"] < 6e9, model
    assert not found, found


@test
def every_tensor_is_asked_for():
    """of all tensors of a family none is left over: without them, that many do not fit"""
    shutil.rmtree(path("families"), ignore_errors=True)
    for name, family in (("lcm", sd.LCM15), ("second", sd.SD21)):
        tensors = sd.tensors(family)
        hollow_folder(name, family, drop={t.name for t in tensors})
        # Keeps the tensors whose shapes determine the structure of the networks.
        kept = ("conv_in.", "conv_out.", "resnets.0.conv1.weight", "proj_in.weight", "attn2.to_k.weight",
                "cond_proj", "embedding.weight", "fc1.weight", "post_quant_conv.weight")
        dropped = [t for t in tensors if not any(k in t.name for k in kept)]
        hollow_single(f"{name}.safetensors", family, drop={t.single for t in dropped})
        found = info(path("families"))
        for model, number in ((name, len(tensors)), (f"{name}.safetensors", len(dropped))):
            assert f": {number} weights do not fit: " in ": " + found[model]["problem"], (number, found[model])
        shutil.rmtree(path("families"))


@test
def a_missing_tensor():
    """a tensor that is missing or of another shape is named as the file calls it"""
    name = "model.diffusion_model.output_blocks.5.2.conv.weight"
    hollow_single("lacking.safetensors", sd.SD15, drop={name})
    fused = "cond_stage_model.model.transformer.resblocks.3.attn.in_proj_bias"
    hollow_single("twisted.safetensors", sd.SD21, more=[(fused, (1024 * 3 + 3,))])
    found = info(path("families"))
    assert f"{name}: expected [1280, 1280, 3, 3], found no such tensor" in found["lacking.safetensors"]["problem"]
    assert f"3 weights do not fit: " in found["twisted.safetensors"]["problem"]
    assert f"{fused}: expected [1024], found [1025]" in found["twisted.safetensors"]["problem"]
    shutil.rmtree(path("families"))


@test
def other_models():
    """inpainting, XL and the like are refused by what they are, in one sentence"""
    hollow_folder("inpainting", sd.INPAINTING15, index={"_class_name": "StableDiffusionInpaintPipeline"})
    hollow_folder("xl", sd.SD15, index={"_class_name": "StableDiffusionXLPipeline"})
    hollow_single("inpainting.safetensors", sd.INPAINTING15)
    marks = {"xl.safetensors": "model.diffusion_model.label_emb.0.0.weight",
             "sd3.safetensors": "model.diffusion_model.joint_blocks.0.x_block.attn.qkv.weight"}
    for file, mark in marks.items():
        write_safetensors(path("families", file), {mark: ("F16", (8, 8), None)})
    write_safetensors(path("families", "unet-alone.safetensors"), {"conv_in.weight": ("F16", (8, 4, 3, 3), None)})
    hollow_single("no-text.safetensors", sd.SD15,
                  drop={t.single for t in sd.tensors(sd.SD15) if t.part == "text_encoder"})
    with open(path("families", "broken.safetensors"), "wb") as f:
        f.write(b"\0" * 40)
    found = info(path("families"))
    for name, words in (("inpainting", "an inpainting model (its U-Net takes 9 channels) is not supported"),
                        ("inpainting.safetensors", "an inpainting model"),
                        ("xl", "Stable Diffusion XL is not supported"),
                        ("xl.safetensors", "Stable Diffusion XL is not supported"),
                        ("sd3.safetensors", "Stable Diffusion 3 is not supported"),
                        ("no-text.safetensors", "expected a text encoder (cond_stage_model.transformer."),
                        ("broken.safetensors", "broken.safetensors")):
        problem = found.pop(name)["problem"]
        assert words in problem and "\n" not in problem, problem
    assert not found, found
    shutil.rmtree(path("families"))


@test
def composed():
    """a folder of mappers takes its base from elsewhere, as model.json says"""
    home = path("composed")
    small = os.path.join(DATA, "one")
    shutil.copytree(os.path.join(small, "elite"), os.path.join(home, "mine", "elite"))
    write_tokenizer(os.path.join(home, "words"))
    with open(path(home, "mine", "model.json"), "w") as f:
        json.dump({"name": "Mine", "base": small, "tokenizer": "../words",
                   "image_encoder": os.path.join(small, "image_encoder")}, f)
    with open(path(home, "lost", "model.json"), "w") as f:
        json.dump({"base": "../nowhere"}, f)
    found = info(home)
    assert found["mine"]["problem"] is None and found["mine"]["personalizes"], found["mine"]
    assert (found["mine"]["name"], found["mine"]["missing"]) == ("Mine", None), found["mine"]
    assert "text_encoder" in found["lost"]["problem"], found["lost"]
    assert info(os.path.relpath(home))["mine"] | {"path": None} == found["mine"] | {"path": None}
    assert found["lost"]["missing"] == "tokenizer, text_encoder, unet, vae, image_encoder, elite", found["lost"]


try:
    run(sys.argv[3] if len(sys.argv) > 3 else None)
finally:
    shutil.rmtree(SCRATCH, ignore_errors=True)

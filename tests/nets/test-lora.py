# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""LoRA files of every dialect: the changed weights, compared with numpy's products of the same files; real files of other
programs; broken files; and pictures, which must match those of a model whose weights numpy changed.

The mapping from keys to layers is repeated here, after the programs that write such files, not after our code.
Usage: test-lora.py PERSONALIZE SOURCE_ROOT LORA_WEIGHTS [NAME_PART]
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

EXE, ROOT, WEIGHTS = map(os.path.abspath, sys.argv[1:4])
for folder in ("tests/cli", "tests/reference"):
    sys.path.insert(0, os.path.join(ROOT, folder))

import numpy as np  # noqa: E402
import safetensors_file as files  # noqa: E402
from tap import Skip, run, test  # noqa: E402

MODEL = os.path.join(ROOT, "data/models/pz-tiny")
UNET, TEXT = "unet/diffusion_pytorch_model.safetensors", "text_encoder/model.safetensors"
SCRATCH = tempfile.mkdtemp(prefix="pz-lora-")
OWN = {name: np.array(value) for file in (UNET, TEXT)
       for name, value in files.read(os.path.join(MODEL, file)).items()}
LENGTH, WIDTH = OWN["text_model.embeddings.position_embedding.weight"].shape
BLOCK = "down_blocks.1.attentions.0.transformer_blocks.0."
LAYER = "text_model.encoder.layers.1."


def path(name):
    full = os.path.join(SCRATCH, name)
    os.makedirs(os.path.dirname(full), exist_ok=True)
    return full


# ---------------------------------------------------------------------------- factors and their products


def factors(names, seed=3, alpha=True):
    """Layer -> (up, down, mid or None, alpha or None), large enough to change pictures visibly."""
    random = np.random.default_rng(seed)
    ranks, made = [4, 1, 8, 3, 128, 16], {}
    for number, name in enumerate(names):
        own, rank = OWN[name + ".weight"].astype("float32"), ranks[number % len(ranks)]
        up = random.standard_normal((own.shape[0], rank)).astype("float32")
        down = random.standard_normal((rank, *own.shape[1:])).astype("float32")
        down *= 0.5 * own.std() / np.sqrt(rank)
        made[name] = (up, down, None, float(2 * rank if number % 2 else rank / 2) if alpha else None)
    return made


def product(up, down, mid, alpha):
    """The weight change in float64: up down, with LoCon's third factor in between."""
    up, down = np.asarray(up, "float64"), np.asarray(down, "float64")
    up = up.reshape(up.shape[:2])
    if mid is not None:
        down = np.einsum("rshw,si->rihw", np.asarray(mid, "float64"), down.reshape(down.shape[:2]))
    change = np.tensordot(up, down, 1)
    return change * (1.0 if alpha is None else alpha / up.shape[1])


def expected_of(made, weight=1.0):
    """Name of the weight -> its changed values."""
    found = {}
    for name, parts in made.items():
        own = OWN[name + ".weight"].astype("float64")
        found[name + ".weight"] = own + weight * product(*parts).reshape(own.shape)
    return found


def weights(*given):
    """The model's weights as changed by the engine. given: (file, weight), ..."""
    out = path("weights.safetensors")
    args = [str(word) for pair in given for word in pair]
    done = subprocess.run([WEIGHTS, MODEL, out, *args], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    found = {name.removeprefix("text."): np.array(value) for name, value in files.read(out).items()}
    return found, done.stdout


def same(found, expected):
    assert sorted(found) == sorted(expected), sorted(set(found) ^ set(expected))
    for name, value in expected.items():
        if value.ndim == 4:
            value = value.transpose(0, 2, 3, 1)
        moved = np.abs(value - (OWN[name] if value.ndim < 4 else OWN[name].transpose(0, 2, 3, 1))).max()
        worst = np.abs(found[name] - value).max()
        assert worst <= 1e-3 * moved, (name, worst, moved)


# ---------------------------------------------------------------------------- dialects


def kohya(name, part, doubled=False):
    is_text = name.startswith("text_model")
    head = "lora_te_" if is_text else "lora_unet_unet_" if doubled else "lora_unet_"
    middle = "_" if doubled and not is_text else "."
    ending = part if part == "alpha" else f"lora_{part}.weight"
    return head + name.replace(".", "_") + (middle if part != "alpha" else ".") + ending


def diffusers(name, part):
    if name.startswith("text_model"):
        return f"text_encoder.{name}.lora_linear_layer.{part}.weight"
    return f"unet.{name}.lora.{part}.weight"


def older(name, part):
    name = re.sub(r"self_attn\.(\w+)_proj$", r"self_attn.to_\1", name)
    name = re.sub(r"\.(attn[12])\.(to_\w+)(\.0)?$", r".\1.processor.\2", name)
    return f"{name}_lora.{part}.weight"


def peft(name, part, adapter=""):
    return f"base_model.model.{name}.lora_{'A' if part == 'down' else 'B'}.{adapter}weight"


def numbered(names, with_geglu=True):
    """cloneofsimo's numbering: layer -> "unet:12". The U-Net's middle block comes last in diffusers' list of modules."""
    blocks = sorted({n.split(".attn")[0] for n in names if ".attn" in n and not n.startswith("text")},
                    key=lambda n: (n.startswith("mid"), n))
    parts = ["attn1.to_q", "attn1.to_k", "attn1.to_v", "attn1.to_out.0", "ff.net.0.proj",
             "attn2.to_q", "attn2.to_k", "attn2.to_v", "attn2.to_out.0"]
    if not with_geglu:
        del parts[4]
    found = {f"{block}.{part}": f"unet:{i * len(parts) + j}"
             for i, block in enumerate(blocks) for j, part in enumerate(parts)}
    layers = sorted({int(n.split(".")[3]) for n in names if n.startswith("text_model.encoder.layers")})
    for layer in layers:
        for j, part in enumerate(["k_proj", "v_proj", "q_proj", "out_proj"]):
            found[f"text_model.encoder.layers.{layer}.self_attn.{part}"] = f"text_encoder:{4 * layer + j}"
    return found


def save(name, made, key, metadata=None, dtype="float32"):
    tensors = {}
    for layer, (up, down, mid, alpha) in made.items():
        for part, value in (("down", down), ("up", up), ("mid", mid)):
            if value is not None:
                tensors[key(layer, part)] = value.astype(dtype)
        if alpha is not None:
            tensors[key(layer, "alpha")] = np.array(alpha, dtype)
    files.write(path(name), tensors, metadata)
    return path(name)


ATTENTIONS = [BLOCK + part for part in ("attn1.to_q", "attn1.to_out.0", "attn2.to_k", "attn2.to_v")] \
    + ["mid_block.attentions.0.transformer_blocks.0.attn1.to_k",
       "up_blocks.1.attentions.0.transformer_blocks.0.attn2.to_v"] \
    + [LAYER + "self_attn." + part for part in ("k_proj", "q_proj", "out_proj")]
OTHERS = [BLOCK + "ff.net.0.proj", BLOCK + "ff.net.2", BLOCK.split("transformer")[0] + "proj_in", "conv_in",
          "down_blocks.0.resnets.0.conv1", "down_blocks.0.downsamplers.0.conv", "time_embedding.linear_1",
          LAYER + "mlp.fc1"]


@test
def every_dialect():
    """the same attentions in every dialect become numpy's weights"""
    made = factors(ATTENTIONS, alpha=False)
    expected, names = expected_of(made), numbered(OWN)
    keys = {"kohya": kohya, "doubled": lambda n, p: kohya(n, p, True), "diffusers": diffusers, "older": older,
            "peft": peft, "peft-named": lambda n, p: peft(n, p, "default."),
            "cloneofsimo": lambda n, p: f"{names[n]}:{p}"}
    for dialect, key in keys.items():
        found, said = weights((save(f"attention-{dialect}.safetensors", made, key), 1))
        assert said == "", (dialect, said)
        same(found, expected)


@test
def every_layer():
    """linear layers and convolutions of ranks 1 to 128, with alpha, in halves and floats, become numpy's weights"""
    made = factors(OTHERS)
    same(weights((save("layers.safetensors", made, kohya), 0.75))[0], expected_of(made, 0.75))
    halves = {n: (u.astype("float16"), d.astype("float16"), m, a) for n, (u, d, m, a) in made.items()}
    same(weights((save("halves.safetensors", made, kohya, dtype="float16"), 0.75))[0], expected_of(halves, 0.75))
    plain = {n: (u, d, m, None) for n, (u, d, m, a) in made.items()}
    same(weights((save("plain.safetensors", plain, peft), 1))[0], expected_of(plain))
    same(weights((save("new.safetensors", plain, diffusers), -0.5))[0], expected_of(plain, -0.5))


@test
def three_factors():
    """a LoCon's convolution between two matrices becomes numpy's weights"""
    random = np.random.default_rng(5)
    name = "down_blocks.0.resnets.0.conv1"
    mid, up, down = (random.standard_normal(s).astype("float32")
                     for s in ((6, 4, 3, 3), (64, 6, 1, 1), (4, 64, 1, 1)))
    made = {name: (up, 0.01 * down, mid, 3.0)}
    same(weights((save("locon.safetensors", made, kohya), 1))[0], expected_of(made))


@test
def peft_settings():
    """PEFT's alpha, its patterns and rank-stabilised scales are read from its settings, beside the file or in it"""
    made = factors(ATTENTIONS, alpha=False)
    folder = os.path.dirname(save("peft-folder/adapter_model.safetensors", made, peft))

    def settings(**more):
        with open(os.path.join(folder, "adapter_config.json"), "w", encoding="utf-8") as f:
            json.dump({"peft_type": "LORA", "r": 4, "lora_alpha": 12, **more}, f)
        return weights((folder, 1))[0]

    def scaled(scale):
        return expected_of({n: (u, d, m, u.shape[1] * scale(n, u.shape[1])) for n, (u, d, m, a) in made.items()})

    same(settings(), scaled(lambda n, r: 12 / r))
    same(settings(use_rslora=True), scaled(lambda n, r: 12 / np.sqrt(r)))
    same(settings(alpha_pattern={"attn2.to_k": 2, r".*q_proj": 5}),
         scaled(lambda n, r: (2 if n.endswith("attn2.to_k") else 5 if n.endswith("q_proj") else 12) / r))
    inside = save("inside.safetensors", made, diffusers, {"lora_adapter_metadata": json.dumps(
        {"unet.r": 4, "unet.lora_alpha": 6, "text_encoder.r": 4, "text_encoder.lora_alpha": 9})})
    same(weights((inside, 1))[0], scaled(lambda n, r: (9 if n.startswith("text") else 6) / r))


@test
def several_at_once():
    """two files add up, each with its weight; one that is given twice counts twice"""
    made, more = factors(ATTENTIONS[:5]), factors(ATTENTIONS[2:] + OTHERS[:2], seed=9)
    one, other = save("one.safetensors", made, kohya), save("other.safetensors", more, kohya)
    expected = expected_of(made, 0.8)
    for name, value in expected_of(more, -0.5).items():
        expected[name] = expected.get(name, OWN[name]) + value - OWN[name]
    same(weights((one, 0.8), (other, -0.5))[0], expected)
    same(weights((one, 0.3), (one, 0.5))[0], expected_of(made, 0.8))


@test
def nothing_of_it():
    """weight 0 gives the model's own numbers"""
    file = save("zero.safetensors", factors(ATTENTIONS + OTHERS), kohya)
    for name, value in weights((file, 0))[0].items():
        own = OWN[name].astype("float32")
        assert np.array_equal(value, own.transpose(0, 2, 3, 1) if own.ndim == 4 else own), name


# ---------------------------------------------------------------------------- real files


def sd15_layers():
    """The attention layers of Stable Diffusion 1.5 with their widths: path -> (out, in)."""
    places = [(f"down_blocks.{i}.attentions.{j}", 320 << i) for i in range(3) for j in range(2)] \
        + [(f"up_blocks.{i}.attentions.{j}", 320 << (3 - i)) for i in range(1, 4) for j in range(3)] \
        + [("mid_block.attentions.0", 1280)]
    found = {}
    for place, width in places:
        block = place + ".transformer_blocks.0."
        for attention, source in (("attn1.", width), ("attn2.", 768)):
            found.update({block + attention + "to_q": (width, width), block + attention + "to_k": (width, source),
                          block + attention + "to_v": (width, source), block + attention + "to_out.0": (width, width)})
        found[block + "ff.net.0.proj"] = (8 * width, width)
    for i in range(12):
        for part in ("q_proj", "k_proj", "v_proj", "out_proj"):
            found[f"text_model.encoder.layers.{i}.self_attn.{part}"] = (768, 768)
    return found


def products(file):
    out = path("products.safetensors")
    done = subprocess.run([WEIGHTS, "--sd15", out, file], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return files.read(out), done.stdout


def compare_real(file, key):
    """Compares every pair in the file, by its key for the layer, with the first rows of numpy's product. Returns the rest."""
    tensors, (found, said) = files.read(file), products(file)
    assert said == "", said
    left = set(tensors)
    for layer, shape in sd15_layers().items():
        down, up = key(layer, "down"), key(layer, "up")
        if down not in tensors:
            continue
        alpha = float(tensors[key(layer, "alpha")]) if key(layer, "alpha") in tensors else None
        expected = product(tensors[up], tensors[down], None, alpha)
        assert expected.shape == shape, (layer, expected.shape)
        worst = np.abs(found[layer + ".weight"] - expected[:4]).max()
        assert worst <= 1e-3 * np.abs(expected[:4]).max(), (layer, worst)
        left -= {down, up, key(layer, "alpha")}
    return left


def real(name):
    data = os.environ.get("PZ_TEST_DATA")
    if not data:
        raise Skip("PZ_TEST_DATA is not set")
    return os.path.join(data, "formats", name)


def call(*args, env=None):
    home = {"XDG_DATA_HOME": path("empty/x"), "PERSONALIZE_EMBEDDING_PATH": "", "PERSONALIZE_LORA_PATH": ""}
    return subprocess.run([EXE, *args], capture_output=True, text=True, timeout=300,
                          env={**os.environ, **home, **(env or {})})


def inspect(file):
    done = call("inspect", file, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@test
def real_files():
    """each real file loads, every key of it acts or is a word, and its products are numpy's"""
    names = numbered(sd15_layers())
    cases = {"lora-diffusers-processor-r4.safetensors": (older, set(), "diffusers, older, rank 4, layers: 128 of"),
             "lora-kohya-doubled.safetensors": (lambda n, p: kohya(n, p, True), set(),
                                                "kohya-ss, rank 4, layers: 128 of"),
             "lora-cloneofsimo-disney-r1.safetensors": (lambda n, p: f"{names[n]}:{p}", {"<s1>", "<s2>"},
                                                        "cloneofsimo, rank 1, layers: 144 of the U-Net, 48 of")}
    for name, (key, words, detail) in cases.items():
        assert compare_real(real(name), key) == words, name
        facts = inspect(real(name))
        assert (facts["kind"], facts["family"], facts["problem"]) == ("lora", "sd-1.x", None), facts
        assert facts["learned"][0]["detail"].startswith(detail), facts["learned"]
        assert facts["learned"][0].get("key_words") == (", ".join(sorted(words)) or None), facts["learned"]


@test
def single_file_names():
    """kohya-ss's keys may name layers as one file of Stable Diffusion does"""
    places = {"down_blocks.0.attentions.1": "input_blocks.2.1", "mid_block.attentions.0": "middle_block.1",
              "up_blocks.3.attentions.2": "output_blocks.11.1"}
    random, tensors, expected = np.random.default_rng(1), {}, {}
    for ours, theirs in places.items():
        layer = ".transformer_blocks.0.attn2.to_k"
        width = sd15_layers()[ours + layer][0]
        up, down = random.standard_normal((width, 2)), random.standard_normal((2, 768))
        name = "lora_unet_" + (theirs + layer).replace(".", "_")
        tensors |= {name + ".lora_up.weight": up.astype("float32"), name + ".lora_down.weight": down.astype("float32")}
        expected[ours + layer + ".weight"] = up @ down
    files.write(path("ldm.safetensors"), tensors)
    found, said = products(path("ldm.safetensors"))
    assert said == "" and sorted(found) == sorted(expected), (said, sorted(found))
    for name, value in expected.items():
        assert np.abs(found[name] - value[:4]).max() < 1e-4, name


# ---------------------------------------------------------------------------- pictures


def generate(prompt, *more, model=MODEL, env=None):
    return call("generate", "--model", model, "--prompt", prompt, "--size", "64x64", "--seed", "5",
                "--out", tempfile.mkdtemp(dir=SCRATCH), *more, env=env)


def picture(prompt, *more, steps="2", **where):
    """The picture's pixels, its recipe, and what the tool wrote to stderr, without progress."""
    from PIL import Image
    made = generate(prompt, *(["--steps", steps] if steps else []), *more, **where)
    assert made.returncode == 0, made.stderr
    image = Image.open(made.stdout.strip())
    return image.tobytes(), json.loads(image.text["personalize"]), \
        "".join(line for line in made.stderr.splitlines() if "%  " not in line)


def refused(done, *words, status=1):
    said = [line for line in done.stderr.splitlines() if "%  " not in line]
    assert done.returncode == status and len(said) == 1, (done.returncode, done.stderr)
    for word in words:
        assert word in said[0], (word, said[0])


def difference(a, b):
    return max(abs(x - y) for x, y in zip(a, b, strict=True))


_folder = []


def shelf():
    """A search folder of LoRA files, and the factors of “toy” in it."""
    if not _folder:
        made = factors(ATTENTIONS + OTHERS[:3], seed=21)
        save("loras/Toy Style.safetensors", made, kohya)
        save("loras/more/lcm-lora-tiny.safetensors", factors(ATTENTIONS[:2], seed=2), kohya)
        _folder.append((path("loras"), made))
    return {"PERSONALIZE_LORA_PATH": _folder[0][0]}, _folder[0][1]


def mixed_model(changed):
    """A copy of the model with changed weights."""
    folder = tempfile.mkdtemp(dir=SCRATCH)
    shutil.copytree(MODEL, folder, dirs_exist_ok=True)
    for file in (UNET, TEXT):
        values = {name: np.array(value) for name, value in files.read(os.path.join(MODEL, file)).items()}
        values |= {name: changed[name].astype("float16") for name in values if name in changed}
        os.remove(os.path.join(folder, file))
        files.write(os.path.join(folder, file), values, {"format": "pt"})
    return folder


@test
def pictures():
    """a LoRA paints as a model that numpy changed, by its file and by its name in the prompt; 0 is the plain picture"""
    env, made = shelf()
    file = os.path.join(env["PERSONALIZE_LORA_PATH"], "Toy Style.safetensors")
    plain = picture("a red ball")[0]
    expected = picture("a red ball", model=mixed_model(expected_of(made, 0.7)))[0]
    found, recipe, said = picture("a red ball", "--lora", file + ":0.7")
    assert difference(found, expected) <= 2 < 10 < difference(found, plain) and said == ""
    assert recipe["loras"][0]["weight"] == 0.7 and recipe["loras"][0]["file"] == "Toy Style.safetensors", recipe
    asked, recipe, said = picture("a <lora:toy style:0.7>red ball", env=env)
    assert asked == found and said == "" and recipe["encoded_prompt"] == "a red ball", recipe
    assert recipe["loras"][0]["in_prompt"] and len(recipe["loras"][0]["sha256"]) == 64, recipe
    assert picture("a red ball", "--lora", "Toy Style:0.7", env=env)[0] == found
    assert picture("a red ball", "--lora", file + ":0")[0] == plain
    assert picture("a red ball <lora:Toy Style:0:0>", env=env)[0] == plain


def memory_of(*more):
    """The forecast and the peak of the device's memory, and the picture. With a limit, even one that is far away, the device
    allocates no more than what is asked for."""
    made = generate("a red ball", "--steps", "2", "--json", *more, env={"PERSONALIZE_MEMORY_LIMIT": "1024"})
    assert made.returncode == 0, made.stderr
    said = json.loads(made.stdout)
    with open(said["variants"][0]["file"], "rb") as f:
        return said["forecast_device_bytes"], said["peak_device_bytes"], f.read()


@test
def memory():
    """the forecast counts what a LoRA takes; with --low-memory its networks take turns, and the picture is the same"""
    every = save("every.safetensors", factors([name.removesuffix(".weight") for name, value in OWN.items()
                                               if value.ndim in (2, 4) and "embedding" not in name]), kohya)
    cases = {"plain": (), "LoRA": ("--lora", every + ":0.1"), "saving": ("--low-memory",),
             "saving LoRA": ("--lora", every + ":0.1", "--low-memory"),
             "bytes": ("--lora", every + ":0.1", "--weights", "8"),
             "saving bytes": ("--lora", every + ":0.1", "--weights", "8", "--low-memory")}
    found = {name: memory_of(*more) for name, more in cases.items()}
    for name, (forecast, peak, _) in found.items():
        print(f"# {name}: {forecast >> 10} KiB said, {peak >> 10} taken", flush=True)
    for name, (forecast, peak, _) in found.items():
        assert 0.97 * peak <= forecast <= 1.03 * peak, (name, forecast, peak)
    peaks = {name: peak for name, (_, peak, _) in found.items()}
    assert peaks["LoRA"] > 1.5 * peaks["plain"] and peaks["saving LoRA"] < 0.6 * peaks["LoRA"], peaks
    assert found["saving LoRA"][2] == found["LoRA"][2] != found["plain"][2] == found["saving"][2]
    assert found["saving bytes"][2] == found["bytes"][2] != found["LoRA"][2]


@test
def parts_of_it():
    """two numbers in a prompt are for the text encoder and for the U-Net"""
    env, made = shelf()
    text = {name: value for name, value in expected_of(made, 0.6).items() if name.startswith("text")}
    expected = picture("a red ball", model=mixed_model(text))[0]
    found, recipe, _ = picture("a red ball <LoRA:Toy Style:0.6:0>", env=env)
    assert difference(found, expected) <= 2 and found != picture("a red ball")[0]
    assert (recipe["loras"][0]["weight"], recipe["loras"][0]["text_weight"]) == (0, 0.6), recipe


@test
def recipes():
    """a picture is made again from its recipe; files that the prompt does not name must be given again"""
    env, _ = shelf()
    args = ["--model", MODEL, "--out", tempfile.mkdtemp(dir=SCRATCH)]
    made = generate("a red ball <lora:Toy Style:0.7>", "--steps", "2", env=env).stdout.strip()
    again = call("generate", "--recipe", made, *args, env=env)
    assert again.returncode == 0 and again.stderr.count("recipe") == 0, again.stderr
    with open(made, "rb") as a, open(again.stdout.strip(), "rb") as b:
        assert a.read() == b.read()
    made = generate("a red ball", "--steps", "2", "--lora", "Toy Style:0.7", env=env).stdout.strip()
    refused(call("generate", "--recipe", made, *args, env=env), "--lora", status=2)
    other = call("generate", "--recipe", made, "--lora", "Toy Style:0.6", *args, env=env)
    assert "the LoRA files or their weights" in other.stderr, other.stderr


@test
def lcm():
    """LCM-LoRA is known by its name or by what it says; the sampler follows unless it was chosen"""
    env, _ = shelf()
    said = save("few.safetensors", factors(ATTENTIONS[:2]), kohya, {"ss_output_name": "My LCM model"})
    other = save("calcium.safetensors", factors(ATTENTIONS[:2]), kohya)
    for more in (["--lora", said], ["--lora", "lcm-lora-tiny"]):
        recipe = picture("a red ball", *more, steps=None, env=env)[1]
        assert (recipe["sampler"], recipe["steps"], recipe["guidance"]) == ("lcm", 4, 1), recipe
    recipe = picture("a red ball", "--lora", said, "--sampler", "euler", "--guidance", "2", env=env)[1]
    assert (recipe["sampler"], recipe["steps"], recipe["guidance"]) == ("euler", 2, 2), recipe
    plain = picture("a red ball", steps=None)[1]
    for more in (["--lora", other], ["--lora", said + ":0"]):
        recipe = picture("a red ball", *more, steps=None)[1]
        assert all(recipe[key] == plain[key] for key in ("sampler", "steps", "guidance")), recipe


@test
def words_of_it():
    """words that cloneofsimo's file brings along are words of the prompt"""
    table = OWN["text_model.embeddings.token_embedding.weight"].astype("float32")
    with open(os.path.join(MODEL, "tokenizer/vocab.json"), encoding="utf-8") as f:
        row = table[json.load(f)["red</w>"]]
    names, made = numbered(OWN), factors(ATTENTIONS[:2], alpha=False)
    tensors = {f"{names[n]}:{part}": value for n, (up, down, _, _) in made.items()
               for part, value in (("up", up), ("down", down))}
    files.write(path("words.safetensors"), {**tensors, "<s1>": row}, {"<s1>": "<embed>", "unet": '["CrossAttention", "GEGLU"]'})
    found, recipe, _ = picture("a <s1> ball", "--lora", path("words.safetensors"))
    assert found == picture("a red ball", "--lora", path("words.safetensors"))[0]
    assert recipe["embeddings"][0]["name"] == "<s1>", recipe
    # So are words that were bundled for AUTOMATIC1111's program.
    for key in ("emb_params", "string_to_param.*"):
        files.write(path("bundled.safetensors"), {**tensors, f"bundle_emb.redword.{key}": row},
                    {"unet": '["CrossAttention", "GEGLU"]'})
        assert found == picture("a redword ball", "--lora", path("bundled.safetensors"))[0], key


@test
def prompts_that_ask_wrongly():
    """a name that is nowhere, a weight that is none, and a negative prompt are answered in one sentence"""
    env, _ = shelf()
    refused(generate("a ball <lora:nobody:1>", env=env), "a LoRA file called “nobody”", env["PERSONALIZE_LORA_PATH"])
    refused(generate("a ball", "--lora", "nobody.safetensors", env=env), "“nobody.safetensors”")
    for tag in ("<lora:Toy Style:much>", "<lora:Toy Style:11>", "<lora:Toy Style:1:2:3>", "<lora:Toy Style:nan>"):
        refused(generate("a ball " + tag, env=env), "<lora:NAME:WEIGHT>", tag)
    for given in ("x:", "x:much", "x:11", ":1"):
        refused(generate("a ball", "--lora", given, env=env), "--lora", given, status=2)
    said = picture("a ball", "--negative", "blue <lora:Toy Style>", env=env)[2]
    assert "negative prompt: a LoRA acts on the whole picture" in said, said
    assert picture("a <lora ball: lora>")[2] == "", "no tag"


@test
def shown():
    """files in the folders are listed with their key words, and inspect says what one is"""
    env, made = shelf()
    tags = {"ss_tag_frequency": json.dumps({"10_toy": {"toy": 10, "plush ": 7}, "reg": {"dog": 8}})}
    for metadata, words in (({"modelspec.trigger_phrase": "ohwx toy"}, "ohwx toy"), (tags, "toy, dog, plush"),
                            (None, None)):
        facts = inspect(save("facts.safetensors", made, kohya, metadata))
        assert facts["kind"] == "lora" and facts["problem"] is None, facts
        learned = facts["learned"][0]
        assert learned.get("key_words") == words and learned["name"] == "facts", learned
        assert learned["detail"] == "kohya-ss, rank 1 to 128, layers: 9 of the U-Net, 3 of the text encoder", learned
    listed = json.loads(call("info", "--json", env=env).stdout)["learned"]
    listed = {entry["name"]: entry for entry in listed if entry["kind"] == "lora"}
    assert sorted(listed) == ["Toy Style", "lcm-lora-tiny"] and listed["Toy Style"]["problem"] is None, listed
    assert "for few steps (LCM)" in listed["lcm-lora-tiny"]["detail"], listed


@test
def layers_that_are_not_there():
    """layers that a model goes without are named; a file with none of the model's is refused"""
    made = factors(ATTENTIONS[:2])
    tensors = {kohya(n, part): value for n, (up, down, _, _) in made.items()
               for part, value in (("up", up), ("down", down))}
    strange = {"lora_unet_down_blocks_9_x.lora_up.weight": np.ones((4, 1), "float32"),
               "lora_unet_down_blocks_9_x.lora_down.weight": np.ones((1, 4), "float32")}
    files.write(path("partly.safetensors"), {**tensors, **strange})
    said = picture("a ball", "--lora", path("partly.safetensors"))[2]
    assert "does not have 1 of its 3 layers" in said and "lora_unet_down_blocks_9_x" in said, said
    files.write(path("strange.safetensors"), strange)
    refused(generate("a ball", "--lora", path("strange.safetensors")), "expected changes of the model's layers",
            "lora_unet_down_blocks_9_x")


# ---------------------------------------------------------------------------- rejected files

KEY = kohya(ATTENTIONS[0], "down").removesuffix(".lora_down.weight")
UP, DOWN, ALPHA, MID = (f"{KEY}.{part}" for part in ("lora_up.weight", "lora_down.weight", "alpha", "lora_mid.weight"))


def ones(*shape):
    return np.ones(shape, "float32")


def nan(*shape):
    return np.full(shape, np.nan, "float32")


GOOD = {UP: ones(128, 4), DOWN: ones(4, 128)}
CONV = "lora_unet_conv_in."
# The file's tensors, its metadata, and the words of the error besides the file's name.
BROKEN = [
    ({**GOOD, "lora_unet_x.hada_w1_a": ones(1)}, None, "LoHa", "lora_unet_x.hada_w1_a"),
    ({**GOOD, "lora_unet_x.lokr_w1": ones(1)}, None, "LoKr", "lora_unet_x.lokr_w1"),
    ({**GOOD, KEY + ".dora_scale": ones(128, 1)}, None, "DoRA", KEY + ".dora_scale"),
    ({**GOOD, "base_model.model.x.lora_magnitude_vector": ones(4)}, None, "DoRA", "lora_magnitude_vector"),
    ({**GOOD, "lora_unet_x.oft_blocks": ones(1)}, None, "OFT", "lora_unet_x.oft_blocks"),
    ({**GOOD, "lora_unet_x.diff": ones(1)}, None, "whole differences", "lora_unet_x.diff"),
    ({**GOOD, "lora_unet_x.on_input": ones(1)}, None, "(IA)^3", "lora_unet_x.on_input"),
    ({**GOOD, "lora_te2_text_model_x.lora_up.weight": ones(1, 1)}, None, "Stable Diffusion XL", "lora_te2_text"),
    ({kohya(BLOCK + "attn2.to_k", "up"): ones(128, 4), kohya(BLOCK + "attn2.to_k", "down"): ones(4, 2048)}, None,
     "Stable Diffusion XL", "attn2_to_k"),
    (GOOD, {"ss_base_model_version": "sdxl_base_v1-0"}, "Stable Diffusion XL"),
    (GOOD, {"modelspec.architecture": "stable-diffusion-xl-v1-base/lora"}, "Stable Diffusion XL"),
    ({"lora_unet_double_blocks_0_img_attn.lora_up.weight": ones(1, 1)}, None, "Flux", "double_blocks_0"),
    ({**GOOD, "lora_unet_x.lora_C.weight": ones(1)}, None, "“lora_unet_x.lora_C.weight”", "another name"),
    ({**GOOD, "position_ids": ones(1)}, None, "“position_ids”", "another name"),
    ({UP: ones(128, 4)}, None, UP, "no “down”"),
    ({DOWN: ones(4, 128)}, None, DOWN, "no “up”"),
    ({**GOOD, CONV + "alpha": ones(1)}, None, CONV + "alpha", "no “down”"),
    ({UP: ones(128, 3), DOWN: ones(4, 128)}, None, UP, "expected rank 4", "found 3"),
    ({UP: ones(128), DOWN: ones(4, 128)}, None, UP, "[out, rank]"),
    ({UP: ones(128, 4), DOWN: ones(512)}, None, DOWN, "[rank, in]"),
    ({UP: ones(128, 4, 3, 3), DOWN: ones(4, 128)}, None, UP, "[out, rank]"),
    ({UP: ones(128, 0), DOWN: ones(0, 128)}, None, DOWN, "rank 1 to"),
    ({UP: ones(64, 4), DOWN: ones(4, 128)}, None, UP, "expected a factor of " + ATTENTIONS[0], "found [64, 4]"),
    ({UP: ones(128, 4), DOWN: ones(4, 96)}, None, DOWN, "another family of models", "found [4, 96]"),
    ({CONV + "lora_up.weight": ones(64, 2), CONV + "lora_down.weight": ones(2, 16, 5, 5)}, None,
     CONV + "lora_down.weight", "[64, 16, 3, 3]", "found [2, 16, 5, 5]"),
    ({**GOOD, MID: ones(4, 3, 3, 3)}, None, MID, "between the two"),
    ({**GOOD, ALPHA: ones(2)}, None, ALPHA, "expected one number, found 2"),
    ({**GOOD, ALPHA: nan(1)}, None, ALPHA, "finite"),
    ({UP: ones(128, 4), DOWN: nan(4, 128)}, None, DOWN, "finite"),
    ({UP: ones(128, 4), DOWN: np.ones((4, 128), "int64")}, None, DOWN, "found I64"),
    ({**GOOD, KEY + "_lora_up.weight": ones(128, 4)}, None, KEY + "_lora_up.weight", "the same as"),
    ({"unet:x:up": ones(1, 1), "unet:x:down": ones(1, 1)}, None, "“unet:x:up”", "another name"),
    ({"unet:0:up": ones(128, 1), "unet:0:down": ones(1, 128)}, {"unet": '["ResnetBlock2D"]'}, "“unet”", "ResnetBlock2D"),
    ({**GOOD, "<s1>": ones(2, 2, 2)}, {"<s1>": "<embed>"}, "“<s1>”", "[2, 2, 2]"),
    ({**GOOD, "<s1>": ones(7)}, {"<s1>": "<embed>"}, f"width {WIDTH}", "found 7"),
    (GOOD, {"lora_adapter_metadata": "{"}, "JSON"),
    (GOOD, {"lora_adapter_metadata": '{"unet.r": 4, "unet.lora_alpha": "x"}'}, "“unet.lora_alpha”", "a number"),
    (GOOD, {"lora_adapter_metadata": '{"unet.r": 4, "unet.use_dora": true}'}, "DoRA"),
    ({"lora_unet_x.alpha": ones(1)}, None, "lora_unet_x.alpha", "no “down”"),
]


@test
def broken():
    """what is damaged or of another kind is refused, with the file and the key, and nothing is written"""
    assert len(BROKEN) >= 25
    for number, (tensors, metadata, *words) in enumerate(BROKEN):
        file = path(f"broken-{number}.safetensors")
        files.write(file, tensors, metadata)
        # inspect, which is fast, checks what reading finds; every eighth file, and all that need a model, are painted with.
        problem = inspect(file)["problem"]
        if problem and number % 8:
            assert all(word in problem for word in (os.path.basename(file), *words)), (problem, words)
            continue
        out = path(f"out-{number}")
        done = call("generate", "--model", MODEL, "--prompt", "a ball", "--size", "64x64", "--steps", "1",
                    "--lora", file, "--out", out)
        refused(done, f"broken-{number}.safetensors", *words)
        assert not os.path.isdir(out) or not os.listdir(out), number
    with open(path("short.safetensors"), "wb") as f:
        f.write(b"\x10\0\0\0\0\0\0\0{")
    os.makedirs(path("no-lora"), exist_ok=True)
    for file in ("short.safetensors", "no-lora"):
        refused(generate("a ball", "--lora", path(file)), file)
    with open(path("no-lora/words.txt"), "w", encoding="utf-8") as f:
        f.write("no tensors")
    refused(generate("a ball", "--lora", path("no-lora/words.txt")), "words.txt")
    kind = inspect(path("broken-0.safetensors"))
    assert kind["kind"] == "lora" and "LoHa" in kind["problem"], kind


# ---------------------------------------------------------------------------- documentation


def ip_adapters(home):
    """Both kinds of IP-Adapter for the embedded model and its image encoder; made without PyTorch."""
    width, vision = 256, {"base": 96, "plus": 128}
    image = dict(files.read(os.path.join(MODEL, "image_encoder/model.safetensors")))
    os.makedirs(os.path.join(home, "adapters/image_encoder"), exist_ok=True)
    shutil.copy(os.path.join(MODEL, "image_encoder/config.json"), os.path.join(home, "adapters/image_encoder"))
    files.write(os.path.join(home, "adapters/image_encoder/model.safetensors"),
                {**{n: np.array(t) for n, t in image.items()}, "visual_projection.weight": ones(96, 128)}, None)
    sites = [n for n in OWN if n.endswith("attn2.to_k.weight")]
    order = ["down", "up", "mid"]
    sites.sort(key=lambda n: (order.index(n.split("_")[0]), n))
    keys = {f"ip_adapter.{2 * i + 1}.to_{p}_ip.weight": 0.02 * ones(OWN[n].shape[0], width) for i, n in enumerate(sites) for p in "kv"}
    norm = lambda name, n: {f"image_proj.{name}.weight": ones(n), f"image_proj.{name}.bias": 0 * ones(n)}   # noqa: E731
    files.write(os.path.join(home, "adapters/ip-adapter_sd15.safetensors"), {
        "image_proj.proj.weight": 0.01 * ones(4 * width, vision["base"]), "image_proj.proj.bias": ones(4 * width),
        **norm("norm", width), **keys}, None)
    layer = {f"image_proj.layers.0.{n}": 0.01 * ones(*s) for n, s in (
        ("0.to_q.weight", (64, 32)), ("0.to_kv.weight", (128, 32)), ("0.to_out.weight", (32, 64)), ("1.1.weight", (128, 32)),
        ("1.3.weight", (32, 128)))}
    files.write(os.path.join(home, "adapters/ip-adapter-plus_sd15.safetensors"), {
        "image_proj.latents": ones(1, 16, 32), "image_proj.proj_in.weight": 0.01 * ones(32, vision["plus"]),
        "image_proj.proj_in.bias": ones(32), "image_proj.proj_out.weight": 0.01 * ones(width, 32),
        "image_proj.proj_out.bias": ones(width), **norm("norm_out", width), **norm("layers.0.0.norm1", 32),
        **norm("layers.0.0.norm2", 32), **norm("layers.0.1.0", 32), **layer, **keys}, None)
    shutil.copy(os.path.join(ROOT, "data/demo/concept.png"), os.path.join(home, "mug.png"))


def documented_files(home):
    """Writes every file that the documented lines name."""
    plain, names = factors(ATTENTIONS, alpha=False), numbered(OWN)
    for name, key in (("toy.safetensors", kohya), ("doubled.safetensors", lambda n, p: kohya(n, p, True)),
                      ("pytorch_lora_weights.safetensors", diffusers), ("unet-attn.safetensors", older),
                      ("my-adapter/adapter_model.safetensors", peft), ("style.safetensors", kohya),
                      ("lora_krk.safetensors", lambda n, p: f"{names[n]}:{p}"), ("lcm-lora-sdv1-5.safetensors", kohya)):
        save("docs/" + name, plain, key)
    save("docs/locon.safetensors", factors(OTHERS), kohya)
    bundled = {name: values.copy() for name, values in files.read(path("docs/toy.safetensors")).items()}
    files.write(path("docs/bundled.safetensors"), {**bundled, "bundle_emb.NAME.emb_params": ones(1, WIDTH)}, None)
    about = {"format": "1", "method": "textual-inversion", "name": "duck"}
    for name, tensors, metadata in (
            ("duck.pzconcept", {"words": ones(1, WIDTH)}, about),
            ("cat-toy.safetensors", {"<cat-toy>": ones(1, WIDTH)}, None),
            ("uc.safetensors", {"tensor": ones(1, LENGTH, WIDTH)}, None),
            ("loha.safetensors", {"lora_unet_x.hada_w1_a": ones(1)}, None),
            ("sdxl-lora.safetensors", {"lora_te2_x.lora_up.weight": ones(1, 1)}, None),
            ("control.safetensors", {"controlnet_cond_embedding.conv_in.weight": ones(1, 1)}, None)):
        files.write(os.path.join(home, name), tensors, metadata)
    ip_adapters(home)
    for name, there in (("elite-checkpoints", "elite"), ("taesd", "vae")):
        shutil.copytree(os.path.join(MODEL, there), os.path.join(home, name))
    site = next(name for name in OWN if name.endswith("attn2.to_k.weight"))
    os.makedirs(os.path.join(home, "cat-toy-weights"), exist_ok=True)
    for name, tensors in ((f"pytorch_custom_diffusion_weights",
                           {site.replace("to_k", "processor.to_k_custom_diffusion"): ones(*OWN[site].shape)}),
                          ("<new1>", {"<new1>": ones(WIDTH)})):
        files.write(os.path.join(home, f"cat-toy-weights/{name}.safetensors"), tensors, None)
    fingerprint = re.search(r'"model_fingerprint":"(\w+)"', json.dumps(picture("a ball")[1], separators=(",", ":")))[1]
    files.write(os.path.join(home, "teapot.pzconcept"), {"prefix": ones(1, 2, WIDTH)}, {
        **about, "method": "catversion", "class_word": "teapot", "prefix_first_layer": "2",
        "model_fingerprint": fingerprint})
    done = call("concept", os.path.join(home, "teapot.pzconcept"), "--export", os.path.join(home, "teapot"))
    assert done.returncode == 0, done.stderr


@test
def documented_lines():
    """every line in the table of docs/learned.md works as it stands"""
    with open(os.path.join(ROOT, "docs/learned.md"), encoding="utf-8") as f:
        table = next(part for part in f.read().split("\n\n") if part.startswith("| file | what it does"))
    lines = re.findall(r"`personalize ([^`]*)` \|\n?", table)
    assert len(lines) == table.strip().count("\n") - 1, "one for each row"
    home = path("docs")
    os.makedirs(home, exist_ok=True)
    documented_files(home)
    for line in lines:
        words = [word.strip('"') for word in re.findall(r'"[^"]*"|\S+', line)]
        if words[0] == "generate":
            words += ["--model", MODEL, "--size", "64x64", "--out", tempfile.mkdtemp(dir=SCRATCH)]
        done = subprocess.run([EXE, *words], capture_output=True, text=True, timeout=300, cwd=home,
                              env={**os.environ, "XDG_DATA_HOME": path("empty/x"), "PERSONALIZE_LORA_PATH": home})
        assert done.returncode == 0, (line, done.stderr)
        assert ("cannot be used" in done.stdout) == (words[0] == "inspect"), (line, done.stdout[:200])


try:
    run(sys.argv[4] if len(sys.argv) > 4 else None)
finally:
    shutil.rmtree(SCRATCH, ignore_errors=True)

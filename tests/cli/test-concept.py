# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Saved concepts end to end: encoding, showing, renaming, exporting, and making pictures with them.

Some tests write the concept files themselves, from rows of the model's own embedding table: a concept whose word has the vector
of "red" must give bit for bit the picture that "red" gives.
Usage: test-concept.py PERSONALIZE SOURCE_ROOT [NAME_PART]
"""

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
DEMO = os.path.join(ROOT, "data/demo/concept.png")
SEEN = ("--mask", "none")  # no search for the subject, which takes as long as painting it
SCRATCH = tempfile.mkdtemp(prefix="pz-concept-")


def read_json(file):
    with open(os.path.join(MODEL, file)) as f:
        return json.load(f)


TEXT, VOCABULARY = read_json("text_encoder/config.json"), read_json("tokenizer/vocab.json")
WIDTH, LAYERS = TEXT["hidden_size"], TEXT["num_hidden_layers"]
WORDS = [t.removesuffix("</w>") for t in VOCABULARY if t.endswith("</w>")]
RED, BALL = [w for w in WORDS if w.isascii() and w.isalpha() and len(w) > 3][:2]


def path(name):
    full = os.path.join(SCRATCH, name)
    os.makedirs(os.path.dirname(full), exist_ok=True)
    return full


def call(*args):
    home = {"XDG_DATA_HOME": path("empty/x"), "PERSONALIZE_EMBEDDING_PATH": ""}
    return subprocess.run([EXE, *args], capture_output=True, text=True, timeout=300, env={**os.environ, **home})


def done(*args):
    result = call(*args)
    assert result.returncode == 0, result.stderr
    return result


def refused(result, *words, status=1):
    said = [line for line in result.stderr.splitlines() if "%  " not in line]  # without progress
    assert result.returncode == status and len(said) == 1, (result.returncode, result.stderr)
    for word in words:
        assert word in result.stderr, (word, result.stderr)


def generate(prompt, *more):
    return ["generate", "--model", MODEL, "--prompt", prompt, "--size", "64x64", "--steps", "2", "--seed", "5",
            "--out", path("out"), *more]


def picture(prompt, *more):
    """Returns the picture's pixels, its recipe, and what the tool wrote to stderr, without progress."""
    from PIL import Image
    made = done(*generate(prompt, *more))
    image = Image.open(made.stdout.strip())
    return image.tobytes(), json.loads(image.text["personalize"]), \
        "".join(line for line in made.stderr.splitlines() if "%  " not in line)


def show(file):
    return json.loads(done("concept", file, "--json").stdout)


_encoded = []


def encoded():
    """ELITE's encoding of the demo picture, saved once."""
    if not _encoded:
        file = path("mug.pzconcept")
        done("encode", "--model", MODEL, "--image", DEMO, *SEEN, "--name", "mug", "--title", "The mug", "--out", file)
        _encoded.append(file)
    return _encoded[0]


def make(base, tensors, **metadata):
    """A concept file that was not written by our tool."""
    import safetensors_file
    file = path(base)
    safetensors_file.write(file, tensors, {"format": "1", "method": "textual-inversion", **metadata})
    return file


def rows(words):
    import numpy
    import safetensors_file
    table = safetensors_file.read(os.path.join(MODEL, "text_encoder/model.safetensors"))
    table = table["text_model.embeddings.token_embedding.weight"]
    return numpy.array(table[[VOCABULARY[f"{word}</w>"] for word in words]].astype("float32"))


# ---------------------------------------------------------------------------- ELITE encodings


@test
def encoded_is_the_picture():
    """a saved encoding gives the bits that its picture gives"""
    expected, recipe, _ = picture("a S at night", "--concept", DEMO, *SEEN)
    found, saved_recipe, said = picture("a S at night", "--concept", encoded())
    assert found == expected and said == ""
    assert "crop_sha256" in recipe["concepts"][0], recipe
    assert saved_recipe["concepts"] == [{"name": "mug", "method": "elite", "sha256": show(encoded())["sha256"]}]


@test
def shown():
    """what it is is shown, without paths"""
    facts = show(encoded())
    assert (facts["name"], facts["title"], facts["method"]) == ("mug", "The mug", "elite"), facts
    assert facts["words"] == 5 and facts["local"] > 0 and facts["width"] == WIDTH, facts
    assert facts["takes_fidelity"] and facts["has_thumbnail"], facts
    with open(encoded(), "rb") as f:
        data = f.read()
    assert b"/" + os.path.basename(DEMO).encode() not in data and os.path.dirname(DEMO).encode() not in data
    assert "The mug" in done("concept", encoded()).stdout
    kind = json.loads(done("inspect", encoded(), "--json").stdout)
    assert kind["kind"] == "concept" and kind["problem"] is None, kind


@test
def renamed():
    """another name is kept in the file and changes nothing else"""
    file = path("renamed.pzconcept")
    shutil.copy(encoded(), file)
    before = show(file)
    done("concept", file, "--rename", "cup", "--title", "Cup")
    after = show(file)
    assert (after["name"], after["title"]) == ("cup", "Cup") and after["sha256"] == before["sha256"], after
    refused(call("concept", file, "--rename", "two words"), "without blanks")
    os.symlink(file, path("link.pzconcept"))
    refused(call("concept", path("link.pzconcept"), "--rename", "mug"), "link.pzconcept", "link")
    os.chmod(file, 0o444)
    refused(call("concept", file, "--rename", "mug"), "renamed.pzconcept", "read-only")
    assert os.path.islink(path("link.pzconcept")) and show(file)["name"] == "cup"


@test
def fidelities():
    """each concept has a fidelity of its own, and one stands for all"""
    two = ["--concept", encoded(), "--concept", encoded()]
    once, recipe, _ = picture("a S1 by a S2", *two, "--fidelity", "0.4")
    assert "fidelity" not in recipe["concepts"][0] and recipe["fidelity"] == 0.4, recipe
    twice, recipe, _ = picture("a S1 by a S2", *two, "--fidelity", "0.4", "--fidelity", "0.4")
    assert once == twice and [c["fidelity"] for c in recipe["concepts"]] == [0.4, 0.4], recipe
    assert once != picture("a S1 by a S2", *two, "--fidelity", "0.4", "--fidelity", "1.4")[0]
    for given in (["2"], ["-1"], ["x"], ["1", "1", "1"]):
        more = [word for value in given for word in ("--fidelity=" + value,)]
        refused(call(*generate("a S1", *two, *more)), "--fidelity: expected", status=2)


# ---------------------------------------------------------------------------- learned concepts


@test
def words_alone():
    """words stand for their rows, all of them, in any model of their width"""
    file = make("ball.pzconcept", {"words": rows([RED, BALL])}, name="<ball>")
    expected, _, _ = picture(f"a {RED} {BALL} here")
    found, _, said = picture("a S here", "--concept", file)
    assert found == expected and said == ""
    assert picture("a S here", "--concept", file, "--fidelity", "0.3")[0] == expected
    assert "--fidelity has no effect" in picture("a S here", "--concept", file, "--fidelity", "0.3")[2]


@test
def words_beside_a_picture():
    """words and a picture's concept in one prompt: each where its placeholder is"""
    file = make("ball.pzconcept", {"words": rows([BALL])}, name="<ball>")
    expected, _, _ = picture(f"a S by a {BALL}", "--concept", DEMO, *SEEN)
    assert picture("a S1 by a S2", "--concept", DEMO, *SEEN, "--concept", file)[0] == expected
    assert picture("a S2 by a S1", "--concept", file, "--concept", DEMO, *SEEN)[0] == expected


def adapter(base, **more):
    import numpy
    model = json.loads(done("concept", encoded(), "--json").stdout)["model_fingerprint"]
    values = numpy.random.default_rng(7).standard_normal((1, 4, WIDTH)).astype("float32")
    return make(base, {"prefix": values}, **{"method": "catversion", "class_word": BALL, "name": "ball",
                                             "model_fingerprint": model,
                                             "prefix_first_layer": str(LAYERS - 2), **more})


@test
def text_adapters():
    """a text encoder adapter acts as its exported folder does; S is its class word"""
    file, folder = adapter("adapter.pzconcept"), path("adapter-folder")
    done("concept", file, "--export", folder)
    expected, _, _ = picture(f"a {RED} {BALL}", "--adapter", folder)
    assert picture(f"a {RED} S", "--concept", file)[0] == expected
    assert picture(f"a {RED} {BALL}", "--concept", file)[0] == expected, "the class word alone is enough"
    assert picture(f"a {RED} {BALL}")[0] != expected
    refused(call(*generate("a S", "--concept", file, "--adapter", folder)), "one text encoder adapter", "“ball”")
    other = adapter("other.pzconcept", name="other")
    refused(call(*generate("a S1 S2", "--concept", file, "--concept", other)), "“ball”", "“other”")


REPLACED = ["down_blocks.1.attentions.0.transformer_blocks.0.attn2.to_v.weight", "down_blocks.0.resnets.0.conv1.weight",
            "text_model.encoder.layers.0.self_attn.q_proj.weight"]


def weights_of(name):
    import safetensors_file
    file = "text_encoder/model.safetensors" if name.startswith("text_model") else UNET
    return safetensors_file.read(os.path.join(MODEL, file))[name].astype("float32")


UNET = "unet/diffusion_pytorch_model.safetensors"


def replacement(base, names=REPLACED, scale=0.6, **more):
    """A concept that contains only replaced weights: the model's own, each with added noise."""
    import numpy
    random = numpy.random.default_rng(11)
    tensors = {}
    for name in names:
        own = weights_of(name)
        tensors["override/" + name] = own + scale * own.std() * random.standard_normal(own.shape).astype("float32")
    return tensors, make(base, tensors, **{"method": "custom-diffusion", "class_word": BALL, "name": "ball",
                                           "model_fingerprint": show(encoded())["model_fingerprint"], **more})


def mixed_model(base, tensors, fidelity, tuned=False):
    """A copy of the model with the weights W + f (W' - W), computed by numpy; with `tuned`, ELITE's tuned weights too."""
    import numpy
    import safetensors_file
    folder = path(base)
    shutil.copytree(MODEL, folder)
    files = {"unet": UNET, "text": "text_encoder/model.safetensors", "elite": "elite/global_mapper.safetensors"}
    for part, file in files.items():
        values = {name: numpy.array(value) for name, value in safetensors_file.read(os.path.join(MODEL, file)).items()}
        for name, other in tensors.items():
            name = name.removeprefix("override/")
            change = numpy.float32(fidelity) * (other - weights_of(name))
            if part == "elite":
                name = name.replace(".", "_").replace("_weight", ".weight")
            if name in values and (part != "elite" or tuned):
                values[name] = (values[name].astype("float32") + change).astype(values[name].dtype)
        os.remove(os.path.join(folder, file))
        safetensors_file.write(os.path.join(folder, file), values, {"format": "pt"})
    return folder


def difference(a, b):
    return max(abs(x - y) for x, y in zip(a, b, strict=True))


@test
def replaced_weights():
    """a replaced weight acts as W + f (W' - W), as in a model that numpy mixed; 0 is the plain picture"""
    tensors, file = replacement("weights.pzconcept")
    plain = picture(f"a {RED} {BALL}")[0]
    assert picture(f"a {RED} S", "--concept", file, "--fidelity", "0")[0] == plain
    for fidelity in ("1", "0.5"):
        model = mixed_model(f"mixed-{fidelity}", tensors, fidelity)
        expected = picture(f"a {RED} {BALL}", "--model", model)[0]
        found, recipe, said = picture(f"a {RED} S", "--concept", file, "--fidelity", fidelity)
        assert difference(found, expected) <= 2 < 10 < difference(found, plain), fidelity
        assert said == "" and recipe["concepts"][0]["sha256"] == show(file)["sha256"], recipe
    kind = json.loads(done("inspect", file, "--json").stdout)
    assert kind["kind"] == "concept" and kind["problem"] is None, kind


@test
def replaced_weights_beside_a_picture():
    """where ELITE's tuned keys and values stand for the U-Net's own, what replaces these is added to them"""
    tensors, file = replacement("keys.pzconcept", [REPLACED[0]], scale=2.0)
    two = ["--concept", DEMO, *SEEN, "--concept", file, "--fidelity", "0.8"]
    model = mixed_model("mixed-keys", tensors, "1", tuned=True)
    plain = picture("a S1", "--concept", DEMO, *SEEN, "--fidelity", "0.8")[0]
    expected = picture(f"a S by a {BALL}", "--concept", DEMO, *SEEN, "--fidelity", "0.8", "--model", model)[0]
    found = picture("a S1 by a S2", *two, "--fidelity", "1")[0]
    assert difference(found, expected) <= 2 < 10 < difference(found, plain)


@test
def replaced_weights_of_others():
    """what replaces weights of another model, one weight twice, or weights of another shape is refused by name"""
    _, file = replacement("a.pzconcept")
    _, same = replacement("b.pzconcept", name="dog")
    refused(call(*generate("a S1 S2", "--concept", file, "--concept", same)), REPLACED[0], "“ball” and “dog”")
    _, strange = replacement("c.pzconcept", model_fingerprint="f00d")
    refused(call(*generate("a S", "--concept", strange)), "“ball”", "another model")
    import numpy
    fingerprint = show(encoded())["model_fingerprint"]
    for name, values, *words in (("conv_in.weight", numpy.ones((2, 3)), "[64, 16, 3, 3]", "[2, 3]"),
                                 ("conv_on.weight", numpy.ones((2, 3)), "conv_on.weight", "[2, 3]")):
        odd = make("odd.pzconcept", {"override/" + name: values.astype("float32")}, method="x", name="odd",
                   model_fingerprint=fingerprint)
        refused(call(*generate("a S", "--concept", odd)), "“odd” replaces " + name, *words)


@test
def other_models():
    """what was made for another model is refused by name"""
    import numpy
    refused(call(*generate("a S", "--concept", adapter("strange.pzconcept", model_fingerprint="f00d"))),
            "“ball”", "another model")
    wide = make("wide.pzconcept", {"words": numpy.ones((1, WIDTH + 1), "float32")}, name="wide")
    refused(call(*generate("a S", "--concept", wide)), "“wide”", f"width {WIDTH}", f"found {WIDTH + 1}")
    newer = make("newer.pzconcept", {"words": rows([BALL])}, format="2")
    refused(call(*generate("a S", "--concept", newer)), "format 1", "found 2")
    refused(call(*generate("a S", "--concept", encoded(), "--mask", DEMO)), "--mask", "a picture", status=2)


@test
def nothing_is_replaced():
    """what is there already is only replaced by force"""
    file = path("there.pzconcept")
    shutil.copy(encoded(), file)
    encode = ["encode", "--model", MODEL, "--image", DEMO, "--out"]
    refused(call(*encode, file), "--force")
    done(*encode, file, "--force")
    done(*encode, path("new/folder/there.pzconcept"))
    assert os.listdir(path("new/folder")) == ["there.pzconcept"]
    refused(call(*encode, path("x.bin")), "ends in .pzconcept", status=2)
    refused(call("encode", "--model", MODEL, "--out", path("y.pzconcept")), "--image", status=2)
    refused(call(*encode, path("y.pzconcept"), "--name", ""), "name")


# ---------------------------------------------------------------------------- formats of other programs


def published(torch, name):
    """What PyTorch reads from a published file: key -> shape, or the kind of the value."""
    data = os.environ.get("PZ_TEST_DATA")
    if not data:
        raise Skip("PZ_TEST_DATA is not set")
    return torch.load(os.path.join(data, "formats", name), weights_only=True, map_location="cpu")


def load(torch, file):
    return torch.load(file, weights_only=True)


@test
def exported_words():
    """words in the published files: PyTorch loads them, key for key and shape for shape as the real ones"""
    try:
        import torch
    except ImportError:
        raise Skip("no PyTorch here") from None
    both = torch.tensor(rows([RED, BALL]))
    words = make("two.pzconcept", {"words": both.numpy()}, name="X", recipe='{"steps": 7}')
    crossed = make("crossed.pzconcept", {"words": both.numpy()}, name="X", method="cross-initialization")
    for file, name in ((words, "inversion"), (crossed, "crossed")):
        for ending in (".bin", ".safetensors", ".pt"):
            done("concept", file, "--export", path(f"exports/{name}{ending}"))
    loaded = load(torch, path("exports/inversion.bin"))
    assert list(loaded) == ["X"] and torch.equal(loaded["X"], both)
    loaded = load(torch, path("exports/crossed.bin"))
    assert [(k, tuple(v.shape)) for k, v in loaded.items()] == [("X_v0", (WIDTH,)), ("X_v1", (WIDTH,))]
    assert torch.equal(torch.stack(list(loaded.values())), both)
    real = published(torch, "cross-init-28017-learned_embeds.bin")
    assert [k.replace("28017", "X") for k in real] == list(loaded)
    assert [v.dim() for v in real.values()] == [v.dim() for v in loaded.values()]
    loaded, real = load(torch, path("exports/inversion.pt")), published(torch, "a1111-bad-artist.pt")
    assert list(loaded) == list(real) and loaded["string_to_token"] == real["string_to_token"], loaded
    assert list(loaded["string_to_param"]) == ["*"] and torch.equal(loaded["string_to_param"]["*"], both)
    assert (loaded["name"], loaded["step"]) == ("X", 7), loaded
    import safetensors_file
    assert list(safetensors_file.read(path("exports/crossed.safetensors"))) == ["X_v0", "X_v1"]


@test
def exported_adapter():
    """an adapter's folder is CatVersion's: the same keys on one storage, the same settings"""
    try:
        import torch
    except ImportError:
        raise Skip("no PyTorch here") from None
    real = published(torch, "catversion-teapot/pytorch_adapter.bin")
    file, folder = adapter("cat.pzconcept"), path("cat-folder")
    done("concept", file, "--export", folder)
    assert sorted(os.listdir(folder)) == ["adapter_config.json", "pytorch_adapter.bin"]
    loaded = load(torch, os.path.join(folder, "pytorch_adapter.bin"))
    assert len({t.untyped_storage().data_ptr() for t in loaded.values()}) == 1
    ours = [k.replace(f"layers.{LAYERS - 2 + i}.", f"layers.{10 + i}.") for i, k in enumerate(loaded)]
    assert ours == list(real)[1:], "two layers here, three there"
    assert all(t.shape == (4 * WIDTH,) for t in loaded.values())
    with open(os.path.join(os.environ["PZ_TEST_DATA"], "formats/catversion-teapot/adapter_config.json")) as f:
        expected = f.read().replace('"hidden_size": 768', f'"hidden_size": {WIDTH}')
    with open(os.path.join(folder, "adapter_config.json")) as f:
        assert f.read() == expected


@test
def other_local_features():
    """as many local features as the image encoder makes, or the file is refused"""
    import safetensors_file
    tensors = {name: values.copy() for name, values in safetensors_file.read(encoded()).items()}
    tensors["local"] = tensors["local"][:1]
    file = path("few.pzconcept")
    safetensors_file.write(file, tensors, safetensors_file.read_metadata(encoded()))
    refused(call(*generate("a S at night", "--concept", file)), "local features, as the image encoder makes, found 1")


@test
def torch_files_that_lie():
    """tensors with more elements than their storage, or several on one storage, are refused before they are read"""
    try:
        import torch
    except ImportError:
        raise Skip("no PyTorch here") from None
    endless, shared = torch.zeros(1).expand(2 ** 40, 4), torch.zeros(100000)
    key = "mid_block.attentions.0.transformer_blocks.0.attn2.processor.to_{}_custom_diffusion.weight"
    for name, tensors, problem in (
            ("endless", {"words": endless}, "more elements than its storage"),
            ("shared", {f"override/unet.{i}.weight": shared.view(100000) for i in range(9)}, "data of their own"),
            ("endless-weights", {key.format("k"): endless}, "more elements than its storage"),
            ("shared-weights", {key.format(k): shared.view(100, 1000) for k in "kv"}, "data of their own")):
        file = path(f"{name}/pytorch_custom_diffusion_weights.bin" if "weights" in name else f"{name}.pzconcept")
        os.makedirs(os.path.dirname(file), exist_ok=True)
        torch.save({**({} if "weights" in name else {"format": "1", "method": "x"}), **tensors}, file)
        refused(call(*generate("a S at night", "--concept", file)), name, problem)


@test
def what_no_format_holds():
    """local features are in no published format, which is said"""
    refused(call("concept", encoded(), "--export", path("mug.bin")), "words and local features")
    assert not os.path.exists(path("mug.bin"))


try:
    run(sys.argv[3] if len(sys.argv) > 3 else None)
finally:
    shutil.rmtree(SCRATCH, ignore_errors=True)

# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""personalize learn celeb-basis: files written, read back and rejected; two people in one picture.

tests/nets compares what is learned with PyTorch.
Usage: test-people.py PERSONALIZE MODEL [NAME_PART]
"""

import json
import os
import shutil

from tap import Skip, test
from tool import MODEL, SCRATCH, call, finish, refused

DEMO = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../data/demo/concept.png")
QUICK = ("--model", MODEL, "--size", "64x64", "--f32", "--features", "free")
TWO = ("--person", f"zq={DEMO}", "--mask", "none", "--person", f"kx={DEMO}", "--mask", "none")


def path(name):
    return os.path.join(SCRATCH, name)


def names():
    with open(os.path.join(MODEL, "tokenizer/vocab.json"), encoding="utf-8") as f:
        words = sorted(w[:-4] for w in json.load(f) if w.endswith("</w>") and w[:-4].isascii() and w[:-4].isalpha())
    with open(path("names.txt"), "w", encoding="utf-8") as f:
        f.writelines(f"{a} {b}\n" for a, b in zip(words[:30], words[30:60]))
    return path("names.txt")


def learn(out, *more, people=TWO, status=0):
    done = call("learn", "celeb-basis", *people, *QUICK, "--out", path(out), "--force", *more)
    assert done.returncode == status, done.stderr
    return done


def people():
    """A folder with both people, learned once."""
    if not os.path.exists(path("people")):
        learn("people", "--names", names(), "--steps", "2")
    return path("people")


def read(*parts):
    with open(os.path.join(*parts), "rb") as f:
        return f.read()


def picture(prompt, *more):
    done = call("generate", "--model", MODEL, "--prompt", prompt, "--size", "64x64", "--steps", "2", "--seed", "3",
                "--f32", "--out", path("picture.png"), "--force", *more)
    assert done.returncode == 0, done.stderr
    return read(path("picture.png"))[-3000:]  # after the recipe, which contains file names


def pixels(prompt, *more):
    from PIL import Image
    picture(prompt, *more)
    with Image.open(path("picture.png")) as image:
        return image.tobytes()


@test
def files():
    """a folder has a concept of each person, and what the authors publish"""
    assert sorted(os.listdir(people())) == [
        "celeb_basis.pt", "embeddings_gs-1.pt", "id_coefficient_000.pt", "id_coefficient_001.pt", "id_embedding_000.pt",
        "id_embedding_001.pt", "kx.pzconcept", "zq.pzconcept"]
    for name in ("zq", "kx"):
        told = json.loads(call("concept", os.path.join(people(), f"{name}.pzconcept"), "--json").stdout)
        assert (told["name"], told["words"], told["method"]) == (name, 2, "celeb-basis"), told
        assert told["coefficients"] > 0 and json.loads(told["recipe"])["features"] == "free", told


@test
def both():
    """two people in one prompt: in either order, and again"""
    one, other = (os.path.join(people(), f"{name}.pzconcept") for name in ("zq", "kx"))
    given = ("--concept", one, "--concept", other)
    first = pixels("a S1 person and a S2 person", *given)
    assert pixels("a S2 person and a S1 person", *given) != first
    assert pixels("a S2 person and a S1 person", "--concept", other, "--concept", one) == first
    again = pixels("a S1 and a S2 and a S1", *given)
    assert again == pixels("a zq and a kx and a zq", "--embedding", f"zq={people()}/id_embedding_000.pt",
                           "--embedding", f"kx={people()}/id_embedding_001.pt") != first


@test
def coefficients():
    """coefficients are read with the basis beside them, and not without"""
    prompt = "a zq person"
    expected = pixels(prompt, "--embedding", f"zq={people()}/id_embedding_001.pt")
    assert pixels(prompt, "--embedding", f"zq={people()}/id_coefficient_001.pt") == expected
    assert pixels("a embeddings_gs-1-1 person", "--embedding", f"{people()}/embeddings_gs-1.pt") == expected
    alone = os.path.join(SCRATCH, "alone")
    os.makedirs(alone, exist_ok=True)
    shutil.copy(os.path.join(people(), "id_coefficient_000.pt"), alone)
    refused(call("generate", "--model", MODEL, "--prompt", prompt, "--out", path("x.png"), "--embedding",
                 f"zq={alone}/id_coefficient_000.pt"), "celeb_basis.pt", "found none")
    listed = call("info", env={"PERSONALIZE_EMBEDDING_PATH": alone}).stdout
    assert "celeb_basis.pt, found none" in " ".join(listed.split()), listed
    learn("other", "--names", names(), "--steps", "1", "--basis", os.path.join(people(), "celeb_basis.pt"), status=2)


@test
def layer():
    """the layer that people share is written as the authors name it, made words of by them, and started from"""
    import torch
    basis = ("--basis", os.path.join(people(), "celeb_basis.pt"))
    seen = ("--features", "image", "--seed", "5")
    learn("shared", *basis, *seen, "--steps", "3")
    both = torch.load(path("shared/embeddings_gs-2.pt"), weights_only=True)
    net, p = both["meta_id_net"], both["id_coefficients"][0].shape[2]
    assert sorted(net) == ["stylegan_mlp.net.0.bias", "stylegan_mlp.net.0.weight"], net
    weight, bias = net["stylegan_mlp.net.0.weight"], net["stylegan_mlp.net.0.bias"]
    assert weight.shape[0] == 2 * p and bias.shape == (2 * p,) and bias.abs().max() > 0, (weight.shape, bias)
    assert "meta_id_net" not in torch.load(os.path.join(people(), "embeddings_gs-1.pt"), weights_only=True)
    # Two steps in one run and two runs of one step draw different samples, so their results differ; but a step with a
    # negligible rate keeps the layer that it starts from.
    torch.save({"meta_id_net": net}, path("net.pt"))
    learn("again", *basis, *seen, "--steps", "1", "--lr", "1e-7", "--layer", path("net.pt"))
    again = torch.load(path("again/embeddings_gs-0.pt"), weights_only=True)
    assert (again["meta_id_net"]["stylegan_mlp.net.0.weight"] - weight).abs().max() < 1e-5
    assert (again["meta_id_net"]["stylegan_mlp.net.0.bias"] - bias).abs().max() < 1e-5
    # The shared folder holds a running mean that started from the random initial layer three steps earlier.
    moved = (again["id_coefficients"][0] - both["id_coefficients"][0]).abs().max()
    assert moved > 1e-4, moved
    refused(call("generate", "--model", MODEL, "--prompt", "a net", "--out", path("x.png"), "--embedding", path("net.pt")),
            "found only the layer that Celeb Basis makes them with", "--layer")
    refused(learn("never", *basis, *seen, "--layer", path("people/id_embedding_000.pt"), status=1), "expected the layer")
    torch.save({"meta_id_net": {"stylegan_mlp.net.0.weight": weight[:, 1:], "stylegan_mlp.net.0.bias": bias}}, path("net.pt"))
    refused(learn("never", *basis, *seen, "--layer", path("net.pt"), status=1), "layer: expected one of", f"{2 * p} by")
    net["stylegan_mlp.net.0.bias"][0] = float("nan")
    torch.save({"meta_id_net": net}, path("net.pt"))
    refused(learn("never", *basis, *seen, "--layer", path("net.pt"), status=1), "meta_id_net: expected finite numbers")
    refused(call("learn", "textual-inversion", "--model", MODEL, "--image", DEMO, "--name", "zq", "--out", path("x.bin"),
                 "--layer", path("net.pt")), "--layer: expected none", status=2)


@test
def resumed():
    """a run that was stopped goes on with the same bits, the mean too"""
    one = ("--person", f"zq={DEMO}", "--mask", "none")
    basis = ("--basis", os.path.join(people(), "celeb_basis.pt"))
    learn("whole.pzconcept", *basis, "--steps", "3", people=one)
    learn("part.pzconcept", *basis, "--steps", "1", people=one)
    done = call("learn", "celeb-basis", *one, *QUICK, *basis, "--out", path("part.pzconcept"), "--steps", "3", "--resume")
    assert done.returncode == 0, done.stderr
    assert read(path("whole.pzconcept")) == read(path("part.pzconcept"))
    refused(call("learn", "celeb-basis", "--person", f"kx={DEMO}", "--mask", "none", *QUICK, *basis, "--resume", "--steps",
                 "4", "--out", path("part.pzconcept")), "another people")


@test
def faces():
    """by faces: no face in a drawing is said by the person's name, and what helps; a photograph's face is learned"""
    basis = ("--basis", os.path.join(people(), "celeb_basis.pt"))
    size = ("--model", MODEL, "--size", "64x64", "--f32", "--steps", "1", "--force")
    refused(call("learn", "celeb-basis", "--person", f"zq={DEMO}", *size, *basis, "--out", path("face.pzconcept")),
            "zq: expected a face, found none", "image encoder")
    photograph = os.path.join(os.environ.get("PZ_TEST_DATA", ""), "concepts/faces/synthetic-0.jpg")
    if not os.path.exists(photograph):
        raise Skip("PZ_TEST_DATA is not set")
    done = call("learn", "celeb-basis", "--person", f"zq={photograph}", *size, *basis, "--out", path("face.pzconcept"))
    assert done.returncode == 0, done.stderr
    told = json.loads(call("concept", path("face.pzconcept"), "--json").stdout)
    assert json.loads(told["recipe"])["features"] == "face", told
    # the picture has no face: the tool reports it on stderr and in the JSON output
    done = call("generate", "--model", MODEL, "--concept", path("face.pzconcept"), "--prompt", "a S", "--size", "64x64",
                "--steps", "1", "--out", path("shown.png"), "--force", "--json")
    assert done.returncode == 0 and "no face found to compare with zq" in done.stderr, done.stderr
    assert json.loads(done.stdout)["variants"][0]["people"] == [{"name": "zq", "faces": 0}], done.stdout
    # the photograph itself, hardly painted over, contains the photograph's face
    done = call("generate", "--model", MODEL, "--concept", path("face.pzconcept"), "--prompt", "a S", "--init-image", photograph,
                "--strength", "0.02", "--steps", "50", "--size", "512x512", "--out", path("shown.png"), "--force", "--json")
    assert done.returncode == 0, done.stderr
    likeness = json.loads(done.stdout)["variants"][0]["people"][0]
    pair = json.loads(call("faces", photograph, path("shown.png"), "--json").stdout)
    if likeness["faces"] > 0:
        assert abs(likeness["similarity"] - pair["similarity"]) < 5e-3, (likeness, pair)
    assert likeness["faces"] == len(pair["pictures"][1]["faces"]), (likeness, pair)
    # drawings are learned without a face, and no message mentions faces
    done = call("generate", "--model", MODEL, "--concept", os.path.join(people(), "zq.pzconcept"), "--prompt", "a S", "--size",
                "64x64", "--steps", "1", "--out", path("shown.png"), "--force", "--json")
    assert "face" not in done.stderr and "people" not in json.loads(done.stdout)["variants"][0], done


@test
def refusals():
    """what cannot be asked of people is said"""
    basis = ("--basis", os.path.join(people(), "celeb_basis.pt"))
    one = ("--person", f"zq={DEMO}", "--mask", "none")

    def ask(*more, out="never"):
        return call("learn", "celeb-basis", *QUICK, "--out", path(out), *more)
    refused(ask(*one), "--basis: expected", status=2)
    refused(ask(*basis), "--person: expected", status=2)
    refused(ask(*basis, "--person", DEMO), "--person: expected TOKEN=FILE", status=2)
    refused(ask(*basis, *one, "--name", "zq"), "--name: expected none", status=2)
    refused(ask(*basis, *TWO, out="never.pzconcept"), "--out: expected a folder", status=2)
    refused(ask(*basis, *one, out="never.bin"), "--out: expected a folder", status=2)
    refused(ask(*basis, *one, "--features", "smell"), "--features: expected face, image, free", status=2)
    refused(ask(*basis, *one, "--recognizer", DEMO), "--recognizer: expected none", status=2)
    for option, value in (("--title", "Ann"), ("--class-word", "woman"), ("--shows", "zq")):
        more = ("--image", f"zp={DEMO}") if option == "--shows" else ()
        refused(ask(*basis, *more, *one, option, value), f"{option}: expected none", value, status=2)
    refused(ask(*basis, *one, "--no-zoom"), "--no-zoom: expected a method", "celeb-basis", status=2)
    refused(ask(*basis, *one, *one), "people: expected a different name for each")
    refused(ask(*basis, *one, "--vectors", "3"), "two words for each person")
    refused(ask("--basis", os.path.join(people(), "id_embedding_000.pt"), *one), "expected a basis of names")
    refused(call("learn", "textual-inversion", *one, "--name", "zq", "--out", path("x.bin")),
            "--image: expected a picture's file alone", "--name TOKEN", f"zq={DEMO}", status=2)
    refused(call("learn", "textual-inversion", "--image", f"zq={DEMO}", "--out", path("x.bin")),
            "--image: expected a picture's file alone", status=2)
    refused(call("learn", "textual-inversion", *QUICK, "--image", DEMO, "--name", "zq", "--out", path("x.bin")),
            "--features: expected none", status=2)


finish()

# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""personalize learn end to end: rejected options, written files, resuming.

Usage: test-learn.py PERSONALIZE SOURCE_ROOT [NAME_PART]
"""

import json
import os
import shutil
import subprocess
import sys

from learning import DEMO, EXE, MODEL, QUICK, SCRATCH, call, command, learn, path, read, refused, safetensors_file
from tap import Skip, run, test


# ---------------------------------------------------------------------------- rejected options


@test
def bad_options():
    """one sentence for what cannot be, before anything is loaded, and nothing is written"""
    ti = "textual-inversion"
    with open(path("no-picture.png"), "w") as f:
        f.write("no picture")
    with open(path("lines.txt"), "w") as f:
        f.write("a photo without a place\n")
    cases = [
        (call("dreamboth"), ["METHOD", "textual-inversion", "dreamboth"]),
        (call(ti, "--class-word", "mug", name=""), ["name"]),
        (call(ti, "--class-word", "mug", name="my mug"), ["without blanks"]),
        (call(ti, "--class-word", "mug", name="mug"), ["no word of the vocabulary", "mug"]),
        (call(ti), ["class word"]),
        (call(ti, "--class-word", "coffeepot"), ["class word", "expected 1 token", "coffeepot"]),
        (call(ti, "--init", "red mug cat", "--vectors", "2"), ["init", "expected 2 tokens", "found 3", "(red, mug, cat)"]),
        (call(ti, *QUICK, images=()), ["--image", "a picture of the thing"]),
        (call(ti, *QUICK, images=(path("nowhere.png"),)), ["nowhere.png"]),
        (call(ti, *QUICK, "--steps", "0"), ["--steps"]),
        (call(ti, *QUICK, "--steps", "100001"), ["--steps"]),
        (call(ti, *QUICK, "--lr", "11"), ["--lr"]),
        (call(ti, *QUICK, "--lr", "1e-9"), ["rate", "1e-07"]),
        (call(ti, "--class-word", "mug", "--batch", "65"), ["batch", "1 to 64", "65"]),
        (call(ti, *QUICK, "--vectors", "17"), ["vectors", "1 to 16", "17"]),
        (call("catversion", *QUICK, "--vectors", "2", out="folder"), ["vectors", "adapter"]),
        (call("catversion", "--f32", out="folder"), ["class word"]),
        (call("catversion", *QUICK, out="x.bin"), ["--out", "folder"]),
        (call(ti, *QUICK, out="folder"), ["--out", ".pzconcept"]),
        (call("elite-refine", out="x.safetensors"), ["--out", ".pzconcept for local features"]),
        (call("elite-refine", out="folder"), ["--out", ".pzconcept for local features"]),
        (call("elite-refine", "--vectors", "2"), ["vectors", "one word"]),
        (call("custom-diffusion", "--f32"), ["class word", "thing 1"]),
        (call("custom-diffusion", *QUICK, "--vectors", "2"), ["vectors", "each thing"]),
        (call("custom-diffusion", *QUICK, "--size", "64x128"), ["size", "square", "64x128"]),
        (call("custom-diffusion", *QUICK, "--shows", "zp"), ["--shows", "one of the --name", "zp"]),
        (call("custom-diffusion", *QUICK, "--prior", "1001"), ["--prior", "1000"]),
        (call("custom-diffusion", *QUICK, "--name", "zp", out="folder"), ["at least one of each thing", "zp"]),
        (call("custom-diffusion", *QUICK, "--name", "zp"), ["--out", "a folder for several things"]),
        (call("custom-diffusion", *QUICK, out="x.safetensors"), ["--out", "words and weights"]),
        (call("custom-diffusion", *QUICK, "--rank", "4"), ["--rank", "learns a LoRA", "custom-diffusion"]),
        (call("dreambooth-lora", "--f32"), ["class word", "behind the name"]),
        (call("dreambooth-lora", *QUICK, "--rank", "129"), ["rank", "1 to 128", "129"]),
        (call("dreambooth-lora", *QUICK, out="x.bin"), ["--out", ".safetensors for a LoRA"]),
        (call(ti, *QUICK, "--prior", "3"), ["pictures of the class", "takes none"]),
        (call(ti, *QUICK, "--name", "zp"), ["--name", "as many things", "zp"]),
        (call(ti, *QUICK, "--size", "60x64"), ["size", "multiples"]),
        (call(ti, *QUICK, "--templates", "poem"), ["--templates"]),
        (call(ti, *QUICK, "--templates", path("lines.txt")), ["captions", "{}", "without a place"]),
        (call(ti, *QUICK, "--image", path("no-picture.png")), ["no-picture.png"]),
        (call(ti, *QUICK, "--mask", DEMO), ["--mask", "once for each"]),
        (call(ti, *QUICK, "--masked"), ["--masked"]),
        (call(ti, *QUICK, "--resume"), ["--resume", "x.pzconcept.resume"]),
        (call(ti, *QUICK, "--sample", " "), ["prompt", "blanks"]),
        (call("cross-initialization", *QUICK, "--names", path("nowhere.txt")), ["nowhere.txt"]),
    ]
    for done, words in cases:
        refused(done, *words)
    assert not [f for f in os.listdir(SCRATCH) if f.startswith("x.")], os.listdir(SCRATCH)


@test
def zero_is_a_number():
    """0 is not taken for an option that was not given: where it cannot be, it is refused, and --prior-weight names --prior 0"""
    lora = ("dreambooth-lora", *QUICK)
    for option, more in (("--lr", ()), ("--batch", ()), ("--vectors", ()), ("--rank", ()), ("--alpha", ()),
                         ("--prior-weight", ("--prior", "2")), ("--sample-every", ("--sample", "a S"))):
        for value in ("0", "-1"):
            done = call(*lora, *more, option, value, out="x.safetensors")
            assert done.returncode == 2, done
            refused(done, f"{option}: expected a", " number above 0", f"found “{value}”")
    refused(call(*lora, "--prior", "2", "--prior-weight", "0", out="x.safetensors"), "--prior 0 leaves the class out")
    refused(call(*lora, "--lr", "nan", out="x.safetensors"), "--lr", "nan")


@test
def options_without_effect():
    """an option that the method or another option leaves unused is refused by name"""
    names, ti = path("some-names.txt"), "textual-inversion"
    with open(names, "w") as f:
        f.write("John Smith\nMary Brown\n")
    cases = (
        (ti, ("--names", names), ["--names: expected a method that starts from names", ti]),
        ("dreambooth-lora", ("--names", names), ["--names"]),
        ("catversion", ("--init", "mug"), ["--init: expected a method that starts from words", "catversion"]),
        ("elite-refine", ("--init", "mug"), ["--init"]),
        ("dreambooth-lora", ("--init", "mug"), ["--init"]),
        ("cross-initialization", ("--init", "red mug", "--names", names), ["--init: expected none: --names", "red mug"]),
        (ti, ("--no-zoom",), ["--no-zoom: expected a method that zooms", ti]),
        (ti, ("--alpha", "2"), ["--alpha: expected a method that learns a LoRA", ti]),
        (ti, ("--train-text-encoder",), ["--train-text-encoder"]),
        (ti, ("--prior-weight", "0.5"), ["--prior-weight: expected pictures of the class (--prior)"]),
        ("dreambooth-lora", ("--prior-weight", "0.5"), ["--prior-weight"]),
        ("custom-diffusion", ("--prior-weight", "0.5", "--prior", "0"), ["--prior-weight"]),
        (ti, ("--sample-every", "5"), ["--sample-every: expected a --sample"]),
        ("dreambooth-lora", ("--title", "Mine"), ["--title: expected an --out that has a place for it, .pzconcept"]),
    )
    for method, more, words in cases:
        out = {"custom-diffusion": "folder", "dreambooth-lora": "x.safetensors"}.get(method, "x.pzconcept")
        done = call(method, *QUICK, *more, out=out)
        assert done.returncode == 2, (method, more, done)
        refused(done, *words)


@test
def files_that_are_there():
    """losses of an earlier run are not replaced, which is said before the pictures are looked at"""
    for ending in (".loss.csv", ".loss.png"):
        mine = path("mine.pzconcept" + ending)
        with open(mine, "w") as f:
            f.write("mine")
        refused(call("textual-inversion", *QUICK, "--image", path("nowhere.png"), out="mine.pzconcept"),
                "mine.pzconcept" + ending, "--force")
        with open(mine) as f:
            assert f.read() == "mine"
        os.remove(mine)


@test
def bad_pictures():
    """pictures of one pixel, masks of another size, masks of nothing"""
    try:
        from PIL import Image
    except ImportError:
        raise Skip("no PIL here") from None
    Image.new("RGB", (1, 1)).save(path("pixel.png"))
    Image.new("L", (9, 9), 255).save(path("small-mask.png"))
    Image.new("L", Image.open(DEMO).size, 0).save(path("empty-mask.png"))
    small = [word if word != DEMO else path("pixel.png") for word in command("textual-inversion", *QUICK)]
    refused(subprocess.run(small, capture_output=True, text=True), "picture 1", "found 1 x 1")
    refused(call("textual-inversion", *QUICK, mask=path("small-mask.png")), "mask of picture 1", "9 x 9")
    refused(call("textual-inversion", *QUICK, mask=path("empty-mask.png")), "at least one pixel inside")


@test
def little_memory():
    """too little memory is said before anything is loaded"""
    done = subprocess.run(command("textual-inversion", *QUICK), capture_output=True, text=True,
                          env={**os.environ, "PERSONALIZE_MEMORY_LIMIT": "8"})
    refused(done, "MiB of memory", "are free")
    assert not os.path.exists(path("x.pzconcept.resume"))


# ---------------------------------------------------------------------------- written files


@test
def written():
    """a concept, the losses as table and curve, the checkpoint; and pictures are made with it"""
    from PIL import Image
    events = learn("cross-initialization", *QUICK, "--steps", "4", "--sample", "a S here", "--sample-every", "2",
                   "--title", "My thing", out="w/a.pzconcept")
    kinds = [e["event"] for e in events]
    assert kinds[:2] == ["start", "forecast"] and events[1]["seconds"] > 0 and not events[1]["at_most"], events[:2]
    assert kinds[-1] == "done" and kinds.count("step") == 4, kinds
    assert [e["step"] for e in events if e["event"] == "sample"] == [0, 2, 4], events
    files = sorted(os.listdir(path("w")))
    assert files == ["a.pzconcept", "a.pzconcept.loss.csv", "a.pzconcept.loss.png", "a.pzconcept.resume",
                     "a.pzconcept.sample-0-1.png", "a.pzconcept.sample-2-1.png", "a.pzconcept.sample-4-1.png"], files
    with open(path("w/a.pzconcept.loss.csv")) as f:
        rows = f.read().splitlines()
    assert rows[0].startswith("step,loss,level") and len(rows) == 5, rows
    assert Image.open(path("w/a.pzconcept.loss.png")).size == (640, 320)
    facts = json.loads(subprocess.run([EXE, "concept", path("w/a.pzconcept"), "--json"], capture_output=True,
                                      text=True).stdout)
    assert (facts["method"], facts["words"], facts["title"]) == ("cross-initialization", 2, "My thing"), facts
    recipe = json.loads(facts["recipe"])
    assert (recipe["steps"], recipe["batch"], recipe["templates"]) == (4, 2, "object"), recipe
    assert SCRATCH not in facts["recipe"] and DEMO not in facts["recipe"]
    made = subprocess.run([EXE, "generate", "--model", MODEL, "--concept", path("w/a.pzconcept"), "--prompt", "a S",
                           "--size", "64x64", "--steps", "2", "--out", path("w/made")], capture_output=True, text=True)
    assert made.returncode == 0, made.stderr
    refused(call("cross-initialization", *QUICK, out="w/a.pzconcept"), "a.pzconcept")


@test
def rate_by_size():
    """Textual Inversion's own rate goes with the size of the word it starts from; a rate that is asked for stands"""
    import numpy as np
    table = safetensors_file.read(os.path.join(MODEL, "text_encoder/model.safetensors"))
    rows = table["text_model.embeddings.token_embedding.weight"].astype(float)
    with open(os.path.join(MODEL, "tokenizer/vocab.json")) as f:
        word = rows[json.load(f)["mug</w>"]]
    published = 2e-3 / (0.4 / np.sqrt(768))  # relative to a word vector of Stable Diffusion 1.x, whose norm is about 0.4
    for more, rate in (((), published * np.sqrt(np.mean(word * word))), (("--lr", "2e-3"), 2e-3)):
        learn("textual-inversion", *QUICK, "--steps", "1", "--force", *more, out="rate.pzconcept")
        facts = json.loads(subprocess.run([EXE, "concept", path("rate.pzconcept"), "--json"], capture_output=True,
                                          text=True).stdout)
        said = json.loads(facts["recipe"])["rate"]
        assert abs(said / rate - 1) < 0.01, (more, said, rate)  # the norm is known to two digits


@test
def found_masks():
    """a mask that was found does not change what the loss counts, one that was given does, and either may be said"""
    from PIL import Image
    Image.new("L", Image.open(DEMO).size, 255).save(path("all.png"))
    found, given = {"mask": None}, {"mask": path("all.png")}
    for how, more, loss in ((found, (), "whole pictures"), (found, ("--masked",), "masked"), (given, (), "masked"),
                            (given, ("--unmasked",), "whole pictures")):
        learn("textual-inversion", *QUICK, "--steps", "1", "--force", *more, out="m.pzconcept", **how)
        facts = json.loads(subprocess.run([EXE, "concept", path("m.pzconcept"), "--json"], capture_output=True,
                                          text=True).stdout)
        assert json.loads(facts["recipe"])["loss"] == loss, (how, more, facts["recipe"])


@test
def refined():
    """what ELITE's encoder says, moved: a word and local features that pictures are made with, for this model alone"""
    subprocess.run([EXE, "encode", "--model", MODEL, "--image", DEMO, "--mask", "none", "--f32", "--out",
                    path("seen.pzconcept")],
                   check=True, capture_output=True, timeout=600)
    learn("elite-refine", *QUICK, "--steps", "3", "--lr", "0.01", out="r/a.pzconcept")
    seen, found = read("seen.pzconcept"), read("r/a.pzconcept")
    assert found["words"].shape == (1, seen["words"].shape[1]) and found["local"].shape == seen["local"].shape
    # An Adam step has about the size of the learning rate, and at most about three times that if earlier gradients were small.
    assert 0.01 < abs(found["words"][0] - seen["words"][0]).max() <= 0.1
    moved = abs(found["local"] - seen["local"])
    assert 0.01 < moved.max() <= 0.1, moved.max()
    facts = [json.loads(subprocess.run([EXE, "concept", path(name), "--json"], capture_output=True, text=True).stdout)
             for name in ("seen.pzconcept", "r/a.pzconcept")]
    assert facts[1]["method"] == "elite-refine", facts[1]
    for key in ("model_fingerprint", "elite_fingerprint", "licence"):
        assert facts[0].get(key) == facts[1].get(key), (key, facts)
    pictures = []
    for fidelity in ("0", "1"):
        done = subprocess.run([EXE, "generate", "--model", MODEL, "--concept", path("r/a.pzconcept"), "--prompt", "a S",
                               "--size", "64x64", "--steps", "2", "--fidelity", fidelity, "--out",
                               path(f"r/made-{fidelity}")], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        folder = path(f"r/made-{fidelity}")
        with open(os.path.join(folder, os.listdir(folder)[0]), "rb") as f:
            pictures.append(f.read())
    assert pictures[0] != pictures[1]
    other = shutil.copytree(MODEL, path("other-model"))
    with open(os.path.join(other, "unet/diffusion_pytorch_model.safetensors"), "r+b") as f:
        f.seek(-1, os.SEEK_END)
        last = f.read(1)[0]
        f.seek(-1, os.SEEK_END)
        f.write(bytes([last ^ 0x80]))  # flips the sign of one weight
    done = subprocess.run([EXE, "generate", "--model", other, "--concept", path("r/a.pzconcept"), "--prompt", "a S",
                           "--out", path("r/other")], capture_output=True, text=True)
    refused(done, "another model")


@test
def published():
    """words in the published files and an adapter in its folder"""
    learn("textual-inversion", *QUICK, "--steps", "1", "--vectors", "2", out="p/ti.safetensors")
    learn("cross-initialization", *QUICK, "--steps", "1", out="p/ci.safetensors")
    learn("catversion", *QUICK, "--steps", "1", out="p/cat")
    assert [(k, v.shape[0]) for k, v in read("p/ti.safetensors").items()] == [("zq", 2)]
    assert list(read("p/ci.safetensors")) == ["zq_v0", "zq_v1"]
    assert sorted(os.listdir(path("p/cat"))) == ["adapter_config.json", "pytorch_adapter.bin"]


# ---------------------------------------------------------------------------- identical bits


@test
def parts_of_a_batch():
    """a batch taken in parts learns the same, to rounding"""
    import numpy
    more = (*QUICK, "--size", "128x128", "--steps", "3", "--lr", "0.01")
    one = learn("textual-inversion", *more, "--batch", "1", "--steps", "1", out="one.pzconcept")
    whole = learn("textual-inversion", *more, "--batch", "16", out="whole.pzconcept")
    limit = (one[0]["device_bytes"] + whole[0]["device_bytes"]) // 2 // 2 ** 20
    done = subprocess.run(command("textual-inversion", *more, "--batch", "16", "--json", out="parts.pzconcept"),
                          capture_output=True, text=True,
                          env={**os.environ, "PERSONALIZE_MEMORY_LIMIT": str(limit)})
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[0])["samples_at_once"] < 16, done.stdout
    a, b = (read(f"{name}.pzconcept")["words"] for name in ("whole", "parts"))
    # Adam's first steps are the learning rate times the sign of the gradient: a thousandth of three steps is rounding.
    assert numpy.abs(a - b).max() < 1e-3 * 0.03, numpy.abs(a - b).max()


@test
def resumed():
    """stopped and continued: the bits of a run that was not"""
    more = (*QUICK, "--lr", "0.01")
    learn("cross-initialization", *more, "--steps", "6", out="straight.pzconcept")
    learn("cross-initialization", *more, "--steps", "3", out="halted.pzconcept")
    events = learn("cross-initialization", *more, "--steps", "6", "--resume", out="halted.pzconcept")
    assert [e["step"] for e in events if e["event"] == "step"] == [4, 5, 6], events
    assert (read("straight.pzconcept")["words"] == read("halted.pzconcept")["words"]).all()
    # The best values so far are of the same step, too: where a run was stopped leaves no trace.
    straight, halted = (read(f"{name}.pzconcept.resume") for name in ("straight", "halted"))
    assert set(straight) == set(halted)
    assert [name for name in straight if (straight[name] != halted[name]).any()] == []
    with open(path("straight.pzconcept.loss.csv")) as a, open(path("halted.pzconcept.loss.csv")) as b:
        assert [r.split(",")[1] for r in a] == [r.split(",")[1] for r in b]
    refined = (*QUICK, "--lr", "0.01")
    learn("elite-refine", *refined, "--steps", "4", out="straight-elite.pzconcept")
    learn("elite-refine", *refined, "--steps", "2", out="halted-elite.pzconcept")
    learn("elite-refine", *refined, "--steps", "4", "--resume", out="halted-elite.pzconcept")
    for part in ("words", "local"):
        assert (read("straight-elite.pzconcept")[part] == read("halted-elite.pzconcept")[part]).all(), part
    refused(call("cross-initialization", *more, "--seed", "9", "--resume", out="halted.pzconcept"), "another seed")
    refused(call("textual-inversion", *more, "--resume", out="halted.pzconcept"), "another method")
    refused(call("cross-initialization", *more, "--templates", "style", "--resume", out="halted.pzconcept"),
            "another templates")


@test
def errors_are_events():
    """with --json what went wrong is the last event, and the sentence on standard error"""
    done = call("textual-inversion", *QUICK, "--json", images=(path("nowhere.png"),), out="event.pzconcept")
    event = json.loads(done.stdout.splitlines()[-1])
    assert event["event"] == "error" and event["exit_status"] == done.returncode != 0, (event, done)
    assert done.stderr == f"personalize: {event['error']}\n", (event, done)


@test
def other_settings():
    """a checkpoint is continued with all settings that it was made with, and with no others"""
    quick = ("--class-word", "mug", "--batch", "1", "--f32", "--lr", "1e-5", "--steps", "1")
    for method, made, others in (
            ("dreambooth-lora", ("--prior", "1"), (("pictures of the class", (), "zq"), ("name", ("--prior", "1"), "zw"))),
            ("custom-diffusion", ("--prior", "0"), (("pictures of the class", ("--prior", "1"), "zq"),
                                                    ("zoom", ("--prior", "0", "--no-zoom"), "zq")))):
        out = f"{method}.pzconcept" if method == "dreambooth-lora" else method
        learn(method, *quick, *made, out=out)
        for what, other, name in others:
            refused(call(method, *quick, *other, "--resume", out=out, name=name), f"another {what}")
        learn(method, *quick, *made, "--resume", out=out)


@test
def whose_masks():
    """masks restrict the loss if all are the user's; one that was only found does not, and beyond the picture nothing counts"""
    from PIL import Image
    for name, size in (("white", (512, 512)), ("wide-white", (64, 40))):
        Image.new("L", size, 255).save(path(f"{name}.png"))
    Image.radial_gradient("L").resize((64, 40)).convert("RGB").save(path("wide.png"))

    def masked(*more):
        learn("textual-inversion", *QUICK, "--steps", "1", "--force", "--image", DEMO, *more, mask=path("white.png"),
              out="whose.pzconcept")
        return safetensors_file.read_metadata(path("whose.pzconcept.resume"))["masked"]

    assert masked("--mask", path("white.png")) == "yes"
    assert masked() == "no"
    assert masked("--masked") == "yes"
    losses = []
    for name, mask, more in (("none", "none", ()), ("white", path("wide-white.png"), ("--unmasked",))):
        learn("elite-refine", *QUICK, *more, "--steps", "2", images=(path("wide.png"),), mask=mask, out=f"whose-{name}.pzconcept")
        losses.append(read(f"whose-{name}.pzconcept.resume")["rows"].tolist())
    assert losses[0] == losses[1], losses


run(sys.argv[3] if len(sys.argv) > 3 else None)

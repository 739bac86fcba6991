# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""--weights 8: pictures, learning and LoRA with 8-bit weights compared with half-precision weights; --low-memory.

Usage: test-weights.py PERSONALIZE MODEL [NAME_PART]
"""

import json
import math
import os

from tap import test
from tool import MODEL, SCRATCH, call, finish, png_chunks, png_pixels, refused

DEMO = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../data/demo/concept.png")
# The promised minimum for a picture, compared with one from half-precision weights.
LEAST_DECIBEL = 35


def path(name):
    return os.path.join(SCRATCH, name)


def paint(name, *more, status=0):
    done = call("generate", "--model", MODEL, "--prompt", "an S on a blue background", "--concept", DEMO, "--mask", "none",
                "--seed", "5", "--out", path(name), "--force", "--json", *more)
    assert done.returncode == status, done.stderr
    return json.loads(done.stdout) if status == 0 else done


def decibel(name, other):
    """The peak signal-to-noise ratio of two pictures, in dB."""
    rows = [png_pixels(path(n))[2] for n in (name, other)]
    differences = [(a - b) ** 2 for pair in zip(*rows) for a, b in zip(*pair)]
    mean = sum(differences) / len(differences)
    return 10 * math.log10(255 ** 2 / mean) if mean > 0 else math.inf


def pixels(name):
    return png_chunks(path(name))["IDAT"]


@test
def picture():
    """a picture with weights in 8 bits is nearly that of halves, not the same, and made again from its recipe"""
    paint("halves.png")
    recipe = paint("bytes.png", "--weights", "8")["variants"][0]["recipe"]
    found = decibel("halves.png", "bytes.png")
    print(f"# {found:.1f} dB", flush=True)
    assert LEAST_DECIBEL <= found < 80, found
    recipe = json.loads(recipe) if isinstance(recipe, str) else recipe
    assert recipe["weights"] == 8, recipe
    done = call("generate", "--recipe", path("bytes.png"), "--concept", DEMO, "--mask", "none", "--model", MODEL,
                "--out", path("again.png"))
    assert done.returncode == 0, done.stderr
    assert pixels("again.png") == pixels("bytes.png")


@test
def lora():
    """what a LoRA changes of packed weights is what it changes of halves"""
    import torch
    with open(os.path.join(MODEL, "unet/config.json"), encoding="utf-8") as f:
        unet = json.load(f)
    generator = torch.Generator().manual_seed(3)
    width, tokens = unet["block_out_channels"][-3], unet["cross_attention_dim"]
    at = "lora_unet_up_blocks_2_attentions_1_transformer_blocks_0"
    state = {}
    for place, inner in ((f"{at}_attn2_to_v", tokens), (f"{at}_attn1_to_v", width)):
        state[f"{place}.lora_down.weight"] = torch.randn(4, inner, generator=generator) / inner ** 0.5
        state[f"{place}.lora_up.weight"] = torch.randn(width, 4, generator=generator) / 2
    torch.save(state, path("some.pt"))
    given = ("--lora", f"{path('some.pt')}:8")
    if not os.path.exists(path("halves.png")):
        paint("halves.png")
    paint("halves-lora.png", *given)
    paint("bytes-lora.png", *given, "--weights", "8")
    found, moved = decibel("halves-lora.png", "bytes-lora.png"), decibel("halves-lora.png", "halves.png")
    print(f"# {found:.1f} dB; the LoRA itself {moved:.1f} dB", flush=True)
    assert found >= LEAST_DECIBEL and moved < found - 6, (found, moved)


@test
def learned():
    """learning goes through packed weights, with losses near those of halves, and a run does not go on with others"""
    def learn(out, *more):
        done = call("learn", "textual-inversion", "--model", MODEL, "--image", DEMO, "--mask", "none", "--name", "zq",
                    "--class-word", "mug", "--size", "64x64", "--steps", "3", "--batch", "2", "--out", path(out), "--force", "--json", *more)
        assert done.returncode == 0, done.stderr
        return [event["loss"] for event in map(json.loads, done.stdout.splitlines()) if event["event"] == "step"]
    halves, packed = learn("halves.bin"), learn("packed.bin", "--weights", "8")
    print(f"# losses {halves} and {packed}", flush=True)
    assert halves != packed and all(abs(a - b) < 0.02 * a for a, b in zip(halves, packed)), (halves, packed)
    refused(call("learn", "textual-inversion", "--model", MODEL, "--image", DEMO, "--mask", "none", "--name", "zq", "--class-word",
                 "mug", "--size", "64x64", "--steps", "4", "--batch", "2", "--out", path("packed.bin"), "--resume"), "precision")


@test
def memory():
    """the device holds little more than half as much of the networks, and benches say what was measured"""
    def bench(*more):
        done = call("bench", "--model", MODEL, "--only", "text", "--only", "step", "--size", "64x64", "--repeat", "1",
                    "--json", *more)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)["peak_device_bytes"]
    halves, packed = bench(), bench("--weights", "8")
    print(f"# {halves >> 10} and {packed >> 10} KiB", flush=True)
    assert packed < 0.75 * halves, (halves, packed)


@test
def low_memory():
    """what leaves the device once it has done its work leaves more room, and changes no bit of the picture"""
    usual, saving = paint("usual.png", "--variants", "1"), paint("saving.png", "--low-memory")
    print(f"# {usual['peak_device_bytes'] >> 10} and {saving['peak_device_bytes'] >> 10} KiB, forecast "
          f"{usual['forecast_device_bytes'] >> 10} and {saving['forecast_device_bytes'] >> 10}", flush=True)
    assert pixels("usual.png") == pixels("saving.png")
    assert saving["peak_device_bytes"] < usual["peak_device_bytes"], (saving, usual)
    assert saving["forecast_device_bytes"] < usual["forecast_device_bytes"], (saving, usual)
    # a larger picture is decoded in smaller tiles; a decoder without norms gives almost the same result
    paint("large.png", "--size", "512x512", "--steps", "1")
    paint("large-saving.png", "--size", "512x512", "--steps", "1", "--low-memory")
    found = decibel("large.png", "large-saving.png")
    print(f"# tiles: {found:.1f} dB", flush=True)
    assert found > 50, found


@test
def refusals():
    """other numbers of bits are refused by name"""
    for bits in ("4", "16", "0", "eight"):
        refused(call("generate", "--model", MODEL, "--prompt", "a ball", "--weights", bits), "--weights: expected 8", bits, status=2)


finish()

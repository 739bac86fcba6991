# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Models that produce NaN or infinity somewhere: no picture is written, and the error says where and why.

Each is the embedded model with one tensor changed.
Usage: test-faults.py PERSONALIZE SOURCE_ROOT [NAME_PART]
"""

import os
import subprocess
import sys
import tempfile

EXE, ROOT = map(os.path.abspath, sys.argv[1:3])
sys.path.insert(0, os.path.join(ROOT, "tests/cli"))
sys.path.insert(0, os.path.join(ROOT, "tests/reference"))

import numpy as np  # noqa: E402

import safetensors_file  # noqa: E402
from tap import run, test  # noqa: E402

MODEL = os.path.join(ROOT, "data/models/pz-tiny")
CONCEPT = os.path.join(ROOT, "data/demo/concept.png")
SCRATCH = tempfile.TemporaryDirectory(prefix="pz-faults-")
TEXT, UNET, VAE = ("text_encoder/model.safetensors", "unet/diffusion_pytorch_model.safetensors",
                   "vae/diffusion_pytorch_model.safetensors")
VISION = "image_encoder/model.safetensors"


def broken(file, name, change):
    """A copy of the model in which one tensor is changed. change: modifies an array of floats in place, returns None."""
    folder = os.path.join(tempfile.mkdtemp(dir=SCRATCH.name), "model")
    part = os.path.dirname(file)
    os.makedirs(os.path.join(folder, part))
    for entry in os.listdir(MODEL):
        if entry != part:
            os.symlink(os.path.join(MODEL, entry), os.path.join(folder, entry))
    for entry in os.listdir(os.path.join(MODEL, part)):
        if entry != os.path.basename(file):
            os.symlink(os.path.join(MODEL, part, entry), os.path.join(folder, part, entry))
    tensors = dict(safetensors_file.read(os.path.join(MODEL, file)))
    assert name in tensors, sorted(tensors)
    tensors[name] = tensors[name].astype(np.float32)
    change(tensors[name])
    safetensors_file.write(os.path.join(folder, file), tensors)
    return folder


def one(value):
    def change(array):
        array.flat[array.size // 2] = value
    return change


def scale(factor):
    def change(array):
        array *= factor
    return change


def generate(folder, *more):
    out = tempfile.mkdtemp(dir=SCRATCH.name)
    result = subprocess.run([EXE, "generate", "--model", folder, "--prompt", "a red ball", "--out", out, "--steps", "2",
                             "--seed", "1", "--size", "64x64", *more], capture_output=True, text=True, timeout=600)
    return result, os.listdir(out)


def refused(folder, *said, options=(), without=("llvmpipe", "empty picture")):
    result, files = generate(folder, *options)
    assert result.returncode == 1 and not files, (result.returncode, files, result.stderr)
    for words in said:
        assert words in result.stderr, (words, result.stderr)
    for words in without:
        assert words not in result.stderr, (words, result.stderr)


def painted(folder, *options):
    result, files = generate(folder, *options)
    assert result.returncode == 0 and len(files) == 1, (result.returncode, files, result.stderr)


@test
def nan_in_text():
    """a NaN among the text encoder's weights is named."""
    name = "text_model.encoder.layers.1.mlp.fc1.weight"
    refused(broken(TEXT, name, one(np.nan)), TEXT, f"{name}: finite weights expected, found nan", "another copy of the file")


@test
def nan_in_unet():
    """one in the U-Net is, in a convolution of its middle."""
    name = "mid_block.resnets.0.conv1.weight"
    refused(broken(UNET, name, one(np.nan)), UNET, f"{name}: finite weights expected, found nan")


@test
def infinity_in_vae():
    """an infinity in the VAE is, where an activation may make it finite again."""
    name = "decoder.layers.9.conv.4.weight"
    refused(broken(VAE, name, one(np.inf)), VAE, f"{name}: finite weights expected, found inf")


@test
def nan_in_vision():
    """a NaN among the image encoder's weights is named when a concept is read."""
    name = "vision_model.encoder.layers.1.mlp.fc1.weight"
    refused(broken(VISION, name, one(np.nan)), VISION, f"{name}: finite weights expected, found nan",
            options=("--concept", CONCEPT, "--mask", "none", "--prompt", "a S"))


@test
def too_large_for_halves():
    """a weight beyond what halves hold is named, with what helps; floats make a picture of it."""
    name = "decoder.layers.0.bias"
    folder = broken(VAE, name, one(1e5))
    refused(folder, VAE, f"{name}: weights reach 100000, halves end at 65504", "--f32, or another model")
    painted(folder, "--f32")


@test
def overflow():
    """results beyond what halves hold are said with the layer where they arose; floats make a picture."""
    folder = broken(UNET, "conv_in.weight", scale(3e4))
    refused(folder, "unet: conv_in (conv2d): its results left the range of halves", "--f32, or another unet")
    painted(folder, "--f32")


@test
def overflow_of_floats():
    """where floats overflow too, the weights are the cause."""
    folder = broken(UNET, "conv_in.weight", scale(1e37))
    refused(folder, "unet: ", "its results left the range of floats", "another unet", options=("--f32",))


@test
def zeros():
    """a layer of zeros paints one colour: it is named."""
    name = next(n for n, a in safetensors_file.read(os.path.join(MODEL, VAE)).items()
                if n.startswith("decoder.") and n.endswith(".weight") and a.shape[0] == 3)
    refused(broken(VAE, name, scale(0.0)), f"vae: {name.rsplit('.', 1)[0]}: weights expected, found zeros")


@test
def sound():
    """the model as it is makes a picture."""
    painted(MODEL)


if __name__ == "__main__":
    run(sys.argv[3] if len(sys.argv) > 3 else None)

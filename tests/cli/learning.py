# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Shared by the tests of personalize learn. Their command line: PERSONALIZE SOURCE_ROOT [NAME_PART]"""

import atexit
import json
import os
import shutil
import subprocess
import sys
import tempfile

EXE, ROOT = map(os.path.abspath, sys.argv[1:3])
sys.path.insert(0, os.path.join(ROOT, "tests/reference"))

import safetensors_file  # noqa: E402

MODEL = os.path.join(ROOT, "data/models/pz-tiny")
DEMO = os.path.join(ROOT, "data/demo/concept.png")
SCRATCH = tempfile.mkdtemp(prefix="pz-learn-")
PATIENCE = float(os.environ.get("PZ_TEST_PATIENCE", "1"))
QUICK = ("--batch", "2", "--class-word", "mug", "--f32")

atexit.register(shutil.rmtree, SCRATCH, ignore_errors=True)


def path(name):
    full = os.path.join(SCRATCH, name)
    os.makedirs(os.path.dirname(full), exist_ok=True)
    return full


def command(method, *more, name="zq", out="x.pzconcept", mask="none", model=MODEL, images=(DEMO,)):
    """A small, fast learn command: latents of 4x4. mask: used for every picture; None = the mask that the finder finds."""
    given = [word for image in images for word in ("--image", image, *(("--mask", mask) if mask else ()))]
    return [EXE, "learn", method, "--model", model, *given, "--name", name, "--size", "64x64", "--out", path(out), *more]


def call(*args, **how):
    return subprocess.run(command(*args, **how), capture_output=True, text=True, timeout=600)


def events(done):
    return [json.loads(line) for line in done.stdout.splitlines()]


def learn(*args, **how):
    done = call(*args, "--json", **how)
    assert done.returncode == 0, done.stderr
    return events(done)


def refused(done, *words):
    assert done.returncode in (1, 2) and done.stderr.count("\n") == 1, (done.returncode, done.stderr)
    for word in words:
        assert word in done.stderr, (word, done.stderr)


def read(file):
    return {name: values.copy() for name, values in safetensors_file.read(path(file)).items()}


def changed(file, name, change):
    """Returns a copy of the model folder in which one tensor is changed. change: modifies an array of floats in place, returns
    None."""
    folder = os.path.join(tempfile.mkdtemp(dir=SCRATCH), "model")
    part = os.path.dirname(file)
    os.makedirs(os.path.join(folder, part))
    for entry in os.listdir(MODEL):
        if entry != part:
            os.symlink(os.path.join(MODEL, entry), os.path.join(folder, entry))
    for entry in os.listdir(os.path.join(MODEL, part)):
        if entry != os.path.basename(file):
            os.symlink(os.path.join(MODEL, part, entry), os.path.join(folder, part, entry))
    tensors = dict(safetensors_file.read(os.path.join(MODEL, file)))
    tensors[name] = tensors[name].astype("float32")
    change(tensors[name])
    safetensors_file.write(os.path.join(folder, file), tensors)
    return folder

# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""personalize module end to end: files, stdout, stderr and exit status.

Usage: test-door.py PERSONALIZE DATA_FOLDER [NAME_PART]
"""

import array
import json
import math
import os
import re
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "cli"))
from tap import PATIENCE, crowding, run, test  # noqa: E402

EXE, DATA = sys.argv[1:3]
MODEL = os.path.join(DATA, "one")
SCRATCH = tempfile.mkdtemp(prefix="pz-door-")
OUT = os.path.join(SCRATCH, "out.safetensors")


def case(name):
    return os.path.join(MODEL, "cases", f"{name}.safetensors")


def read(path):
    """{name: (dtype, shape, bytes)}"""
    data = open(path, "rb").read()
    end = 8 + struct.unpack("<Q", data[:8])[0]
    return {n: (t["dtype"], t["shape"], data[end + t["data_offsets"][0]:end + t["data_offsets"][1]])
            for n, t in json.loads(data[8:end]).items() if n != "__metadata__"}


def write(name, tensors):
    header, at = {}, 0
    for n, (dtype, shape, data) in tensors.items():
        header[n] = {"dtype": dtype, "shape": shape, "data_offsets": [at, at + len(data)]}
        at += len(data)
    text = json.dumps(header).encode()
    path = os.path.join(SCRATCH, name)
    with open(path, "wb") as f:
        f.write(struct.pack("<Q", len(text)) + text + b"".join(t[2] for t in tensors.values()))
    return path


def call(network, source, *more, model=MODEL, out=OUT):
    if os.path.exists(OUT):
        os.remove(OUT)
    return subprocess.run([EXE, "module", network, "--model", model, "--in", source, "--out", out, *more],
                          capture_output=True, text=True, timeout=120)


def refused(done, *words, status=1):
    """Asserts one line on stderr with these words, and that nothing was written."""
    assert done.returncode == status, (done.returncode, done.stderr)
    assert done.stdout == "", done.stdout
    assert done.stderr.count("\n") == 1 and done.stderr.startswith("personalize: "), done.stderr
    for word in words:
        assert word in done.stderr, (word, done.stderr)
    assert not os.path.exists(OUT)
    assert not [n for n in os.listdir(SCRATCH) if n.startswith("out")], os.listdir(SCRATCH)


def relative_error(found, expected):
    a, b = array.array("f", found), array.array("f", expected)
    return math.dist(a, b) / math.hypot(*b)


@test
def result():
    """results have the expected names, shapes and values, and nothing is printed"""
    done = call("unet", case("unet.two-concepts"), "--f32")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", ""), done
    found, wanted = read(OUT), read(case("unet.two-concepts"))["expected.sample"]
    assert list(found) == ["sample"] and found["sample"][:2] == wanted[:2], found
    assert relative_error(found["sample"][2], wanted[2]) < 1e-5


@test
def timestep_for_each():
    """one timestep for all is the same as that timestep for each"""
    tensors = read(case("unet.odd-size-with-guidance-embedding"))
    answers = []
    for shape, values in (([1], [7.5]), ([2], [7.5, 7.5])):
        tensors["timestep"] = ("F32", shape, struct.pack(f"<{shape[0]}f", *values))
        assert call("unet", write("in.safetensors", tensors)).returncode == 0
        answers.append(read(OUT)["sample"])
    assert answers[0] == answers[1]


@test
def every_state():
    """the image encoder gives every hidden state"""
    done = call("image_encoder", case("image_encoder.one-picture"))
    assert done.returncode == 0, done.stderr
    assert list(read(OUT)) == [f"hidden_states_{i}" for i in range(7)]


@test
def repeat():
    """--repeat prints one line of medians, --json the same keys"""
    done = call("vae_decoder", case("vae_decoder.a-wide-picture"), "--repeat", "3")
    assert re.fullmatch(r"wall_ms \d+\.\d+ device_ms \d+\.\d+\n", done.stdout), done.stdout
    done = call("vae_decoder", case("vae_decoder.a-wide-picture"), "--repeat", "3", "--json")
    times = json.loads(done.stdout)
    assert sorted(times) == ["device_ms", "wall_ms"] and times["wall_ms"] > 0, times


@test
def same_bits():
    """the same tensors give the same bits"""
    answers = []
    for _ in range(2):
        call("unet", case("unet.one-concept-and-an-unconditional-half"))
        answers.append(open(OUT, "rb").read())
    assert answers[0] == answers[1]


@test
def unknown_network():
    """an unknown network is refused with the list of known ones"""
    refused(call("unot", case("unet.text-alone")), "unot", "text_encoder", "vae_decoder")


@test
def missing_tensor():
    """a missing tensor is named with its shape"""
    refused(call("vae_decoder", case("unet.text-alone")), "latent", "[?, 4, ?, ?]", "none")


@test
def wrong_shape():
    """a tensor of the wrong shape is named with both shapes"""
    tensors = read(case("vae_decoder.a-wide-picture"))
    _, shape, data = tensors["latent"]
    tensors["latent"] = ("F32", [1, 2, *shape[2:]], data[:len(data) // 2])
    refused(call("vae_decoder", write("in.safetensors", tensors)), "latent", "[?, 4, ?, ?]",
            "[1, 2, 3, 5]")


@test
def column_outside():
    """a placeholder beyond the prompt is refused"""
    tensors = read(case("unet.a-concept-at-fidelity-0"))
    tensors["placeholder_index"] = ("I32", [1], struct.pack("<i", 7))
    refused(call("unet", write("in.safetensors", tensors)), "placeholder_index", "0 to 6", "7")


@test
def gradients():
    """--vjp gives d_INPUT beside the results, shaped as in the file"""
    path = case("unet.gradients-of-text-and-guidance")
    done = call("unet", path, "--vjp", "--f32")
    assert done.returncode == 0 and done.stdout == "", done
    found, given = read(OUT), read(path)
    assert sorted(found) == ["d_encoder_hidden_states", "d_sample", "d_timestep_cond", "sample"], sorted(found)
    for name in ("sample", "encoder_hidden_states", "timestep_cond"):
        assert found[f"d_{name}"][1] == given[name][1]
        assert relative_error(found[f"d_{name}"][2], given[f"expected.d_{name}"][2]) < 1e-4


@test
def gradients_refused():
    """no gradient of a result, or one of another shape"""
    refused(call("unet", case("unet.text-alone"), "--vjp"), "“d_sample”", "none")
    tensors = read(case("unet.gradients-of-text-and-guidance"))
    dtype, shape, data = tensors["d_sample"]
    tensors["d_sample"] = (dtype, shape[:2] + [shape[3], shape[2]], data)
    refused(call("unet", write("turned.safetensors", tensors), "--vjp"), "d_sample", "expected [2, 4, 8, 7]")


@test
def prompt_too_long():
    """a prompt longer than the text encoder's positions is refused"""
    refused(call("text_encoder", write("in.safetensors", {"input_ids": ("I32", [1, 14], bytes(56))})), "13",
            "14")


@test
def bad_containers():
    """a header longer than the file, no file and no model are each named"""
    path = os.path.join(SCRATCH, "in.safetensors")
    with open(path, "wb") as f:
        f.write(struct.pack("<Q", 1000) + b"{}")
    refused(call("unet", path), path, "1000")
    refused(call("unet", os.path.join(SCRATCH, "nothing")), "nothing")
    refused(call("unet", case("unet.text-alone"), model=os.path.join(SCRATCH, "nowhere")), "nowhere")


@test
def damaged_model():
    """a truncated weight file and a network without its mappers are refused by name"""
    copy = os.path.join(SCRATCH, "model")
    shutil.copytree(MODEL, copy)
    weights = os.path.join(copy, "unet", "diffusion_pytorch_model.safetensors")
    os.truncate(weights, os.path.getsize(weights) - 1000)
    refused(call("unet", case("unet.text-alone"), model=copy), weights)
    refused(call("unet", case("unet.two-concepts"), model=os.path.join(DATA, "two")), "two")


@test
def unwritable():
    """a place that cannot be written is named"""
    refused(call("unet", case("unet.text-alone"), out="/proc/none.safetensors"), "/proc")


@test
def a_file_that_is_there():
    """what --out names stays, is replaced with --force, and links stay even then; folders are made"""
    mine = os.path.join(SCRATCH, "mine.safetensors")
    link = os.path.join(SCRATCH, "link.safetensors")
    with open(mine, "w") as f:
        f.write("mine")
    os.symlink(mine, link)
    # Checked before anything is loaded: otherwise the error would be about the model.
    refused(call("unet", case("unet.text-alone"), out=mine, model="/nowhere"), "mine.safetensors", "--force")
    refused(call("unet", case("unet.text-alone"), "--force", out=link, model="/nowhere"), "link.safetensors", "link")
    with open(mine) as f:
        assert f.read() == "mine"
    done = call("unet", case("unet.text-alone"), "--force", out=mine)
    assert done.returncode == 0 and os.path.getsize(mine) > 1000, done.stderr
    done = call("unet", case("unet.text-alone"), out=os.path.join(SCRATCH, "new", "folder", "x.safetensors"))
    assert done.returncode == 0, done.stderr
    assert os.listdir(os.path.join(SCRATCH, "new", "folder")) == ["x.safetensors"]
    os.remove(mine)
    os.remove(link)


@test
def usage():
    """a wrong command line says so and exits with 2"""
    refused(call("unet", case("unet.text-alone"), "--repeat", "0"), "--repeat", status=2)
    refused(call("unet", case("unet.text-alone"), "more"), "one network", status=2)
    done = subprocess.run([EXE, "module", "unet"], capture_output=True, text=True)
    refused(done, "--model", "--in", "--out", status=2)


@test
def interrupt():
    """Ctrl+C stops within half a second and leaves nothing"""
    alone = 1 / crowding()
    process = subprocess.Popen([EXE, "module", "unet", "--model", MODEL, "--in", case("unet.two-concepts"),
                                "--out", OUT, "--repeat", "1000000"], stderr=subprocess.PIPE, text=True)
    time.sleep(3)
    start = time.monotonic()
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=30)
    took = time.monotonic() - start
    assert process.returncode == 130 and said.count("\n") == 1, (process.returncode, said)
    assert took * alone < 0.5 * PATIENCE, (took, alone)
    assert not os.path.exists(OUT)


try:
    run(sys.argv[3] if len(sys.argv) > 3 else None)
finally:
    shutil.rmtree(SCRATCH, ignore_errors=True)

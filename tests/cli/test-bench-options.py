# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""personalize bench: its options and its comparison with a peer. test-bench.py tests its figures.

Usage: test-bench-options.py PERSONALIZE MODEL_FOLDER [NAME_PART]
"""

import importlib.util
import json
import math
import os
import re
import shutil
import subprocess
import sys
import tempfile

from tap import Skip, run, test

EXE, MODEL = sys.argv[1:3]
HAS_TORCH = importlib.util.find_spec("torch") is not None
WORKS = ["gemm", "conv", "attention", "encode", "text", "step", "decode", "picture", "learn-step"]


def call(*args, env=None):
    return subprocess.run([EXE, "bench", "--model", MODEL, *map(str, args)], capture_output=True, text=True,
                          timeout=600, env=env)


@test
def only_what_is_asked():
    """--only leaves the rest out, --size may be said twice, wrong words are refused."""
    p = call("--only", "step", "--only", "gemm", "--size", "64x64", "--size", "128x64", "--repeat", 1, "--steps", 1,
             "--json")
    data = json.loads(p.stdout)
    assert [(r["work"], r["width"]) for r in data["rows"]] == [("gemm", 0), ("step", 64), ("step", 128)], data["rows"]
    assert data["first_picture_ms"] == 0
    for wrong in (["--only", "paint"], ["--size", "big"], ["--against", "magic"], ["--repeat", "-1"],
                  ["--guidance", "-1"], ["--steps", "0"], ["--batch", "0"]):
        p = call(*wrong)
        assert p.returncode == 2 and len(p.stderr.strip().splitlines()) == 1 and not p.stdout, (wrong, p)
        assert wrong[0] in p.stderr, p.stderr


@test
def options_without_effect():
    """what --start or the chosen work leaves unused is refused by name"""
    for option, *more in (["--only", "step"], ["--repeat", "2"], ["--ops"], ["--against", "torch"], ["--batch", "4"],
                          ["--size", "64x64", "--size", "128x64"]):
        p = call("--start", option, *more)
        assert p.returncode == 2 and p.stderr.startswith(f"personalize: {option}: expected ") and "--start" in p.stderr, p
    for wrong in (["--batch", "4"], ["--concept", "--only", "gemm"]):
        p = call(*wrong)
        assert p.returncode == 2 and p.stderr.startswith(f"personalize: {wrong[0]}: expected "), p


@test
def few_steps():
    """of a model that takes fifty steps four are timed, unless a whole picture is wanted or --steps says otherwise"""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(MODEL, folder, dirs_exist_ok=True)
        with open(os.path.join(folder, "model.json"), "r+") as f:
            model = json.load(f)
            f.seek(0)
            json.dump({**model, "steps": 6}, f)
            f.truncate()
        for more, runs in ((), 4), (("--only", "picture"), 6), (("--steps", 5), 5):
            p = call("--model", folder, "--only", "step", *more, "--size", "64x64", "--repeat", 1, "--json")
            assert p.returncode == 0, p.stderr
            assert [r["runs"] for r in json.loads(p.stdout)["rows"] if r["work"] == "step"] == [runs], (more, p.stdout)


@test
def learning():
    """a step of learning is measured where it is named, op by op, and beside PyTorch"""
    p = call("--only", "learn-step", "--size", "64x64", "--batch", 2, "--steps", 3, "--repeat", 1, "--ops", "--json")
    assert p.returncode == 0, p.stderr
    data = json.loads(p.stdout)
    (row,) = data["rows"]
    assert (row["work"], row["width"], row["runs"]) == ("learn-step", 64, 3) and row["gflops"] > 0, row
    kinds = {op["op"] for op in data["ops"]}
    assert not kinds or {"adamw", "mean_square"} <= kinds, kinds
    refused = call("--only", "learn-step", "--batch", 65)
    assert refused.returncode == 2 and "--batch" in refused.stderr, refused


@test
def beside_pytorch():
    """--against torch runs the same in PyTorch and prints the ratio of pairs."""
    if not HAS_TORCH:
        refused = call("--against", "torch", "--only", "gemm")
        assert refused.returncode == 1 and "PyTorch" in refused.stderr, refused
        raise Skip("no PyTorch here")
    p = call("--against", "torch", "--concept", "--size", "64x64", "--repeat", 1, "--steps", 2, "--json",
             *(word for work in WORKS for word in ("--only", work)))
    assert p.returncode == 0, p.stderr
    data = json.loads(p.stdout)
    assert data["peer"].startswith("PyTorch "), data["peer"]
    for row in data["rows"]:
        assert row["peer_median_ms"] > 0, row
        # With one pair the ratio is the quotient of the two times; for steps, of the medians of both sides.
        assert math.isclose(row["ratio"], row["median_ms"] / row["peer_median_ms"], rel_tol=1e-2, abs_tol=2e-3), row
        assert row["peer_threads"].startswith("OpenMP "), row


@test
def threads():
    """PyTorch's number of threads and its BLAS's are tried apart and told; where OMP_NUM_THREADS says how many it is that"""
    if not HAS_TORCH:
        raise Skip("no PyTorch here")
    chosen = "import sys, time, torch; sys.path.insert(0, %r); import torch_side\n" % os.path.join(
        os.path.dirname(os.path.abspath(__file__)), "../bench")
    # Two kinds of work, each 50 ms faster with its own thread setting; the calls with each setting are counted.
    chosen += """
class Slow(torch_side.Work):
    def timed(self, name, function):
        super().timed(name, lambda: time.sleep(0.05 * (self.chosen(name) != best[name])))
best = {"gemm": (1, 2), "conv": (2, 1)}
torch_side.Work = Slow
bench = torch_side.Bench(None)
bench.threads.settings = [(1, 1), (1, 2), (2, 1), (2, 2)]
used = []
bench.threads.use = used.append
request = dict(wanted=["gemm", "conv"], width=0, height=0, steps=3, batch=1, concept=False, samples=1)
print(bench.answer(request)["threads"], len(used), bench.answer({**request, "steps": 1})["threads"], len(used))
"""
    found = subprocess.run([sys.executable, "-B", "-c", chosen], capture_output=True, text=True)
    told = "{'gemm': 'OpenMP 1, OpenBLAS 2', 'conv': 'OpenMP 2, OpenBLAS 1'}"
    once, tries = 2, 2 * 4 * 4 + 2  # two kinds of work, four settings, four rounds, and one run that reads the weights
    assert found.stdout == f"{told} {tries + once} {told} {tries + 2 * once}\n", found
    p = call("--against", "torch", "--only", "gemm", "--repeat", 1, "--json", env={**os.environ, "OMP_NUM_THREADS": "1"})
    assert re.fullmatch(r"OpenMP 1(, OpenBLAS 1)?", json.loads(p.stdout)["rows"][0]["peer_threads"]), p


run(sys.argv[3] if len(sys.argv) > 3 else None)

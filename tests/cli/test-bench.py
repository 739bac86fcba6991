# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""personalize bench: its figures are consistent, and work that does not depend on the step is not part of a step.

Usage: test-bench.py PERSONALIZE MODEL_FOLDER [NAME_PART]
"""

import functools
import json
import math
import subprocess
import sys

from tap import Skip, run, test

EXE, MODEL = sys.argv[1:3]
WORKS = ["gemm", "conv", "attention", "encode", "text", "step", "decode", "picture"]
REPEAT, STEPS = 2, 3


def call(*args):
    return subprocess.run([EXE, "bench", "--model", MODEL, *map(str, args)], capture_output=True, text=True,
                          timeout=600)


@functools.cache
def everything():
    """The results of all work at 128x128 with a concept, op by op."""
    p = call("--concept", "--ops", "--size", "128x128", "--repeat", REPEAT, "--steps", STEPS, "--json")
    assert p.returncode == 0, p.stderr
    return json.loads(p.stdout)


def rows():
    return {row["work"]: row for row in everything()["rows"]}


def ops(work):
    return [op for op in everything()["ops"] if op["work"] == work]


def has_clock():
    if rows()["step"]["idle"] is None:
        raise Skip("the device has no timestamps")


@test
def every_work_has_a_row():
    """every work has a row with a median between its extremes, a rate and an idle share."""
    assert list(rows()) == WORKS, list(rows())
    for work, row in rows().items():
        runs = REPEAT * STEPS if work == "step" else REPEAT
        assert row["runs"] == runs, (work, row["runs"])
        assert 0 < row["least_ms"] <= row["median_ms"] <= row["most_ms"], row
        assert row["gflops"] > 0 and row["gbytes"] > 0, row
        assert row["idle"] is None or 0 <= row["idle"] < 1, row
        assert row["peer_median_ms"] is None and row["ratio"] is None, row
        assert (row["width"], row["height"]) == ((128, 128) if work in WORKS[-3:] else (0, 0)), row
    data = everything()
    assert data["device"] and data["driver"] and data["processors"] > 0, data
    assert data["peak_device_bytes"] > 0 and 0 < data["first_step_ms"] <= data["first_picture_ms"]


@test
def a_picture_is_its_parts():
    """a picture takes what its parts take."""
    least = {work: row["least_ms"] for work, row in rows().items()}
    most = {work: row["most_ms"] for work, row in rows().items()}
    assert rows()["picture"]["most_ms"] >= least["text"] + STEPS * least["step"] + least["decode"]
    # The extra time allows for reading the prompt and for other load on the machine.
    assert rows()["picture"]["least_ms"] <= 1.5 * (most["text"] + STEPS * most["step"] + most["decode"]) + 100


@test
def known_work_is_counted_right():
    """the three ops alone do the arithmetic that their shapes say."""
    flops = {"gemm": 2 * 1024 ** 3, "conv": 2 * 64 * 64 * 320 * 320 * 9, "attention": 4 * 4096 ** 2 * 320}
    for work, expected in flops.items():
        found = rows()[work]["gflops"] * rows()[work]["median_ms"] * 1e6
        # An op's count also includes, besides the products, its bias, softmax and so on.
        assert 0.99 * expected <= found <= 1.1 * expected, (work, found, expected)


@test
def ops_sum_up():
    """the ops of a work are sorted by time and do all of its arithmetic."""
    has_clock()
    for work in WORKS[:-1]:
        times = [op["ms"] for op in ops(work)]
        assert times and times == sorted(times, reverse=True) and min(times) >= 0, (work, times)
        assert any(op["op"] is None for op in ops(work)), work
        found = sum(op["gflops"] * op["ms"] for op in ops(work))
        expected = rows()[work]["gflops"] * rows()[work]["median_ms"]
        assert math.isclose(found, expected, rel_tol=0.05), (work, found, expected)


@test
def once_per_prompt():
    """text encoder, keys and values are in the text's work, each once, and not in a step's."""
    has_clock()

    def keys(work):
        return sum(op["count"] for op in ops(work)
                   if op["op"] == "linear" and op["layer"].endswith(("attn2.to_k", "attn2.to_v", "attn2_to_k", "attn2_to_v")))

    sites = sum(op["count"] for op in ops("step") if op["op"] == "linear" and op["layer"].endswith("attn2.to_q"))
    assert sites > 0
    assert keys("text") == 2 * 2 * sites, (keys("text"), sites)   # of the prompt and of one concept
    assert keys("step") == 0
    for work in ("step", "decode", "encode"):
        assert not [op for op in ops(work) if "text_model" in (op["layer"] or "")], work
    assert [op for op in ops("text") if "text_model" in (op["layer"] or "")]


@test
def few_kernels():
    """everything of a model with a concept needs at most 60 kernels."""
    assert 10 < everything()["pipelines"] <= 60, everything()["pipelines"]


@test
def second_size():
    """a second size does not compile the decoder again: only forms of products that its shapes make faster are new"""
    def kernels(*sizes):
        p = call("--only", "decode", "--repeat", "0", "--json", *(w for size in sizes for w in ("--size", size)))
        assert p.returncode == 0, p.stderr
        return json.loads(p.stdout)["pipelines"]
    one, two = kernels("256x256"), kernels("256x256", "320x256")
    print(f"# {one} kernels, with a second size {two}", flush=True)
    assert one <= two <= one + one // 5, (one, two)


@test
def tables_for_people():
    """the tables for people say the same, the slowest op first."""
    p = call("--only", "step", "--size", "64x64", "--repeat", 1, "--steps", 1, "--ops")
    lines = p.stdout.splitlines()
    assert p.returncode == 0 and "processors" in lines[0], p
    row = [line for line in lines if line.startswith("step 64x64")][-1].split()
    assert float(row[2]) > 0 and row[5] == "1", row
    if rows()["step"]["idle"] is not None:
        assert row[-1].endswith("%") and "(between ops)" in p.stdout, row


@test
def cold_and_warm():
    """--start starts twice and says what the first step and the first picture take."""
    p = call("--start", "--concept", "--size", "64x64", "--steps", 1, "--json")
    assert p.returncode == 0, p.stderr
    data = json.loads(p.stdout)
    # the first use of a device checks its product forms
    checked = data["cold"]["pipelines"] - data["warm"]["pipelines"]
    assert data["warm"]["pipelines"] > 10 and 0 < checked <= 10, data
    for start in data.values():
        assert 0 < start["first_step_ms"] < start["first_picture_ms"], data
        assert 0 < start["peak_process_bytes"] < 1 << 30, data
    # The second start compiles nothing.
    assert data["warm"]["first_picture_ms"] < data["cold"]["first_picture_ms"], data


run(sys.argv[3] if len(sys.argv) > 3 else None)

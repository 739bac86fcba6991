# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Loading, generating and learning with a driver in which one call fails: the tool reports an error or succeeds, and leaves
nothing behind.

failing-layer.c makes the calls fail; the environment loads it. STRIDE: only every STRIDE-th call site is tested.
Usage: test-failing-tool.py PERSONALIZE MODEL_FOLDER STRIDE [NAME_PART]
"""

import os
import sys

STRIDE = int(sys.argv.pop(3))
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../cli"))

import tap  # noqa: E402
from tap import test  # noqa: E402
from tool import CONCEPT, MASK, MODEL, SCRATCH, call, finish  # noqa: E402

REPORT = os.path.join(SCRATCH, "report")
SECONDS = 60 * tap.PATIENCE  # a call that takes longer hangs


def failing(place, args, out):
    """Runs the tool with a failing call at a call site. Returns the process and {word: [rest of the report's lines]}."""
    for path in (REPORT, out):
        if os.path.exists(path):
            os.remove(path)
    done = call(*args, "--out", out, timeout=SECONDS, env={"PZ_FAIL_SITE": str(place), "PZ_FAIL_REPORT": REPORT})
    report = {}
    for line in open(REPORT).read().splitlines() if os.path.exists(REPORT) else []:
        word, rest = line.split(" ", 1)
        report.setdefault(word, []).append(rest)
    return done, report


def each_place(name, *args):
    out = os.path.join(SCRATCH, name)
    done, report = failing(0, args, out)
    assert done.returncode == 0 and "left" not in report, (done.stderr, report)
    places, failed = int(report["places"][0]), 0
    assert places > 30, report
    for place in range(1 + (STRIDE - 1) // 2, places + 1, STRIDE):
        done, report = failing(place, args, out)
        what = f"place {place}, {report.get('failed', ['none'])[0]}"
        failed += "failed" in report
        assert done.returncode in (0, 1), (what, done.returncode, done.stderr)
        said = [line for line in done.stderr.splitlines() if "%" not in line[:20]]
        assert os.path.exists(out) == (done.returncode == 0), (what, done.stderr)
        assert done.returncode == 0 or said and said[-1].startswith("personalize: "), (what, done.stderr)
        assert "left" not in report, (what, report)
        print(f"# {what}: {said[-1] if done.returncode else 'done without'}")
    # helper processes may compile in another order
    assert failed >= (places // STRIDE) * 3 // 4, (failed, places)


@test
def generating():
    """each call fails once while a model is loaded and a concept is painted"""
    each_place("picture.png", "generate", "--model", MODEL, "--concept", CONCEPT, "--mask", MASK, "--prompt",
               "a S on a beach", "--size", "64x64", "--steps", "1")


@test
def learning():
    """each call fails once while a word is learned"""
    each_place("word.pzconcept", "learn", "textual-inversion", "--model", MODEL, "--image", CONCEPT, "--mask", MASK,
               "--name", "zqword", "--class-word", "toy", "--steps", "2", "--batch", "1", "--size", "64x64", "--force")


finish()

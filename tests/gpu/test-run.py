# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""tests/gpu/run stays within its time and reports its results; tested with scripts that print what our programs would print.

Usage: test-run.py SOURCE_ROOT [NAME_PART]
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(sys.argv[1])
sys.path.insert(0, str(ROOT / "tests/cli"))
from tap import run, test  # noqa: E402

SCRATCH = tempfile.TemporaryDirectory(prefix="pz-gpu-run-")
GOOD = "echo 'ok 1 /ops/x/f32/plain/a'; echo 'ok 2 /ops/x/f16/coop/a'; echo 'ok 3 /ops/x/f16/coop/b # SKIP not here'"
BAD = "echo 'ok 1 /ops/x/f32/plain/a'; echo 'not ok /ops/x/f16/plain/b - because'; exit 1"
ROW = {"work": "step", "median_ms": 2.0, "peer_median_ms": 3.0, "ratio": 0.67}


def build(name, device="Some GPU", ops=None, bench=None):
    """Makes a build folder of shell scripts."""
    folder = Path(SCRATCH.name) / name / "build"
    bench = bench or f"echo '{json.dumps({'rows': [ROW]})}'"
    programs = {"cli/personalize": f"case $1 in info) echo Devices:; echo '  0  {device}';; bench) {bench};; esac"}
    ops = ops or {"linear": GOOD, "unary": GOOD}
    each = " ".join(f"{name}) {text};;" for name, text in ops.items())
    programs["tests/ops/test-op"] = f"case $1 in --families) echo {' '.join(ops)};; {each} esac"
    programs["tests/ops/test-batch-bits"] = GOOD
    for program, text in programs.items():
        path = folder / program
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"#!/bin/sh\n{text}\n")
        path.chmod(0o755)
    return folder


def measured(folder, *words):
    """Runs tests/gpu/run; returns (exit status, {step: entry}, the whole output)."""
    out = folder.parent / "out"
    done = subprocess.run([sys.executable, "-B", ROOT / "tests/gpu/run", "--build", folder, "--out", out, *words],
                          capture_output=True, text=True, check=False)
    results = out / "results.json"
    steps = json.loads(results.read_text()) if results.exists() else []
    return done.returncode, {s["step"]: s for s in steps}, done.stdout + done.stderr


@test
def in_order():
    """families are tested in their order, what a user waits for is measured first, and every path is counted."""
    status, steps, said = measured(build("order", ops={"linear": GOOD, "unary": GOOD, "zoo": GOOD}))
    assert status == 0, said
    names = list(steps)
    ops = [f"op {name}" for name in ("linear", "unary", "zoo", "batch-bits")]
    assert names[:6] == ["device", *ops, "pz-tiny step"], names
    found = steps["op linear"]["found"]
    assert found == {"f32 plain": "1 passed", "f16 coop": "1 passed", "failed": []}, found
    assert steps["pz-tiny step"]["found"]["ratio"] == ROW["ratio"]
    table = (Path(SCRATCH.name) / "order/out/results.md").read_text()
    assert "| op linear | well |" in table and "peer_median_ms 3.0" in table, table


@test
def failures():
    """a failed point, a crash and a program that says nothing are failures, and the rest is still done."""
    for name, text, found in (("failed", BAD, {"failed": ["/ops/x/f16/plain/b"]}),
                              ("crashed", GOOD + "; kill -SEGV $$", {}), ("silent", "true", {"points": "none"})):
        status, steps, said = measured(build(name, ops={"linear": text, "unary": GOOD}))
        assert status == 1, (name, said)
        assert steps["op linear"]["found"].items() >= found.items(), steps
        assert steps["op unary"]["ended"] == "well" and "pz-tiny decode" in steps, steps


@test
def no_figures():
    """work that could not be measured is a failure with its reason in the log."""
    status, steps, _ = measured(build("unmeasured", bench="echo no PyTorch here >&2; exit 1"))
    assert status == 1 and steps["pz-tiny step"]["ended"] == "status 1", steps
    assert "no PyTorch here" in (Path(SCRATCH.name) / "unmeasured/out/log.txt").read_text()


@test
def on_time():
    """a program that never ends takes its share of the time and no more, and what it said before is kept."""
    hang = "echo 'ok 1 /ops/x/f32/plain/a'; exec sleep 1000"
    began = time.monotonic()
    status, steps, said = measured(build("hang", ops={"linear": hang, "unary": GOOD}, bench="exec sleep 1000"),
                                   "--minutes", "0.2")
    assert time.monotonic() - began < 12 + 20 * float(os.environ.get("PZ_TEST_PATIENCE", "1"))
    assert status == 0, said
    assert steps["op linear"]["ended"] == "out of time" and steps["op linear"]["found"]["f32 plain"] == "1 passed"
    assert steps["pz-tiny step"]["ended"] == "out of time" and steps["pz-tiny conv"]["ended"] == "no time left", steps


@test
def device():
    """a software driver is refused where a GPU is expected, and a GPU where the software driver is rehearsed on."""
    for name, found, words in (("software", "llvmpipe (LLVM 19)", ()), ("hardware", "Some GPU", ("--trial",))):
        status, steps, said = measured(build(name, device=found), *words)
        assert status == 1 and found in said and list(steps) == ["device"], said


@test
def packed():
    """a build folder that was carried here alone is told whose sources these are."""
    folder = build("carried")
    assert measured(folder)[0] == 0
    about = json.loads((folder / "meson-info/meson-info.json").read_text())
    assert Path(about["directories"]["source"]).samefile(ROOT)


run(sys.argv[2] if len(sys.argv) > 2 else None)

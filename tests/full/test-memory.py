# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Device memory for pictures of Stable Diffusion 1.5 at full size with random weights: as forecast, and within limits. Runs are
stopped after the first step: everything is allocated by then, except that with --low-memory the decoder follows after all
steps.
Usage: test-memory.py PERSONALIZE SOURCE_ROOT FOLDER [NAME_PART]
"""

import json
import os
import signal
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "cli"))
import random_models  # noqa: E402
from tap import run, test  # noqa: E402

EXE, ROOT, FOLDER = map(os.path.abspath, sys.argv[1:4])
GIB = 2**30
CONCEPT = ("--concept", os.path.join(ROOT, "data/demo/concept.png"), "--mask", "none")
CASES = {
    "halves": ((), "512x512", 2.6),
    "elite": (CONCEPT, "512x512", 3.4),
    "low_memory": (("--low-memory",), "512x512", 1.9),
    "low_memory_elite": ((*CONCEPT, "--low-memory"), "512x512", 1.9),
    "large": ((), "1024x1024", 4.0),
    "eight_bits": (("--weights", "8"), "512x512", 1.8),
}


def figures(*more):
    """The --json output of a run that is stopped once a step is done or, with --low-memory, once the decoder runs."""
    steps, last = ("1", b"decoding") if "--low-memory" in more else ("2", b"step 2")
    process = subprocess.Popen(
        [EXE, "generate", "--model", random_models.complete(FOLDER, ROOT), "--prompt", "a ball on a table", "--seed", "3", "--steps", steps, "--json", "--out",
         os.path.join(FOLDER, "memory.png"), "--force", *more], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    said = b""
    while process.poll() is None and last not in said:
        said += process.stderr.read1(200)
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate()
    return json.loads(out)


def within(name):
    more, size, limit = CASES[name]
    found = figures("--size", size, *more)
    forecast, peak = found["forecast_device_bytes"], found["peak_device_bytes"]
    print(f"# {name}: {peak >> 20} MiB of {limit} GiB allowed, {forecast >> 20} forecast", flush=True)
    assert peak <= limit * GIB, (peak / GIB, limit)
    assert 0.95 * peak <= forecast <= 1.05 * peak, (forecast, peak)


for case in CASES:
    def check(name=case):
        within(name)
    check.__name__ = case
    check.__doc__ = f"memory of {case.replace('_', ' ')} is within its limit and as forecast"
    test(check)
run(sys.argv[4] if len(sys.argv) > 4 else None)

# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Learning at realistic length and size: killed again and again, a thousand steps, and Stable Diffusion 1.5 at full size with
random weights in one file. Takes about half an hour on two cores, 6 GB of memory and of disk.

Usage: test-learn.py PERSONALIZE SOURCE_ROOT FOLDER [NAME_PART]
Makes the model in FOLDER if it is missing.
"""

import json
import os
import random
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
for folder in ("cli", "reference"):
    sys.path.insert(0, os.path.join(HERE, "..", folder))
import random_models  # noqa: E402
from learning import DEMO, PATIENCE, QUICK, command, learn, path, read  # noqa: E402
from tap import run, test  # noqa: E402

FOLDER = sys.argv[3]
KILLS = 20
CHECKPOINT_SECONDS = 30
# The memory of the whole process, including driver and compiler, with one 512x512 sample at a time: weights, activations and
# gradients.
FULL_SIZE_BYTES = int(3.6 * 2**30)


def held_bytes(pid, what="VmRSS"):
    with open(f"/proc/{pid}/status") as f:
        return next((1024 * int(line.split()[1]) for line in f if line.startswith(what)), 0)


def lines(process):
    """Yields each event of the process with its peak memory up to then."""
    for line in process.stdout:
        yield json.loads(line), held_bytes(process.pid, "VmHWM")


@test
def killed():
    """killed at twenty random moments it loses half a minute at most, and gives the bits of a run that was not"""
    more = (*QUICK, "--lr", "0.01", "--steps", "2500", "--seed", "3")
    learn("textual-inversion", *more, out="whole.pzconcept")
    moments, kills, runs = random.Random(17), 0, 0
    while kills < KILLS or runs == 0:
        out = f"killed-{runs}.pzconcept"
        checkpoint = path(f"{out}.resume")
        resume = ["--resume"] if os.path.exists(checkpoint) else []
        began = time.time()
        process = subprocess.Popen(command("textual-inversion", *more, *resume, out=out),
                                   stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        try:
            _, said = process.communicate(timeout=moments.uniform(1, 2 * CHECKPOINT_SECONDS) if kills < KILLS else None)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            kills += 1
            saved = os.path.getmtime(checkpoint) if os.path.exists(checkpoint) else 0
            # A run that was killed before its first step had nothing to lose.
            if saved > began:
                assert time.time() - saved < CHECKPOINT_SECONDS + 5 * PATIENCE, (kills, time.time() - saved)
        else:
            assert process.returncode == 0, said
            assert (read(out)["words"] == read("whole.pzconcept")["words"]).all(), (kills, runs)
            runs += 1
    print(f"# {kills} kills, {runs} runs ended", flush=True)


@test
def thousand_steps():
    """the thousandth step holds the memory that the hundredth held"""
    process = subprocess.Popen(command("textual-inversion", *QUICK, "--steps", "1000", "--json", out="many.pzconcept"),
                               stdout=subprocess.PIPE, text=True)
    held = [held_bytes(process.pid) for event, _ in lines(process) if event.get("step") in (100, 1000)]
    assert process.wait(timeout=60) == 0
    print(f"# {held[0] >> 10} and {held[1] >> 10} KiB", flush=True)
    # One twelfth of the size of the pictures of 900 steps.
    assert len(held) == 2 and held[1] - held[0] < 900 * 4096, held


def full_size(side):
    model, out = random_models.single(FOLDER), f"full-{side}.pzconcept"
    process = subprocess.Popen(
        command("cross-initialization", "--class-word", "mug", "--batch", "1", "--steps", "3", "--size", f"{side}x{side}",
                "--json", model=model, images=(DEMO,), out=out), stdout=subprocess.PIPE, text=True)
    told = list(lines(process))
    assert process.wait(timeout=60) == 0
    events, most = {event["event"]: event for event, _ in told}, max(held for _, held in told)
    forecast, peak = events["start"]["device_bytes"], events["done"]["peak_device_bytes"]
    steps = [event for event, _ in told if event["event"] == "step"]
    print(f"# {most >> 20} MiB, on the device {peak >> 20} of {forecast >> 20} forecast, losses "
          f"{[round(step['loss'], 4) for step in steps]}", flush=True)
    assert len(steps) == 3 and most <= FULL_SIZE_BYTES
    # The forecast, printed before anything is loaded, must be within 5 % of the peak.
    assert 0.95 * forecast <= peak <= 1.05 * forecast, (forecast, peak)
    words = read(out)["words"]
    assert words.shape == (2, 768)


for picture_side in (256, 512):
    def learned(side=picture_side):
        full_size(side)
    learned.__name__ = f"at_{picture_side}"
    learned.__doc__ = f"Stable Diffusion 1.5 learns at {picture_side}x{picture_side} in 3.6 GiB, as was forecast"
    test(learned)
run(sys.argv[4] if len(sys.argv) > 4 else None)

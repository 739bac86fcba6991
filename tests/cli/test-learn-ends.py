# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How personalize learn ends: by its own stop rule, because of a bad loss, or by its user.

Usage: test-learn-ends.py PERSONALIZE SOURCE_ROOT [NAME_PART]
"""

import json
import os
import signal
import subprocess
import sys
import time

import numpy
from learning import MODEL, PATIENCE, QUICK, call, changed, command, events, learn, path, read, refused
from tap import crowding, run, test

import safetensors_file

VAE = "vae/diffusion_pytorch_model.safetensors"


# ---------------------------------------------------------------------------- by its own stop rule


def is_still(looks):
    """True if the variance of the last 15 fixed-batch losses is below 0.15 of the variance of all of them."""
    return len(looks) >= 30 and numpy.var(looks[-15:]) < 0.15 * numpy.var(looks)


@test
def auto():
    """--steps auto: ends where the loss on the fixed batch no longer falls, with the best state seen"""
    began = time.monotonic()
    told = learn("textual-inversion", *QUICK, "--batch", "1", "--lr", "0.05", "--steps", "auto", out="a.pzconcept")
    steps = [e for e in told if e["event"] == "step"]
    forecast = next(e for e in told if e["event"] == "forecast")
    # The forecast covers the maximum of 3000 steps. The time per step varies with the load of the machine.
    per_step = (time.monotonic() - began) / len(steps)
    assert forecast["at_most"] and 0.1 < forecast["seconds"] / (3000 * per_step) < 10, (forecast, per_step)
    looks = [(e["step"], e["fixed_batch_loss"]) for e in steps if "fixed_batch_loss" in e]
    assert [step for step, _ in looks] == list(range(5, len(steps) + 1, 5)), looks
    still = [is_still([loss for _, loss in looks[:n]]) for n in range(1, len(looks) + 1)]
    assert still.index(True) == len(still) - 1 and len(steps) % 5 == 0, still
    kept, words = read("a.pzconcept.resume"), read("a.pzconcept")["words"].flatten()
    assert (words == kept["best"]).all() and not (words == kept["value"]).all()
    # The state kept as the best is the state after the step with the lowest fixed-batch loss.
    best = min(looks, key=lambda look: look[1])[0]
    learn("textual-inversion", *QUICK, "--batch", "1", "--lr", "0.05", "--steps", str(best), out="b.pzconcept")
    assert (read("b.pzconcept")["words"].flatten() == words).all(), best


@test
def new_folder():
    """a folder that is not there yet is made, so that checkpoints and losses have their place"""
    learn("textual-inversion", *QUICK, "--batch", "1", "--steps", "1", out="new/folder/a.pzconcept")
    assert sorted(os.listdir(path("new/folder"))) == [
        f"a.pzconcept{ending}" for ending in ("", ".loss.csv", ".loss.png", ".resume")]


@test
def flat_memory():
    """step after step it holds the same memory, on the device and off it"""
    few = learn("textual-inversion", *QUICK, "--steps", "3", out="few.pzconcept")[-1]["peak_device_bytes"]
    process = subprocess.Popen(command("textual-inversion", *QUICK, "--steps", "80", "--json", out="many.pzconcept"),
                               stdout=subprocess.PIPE, text=True)
    held = []
    for line in process.stdout:
        event = json.loads(line)
        if event.get("step", 0) in (30, 80):
            with open(f"/proc/{process.pid}/statm") as f:
                held.append(int(f.read().split()[1]) * os.sysconf("SC_PAGE_SIZE"))
    assert process.wait(timeout=60) == 0 and len(held) == 2
    # The allowance for what a step does not free; the 64x64 pictures alone are 48 KiB.
    assert held[1] - held[0] < 100 * 4096, held
    assert event["peak_device_bytes"] == few, (event, few)


# ---------------------------------------------------------------------------- because of a bad loss


def tells_colours(much):
    """A model folder whose autoencoder sees `much` times red minus green, so that grey gives 0."""
    def change(weight):
        weight[:] = 0
        weight[:, 0, 1, 1], weight[:, 1, 1, 1] = much, -much

    return changed(VAE, "encoder.layers.0.weight", change)


def pictures():
    """Paths of a grey and a red picture."""
    from PIL import Image
    for name, colour in (("grey", (128, 128, 128)), ("red", (255, 0, 0))):
        Image.new("RGB", (64, 64), colour).save(path(f"{name}.png"))
    return path("grey.png"), path("red.png")


@test
def not_a_number():
    """NaN in mid-run: it stops, says at which step, and the checkpoint before that can be continued"""
    grey, red = pictures()
    # The latent of one of the twelve pictures is too large for its square to be a finite float.
    how = {"model": tells_colours(1e22), "images": [grey] * 11 + [red], "out": "nan.pzconcept"}
    more = (*QUICK, "--batch", "1", "--seed", "5", "--json")
    done = call("textual-inversion", *more, "--steps", "100", **how)
    bad = 1 + len([e for e in events(done) if e["event"] == "step"])
    assert 4 <= bad < 100, bad  # depends on the step at which the seed draws that picture
    refused(done, f"step {bad}: ", "NaN or infinity", "learned by step 0", "smaller rate")
    assert not os.path.exists(path("nan.pzconcept"))
    done = call("textual-inversion", *more, "--steps", str(bad - 1), "--force", **how)
    assert done.returncode == 0, done.stderr
    good = read("nan.pzconcept.resume")
    done = call("textual-inversion", *more, "--steps", "100", "--resume", **how)
    refused(done, f"step {bad}: ", f"learned by step {bad - 1}")
    kept = read("nan.pzconcept.resume")
    assert set(kept) == set(good) and all((kept[name] == good[name]).all() for name in good)
    assert all(numpy.isfinite(kept[name]).all() for name in kept)
    done = call("textual-inversion", *more, "--steps", "1", "--resume", **how)
    assert done.returncode == 0 and (read("nan.pzconcept")["words"].flatten() == good["value"]).all(), done.stderr


def smaller_first_losses(name, n_steps):
    """Changes a checkpoint as if the run had begun with twenty steps of much smaller losses. Returns its tensors."""
    metadata, tensors = safetensors_file.read_metadata(path(name)), read(name)
    rows = tensors["rows"].reshape(n_steps, 3)
    rows[:20, 0] = rows[20:, 0].mean() / 20
    tensors["rows"] = rows.flatten()
    safetensors_file.write(path(name), tensors, metadata)
    return tensors


@test
def tenfold():
    """a loss that is ten times what it was in the beginning ends the run, and the checkpoint is not written over"""
    learn("textual-inversion", *QUICK, "--batch", "1", "--steps", "39", out="ten.pzconcept")
    tensors = smaller_first_losses("ten.pzconcept.resume", 39)
    done = call("textual-inversion", *QUICK, "--batch", "1", "--steps", "60", "--resume", "--json", out="ten.pzconcept")
    assert [e["step"] for e in events(done) if e["event"] == "step"] == [40], done.stdout
    refused(done, "step 40: ", "where it began with", "learned by step 39")
    # A run first writes the checkpoint that it starts from; it does not contain the rejected step.
    assert (read("ten.pzconcept.resume")["value"] == tensors["value"]).all()


@test
def stopped_while_it_grows():
    """Ctrl+C while the loss is far above the beginning: the checkpoint from before that is not written over"""
    learn("textual-inversion", *QUICK, "--batch", "1", "--steps", "24", out="up.pzconcept")
    tensors = smaller_first_losses("up.pzconcept.resume", 24)
    process = subprocess.Popen(command("textual-inversion", *QUICK, "--batch", "1", "--steps", "100000", "--resume", "--json",
                                       out="up.pzconcept"), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    for line in process.stdout:
        if json.loads(line).get("step") == 26:
            break
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=120)
    assert process.returncode == 130, (process.returncode, err)
    kept = read("up.pzconcept.resume")
    assert len(kept["rows"].flatten()) == 3 * 24 and (kept["value"] == tensors["value"]).all(), kept["rows"].shape


@test
def other_mappers():
    """refined ELITE is continued with the mappers that it began with"""
    def louder(bias):
        bias[:] = bias + 1.0

    learn("elite-refine", *QUICK, "--steps", "1", out="mapped.pzconcept")
    other = changed("elite/local_mapper.safetensors", "mapping_0.0.bias", louder)
    refused(call("elite-refine", *QUICK, "--steps", "2", "--resume", model=other, out="mapped.pzconcept"), "another mappers")


@test
def no_latent():
    """a picture that the autoencoder has no numbers for is named"""
    how = {"model": tells_colours(3e38), "images": pictures(), "out": "l.pzconcept"}
    done = call("textual-inversion", *QUICK, "--steps", "2", **how)
    refused(done, "picture 2: expected a finite latent")
    assert not os.path.exists(path("l.pzconcept")) and not os.path.exists(path("l.pzconcept.resume"))


# ---------------------------------------------------------------------------- by its user


@test
def stopped():
    """Ctrl+C: the checkpoint is there, and the command that goes on is printed and works"""
    crowded = crowding()
    process = subprocess.Popen(command("textual-inversion", *QUICK, "--steps", "100000", "--json", out="c.pzconcept"),
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    for line in process.stdout:
        if json.loads(line).get("step") == 3:
            break
    process.send_signal(signal.SIGINT)
    began = time.monotonic()
    _, err = process.communicate(timeout=120)
    took = time.monotonic() - began
    assert process.returncode == 130, (process.returncode, err)
    # Half a second is promised; the rest allows for closing the device and for other load on the machine.
    assert took < 2.0 * PATIENCE * max(crowded, crowding()), (took, crowded)
    assert "--resume" in err and "stopped" in err, err
    assert not os.path.exists(path("c.pzconcept"))
    told = learn("textual-inversion", *QUICK, "--steps", "6", "--resume", out="c.pzconcept")
    steps = [e["step"] for e in told if e["event"] == "step"]
    assert told[-1]["event"] == "done" and 4 <= steps[0] and steps[-1] == 6, told


@test
def killed():
    """killed while it writes and computes, whatever it was at: what is there can be continued, to the same bits"""
    more = (*QUICK, "--lr", "0.01", "--steps", "5")
    learn("textual-inversion", *more, out="whole-run.pzconcept")
    for line_to_wait_for in (1, 2, 4):
        out = f"killed-{line_to_wait_for}.pzconcept"
        process = subprocess.Popen(command("textual-inversion", *more, "--json", out=out), stdout=subprocess.PIPE,
                                   stderr=subprocess.DEVNULL, text=True)
        for _ in range(line_to_wait_for):
            process.stdout.readline()
        process.kill()
        process.communicate(timeout=120)
        # Before the first step there may be no checkpoint yet.
        resume = ["--resume"] if os.path.exists(path(out + ".resume")) else []
        learn("textual-inversion", *more, "--force", *resume, out=out)
        assert (read(out)["words"] == read("whole-run.pzconcept")["words"]).all(), line_to_wait_for



run(sys.argv[3] if len(sys.argv) > 3 else None)

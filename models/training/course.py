# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How the judges' networks and the subject finder are trained: by a course of steps that can be stopped at any time.

  taught(lesson, steps, path)   the lesson's network after so many steps, or after the first of them, going on from
                                the checkpoint at the path

A lesson has a name, a network and a loss for a step, given what share of the course is over.  All chance of a step
comes from the step's number, so a course that was interrupted ends as it would have ended.
"""

import time
from pathlib import Path

import numpy as np
import torch

from tensors import write_checkpoint

SEED = 20611  # no other part of training has it
SAVED_EVERY = 120  # seconds
# Convolutions in bfloat16 are twice as fast where the processor has the instructions, and slower elsewhere.
CPU = Path("/proc/cpuinfo")
BF16 = CPU.exists() and bool({"avx512_bf16", "amx_bf16"} & set(CPU.read_text().split()))


def rate(step, steps):
    """Of the learning rate: a rise, a plain, and from two thirds on a fall to nothing.  So a course may be made longer
    or shorter before it begins to fall."""
    return min(1, (step + 1) / 150, 3 * (1 - step / steps))


def taught(lesson, steps, path, until=None):
    network = lesson.network.train().to(memory_format=torch.channels_last)
    optimiser = torch.optim.AdamW(network.parameters(), lesson.lr, weight_decay=0.01)
    at = 0
    course = {"network": network, "optimiser": optimiser, "lesson": lesson}
    if path.exists():
        saved = torch.load(path)
        at = saved.pop("step")
        for part, state in saved.items():
            course[part].load_state_dict(state)
    now, until = time.monotonic(), until or steps
    for step in range(at, until):
        torch.manual_seed(SEED + 1000003 * lesson.number + step)
        optimiser.param_groups[0]["lr"] = lesson.lr * rate(step, steps)
        loss = lesson.loss(np.random.default_rng([SEED, lesson.number, step]), step / steps)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        if step % 25 == 24:
            print(f"{lesson.name} step {step + 1} loss {loss.item():.3f} {time.process_time():.0f} s", flush=True)
        if time.monotonic() - now > SAVED_EVERY or step + 1 == until:
            now = time.monotonic()
            write_checkpoint(path, {"step": step + 1, **{k: v.state_dict() for k, v in course.items()}})
    return network.eval()


class Lesson:
    """What a course needs; a lesson without a state of its own has an empty one."""

    number, name, lr, kind = 0, "", 4e-3, None

    def __init__(self):
        torch.manual_seed(SEED + self.number)
        self.network = self.kind()

    def told(self, x):
        with torch.autocast("cpu", torch.bfloat16, enabled=BF16):
            return self.network(x.contiguous(memory_format=torch.channels_last))

    def state_dict(self):
        return {}

    def load_state_dict(self, state):
        assert not state

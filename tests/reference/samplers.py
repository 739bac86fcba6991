#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The samplers again, each in the variables of its own paper and in double precision.

sample () works on any arrays (NumPy's, PyTorch's, plain numbers) and is the reference for whole pictures. As a program it
writes trajectories of two numbers, with a formula as the network, for tests/unit/test-sampler-trajectories.c.
Usage: samplers.py > tests/unit/sampler-trajectories-data.h
"""

import math
import textwrap
from dataclasses import dataclass, field

import numpy as np

NAMES = ("lcm", "ddim", "euler", "euler-trailing", "dpmpp-2m", "dpmpp-2m-karras", "lms", "tcd")


@dataclass
class Schedule:
    """The relevant keys of scheduler_config.json, with Stable Diffusion 1.x's values as defaults."""
    prediction_type: str = "epsilon"
    timestep_spacing: str = "leading"
    steps_offset: int = 1
    set_alpha_to_one: bool = False
    original_inference_steps: int = 50
    abar: list = field(init=False, repr=False)
    sigma: list = field(init=False, repr=False)

    def __post_init__(self):
        betas = np.linspace(math.sqrt(0.00085), math.sqrt(0.012), 1000) ** 2
        abar = np.cumprod(1 - betas)
        self.abar = abar.tolist()
        self.sigma = np.sqrt((1 - abar) / abar).tolist()

    def picture(self, x, answer, abar):
        """The clean picture that a network output implies; x has variance near 1."""
        if self.prediction_type == "epsilon":
            return (x - math.sqrt(1 - abar) * answer) / math.sqrt(abar)
        return math.sqrt(abar) * x - math.sqrt(1 - abar) * answer

    def noise(self, x, answer, abar):
        if self.prediction_type == "epsilon":
            return answer
        return math.sqrt(abar) * answer + math.sqrt(1 - abar) * x

    def times(self, spacing, n):
        if spacing == "leading":
            return np.array([1000 // n * i + self.steps_offset for i in range(n)][::-1], float)
        if spacing == "trailing":
            return np.array([round(1000 - i * 1000 / n) - 1 for i in range(n)], float)
        return np.linspace(0, 999, n)[::-1] if n > 1 else np.array([999.0])

    def distilled(self, n):
        stride = 1000 // self.original_inference_steps
        candidates = (np.arange(1, self.original_inference_steps + 1) * stride - 1)[::-1]
        picks = np.floor(np.linspace(0, len(candidates), n, endpoint=False) + 1e-9)
        return [int(candidates[int(p)]) for p in picks]


def ddim(schedule, n, network, z, draw):
    x = z
    for t in np.rint(schedule.times(schedule.timestep_spacing, n)).astype(int):
        t, before = int(t), int(t) - 1000 // n
        end = 1.0 if schedule.set_alpha_to_one else schedule.abar[0]
        abar, after = schedule.abar[t], schedule.abar[before] if before >= 0 else end
        answer = network(x, t)
        x = (math.sqrt(after) * schedule.picture(x, answer, abar)
             + math.sqrt(1 - after) * schedule.noise(x, answer, abar))
        yield x


def sigma_walk(schedule, times, z, scaled):
    """Returns the sigmas, with a final 0, and the first latent in sigma space."""
    sigmas = [*np.interp(times, np.arange(1000), schedule.sigma).tolist(), 0.0]
    return sigmas, z * (math.sqrt(sigmas[0] ** 2 + 1) if scaled else sigmas[0])


def derivative(schedule, network, x, sigma, t):
    """(x - picture) / sigma, with x in sigma space."""
    answer = network(x / math.sqrt(sigma ** 2 + 1), float(t))
    if schedule.prediction_type == "epsilon":
        picture = x - sigma * answer
    else:
        picture = x / (sigma ** 2 + 1) - answer * (sigma / math.sqrt(sigma ** 2 + 1))
    return (x - picture) / sigma


def euler(schedule, n, network, z, draw, spacing=None):
    spacing = spacing or schedule.timestep_spacing
    times = schedule.times(spacing, n)
    sigmas, x = sigma_walk(schedule, times, z, spacing == "leading")
    for i, t in enumerate(times):
        x = x + (sigmas[i + 1] - sigmas[i]) * derivative(schedule, network, x, sigmas[i], t)
        yield x / math.sqrt(sigmas[i + 1] ** 2 + 1)


def euler_trailing(schedule, n, network, z, draw):
    return euler(schedule, n, network, z, draw, "trailing")


def lms(schedule, n, network, z, draw):
    times = schedule.times("linspace", n)
    sigmas, x = sigma_walk(schedule, times, z, False)
    past = []
    for i, t in enumerate(times):
        past = [derivative(schedule, network, x, sigmas[i], t)] + past[:3]
        for j, d in enumerate(past):
            others = [sigmas[i - k] for k in range(len(past)) if k != j]
            basis = np.poly1d([1.0])
            for other in others:
                basis = basis * np.poly1d([1.0, -other]) / (sigmas[i - j] - other)
            whole = basis.integ()
            x = x + float(whole(sigmas[i + 1]) - whole(sigmas[i])) * d
        yield x / math.sqrt(sigmas[i + 1] ** 2 + 1)


def dpmpp(schedule, network, z, times, sigmas):
    """Midpoint form. The first step is first order, and so is the last, which is taken in its limit."""
    x, before = z, None
    lam = [-math.log(s) for s in sigmas]
    for i, t in enumerate(times):
        alpha = 1 / math.sqrt(1 + sigmas[i] ** 2)
        picture = schedule.picture(x, network(x, int(t)), alpha ** 2)
        if i + 1 == len(times):
            x = picture
        else:
            alpha_next = 1 / math.sqrt(1 + sigmas[i + 1] ** 2)
            h = lam[i + 1] - lam[i]
            slope = 0 if before is None else (picture - before) / ((lam[i] - lam[i - 1]) / h)
            x = (sigmas[i + 1] * alpha_next / (sigmas[i] * alpha) * x
                 - alpha_next * (math.exp(-h) - 1) * (picture + 0.5 * slope))
        before = picture
        yield x


def dpmpp_2m(schedule, n, network, z, draw):
    if schedule.timestep_spacing == "linspace":
        times = np.rint(np.linspace(0, 999, n + 1))[::-1][:-1]
    elif schedule.timestep_spacing == "leading":
        times = (np.arange(n + 1) * (1000 // (n + 1)))[::-1][:-1] + schedule.steps_offset
    else:
        times = np.rint(np.arange(1000, 0, -1000 / n)) - 1
    return dpmpp(schedule, network, z, times, [schedule.sigma[int(t)] for t in times])


def dpmpp_2m_karras(schedule, n, network, z, draw):
    ramp = np.linspace(0, 1, n)
    high, low = schedule.sigma[-1] ** (1 / 7), schedule.sigma[0] ** (1 / 7)
    sigmas = (high + ramp * (low - high)) ** 7
    times = np.rint(np.interp(np.log(sigmas), np.log(schedule.sigma), np.arange(1000)))
    return dpmpp(schedule, network, z, times, sigmas.tolist())


def lcm(schedule, n, network, z, draw):
    x, times = z, schedule.distilled(n)
    for i, t in enumerate(times):
        tau = 10.0 * t
        c_skip, c_out = 0.25 / (tau ** 2 + 0.25), tau / math.sqrt(tau ** 2 + 0.25)
        x = c_out * schedule.picture(x, network(x, t), schedule.abar[t]) + c_skip * x
        if i + 1 < n:
            after = schedule.abar[times[i + 1]]
            x = math.sqrt(after) * x + math.sqrt(1 - after) * draw()
        yield x


def tcd(schedule, n, network, z, draw, eta=0.3):
    x, times = z, schedule.distilled(n)
    for i, t in enumerate(times):
        after = times[i + 1] if i + 1 < n else 0
        abar, abar_n = schedule.abar[t], schedule.abar[after]
        abar_s = schedule.abar[math.floor((1 - eta) * after)]
        answer = network(x, t)
        x = (math.sqrt(abar_s) * schedule.picture(x, answer, abar)
             + math.sqrt(1 - abar_s) * schedule.noise(x, answer, abar))
        if i + 1 < n:
            x = math.sqrt(abar_n / abar_s) * x + math.sqrt(1 - abar_n / abar_s) * draw()
        yield x


def sample(name, schedule, n, network, z, draw=None):
    """Yields the latent after each step, with variance near 1; the last one is the result.

    network (x, t) gets x with variance near 1; z is the initial noise; draw () returns further noise.
    """
    return globals()[name.replace("-", "_")](schedule, n, network, z, draw)


# ---- trajectories of two numbers ----

STARTS = (0.83, -1.6)
CASES = [(name, prediction, spacing, n)
         for name in NAMES
         for prediction in ("epsilon", "v_prediction")
         for spacing in (("leading", "linspace", "trailing") if name in ("ddim", "euler", "dpmpp-2m")
                         else ("leading",))
         for n in (1, 4, 9)]


def formula(prediction):
    """The optimal prediction if pictures are -1 or 1 and the noise level is close to the schedule's."""
    def network(x, t):
        abar = math.exp(-5.36 * (t / 1000) ** 2 - 0.0009)
        a, s = math.sqrt(abar), math.sqrt(1 - abar)
        picture = np.tanh(a * x / s ** 2)
        noise = (x - a * picture) / s
        return noise if prediction == "epsilon" else a * noise - s * picture
    return network


def main():
    print("/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors\n"
          " * SPDX-License-Identifier: GPL-3.0-or-later\n *\n"
          " * Written by tests/reference/samplers.py: sampler, prediction, spacing, steps; where the two numbers\n"
          " * 0.83 and -1.6 are after each step.\n */\n"
          "static const struct\n{\n  const char *sampler, *prediction, *spacing;\n  guint n;\n"
          "  double x[9][2];\n} trajectories[] = {")
    for name, prediction, spacing, n in CASES:
        drawn = iter(range(1, 100))
        walk = sample(name, Schedule(prediction, spacing), n, formula(prediction), np.array(STARTS),
                      lambda: np.full(2, math.sin(3 * next(drawn))))
        rows = ", ".join("{%.8f,%.8f}" % tuple(x) for x in walk)
        print(textwrap.fill(f'{{ "{name}", "{prediction}", "{spacing}", {n}, {{ {rows} }} }},', 96,
                            initial_indent="  ", subsequent_indent="    "))
    print("};")


if __name__ == "__main__":
    main()

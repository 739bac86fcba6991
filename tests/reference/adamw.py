#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""PyTorch's AdamW in f32 on a few numbers, for tests/unit/test-adamw.c. Usage: adamw.py > tests/unit/adamw-data.h"""

import torch

SETTINGS = {"rate": 5e-3, "beta_1": 0.9, "beta_2": 0.999, "epsilon": 1e-8, "weight_decay": 0.01}
N, STEPS = 7, 12


def row(values):
    return "{ " + ", ".join(f"{float(v).hex()}f" for v in values) + " },"


def main():
    generator = torch.Generator().manual_seed(1)
    parameter = torch.nn.Parameter(torch.randn(N, generator=generator))
    # Realistic magnitudes of gradients: from large ones to ones small enough for epsilon to matter.
    gradients = torch.randn(STEPS, N, generator=generator) * torch.logspace(1, -9, N)
    optimizer = torch.optim.AdamW([parameter], lr=SETTINGS["rate"], betas=(SETTINGS["beta_1"], SETTINGS["beta_2"]),
                                  eps=SETTINGS["epsilon"], weight_decay=SETTINGS["weight_decay"])
    start = parameter.detach().clone()
    after = []
    for gradient in gradients:
        parameter.grad = gradient.clone()
        optimizer.step()
        after.append(parameter.detach().clone())
    state = optimizer.state[parameter]
    print("/* SPDX-" "FileCopyrightText: 2026 The gimp-personalize authors")
    print(" * SPDX-" "License-Identifier: GPL-3.0-or-later")
    print(" *")
    print(f" * Written by tests/reference/adamw.py with PyTorch {torch.__version__.split('+')[0]}.")
    print(" */")
    print(f"#define N {N}")
    print(f"#define STEPS {STEPS}")
    print("static const PzAdamwSettings settings = {")
    for name, value in SETTINGS.items():
        print(f"  .{name} = {value},")
    print("};")
    print("static const float start[N] = " + row(start)[:-1] + ";")
    for name, rows in ("gradients", gradients), ("after", after):
        print(f"static const float {name}[STEPS][N] = {{")
        for values in rows:
            print("  " + row(values))
        print("};")
    print("static const float last_mean[N] = " + row(state["exp_avg"])[:-1] + ";")
    print("static const float last_square[N] = " + row(state["exp_avg_sq"])[:-1] + ";")


if __name__ == "__main__":
    main()

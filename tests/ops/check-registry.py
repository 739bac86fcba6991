#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every op of compute/ops/ops.def has cases in a family of compute/conformance, and a backward rule or a reason to have none."""

import pathlib
import re
import sys

# Ops that no gradient passes through.
NEVER = {
    "accumulate": "of finished gradients",
    "adamw": "of finished gradients",
    "attention_gradient": "of backward rules alone",
    "constant": "has no sources",
    "embedding_gradient": "of backward rules alone",
    "emphasis": "weighs the words of finished prompts",
    "geglu_gradient": "of backward rules alone",
    "group_norm_gradient": "of backward rules alone",
    "head_dot": "of backward rules alone",
    "layer_norm_gradient": "of backward rules alone",
    "max_gradient": "of backward rules alone",
    "mean_square_gradient": "of backward rules alone",
    "not_finite": "of finished gradients",
    "ratio": "of backward rules alone",
    "resize_bicubic": "of pictures on their way in",
    "sampler_remember": "of finished answers",
    "sampler_update": "of finished answers",
    "spread": "of backward rules alone",
    "stop_gradient": "lets none through",
    "unary_gradient": "of backward rules alone",
}
root, families = pathlib.Path(sys.argv[1]), sys.argv[2:]
ops = re.findall(r"^PZ_OP \((\w+)\)", (root / "compute/ops/ops.def").read_text(), re.M)
tested = {}
for family in families:
    source = (root / f"compute/conformance/{family}.c").read_text()
    for op, cases in re.findall(r'\.op = "(\w+)".*?PZ_OP_CASES \((\w+)\)', source, re.S):
        table = re.search(rf"\b{cases}\[[^=]*= \{{(.*?)\n *\}};", source, re.S)
        tested.setdefault(op, []).append(table.group(1) if table else "")

rules = set()
for source in (root / "compute/ops").glob("*.c"):
    for op, body in re.findall(r"^const PzOpClass pz_op_(\w+) = \{(.*?)^\};", source.read_text(), re.M | re.S):
        if ".backward =" in body:
            rules.add(op)

failed = 0
results = []


def check(good, name):
    global failed
    failed += not good
    results.append(f"{'ok' if good else 'not ok'} {len(results) + 1} /registry/{name}")


for op in ops:
    check(any(".name" in table for table in tested.get(op, [])), f"{op}-has-cases")
    check((op in rules) != (op in NEVER), f"{op}-has-a-backward-rule-or-is-listed-without")
unknown = sorted((set(tested) | set(NEVER)) - set(ops))
check(not unknown, f"no-cases-of-unknown-ops {' '.join(unknown)}")
print("TAP version 14")
print(f"1..{len(results)}")
print("\n".join(results))
sys.exit(failed > 0)

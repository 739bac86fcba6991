#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every op of compute/ops/ops.def has cases in a listed test program."""

import pathlib
import re
import sys

root, programs = pathlib.Path(sys.argv[1]), sys.argv[2:]
ops = re.findall(r"^PZ_OP \((\w+)\)", (root / "compute/ops/ops.def").read_text(), re.M)
tested = {}
for program in programs:
    source = (root / f"tests/ops/{program}.c").read_text()
    for op, cases in re.findall(r'\.op = "(\w+)".*?PZ_OP_CASES \((\w+)\)', source, re.S):
        table = re.search(rf"\b{cases}\[[^=]*= \{{(.*?)\n *\}};", source, re.S)
        tested.setdefault(op, []).append(table.group(1) if table else "")

print("TAP version 14")
print(f"1..{len(ops) + 1}")
failed = 0
for number, op in enumerate(ops, 1):
    good = any(".name" in table for table in tested.get(op, []))
    failed += not good
    print(f"{'ok' if good else 'not ok'} {number} /registry/{op}-has-cases")
unknown = sorted(set(tested) - set(ops))
failed += bool(unknown)
print(f"{'not ok' if unknown else 'ok'} {len(ops) + 1} /registry/no-cases-of-unknown-ops {' '.join(unknown)}")
sys.exit(failed > 0)

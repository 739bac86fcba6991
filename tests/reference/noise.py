#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""noise.py > tests/unit/data/noise.tsv

Random numbers of PyTorch's CPU generator, one line per draw: "seed, number of the draw, length, values". If a draw has more
than 48 values, only the first 8 and the last 40. Consecutive draws of one seed come from one generator. Not needed by any test.
"""

import torch

DRAWS = [
    (0, [1]), (0, [15]), (0, [16]), (0, [17]), (0, [4096]),
    (42, [16384]), (42, [3, 4, 1, 20, 5, 16, 2]), (42, [31, 31]), (42, [47]),
    (1234567890, [10000, 10001]), (4294967295, [24]), (4294967296, [24]), (4294967338, [33]),
    (2**63 + 12345, [18, 7]), (2**64 - 1, [64]), (7, [700, 1, 700]),
]

# REUSE-IgnoreStart
print("# SPDX-FileCopyrightText: 2026 The gimp-personalize authors")
print("# SPDX-License-Identifier: GPL-3.0-or-later")
# REUSE-IgnoreEnd
print(f"# seed, draw, length, values; PyTorch {torch.__version__}")
for seed, lengths in DRAWS:
    # manual_seed takes the upper half of the unsigned range as negative numbers.
    generator = torch.Generator().manual_seed(seed if seed < 2**63 else seed - 2**64)
    for number, length in enumerate(lengths):
        values = torch.randn(length, generator=generator).tolist()
        kept = values if length <= 48 else values[:8] + values[-40:]
        print(seed, number, length, " ".join(f"{value:.9g}" for value in kept), sep="\t")

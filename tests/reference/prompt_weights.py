# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Emphasis in a prompt, implemented again with one regular expression and stacks, after the documented rules of the common web
interfaces. For comparison with models/tasks/prompt-weights.c and compute/ops/emphasis.c."""

import re

import torch

SYNTAX = re.compile(r"\\([()\[\]\\])|(\\)|([(\[])|:\s*([+-]?(?:\d+\.?\d*|\.\d+))\s*\)|([)\]])|(.)", re.S)


def read(prompt):
    """Returns [(text, weight)]; every bracket ends a piece."""
    pieces, stacks = [["", 1.0]], {")": [], "]": []}

    def close(kind, factor):
        pieces.append(["", 1.0])
        for piece in pieces[stacks[kind].pop():-1]:
            piece[1] *= factor

    for match in SYNTAX.finditer(prompt):
        escaped, lone, opening, number, closing, plain = match.groups()
        if opening:
            pieces.append(["", 1.0])
            stacks[")" if opening == "(" else "]"].append(len(pieces) - 1)
        elif number and stacks[")"]:
            close(")", float(number))
        elif closing and stacks[closing]:
            close(closing, 1.1 if closing == ")" else 1 / 1.1)
        elif not lone:
            pieces[-1][0] += escaped or plain or match.group(0)
    for kind, factor in ((")", 1.1), ("]", 1 / 1.1)):
        while stacks[kind]:
            close(kind, factor)
    return [(text, weight) for text, weight in pieces if text]


def emphasise(context, weights):
    """Multiplies the rows by their weights, then rescales all values to keep their mean; the factor is clamped to [1 / greatest
    weight, 1 / least weight]. context [1, T, D], weights [T]."""
    weighed = context * torch.tensor(weights, dtype=context.dtype)[None, :, None]
    return weighed * (context.mean() / weighed.mean()).clamp(1 / max(weights), 1 / max(min(weights), 1e-20))

#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes compute/conformance/resize-bicubic-data.h: PIL's results for pictures of noise.

Provenance only: the tests read the saved numbers. Usage: resize-bicubic.py > HEADER
"""

import numpy
import PIL
from PIL import Image

# (height, width) of input and output. The input is sharp noise, so that both rounding and clipping occur.
CASES = [((13, 17), (5, 7)), ((7, 5), (16, 11)), ((48, 64), (9, 14)), ((6, 9), (6, 4)),
         ((3, 3), (3, 3)), ((1, 2), (5, 1)), ((97, 31), (14, 14))]


def noise(height, width):
    """The top byte of a linear congruential generator; the test generates the same values."""
    state, levels = height * 1000 + width, []
    for _ in range(height * width * 3):
        state = (state * 1664525 + 1013904223) % 2 ** 32
        levels.append(state >> 24)
    return numpy.array(levels, numpy.uint8).reshape(height, width, 3)


print(f"""/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Written by tests/reference/resize-bicubic.py with PIL {PIL.__version__}.
 */""")
for index, ((in_h, in_w), (out_h, out_w)) in enumerate(CASES):
    resized = numpy.asarray(Image.fromarray(noise(in_h, in_w))
                            .resize((out_w, out_h), Image.Resampling.BICUBIC)).reshape(-1)
    print(f"static const guint8 resized_{index}[] = {{")
    for start in range(0, len(resized), 20):
        print("  " + " ".join(f"{level}," for level in resized[start:start + 20]))
    print("};")

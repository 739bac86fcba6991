#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compiles one kernel, or writes the list or the C table of all kernels. Called by shaders/meson.build."""

import pathlib
import struct
import subprocess
import sys


def compile_kernel(glslc, spirv_val, root, source, output, depfile, *defines):
    """Compiles GLSL to validated SPIR-V; the depfile triggers a rebuild after edits in lib/ or args/."""
    subprocess.run(
        [glslc, "--target-env=vulkan1.2", "-fshader-stage=compute", "-Werror", "-O",
         "-DPZ_GLSL", *defines, "-I", root, "-MD", "-MF", depfile, "-MT", output,
         "-o", output, source],
        check=True)
    subprocess.run([spirv_val, "--target-env", "vulkan1.2", "--scalar-block-layout", output],
                   check=True)


def write_list(output, *names):
    """Writes the X-macro list from which kernels.h makes its enum."""
    lines = [f"PZ_KERNEL (PZ_KERNEL_{name.upper()}, {name})" for name in names]
    pathlib.Path(output).write_text("\n".join(lines) + "\n")


def write_table(output, *spirv_files):
    """Writes the C table of every kernel's SPIR-V words, in the order of the list."""
    text = ['#include "shaders/kernels.h"', ""]
    rows = []
    for path in map(pathlib.Path, spirv_files):
        code = path.read_bytes()
        words = struct.unpack(f"<{len(code) // 4}I", code)
        text.append(f"static const uint32_t {path.stem}_words[{len(words)}] = {{")
        for start in range(0, len(words), 12):
            text.append("  " + " ".join(f"{w:#x}," for w in words[start:start + 12]))
        text += ["};", ""]
        rows.append(f'  {{ "{path.stem}", {path.stem}_words, sizeof {path.stem}_words }},')
    text += ["const PzKernelCode pz_kernels[PZ_N_KERNELS] = {", *rows, "};", ""]
    pathlib.Path(output).write_text("\n".join(text))


if __name__ == "__main__":
    command, *arguments = sys.argv[1:]
    try:
        {"compile": compile_kernel, "list": write_list, "table": write_table}[command](*arguments)
    except subprocess.CalledProcessError as failure:
        sys.exit(failure.returncode)

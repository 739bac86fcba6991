# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The number of threads that PyTorch and its BLAS compute with.

There are two pools: PyTorch's own loops and oneDNN run on OpenMP's threads, matrix products on OpenBLAS's threads. If both
pools have as many threads as there are processors, they compete, and small networks lose more by waiting than they gain.
"""

import ctypes
import os
import re

import torch


def find_openblas():
    """Returns OpenBLAS's function that sets its number of threads, or None if another BLAS is loaded."""
    torch.ones(64, 64) @ torch.ones(64, 64)  # makes PyTorch load its BLAS
    with open("/proc/self/maps", encoding="utf-8") as maps:
        paths = {line.split()[-1] for line in maps if "openblas" in line}
    for path in sorted(paths):
        library = ctypes.CDLL(path)
        if hasattr(library, "openblas_set_num_threads"):
            return library.openblas_set_num_threads
    return None


class Threads:
    """settings: pairs (OpenMP threads, OpenBLAS threads); the second is None without OpenBLAS. Only one pair if there is no
    choice: on a graphics card, or if OMP_NUM_THREADS sets the number."""

    def __init__(self, device):
        most = len(os.sched_getaffinity(0))
        self.set_openblas = find_openblas() if device == "cpu" else None
        counts = sorted({1, most})
        if device != "cpu" or re.fullmatch(r"\d+", os.environ.get("OMP_NUM_THREADS", "")):
            counts = [torch.get_num_threads()]
        self.settings = [(omp, blas) for omp in counts for blas in (counts if self.set_openblas else [None])]
        self.on_card = device != "cpu"

    def use(self, setting):
        omp, blas = setting
        torch.set_num_threads(omp)
        if blas:
            self.set_openblas(blas)

    def describe(self, setting):
        omp, blas = setting
        if self.on_card:
            return "the card's"
        return f"OpenMP {omp}" + (f", OpenBLAS {blas}" if blas else "")

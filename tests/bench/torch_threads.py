# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How many threads PyTorch and its BLAS compute with.

They are two pools: PyTorch's own loops and oneDNN run on OpenMP's threads, matrix products on those of OpenBLAS. Where both have
as many as there are processors they are in each other's way, and small networks lose more by waiting than they gain.
"""

import ctypes
import os
import re

import torch


def find_openblas():
    """The function that sets its number of threads, or None where another BLAS is loaded."""
    torch.ones(64, 64) @ torch.ones(64, 64)  # loads it
    with open("/proc/self/maps", encoding="utf-8") as maps:
        paths = {line.split()[-1] for line in maps if "openblas" in line}
    for path in sorted(paths):
        library = ctypes.CDLL(path)
        if hasattr(library, "openblas_set_num_threads"):
            return library.openblas_set_num_threads
    return None


class Threads:
    """settings: pairs of OpenMP's and OpenBLAS's number, the latter None where there is no OpenBLAS. One alone where it is not
    to be chosen: on a graphics card, or because OMP_NUM_THREADS says how many."""

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

# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Loads Stable Diffusion 1.5 from one file, 2 GiB in f16, to the device. Usage: test-loading.py LOADING FOLDER"""

import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "cli"))
import random_models  # noqa: E402
from tap import run, test  # noqa: E402

EXE, FOLDER = sys.argv[1:3]
MOST = 3.0


@test
def loading():
    """weights are on the device in three times what reading their file into memory takes"""
    done = subprocess.run([EXE, random_models.single(FOLDER)], capture_output=True, text=True, timeout=1800)
    assert done.returncode == 0, done.stderr
    print(done.stdout, end="", flush=True)
    assert float(done.stdout.split()[-1]) <= MOST, done.stdout


run()

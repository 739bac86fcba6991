# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stop takes effect within half a second at full size: makes the model, then runs stop.c on it.

Usage: test-stop.py PROGRAM FOLDER
"""

import os
import sys

import random_models

PROGRAM, FOLDER = sys.argv[1:3]
os.execv(PROGRAM, [PROGRAM, random_models.single(FOLDER)])

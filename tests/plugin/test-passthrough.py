#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""test-passthrough.py PLUG_IN_FOLDER [ONLY]: what is read from an image and written into it, in a real headless GIMP, with a
plug-in whose engine passes pictures through; TAP.

ONLY: part of the name of a check in one of those modules.
"""

import pathlib
import sys

from gimp_checks import Points, add_checks
from gimp_profile import Profile


def main():
    points = Points()
    with Profile(pathlib.Path(sys.argv[1]).resolve()) as profile:
        add_checks(points, profile, "layers_in_gimp", "large_in_gimp", "colours_in_gimp", only=sys.argv[2] if len(sys.argv) > 2 else None,
                   BABL_LUT=None)  # as for a normal user: large_in_gimp measures memory
    return points.end()


if __name__ == "__main__":
    sys.exit(main())

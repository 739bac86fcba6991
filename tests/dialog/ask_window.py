# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Queries the position of the plug-in's dialog again and again. Only an idle main loop answers.

For each line on standard input it prints a line with the longest answer time since the previous one, in seconds. It is a
separate process, so that no other queries interfere and no delay goes unmeasured.
"""

import pathlib
import select
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "cli")]

import desktop  # noqa: E402
import pyatspi  # noqa: E402


def dialog():
    app = desktop.application(desktop.PLUG_IN)
    return app and next((n for n in app if n.getRole() == pyatspi.ROLE_DIALOG), None)


def main():
    place, slowest = desktop.wait("the dialog", dialog).queryComponent(), 0
    while True:
        asked = time.monotonic()
        place.getExtents(pyatspi.DESKTOP_COORDS)
        slowest = max(slowest, time.monotonic() - asked)
        if select.select([sys.stdin], [], [], 0.01)[0]:
            if not sys.stdin.readline():
                return
            print(f"{slowest:.3f}", flush=True)
            slowest = 0


main()

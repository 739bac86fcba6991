# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Asks the plug-in's dialog for its place again and again, which only an idle main loop answers.

Each line on standard input is answered by a line: how long the slowest answer since the last one took, in seconds. A
process of its own, so that nothing else is asked meanwhile and no wait stays unseen.
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

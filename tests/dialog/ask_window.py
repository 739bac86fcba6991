# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Queries the position of the plug-in's dialog again and again. Only an idle main loop answers.

For each line on standard input it prints a line with the longest answer time since the previous one, in seconds. It is a
separate process, so that no other queries interfere and no delay goes unmeasured.

On a crowded machine an answer is late because others have the processors. The kernel counts the time that each thread was
ready to run but had no processor; this time is not part of the answer time.
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


def threads_between(plug_in):
    """The threads that an answer waits for, by process: ours, the plug-in's main thread, and all of GIMP's, whose main thread
    waits for the others while it draws."""
    gimp = int(pathlib.Path(f"/proc/{plug_in}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[1])
    return [["/proc/self/schedstat"], [f"/proc/{plug_in}/task/{plug_in}/schedstat"],
            [str(task / "schedstat") for task in pathlib.Path(f"/proc/{gimp}/task").iterdir()]]


def delays(processes):
    """How long each thread has been ready without a processor so far, in seconds. None counts where the kernel does not
    count."""
    def delay(path):
        try:
            with open(path, encoding="utf-8") as file:
                return int(file.read().split()[1]) / 1e9
        except OSError:  # the thread has ended, or the kernel does not count
            return 0
    return [[delay(path) for path in threads] for threads in processes]


def main():
    found = desktop.wait("the dialog", dialog)
    place, slowest = found.queryComponent(), 0
    processes = threads_between(found.getApplication().get_process_id())
    while True:
        before, asked = delays(processes), time.monotonic()
        place.getExtents(pyatspi.DESKTOP_COORDS)
        took = time.monotonic() - asked
        late = sum(max(map(lambda a, b: a - b, *pair)) for pair in zip(delays(processes), before))
        slowest = max(slowest, took - late)
        if select.select([sys.stdin], [], [], 0.01)[0]:
            if not sys.stdin.readline():
                return
            print(f"{slowest:.3f}", flush=True)
            slowest = 0


main()

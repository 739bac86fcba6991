# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The least that a TAP-speaking test script needs: named checks, one line each, and a plan."""

import os
import resource
import signal
import sys
import time
import traceback

PATIENCE = float(os.environ.get("PZ_TEST_PATIENCE", "1"))  # limits of time, times this: more where much else runs
_tests = []

# A shell that starts tests in the background has it ignored, and what is ignored stays so in the programs under test.
signal.signal(signal.SIGINT, signal.default_int_handler)


def crowding(seconds=0.1):
    """How many times as long as alone computing takes now: 1 on a processor of one's own. For limits of times that are
    promised to somebody whose machine does nothing else; asked before the program under test computes itself."""
    wall, own = time.monotonic(), time.process_time()
    while time.process_time() < own + seconds:
        pass
    return max(1.0, (time.monotonic() - wall) / seconds)


def test(function):
    """Marks a function as a test; its docstring's first line is the test's name."""
    _tests.append(function)
    return function


class Skip(Exception):
    """Raised by a test that cannot run here; the text says why."""


class Lost(AssertionError):
    """Raised by a test that leaves what later ones share in a state nobody knows: those fail unrun, each in no time."""


def processor_seconds():
    """Of this process and of those that it waited for."""
    return sum(usage.ru_utime + usage.ru_stime for usage in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)))


def processor_seconds_below(process):
    """Of a process and of all below it, also of those that are running."""
    found, parents = {}, {}
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
                fields = file.read().rpartition(")")[2].split()
        except OSError:  # it ended meanwhile
            continue
        parents[int(pid)], found[int(pid)] = int(fields[1]), sum(map(int, fields[11:15]))

    def is_below(pid):
        while pid not in (process, 0, None):
            pid = parents.get(pid)
        return pid == process
    return sum(ticks for pid, ticks in found.items() if is_below(pid)) / os.sysconf("SC_CLK_TCK")


def run(only=None, processor_seconds=processor_seconds):
    """Runs the tests in the order they were defined and exits with the right status. processor_seconds: so many were used until
    now by what the tests are about."""
    tests = [t for t in _tests if not only or only in t.__name__]
    print("TAP version 13")
    print(f"1..{len(tests)}", flush=True)
    failed, lost = 0, None
    for number, function in enumerate(tests, 1):
        name = (function.__doc__ or function.__name__).splitlines()[0].rstrip(".")
        began = time.monotonic(), processor_seconds()
        try:
            assert not lost, f"not run: {lost}"
            function()
            print(f"ok {number} - {name}", flush=True)
        except Skip as reason:
            print(f"ok {number} - {name} # SKIP {reason}", flush=True)
        except Exception as error:
            failed += 1
            if isinstance(error, Lost):
                lost = lost or f"“{name}” {error}"
            print(f"not ok {number} - {name}", flush=True)
            for line in traceback.format_exc().splitlines():
                print(f"# {line}", flush=True)
        print(f"# {time.monotonic() - began[0]:.1f} s, {processor_seconds() - began[1]:.1f} s of processors", flush=True)
    sys.exit(1 if failed else 0)

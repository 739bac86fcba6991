# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The minimum that a TAP test script needs: named tests, one result line each, and a plan."""

import os
import resource
import signal
import sys
import time
import traceback

PATIENCE = float(os.environ.get("PZ_TEST_PATIENCE", "1"))  # factor for time limits: greater on a busy machine
_tests = []

# A shell that starts tests in the background ignores SIGINT, and the programs under test would inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)


def crowding(seconds=0.1):
    """How many times longer computing takes now than on an idle processor (at least 1). For time limits that are promised for
    an otherwise idle machine. Call it before the program under test starts to compute."""
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
    """Raised by a test that leaves the shared state undefined: all later tests fail immediately without being run."""


def processor_seconds():
    """CPU time in seconds of this process and of the child processes that it waited for."""
    return sum(usage.ru_utime + usage.ru_stime for usage in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)))


def processor_seconds_below(process):
    """CPU time in seconds of a process and all its descendants, including running ones."""
    found, parents = {}, {}
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
                fields = file.read().rpartition(")")[2].split()
        except OSError:  # the process has ended meanwhile
            continue
        parents[int(pid)], found[int(pid)] = int(fields[1]), sum(map(int, fields[11:15]))

    def is_below(pid):
        while pid not in (process, 0, None):
            pid = parents.get(pid)
        return pid == process
    return sum(ticks for pid, ticks in found.items() if is_below(pid)) / os.sysconf("SC_CLK_TCK")


def run(only=None, processor_seconds=processor_seconds):
    """Runs the tests in the order of their definition and exits with the right status. processor_seconds: returns the CPU time
    used so far by what is tested."""
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

# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs checks inside a headless GIMP and prints them, and GIMP's own messages, as TAP."""

import json
import pathlib
import re
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
FOLDERS = [str(HERE), str(HERE.parent / "cli")]
sys.path[:0] = FOLDERS

from tap import processor_seconds  # noqa: E402

OURS = re.compile(r"^\(personalize-concept:|^\*\* \(personalize|mnemonic|catalog directory|stray image|inconsistent state")


class Points:
    """Prints TAP points as they arrive and the plan at the end."""

    def __init__(self):
        self.n, self.failed = 0, 0
        self.since = time.monotonic(), processor_seconds()
        print("TAP version 13", flush=True)

    def add(self, name, problem=None, took=None):
        """took: as text; None = the time since the previous point."""
        self.n += 1
        self.failed += problem is not None
        print(f"{'not ok' if problem else 'ok'} {self.n} - {name}", flush=True)
        now = time.monotonic(), processor_seconds()
        took = took or f"{now[0] - self.since[0]:.1f} s, {now[1] - self.since[1]:.1f} s of processors"
        self.since = now
        for line in [*(problem or "").splitlines(), took]:
            print(f"# {line}", flush=True)

    def end(self):
        print(f"1..{self.n}", flush=True)
        return 1 if self.failed else 0


def complaints(errors):
    """The lines on GIMP's standard error that concern us."""
    return "\n".join(l for l in errors.splitlines() if OURS.search(l)) or None


def add_checks(points, profile, *modules, only=None, **variables):
    """Runs all checks of these modules in one GIMP. only: only the checks whose names contain this."""
    out = profile.folder / "checks"
    code = (f"import sys; sys.dont_write_bytecode = True; sys.path[:0] = {FOLDERS!r}; "
            f"import in_gimp; in_gimp.main(*{modules!r})")
    if only:
        variables["CHECKS_ONLY"] = only
    result = profile.console(code, timeout=1500, CHECKS_OUT=str(out), **variables)
    lines = [json.loads(l) for l in out.read_text(encoding="utf-8").splitlines()] if out.exists() else []
    for name, outcome, took in lines:
        points.add(name.replace("_", " "), None if outcome == "ok" else outcome, took)
    status = None if result.returncode == 0 and lines else f"exit status {result.returncode}\n{result.stderr}"
    points.add("GIMP ends well after all calls from Python", status)
    points.add("nothing of ours is on GIMP's standard error", complaints(result.stderr))

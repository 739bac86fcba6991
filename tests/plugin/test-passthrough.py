#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""test-passthrough.py PLUG_IN_FOLDER: colours of all kinds of images, through a plug-in whose engine changes nothing; TAP.

The layer is the concept, the result is what the engine got: as it looks, at most 2/255 away, and the original is what it was.
"""

import json
import pathlib
import sys

from gimp_profile import Profile

HERE = pathlib.Path(__file__).resolve().parent


def main():
    with Profile(pathlib.Path(sys.argv[1]).resolve()) as profile:
        out = profile.folder / "colours"
        script = HERE / "colours_in_gimp.py"
        result = profile.console(f"__file__ = {str(script)!r}; exec(open(__file__).read())", CHECKS_OUT=str(out))
        lines = [json.loads(l) for l in out.read_text(encoding="utf-8").splitlines()] if out.exists() else []
    print("TAP version 13")
    failed = 0
    for number, (name, outcome) in enumerate(lines, 1):
        failed += outcome != "ok"
        print(f"{'ok' if outcome == 'ok' else 'not ok'} {number} - {name}")
        if outcome != "ok":
            print("".join(f"# {l}\n" for l in outcome.splitlines()), end="")
    ended = result.returncode == 0 and lines
    print(f"{'ok' if ended else 'not ok'} {len(lines) + 1} - GIMP ends well")
    if not ended:
        print("".join(f"# {l}\n" for l in result.stderr.splitlines()), end="")
    print(f"1..{len(lines) + 1}")
    return 1 if failed or not ended else 0


if __name__ == "__main__":
    sys.exit(main())

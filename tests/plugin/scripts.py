# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the examples of docs/scripts as a user would."""

import shutil

SCHEME, PYTHON = "plug-in-script-fu-eval", "python-fu-eval"


def calls(scripts, inside, outside, picture):
    """For each example: its file, the call, its language, and the files it makes."""
    def scheme(name, what, *made):
        return f"{name}.scm", f'(load "{scripts}/{name}.scm") {what}', SCHEME, made

    def python(name, what, *made):
        return f"{name}.py", f'exec(open("{scripts}/{name}.py").read())\n{what}', PYTHON, made
    return [
        scheme("learn", f'(learn-and-use "{picture}" "Duck" "toy" 1 "an S on a beach" "{outside}/learned.xcf")', "learned.xcf"),
        scheme("generate", f'(personalize-with (list "Duck" "Duck") "a S1 beside a S2" 1 "{outside}/both.xcf")', "both.xcf"),
        scheme("batch", f'(personalize-all "{inside}" "an S" "{outside}")', "a.png", "b.png"),
        python("learn", f'learn_and_use("{picture}", "Mug", "cup", 1, "an S on a beach", "{outside}/learned.py.xcf")',
               "learned.py.xcf"),
        python("generate", f'generate("{picture}", "a S1 beside a S2", 1, "{outside}/both.py.xcf", concepts=["Duck", "layer"])',
               "both.py.xcf"),
        python("batch", f'batch("{inside}", "an S", "{outside}/python")', "python/a.png", "python/b.png"),
    ]


def add_scripts(points, profile, source, complaints):
    """Runs each example in its own GIMP. The other tests check the results of the procedures."""
    inside, outside = profile.folder / "things", profile.folder / "made"
    inside.mkdir()
    outside.mkdir()
    picture = source / "data/demo/concept.png"
    for name in ("a.png", "b.png"):
        shutil.copy(picture, inside / name)
    for name, line, language, made in calls(source / "docs/scripts", inside, outside, picture):
        result = profile.console(line, language, timeout=1200)
        missing = [file for file in made if not (outside / file).exists()]
        points.add(f"docs/scripts/{name} does what it says", str(result) if missing or result.returncode else None)
        points.add(f"nothing of ours is on GIMP's standard error after {name}", complaints(result.stderr))

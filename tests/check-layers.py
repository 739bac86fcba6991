#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""check-layers.py ROOT

Reads every #include of the C sources under ROOT and fails on any dependency that ARCHITECTURE.md does not allow. First checks
itself on a tree that breaks each rule. Prints TAP.
"""

import os
import pathlib
import re
import sys
import tempfile

# The folders that each folder may include. A folder may always include itself.
ARROWS = {
    "plugin": {"ui", "models", "compute"},
    "ui": {"models", "compute"},
    "cli": {"models", "compute"},
    "models": {"compute", "shaders"},
    "compute": {"shaders"},
    "shaders": set(),
}
# The same for the folders inside the engine. A file name allows only that file.
ROOMS = {
    "compute/base": set(),
    "compute/graph": {"compute/base"},
    "compute/gpu": {"compute/base"},
    "compute/ops": {"compute/graph", "compute/base"},
    "compute/run": {"compute/ops", "compute/graph", "compute/gpu", "compute/base"},
}
# System headers that only some folders may include.
OUTSIDE = [
    (re.compile(r"^(vulkan/|volk\.h|vk_)"), ("compute/gpu",), "Vulkan"),
    (re.compile(r"^(libgimp|gegl)"), ("plugin",), "libgimp"),
    (re.compile(r"^(gtk|gdk)/"), ("ui", "plugin"), "GTK"),
]
MOST_LINES = 500

INCLUDE = re.compile(r'^\s*#\s*include\s*(?:<([^>]+)>|"([^"]+)")', re.MULTILINE)
OP_CASE = re.compile(r"^\s*case\s+PZ_OP_", re.MULTILINE)


def sources(root):
    for folder in ARROWS:
        for path in sorted((root / folder).rglob("*")):
            if path.suffix in (".c", ".h"):
                yield path.relative_to(root)


def resolve(root, source, name):
    """The file of this project that an include names, or None if it is not one of ours."""
    for base in (root / source.parent, root):
        path = pathlib.Path(os.path.normpath(base / name))
        if path.is_file() and path.is_relative_to(root):
            return path.relative_to(root)
    return None


def room_of(path):
    """Maps compute/gpu/buffer.c to "compute/gpu"; None for a public header directly in compute."""
    room = "/".join(path.parts[:2])
    return room if room in ROOMS else None


def check_ours(source, target):
    layer, below = source.parts[0], target.parts[0]
    if below != layer:
        if below not in ARROWS[layer]:
            return f"{layer} must not include {below} ({target})"
        if below != "shaders" and layer not in ("cli",) and len(target.parts) > 2:
            return f"{target} is private to {below}"
    room, other = room_of(source), room_of(target)
    if room and other and room != other and not ROOMS[room] & {other, str(target)}:
        return f"{room} must not include {other} ({target})"
    return None


def check_outside(source, name):
    for pattern, folders, what in OUTSIDE:
        if pattern.match(name) and not any(source.is_relative_to(folder) for folder in folders):
            return f"only {' and '.join(folders)} may include {what} ({name})"
    return None


def check_includes(root):
    faults = []
    for source in sources(root):
        for system, own in INCLUDE.findall((root / source).read_text(encoding="utf-8")):
            target = resolve(root, source, own or system)
            fault = check_ours(source, target) if target else check_outside(source, own or system)
            if fault:
                faults.append(f"{source}: {fault}")
    return faults


def check_lengths(root):
    faults = []
    for source in sources(root):
        lines = len((root / source).read_text(encoding="utf-8").splitlines())
        if lines > MOST_LINES:
            faults.append(f"{source}: expected at most {MOST_LINES} lines, found {lines}")
    return faults


def check_op_switches(root):
    return [
        f"{source}: a switch over the ops is a missing row in a table"
        for source in sources(root)
        if OP_CASE.search((root / source).read_text(encoding="utf-8"))
    ]


CHECKS = {
    "includes-follow-the-arrows": check_includes,
    "no-source-has-more-than-500-lines": check_lengths,
    "no-switch-over-ops": check_op_switches,
}


def self_test():
    """Checks a tree in which each of these files breaks one rule and no other file breaks any."""
    broken = {
        "compute/gpu.h": "",
        "compute/gpu/buffer.h": "#include <vulkan/vulkan.h>\n",
        "compute/graph/graph.c": '#include "compute/gpu/buffer.h"\n',
        "compute/ops/matmul.c": "#include <vulkan/vulkan.h>\n",
        "models/session.h": '#include "compute/gpu.h"\n',
        "models/session.c": '#include "ui/panel.h"\n',
        "models/weights.c": '#include "compute/gpu/buffer.h"\n',
        "models/long.c": "\n" * (MOST_LINES + 1),
        "models/cases.c": "  case PZ_OP_MATMUL:\n",
        "ui/panel.h": "#include <gtk/gtk.h>\n",
        "ui/host.c": "#include <libgimp/gimp.h>\n",
        "cli/main.c": '# include "../ui/panel.h"\n',
        "cli/info.c": "#include <gtk/gtk.h>\n",
    }
    expected = {"compute/graph/graph.c", "compute/ops/matmul.c", "models/session.c", "models/weights.c",
                "models/long.c", "models/cases.c", "ui/host.c", "cli/main.c", "cli/info.c"}
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        for name, text in broken.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text, encoding="utf-8")
        found = {fault.split(":")[0] for check in CHECKS.values() for fault in check(root)}
    return [f"expected a complaint about {name}" for name in sorted(expected - found)] + [
        f"expected no complaint about {name}" for name in sorted(found - expected)
    ]


def main():
    root = pathlib.Path(sys.argv[1]).resolve()
    points = {"/layers/each-broken-rule-is-noticed": self_test()}
    points |= {f"/layers/{name}": check(root) for name, check in CHECKS.items()}
    print("TAP version 13")
    print(f"1..{len(points)}")
    for number, (name, faults) in enumerate(points.items(), 1):
        print(f"{'not ok' if faults else 'ok'} {number} {name}")
        for fault in faults:
            print(f"# {fault}")
    return 1 if any(points.values()) else 0


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""test-plugin.py BUILD_FOLDER SOURCE_FOLDER [ONLY]: the plug-in in a real headless GIMP, results as TAP.

ONLY: one of the parts below, or part of the name of a check in checks_in_gimp.py.
"""

import pathlib
import subprocess
import sys
import threading
import time

from gimp_checks import Points, add_checks, complaints
from gimp_profile import Profile
from scripts import add_scripts

SCRIPT_FU = """(script-fu-use-v3)
(let* ((img (gimp-image-new 96 96 RGB))
       (lay (gimp-layer-new img "concept" 96 96 RGBA-IMAGE 100.0 LAYER-MODE-NORMAL)))
  (gimp-image-insert-layer img lay 0 -1)
  (gimp-drawable-fill lay FILL-WHITE)
  (let ((made (plug-in-personalize-concept #:run-mode RUN-NONINTERACTIVE #:image img #:drawables (vector lay)
                #:prompt "a S on a beach" #:variants 2 #:seed 7 #:steps 1)))
    (gimp-xcf-save RUN-NONINTERACTIVE img "{}")
    (gimp-message (string-append "LAYERS " (number->string (vector-length made))))
    (gimp-image-delete img)))"""

SCRIPT_FU_EMPTY_PROMPT = """(script-fu-use-v3)
(let* ((img (gimp-image-new 96 96 RGB))
       (lay (gimp-layer-new img "concept" 96 96 RGBA-IMAGE 100.0 LAYER-MODE-NORMAL)))
  (gimp-image-insert-layer img lay 0 -1)
  (gimp-drawable-fill lay FILL-WHITE)
  (plug-in-personalize-concept #:run-mode RUN-NONINTERACTIVE #:image img #:drawables (vector lay) #:prompt ""))"""

SCRIPT_FU_LAST_VALS = """(script-fu-use-v3)
(let* ((img (gimp-image-new 96 96 RGB))
       (lay (gimp-layer-new img "concept" 96 96 RGBA-IMAGE 100.0 LAYER-MODE-NORMAL)))
  (gimp-image-insert-layer img lay 0 -1)
  (gimp-drawable-fill lay FILL-WHITE)
  (let ((made (plug-in-personalize-concept #:run-mode RUN-WITH-LAST-VALS #:image img #:drawables (vector lay))))
    (gimp-message (string-append "LAYERS " (number->string (vector-length made))))
    (gimp-image-delete img)))"""


LABEL = """from gi.repository import Gimp
import sys
label = Gimp.get_pdb().lookup_procedure("plug-in-personalize-concept").get_menu_label()
print("LABEL", label, file=sys.stderr)"""


class Leftovers:
    """Records what appears in the recovery folder during the context. A script must leave nothing there: its result is all it
    makes."""

    def __init__(self, profile):
        self.folder, self.seen, self.over = profile.folder / "data/gimp-personalize/recovery", set(), threading.Event()

    def __enter__(self):
        self.watcher = threading.Thread(target=self.watch)
        self.watcher.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.watcher.join()

    def watch(self):
        while not self.over.is_set():
            self.seen.update(map(str, self.folder.rglob("*")))
            time.sleep(0.02)


def script_fu(points, profile):
    xcf = profile.folder / "out.xcf"
    with Leftovers(profile) as left:
        result = profile.console(SCRIPT_FU.format(xcf), "plug-in-script-fu-eval")
    good = result.returncode == 0 and "LAYERS 2" in result.stdout + result.stderr and xcf.exists()
    points.add("Script-Fu calls the procedure with named arguments", None if good else str(result))
    points.add("a script leaves nothing for the next dialog", str(sorted(left.seen)) if left.seen else None)
    result = profile.console(SCRIPT_FU_EMPTY_PROMPT, "plug-in-script-fu-eval")
    good = result.returncode == 70 and "prompt" in (result.stdout + result.stderr).lower()
    points.add("an error ends a batch with status 70 and a message", None if good else str(result))

def goodbye(points, profile, build):
    """GIMP closes the pipe as soon as it has the result; a plug-in that exits later must not report an error because of
    that."""
    result = profile.console(SCRIPT_FU_LAST_VALS, "plug-in-script-fu-eval",
                             LD_PRELOAD=str(build / "tests/plugin/late-goodbye.so"))
    good = result.returncode == 0 and "LAYERS 4" in result.stdout + result.stderr
    points.add("with last values it runs on its defaults, without a dialog, also where it is late", None if good else str(result))
    points.add("and nothing of ours is on GIMP's standard error", complaints(result.stderr))


def no_device(points, profile):
    result = profile.console(SCRIPT_FU.format(profile.folder / "none.xcf"), "plug-in-script-fu-eval",
                             VK_DRIVER_FILES="/nowhere.json", VK_ICD_FILENAMES="/nowhere.json")
    text = result.stdout + result.stderr
    good = result.returncode == 70 and "vulkan" in text.lower() and not (profile.folder / "none.xcf").exists()
    points.add("without a Vulkan device it says so and makes nothing", None if good else str(result))


def german(points, profile):
    """Checks the menu entry in a German GIMP."""
    result = profile.console(LABEL, **profile.german())
    good = "LABEL Konzept _personalisieren …" in result.stderr
    points.add("the menu entry is German in a German GIMP", None if good else str(result))


def without(folder):
    """A command prefix that runs a command with `folder` empty; None if the system does not allow that."""
    cover = 'mount -t tmpfs none "$0" && cd / && exec "$@"'
    # In a chroot the root is not a mount point, so the mount that contains the folder is first made private; otherwise the
    # cover would propagate to all mount namespaces.
    alone = 'm=$(findmnt -n -o TARGET -T "$0") && mount --make-private "$m" && '
    for unshare, script in ((["-m"], cover), (["-rm"], cover), (["-m", "--propagation", "unchanged"], alone + cover)):
        prefix = ["unshare", *unshare, "sh", "-c", script, str(folder)]
        if subprocess.run([*prefix, "true"], check=False, stderr=subprocess.DEVNULL).returncode == 0:
            return prefix
    return None


def installed(points, profile, build, source):
    """Tests the result of `meson install` alone, in a default profile with all of GIMP's own plug-ins."""
    name = "the installed folder works without the source tree, in a default profile"
    stage = profile.folder / "stage"
    subprocess.run(["meson", "install", "-C", build, "--no-rebuild", "--quiet", "--destdir", stage], check=True,
                   stdout=subprocess.DEVNULL)
    folders = list(stage.rglob("plug-ins/personalize-concept"))
    assert len(folders) == 1, folders
    hidden = without(source)
    if hidden is None:
        points.add(f"{name} # SKIP this system lets nobody hide a folder")
        return
    with Profile(folders[0], everything=True) as own:
        xcf = own.folder / "out.xcf"
        result = own.console(SCRIPT_FU.format(xcf), "plug-in-script-fu-eval", before=hidden, timeout=1200)
        good = result.returncode == 0 and "LAYERS 2" in result.stdout + result.stderr and xcf.exists()
        points.add(name, None if good else str(result))
        points.add("nothing of the installed one is on GIMP's standard error", complaints(result.stderr))


def main():
    build, source = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve()
    only = sys.argv[3] if len(sys.argv) > 3 else None
    parts = {"script_fu": script_fu, "goodbye": lambda p, profile: goodbye(p, profile, build),
             "no_device": no_device, "german": german,
             "examples": lambda p, profile: add_scripts(p, profile, source, complaints),
             "installed": lambda p, profile: installed(p, profile, build, source)}
    points = Points()
    with Profile(build / "plugin/personalize-concept") as profile:
        if only not in parts:
            add_checks(points, profile, "checks_in_gimp", "learning_in_gimp", only=only, PZ_TINY=str(source / "data/models/pz-tiny"))
        for name, part in parts.items():
            if only in (None, name):
                part(points, profile)
    return points.end()


if __name__ == "__main__":
    sys.exit(main())

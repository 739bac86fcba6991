# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A private GIMP profile with our plug-in and few others, and GIMP started in it.

Reads and writes none of the user's files: profile, data and cache folders are in a temporary folder.
"""

import json
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile

PLUG_INS = ["script-fu", "python-eval", "file-png", "help", "web-browser"]
NAME = "personalize-concept"
TINY = pathlib.Path(__file__).resolve().parents[2] / "data/models/pz-tiny"

GIMPRC = """(config-version "3.0.4")
(show-welcome-dialog no)
(check-updates no)
(color-profile-policy keep)
(plug-in-path "{}")
"""


def system_plug_ins():
    """The folder of the installed GIMP's plug-ins."""
    out = subprocess.run(["pkg-config", "--variable=gimplibdir", "gimp-3.0"], check=True,
                         stdout=subprocess.PIPE, text=True).stdout
    return pathlib.Path(out.strip()) / "plug-ins"


class Profile:
    """Use with `with`: deletes the folder at the end."""

    def __init__(self, plug_in, everything=False):
        """plug_in: the folder personalize-concept/. everything: with all of GIMP's own plug-ins and without a gimprc, as for a
        normal user."""
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="personalize-test-"))
        self.gimp = self.folder / "GIMP"
        (self.folder / "run").mkdir(mode=0o700)
        # without animations, because a menu that is still fading out cannot be opened again
        (self.folder / "config/gtk-3.0").mkdir(parents=True)
        (self.folder / "config/gtk-3.0/settings.ini").write_text("[Settings]\ngtk-enable-animations=0\n")
        ours = self.gimp / ("plug-ins" if everything else "few")
        ours.mkdir(parents=True)
        if everything:
            shutil.copytree(plug_in, ours / NAME, symlinks=True)
        else:
            (ours / NAME).symlink_to(pathlib.Path(plug_in).resolve())
            for name in PLUG_INS:
                (ours / name).symlink_to(system_plug_ins() / name)
            (self.gimp / "gimprc").write_text(GIMPRC.format(ours))
        self.plug_in = ours / NAME

    def __enter__(self):
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.folder, ignore_errors=True)

    def told_pages(self):
        """Registers a program as the user's browser that appends each requested page to a file. Returns that file."""
        pages, applications = self.folder / "pages", self.folder / "data/applications"
        applications.mkdir(parents=True)
        (applications / "tell.desktop").write_text(
            "[Desktop Entry]\nType=Application\nName=Tell\nMimeType=text/html;x-scheme-handler/file;\n"
            f"Exec=sh -c \"echo %u >> {pages}\"\n")
        (self.folder / "config/mimeapps.list").write_text(
            "[Default Applications]\ntext/html=tell.desktop\nx-scheme-handler/file=tell.desktop\n")
        return pages

    def german(self):
        """Environment of a German GIMP. Makes the locale from the C library's C.utf8, so that none needs to be installed."""
        locales = self.folder / "locale"
        locales.mkdir()
        (locales / "de_DE.UTF-8").symlink_to("/usr/lib/locale/C.utf8")
        return {"LOCPATH": str(locales), "LC_ALL": "de_DE.UTF-8", "LANGUAGE": None}

    def smaller_model(self):
        """Environment of a GIMP that first finds the embedded model with a size of 192x192 pixels, which halves the time of a
        learning step."""
        model = self.folder / "smaller/pz-tiny"
        model.mkdir(parents=True)
        for file in TINY.iterdir():
            if file.name == "model.json":
                (model / file.name).write_text(json.dumps(json.loads(file.read_text()) | {"size": [192, 192]}))
            else:
                (model / file.name).symlink_to(file)
        return {"PERSONALIZE_MODEL_PATH": str(model)}

    def environment(self, **more):
        keep = {k: v for k, v in os.environ.items()
                if k not in ("PERSONALIZE_MODEL_PATH", "DISPLAY", "WAYLAND_DISPLAY")}
        keep.update(GIMP3_DIRECTORY=str(self.gimp), XDG_DATA_HOME=str(self.folder / "data"),
                    XDG_CONFIG_HOME=str(self.folder / "config"), XDG_RUNTIME_DIR=str(self.folder / "run"),
                    NO_AT_BRIDGE="1", LANGUAGE="",
                    BABL_LUT="0")  # halves GIMP's start-up time: babl does not measure its tables first
        if model := os.environ.get("PZ_TEST_MODEL"):  # instead of the embedded one
            keep["PERSONALIZE_MODEL_PATH"] = model
        keep.update(more)
        return {k: v for k, v in keep.items() if v is not None}

    def console(self, batch, interpreter="python-fu-eval", timeout=600, before=(), **variables):
        """Runs a batch line headless. Returns a CompletedProcess with text output."""
        command = [*before, "gimp-console-3.0", "-idfs", f"--batch-interpreter={interpreter}", "-b", batch, "--quit"]
        return run(command, self.environment(**variables), timeout)


def run(command, environment, timeout):
    """Like subprocess.run, but at the time limit it kills the whole process group."""
    with subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True, errors="replace", start_new_session=True) as process:
        try:
            out, err = process.communicate(timeout=timeout)
        except BaseException:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            raise
    return subprocess.CompletedProcess(command, process.returncode, out, err)

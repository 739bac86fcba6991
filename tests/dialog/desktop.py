# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A GIMP with its windows, driven through the accessibility bus as a screen reader would.

To be run inside a display and a session bus (see test-dialog.py).
"""

import contextlib
import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import sys
import time

import gi
import pyatspi
from tap import PATIENCE, Lost, processor_seconds_below
from words import said

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi  # noqa: E402

# The library gives up after 0.8 s; a program that computes on all processors may take longer to answer.
Atspi.set_timeout(60000, 60000)

TAP = re.compile(r"TAP version|1\.\.\d|(not )?ok \d|#")
PLUG_IN = "personalize-concept"
HERE = pathlib.Path(__file__).resolve().parent
WATCH = HERE / "watch_in_gimp.py"
INSIDE = "PZ_TEST_INSIDE_DISPLAY"
LAYERS = re.compile(r"(\d+) (?:layers?|Ebenen?)\)")  # in the title of an image window
LOOKS = 4  # at what changes while it is looked at
STALE = 5  # seconds in which nothing that is waited for was seen: perhaps it was missed
SLOW = 120 * PATIENCE  # seconds: GIMP alone needs ten to start where ten programs share its processor


def forget_what_is_known():
    """The library keeps what it was told of other programs' widgets, and goes on with that where it missed a change."""
    with contextlib.suppress(Exception):  # it went away meanwhile
        for program in pyatspi.Registry.getDesktop(0):
            if program is not None:
                program.clear_cache()


def attempt(condition):
    """Its answer, or None and why not: an accessible object went away meanwhile."""
    try:
        return condition(), None
    except Exception as error:
        forget_what_is_known()
        return None, error


def endings():
    """Of every GIMP that is not running any more: how it ended, and the last that it said."""
    ended = [g for g in Gimp.started if g.said is None and g.has_ended()]
    return "".join(f"; GIMP ended with {g.process.returncode}, saying: {g.stderr()[-2000:]}" for g in ended)


def wait(what, condition):
    """The first true answer of `condition`; Lost, which names `what`, when it takes too long."""
    limit, forget_at, said = time.monotonic() + SLOW, time.monotonic() + STALE, ""
    while True:
        answer, error = attempt(condition)
        if answer:
            return answer
        said = f": {error!r}" if error else said
        if time.monotonic() > limit:
            raise Lost(f"waited in vain for {what}{said}{endings()}")
        if time.monotonic() > forget_at:
            forget_what_is_known()
            forget_at = time.monotonic() + STALE
        time.sleep(0.15)


def steadily(look):
    """What `look` sees. It looks again where an accessible object went away meanwhile: a dialog changes while it is read."""
    for _ in range(LOOKS - 1):
        answer, error = attempt(look)
        if error is None:
            return answer
    return look()


def descendants(node):
    yield node
    for child in node:
        if child is not None:
            yield from descendants(child)


def every(root, fits, read=lambda node: node):
    """What `read` says of each descendant that fits."""
    return steadily(lambda: [read(node) for node in descendants(root) if fits(node)])


def first(root, fits):
    return steadily(lambda: next((node for node in descendants(root) if fits(node)), None))


def application(name):
    for child in pyatspi.Registry.getDesktop(0):
        if child is not None and child.name == name:
            return child
    return None


def find(root, role=None, name=None, prefix=None):
    """The first descendant with that role (a pyatspi.ROLE_ constant) and name, which are given in English."""
    name, prefix = said(name), said(prefix)

    def fits(node):
        return ((role is None or node.getRole() == role) and (name is None or node.name == name)
                and (prefix is None or node.name.startswith(prefix)))
    return first(root, fits)


def has(node, state):
    return node.getState().contains(state)


def press(node):
    node.queryAction().doAction(0)


def value(node):
    return node.queryValue().currentValue


def key(*keys):
    subprocess.run(["xdotool", "key", *keys], check=True)


def put_pointer_aside():
    """To the screen's last corner, where nothing has a tooltip."""
    subprocess.run(["xdotool", "mousemove", "100000", "100000"], check=True)


def place(title):
    """Left, top, right and bottom of a window with that title, in the screen's pixels; its frame is around it."""
    out = subprocess.run(["xdotool", "search", "--onlyvisible", "--name", title, "getwindowgeometry", "--shell"],
                         check=True, stdout=subprocess.PIPE, text=True).stdout
    found = dict(line.split("=") for line in out.split())
    left, top = int(found["X"]), int(found["Y"])
    return left, top, left + int(found["WIDTH"]), top + int(found["HEIGHT"])


def screen_size():
    out = subprocess.run(["xdotool", "getdisplaygeometry"], check=True, stdout=subprocess.PIPE, text=True).stdout
    return [int(n) for n in out.split()]


def is_inside_screen(title):
    left, top, right, bottom = place(title)
    width, height = screen_size()
    return left >= 0 and top >= 0 and right <= width and bottom <= height


def shot(path):
    """The whole screen as a picture."""
    subprocess.run(["import", "-window", "root", str(path)], check=True)


def shot_window(path, title):
    """One window with its frame, without what lies around it."""
    window = subprocess.run(["xdotool", "search", "--onlyvisible", "--name", title], check=True,
                            stdout=subprocess.PIPE, text=True).stdout.split()[-1]
    subprocess.run(["import", "-frame", "-window", window, str(path)], check=True)


class Gimp:
    """GIMP with its windows, and the plug-in's dialog."""

    started = []  # all of them

    def __init__(self, profile, file=None, batch=None, interpreter="plug-in-script-fu-eval", quit_after=False,
                 watched=False, **variables):
        """watched: ask () gets answers."""
        self.watch, self.data = profile.folder / "watch", profile.folder / "data"
        if watched:
            batch, interpreter = f"exec(open({str(WATCH)!r}).read())", "python-fu-eval"
            variables["WATCH"] = str(self.watch)
        self.said = None  # on standard error, once it has ended
        Gimp.started.append(self)
        self.errors = open(profile.folder / "stderr", "w+", encoding="utf-8", errors="replace")
        command = ["gimp-3.0", "-n", "-s"]
        if batch:
            command += [f"--batch-interpreter={interpreter}", "-b", batch]
        if quit_after:
            command.append("--quit")
        if file:
            command.append(str(file))
        environment = profile.environment(NO_AT_BRIDGE=None, GTK_MODULES=None, **variables)
        environment.update({k: os.environ[k] for k in ("DISPLAY", "XAUTHORITY") if k in os.environ})
        self.process = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL,
                                        stdout=self.errors, stderr=self.errors, start_new_session=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.kill()
        self.said = self.stderr()
        self.errors.close()

    def kill(self):
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def ask(self, code):
        """What the code, run inside GIMP, leaves in `answer`: see watch_in_gimp.py."""
        wait("the watch in GIMP", self.watch.exists)
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(SLOW)
            client.connect(str(self.watch))
            with client.makefile("rw", encoding="utf-8") as both:
                both.write(json.dumps(code) + "\n")
                both.flush()
                said = json.loads(both.readline())
        assert "error" not in said, said["error"]
        return said["answer"]

    def tree(self):
        """The layers of the image, from the top: dicts with name, visible, inside (None, or those of a group)."""
        return self.ask("answer = tree()")

    def window(self):
        """The image window: its name carries mode, layers and size."""
        gimp = application("gimp") or application("gimp-3.0")
        return next((n for n in gimp if re.search(LAYERS, n.name)), None)

    def n_layers(self):
        """As the title says, which GIMP changes some time after the layers: to be waited for."""
        return int(re.search(LAYERS, self.window().name)[1])

    def is_dirty(self):
        return self.window().name.startswith("*")

    def menu_item(self, prefix):
        return find(self.window(), pyatspi.ROLE_MENU_ITEM, prefix=prefix)

    def choose(self, prefix):
        """Presses a menu item as soon as it can be pressed."""
        item = wait(f"the menu item {prefix}",
                    lambda: (i := self.menu_item(prefix)) and has(i, pyatspi.STATE_SENSITIVE) and i)
        press(item)

    def dialog(self):
        app = application(PLUG_IN)
        return app and next((n for n in app if n.getRole() == pyatspi.ROLE_DIALOG), None)

    def open_dialog(self):
        self.choose("Personalize Concept")
        return wait("the dialog", self.dialog)

    def has_ended(self):
        return self.process.poll() is not None

    def stderr(self):
        if self.said is not None:
            return self.said
        self.errors.flush()
        with open(self.errors.name, encoding="utf-8", errors="replace") as file:
            return file.read()


class Answers:
    """How fast the open dialog answers, measured from here on: see ask_window.py."""

    def __init__(self):
        self.process = subprocess.Popen([sys.executable, str(HERE / "ask_window.py")], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)
        self.slowest()

    def slowest(self):
        """Seconds that the slowest answer took since this was asked before."""
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        return float(self.process.stdout.readline())

    def stop(self):
        self.process.stdin.close()
        self.process.wait()


def processor_seconds():
    """Of GIMP, its plug-ins, the bus and the tests themselves."""
    return processor_seconds_below(os.getppid())  # which has started the bus and this


def enter_display(script, **display):
    """Goes on where the process is inside a display of its own already; else runs script in one and exits as it did."""
    if INSIDE not in os.environ:
        os.environ[INSIDE] = "1"
        sys.exit(main_in_display(script, sys.argv[1:], **display))


def main_in_display(script, arguments, screen="1366x768x24"):
    """Runs script inside an Xvfb and a session bus of its own; returns its exit status. What bus and display say on
    standard output becomes comments, so that the script can speak TAP."""
    command = [str(HERE / "in-display"), "--screen", screen, "dbus-run-session", "--", sys.executable, script, *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, errors="replace") as process:
        for line in process.stdout:
            print(line if TAP.match(line) else f"# {line}", end="", flush=True)
    return process.returncode

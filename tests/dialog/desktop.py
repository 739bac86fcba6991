# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A GIMP with its windows, controlled through the accessibility bus as a screen reader would.

Must run inside a display and a session bus (see test-dialog.py).
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

# The library's default timeout is 0.8 s; a program that computes on all processors may take longer to answer.
Atspi.set_timeout(60000, 60000)

TAP = re.compile(r"TAP version|1\.\.\d|(not )?ok \d|#")
PLUG_IN = "personalize-concept"
HERE = pathlib.Path(__file__).resolve().parent
WATCH = HERE / "watch_in_gimp.py"
INSIDE = "PZ_TEST_INSIDE_DISPLAY"
LAYERS = re.compile(r"(\d+) (?:layers?|Ebenen?)\)")  # in the title of an image window
LOOKS = 4  # attempts to read widgets that change while they are read
STALE = 5  # seconds without success until the cache is cleared, in case a change was missed
SLOW = 120 * PATIENCE  # seconds: GIMP alone needs ten to start if ten programs share its processor


def forget_what_is_known():
    """Clears the library's cache of other programs' widgets, which stays stale if the library missed a change."""
    with contextlib.suppress(Exception):  # an object disappeared meanwhile
        for program in pyatspi.Registry.getDesktop(0):
            if program is not None:
                program.clear_cache()


def attempt(condition):
    """Returns (the condition's value, None), or (None, the exception) if an accessible object disappeared meanwhile."""
    try:
        return condition(), None
    except Exception as error:
        forget_what_is_known()
        return None, error


def endings():
    """For every GIMP that has ended: its exit status and the end of its stderr."""
    ended = [g for g in Gimp.started if g.said is None and g.has_ended()]
    return "".join(f"; GIMP ended with {g.process.returncode}, saying: {g.stderr()[-2000:]}" for g in ended)


def shown_texts():
    """What the program under test shows; steps.py replaces it."""
    return []


def wait(what, condition):
    """Waits for the first true value of `condition` and returns it. Raises Lost, which names `what`, after SLOW seconds."""
    limit, forget_at, said = time.monotonic() + SLOW, time.monotonic() + STALE, ""
    while True:
        answer, error = attempt(condition)
        if answer:
            return answer
        said = f": {error!r}" if error else said
        if time.monotonic() > limit:
            shown = attempt(shown_texts)[0]
            raise Lost(f"waited in vain for {what}{said}{endings()}" + (f"; shown: {shown}" if shown else ""))
        if time.monotonic() > forget_at:
            forget_what_is_known()
            forget_at = time.monotonic() + STALE
        time.sleep(0.15)


def steadily(look):
    """Returns what `look` returns. Retries if an accessible object disappeared, because a dialog may change while it is
    read."""
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
    """Returns read (node) for each descendant that fits."""
    return steadily(lambda: [read(node) for node in descendants(root) if fits(node)])


def first(root, fits):
    return steadily(lambda: next((node for node in descendants(root) if fits(node)), None))


def application(name):
    for child in pyatspi.Registry.getDesktop(0):
        if child is not None and child.name == name:
            return child
    return None


def find(root, role=None, name=None, prefix=None):
    """The first descendant with that role (a pyatspi.ROLE_ constant) and name. Names are given in English and translated."""
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
    """Moves the pointer to the last corner of the screen, where nothing has a tooltip."""
    subprocess.run(["xdotool", "mousemove", "100000", "100000"], check=True)


def place(title):
    """Left, top, right and bottom, in screen pixels, of the window with that title, without its frame."""
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
    """Saves a picture of the whole screen."""
    subprocess.run(["import", "-window", "root", str(path)], check=True)


def shot_window(path, title):
    """Saves a picture of one window with its frame."""
    window = subprocess.run(["xdotool", "search", "--onlyvisible", "--name", title], check=True,
                            stdout=subprocess.PIPE, text=True).stdout.split()[-1]
    subprocess.run(["import", "-frame", "-window", window, str(path)], check=True)


class Gimp:
    """GIMP with its windows, and the plug-in's dialog."""

    started = []  # all instances

    def __init__(self, profile, file=None, batch=None, interpreter="plug-in-script-fu-eval", quit_after=False,
                 watched=False, **variables):
        """watched: makes ask () available."""
        self.watch, self.data = profile.folder / "watch", profile.folder / "data"
        if watched:
            batch, interpreter = f"exec(open({str(WATCH)!r}).read())", "python-fu-eval"
            variables["WATCH"] = str(self.watch)
        self.said = None  # its stderr, once it has ended
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
        """Runs the code inside GIMP and returns the value that it leaves in `answer`; see watch_in_gimp.py."""
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
        """The layers of the image from top to bottom: dicts with name, visible, inside (None, or the layers of a group)."""
        return self.ask("answer = tree()")

    def window(self):
        """The image window; its title contains mode, layers and size."""
        gimp = application("gimp") or application("gimp-3.0")
        return next((n for n in gimp if re.search(LAYERS, n.name)), None)

    def n_layers(self):
        """The number of layers in the window title. GIMP updates the title some time after the layers, so callers must wait for
        it."""
        return int(re.search(LAYERS, self.window().name)[1])

    def is_dirty(self):
        return self.window().name.startswith("*")

    def menu_item(self, prefix):
        return find(self.window(), pyatspi.ROLE_MENU_ITEM, prefix=prefix)

    def choose(self, prefix):
        """Presses a menu item as soon as it is sensitive."""
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
    """Measures how fast the open dialog answers from now on; see ask_window.py."""

    def __init__(self):
        self.process = subprocess.Popen([sys.executable, str(HERE / "ask_window.py")], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)
        self.slowest()

    def slowest(self):
        """The longest answer time since the previous call, in seconds."""
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        return float(self.process.stdout.readline())

    def stop(self):
        self.process.stdin.close()
        self.process.wait()


def processor_seconds():
    """CPU time in seconds of GIMP, its plug-ins, the bus and the tests themselves."""
    return processor_seconds_below(os.getppid())  # the parent has started the bus and this process


def enter_display(script, **display):
    """Returns if the process is already inside its own display; otherwise runs the script in one and exits with its status."""
    if INSIDE not in os.environ:
        os.environ[INSIDE] = "1"
        sys.exit(main_in_display(script, sys.argv[1:], **display))


def main_in_display(script, arguments, screen="1366x768x24"):
    """Runs the script inside its own Xvfb and session bus and returns its exit status. Turns the output of the bus and the
    display on standard output into comments, so that the script can print TAP."""
    command = [str(HERE / "in-display"), "--screen", screen, "dbus-run-session", "--", sys.executable, script, *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, errors="replace") as process:
        for line in process.stdout:
            print(line if TAP.match(line) else f"# {line}", end="", flush=True)
    return process.returncode

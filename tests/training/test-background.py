# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The single background training: started, paused, continued and stopped.

Usage: test-background.py SOURCE_ROOT [NAME_PART]
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time

ROOT = sys.argv[1]
sys.path.insert(0, os.path.join(ROOT, "tests/cli"))
from tap import run, test  # noqa: E402

SCRIPT = os.path.join(ROOT, "models/training/background")
SCRATCH = tempfile.TemporaryDirectory(prefix="pz-background-")
PATIENCE = 60 * float(os.environ.get("PZ_TEST_PATIENCE", "1"))  # seconds: a niced process runs last on a busy machine
# A stand-in for a training: counts steps in a file, resumes from it, and has a child process that runs too.
COUNTER = """import os, sys, time
path = sys.argv[1]
if os.fork() == 0:
    parent = os.getppid()
    while os.getppid() == parent:
        time.sleep(0.02)
    sys.exit()
while True:
    step = int(open(path).read()) if os.path.exists(path) else 0
    with open(path + ".part", "w") as part:
        part.write(str(step + 1))
    os.rename(path + ".part", path)
    print("step", step + 1, os.nice(0), os.environ["OMP_NUM_THREADS"], flush=True)
    time.sleep(0.02)
"""


class Cache:
    """A cache folder with its own training, which is stopped at the end of the test."""

    def __enter__(self):
        self.folder = tempfile.mkdtemp(dir=SCRATCH.name)
        self.steps = os.path.join(self.folder, "steps")
        self.training = [sys.executable, "-c", COUNTER, self.steps]
        return self

    def __exit__(self, *_):
        self("stop")

    def __call__(self, *words, fails=False):
        done = subprocess.run([sys.executable, "-B", SCRIPT, "--cache", self.folder, *words], text=True,
                              capture_output=True, check=False)
        assert (done.returncode != 0) == fails, (words, done)
        return done.stderr if fails else done.stdout

    def step(self):
        try:
            with open(self.steps, encoding="utf-8") as file:
                return int(file.read())
        except FileNotFoundError:
            return 0

    def passes(self, step):
        """True if the training gets beyond a step within the time limit."""
        until = time.monotonic() + PATIENCE
        while self.step() <= step and time.monotonic() < until:
            time.sleep(0.01)
        return self.step() > step

    def stands_still(self):
        """True if nothing happens in thirty times the duration of a step."""
        before = self.step()
        time.sleep(0.6)
        return self.step() == before

    def log(self):
        with open(os.path.join(self.folder, "background.log"), encoding="utf-8") as file:
            return file.read()

    def group(self):
        with open(os.path.join(self.folder, "background.json"), encoding="utf-8") as file:
            return json.load(file)["pid"]


@test
def starts():
    """a command runs beside what started it, niced, on one thread, with its output in the log."""
    with Cache() as cache:
        assert "nothing was started" in cache("status")
        cache("start", *cache.training)
        assert cache.passes(3)
        niceness = min(os.nice(0) + 15, 19)
        assert f"step 2 {niceness} 1\n" in cache.log(), cache.log()
        if os.path.exists("/proc/self/autogroup"):  # sessions are scheduled as groups: the niceness of the group counts
            with open(f"/proc/{cache.group()}/autogroup", encoding="utf-8") as file:
                assert file.read().split()[-1] == "15"
        said = cache("status")
        assert said.startswith("running") and cache.steps in said and "  step" in said, said


@test
def one_at_a_time():
    """a second start is refused and leaves the first alone."""
    with Cache() as cache:
        cache("start", *cache.training)
        assert cache.passes(0)
        assert "expected nothing to run" in cache("start", "true", fails=True)
        assert cache.passes(cache.step())


@test
def pauses():
    """paused it stands still with all its processes, resumed it goes on where it stood."""
    with Cache() as cache:
        cache("start", *cache.training)
        assert cache.passes(2)
        assert cache("pause").startswith("paused:")
        stood = cache.step()
        assert cache.stands_still()
        assert cache("resume").startswith("running")
        assert cache.passes(stood)


@test
def measuring():
    """held while a command runs, whose status comes back, it goes on after the last of them, and not before."""
    with Cache() as cache:
        cache("start", *cache.training)
        assert cache.passes(2)
        long, short = (subprocess.Popen([sys.executable, "-B", SCRIPT, "--cache", cache.folder, "pause", "sh", "-c",
                                         f"echo here; read line; exit {code}"], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True) for code in (7, 0))
        assert long.stdout.readline() == short.stdout.readline() == "here\n"
        short.communicate("\n")
        assert short.returncode == 0 and cache.stands_still()
        assert "by a command that measures" in cache("status")
        cache("resume")
        assert cache.stands_still(), "resumed in the middle of a measurement"
        stood = cache.step()
        long.communicate("\n")
        assert long.returncode == 7 and cache.passes(stood)


@test
def measuring_ends_early():
    """it goes on when the command that measures is told to end or does not exist."""
    with Cache() as cache:
        cache("start", *cache.training)
        assert cache.passes(2)
        holder = subprocess.Popen([sys.executable, "-B", SCRIPT, "--cache", cache.folder, "pause", "sh", "-c",
                                   "echo here; exec sleep 1000"], stdout=subprocess.PIPE, text=True)
        assert holder.stdout.readline() == "here\n" and cache.stands_still()
        holder.terminate()
        assert holder.wait(PATIENCE) == 128 + signal.SIGTERM
        assert cache.passes(cache.step())
        assert "no-such-program" in cache("pause", "no-such-program", fails=True)
        assert cache.passes(cache.step())


@test
def killed():
    """killed without a word it is known to be gone, and a start without a command goes on where it stood."""
    with Cache() as cache:
        cache("start", *cache.training)
        assert cache.passes(2)
        os.killpg(cache.group(), signal.SIGKILL)
        until = time.monotonic() + PATIENCE
        while not (said := cache("status")).startswith("not running") and time.monotonic() < until:
            time.sleep(0.02)
        assert said.startswith("not running"), said
        stood = cache.step()
        cache("start")
        assert cache.passes(stood + 1) and f"step {stood + 1} " in cache.log()


@test
def stops():
    """stopped while it is paused it ends, and what ended by itself says how in the log."""
    with Cache() as cache:
        assert "expected a command" in cache("start", fails=True)
        cache("start", *cache.training)
        assert cache.passes(0)
        cache("pause")
        assert cache("stop").startswith("not running")
        for verb in ("pause", "resume"):
            assert "found none" in cache(verb, fails=True)
        cache("start", "sh", "-c", "exit 3")
        until = time.monotonic() + PATIENCE
        while "ended with status 3" not in cache.log() and time.monotonic() < until:
            time.sleep(0.02)
        assert "ended with status 3" in cache("status")


run(sys.argv[2] if len(sys.argv) > 2 else None)

# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the command line writes and what it prints: it replaces none of the user's files, and no name can move the cursor.

Usage: test-places.py PERSONALIZE MODEL_FOLDER [NAME_PART]
"""

import hashlib
import json
import os
import shutil
import signal
import stat
import struct
import subprocess

from tap import Skip, test
from tool import EXE, MODEL, SCRATCH, call, finish, folder, generate, png_pixels, recipe_of, refused

# One step at the smallest size: the content of the picture does not matter here.
FAST = ["--prompt", "a cat", "--steps", "1", "--size", "64x64"]
# These options are rejected before the tool looks for a model; otherwise the error would be "expected a model".
NO_MODEL = ["--model", "/nowhere"]


def digest(path):
    return hashlib.sha256(open(path, "rb").read()).hexdigest()


# ---- file names ----

def only_adds_to(out, env=None):
    assert generate(out, *FAST, env=env).returncode == 0
    first = os.path.join(out, "personalize-0.png")
    before = digest(first)
    os.chmod(first, 0o444)
    os.symlink("/nowhere/at/all", os.path.join(out, "personalize-0-2.png"))
    p = generate(out, *FAST, env=env)
    assert p.returncode == 0 and p.stdout.strip() == os.path.join(out, "personalize-0-3.png"), p
    assert digest(first) == before and png_pixels(p.stdout.strip()) == png_pixels(first)
    assert os.readlink(os.path.join(out, "personalize-0-2.png")) == "/nowhere/at/all"
    assert sorted(os.listdir(out)) == ["personalize-0-2.png", "personalize-0-3.png", "personalize-0.png"]


@test
def a_folder_is_only_added_to():
    """the same command again takes the next free name, whatever has the first: a file, a read-only one, a broken link."""
    only_adds_to(folder("added"))


@test
def a_folder_without_links():
    """it does so where the file system has no hard links."""
    if "PZ_TEST_NO_LINKS" not in os.environ:
        raise Skip("PZ_TEST_NO_LINKS does not name what takes them away")
    only_adds_to(folder("without-links"), {"LD_PRELOAD": os.environ["PZ_TEST_NO_LINKS"]})


@test
def runs_side_by_side():
    """two runs at a time with the same seed lose nothing."""
    out = folder("side-by-side")
    command = [EXE, "generate", "--model", MODEL, "--out", out, *FAST, "--variants", "3"]
    runs = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    named = [line for p in runs for line in p.communicate(timeout=300)[0].splitlines()]
    assert all(p.returncode == 0 for p in runs)
    assert len(named) == len(set(named)) == 6, named
    assert sorted(os.listdir(out)) == sorted(os.path.basename(path) for path in named)
    for path in named:
        png_pixels(path)


@test
def a_file_by_name():
    """a file given by name is made, refused when it is there before any work, and replaced with --force."""
    out = os.path.join(folder("by-name"), "cat.png")
    p = generate(out, *FAST)
    assert p.returncode == 0 and p.stdout.strip() == out and recipe_of(out)["seed"] == 0, p
    before = digest(out)
    refused(generate(out, *FAST, *NO_MODEL), "cat.png", "--force")
    assert digest(out) == before
    p = generate(out, *FAST, "--seed", "1", "--force")
    assert p.returncode == 0 and recipe_of(out)["seed"] == 1, p
    assert os.listdir(os.path.dirname(out)) == ["cat.png"]


@test
def what_force_does_not_replace():
    """read-only files, links, folders and pipes stay, also with --force, and are named before any work."""
    here = folder("stays")
    one = os.path.join(here, "one.png")
    assert generate(one, *FAST).returncode == 0
    os.chmod(one, 0o444)
    refused(generate(one, *FAST, *NO_MODEL, "--force"), "one.png", "read-only")
    os.chmod(one, 0o644)
    before = digest(one)
    os.symlink("one.png", os.path.join(here, "link.png"))
    refused(generate(os.path.join(here, "link.png"), *FAST, *NO_MODEL, "--force"), "link.png", "link")
    os.symlink("/nowhere/at/all", os.path.join(here, "broken.png"))
    refused(generate(os.path.join(here, "broken.png"), *FAST, *NO_MODEL, "--force"), "broken.png", "link")
    os.mkfifo(os.path.join(here, "pipe.png"))
    refused(generate(os.path.join(here, "pipe.png"), *FAST, *NO_MODEL, "--force"), "pipe.png")
    assert digest(one) == before and os.path.islink(os.path.join(here, "link.png"))
    assert stat.S_ISFIFO(os.stat(os.path.join(here, "pipe.png")).st_mode)


@test
def wrong_uses_of_out():
    """--out "", a file for several variants and --force for a folder are wrong usage."""
    refused(generate("", *FAST, *NO_MODEL), "--out", status=2)
    refused(generate(os.path.join(SCRATCH, "many.png"), *FAST, *NO_MODEL, "--variants", "2"), "--out", "many.png",
            status=2)
    refused(generate(folder("forced"), *FAST, *NO_MODEL, "--force"), "--force", status=2)


@test
def places_that_take_nothing():
    """a place where nobody, not even root, can make a file is named before any work."""
    refused(generate("/proc/personalize", *FAST, *NO_MODEL), "/proc")
    refused(generate("/proc/personalize/cat.png", *FAST, *NO_MODEL), "/proc")


@test
def the_umask_counts():
    """pictures have the permissions that the umask leaves."""
    for mask, mode in ((0o077, 0o600), (0o022, 0o644), (0o002, 0o664)):
        out = folder(f"umask-{mask:o}")
        p = generate(out, *FAST, preexec_fn=lambda: os.umask(mask))
        assert p.returncode == 0, p.stderr
        found = stat.S_IMODE(os.stat(os.path.join(out, "personalize-0.png")).st_mode)
        assert found == mode, (oct(mask), oct(found))


# ---- standard output and error ----

@test
def a_full_standard_output():
    """what could not be printed is a failure, and what was made before stays."""
    for args in (["info"], ["--help"], ["generate", "--help"], ["manual"],
                 ["generate", "--model", MODEL, "--out", folder("full-stdout"), *FAST]):
        with open("/dev/full", "w") as full:
            p = subprocess.run([EXE, *args], stdout=full, stderr=subprocess.PIPE, text=True, timeout=300)
        assert p.returncode == 1 and "standard output" in p.stderr.splitlines()[-1], (args, p)
    png_pixels(os.path.join(SCRATCH, "full-stdout", "personalize-0.png"))


@test
def progress_without_a_terminal():
    """in a log progress is lines, seconds apart; --quiet leaves them out."""
    args = [EXE, "generate", "--model", MODEL, "--out", folder("log"), "--prompt", "a cat", "--steps", "50", "--variants",
            "16"]
    p = subprocess.Popen(args, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    line = p.stderr.readline()
    p.send_signal(signal.SIGINT)
    p.communicate(timeout=300)
    assert line.startswith("personalize: ") and "%" in line and line.endswith("\n") and "\033" not in line, line
    # Runs at least as long as the first progress line took, so that a line would have been printed.
    p = generate(folder("quiet"), "--quiet", "--prompt", "a cat", "--steps", "16", "--variants", "2", "--seed", "-1")
    assert p.returncode == 0 and p.stderr == "", p


def evil_model(name):
    """A model whose folder name and model.json contain terminal control characters."""
    path = os.path.join(SCRATCH, "evil", name)
    shutil.copytree(MODEL, path)
    model = json.load(open(os.path.join(path, "model.json")))
    model.update(name="red\033[31m\u009b5m\nsecond\u202eline", licence="\007")
    json.dump(model, open(os.path.join(path, "model.json"), "w"))
    return path


def is_clean(text):
    return not any(ord(c) < 32 and c != "\n" or 127 <= ord(c) < 160 or c in "\u202e\u2066" for c in text)


@test
def names_do_not_reach_the_terminal():
    """control characters in names of files, models, words and tensors are not printed, by info, inspect and errors."""
    good, bad = evil_model("good\033[2J"), evil_model("bad\r\033]0;x\a")
    os.truncate(os.path.join(bad, "unet", "diffusion_pytorch_model.safetensors"), 100)
    words = folder("evil-words")
    header = json.dumps({"a\033[1m\nb": {"dtype": "F32", "shape": [1, 64], "data_offsets": [0, 256]},
                         "__metadata__": {"key\033": "\033[0m"}}).encode()
    with open(os.path.join(words, "w\033[5m.safetensors"), "wb") as f:
        f.write(struct.pack("<Q", len(header)) + header + bytes(256))
    env = {"PERSONALIZE_MODEL_PATH": os.path.dirname(good), "PERSONALIZE_EMBEDDING_PATH": words}
    p = call("info", env=env)
    assert p.returncode == 0 and is_clean(p.stdout) and "cannot be used" in p.stdout, p.stdout
    assert "red?[31m" in p.stdout and "second" in p.stdout, p.stdout
    p = call("inspect", os.path.join(words, "w\033[5m.safetensors"))
    assert p.returncode == 0 and is_clean(p.stdout), p.stdout
    for args in (["generate", "--model", bad, *FAST, "--out", folder("evil-out")], ["inspect", bad + "/\033[7m"],
                 ["generate", "--\033[7m"], ["\033[7m"], ["info", "\033[7m"]):
        p = call(*args)
        assert p.returncode != 0 and is_clean(p.stderr) and len(p.stderr.splitlines()) == 1, (args, p.stderr)
    # The JSON output contains all names unchanged.
    data = json.loads(call("info", "--json", env=env).stdout)
    assert {m["path"] for m in data["models"]} >= {good, bad}


@test
def no_locale():
    """without a locale and in C prompts are UTF-8 all the same."""
    for name, locale in (("none", {}), ("c", {"LC_ALL": "C"}), ("posix", {"LANG": "POSIX"})):
        out = folder("locale-" + name)
        env = {k: v for k, v in os.environ.items() if k not in ("LANG", "LC_ALL", "LC_CTYPE")}
        p = subprocess.run([EXE, "generate", "--model", MODEL, "--out", out, *FAST[2:], "--prompt", "ein grüner Bär 熊"],
                           capture_output=True, timeout=300, env={**env, **locale})
        assert p.returncode == 0, (name, p.stderr)
        p = subprocess.run([EXE, "generate", "--model", MODEL, "--recipe", os.path.join(out, "personalize-0.png"),
                            "--json", "--out", out], capture_output=True, timeout=300, env={**env, **locale})
        assert json.loads(p.stdout)["variants"][0]["recipe"]["prompt"] == "ein grüner Bär 熊", p
    refused(subprocess.run([EXE, "generate", "--model", MODEL, "--out", folder("latin"), "--prompt", b"B\xe4r"],
                           capture_output=True, text=True, timeout=300), "UTF-8", status=2)


finish()

# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Help, manual page and completions agree, and the programs that read them accept them.

Usage: test-shell.py PERSONALIZE MODEL_FOLDER [NAME_PART]
"""

import json
import os
import re
import shutil
import subprocess

from tap import test
from tool import EXE, SCRATCH, call, finish

COMMANDS = re.findall(r"^  (\w+) +", call("--help").stdout, re.MULTILINE)
# {command: {long option: short option or None}} as listed by --help.
OPTIONS = {command: {long: short or None for short, long in
                     re.findall(r"^  (?:-(\w), )?--([a-z0-9-]+)", call(command, "--help").stdout, re.MULTILINE)}
           for command in COMMANDS}


def write(name, *args):
    path = os.path.join(SCRATCH, name)
    with open(path, "w") as f:
        f.write(call(*args).stdout)
    return path


def complete(script, *words):
    """The completions that bash offers for the last word."""
    line = " ".join(["personalize", *words])
    run = (f'. {script}; COMP_WORDS=({line}{" ''" if words[-1] == "" else ""}); COMP_CWORD={len(words)}; _personalize; '
           'printf "%s\\n" "${COMPREPLY[@]}"')
    p = subprocess.run(["bash", "--norc", "-c", run], capture_output=True, text=True, timeout=60, cwd=SCRATCH)
    assert p.returncode == 0 and p.stderr.replace("bash: ", "").count("compopt") == len(p.stderr.splitlines()), p
    return p.stdout.split("\n")[:-1] if p.stdout.strip() else []


@test
def help_has_every_command():
    """every command has help, and generate its short options."""
    assert {"info", "generate", "inspect", "module", "bench", "completions", "manual"} <= set(COMMANDS), COMMANDS
    expected = {"prompt": "p", "negative": "n", "model": "m", "out": "o", "seed": "s", "concept": "c", "init-image": "i"}
    assert expected.items() <= OPTIONS["generate"].items(), OPTIONS["generate"]


@test
def usage_errors_as_json():
    """with --json every command that has it also prints an error of the command line itself as JSON, wherever --json stands"""
    ours = {command for command in COMMANDS if "json" in OPTIONS[command]}
    assert {"generate", "learn", "evaluate", "score", "bench", "module", "info"} <= ours, ours
    for command in COMMANDS:
        for args in (["--json", "--no-such-option"], ["--no-such-option", "--json"], ["--json", "too", "many", "things"]):
            p = call(command, *args)
            if command == "score" and "too" in args:
                continue  # takes any number of pictures
            if command not in ours:
                assert p.returncode == 2 and p.stdout == "" and p.stderr.count("\n") == 1, p
                continue
            data = json.loads(p.stdout)
            assert p.returncode == data["exit_status"] == 2 and p.stderr == f"personalize: {data['error']}\n", (command, args, p)
            assert (data.get("event") == "error") == (command == "learn"), data
            assert ("notes" in data) == (command == "generate"), data
    assert json.loads(call("score", "--json").stdout)["error"].startswith("score takes pictures")
    assert json.loads(call("bench", "--repeat", "many", "--json").stdout)["exit_status"] == 2
    for value in (["--prompt", "--json"], ["-p", "--json"], ["-qp", "--json"], ["--", "--json"]):
        p = call("generate", *value, "--no-such-option")
        assert p.returncode == 2 and p.stdout == "", p


@test
def bash_completes():
    """bash completes commands, options of the command, and files after options that take one."""
    script = write("personalize.bash", "completions", "bash")
    open(os.path.join(SCRATCH, "mug.jpg"), "w").close()
    assert set(complete(script, "")) >= set(COMMANDS)
    assert complete(script, "gen") == ["generate"]
    for command in COMMANDS:
        words = set(complete(script, command, "-"))
        wanted = {"--help"} | {"--" + long for long in OPTIONS[command]} | {"-" + s for s in OPTIONS[command].values() if s}
        assert words == wanted, (command, words ^ wanted)
    assert complete(script, "generate", "--in") == ["--init-image"]
    assert complete(script, "generate", "-c", "mu") == ["mug.jpg"]
    open(os.path.join(SCRATCH, "a red mug.jpg"), "w").close()
    assert complete(script, "generate", "-c", "a") == ["a red mug.jpg"]
    assert complete(script, "generate", "--seed", "mu") == []


@test
def other_shells():
    """zsh's and fish's files name every command and option; the shells read them where they are installed."""
    zsh, fish = write("_personalize", "completions", "zsh"), write("personalize.fish", "completions", "fish")
    zsh_text, fish_text = open(zsh).read(), open(fish).read()
    for command in COMMANDS:
        for long, short in OPTIONS[command].items():
            assert f"--{long}[" in zsh_text and (not short or f"-{short}[" in zsh_text), (command, long)
            assert f"'__fish_seen_subcommand_from {command}' -l {long}" in fish_text, (command, long)
    for shell, path in (("zsh", zsh), ("fish", fish)):
        if shutil.which(shell):
            p = subprocess.run([shell, "-n", path], capture_output=True, text=True, timeout=60)
            assert p.returncode == 0 and p.stderr == "", (shell, p)
    refused = call("completions", "tcsh")
    assert refused.returncode == 2 and "bash" in refused.stderr


@test
def the_manual_page():
    """the manual page has every command and option, and groff, where it is installed, reads it without a warning."""
    page = write("personalize.1", "manual")
    text = open(page).read()
    for command in COMMANDS:
        assert f".SS {command}" in text, command
        for long, short in OPTIONS[command].items():
            assert "\\fB\\-\\-" + long.replace("-", "\\-") in text, (command, long)
            assert not short or f"\\fB\\-{short}\\fR" in text, (command, short)
    assert not [line for line in text.splitlines() if line.startswith("'")]
    if shutil.which("groff"):
        p = subprocess.run(["groff", "-man", "-Tutf8", "-Kutf8", "-ww", "-z", page], capture_output=True, text=True,
                           timeout=60)
        assert p.returncode == 0 and p.stderr == "", p.stderr


finish()

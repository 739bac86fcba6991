# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""personalize evaluate: learning, painting and scoring things with several methods; table, report, resuming after a kill.

Usage: test-evaluate.py PERSONALIZE MODEL [NAME_PART]
"""

import csv
import html.parser
import json
import math
import os
import re
import shutil
import subprocess
import time

import numpy as np
from tap import test
from tool import EXE, MODEL, PATIENCE, SCRATCH, ball, call, finish, folder, png_pixels, refused, write_png

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../..")
CLIP, DINO = (os.path.join(ROOT, "tests/nets/data", name) for name in ("clip", "dino"))
METHODS = ("elite", "cross-initialization-fast")
COLUMNS = ("clip_t", "clip_i", "dino_i", "clip_i_masked")
BALL = write_png(os.path.join(SCRATCH, "ball.png"), 96, 96, ball)
BLUE = write_png(os.path.join(SCRATCH, "blue.png"), 80, 96, lambda x, y: ball(x, y)[::-1])
INSIDE = write_png(os.path.join(SCRATCH, "inside.png"), 80, 96, lambda x, y: (255 * (ball(x, y)[0] == 220),), channels=1)
SET = {
    "name": "Balls & <more>",
    "things": [{"name": "Red Ball", "class": "ball", "images": ["ball.png"]},
               {"name": "a <blue> one", "class": "ball", "images": ["blue.png", "blue.png"],
                "masks": ["inside.png", "inside.png"]}],
    "prompts": ["a photo of a {}"],
    "families": {"with its class": ["a {} {class} on grass"]},
}


def write_set(name, value):
    path = os.path.join(SCRATCH, name)
    with open(path, "w", encoding="utf-8") as f:
        f.write(value if isinstance(value, str) else json.dumps(value))
    return path


def command(out, *more, source="set.json", methods=METHODS):
    return ["evaluate", "--set", os.path.join(SCRATCH, source), "--methods", ",".join(methods), "--model", MODEL, "--out",
            os.path.join(SCRATCH, out), "--clip", CLIP, "--dino", DINO, "--steps", "1", "--paint-steps", "1", *more]


def results(out):
    with open(os.path.join(SCRATCH, out, "results.json"), encoding="utf-8") as f:
        return json.load(f)


class Page(html.parser.HTMLParser):
    """Parses a page: the tags that are open, those seen, and the targets of pictures and links."""

    def __init__(self, text):
        super().__init__()
        self.open, self.met, self.leads, self.text = [], [], [], ""
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.met.append(tag)
        self.leads += [value for name, value in attributes if name in ("src", "href")]
        if tag not in ("meta", "img"):
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.met.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag, tag

    def handle_data(self, data):
        self.text += data


write_set("set.json", SET)


@test
def the_table():
    """pictures, JSON and table say the same, and say it of every thing, method and prompt"""
    done = call(*command("full"))
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip().endswith("report.html")
    told = results("full")
    assert (told["set"], told["things"], told["prompts"], told["seeds"]) == ("Balls & <more>", 2, 2, 1)
    assert re.fullmatch("[0-9a-f]{64}", told["model_fingerprint"]) and told["model"] == os.path.basename(MODEL)
    assert len(told["pictures"]) == 8
    seen = {(p["thing"], p["method"], p["prompt"]): p for p in told["pictures"]}
    assert len(seen) == 8
    for picture in told["pictures"]:
        png_pixels(os.path.join(SCRATCH, "full", picture["path"]))
    with open(os.path.join(SCRATCH, "full/table.csv"), encoding="utf-8") as f:
        table = {row["method"]: row for row in csv.DictReader(f)}
    for method in told["methods"]:
        name = method["name"]
        for column in COLUMNS:
            # each thing contributes one value: its mean over the prompts
            means = [np.mean([p[column] for key, p in seen.items() if key[:2] == (thing["name"], name)])
                     for thing in SET["things"]]
            said = method["scores"][column]
            assert said["n"] == 2 and abs(said["mean"] - np.mean(means)) < 1e-9
            assert abs(said["standard_error"] - np.std(means, ddof=1) / math.sqrt(2)) < 1e-9
            assert abs(float(table[name][column]) - said["mean"]) < 1e-5
            family = [p[column] for key, p in seen.items() if key[1] == name and "{class}" in key[2]]
            assert abs(method["families"]["with its class"][column]["mean"] - np.mean(family)) < 1e-9
        sizes = [os.path.getsize(os.path.join(SCRATCH, "full", thing, name, "concept.pzconcept"))
                 for thing in ("red-ball", "a-blue-one")]
        assert method["bytes"] == np.mean(sizes) and method["seconds"] > 0
    assert list(table) == list(METHODS)


@test
def like_score():
    """scores are those that personalize score has of the same pictures; the class stands where the prompt says"""
    told = results("full")
    for thing, prompt, references in ((SET["things"][0], "a photo of a {}", [BALL]),
                                      (SET["things"][1], "a {} {class} on grass", [BLUE, BLUE])):
        picture = next(p for p in told["pictures"] if (p["thing"], p["prompt"], p["method"]) == (thing["name"], prompt, "elite"))
        path = os.path.join(SCRATCH, "full", picture["path"])
        done = call("score", path, *(word for r in references for word in ("-r", r)), "--prompt",
                    prompt.replace("{class}", thing["class"]), "--clip", CLIP, "--dino", DINO, "--json")
        assert done.returncode == 0, done.stderr
        for column, score in json.loads(done.stdout)["scores"].items():
            if column in COLUMNS:
                assert abs(score["mean"] - picture[column]) < 1e-6, (column, score, picture)


@test
def the_report():
    """the report is one whole page that needs no other file"""
    with open(os.path.join(SCRATCH, "full/report.html"), encoding="utf-8") as f:
        page = Page(f.read())
    assert page.open == [], page.open
    assert page.leads and all(lead.startswith("data:image/png;base64,") for lead in page.leads)
    # for each thing: its references, and one row per method
    assert page.met.count("img") == (1 + 2 * 2) + (2 + 2 * 2), page.met.count("img")
    assert page.met.count("svg") == 2 and page.met.count("circle") == 4
    for text in ("Balls & <more>", "a <blue> one", "a S ball on grass", "with its class", "CLIP-T", "masked CLIP-I",
                 "28x28", "ImageNet", results("full")["model_fingerprint"][:12]):
        assert text in page.text, text


@test
def killed_and_resumed():
    """after a kill --resume goes on: what is there stays as it is, and the scores are those of a run in one go"""
    out = os.path.join(SCRATCH, "killed")
    first = os.path.join(out, "red-ball/elite/1-1.png")
    process = subprocess.Popen([EXE, *command("killed", "--things", "1")], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    end = time.monotonic() + 120 * PATIENCE
    while not os.path.exists(first):
        assert process.poll() is None and time.monotonic() < end, process.poll()
        time.sleep(0.01)
    process.kill()
    process.wait()
    assert not os.path.exists(os.path.join(out, "results.json"))
    kept = {os.path.join(place, name): os.stat(os.path.join(place, name)).st_mtime_ns
            for place, _, names in os.walk(out) for name in names if not name.startswith(".")}
    for path in kept:
        if path.endswith(".png"):
            png_pixels(path)
    refused(call(*command("killed", "--things", "1")), "killed", "--resume")
    done = call(*command("killed", "--things", "1", "--resume", "--json"))
    assert done.returncode == 0, done.stderr
    for path, time_ns in kept.items():
        assert os.stat(path).st_mtime_ns == time_ns, path
    told = json.loads(done.stdout)
    assert told == results("killed")
    assert told["pictures"] == [p for p in results("full")["pictures"] if p["thing"] == "Red Ball"]
    # the error for a folder of another run names what differs
    refused(call(*command("killed", "--resume", "--seed", "7")), "run.json", "seed")
    write_set("other.json", SET | {"name": "another"})
    refused(call(*command("killed", "--resume", source="other.json")), "run.json", "set")
    kept = shutil.copy2(BALL, os.path.join(SCRATCH, "kept.png"))
    shutil.copy2(BLUE, BALL)  # another picture in its place
    refused(call(*command("killed", "--resume")), "run.json", "pictures")
    shutil.copy2(kept, BALL)
    with open(os.path.join(out, "run.json"), encoding="utf-8") as f:
        run = f.read()
    write_set("killed/run.json", json.loads(run) | {"prompts": "of another file"})
    refused(call(*command("killed", "--resume")), "run.json", "prompts")
    write_set("killed/run.json", run)


@test
def judged_once():
    """what was judged is read from judged.txt: nothing is added by going on, another thing adds its own, and a cut line is judged again"""
    place = os.path.join(SCRATCH, "killed/judged.txt")
    with open(place, encoding="utf-8") as f:
        before = f.read()
    # one reference and four pictures, each with CLIP on the whole and on the masked picture and with DINO; and the reference's
    # face
    assert sum(map(bool, before.split("\n"))) == 3 * 5 + 1, before
    told = json.loads(call(*command("killed", "--things", "1", "--resume", "--json")).stdout)
    with open(place, encoding="utf-8") as f:
        assert f.read() == before
    # the stored results of the last judge are used as they are: swapping two pictures' DINO directions swaps their scores
    lines = before.split("\n")
    dino = [n for n, line in enumerate(lines) if line][-5:-1]
    a, b = (lines[n].split(" ") for n in dino[:2])
    lines[dino[0]], lines[dino[1]] = f"{a[0]} {b[1]}", f"{b[0]} {a[1]}"
    write_set("killed/judged.txt", "\n".join(lines))
    swapped = json.loads(call(*command("killed", "--things", "1", "--resume", "--json")).stdout)
    old, new = ([p["dino_i"] for p in t["pictures"]] for t in (told, swapped))
    assert old[0] != old[1] and new == [old[1], old[0], *old[2:]], (old, new)
    # the file ends in the middle of its last line
    write_set("killed/judged.txt", before[:-30])
    assert json.loads(call(*command("killed", "--things", "1", "--resume", "--json")).stdout) == told
    more = json.loads(call(*command("killed", "--resume", "--json")).stdout)
    assert more["pictures"] == results("full")["pictures"]
    with open(place, encoding="utf-8") as f:
        assert f.read().startswith(before[:-30])
    # a slash at the end of the folder's name changes nothing
    assert told == json.loads(call(*command("killed//", "--things", "1", "--resume", "--json")).stdout)


@test
def changed_judge():
    """a judge judges again when a file in its folder has changed"""
    judge = shutil.copytree(CLIP, os.path.join(SCRATCH, "judge"))
    place = os.path.join(SCRATCH, "killed/judged.txt")

    def n_lines():
        with open(place, encoding="utf-8") as f:
            return sum(map(bool, f.read().split("\n")))

    def lines_added():
        before = n_lines()
        done = call(*command("killed", "--things", "1", "--resume", "--clip", judge))
        assert done.returncode == 0, done.stderr
        return n_lines() - before

    by_clip = 2 * 5  # a reference and four pictures, on the whole and masked
    added = [lines_added(), lines_added()]
    assert added == [by_clip, 0], added
    os.utime(os.path.join(judge, "model.safetensors"), (1, 1))
    added = [lines_added(), lines_added()]
    assert added == [by_clip, 0], added


@test
def another_basis():
    """a run that had no basis may get one, and goes on with no other"""
    bases = []
    for name, people in (("a", ("John Smith", "Mary Brown", "Anna Green")), ("b", ("John Smith", "Mary Brown", "Zoe Quick"))):
        names = write_set(f"names-{name}.txt", "\n".join(people))
        bases.append(os.path.join(SCRATCH, f"basis-{name}.pt"))
        assert call("basis", "--model", MODEL, "--names", names, "--out", bases[-1]).returncode == 0
    for basis in (bases[0], bases[0], None):
        more = ("--basis", basis, "--features", "image") if basis else ()
        done = call(*command("killed", "--things", "1", "--resume", *more))
        assert done.returncode == 0, done.stderr
    refused(call(*command("killed", "--things", "1", "--resume", "--basis", bases[1])), "run.json", "basis")
    refused(call(*command("killed", "--things", "1", "--resume", "--basis", bases[0])), "run.json", "features")


@test
def no_finder():
    """a program that has no finder beside it judges painted pictures whole, says so, and takes no answer of one that has"""
    with open(os.path.join(SCRATCH, "full/report.html"), encoding="utf-8") as f:
        assert "of the subject that pz-finder finds" in f.read()
    alone = shutil.copy(EXE, folder("alone"))
    env = {name: value for name, value in os.environ.items() if name != "PERSONALIZE_MODEL_PATH"} | {"XDG_DATA_HOME": folder("no-data")}
    done = subprocess.run([alone, *command("full", "--faces", "none", "--resume")], capture_output=True, text=True, timeout=600, env=env)
    assert done.returncode == 0 and "pz-finder" in done.stderr and "whole" in done.stderr, done.stderr
    with open(os.path.join(SCRATCH, "full/report.html"), encoding="utf-8") as f:
        assert "judged whole" in f.read()
    with_finder = [p["clip_i_masked"] for p in results("full")["pictures"]]
    done = call(*command("full", "--resume"))
    assert done.returncode == 0 and "whole" not in done.stderr, done.stderr
    without = [p["clip_i_masked"] for p in results("full")["pictures"]]
    assert all(a != b for a, b in zip(with_finder, without)), (with_finder, without)


@test
def ready_prompts():
    """the prompts that come along can be borrowed by a set, and each has the thing in it"""
    place = os.path.join(ROOT, "data/evaluation")
    files = [name for name in sorted(os.listdir(place)) if name.endswith(".json")]
    assert {"celeb-basis.json", "dreambench-animals.json", "dreambench-objects.json"} <= set(files), files
    for name in files:
        with open(os.path.join(place, name), encoding="utf-8") as f:
            prompts = json.load(f)
        lines = [*prompts.get("prompts", []), *(line for family in prompts["families"].values() for line in family)]
        assert len(lines) >= 25 and len(set(lines)) == len(lines) and all("{}" in line for line in lines), name
        borrowed = {"things": SET["things"], "prompts_from": os.path.join(os.path.abspath(place), name)}
        write_set("borrowed.json", borrowed)
        # the set is read completely: the error is about the judge
        refused(call(*command("none", "--clip", "nowhere", source="borrowed.json")), "nowhere")


@test
def dreambench_set():
    """a copy of DreamBench becomes a set"""
    place = folder("dreambench")
    for thing in ("duck_toy", "dog6", "LICENCE"):
        os.makedirs(os.path.join(place, thing))
    for name in ("dog6/01.png", "duck_toy/2.png", "duck_toy/1.png"):
        write_png(os.path.join(place, name), 9, 9, lambda x, y: (9, 9, 9))
    done = subprocess.run(["python3", "-B", os.path.join(ROOT, "data/evaluation/dreambench-set"), place], capture_output=True,
                          text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    with open(os.path.join(place, "objects.json"), encoding="utf-8") as f:
        objects = json.load(f)
    assert objects["things"] == [{"name": "duck toy", "class": "toy", "images": ["duck_toy/1.png", "duck_toy/2.png"]}]
    with open(os.path.join(place, "animals.json"), encoding="utf-8") as f:
        assert [thing["name"] for thing in json.load(f)["things"]] == ["dog6"]
    refused(call("evaluate", "--set", os.path.join(place, "objects.json"), "--methods", "elite", "--model", MODEL, "--out",
                 os.path.join(SCRATCH, "none"), "--clip", "nowhere", "--dino", DINO), "nowhere")


@test
def refusals():
    """what cannot be done is one sentence before any work, and nothing is written"""
    thing = SET["things"][0]
    broken = write_set("broken.png", "no picture")
    cases = (
        ({"things": []}, ["expected things"]),
        ({"things": [thing | {"images": ["nowhere.png"]}]}, ["Red Ball", "nowhere.png"]),
        ({"things": [thing | {"images": []}]}, ["Red Ball", "images"]),
        ({"things": [thing | {"images": [os.path.basename(broken)]}]}, ["Red Ball", "broken.png"]),
        ({"things": [thing | {"masks": ["inside.png", "inside.png"]}]}, ["Red Ball", "1", "2"]),
        ({"things": [thing | {"masks": ["gone.png"]}]}, ["Red Ball", "gone.png"]),
        ({"things": [thing | {"masks": ["inside.png"]}]}, ["Red Ball", "inside.png", "96x96", "80x96"]),
        ({"things": [{"name": "Red Ball", "images": ["ball.png"]}]}, ["thing 1", "class"]),
        ({"things": [thing, thing | {"name": "red-BALL"}]}, ["red-BALL", "twice"]),
        ({"things": [thing | {"name": "***"}]}, ["letters"]),
        ({"prompts": ["a photo"]}, ["prompt 1", "{}"]),
        ({"prompts": [], "families": {}}, ["expected prompts"]),
        ({"prompts_from": "lost.json"}, ["lost.json"]),
    )
    for change, words in cases:
        write_set("bad.json", SET | change)
        refused(call(*command("none", source="bad.json")), *words)
    write_set("bad.json", "{")
    refused(call(*command("none", source="bad.json")), "bad.json")
    refused(call(*command("none", source="gone.json")), "gone.json")
    refused(call(*command("none", methods=("elite", "magic"))), "--methods", "magic", "textual-inversion", status=2)
    refused(call(*command("none", methods=("elite", "elite"))), "--methods", "once", status=2)
    refused(call(*command("none", methods=("celeb-basis",))), "--basis", status=2)
    refused(call(*command("none", "--features", "nose")), "--features", "face", "nose", status=2)
    refused(call(*command("none", "--things", "-1")), "--things", "-1", status=2)
    for option in ("--things", "--prompts", "--seeds", "--steps", "--paint-steps"):
        refused(call(*command("none", option, "0")), f"{option}: expected a number from 1 to", "“0”", status=2)
    refused(call(*command("none", "--seed", "-1")), "--seed", "-1", status=2)
    refused(call(*command("none", "--clip", "nowhere")), "--clip", "nowhere")
    refused(call(*command("none", "--recognizer", "nowhere.pth")), "--faces", "nowhere.pth")
    refused(call(*command("none", "--recognizer", BALL, "--faces", "none")), "--recognizer", status=2)
    # What would stop the work at the last thing, after it has learned the others.
    late = {"things": [*SET["things"], thing | {"name": "late", "class": "coffeepot"}]}
    write_set("late.json", SET | late)
    for more, words in (((), ["late by cross-initialization-fast", "class word", "coffeepot"]),
                        (("--resume",), ["late by cross-initialization-fast"]),
                        (("--paint-steps", "9999"), ["Red Ball", "9999"])):
        refused(call(*command("none", *more, source="late.json")), *words)
    mine = os.path.join(folder("mine"), "table.csv")
    write_set(mine, "not of an evaluation")
    refused(call(*command("mine")), "table.csv")
    assert os.listdir(os.path.dirname(mine)) == ["table.csv"]
    refused(call("evaluate", "--methods", "elite", "--out", "x"), "--set", status=2)
    refused(call(*command("none", "more")), "more", status=2)
    assert not os.path.exists(os.path.join(SCRATCH, "none"))


finish()

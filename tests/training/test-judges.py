# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The judges of models/training on a few plain drawings: their inputs, their training, their results.

Their quality is not tested here.
Usage: test-judges.py SOURCE_ROOT [NAME_PART]
"""

import contextlib
import functools
import json
import sys
import tempfile
from pathlib import Path
from unittest import mock

ROOT = Path(sys.argv[1])
sys.path.insert(0, str(ROOT / "tests/cli"))
sys.path.insert(0, str(ROOT / "models/training"))
import numpy as np  # noqa: E402
from drawings import SIDE, write_ellipses  # noqa: E402
from tap import Skip, run, test  # noqa: E402

SCRATCH = tempfile.TemporaryDirectory(prefix="pz-judges-")
CACHE = Path(SCRATCH.name)
COUNT = 60
KEPT = {}


def quiet(function):
    """Redirects the scripts' output to stderr, because it is not TAP."""
    @functools.wraps(function)
    def inner():
        with contextlib.redirect_stdout(sys.stderr):
            function()
    return inner


def torch():
    try:
        import torch as found
    except ImportError:
        raise Skip("no PyTorch here") from None
    found.set_num_threads(1)
    return found


def things():
    """Upright ellipses, each of a different colour; every twelfth is held out."""
    from compose import Things
    if not (CACHE / "things.json").exists():
        write_ellipses(CACHE, COUNT, (0.2, 0.45), (0.3, 0.45), lambda i: {
            "name": "thing" + "abcdefghij"[i // 10] + "abcdefghij"[i % 10], "held_out": i % 12 == 0,
            "source": "openclipart" if i % 5 == 4 else "noto"})
    return Things(CACHE)


def pool():
    if "pool" not in KEPT:
        from judge_pool import make_pool
        KEPT["pool"] = make_pool(things(), things().train[:16])
    return KEPT["pool"]


@test
def truth():
    """a scene's labels say what is in it, and nothing of what it hides."""
    torch()
    from compose import FAMILIES
    from judge_pool import STYLED, labels
    from styles import STYLES
    told = dict(zip(FAMILIES, labels({"count": "two", "place": "at night"})))
    assert told == {"colour": 0, "place": 1 + FAMILIES["place"].index("at night"), "style": 0,
                    "count": 1 + FAMILIES["count"].index("two"), "side": 0, "size": -1}, told
    assert dict(zip(FAMILIES, labels({})))["colour"] == 1 + FAMILIES["colour"].index("white")
    style = list(FAMILIES).index("style")
    assert (pool()["truth"][:, :STYLED, style] == 0).all()
    assert set(pool()["truth"][:, STYLED, style]) == set(range(1, 1 + len(STYLES)))


@test
@quiet
def parts():
    """a pool in files is the pool in one, and a file that is there is not made again."""
    torch()
    import judge_pool
    first, last = things().train[:3], things().train[3:6]
    whole = judge_pool.make_pool(things(), things().train[:6])
    ends = [judge_pool.make_pool(things(), first), judge_pool.make_pool(things(), last, 3)]
    for name, data in whole.items():
        assert (data == np.concatenate([end[name] for end in ends])).all(), name
    folder = CACHE / "judge-pool"
    folder.mkdir()
    np.savez(folder / "00000.npz", **ends[0])
    judge_pool.write_pool(CACHE, things())
    assert len(judge_pool.read_pool(CACHE)["views"]) == 3


@test
def covers():
    """the places kept of a drawing are those where its colour is."""
    torch()
    from judge_pool import GRID, TURNS, place_of
    from compose import scene
    sprite = np.zeros((SIDE, SIDE, 4), np.uint8)
    sprite[10:180, 40:150] = 255, 0, 255, 255
    for what in (None, *TURNS):
        where = place_of([3, 4], sprite, things(), what).astype(float) / 255
        picture = scene(np.random.default_rng([3, 4]), sprite, things(), what)[0].astype(int)
        shown = (picture[..., 0] > 150) & (picture[..., 2] > 150) & (picture[..., 1] < 60)
        cells = shown.reshape(GRID, 256 // GRID, GRID, -1).mean((1, 3))
        inner = (where > 0.99) | (where < 0.01)  # not the rim, where colours mix
        assert 0.05 < where.mean() < 0.9 and np.abs(where - cells)[inner].max() < 0.1, what


@test
def cuts():
    """an object is cut out wherever it is: it fills the cut-out and its background is gone."""
    torch()
    from judge_nets import CUT, cut_out
    from judge_pool import GRID, SIDE as WIDE
    picture = np.full((WIDE, WIDE, 3), 90, np.uint8)
    where = np.zeros((GRID, GRID))
    picture[80:112, 8:40], where[20:28, 2:10] = (200, 10, 10), 1
    cut = cut_out(picture, where)
    assert cut.shape == (CUT, CUT, 4)
    middle = cut[CUT // 4:3 * CUT // 4, CUT // 4:3 * CUT // 4].reshape(-1, 4)
    assert np.abs(middle.astype(int) - (200, 10, 10, 255)).max() <= 2, middle
    assert cut[0].max() < 100 and cut[:, 0].max() < 100  # the rim of a place is two picture pixels wide


@test
def colours():
    """a drawing in other colours is another one only as far as the colours differ."""
    torch()
    from judge_train import ORDERS, colour_distances
    cut = np.zeros((2, 64, 64, 4), np.uint8)
    cut[0, ..., :] = 200, 100, 100, 255
    cut[1, ..., :] = 80, 80, 80, 255
    apart = colour_distances(cut)
    same, swapped, turned = (ORDERS.tolist().index(list(o)) for o in ((0, 1, 2), (0, 2, 1), (1, 0, 2)))
    assert apart[0, same, swapped] == 0 and abs(apart[0, same, turned] - 200 / 3) < 1e-3
    assert not apart[1].any()


@test
@quiet
def lessons():
    """each network learns in steps that lower its loss, and a course that was stopped ends as one that was not."""
    found = torch()
    from course import taught
    from judge_nets import cut_outs
    from judge_train import Finding, Reading, Recognising
    cuts = cut_outs(Finding(pool()).network.eval(), pool()["views"].reshape(-1, 128, 128, 3)).reshape(16, 5, 64, 64, 4)
    made = {"reader": lambda: Reading(pool(), 8), "finder": lambda: Finding(pool(), 8),
            "recogniser": lambda: Recognising(cuts, 8, 4)}
    for name, lesson in made.items():
        states = []
        for stops in ((1, 3), (3,)):
            checkpoint = Path(tempfile.mkdtemp(dir=CACHE)) / "course.pt"
            for steps in stops:
                # the learning rate's plateau and decay depend on where a course ends
                network = taught(lesson(), 3, checkpoint, steps)
            states.append(network.state_dict())
        for key, value in states[0].items():
            found.testing.assert_close(value, states[1][key], rtol=0, atol=0, msg=f"{name} {key}")
    lesson = made["finder"]()
    before = np.mean([lesson.loss(np.random.default_rng(i)).item() for i in range(4)])
    taught(lesson, 30, Path(tempfile.mkdtemp(dir=CACHE)) / "course.pt")
    after = np.mean([lesson.loss(np.random.default_rng(i)).item() for i in range(4)])
    assert after < 0.8 * before, (before, after)


@test
@quiet
def tells_apart():
    """the recogniser learns to tell drawings apart, instead of moving all of them alike."""
    torch()
    from course import taught
    from judge_nets import cut_out, embed
    from judge_pool import place_of, twist
    from judge_train import Recognising
    rows, views = things().train[:16], pool()["views"]
    seeds = [[20611, row, j] for row in rows for j in range(5)]
    where = [place_of(seed, np.asarray(things().sprites[seed[1]]), things(), twist(i // 5, seed[2])) / 255.0
             for i, seed in enumerate(seeds)]
    cuts = np.stack([cut_out(p, w) for p, w in zip(views.reshape(-1, 128, 128, 3), where)]).reshape(16, 5, 64, 64, 4)
    lesson = Recognising(cuts, 12, 4)
    network = taught(lesson, 60, Path(tempfile.mkdtemp(dir=CACHE)) / "course.pt")
    alike = embed(network, cuts[:, 0]) @ embed(network, cuts[:, 1]).T
    same = alike.diag().mean().item()
    other = (alike.sum().item() - 16 * same) / (16 * 15)
    told = (alike.argmax(1).numpy() == np.arange(16)).mean()
    assert same - other > 0.3 and told > 0.5, (same, other, told)


@test
@quiet
def one_code():
    """judges that were begun by other code are not gone on with."""
    torch()
    import judge
    folder = Path(tempfile.mkdtemp(dir=CACHE))
    assert judge.same_code(folder) == judge.same_code(folder) == judge.code_hash()
    (folder / "judge-code").write_text("another")
    try:
        judge.same_code(folder)
    except SystemExit as refused:
        assert "begun by other code" in str(refused)
    else:
        raise AssertionError("expected a refusal")


@test
def nearest():
    """a thing is what its nearest reference says, of whatever kind, and of several drawings any counts."""
    found = torch()
    import judge

    class Seen(found.nn.Module):
        def forward(self, x):
            return found.nn.functional.normalize(x[:, :3].mean((2, 3)) + 1.0001)

    cuts = np.zeros((2, 4, 4, 4), np.uint8)
    cuts[0, ..., 0] = cuts[1, ..., 1] = 255
    far, red, green = ([0.0, 0, 1], [1.0, 0, 0], [0.0, 1, 0])
    known = found.tensor([[far, green], [far, far], [red, far]])
    assert judge.recognised(Seen(), cuts, known)[:, 0].tolist() == [2, 0]


def save_judges(found, all_things):
    """Saves untrained judges where the scripts look for them."""
    import judge
    networks = {name: kind().eval() for name, kind in (("finder", judge.Finder), ("recogniser", judge.Recogniser),
                                                      ("reader", judge.Reader))}
    shown = judge.shown_drawings(all_things)
    found.save({"code": "c0de", "references": judge.references(networks["finder"], networks["recogniser"], all_things,
                                                               shown),
                "ceilings": {"recognised": 50.0, "read": 80.0, "both": 40.0},
                **{name: network.state_dict() for name, network in networks.items()}}, CACHE / "judge.pt")


PAINTER = """#!/usr/bin/env python3
import json, os, sys
words = sys.argv[1:]
given = dict(zip(words[1::2], words[2::2]))
from PIL import Image
picture = Image.open(given["--concept"]) if "--concept" in given else Image.new("RGB", (256, 256), "teal")
os.makedirs(given["--out"], exist_ok=True)
picture.save(os.path.join(given["--out"], f"personalize-{given['--seed']}.png"))
with open(os.environ["PZ_TEST_PAINTED"], "a") as file:
    print(json.dumps(given), file=file)
"""


@test
@quiet
def measured():
    """every condition asks the engine for what it is named by, and the table has the ceilings and 0.9 of them."""
    found = torch()
    import argparse
    import os
    import evaluate
    all_things, out = things(), CACHE / "measured"
    save_judges(found, all_things)
    painter, model = CACHE / "painter", CACHE / "model"
    painter.write_text(PAINTER)
    painter.chmod(0o755)
    model.mkdir()
    os.environ["PZ_TEST_PAINTED"] = str(CACHE / "painted")
    args = argparse.Namespace(cache=CACHE, model=model, out=out, personalize=painter, jobs=1, things=2, undistilled=None,
                              conditions=None, many_sampler="ddim")
    with mock.patch.object(evaluate, "NAMED", 3):
        evaluate.measure(args, all_things)
    painted = {}
    for line in (CACHE / "painted").read_text().splitlines():
        given = json.loads(line)
        painted.setdefault(Path(given["--out"]).name, []).append(given)
    assert list(painted) == list(evaluate.CONDITIONS)
    assert all(len(pictures) == 2 for pictures in painted.values()), painted
    told = {name: pictures[0] for name, pictures in painted.items()}
    assert told["first"]["--words"] == "primary" and told["five"]["--words"] == "all"
    assert float(told["first"]["--fidelity"]) == float(told["five"]["--fidelity"]) == 0
    assert told["many"]["--steps"] == "25" and told["main"]["--steps"] == "4"
    assert "--concept" not in told["names"] and "thing" in told["names"]["--prompt"], told["names"]
    assert "--mask" not in told["none"] and "--concept" in told["none"]
    from PIL import Image
    exact, box = (np.asarray(Image.open(told[name]["--mask"])) > 127 for name in ("main", "box"))
    ys, xs = np.flatnonzero(box.any(1)), np.flatnonzero(box.any(0))
    assert (box | ~exact).all() and box[ys[0]:ys[-1] + 1, xs[0]:xs[-1] + 1].all() and box.sum() > exact.sum()
    table = (out / "table.md").read_text()
    assert "| 0.9 of that | 45.0 | 72.0 | 36.0 |" in table, table
    results = json.loads((out / "results.json").read_text())["conditions"]
    assert len(results) == len(evaluate.CONDITIONS) and len(results["names"]["pictures"]) == 2


LEARNER = PAINTER.replace("words = sys.argv[1:]\n", """words = sys.argv[1:]
if words[0] in ("learn", "encode"):
    with open(words[words.index("--out") + 1], "w") as out, open(os.environ["PZ_TEST_LEARNED"], "a") as file:
        print(json.dumps(words), file=file)
    sys.exit()
""").replace('Image.open(given["--concept"])', 'Image.new("RGB", (256, 256), "red")')


@test
@quiet
def learned():
    """every method learns from four views with a class word of the vocabulary, and is asked on each thing."""
    found = torch()
    import argparse
    import os
    import learned as script
    all_things, out, learner = things(), CACHE / "learned", CACHE / "learner"
    learner.write_text(LEARNER)
    learner.chmod(0o755)
    os.environ.update(PZ_TEST_LEARNED=str(CACHE / "what"), PZ_TEST_PAINTED=str(CACHE / "shown"))
    save_judges(found, all_things)
    (CACHE / "learning").mkdir()
    args = argparse.Namespace(cache=CACHE, model=CACHE / "learning", out=out, personalize=learner, jobs=1, things=2, evaluation=None,
                              prompts=3, methods=None)
    with mock.patch.object(script, "Tokenizer", lambda folder: mock.Mock(pieces=lambda word: [1] * len(word))):
        script.measure(args, all_things)
    told = [json.loads(line) for line in (CACHE / "what").read_text().splitlines()]
    assert len(told) == 2 * len(script.METHODS)
    by_method = {words[1]: words for words in told if words[0] == "learn"}
    assert set(by_method) == {"elite-refine", "cross-initialization", "cross-initialization-fast", "textual-inversion",
                              "catversion"}
    assert by_method["catversion"].count("--image") == script.VIEWS and by_method["catversion"].count("none") == script.VIEWS
    assert by_method["catversion"][by_method["catversion"].index("--class-word") + 1] == "toy"
    assert sum(words[0] == "encode" for words in told) == 2
    results = json.loads((out / "learned.json").read_text())["methods"]
    assert list(results) == list(script.METHODS) and all(len(r["pictures"]) == 6 for r in results.values())
    # Existing results are neither learned nor painted again.
    with mock.patch.object(script, "Tokenizer", lambda folder: mock.Mock(pieces=lambda word: [1])):
        script.measure(args, all_things)
    assert len((CACHE / "what").read_text().splitlines()) == len(told)
    assert "| Textual Inversion, 3000 steps of 4 |" in (out / "learned.md").read_text()


@test
def names():
    """names that are asked for are training things' with careful names, in the order of their hashes."""
    torch()
    import hashlib
    from evaluate import named_things, with_name
    named = named_things(things())
    assert [n for n, _ in named] == sorted((n for n, _ in named), key=lambda n: hashlib.sha256(n.encode()).digest())
    assert sorted(r for _, rows in named for r in rows) == [r for r in range(COUNT) if r % 12 and r % 5 != 4]
    assert with_name("a photo of a S on the left", "owl") == "a photo of an owl on the left"
    assert with_name("a photo of two S", "owl") == "a photo of two owl"


@test
def edges():
    """gradient energy is told of the object's inside alone, of 100 in composed pictures of the same things."""
    torch()
    from compose import scene
    from evaluate import SEED, edges, energy

    class Judge:
        def find(self, pictures):
            where = np.zeros((1, 32, 32))
            where[0, 8:24, 8:24] = 1
            return where

    rng = np.random.default_rng(1)
    picture = rng.integers(0, 256, (256, 256, 3)).astype(np.uint8)
    smooth = picture.copy()
    smooth[64:192, 64:192] = 100
    assert energy(Judge(), picture) > 1000 and energy(Judge(), smooth) == 0
    rows = things().train[:2]
    composed = [scene(np.random.default_rng([SEED, 1, row]), np.asarray(things().sprites[row]), things(), None)[0]
                for row in rows]
    asked = [("colour", "red"), ("place", "at night")]
    assert edges(Judge(), things(), composed, rows, asked) == 100
    assert edges(Judge(), things(), [picture, smooth], rows, [("style", ""), ("colour", "red")]) == 0
    assert edges(Judge(), things(), [picture], rows[:1], [("style", "")]) is None


run(sys.argv[2] if len(sys.argv) > 2 else None)

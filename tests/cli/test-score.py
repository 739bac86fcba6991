# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""personalize score: CLIP-T, CLIP-I, DINO-I and masked CLIP-I, compared with PIL and PyTorch, with small random judges.

Usage: test-score.py PERSONALIZE MODEL [NAME_PART]
"""

import json
import os
import shutil
import subprocess
import sys

import numpy as np
from tap import Skip, test
from tool import EXE, SCRATCH, ball, call, finish, folder, refused, write_png

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../..")
sys.path.insert(0, os.path.join(ROOT, "tests/reference"))

CLIP, DINO = (os.path.join(ROOT, "tests/nets/data", name) for name in ("clip", "dino"))
BOTH = ("--clip", CLIP, "--dino", DINO)
COLUMNS = ("clip_t", "clip_i", "dino_i", "clip_i_masked")
SIZES = ((64, 64), (100, 40), (33, 90), (28, 28), (57, 61), (17, 29), (200, 90))


def config(place):
    with open(os.path.join(place, "config.json"), encoding="utf-8") as f:
        return json.load(f)


def tokens(text):
    """Token ids in the judge's small vocabulary of single letters; the last letter of a word has its own token."""
    with open(os.path.join(CLIP, "vocab.json"), encoding="utf-8") as f:
        words = json.load(f)
    ids = [i for word in text.lower().split() for i in [words[c] for c in word[:-1]] + [words[f"{word[-1]}</w>"]]]
    return [words["<|startoftext|>"], *ids[:config(CLIP)["text_config"]["max_position_embeddings"] - 2],
            words["<|endoftext|>"]]


def drawn(name, n, masks=False):
    """A folder of n different pictures of several sizes. One of them has an alpha channel, which must have no effect."""
    place = folder(name)
    for i in range(n):
        width, height = SIZES[i % len(SIZES)]

        def colour(x, y, i=i):
            return ((x * (3 + i) + y) % 256, (y * 5 + x * i) % 256, (x * y + 17 * i) % 256)

        def alpha(x, y, colour=colour):
            return (*colour(x, y), (x * 7) % 256)

        def inside(x, y, i=i, width=width, height=height):
            return (255,) if (x - width / 2) ** 2 + (y - height / 2) ** 2 < (width + i) * height / 9 else (0,)
        if masks:
            write_png(os.path.join(place, f"{i:02}.png"), width, height, inside, channels=1)
        elif i == 4:
            write_png(os.path.join(place, f"{i:02}.png"), width, height, alpha, channels=4)
        else:
            write_png(os.path.join(place, f"{i:02}.png"), width, height, colour)
    return place


def score(*args, **kwargs):
    done = call("score", *args, "--json", **kwargs)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def paths(place):
    return [os.path.join(place, name) for name in sorted(os.listdir(place))]


@test
def like_pytorch():
    """twenty pictures' scores are PyTorch's to 1e-4, and their means, standard errors and intervals numpy's"""
    try:
        import judges
    except ImportError:
        raise Skip("no PyTorch or PIL here") from None
    pictures, references = drawn("twenty", 20), drawn("references", 4)
    masks, reference_masks = drawn("masks", 20, masks=True), drawn("reference-masks", 4, masks=True)
    lines = [f"a {{}} number {'abcdefghijklmnopqrst'[i]}" for i in range(20)]
    with open(os.path.join(SCRATCH, "lines.txt"), "w", encoding="utf-8") as f:
        f.write("\n".join(lines) + "\n")
    told = score(pictures, "-r", references, "--prompts", f.name, "--masks", masks, "--reference-masks", reference_masks,
                 "--f32", *BOTH)
    clip, dino = judges.Judge(CLIP, "clip", config(CLIP)), judges.Judge(DINO, "dino", config(DINO))
    sides = {}
    for side, (seen, inside) in {"mine": (pictures, masks), "theirs": (references, reference_masks)}.items():
        sides[side] = {"clip_i": np.stack([clip.see(p) for p in paths(seen)]),
                       "dino_i": np.stack([dino.see(p) for p in paths(seen)]),
                       "clip_i_masked": np.stack([clip.see(*pair) for pair in zip(paths(seen), paths(inside))])}
    expected = {what: (sides["mine"][what] @ sides["theirs"][what].T).mean(1) for what in COLUMNS[1:]}
    texts = np.stack([clip.read(tokens(line.replace("{}", ""))) for line in lines])
    expected["clip_t"] = (sides["mine"]["clip_i"] * texts).sum(1)
    assert [p["path"] for p in told["pictures"]] == paths(pictures)
    for what in COLUMNS:
        found = np.array([p[what] for p in told["pictures"]])
        print(f"# {what}: {abs(found - expected[what]).max():.1e} apart, spread {expected[what].std():.2f}", flush=True)
        np.testing.assert_allclose(found, expected[what], atol=1e-4)
        said = told["scores"][what]
        assert said["n"] == 20
        np.testing.assert_allclose(said["mean"], found.mean(), atol=1e-9)
        np.testing.assert_allclose(said["standard_error"], found.std(ddof=1) / 20 ** 0.5, atol=1e-9)
        draws = np.random.default_rng(1).choice(found, (20000, 20)).mean(1)
        for end, share in (("low", 2.5), ("high", 97.5)):
            np.testing.assert_allclose(said[end], np.percentile(draws, share), atol=0.2 * draws.std())
    both = told["scores"]["clip_i"]["mean"] * told["scores"]["clip_t"]["mean"]
    assert both < 0 and told["scores"]["geometric_mean"] is None or \
        abs(told["scores"]["geometric_mean"] - both ** 0.5) < 1e-9
    assert told["judges"]["clip"]["path"] == CLIP and "28x28" in told["judges"]["clip"]["view"]
    assert "ImageNet" in told["judges"]["dino"]["view"] and "32 pixels" in told["judges"]["dino"]["view"]


@test
def itself():
    """a picture beside itself has 1, a prompt without its placeholder is that prompt, and what is not asked for is not there"""
    picture = paths(drawn("one", 1))[0]
    told = score(picture, "-r", picture, "--prompt", "a {} hat", "--f32", *BOTH)
    other = score(picture, "-r", picture, "--prompt", "a  hat", "--f32", *BOTH)
    assert told == other and "clip_i_masked" not in told["scores"]
    for what in ("clip_i", "dino_i"):
        assert abs(told["scores"][what]["mean"] - 1) < 1e-5, told
        assert told["scores"][what]["standard_error"] is None
    alone = score(picture, "-r", picture, "--clip", "none", "--dino", DINO)
    assert set(alone["scores"]) == {"dino_i", "geometric_mean"} and set(alone["judges"]) == {"dino"}, alone
    text = call("score", picture, "-r", picture, "--clip", CLIP, "--dino", "none")
    assert text.returncode == 0 and "CLIP-I" in text.stdout and "DINO" not in text.stdout, text


@test
def found_masks():
    """masks may be found: a box around the thing in pictures, the thing itself in references"""
    flat = write_png(os.path.join(SCRATCH, "flat.png"), 64, 64, lambda x, y: (9, 9, 9))
    thing = write_png(os.path.join(SCRATCH, "thing.png"), 96, 96, ball)
    told = score(thing, "-r", thing, "--masks", "find", "--reference-masks", "find", "--clip", CLIP, "--dino", "none")
    assert told["scores"]["clip_i"]["mean"] > 0.9999
    assert told["scores"]["clip_i_masked"]["mean"] < 0.9999, "a box is not a disk"
    # nothing stands out, so the mask is the whole picture
    told = score(flat, "-r", flat, "--masks", "find", "--reference-masks", "find", "--clip", CLIP, "--dino", "none")
    assert told["scores"]["clip_i_masked"]["mean"] > 0.9999


@test
def people():
    """identity is the mean cosine of faces as personalize faces has it, of the pictures that have one, and how many have is said"""
    place = os.path.join(os.environ.get("PZ_TEST_DATA", ""), "concepts/faces")
    if not os.path.isdir(place):
        raise Skip("PZ_TEST_DATA is not set")
    photographs = [path for path in paths(place) if path.endswith(".jpg")]
    flat = write_png(os.path.join(SCRATCH, "no-face.png"), 64, 64, lambda x, y: (90, 120, 200))
    told = score(*photographs[:2], flat, "-r", photographs[2], "-r", flat, "--clip", "none", "--dino", DINO)
    by_path = {p["path"]: p for p in told["pictures"]}
    for path in photographs[:2]:
        pair = json.loads(call("faces", path, photographs[2], "--json").stdout)
        assert abs(by_path[path]["identity"] - pair["similarity"]) < 1e-5 and by_path[path]["faces"] == 1, (by_path, pair)
    assert "identity" not in by_path[flat] and by_path[flat]["faces"] == 0
    assert told["scores"]["identity"]["n"] == 2 and abs(told["scores"]["faces"]["mean"] - 2 / 3) < 1e-9
    assert "128 features" in told["judges"]["faces"]["view"]
    # if no reference has a face, the face judge is not used
    told = score(photographs[0], "-r", flat, "--clip", "none", "--dino", DINO)
    assert "identity" not in told["scores"] and "faces" not in told["judges"], told
    told = score(photographs[0], "-r", photographs[1], "--clip", "none", "--dino", DINO, "--faces", "none")
    assert "identity" not in told["scores"], told
    refused(call("score", flat, "-r", flat, "--clip", "none", "--dino", DINO, "--faces", SCRATCH), "--faces", "faces/")


@test
def default_judges():
    """judges lie in judges/ beside the models; where there are none, that is said"""
    models, bare = folder("models"), folder("bare")
    for kind, place in (("clip", CLIP), ("dino", DINO)):
        shutil.copytree(place, os.path.join(models, "judges", kind), ignore=shutil.ignore_patterns("cases"))
    picture = paths(drawn("default", 1))[0]
    told = score(picture, "-r", picture, env={"PERSONALIZE_MODEL_PATH": models})
    assert told["judges"]["dino"]["path"] == os.path.join(models, "judges/dino"), told
    # a copy of the program without models next to it
    exe = shutil.copy(EXE, bare)
    done = subprocess.run([exe, "score", picture, "-r", picture], capture_output=True, text=True, timeout=60,
                          env={**os.environ, "PERSONALIZE_MODEL_PATH": bare, "XDG_DATA_HOME": bare})
    refused(done, "--clip", "judges/clip", bare)


@test
def included():
    """where no others are the included judges look, as PyTorch has them, and tell a thing from another and a background from another"""
    told = score(os.path.join(ROOT, "data/demo/concept.png"), "-r", os.path.join(ROOT, "data/demo/concept.png"))
    places = {kind: told["judges"][kind]["path"] for kind in ("clip", "dino")}
    assert all(os.path.basename(os.path.dirname(place)) == "pz-judges" for place in places.values()), told["judges"]
    assert sum(os.path.getsize(os.path.join(at, name)) for place in places.values() for at, _, names in os.walk(place)
               for name in names) <= 6 << 20
    red, blue, moved = (os.path.join(SCRATCH, f"{name}-ball.png") for name in ("red", "blue", "moved"))
    write_png(red, 256, 256, lambda x, y: (220, 40, 40) if (x - 128) ** 2 + (y - 128) ** 2 < 6400 else (250, 215, 50))
    write_png(moved, 256, 256, lambda x, y: (220, 40, 40) if (x - 110) ** 2 + (y - 140) ** 2 < 4900 else (60, 165, 70))
    write_png(blue, 256, 256, lambda x, y: (45, 95, 215) if abs(x - 128) + abs(y - 128) < 90 else (250, 215, 50))
    same, other = (score(red, "-r", picture)["scores"]["dino_i"]["mean"] for picture in (moved, blue))
    assert same > other + 0.1, (same, other)
    yellow, green = (score(red, "-r", red, "--prompt", f"a photo of a {{}} on a {colour} background")["scores"]["clip_t"]["mean"]
                     for colour in ("yellow", "green"))
    assert yellow > green + 0.1, (yellow, green)
    try:
        import judges
    except ImportError:
        raise Skip("no PyTorch or PIL here") from None
    sys.path.insert(0, os.path.join(ROOT, "models/training"))
    from tokenizer import Tokenizer
    told = score(red, "-r", blue, "--prompt", "a {} on a yellow background", "--f32")["scores"]
    clip, dino = (judges.Judge(place, kind, config(place)) for kind, place in places.items())
    words = Tokenizer(places["clip"])
    ids = words.encode("a  on a yellow background")[0]
    text = clip.read(ids[:ids.index(words.end) + 1])
    for what, expected in (("clip_t", clip.see(red) @ text), ("clip_i", clip.see(red) @ clip.see(blue)),
                           ("dino_i", dino.see(red) @ dino.see(blue))):
        assert abs(told[what]["mean"] - float(expected)) < 1e-4, (what, told[what], expected)


@test
def refusals():
    """what cannot be done is one sentence"""
    picture, words = paths(drawn("few", 3))[0], os.path.join(SCRATCH, "words.txt")
    masks, no_picture = drawn("one-mask", 1, masks=True), os.path.join(SCRATCH, "no.png")
    for path, text in ((words, "one\ntwo\n"), (no_picture, "no picture")):
        with open(path, "w", encoding="utf-8") as f:
            f.write(text)
    larger = folder("larger")
    write_png(os.path.join(larger, "00.png"), 9, 9, lambda x, y: (255,), channels=1)
    few, empty = os.path.dirname(picture), folder("empty")
    for arguments, said, status in (
            ((), ("pictures",), 2),
            ((picture,), ("--reference",), 2),
            ((picture, "-r", picture, "--prompt", "a", "--prompts", words), ("--prompts", "--prompt"), 2),
            ((picture, "-r", picture, "--masks", masks), ("--reference-masks",), 2),
            ((picture, "-r", picture, "--clip", "none", "--prompt", "a ball"), ("--prompt: expected --clip", "none"), 2),
            ((picture, "-r", picture, "--clip", "none", "--prompts", picture), ("--prompts: expected --clip", "none"), 2),
            ((picture, "-r", picture, "--clip", "none", "--masks", "find", "--reference-masks", "find"),
             ("--masks: expected --clip", "none"), 2),
            ((picture, "-r", picture, "--clip", "none", "--dino", "none", "--faces", "none"), ("--clip", "--dino", "none"), 2),
            ((picture, "-r", picture, "--clip", "nowhere"), ("--clip", "nowhere"), 1),
            ((picture, "-r", picture, "--dino", CLIP), ("--dino", "model_type"), 1),
            ((picture, "-r", "nowhere.png"), ("nowhere.png",), 1),
            ((empty, "-r", picture), ("empty", "pictures"), 1),
            ((picture, "-r", no_picture), ("no.png",), 1),
            ((few, "-r", picture, "--prompts", words), ("words.txt", "3", "2"), 1),
            ((few, "-r", picture, "--masks", masks, "--reference-masks", masks), ("one-mask", "01.png"), 1),
            ((picture, "-r", picture, "--masks", masks, "--reference-masks", larger), ("00.png", "64x64", "9x9"), 1)):
        judges = [word for kind, place in (("--clip", CLIP), ("--dino", DINO)) if kind not in arguments
                  for word in (kind, place)]
        refused(call("score", *arguments, *judges), *said, status=status)


finish()

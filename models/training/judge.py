# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The judges: what reads generated pictures when the model is measured.  Never used in training it.

Run:  python3 judge.py train --cache DIR    compose the judges' own pictures (DIR/judge-pool), train once, report
                                            ceilings  (DIR/judge.pt); stopped, it goes on where it stood
      python3 judge.py report --cache DIR   the ceilings of DIR/judge.pt again

Three small networks over pictures of 128x128 (judge_nets.py), trained on composed pictures of training things alone
(judge_pool.py, judge_train.py):
  Finder      picture -> where the object is, by which it is cut out
  Recogniser  object cut out -> embedding, alike for the same drawing with the same colours whatever
              its scene, place, size and style; another exchange of colours is another thing
  Reader      picture -> for each family of caption words, the word it shows, or that it shows none

What a picture shows is told among references: of each drawing a mean embedding of its scenes, and one of each style.
A ceiling is what a judge scores on composed pictures of held-out things: the best that a generator that paints exactly
as the composer does could reach.
"""

import argparse
import hashlib
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

from compose import FAMILIES, TWISTS, Things, scene
from course import taught
from judge_nets import Finder, Reader, Recogniser, cut_outs, embed, parts, places, tensor
from judge_pool import SCENES, SEED, SIDE, labels, read_pool, small, write_pool
from judge_train import Finding, Reading, Recognising
from styles import STYLES

SOURCES = ("judge.py", "judge_nets.py", "judge_pool.py", "judge_train.py", "course.py", "compose.py", "grounds.py",
           "styles.py", "templates.py")
PLAIN_VIEWS = (None, None, None, "small", "close-up", "count", "side", "count")
STYLE_VIEWS = 3
WORDS = [(family, word) for family, words in FAMILIES.items() for word in words]


def shown_drawings(things):
    """One drawing of each held-out thing, in the order of things: what the measuring shows."""
    rows = {}
    for row in np.random.default_rng([SEED, 3]).permutation(things.held):
        rows.setdefault(things.thing_of[row], row)
    return [rows[thing] for thing in sorted(rows)]


def references(finder, recogniser, things, rows):
    """Mean embeddings of composed pictures of each drawing, without a style and in each [N, 1 + styles, WIDTH]."""
    kinds, out = [PLAIN_VIEWS, *([style] * STYLE_VIEWS for style in STYLES)], []
    for row in rows:
        rng, sprite = np.random.default_rng([SEED, 5, row]), np.asarray(things.sprites[row])
        views = np.stack([small(scene(rng, sprite, things, what)[0]) for kind in kinds for what in kind])
        seen = embed(recogniser, cut_outs(finder, views)).split([len(kind) for kind in kinds])
        out.append(torch.stack([s.mean(0) for s in seen]))
    return F.normalize(torch.stack(out), dim=2)


def recognised(recogniser, cuts, known):
    """Cut-outs -> which reference each is, best first [N,n]; known [n,kinds,WIDTH], of which the nearest counts."""
    seen = embed(recogniser, cuts)
    return torch.einsum("nw,rkw->nrk", seen, known).amax(2).argsort(1, descending=True).numpy()


class Judges:
    """Both judges from DIR/judge.pt, with the 400 held-out things that they choose among."""

    def __init__(self, cache, things):
        self.cache = Path(cache)
        saved = torch.load(self.cache / "judge.pt")
        self.code, self.rows, self.ceilings = saved["code"], shown_drawings(things), saved.get("ceilings")
        self.references = saved["references"]
        self.finder, self.recogniser, self.reader = Finder(), Recogniser(), Reader()
        for name in ("finder", "recogniser", "reader"):
            getattr(self, name).eval().load_state_dict(saved[name])

    def named(self, things, drawings):
        """References of things with several drawings each, of which any counts, for recognise (): a list of lists of
        rows -> [N,kinds,WIDTH].  Kept in DIR/judge-named.pt, since composing them takes minutes."""
        kept = self.cache / "judge-named.pt"
        wanted = {"code": self.code, "drawings": [[int(r) for r in rows] for rows in drawings]}
        saved = torch.load(kept) if kept.exists() else {}
        if {key: saved.get(key) for key in wanted} != wanted:
            most = max(map(len, drawings))
            each = references(self.finder, self.recogniser, things, [r for rows in drawings for r in rows])
            each = [part.flatten(0, 1) for part in each.split([len(rows) for rows in drawings])]
            saved = {**wanted, "references": torch.stack([part[torch.arange(most * (1 + len(STYLES))) % len(part)]
                                                          for part in each])}
            torch.save(saved, kept)
        return saved["references"]

    def recognise(self, pictures, known=None):
        """[N,128,128,3] uint8 -> which of `rows`, or of other references, each is, best first [N,400]."""
        return recognised(self.recogniser, cut_outs(self.finder, pictures), self.references if known is None else known)

    def find(self, pictures):
        """[N,128,128,3] uint8 -> chances that the object is in each of 32x32 places [N,32,32]"""
        return places(self.finder, pictures)

    @torch.no_grad()
    def read(self, pictures):
        """[N,128,128,3] uint8 -> the word of each family [N,6] as in labels ()."""
        told = [[t.argmax(1) for t in self.reader(tensor(p))] for p in parts(pictures)]
        return np.stack([np.concatenate(t) for t in zip(*told)], 1)


def composed(things, rows, each=4):
    """Pictures of held-out things in all twists in turn. -> (pictures, labels, which of rows)"""
    pictures, truth, which = [], [], []
    twists = [t for t, _ in TWISTS if t != "company"]
    for n, row in enumerate(rows):
        rng, sprite = np.random.default_rng([SEED, 6, row]), np.asarray(things.sprites[row])
        for k in range(each):
            picture, _, said, _ = scene(rng, sprite, things, twists[(n * each + k) % len(twists)])
            pictures.append(small(picture))
            truth.append(labels(said))
            which.append(n)
    return np.stack(pictures), np.array(truth), np.array(which)


def ceilings(judges, things):
    """-> {"recognised", "read", "both", each family}: percentages, means over words as evaluate.py asks for them;
    prints what each is made of."""
    pictures, truth, which = composed(things, judges.rows)
    right, told = judges.recognise(pictures)[:, 0] == which, judges.read(pictures)
    print(f"judges {judges.code}; {len(pictures)} composed pictures of {len(judges.rows)} things")
    seen, read, both = [], {}, []
    for k, (family, names) in enumerate(FAMILIES.items()):
        shown = [np.flatnonzero(truth[:, k] == w + 1) for w in range(len(names))]
        found = [(right[at].mean(), (told[at, k] == w + 1).mean(), (right[at] & (told[at, k] == w + 1)).mean())
                 for w, at in enumerate(shown)]
        none = (told[truth[:, k] == 0, k] == 0).mean()
        means = 100 * np.mean(found, 0)
        print(f"{family:7} read {means[1]:5.1f}  silent {100 * none:5.1f}  recognised {means[0]:5.1f}  both "
              f"{means[2]:5.1f} ", " ".join(f"{n}:{100 * s:.0f}/{100 * r:.0f}" for n, (s, r, _) in zip(names, found)))
        read[family] = means[1]
        seen += [f[0] for f in found]
        both += [f[2] for f in found]
    out = {"recognised": 100 * np.mean(seen), "read": np.mean(list(read.values())), "both": 100 * np.mean(both), **read}
    print(", ".join(f"{k} {v:.1f}" for k, v in out.items()))
    return {k: round(float(v), 1) for k, v in out.items()}


def code_hash():
    here, total = Path(__file__).parent, hashlib.sha256(str(SEED).encode())
    for name in SOURCES:
        total.update((here / name).read_bytes())
    return total.hexdigest()


def same_code(cache):
    """The code and seed of the training in a folder, which must be those of a training that began there already."""
    code, kept = code_hash(), cache / "judge-code"
    if kept.exists() and kept.read_text() != code:
        raise SystemExit(f"{kept}: expected {code[:12]}, found {kept.read_text()[:12]}: these judges were begun by other "
                         f"code; remove judge-* in {cache} to begin anew")
    kept.write_text(code)
    print("code and seed", code, flush=True)
    return code


def train(args, things):
    """One after another, each from its checkpoint, so that an interrupted run goes on where it stood."""
    saved = {"code": same_code(args.cache)}
    write_pool(args.cache, things)
    pool = read_pool(args.cache)
    reader = taught(Reading(pool), args.reader_steps, args.cache / "judge-reader.pt")
    finder = taught(Finding(pool), args.finder_steps, args.cache / "judge-finder.pt")
    cuts = cut_outs(finder, pool["views"].reshape(-1, SIDE, SIDE, 3))
    recogniser = Recognising(cuts.reshape(-1, SCENES, *cuts.shape[1:]))
    recogniser = taught(recogniser, args.steps, args.cache / "judge-recogniser.pt")
    saved |= {"reader": reader.state_dict(), "finder": finder.state_dict(), "recogniser": recogniser.state_dict(),
              "references": references(finder, recogniser, things, shown_drawings(things))}
    torch.save(saved, args.cache / "judge.pt")
    torch.save({**saved, "ceilings": ceilings(Judges(args.cache, things), things)}, args.cache / "judge.pt")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=("train", "report"))
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--reader-steps", type=int, default=1500)
    parser.add_argument("--finder-steps", type=int, default=1500)
    parser.add_argument("--steps", type=int, default=3000)
    args = parser.parse_args()
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    things = Things(args.cache)
    if args.what == "train":
        train(args, things)
    else:
        ceilings(Judges(args.cache, things), things)


if __name__ == "__main__":
    main()

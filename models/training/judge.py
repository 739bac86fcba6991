# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The judges: what reads generated pictures when the model is measured.  Never used in training it.

Run:  python3 judge.py pool --cache DIR     compose the judges' own pictures  (DIR/judge-pool.npz)
      python3 judge.py train --cache DIR    train both once, report ceilings  (DIR/judge.pt)
      python3 judge.py report --cache DIR   the ceilings of DIR/judge.pt again

Three small networks over pictures of 64x64, trained on composed pictures of training things alone:
  Finder      picture -> where the object is, by which it is cut out
  Recogniser  object cut out -> embedding, alike for the same drawing with the same colours whatever
              its scene, place, size and style; another exchange of colours is another thing
  Reader      picture -> for each family of caption words, the word it shows, or that it shows none

A ceiling is what a judge scores on composed pictures of held-out things: the best that a
generator that paints exactly as the composer does could reach.
"""

import argparse
import hashlib
import itertools
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import nn

from compose import (FAMILIES, TWISTS, Things, arrangement, background, concept, over, placed,
                     scene)

SIDE, CUT, WIDTH = 64, 32, 128
SEED = 20611  # the pipeline's own seeds are below 1000
SOURCES = ("judge.py", "compose.py", "grounds.py", "styles.py")
GROUNDS, SCENES = 900, 3
# The first scene of a drawing is plain, every third one's last has a style; the rest take turns.
OTHERS = ("count", "side", "small", "close-up", "company")
ORDERS = np.array(list(itertools.permutations(range(3))))
TEMPERATURE = 0.07


def small(picture):
    """[256,256,3] uint8 -> [64,64,3] uint8, each the mean of 4x4."""
    return np.asarray(Image.fromarray(picture).reduce(picture.shape[0] // SIDE))


def tensor(pictures):
    """uint8 [N,H,W,C] -> float [N,C,H,W] in -1..1"""
    return torch.from_numpy(np.ascontiguousarray(pictures)).permute(0, 3, 1, 2).float() / 127.5 - 1


def labels(said):
    """What a scene shows in each family: 0 nothing, i + 1 word i, -1 when it cannot be told."""
    out = {family: 1 + FAMILIES[family].index(said[family]) if family in said else 0
           for family in FAMILIES}
    if "place" not in said and "colour" not in said:
        out["colour"] = 1 + FAMILIES["colour"].index("white")  # what the composer then paints
    if "style" in said:
        out["colour"] = out["place"] = -1
    if "company" in said:
        out["count"] = out["side"] = -1
    if not {"company", "count", "side"}.isdisjoint(said):
        out["size"] = -1
    return [out[family] for family in FAMILIES]


def make_grounds(rng, count=GROUNDS):
    """-> (pictures [count,64,64,3] f32, what each shows)"""
    pictures, said = [], []
    for _ in range(count):
        said.append({})
        pictures.append(small(np.round(background(rng, said[-1])[0]).astype(np.uint8)))
    return np.stack(pictures).astype(np.float32), said


def glimpse(rng, sprite, things, twist, grounds):
    """A scene without a style as compose.scene () paints it, but at 64x64 from the start."""
    which = rng.integers(len(grounds[1]))
    picture, said = grounds[0][which], dict(grounds[1][which])
    _, places, company = arrangement(rng, twist, said, things)
    low, cover = 0.04 if "place" in said else 0.0, np.zeros((SIDE, SIDE), np.float32)
    if company:
        picture = over(placed(np.asarray(things.sprites[company[1]]), 0.45 * SIDE, SIDE,
                              company[0] * SIDE, (0.5 + low) * SIDE), picture)
    mirror, light = rng.random() < 0.05, rng.uniform(0.85, 1.0) if rng.random() < 0.3 else 1.0
    for cx, cy, scale in places:
        layer = placed(sprite, scale * SIDE, SIDE, cx * SIDE, (cy + low) * SIDE,
                       rng.normal(0, 2.5), mirror)
        layer[..., :3] *= light
        picture, cover = over(layer, picture), np.maximum(cover, layer[..., 3])
    cells = cover.reshape(16, SIDE // 16, 16, SIDE // 16).mean((1, 3))
    return np.round(picture).astype(np.uint8), said, np.round(cells).astype(np.uint8)


def twist(drawing, number):
    if number == 0:
        return None
    if number == 2 and drawing % 3 == 0:
        return "style"
    return OTHERS[(drawing + 2 * number) % len(OTHERS)]


def make_pool(things):
    n = len(things.train)
    grounds = make_grounds(np.random.default_rng([SEED, 0]))
    views = np.empty((n, 1 + SCENES, SIDE, SIDE, 3), np.uint8)
    covers = np.empty((n, SCENES, 16, 16), np.uint8)
    truth = np.empty((n, SCENES, len(FAMILIES)), np.int8)
    for i, row in enumerate(things.train):
        rng, sprite = np.random.default_rng([SEED, row]), np.asarray(things.sprites[row])
        views[i, 0] = concept(rng, sprite)[0]
        for j in range(SCENES):
            if twist(i, j) == "style":
                picture, _, said, covers[i, j] = scene(rng, sprite, things, "style")
                views[i, 1 + j] = small(picture)
            else:
                views[i, 1 + j], said, covers[i, j] = glimpse(rng, sprite, things, twist(i, j),
                                                              grounds)
            truth[i, j] = labels(said)
        if i % 1000 == 999:
            print(i + 1, "drawings", round(time.process_time()), "s", flush=True)
    return {"views": views, "covers": covers, "truth": truth}


def conv(wide_in, wide_out, stride):
    return nn.Sequential(nn.Conv2d(wide_in, wide_out, 3, stride, 1, bias=False),
                         nn.BatchNorm2d(wide_out), nn.ReLU())


class Finder(nn.Module):
    """[N,3,64,64] -> logits of the object's place [N,16,16]"""

    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(conv(3, 16, 2), conv(16, 32, 2))
        self.wide = nn.Sequential(conv(32, 48, 2), conv(48, 48, 2), conv(48, 48, 1),
                                  nn.Upsample(scale_factor=4, mode="bilinear"))
        self.out = nn.Sequential(conv(80, 32, 1), nn.Conv2d(32, 1, 1))

    def forward(self, x):
        body = self.body(x)
        return self.out(torch.cat([body, self.wide(body)], 1))[:, 0]


class Recogniser(nn.Module):
    """Cut-out objects [N,4,32,32] -> unit vectors [N,WIDTH]"""

    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(conv(4, 24, 1), conv(24, 40, 2), conv(40, 64, 2), conv(64, 96, 1),
                                  conv(96, 96, 2), nn.Flatten(), nn.Dropout(0.1),
                                  nn.Linear(96 * 16, WIDTH))

    def forward(self, x):
        return F.normalize(self.body(x))


class Reader(nn.Module):
    """[N,3,64,64] -> logits per family, the first of each for "none of its words"."""

    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(conv(3, 16, 2), conv(16, 32, 2), conv(32, 48, 2), conv(48, 48, 1),
                                  nn.Flatten(), nn.Dropout(0.2), nn.Linear(48 * 64, WIDTH),
                                  nn.ReLU())
        self.heads = nn.ModuleList(nn.Linear(WIDTH, 1 + len(w)) for w in FAMILIES.values())

    def forward(self, x):
        h = self.body(x)
        return [head(h) for head in self.heads]


def worn(rng, x):
    """Pictures a little blurred, noisy and faded, as no composed picture is."""
    n = (len(x), 1, 1, 1)
    blur = F.avg_pool2d(x, 3, 1, 1, count_include_pad=False)
    x = torch.lerp(x, blur, torch.from_numpy(rng.uniform(-1, 1, n)).clamp(min=0).float())
    gain = torch.from_numpy(rng.uniform(0.9, 1.1, n)).float()
    noise = torch.from_numpy(rng.standard_normal(x.shape, np.float32))
    return x * gain + noise * torch.from_numpy(rng.uniform(0, 0.06, n)).float()


def train_reader(pool, steps, batch=64):
    torch.manual_seed(SEED + 1)
    rng, reader = np.random.default_rng([SEED, 1]), Reader()
    optimiser = torch.optim.AdamW(reader.parameters(), 2e-3, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 4e-3, steps)
    views, truth = pool["views"][:, 1:], torch.from_numpy(pool["truth"]).long()
    for step in range(steps):
        i, j = rng.integers(len(views), size=batch), rng.integers(SCENES, size=batch)
        x, y = tensor(views[i, j]), truth[i, j].clone()
        if step % 2:  # mirrored: left is right
            side = y[:, list(FAMILIES).index("side")]
            side[side > 0] = 3 - side[side > 0]
            x = x.flip(3)
        told = reader(worn(rng, x))
        loss = sum(F.cross_entropy(t, y[:, k], ignore_index=-1) for k, t in enumerate(told))
        step_with(optimiser, loss)
        schedule.step()
        report_step("reader", step, loss)
    return reader.eval()


def step_with(optimiser, loss):
    optimiser.zero_grad()
    loss.backward()
    optimiser.step()


def report_step(name, step, loss):
    if step % 25 == 24:
        print(f"{name} step {step + 1} loss {loss.item():.3f} {time.process_time():.0f} s",
              flush=True)


def train_finder(pool, steps, batch=64):
    torch.manual_seed(SEED + 3)
    rng, finder = np.random.default_rng([SEED, 6]), Finder()
    optimiser = torch.optim.AdamW(finder.parameters(), 2e-3, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 6e-3, steps)
    for step in range(steps):
        i, j = rng.integers(len(pool["views"]), size=batch), rng.integers(SCENES, size=batch)
        pictures = np.take_along_axis(pool["views"][i, 1 + j],
                                      ORDERS[rng.integers(6, size=batch)][:, None, None], 3)
        covers = torch.from_numpy(pool["covers"][i, j]).float() / 255
        loss = F.binary_cross_entropy_with_logits(finder(worn(rng, tensor(pictures))), covers)
        step_with(optimiser, loss)
        schedule.step()
        report_step("finder", step, loss)
    return finder.eval()


def extent(mass):
    """Where the middle 96 of 100 parts of a row of masses lie, as shares of the row."""
    total = np.concatenate([[0], np.cumsum(mass)]) / max(mass.sum(), 1e-6)
    return np.interp([0.02, 0.98], total, np.linspace(0, 1, len(total)))


def cut_out(picture, where):
    """uint8 [64,64,3] and chances [16,16] -> [32,32,4] uint8: the object fills it, on black."""
    (x0, x1), (y0, y1) = extent(where.sum(0)), extent(where.sum(1))
    half = SIDE * np.clip(0.58 * max(x1 - x0, y1 - y0), 0.08, 0.6)
    x, y = SIDE * (0.5 + (x0 + x1) / 2), SIDE * (0.5 + (y0 + y1) / 2)
    mask = Image.fromarray(np.round(where * 255).astype(np.uint8)).resize((SIDE, SIDE))
    mask = np.asarray(mask, np.float32)[..., None]
    layers = np.concatenate([picture * (mask / 255), mask], 2).round().astype(np.uint8)
    around = np.pad(layers, ((SIDE // 2,) * 2, (SIDE // 2,) * 2, (0, 0)))
    image = Image.frombytes("RGBa", around.shape[1::-1], around.tobytes())
    box = [max(x - half, 0), max(y - half, 0), min(x + half, 2 * SIDE), min(y + half, 2 * SIDE)]
    return np.asarray(image.resize((CUT, CUT), Image.BILINEAR, box))


def cut_outs(finder, pictures):
    """uint8 [N,64,64,3] -> [N,32,32,4] uint8"""
    parts = []
    with torch.no_grad():
        for part in np.array_split(pictures, max(1, len(pictures) // 200)):
            where = torch.sigmoid(finder(tensor(part))).numpy()
            parts += [cut_out(p, w) for p, w in zip(part, where)]
    return np.stack(parts)


def embed(recogniser, cuts):
    with torch.no_grad():
        return torch.cat([recogniser(tensor(c))
                          for c in np.array_split(cuts, max(1, len(cuts) // 200))])


class Batches:
    """Pairs of cut-outs of the same instance, an instance being (drawing, order of colours).

    After the first sixth of the training most drawings come with others that look like them to
    the network."""

    def __init__(self, rng, cuts):
        self.rng, self.cuts, self.near = rng, cuts, None
        plain = cuts[:, 1].reshape(len(cuts), -1, 4).astype(np.float32)
        inside = plain[..., 3] > 200
        colour = (plain[..., :3].max(2) - plain[..., :3].min(2)) * inside
        self.colourful = colour.sum(1) / np.maximum(inside.sum(1), 1) > 40

    def look_alikes(self, recogniser):
        seen = embed(recogniser.eval(), self.cuts[:, 0])
        right = (embed(recogniser, self.cuts[:400, 1]) @ seen[:400].T).argmax(1)
        print(f"recogniser: {100 * (right == torch.arange(400)).float().mean():.1f} of 100 plain "
              "scenes told among 400 training drawings", flush=True)
        near = [(part @ seen.T).topk(13).indices for part in seen.split(500)]
        self.near = torch.cat(near).numpy()
        recogniser.train()

    def drawings(self, count):
        n = len(self.cuts)
        if self.near is None or self.rng.random() < 0.3:
            return self.rng.choice(n, count, replace=False)
        seeds = self.rng.choice(n, count // 4, replace=False)
        rows = [self.near[s][self.rng.choice(13, 6, replace=False)] for s in seeds]
        return np.array(list(dict.fromkeys(itertools.chain(*rows)))[:count])

    def __call__(self, count):
        rows = self.drawings(count)
        twins = np.flatnonzero(self.colourful[rows])[: count // 3]
        orders = self.rng.integers(6, size=len(rows))
        turned = (orders[twins] + self.rng.integers(1, 6, size=len(twins))) % 6
        rows, orders = np.append(rows, rows[twins]), np.append(orders, turned)
        first = self.rng.integers(1 + SCENES, size=len(rows))
        second = (first + self.rng.integers(1, 1 + SCENES, size=len(rows))) % (1 + SCENES)
        rows, views = np.append(rows, rows), np.append(first, second)
        orders = np.c_[ORDERS[np.append(orders, orders)], np.full(len(rows), 3)]
        cuts = np.take_along_axis(self.cuts[rows, views], orders[:, None, None], 3)
        mirrored = self.rng.random(len(rows)) < 0.05
        cuts[mirrored] = cuts[mirrored, :, ::-1]
        return tensor(cuts)


def train_recogniser(cuts, steps, count=96):
    torch.manual_seed(SEED + 2)
    rng, recogniser = np.random.default_rng([SEED, 2]), Recogniser()
    batches = Batches(rng, cuts)
    optimiser = torch.optim.AdamW(recogniser.parameters(), 2e-3, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 4e-3, steps, pct_start=0.2)
    for step in range(steps):
        if step in (steps // 6, steps // 2):
            batches.look_alikes(recogniser)
        a, b = recogniser(worn(rng, batches(count))).chunk(2)
        alike, same = a @ b.T / TEMPERATURE, torch.arange(len(a))
        loss = F.cross_entropy(alike, same) + F.cross_entropy(alike.T, same)
        step_with(optimiser, loss)
        schedule.step()
        report_step("recogniser", step, loss)
    return recogniser.eval()


# ------------------------------------------------------------------------------ use


def shown_drawings(things):
    """One drawing of each held-out thing, in the order of things: what the measuring shows."""
    rows = {}
    for row in np.random.default_rng([SEED, 3]).permutation(things.held):
        rows.setdefault(things.thing_of[row], row)
    return [rows[thing] for thing in sorted(rows)]


def references(finder, recogniser, things, rows):
    """The mean embedding of ten composed pictures of each drawing, none with a style."""
    grounds, out = make_grounds(np.random.default_rng([SEED, 4]), 150), []
    for row in rows:
        rng, sprite = np.random.default_rng([SEED, 5, row]), np.asarray(things.sprites[row])
        views = [concept(rng, sprite)[0] for _ in range(3)]
        views += [glimpse(rng, sprite, things, twist, grounds)[0]
                  for twist in (None, None, None, "small", "close-up", "count", "side")]
        out.append(embed(recogniser, cut_outs(finder, np.stack(views))).mean(0))
    return F.normalize(torch.stack(out))


class Judges:
    """Both judges from DIR/judge.pt, with the 400 held-out things that they choose among."""

    def __init__(self, cache, things):
        saved = torch.load(Path(cache) / "judge.pt")
        self.code, self.rows = saved["code"], shown_drawings(things)
        self.references = saved["references"]
        self.finder, self.recogniser, self.reader = Finder(), Recogniser(), Reader()
        for name in ("finder", "recogniser", "reader"):
            getattr(self, name).eval().load_state_dict(saved[name])

    def recognise(self, pictures):
        """[N,64,64,3] uint8 -> which of `rows` each is, best first [N,400]."""
        alike = embed(self.recogniser, cut_outs(self.finder, pictures)) @ self.references.T
        return alike.argsort(1, descending=True).numpy()

    def read(self, pictures):
        """[N,64,64,3] uint8 -> the word of each family [N,6] as in labels ()."""
        with torch.no_grad():
            parts = np.array_split(pictures, max(1, len(pictures) // 200))
            told = [[t.argmax(1) for t in self.reader(tensor(p))] for p in parts]
        return np.stack([np.concatenate(t) for t in zip(*told)], 1)


def report(judges, things, each=4):
    """Ceilings on composed pictures of held-out things, all twists in turn."""
    pictures, truth, which = [], [], []
    twists = [t for t, _ in TWISTS if t != "company"]
    for n, row in enumerate(judges.rows):
        rng, sprite = np.random.default_rng([SEED, 6, row]), np.asarray(things.sprites[row])
        for k in range(each):
            picture, _, said, _ = scene(rng, sprite, things, twists[(n * each + k) % len(twists)])
            pictures.append(small(picture))
            truth.append(labels(said))
            which.append(n)
    pictures, truth, which = np.stack(pictures), np.array(truth), np.array(which)
    right = judges.recognise(pictures)[:, 0] == which
    told = judges.read(pictures)
    print(f"judges {judges.code}; {len(pictures)} composed pictures of {len(judges.rows)} things")
    words, found = [], []
    for k, (family, names) in enumerate(FAMILIES.items()):
        rows = [[(right[at], told[at, k] == w + 1) for at in np.flatnonzero(truth[:, k] == w + 1)]
                for w in range(len(names))]
        seen, read = (np.array([np.mean([pair[m] for pair in r]) for r in rows]) for m in (0, 1))
        none = (told[truth[:, k] == 0, k] == 0).mean()
        print(f"{family:7} read {100 * read.mean():5.1f}  silent {100 * none:5.1f}  recognised "
              f"{100 * seen.mean():5.1f} ", " ".join(f"{n}:{100 * s:.0f}/{100 * r:.0f}"
                                                   for n, s, r in zip(names, seen, read)))
        words += list(seen)
        found.append(read.mean())
    print(f"read, mean over families {100 * np.mean(found):.1f}; "
          f"recognised, mean over words {100 * np.mean(words):.1f}")


def code_hash():
    here, total = Path(__file__).parent, hashlib.sha256(str(SEED).encode())
    for name in SOURCES:
        total.update((here / name).read_bytes())
    return total.hexdigest()


def train(args, things):
    """One after another; each is kept, so that an interrupted run goes on with the next."""
    pool, saved = dict(np.load(args.cache / "judge-pool.npz")), {}
    print("code and seed", code_hash(), flush=True)

    def trained(name, network, teach):
        path = args.cache / f"judge-{name}.pt"
        if path.exists():
            network.load_state_dict(torch.load(path))
        else:
            network = teach()
            torch.save(network.state_dict(), path)
        saved[name] = network.state_dict()
        return network.eval()

    trained("reader", Reader(), lambda: train_reader(pool, args.reader_steps))
    finder = trained("finder", Finder(), lambda: train_finder(pool, args.finder_steps))
    cuts = cut_outs(finder, pool["views"].reshape(-1, SIDE, SIDE, 3))
    cuts = cuts.reshape(-1, 1 + SCENES, CUT, CUT, 4)
    recogniser = trained("recogniser", Recogniser(), lambda: train_recogniser(cuts, args.steps))
    saved["references"] = references(finder, recogniser, things, shown_drawings(things))
    torch.save({**saved, "code": code_hash()}, args.cache / "judge.pt")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=("pool", "train", "report"))
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--reader-steps", type=int, default=3000)
    parser.add_argument("--finder-steps", type=int, default=400)
    parser.add_argument("--steps", type=int, default=6000)
    args = parser.parse_args()
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    things = Things(args.cache)
    if args.what == "pool":
        np.savez(args.cache / "judge-pool.npz", **make_pool(things))
        return
    if args.what == "train":
        train(args, things)
    report(Judges(args.cache, things), things)


if __name__ == "__main__":
    main()

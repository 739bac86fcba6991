# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The included judges, data/models/pz-judges: small networks of CLIP's and DINO's architectures.

Run:  python3 included_judges.py train --cache DIR [--only clip|dino] [--clip-steps N] [--dino-steps N]
      python3 included_judges.py report --cache DIR      what they say of composed pictures of held-out things
      python3 included_judges.py export --cache DIR --out data/models/pz-judges

`personalize score` and `evaluate` use them if they find no published judges.  They are trained on the pictures of
judge_pool.py, whose seed no other part of the training uses, and they neither select nor supervise anything that the
generator is trained on.  The training can be stopped and resumed at any step.
"""

import argparse
import shutil
from pathlib import Path

import numpy as np
import torch

from compose import Things, scene
from course import taught
from export import half, write_json
from grounds import COLOURS, PLACES
from included_lessons import Knowing, Telling
from included_nets import CLIP, DINO, SIDE, Clip, Vit, cut
from judge import shown_drawings
from judge_pool import read_pool, write_pool
from judge_train import parts
from styles import STYLES
from tensors import save
from tokenizer import Tokenizer

SEED = 40709
ASKED = (*(f"a photo of a  on a {colour} background" for colour in COLOURS), *(f"a photo of a  {p}" for p in PLACES),
         *(f"a  {style}" for style in STYLES))
VIEWS = 4  # per thing


def checkpoint(cache, name):
    return cache / f"included-{name}.pt"


def train(args, things):
    write_pool(args.cache, things)
    pool = read_pool(args.cache)
    if args.only != "clip":
        taught(Knowing(pool, things), args.dino_steps, checkpoint(args.cache, "dino"))
    if args.only != "dino":
        tokens = Tokenizer(args.cache / "tokenizer")
        taught(Telling(pool, things, tokens), args.clip_steps, checkpoint(args.cache, "clip"))


def trained(cache):
    """-> both networks, with weights rounded to the f16 of their files"""
    clip, dino = Clip(), Vit()
    for network, name in ((clip, "clip"), (dino, "dino")):
        state = torch.load(checkpoint(cache, name), map_location="cpu")["network"]
        network.load_state_dict({key: value.half().float() for key, value in state.items()})
        network.eval().requires_grad_(False)
    return clip, dino


def composed(things, rows):
    """-> VIEWS plain pictures of each drawing [N,VIEWS,256,256,3], and their captions"""
    pictures, captions = [], []
    for row in rows:
        rng, sprite = np.random.default_rng([SEED, row]), np.asarray(things.sprites[row])
        told = [scene(rng, sprite, things, None) for _ in range(VIEWS)]
        pictures.append([picture for picture, *_ in told])
        captions.append([text for _, text, *_ in told])
    return np.array(pictures), captions


def features(see, pictures, resize):
    flat = pictures.reshape(-1, *pictures.shape[2:])
    seen = [see(cut(torch.from_numpy(part).permute(0, 3, 1, 2).float() / 255, resize)) for part in parts(flat)]
    return torch.cat(seen).unflatten(0, pictures.shape[:2])


def same_and_other(seen):
    """-> mean cosine of two pictures of the same thing, mean cosine of pictures of different things, percentage of the
    pictures whose nearest other picture shows the same thing"""
    things, views = seen.shape[:2]
    flat, which = seen.flatten(0, 1), torch.arange(things).repeat_interleave(views)
    alike, same = flat @ flat.T, which[:, None] == which
    own = torch.eye(len(flat), dtype=bool)
    nearest = alike.masked_fill(own, -2).argmax(1)
    return [alike[same & ~own].mean().item(), alike[~same].mean().item(),
            100 * (which[nearest] == which).float().mean().item()]


def report(args, things):
    clip, dino = trained(args.cache)
    pictures, captions = composed(things, shown_drawings(things)[:args.things])
    tokens = Tokenizer(args.cache / "tokenizer")
    ids = torch.tensor([tokens.encode(text.replace("S", ""))[0] for texts in captions for text in texts])
    read = clip.read(ids, (ids == tokens.end).int().argmax(1))
    glances = features(clip.see, pictures, SIDE)
    alike = glances.flatten(0, 1) @ read.T
    wrong = torch.tensor([[a != b for b in sum(captions, [])] for a in sum(captions, [])])
    print(f"{args.things} held-out things, {VIEWS} pictures each")
    for name, seen in (("CLIP-I", glances), ("DINO-I", features(dino.see, pictures, SIDE * 256 // 224))):
        print("{} same thing {:.3f}, other things {:.3f}; nearest shows the same {:.1f}".format(
            name, *same_and_other(seen)))
    print(f"CLIP-T own caption {alike.diagonal().mean():.3f}, others {alike[wrong].mean():.3f}")
    ids = torch.tensor([tokens.encode(text)[0] for text in ASKED])
    read = clip.read(ids, (ids == tokens.end).int().argmax(1))
    said = [next((n for n, asked in enumerate(ASKED) if asked.split("  ")[1] in text), None)
            for text in sum(captions, [])]
    kept = [n for n, word in enumerate(said) if word is not None]
    told = (glances.flatten(0, 1)[kept] @ read.T).argmax(1)
    right = (told == torch.tensor([said[n] for n in kept])).float().mean()
    print(f"background or style told among {len(ASKED)}: {100 * right:.1f} of 100")


def export(args, _things):
    clip, dino = trained(args.cache)
    folder = args.out
    save(folder / "clip/model.safetensors", half(clip.state_dict()))
    save(folder / "dino/model.safetensors", half(dino.state_dict()))
    write_json(folder / "clip/config.json", CLIP)
    write_json(folder / "dino/config.json", DINO)
    for path in (args.cache / "tokenizer").iterdir():
        shutil.copyfile(path, folder / "clip" / path.name)
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    print(f"{folder}: {size / 2**20:.2f} MiB")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=("train", "report", "export"))
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--only", choices=("clip", "dino"), help="default: one after the other")
    parser.add_argument("--clip-steps", type=int, default=1800)
    parser.add_argument("--dino-steps", type=int, default=1800)
    parser.add_argument("--things", type=int, default=100, help="of the report")
    args = parser.parse_args()
    torch.set_num_threads(1)
    {"train": train, "report": report, "export": export}[args.what](args, Things(args.cache))


if __name__ == "__main__":
    main()

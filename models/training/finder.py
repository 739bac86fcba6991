# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The subject finder: trained on composed scenes, measured on things that it never saw and on photographs.

Run:  python3 finder.py train --cache DIR                       (DIR/finder.pt); stopped, it goes on where it stood
      python3 finder.py report --cache DIR [--concepts FOLDER]  intersection over union with exact masks
      python3 finder.py sheet --cache DIR --out FILE.png PICTURE...   what it finds in pictures without a hint
      python3 finder.py export --cache DIR --out FOLDER         the model folder, in halves

The network is that of finder_net.py, the scenes those of finder_scenes.py, the drawings and photographs those of
fetch.py and photographs.py.  FOLDER has photographs NAME.jpg or .png with exact masks NAME-mask.png.
"""

import argparse
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image

from course import Lesson, taught
from export import half, write_json
from finder_net import CONFIG, Finder
from finder_scenes import HINTS, SIDE, Finding, box, scene
from tensors import save

HELD_OUT = 400
AT_A_TIME = 100


def tensor(pictures, hints):
    """uint8 [N,S,S,3] and bool [N,S,S] -> [N,4,S,S] f32"""
    seen = torch.from_numpy(pictures).permute(0, 3, 1, 2).float() / 127.5 - 1
    return torch.cat([seen, torch.from_numpy(hints)[:, None].float()], 1)


def loss(logits, masks):
    """Of each pixel, and of the whole thing, so that a small one counts as much as a large one."""
    each = F.binary_cross_entropy_with_logits(logits, masks)
    found = torch.sigmoid(logits)
    both, either = (found * masks).sum((1, 2)), (found + masks).sum((1, 2))
    return each + (1 - (2 * both + 1) / (either + 1)).mean()


class Subjects(Lesson):
    number, name, lr, kind = 4, "subject", 2e-3, Finder

    def __init__(self, world, batch=24):
        super().__init__()
        self.world, self.batch = world, batch

    def loss(self, rng, _share=0.0):
        rows = rng.choice(self.world.things.train, self.batch)
        pictures, masks, hints = (np.stack(part) for part in zip(*(scene(rng, self.world, row) for row in rows)))
        return loss(self.told(tensor(pictures, hints)).float(), torch.from_numpy(masks).float() / 255)


@torch.no_grad()
def found(network, pictures, hints):
    """-> chances [N,S,S] f32"""
    parts = range(0, len(pictures), AT_A_TIME)
    return torch.cat([torch.sigmoid(network(tensor(pictures[i:i + AT_A_TIME], hints[i:i + AT_A_TIME])))
                      for i in parts]).numpy()


def overlap(chances, inside):
    """Intersection over union of what is likelier than not with exact masks, of each picture."""
    told = chances > 0.5
    return (told & inside).sum((1, 2)) / np.maximum((told | inside).sum((1, 2)), 1)


def report_scenes(network, world):
    """On scenes of things that were held out, one drawing of each."""
    things, rng = world.things, np.random.default_rng(9)
    rows = {things.thing_of[row]: row for row in rng.permutation(things.held)}
    for hint in HINTS:
        made = [scene(np.random.default_rng([9, row]), world, row, hint) for row in sorted(rows.values())[:HELD_OUT]]
        pictures, masks, hints = (np.stack(part) for part in zip(*made))
        each = overlap(found(network, pictures, hints), masks > 127)
        print(f"{hint:9} {each.mean():.3f}  median {np.median(each):.3f}  below a half {(each < 0.5).mean():.3f}")


def stretched(path):
    return np.asarray(Image.open(path).convert("RGB").resize((SIDE, SIDE), Image.BOX))


def report_photographs(network, folder):
    paths = sorted(folder.glob("*-mask.png"))
    pictures = np.stack([stretched(next(p for p in folder.glob(path.name.replace("-mask.png", ".*"))))
                         for path in paths])
    inside = np.stack([np.asarray(Image.open(p).convert("L").resize((SIDE, SIDE), Image.BOX)) > 127 for p in paths])
    hints = {"none": np.zeros_like(inside),
             "box": np.stack([box(np.random.default_rng(i), m) for i, m in enumerate(inside)])}
    for name, hint in hints.items():
        each = overlap(found(network, pictures, hint), inside)
        print(f"photographs, {name}: {each.mean():.3f} ", " ".join(f"{p.stem[:-5]}:{e:.2f}" for p, e in zip(paths, each)))


def sheet(network, paths):
    pictures = np.stack([stretched(path) for path in paths])
    chances = found(network, pictures, np.zeros(pictures.shape[:3], bool))[..., None]
    shown = pictures * chances + 255 * (1 - chances) * np.array([1, 0, 1])
    rows = np.concatenate([pictures, np.round(shown).astype(np.uint8)], 2)
    return Image.fromarray(np.concatenate(rows))


def trained(cache):
    network = Finder().eval()
    network.load_state_dict(torch.load(cache / "finder.pt"))
    return network


def export(network, out):
    save(out / "diffusion_pytorch_model.safetensors", half(network.state_dict()))
    write_json(out / "config.json", CONFIG)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=("train", "report", "sheet", "export"))
    parser.add_argument("pictures", type=Path, nargs="*")
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=2400)
    parser.add_argument("--concepts", type=Path)
    parser.add_argument("--out", type=Path)
    args = parser.parse_args()
    torch.set_num_threads(1)
    if args.what == "train":
        network = taught(Subjects(Finding(args.cache)), args.steps, args.cache / "finder-course.pt")
        torch.save(network.state_dict(), args.cache / "finder.pt")
    elif args.what == "report":
        report_scenes(trained(args.cache), Finding(args.cache))
        if args.concepts:
            report_photographs(trained(args.cache), args.concepts)
    elif args.what == "sheet":
        sheet(trained(args.cache), args.pictures).save(args.out)
    else:
        export(trained(args.cache), args.out)


if __name__ == "__main__":
    main()

# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The subject finder: training on composed scenes, measurement on held-out things and on photographs.

Run:  python3 finder.py train --cache DIR                       (DIR/finder.pt); stopped, it goes on where it stood
      python3 finder.py report --cache DIR [--concepts FOLDER] [--command PERSONALIZE] [--hint NAME...]
                                            intersection over union with exact masks, of the network's answer in its
                                            window, or of what `personalize mask` makes of it
      python3 finder.py sheet --cache DIR --out FILE.png PICTURE...   what it finds in pictures without a hint
      python3 finder.py export --cache DIR --out FOLDER         the model folder, in halves

The network is defined in finder_net.py; the scenes come from finder_scenes.py, the drawings and photographs from
fetch.py and photographs.py.  FOLDER has photographs NAME.jpg or .png with exact masks NAME-mask.png.
"""

import argparse
import subprocess
import tempfile
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image

import outlines
from course import Lesson, taught
from export import half, write_json
from finder_net import CONFIG, Finder
from finder_scenes import HINTS, SIDE, Finding, box, framed, lesson, scene, window
from tensors import save

HELD_OUT = 400
AROUND = 0.4  # a hint that fills a smaller share of its box is a stroke: as in models/tasks/find-subject.c
AT_A_TIME = 100


def tensor(pictures, hints):
    """uint8 [N,S,S,3] and bool [N,S,S] -> [N,4,S,S] f32"""
    seen = torch.from_numpy(pictures).permute(0, 3, 1, 2).float() / 127.5 - 1
    return torch.cat([seen, torch.from_numpy(hints)[:, None].float()], 1)


def loss(logits, masks):
    """Cross entropy per pixel plus Dice loss per object, so that small objects count as much as large ones."""
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
        rows = rng.choice(self.world.train, self.batch)
        pictures, masks, hints = (np.stack(part) for part in zip(*(lesson(rng, self.world, row) for row in rows)))
        return loss(self.told(tensor(pictures, hints)).float(), torch.from_numpy(masks).float() / 255)


@torch.no_grad()
def found(network, pictures, hints):
    """-> probabilities [N,S,S] f32"""
    parts = range(0, len(pictures), AT_A_TIME)
    return torch.cat([torch.sigmoid(network(tensor(pictures[i:i + AT_A_TIME], hints[i:i + AT_A_TIME])))
                      for i in parts]).numpy()


def overlap(chances, inside):
    """Intersection over union of probabilities above 0.5 and the exact masks, for each picture."""
    told = chances > 0.5
    return (told & inside).sum((1, 2)) / np.maximum((told | inside).sum((1, 2)), 1)


def in_window(network, picture, hint):
    """Runs the network on a picture of any size, in the window of its hint; for a stroke or an empty hint, on the whole
    picture. -> probabilities [S,S] f32, window"""
    x0, y0, x1, y1 = outlines.extent(hint)
    around = hint.sum() >= AROUND * (x1 - x0) * (y1 - y0)
    at = window(hint) if around else (0, 0, *hint.shape[::-1])
    seen, shown = framed((picture, hint), at)
    return found(network, seen[None], shown[None])[0], at


def network_finds(network):
    def overlap_of(picture, inside, hint):
        chances, at = in_window(network, picture, hint)
        return overlap(chances[None], framed((inside,), at)[0][None])[0]
    return overlap_of


def command_finds(command):
    """Like network_finds (), for the command's mask at the picture's resolution."""
    def overlap_of(picture, inside, hint):
        with tempfile.TemporaryDirectory() as folder:
            files = [f"{folder}/{name}.png" for name in ("picture", "hint", "mask")]
            Image.fromarray(picture).save(files[0])
            Image.fromarray(hint.astype(np.uint8) * 255).save(files[1])
            hinted = ["--hint", files[1]] if hint.any() else []
            subprocess.run([command, "mask", files[0], *hinted, "--out", files[2]], capture_output=True, check=False)
            told = np.asarray(Image.open(files[2]).convert("L")) / 255 if Path(files[2]).exists() else np.zeros(inside.shape)
        return overlap(told[None], inside[None])[0]
    return overlap_of


def tell(name, each):
    print(f"{name:20} {np.mean(each):.3f}  median {np.median(each):.3f}  below a half {np.mean(np.less(each, 0.5)):.3f}",
          flush=True)


def report_scenes(overlap_of, world, hints):
    """Measures HELD_OUT scenes of held-out things, one drawing each; with fewer drawings, the first ones repeat in
    other scenes."""
    things, rng = world.things, np.random.default_rng(9)
    rows = sorted({things.thing_of[row]: row for row in rng.permutation(world.held)}.values())
    for hint in hints:
        each = []
        for i in range(HELD_OUT):
            picture, mask, shown = scene(np.random.default_rng([9, i]), world, rows[i % len(rows)], hint)
            each.append(overlap_of(picture, mask > 127, shown))
        tell(hint, each)


def report_photographs(overlap_of, folder):
    each = {"none": [], "box": []}
    for i, path in enumerate(sorted(folder.glob("*-mask.png"))):
        with Image.open(next(folder.glob(path.name.replace("-mask.png", ".*")))) as photograph:
            picture = np.asarray(photograph.convert("RGB"))
        inside = np.asarray(Image.open(path).convert("L")) > 127
        for name, hint in (("none", np.zeros_like(inside)), ("box", box(np.random.default_rng(i), inside))):
            each[name].append(overlap_of(picture, inside, hint))
    for name, values in each.items():
        tell(f"photographs, {name}", values)
        print(" ", *np.round(values, 2))


def stretched(path):
    return np.asarray(Image.open(path).convert("RGB").resize((SIDE, SIDE), Image.BOX))


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
    parser.add_argument("--command")
    parser.add_argument("--hint", choices=HINTS, nargs="+", default=HINTS)
    parser.add_argument("--out", type=Path)
    args = parser.parse_args()
    torch.set_num_threads(1)
    if args.what == "train":
        network = taught(Subjects(Finding(args.cache)), args.steps, args.cache / "finder-course.pt")
        torch.save(network.state_dict(), args.cache / "finder.pt")
    elif args.what == "report":
        overlap_of = command_finds(args.command) if args.command else network_finds(trained(args.cache))
        if args.concepts:
            report_photographs(overlap_of, args.concepts)
        report_scenes(overlap_of, Finding(args.cache), args.hint)
    elif args.what == "sheet":
        sheet(trained(args.cache), args.pictures).save(args.out)
    else:
        export(trained(args.cache), args.out)


if __name__ == "__main__":
    main()

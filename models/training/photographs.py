# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Photographs of places and surfaces, as backgrounds for composed objects: wallpapers from Debian packages.

Run:  python3 photographs.py --cache DIR     needs apt-get, dpkg-deb, Pillow and numpy, which ./dev has

Writes DIR/photographs.npy, [N,256,256,3] uint8: square crops of each photograph at several scales, the same in every run.
photographs (cache) reads it, places (photographs) selects the crops that show no single object, and part (rng, photographs,
side) is a random part of one at a given size.  A package is rejected if its copyright file names a licence that is not
listed here.
"""

import argparse
from pathlib import Path

import numpy as np
from PIL import Image

from fetch import licences, unpack_deb

SIDE = 256
SQUARES = 24  # per photograph
SCALES = (256, 1400)  # pixels that a photograph's shorter side is scaled to before cutting, spaced geometrically

LICENCES = {"CC0-1.0", "CC-BY-4.0", "CC-BY-SA-3.0", "CC-BY-SA-4.0", "Expat", "GPL-2+", "GPL-3+", "LGPL-3", "LGPL-3+"}
# The photographs of each package, without file extensions; its other pictures are drawings and gradients.
PHOTOGRAPHS = {
    "budgie-backgrounds": """beacon-street-sunset blue-periwinkle canyon-wren casa-mila extreme-desert-hike
        high-trestle-trail lake-sherburne oakland-zoo-otters perched-osprey piazza-gae-aulenti roman-colosseum
        singaporean-cityscape tea-gardens abstract-spiral""",
    "lomiri-wallpapers-16.04": """Bridge_by_Sander_Klootwijk Dragonfly_by_Bolly Picture_0B_by_freespace
        Picture_1A_by_freespace Wine_by_Jakkub_Mede aitzgorri_by_Aitzol_Berasategi free_by_Peter_Nerlich
        friends_by_Aitzol_Berasategi greentock_by_Peter_Nerlich life_by_Aitzol_Berasategi
        picosdeeuropa_by_Aitzol_Berasategi seeding_by_Clements_Engelhardt sunset_by_Aitzol_Berasategi""",
    "lomiri-wallpapers-20.04": "Kleiber_by_Lukas_Baubkus",
    "mate-backgrounds": """nature/Blinds nature/Dune nature/FreshFlower nature/Garden nature/GreenMeadow
        nature/LadyBird nature/RainDrops nature/Storm nature/TwoWings nature/Wood nature/YellowFlower
        abstract/Elephants""",
    "plasma-workspace-wallpapers": """BytheWater/contents/images/1920x1200 ColdRipple/contents/images/1920x1200
        ColorfulCups/contents/images/2560x1600 EveningGlow/contents/images/1920x1200
        FallenLeaf/contents/images/1920x1200 Grey/contents/images/1920x1200 Kite/contents/images/1920x1200
        OneStandsOut/contents/images/1920x1200 Path/contents/images/1920x1200
        summer_1am/contents/images/1920x1200 DarkestHour/contents/images/1920x1200""",
}

# Photographs that show an object which could be mistaken for the target.
THINGS = """blue-periwinkle canyon-wren oakland-zoo-otters perched-osprey Picture_0B_by_freespace
    Picture_1A_by_freespace Wine_by_Jakkub_Mede free_by_Peter_Nerlich friends_by_Aitzol_Berasategi
    seeding_by_Clements_Engelhardt Kleiber_by_Lukas_Baubkus nature/FreshFlower nature/Garden nature/LadyBird
    nature/TwoWings nature/YellowFlower ColorfulCups/contents/images/2560x1600
    EveningGlow/contents/images/1920x1200 FallenLeaf/contents/images/1920x1200
    Kite/contents/images/1920x1200""".split()


def fetch(folder, package):
    """Unpacks a package into folder/package; exits if it has a licence that is not in LICENCES. -> that folder"""
    found = licences(unpack_deb(folder / package, package))
    if not found or found - LICENCES:
        raise SystemExit(f"{package}: expected only the licences {', '.join(sorted(LICENCES))}, found "
                         f"{', '.join(sorted(found)) or 'none'}")
    return folder / package


def files(folder):
    for package, names in PHOTOGRAPHS.items():
        every = [p for p in sorted(fetch(folder, package).rglob("*")) if p.suffix in (".jpg", ".jpeg", ".png")]
        for name in names.split():
            yield next(p for p in every if p.with_suffix("").as_posix().endswith("/" + name))


def squares(rng, path):
    """-> [SQUARES,SIDE,SIDE,3] uint8: crops of a photograph, from its whole shorter side down to details"""
    image, out = Image.open(path).convert("RGB"), []
    for i in range(SQUARES):
        side = SCALES[0] * (SCALES[1] / SCALES[0]) ** ((i + rng.random()) / SQUARES)
        wide = SIDE * min(image.size) / side
        x, y = (rng.uniform(0, n - wide) for n in image.size)
        out.append(np.asarray(image.resize((SIDE, SIDE), Image.LANCZOS, (x, y, x + wide, y + wide), 2.0)))
    return np.stack(out)


def photographs(cache):
    """-> the crops of all photographs, memory-mapped [N,SIDE,SIDE,3] uint8"""
    return np.load(Path(cache) / "photographs.npy", mmap_mode="r")


def places(squares_of):
    """-> those crops in photographs () that show no single object [N,SIDE,SIDE,3] uint8"""
    names = [name for listed in PHOTOGRAPHS.values() for name in listed.split()]
    kept = [i for i in range(len(squares_of)) if names[i // SQUARES] not in THINGS]
    return squares_of[kept]


def part(rng, squares_of, side):
    """-> a random part of one of photographs (), mirrored at random [side,side,3] f32 in 0..255"""
    whole = Image.fromarray(squares_of[rng.integers(len(squares_of))])
    wide = rng.uniform(0.5, 1.0) * whole.width
    x, y = rng.uniform(0, whole.width - wide, 2)
    out = np.asarray(whole.resize((side, side), Image.BILINEAR, (x, y, x + wide, y + wide)), np.float32)
    return out[:, ::-1] if rng.random() < 0.5 else out


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cache", type=Path, required=True)
    args = parser.parse_args()
    rng = np.random.default_rng(17)
    all_squares = np.concatenate([squares(rng, path) for path in files(args.cache / "src")])
    np.save(args.cache / "photographs.npy", all_squares)
    print(f"{len(all_squares)} squares of {len(all_squares) // SQUARES} photographs")


if __name__ == "__main__":
    main()

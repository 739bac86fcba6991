# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Packs what training needs of a cache folder into one small file; splits a folder into files small enough to transfer.

  pack(cache, path, limit, rows)   drawings, their names and the tokenizer, in at most `limit` bytes
  unpack(path, cache)              restores the cache folder from such a file
  split(folder, out, size)         a folder's files as out/weights-0.part, ... of at most `size` bytes
  join(parts, folder)              restores the folder

Drawings are stored as WebP sheets of 8x8, all in the same quality: the best of QUALITIES that fits.  This is slightly
lossy; models trained on these drawings are measured with the lossless ones.
"""

import io
import json
import tarfile
import zipfile

import numpy as np
from PIL import Image

QUALITIES = (75, 60, 50, 40, 30, 25, 20, 17, 15, 12, 10, 5)
ACROSS = 8
TRIED = 12  # number of sheets (at least) that each quality is tested on
NAMES, TOKENIZER = "things.json", "tokenizer"


def sheet(sprites):
    """[n <= 64,S,S,4] uint8, premultiplied alpha -> picture with 8 drawings per row"""
    side = sprites.shape[1]
    out = np.zeros((-(-len(sprites) // ACROSS) * side, ACROSS * side, 4), np.uint8)
    for i, sprite in enumerate(sprites):
        y, x = i // ACROSS * side, i % ACROSS * side
        out[y:y + side, x:x + side] = sprite
    return Image.frombytes("RGBa", out.shape[1::-1], out.tobytes()).convert("RGBA")


def encoded(picture, quality):
    out = io.BytesIO()
    picture.save(out, "WEBP", quality=quality, alpha_quality=quality, method=4)
    return out.getvalue()


def cut(data, side):
    """Encoded sheet -> its drawings [n,side,side,4] uint8, premultiplied alpha, including empty ones at its end"""
    picture = Image.open(io.BytesIO(data)).convert("RGBA").convert("RGBa")
    pixels = np.frombuffer(picture.tobytes(), np.uint8).reshape(picture.height, picture.width, 4)
    rows = pixels.reshape(-1, side, ACROSS, side, 4).transpose(0, 2, 1, 3, 4)
    return rows.reshape(-1, side, side, 4)


def quality_for(sheets, room):
    """-> the best quality at which the sheets, estimated from some of them, take at most `room` bytes, else the lowest"""
    some = sheets[::max(1, len(sheets) // TRIED)]
    for quality in QUALITIES:
        if sum(len(encoded(s, quality)) for s in some) * len(sheets) / len(some) <= 0.97 * room:
            return quality
    return QUALITIES[-1]


def pack(cache, path, limit, rows=None):
    """-> (quality, bytes). Exits if the result is larger than `limit`."""
    info = json.loads((cache / NAMES).read_text())
    sprites = np.load(cache / "sprites.npy", mmap_mode="r")
    rows = np.arange(len(sprites)) if rows is None else rows
    info["sprites"] = [info["sprites"][r] for r in rows]
    others = {NAMES: json.dumps(info, separators=(",", ":")).encode()}
    others |= {f"{TOKENIZER}/{p.name}": p.read_bytes() for p in sorted((cache / TOKENIZER).iterdir())}
    part = path.with_suffix(".pack-part")
    with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as out:
        for name, data in others.items():
            out.writestr(name, data)
        used = sum(entry.compress_size for entry in out.infolist())
        sheets = [sheet(np.asarray(sprites[at])) for at in np.array_split(rows, -(-len(rows) // ACROSS**2))]
        quality = quality_for(sheets, limit - used)
        for i, picture in enumerate(sheets):
            out.writestr(f"sheet-{i:04}.webp", encoded(picture, quality), zipfile.ZIP_STORED)
        out.writestr("pack.json", json.dumps({"side": sprites.shape[1], "count": len(rows), "quality": quality,
                                              "lengths": [len(a) for a in np.array_split(rows, len(sheets))]}))
    size = part.stat().st_size
    if size > limit:
        part.unlink()
        raise SystemExit(f"{path}: expected {len(rows)} drawings in at most {limit} bytes, found {size} "
                         f"at the least quality ({quality})")
    part.rename(path)
    return quality, size


def unpack(path, cache):
    cache.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path) as file:
        about = json.loads(file.read("pack.json"))
        sprites = np.empty((about["count"], about["side"], about["side"], 4), np.uint8)
        at = 0
        for i, length in enumerate(about["lengths"]):
            sprites[at:at + length] = cut(file.read(f"sheet-{i:04}.webp"), about["side"])[:length]
            at += length
        for name in file.namelist():
            if name.startswith(TOKENIZER + "/"):
                (cache / TOKENIZER).mkdir(exist_ok=True)
                (cache / name).write_bytes(file.read(name))
        np.save(cache / "sprites.npy", sprites)
        (cache / NAMES).write_bytes(file.read(NAMES))  # last: its presence marks the folder as complete


def split(folder, out, size):
    """-> the files written"""
    whole, names = io.BytesIO(), []
    with tarfile.open(fileobj=whole, mode="w") as tar:
        for path in sorted(p for p in folder.rglob("*") if p.is_file()):
            tar.add(path, str(path.relative_to(folder)))
    data = whole.getvalue()
    for at in range(0, len(data), size):
        names.append(out / f"weights-{len(names)}.part")
        names[-1].write_bytes(data[at:at + size])
    return names


def join(parts, folder):
    names = sorted(parts.glob("weights-*.part"), key=lambda p: int(p.stem.split("-")[1]))
    if not names:
        raise SystemExit(f"{parts}: expected weights-0.part and those that follow, found none")
    data = b"".join(p.read_bytes() for p in names)
    with tarfile.open(fileobj=io.BytesIO(data)) as tar:
        tar.extractall(folder, filter="data")

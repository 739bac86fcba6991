# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Shared by the tests of the command line: running the tool, making pictures for it, and reading the pictures it makes.

A test script is called as: SCRIPT PERSONALIZE MODEL_FOLDER [NAME_PART]
"""

import json
import os
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import zlib

import tap

EXE, MODEL = map(os.path.abspath, sys.argv[1:3])
PATIENCE = float(os.environ.get("PZ_TEST_PATIENCE", "1"))
PROGRESS = re.compile(r"personalize: +[0-9]+%  ")
SCRATCH = tempfile.mkdtemp(prefix="pz-cli-")


def call(*args, env=None, timeout=300, **kwargs):
    """Runs the tool and returns the finished process with its output as text."""
    return subprocess.run([EXE, *map(str, args)], capture_output=True, text=True, timeout=timeout,
                          env={**os.environ, "PERSONALIZE_MODEL_PATH": os.path.dirname(MODEL),
                               **(env or {})}, **kwargs)


def folder(name):
    path = os.path.join(SCRATCH, name)
    os.makedirs(path, exist_ok=True)
    return path


def png_chunks(path):
    """{type: [bytes]} of a PNG; verifies every checksum."""
    data = open(path, "rb").read()
    assert data[:8] == b"\x89PNG\r\n\x1a\n", path
    at, chunks = 8, {}
    while at < len(data):
        length, kind = struct.unpack(">I4s", data[at:at + 8])
        body = data[at + 8:at + 8 + length]
        assert zlib.crc32(kind + body) == struct.unpack(">I", data[at + 8 + length:at + 12 + length])[0]
        chunks.setdefault(kind.decode(), []).append(body)
        at += 12 + length
    return chunks


def png_pixels(path):
    """(width, height, [row bytes]) of an 8-bit RGB PNG."""
    chunks = png_chunks(path)
    width, height, depth, colour, _, _, interlace = struct.unpack(">IIBBBBB", chunks["IHDR"][0])
    assert (depth, colour, interlace) == (8, 2, 0), (depth, colour, interlace)
    raw = zlib.decompress(b"".join(chunks["IDAT"]))
    stride, rows, before = width * 3, [], bytes(width * 3)
    for y in range(height):
        kind, line = raw[y * (stride + 1)], bytearray(raw[y * (stride + 1) + 1:(y + 1) * (stride + 1)])
        for x in range(stride):
            a = line[x - 3] if x >= 3 else 0
            b = before[x]
            c = before[x - 3] if x >= 3 else 0
            p = a + b - c
            paeth = a if abs(p - a) <= abs(p - b) and abs(p - a) <= abs(p - c) else (
                b if abs(p - b) <= abs(p - c) else c)
            line[x] = (line[x] + (0, a, b, (a + b) // 2, paeth)[kind]) & 255
        before = bytes(line)
        rows.append(before)
    return width, height, rows


def write_png(path, width, height, colour_at, channels=3):
    """Writes a small PNG whose colours are a function of (x, y)."""
    raw = b"".join(b"\0" + b"".join(bytes(colour_at(x, y)) for x in range(width)) for y in range(height))

    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    colour = {1: 0, 3: 2, 4: 6}[channels]
    with open(path, "wb") as f:
        f.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, colour, 0, 0, 0))
                + chunk(b"IDAT", zlib.compress(raw)) + chunk(b"IEND", b""))
    return path


def ball(x, y, size=96):
    inside = (x - size / 2) ** 2 + (y - size / 2) ** 2 < (size / 3) ** 2
    return (220, 40, 30) if inside else (90, 140, 200)


CONCEPT = write_png(os.path.join(SCRATCH, "ball.png"), 96, 96, ball)
MASK = write_png(os.path.join(SCRATCH, "ball-mask.png"), 96, 96,
                 lambda x, y: (255,) if ball(x, y)[0] == 220 else (0,), channels=1)
EMPTY_MASK = write_png(os.path.join(SCRATCH, "empty-mask.png"), 96, 96, lambda x, y: (0,), channels=1)
SMALL_MASK = write_png(os.path.join(SCRATCH, "small-mask.png"), 48, 48, lambda x, y: (255,), channels=1)


def refused(process, *words, out=None, status=1):
    """Asserts an error caused by the environment: this exit status, one line on stderr with these words, nothing written to
    `out`."""
    assert process.returncode == status, (process.returncode, process.stderr)
    lines = [line for line in process.stderr.strip().splitlines() if not PROGRESS.match(line)]
    assert len(lines) == 1, lines
    for word in words:
        assert word.lower() in lines[0].lower(), (word, lines[0])
    assert process.stdout == "", process.stdout
    if out is not None:
        assert not os.path.isdir(out) or os.listdir(out) == [], os.listdir(out)


def generate(out, *args, **kwargs):
    return call("generate", "--model", MODEL, "--out", out, *args, **kwargs)


def texts_of(path):
    """{key: text} of a picture's text chunks."""
    chunks, found = png_chunks(path), {}
    for text in chunks.get("tEXt", []):
        key, value = text.split(b"\0", 1)
        found[key.decode()] = value.decode("latin-1")
    for text in chunks.get("iTXt", []):
        key, rest = text.split(b"\0", 1)
        assert rest[:2] == b"\0\0", "compressed"
        found[key.decode()] = rest[2:].split(b"\0", 2)[2].decode()
    return found


def recipe_of(path):
    return json.loads(texts_of(path)["personalize"])


def finish():
    """Runs the script's tests and deletes the scratch folder."""
    try:
        tap.run(sys.argv[3] if len(sys.argv) > 3 else None)
    finally:
        shutil.rmtree(SCRATCH, ignore_errors=True)

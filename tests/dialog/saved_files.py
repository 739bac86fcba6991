# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files of concepts and of words learned by other programs, in the user data folders of the GIMP under test."""

import json
import re
import struct
import subprocess

from steps import State

MADE_WITH = re.compile(rb'"model_fingerprint" ?: ?"([0-9a-f]{64})"')


def folder(name):
    """A folder in the user's data of the GIMP under test; created if missing."""
    path = State.gimp.data / "gimp-personalize" / name
    path.mkdir(parents=True, exist_ok=True)
    return path


def write_word(path, name, width):
    """Writes a file of one learned word whose vector is zero."""
    header = json.dumps({name: {"dtype": "F32", "shape": [1, width], "data_offsets": [0, 4 * width]}}).encode()
    path.write_bytes(struct.pack("<Q", len(header)) + header + bytes(4 * width))


def save_many(cli, picture, n):
    """Saves a concept of the picture under n names: 000, 001, …"""
    save_some(cli, picture)
    data = (folder("concepts") / "Toy.pzconcept").read_bytes()
    for i in range(n):
        (folder("concepts") / f"{i:03}.pzconcept").write_bytes(data.replace(b'"Toy"', f'"{i:03}"'.encode()))


def save_some(cli, picture):
    """Saves a concept of the picture, the same one as if made with another model, a truncated file, and a word. Returns the
    JSON description of the first."""
    toy = folder("concepts") / "Toy.pzconcept"
    subprocess.run([cli, "encode", "--image", picture, "--name", "toy", "--title", "Toy", "--out", toy], check=True,
                   stdout=subprocess.DEVNULL)
    told = json.loads(subprocess.run([cli, "concept", toy, "--json"], check=True, stdout=subprocess.PIPE, text=True).stdout)
    data = toy.read_bytes()
    (toy.parent / "Old.pzconcept").write_bytes(data.replace(MADE_WITH.search(data)[1], b"0" * 64).replace(b'"Toy"', b'"Old"'))
    (toy.parent / "Torn.pzconcept").write_bytes(data[:100])
    write_word(folder("embeddings") / "moss.safetensors", "moss", told["width"])
    return told

# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads and writes .safetensors files with numpy only, for the scripts in this folder."""

import json
import math
import mmap
import struct

import numpy as np

DTYPES = {"F64": np.float64, "F32": np.float32, "F16": np.float16, "I64": np.int64, "I32": np.int32}


def write(path, tensors, metadata=None):
    """tensors: name -> array of one of DTYPES, written in the order given; metadata: str -> str."""
    names = {np.dtype(d): n for n, d in DTYPES.items()}
    header, offset = {"__metadata__": metadata} if metadata else {}, 0
    arrays = {name: np.array(a, order="C") for name, a in tensors.items()}
    for name, a in arrays.items():
        header[name] = {"dtype": names[a.dtype], "shape": list(a.shape),
                        "data_offsets": [offset, offset + a.nbytes]}
        offset += a.nbytes
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as f:
        f.write(struct.pack("<Q", len(text)) + text)
        for a in arrays.values():
            f.write(a.tobytes())


def read(path):
    """Returns memory-mapped arrays, which are read from the file on access."""
    with open(path, "rb") as f:
        data = mmap.mmap(f.fileno(), 0, access=mmap.ACCESS_READ)
    start = 8 + struct.unpack("<Q", data[:8])[0]
    header = json.loads(data[8:start])
    header.pop("__metadata__", None)
    return {name: np.frombuffer(data, DTYPES[t["dtype"]], math.prod(t["shape"]),
                                start + t["data_offsets"][0]).reshape(t["shape"])
            for name, t in header.items()}


def read_metadata(path):
    """The file's metadata, str -> str."""
    with open(path, "rb") as f:
        return json.loads(f.read(int.from_bytes(f.read(8), "little"))).get("__metadata__", {})

# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads and writes safetensors files (f16, f32, i64, i32) without further packages; writes checkpoints."""

import json
import struct
from pathlib import Path

import torch

TYPES = {"F16": torch.float16, "F32": torch.float32, "I64": torch.int64, "I32": torch.int32}
NAMES = {v: k for k, v in TYPES.items()}


def save(path, tensors):
    header, blobs, at = {"__metadata__": {"format": "pt"}}, [], 0
    for name in sorted(tensors):
        t = tensors[name].detach().contiguous()
        blob = t.numpy().tobytes()
        header[name] = {"dtype": NAMES[t.dtype], "shape": list(t.shape),
                        "data_offsets": [at, at + len(blob)]}
        blobs.append(blob)
        at += len(blob)
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(struct.pack("<Q", len(text)) + text + b"".join(blobs))


def write_checkpoint(path, state):
    """Writes a checkpoint atomically: if a run is stopped while writing, the previous checkpoint remains."""
    part = path.with_suffix(".part")
    torch.save(state, part)
    part.rename(path)


def load(path):
    data = Path(path).read_bytes()
    size = struct.unpack_from("<Q", data)[0]
    header = json.loads(data[8:8 + size])
    out = {}
    for name, entry in header.items():
        if name != "__metadata__":
            a, b = entry["data_offsets"]
            blob = bytearray(data[8 + size + a:8 + size + b])
            out[name] = torch.frombuffer(blob, dtype=TYPES[entry["dtype"]]).view(entry["shape"])
    return out

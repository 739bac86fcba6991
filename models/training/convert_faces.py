#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Converts the face networks of npm @vladmandic/face-api to the files of data/models/pz-faces.

Weights keep their published values: bytes with a scale and a minimum, or floats; only the order of their elements changes, to
that of models/nets/face-nets.h. The package is downloaded by hand: npm pack @vladmandic/face-api@1.7.15

Usage: convert_faces.py PACKAGE.tgz FOLDER
"""

import json
import pathlib
import struct
import sys
import tarfile

NETWORKS = {"detector": "tiny_face_detector_model", "landmarks": "face_landmark_68_model",
            "recognizer": "face_recognition_model"}


def order(shape, data, axes):
    """Permutes the axes of a row-major array. data: one bytes object per element, of any size. -> shape, joined data"""
    strides = [1] * len(shape)
    for i in range(len(shape) - 1, 0, -1):
        strides[i - 1] = strides[i] * shape[i]
    places = [0]
    for axis in axes:
        places = [place + i * strides[axis] for place in places for i in range(shape[axis])]
    return [shape[axis] for axis in axes], b"".join(data[place] for place in places)


def as_ours(name, shape, data):
    """TensorFlow's layout -> ours: convolutions [kh, kw, I, O] -> [O, kh, kw, I], depthwise [kh, kw, C, 1] -> [kh, kw, C],
    matrices [I, O] -> [O, I]."""
    if name.endswith("depthwise_filter"):
        return shape[:3], b"".join(data)
    axes = {1: (0,), 2: (1, 0), 4: (3, 0, 1, 2)}[len(shape)]
    return order(shape, data, axes)


def read(package, model):
    """-> [(name, shape, data, quantization)]; quantization: the manifest's {"scale", "min", ...}, None for floats"""
    with package.extractfile(f"package/model/{model}-weights_manifest.json") as f:
        groups = json.load(f)
    rows = []
    for group in groups:
        whole = b"".join(package.extractfile(f"package/model/{path}").read() for path in group["paths"])
        at = 0
        for weight in group["weights"]:
            quantized, n = weight.get("quantization"), 1
            for size in weight["shape"]:
                n *= size
            width = 1 if quantized else 4
            data = [whole[at + i * width:at + (i + 1) * width] for i in range(n)]
            at += n * width
            shape, data = as_ours(weight["name"], weight["shape"], data)
            rows.append((weight["name"].replace("/", "."), shape, data, quantized))
        assert at == len(whole), (model, at, len(whole))
    return rows


def write(path, rows):
    """Writes a safetensors file; its metadata has "SCALE MINIMUM" of each byte tensor under the tensor's name."""
    header, at = {"__metadata__": {"format": "faces-1"}}, 0
    for name, shape, data, quantized in rows:
        header[name] = {"dtype": "U8" if quantized else "F32", "shape": shape, "data_offsets": [at, at + len(data)]}
        at += len(data)
        if quantized:
            header["__metadata__"][name] = f"{quantized['scale']!r} {quantized['min']!r}"
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + b"".join(row[2] for row in rows))


def main():
    source, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    with tarfile.open(source) as package:
        for name, model in NETWORKS.items():
            rows = read(package, model)
            # floats first, so that their offsets are multiples of their size
            write(folder / f"{name}.safetensors", sorted(rows, key=lambda row: row[3] is not None))


if __name__ == "__main__":
    main()

# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes tensor files as other programs do, in plain Python: safetensors, whole, sharded or without their data, and PyTorch's
zip format."""

import collections
import json
import math
import os
import pickle
import struct
import types
import zipfile

BYTES = {"F32": 4, "F16": 2, "BF16": 2, "I64": 8}


def write_safetensors(path, tensors, metadata=None):
    """tensors: name -> (dtype, shape, bytes or None); None leaves a hole in the file."""
    header, at = {"__metadata__": metadata} if metadata else {}, 0
    for name, (dtype, shape, _) in tensors.items():
        size = BYTES[dtype] * math.prod(shape)
        header[name] = {"dtype": dtype, "shape": list(shape), "data_offsets": [at, at + size]}
        at += size
    text = json.dumps(header).encode()
    with open(path, "wb") as f:
        f.write(struct.pack("<Q", len(text)) + text)
        for _, _, data in tensors.values():
            if data is not None:
                f.write(data)
        f.truncate(8 + len(text) + at)


def read_safetensors(path):
    """name -> (dtype, shape, bytes)"""
    with open(path, "rb") as f:
        data = f.read()
    start = 8 + struct.unpack("<Q", data[:8])[0]
    return {name: (t["dtype"], tuple(t["shape"]), data[start + t["data_offsets"][0]:start + t["data_offsets"][1]])
            for name, t in json.loads(data[8:start]).items() if name != "__metadata__"}


def write_shards(folder, stem, tensors, n):
    """Writes stem-00001-of-0000n.safetensors ... and their index."""
    names, weight_map = list(tensors), {}
    for i in range(n):
        file = f"{stem}-{i + 1:05}-of-{n:05}.safetensors"
        mine = {name: tensors[name] for name in names[i::n]}
        write_safetensors(os.path.join(folder, file), mine)
        weight_map |= dict.fromkeys(mine, file)
    with open(os.path.join(folder, f"{stem}.safetensors.index.json"), "w") as f:
        json.dump({"metadata": {"total_size": 0}, "weight_map": weight_map}, f)


# ---------------------------------------------------------------------------- torch.save without torch


def _global(module, name):
    """An object that pickles as the global MODULE NAME."""
    function = types.FunctionType((lambda *args: None).__code__, {}, name)
    function.__module__, function.__qualname__ = module, name
    return function


class _Storage:
    def __init__(self, kind, key, numel):
        self.kind, self.key, self.numel = kind, key, numel


class _Tensor:
    def __init__(self, storage, shape):
        self.storage, self.shape = storage, shape

    def __reduce__(self):
        strides = [math.prod(self.shape[i + 1:]) for i in range(len(self.shape))]
        return REBUILD, (self.storage, 0, tuple(self.shape), tuple(strides), False, collections.OrderedDict())


REBUILD = _global("torch._utils", "_rebuild_tensor_v2")
KINDS = {"F32": _global("torch", "FloatStorage"), "F16": _global("torch", "HalfStorage"),
         "BF16": _global("torch", "BFloat16Storage")}


class _Pickler(pickle._Pickler):
    def persistent_id(self, thing):
        if isinstance(thing, _Storage):
            return ("storage", thing.kind, thing.key, "cpu", thing.numel)
        return None

    def save_global(self, thing, name=None):
        if thing is REBUILD or thing in KINDS.values():
            self.write(pickle.GLOBAL + f"{thing.__module__}\n{thing.__name__}\n".encode())
            self.memoize(thing)
        else:
            super().save_global(thing, name)

    dispatch = dict(pickle._Pickler.dispatch)
    dispatch[types.FunctionType] = save_global


def write_torch(path, tensors, wrap=None):
    """wrap: makes the object that is passed to torch.save from the dictionary of tensors."""
    root, state = os.path.basename(path).rsplit(".", 1)[0], {}
    for i, (name, (dtype, shape, _)) in enumerate(tensors.items()):
        state[name] = _Tensor(_Storage(KINDS[dtype], str(i), math.prod(shape)), shape)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        with archive.open(f"{root}/data.pkl", "w") as f:
            _Pickler(f, protocol=2).dump(wrap(state) if wrap else state)
        archive.writestr(f"{root}/version", "3\n")
        for i, (_, _, data) in enumerate(tensors.values()):
            archive.writestr(f"{root}/data/{i}", data)

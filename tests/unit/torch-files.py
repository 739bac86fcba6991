#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""torch-files.py FOLDER: files written by PyTorch, in every container that it supports.

Next to each NAME.pt is NAME.safetensors with the tensors that must be found in it, under the names by which they must be found;
written here byte by byte. Exit status 77: PyTorch is missing.
"""

import collections
import json
import pathlib
import struct
import sys
import warnings

try:
    warnings.simplefilter("ignore")
    import torch
except ImportError:
    sys.exit(77)

DTYPES = {
    torch.float64: "F64", torch.float32: "F32", torch.float16: "F16", torch.bfloat16: "BF16",
    torch.int64: "I64", torch.int32: "I32", torch.int16: "I16", torch.int8: "I8",
    torch.uint8: "U8", torch.bool: "BOOL",
}
FOLDER = pathlib.Path(sys.argv[1])


def write_expected(name, tensors):
    header, data = {}, b""
    for key, tensor in tensors.items():
        raw = bytes(tensor.detach().contiguous().reshape(-1).view(torch.uint8).tolist()) if tensor.numel() else b""
        header[key] = {"dtype": DTYPES[tensor.dtype], "shape": list(tensor.shape),
                       "data_offsets": [len(data), len(data) + len(raw)]}
        data += raw
    text = json.dumps(header).encode()
    (FOLDER / f"{name}.safetensors").write_bytes(struct.pack("<Q", len(text)) + text + data)


def every_dtype():
    values = torch.tensor([0.0, 1.0, -2.0, 3.5, 100.0, 0.25])
    return {str(dtype).replace("torch.", ""): values.to(dtype) for dtype in DTYPES}


def every_view():
    base = torch.arange(5 * 6 * 7, dtype=torch.float32).reshape(5, 6, 7)
    return collections.OrderedDict([
        ("whole", base), ("transposed", base.transpose(0, 2)), ("part", base[1:4, 2:, ::3]),
        ("row", base[2, 3]), ("column", base[2, :, 3]), ("one", base[4, 5, 6]),
        ("permuted", base.permute(1, 2, 0)[1:]), ("empty", base[:0]), ("unit", base[:, :1, :1]),
        ("diagonal", base[:, :, 0].diagonal()), ("half", base.half()[1].t()),
    ])


def large_views():
    """Rows so far apart that reading the data between them would not pay."""
    base = torch.arange(64 * 40000, dtype=torch.float32).reshape(64, 40000)
    return {"sparse": base[:, 7:9], "tall": base[:3].t(), "far": base[::63, ::20000]}


class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.visual = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.LayerNorm(4))
        self.scale = torch.nn.Parameter(torch.ones(()))

    def forward(self, x):
        return self.visual(x) * self.scale


def main():
    torch.manual_seed(1)
    legacy = {"_use_new_zipfile_serialization": False}
    ways = {"zip": {}, "zip-4": {"pickle_protocol": 4}, "legacy": legacy}

    def save(name, value, expected, ways=ways):
        for way, options in ways.items():
            torch.save(value, FOLDER / f"{name}-{way}.pt", **options)
            write_expected(f"{name}-{way}", expected)

    save("dtypes", every_dtype(), every_dtype())
    save("views", every_view(), every_view())
    save("large", large_views(), large_views(), {"zip": {}, "legacy": legacy})

    net = Net()
    state = net.state_dict()
    save("state-dict", state, state)
    save("parameters", {k: torch.nn.Parameter(v) for k, v in state.items()}, state)
    save("checkpoint", {
        "epoch": 3, "global_step": 470000, "pytorch-lightning_version": "1.4.2", "none": None,
        "rate": 1e-4, "state_dict": state,
        "optimizer_states": [{"state": {0: {"step": torch.tensor(5.0), "exp": torch.ones(2)}},
                              "param_groups": [{"lr": 1e-4, "betas": (0.9, 0.999), "params": [0, 1]}]}],
        "hparams": {"tags": {"a", "b"}, "size": torch.Size([1, 2])},
    }, state)
    words = torch.nn.ParameterDict({"*": torch.nn.Parameter(torch.randn(2, 8))})
    token = torch.tensor(265)
    save("word", {"string_to_token": {"*": token}, "string_to_param": words, "name": "thing"},
         {"string_to_token.*": token, "string_to_param.*": words["*"]})
    shared = torch.randn(6)
    save("shared", {"a": shared, "b": shared, "c": shared[2:5]},
         {"a": shared, "b": shared, "c": shared[2:5]})
    listed = [torch.ones(2), {"deep": (torch.zeros(3), torch.arange(2))}]
    save("list", listed, {"0": listed[0], "1.deep.0": listed[1]["deep"][0], "1.deep.1": listed[1]["deep"][1]})
    save("bare", torch.arange(4.0), {"tensor": torch.arange(4.0)})

    torch.jit.script(net).save(FOLDER / "torchscript.pt")
    write_expected("torchscript", state)


main()

#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""bad-files.py FOLDER: tensor files that are each broken in one way, and some good ones.

FOLDER/expected.txt gets a line "file<TAB>text that the error must contain" for each file; "ok" instead of the text for the good
ones, which hold w = 0, 1, 2, 3; and "later: ..." for files that can be opened but not read. PyTorch is not needed: pickles are
assembled opcode by opcode, since no pickler writes broken ones.
"""

import io
import json
import pathlib
import random
import struct
import sys
import zipfile

WEIGHTS = struct.pack("<4f", 0, 1, 2, 3)


# ---- pickles ----

def text(value):
    raw = value.encode()
    return b"X" + struct.pack("<I", len(raw)) + raw


def integer(value):
    if 0 <= value < 256:
        return b"K" + bytes([value])
    if -2**31 <= value < 2**31:
        return b"J" + struct.pack("<i", value)
    return b"\x8a\x08" + struct.pack("<q", value)


def name(module, symbol):
    return f"c{module}\n{symbol}\n".encode()


def group(*values):
    return b"(" + b"".join(values) + b"t"


def numbers(values):
    return group(*map(integer, values))


def call(symbol, *arguments):
    return symbol + group(*arguments) + b"R"


def storage(kind="FloatStorage", key="0", count=4, *more):
    return group(text("storage"), name("torch", kind), text(key), text("cpu"), integer(count),
                 *more) + b"Q"


def tensor(where=None, first=0, shape=(4,), strides=(1,), rebuild="_rebuild_tensor_v2"):
    return call(name("torch._utils", rebuild), storage() if where is None else where,
                integer(first), numbers(shape), numbers(strides), b"\x89",
                name("collections", "OrderedDict") + b")R")


def mapping(*pairs):
    return b"}(" + b"".join(text(key) + value for key, value in pairs) + b"u"


def pickled(value):
    return b"\x80\x02" + value + b"."


GOOD = pickled(mapping(("w", tensor())))


# ---- containers ----

def archive(pickle=GOOD, storages=None, method=zipfile.ZIP_STORED, more=()):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as file:
        if pickle is not None:
            file.writestr("x/data.pkl", pickle)
        for key, data in ({"0": WEIGHTS} if storages is None else storages).items():
            file.writestr(f"x/data/{key}", data)
        for path, data in more:
            file.writestr(path, data)
        file.writestr("x/version", "3\n")
    return out.getvalue()


MAGIC = b"\x80\x02\x8a\n\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19."
VERSION = pickled(integer(1001))
MACHINE = pickled(mapping(("little_endian", b"\x88")))


def keys(*values):
    return pickled(b"](" + b"".join(map(text, values)) + b"e")


def legacy(value=None, version=VERSION, machine=MACHINE, listed=("0",), data=None):
    where = storage("FloatStorage", "0", 4, b"N")
    body = pickled(mapping(("w", tensor(where)))) if value is None else pickled(value)
    return (MAGIC + version + machine + body + keys(*listed)
            + (struct.pack("<Q", 4) + WEIGHTS if data is None else data))


def safetensors(header, data=WEIGHTS):
    raw = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(raw)) + raw + data


def entry(begin=0, end=16, shape=(4,), dtype="F32"):
    return {"dtype": dtype, "shape": list(shape), "data_offsets": [begin, end]}


def index(**weight_map):
    return json.dumps({"weight_map": weight_map}).encode()


def patched(data, old, new):
    """Replaces the first occurrence of `old` without moving anything."""
    at = data.index(old)
    assert len(old) == len(new)
    return data[:at] + new + data[at + len(old):]


def directory_entry(data, path):
    """The offset of the central directory's entry for that path."""
    at = data.rindex(path.encode()) - 46
    assert data[at:at + 4] == b"PK\x01\x02"
    return at


def with_entry(data, path, offset, value):
    """Changes a field of an entry in the central directory."""
    at = directory_entry(data, path) + offset
    return data[:at] + value + data[at + len(value):]


# Offsets of fields in an entry of the central directory.
FLAGS, CHECKSUM, PACKED, UNPACKED = 8, 16, 20, 24


# ---- files broken in one way each ----

def bad_archives():
    good = archive()
    yield "half.pt", good[:len(good) // 2], "damaged zip archive"
    yield "no-directory.pt", good[:good.rindex(b"PK\x01\x02")], "damaged zip archive"
    yield "only-magic.pt", b"PK\x03\x04", "damaged zip archive"
    yield "no-pickle.pt", archive(pickle=None), "without data.pkl"
    yield "two-pickles.pt", archive(more=[("y/data.pkl", GOOD)]), "one data.pkl expected"
    yield "no-storage.pt", archive(storages={}), "w: its elements (storage 0) are not in the file"
    yield "short-storage.pt", archive(storages={"0": WEIGHTS[:15]}), \
        "w: 4 elements expected in storage 0, found 15 bytes"
    yield "byte-order.pt", archive(more=[("x/byteorder", "middle")]), "little or big expected"
    yield "encrypted.pt", with_entry(good, "x/data/0", FLAGS, b"\x01\x00"), "encrypted"
    yield "bzip2.pt", archive(method=zipfile.ZIP_BZIP2), "stored or deflated expected"
    yield "two-sizes.pt", with_entry(good, "x/data/0", UNPACKED, struct.pack("<I", 99)), \
        "a stored entry with two sizes"
    huge = with_entry(good, "x/data/0", UNPACKED, struct.pack("<I", 2**31))
    yield "beyond-the-end.pt", with_entry(huge, "x/data/0", PACKED, struct.pack("<I", 2**31)), \
        "x/data/0: the entries up to this one have more bytes than the file"
    yield "overlap.pt", overlapping(), "they overlap"
    yield "bomb.pt", archive(storages={"0": bytes(128 * 2**20)}, method=zipfile.ZIP_DEFLATED), \
        "unpacked it would be"
    yield "big-pickle.pt", archive(pickle=bytes(17 * 2**20), method=zipfile.ZIP_DEFLATED), \
        "x/data.pkl: at most"
    yield "same-entry.pt", patched(patched(archive(storages={"0": WEIGHTS, "1": WEIGHTS}), b"x/data/1", b"x/data/0"),
                                   b"x/data/1", b"x/data/0"), "x/data/0: two entries of this name"
    packed = archive(method=zipfile.ZIP_DEFLATED)
    at = packed.index(b"x/data/0") + 8
    yield "later-damaged.pt", packed[:at] + b"\xff" + packed[at + 1:], "later: x/data/0: cannot read"
    yield "later-checksum.pt", with_entry(packed, "x/data/0", CHECKSUM, b"\0\0\0\0"), \
        "later: x/data/0: cannot read"
    packed_words = {"0": bytes(60 * 2**20)}
    view = tensor(storage(count=15 * 2**20), shape=(4096, 3840), strides=(3840, 1))
    yield "200-words-of-one.pt", archive(pickled(b"}(" + text("a0") + view + b"q\0" + b"".join(
        text(f"a{i}") + b"h\0" for i in range(1, 200)) + b"u"), packed_words, zipfile.ZIP_DEFLATED), \
        "words: a4: at most 268435456 bytes of vectors expected"
    ends = [tensor(storage(count=2**20), first=first, shape=(1,)) for first in (2**20 - 1, 0)]
    yield "words-at-both-ends.pt", archive(pickled(mapping(*(
        (f"a{i}", ends[i % 2]) for i in range(1000)))), {"0": bytes(2**22)}, zipfile.ZIP_DEFLATED), \
        "words: x/data/0: its tensors lie so that it would be unpacked more than 16 times over"
    yield "large-unpacked.pt", archive(pickled(mapping(("w", tensor(storage(count=2**25), shape=(4,))))),
                                       {"0": bytes(2**27)}, zipfile.ZIP_DEFLATED, [("x/fill", bytes_of_noise(2**20))]), \
        "words: expected a learned word of at most 64 MiB"
    yield "checksum.pt", with_entry(packed, "x/data.pkl", CHECKSUM, b"\0\0\0\0"), "x/data.pkl: cannot read"


def bytes_of_noise(count):
    """Incompressible data: an archive of zeros alone would be rejected for its compression ratio."""
    return random.Random(0).randbytes(count)


def overlapping():
    """One entry, and a central directory that lists it nine more times under other names."""
    data = archive(pickle=GOOD, storages={"0": bytes(5000)})
    start = data.index(b"PK\x01\x02")
    size = data.index(b"PK\x05\x06") - start
    at = directory_entry(data, "x/data/0")
    copies = b"".join(patched(data[at:at + 46 + 8], b"x/data/0", f"x/data/{i}".encode())
                      for i in range(1, 10))
    directory = data[start:start + size] + copies
    count = data[start:start + size].count(b"PK\x01\x02") + 9
    return (data[:start] + directory
            + struct.pack("<IHHHHIIH", 0x06054b50, 0, 0, count, count, len(directory), start, 0))


def bad_views():
    def views(**kinds):
        for label, (value, message) in kinds.items():
            yield f"view-{label}.pt", archive(pickled(mapping(("w", value)))), message

    yield from views(
        huge_shape=(tensor(shape=(2**62,)), "w: its shape has too many bytes"),
        huge_product=(tensor(shape=(2**32, 2**32), strides=(1, 1)), "w: its shape has too many elements"),
        more_than_stored=(tensor(shape=(5,)), "w: it reaches beyond"),
        expanded=(tensor(shape=(2**40, 4), strides=(0, 1)), "later: w: it has more elements than its storage"),
        complex=(tensor(storage("ComplexFloatStorage", count=2), shape=(2,)), "later: w: F32, F16, BF16 or F64 expected, C64 found"),
        late_start=(tensor(first=1), "w: it reaches beyond"),
        largest_start=(tensor(first=2**63 - 1), "w: torch._utils._rebuild_tensor_v2 cannot"),
        far_stride=(tensor(shape=(2,), strides=(2**63 - 1,)), "w: it reaches beyond"),
        far_strides=(tensor(shape=(2, 2), strides=(2**63 - 1, 2**63 - 1)), "w: it reaches beyond"),
        negative_size=(tensor(shape=(-1,)), "w: torch._utils._rebuild_tensor_v2 cannot"),
        negative_stride=(tensor(strides=(-1,)), "w: torch._utils._rebuild_tensor_v2 cannot"),
        negative_start=(tensor(first=-1), "w: torch._utils._rebuild_tensor_v2 cannot"),
        two_ranks=(tensor(shape=(2, 2)), "w: torch._utils._rebuild_tensor_v2 cannot"),
        nine_sizes=(tensor(shape=(1,) * 9, strides=(1,) * 9), "w: torch._utils._rebuild_tensor_v2 cannot"),
        no_storage=(tensor(text("0")), "w: torch._utils._rebuild_tensor_v2 cannot"),
        huge_storage=(tensor(storage(count=2**62)), "w: 4611686018427387904 elements expected"),
        negative_storage=(tensor(storage(count=-4)), "w: a storage with its type"),
        two_dtypes=(group(tensor(), tensor(storage("HalfStorage"))), "w: a storage with its type"),
        quantised=(tensor(storage("QInt8Storage")), "it asks for torch.QInt8Storage"),
        sparse=(tensor(rebuild="_rebuild_sparse_tensor"),
                "w: it asks for torch._utils._rebuild_sparse_tensor"),
        module=(group(text("module"), text("x")) + b"Q", "a storage with its type"),
    )
    yield "same-name.pt", archive(pickled(mapping(
        ("a.b", tensor()), ("a", mapping(("b", tensor())))))), "a.b: two tensors of this name"


def aliased(callee, arguments, each):
    """20000 objects made from the same 10000 entries. For `each`, the memo contains 0: a list of pairs, 3: a dictionary of the
    same, 1: the callee, 2: the arguments."""
    pairs = b"](" + b"".join(integer(i) + b"N\x86" for i in range(10000)) + b"eq\0"
    entries = b"}(" + b"".join(integer(i) + b"N" for i in range(10000)) + b"uq\3"
    return pickled(b"](" + pairs + entries + callee + b"q\1" + arguments + b"q\2" + each * 20000 + b"e")


def bad_pickles():
    def pickles(**kinds):
        for label, (raw, message) in kinds.items():
            yield f"pickle-{label}.pt", archive(raw), message

    doubling = b"]q\0" + b"".join(b"](" + b"h" + bytes([i]) + b"h" + bytes([i]) + b"eq" + bytes([i + 1])
                                  for i in range(60))
    yield from pickles(
        os_system=(pickled(call(name("os", "system"), text("echo"))), "it asks for os.system"),
        posix_system=(pickled(call(name("posix", "system"), text("echo"))), "it asks for posix.system"),
        evaluates=(pickled(mapping(("w", call(name("builtins", "eval"), text("1"))))),
                   "w: it asks for builtins.eval"),
        gets_attributes=(pickled(call(name("__builtin__", "getattr"), text("a"))),
                         "it asks for __builtin__.getattr"),
        by_stack=(b"\x80\x04\x8c\x02os\x8c\x06system\x93.", "it asks for os.system"),
        loads=(pickled(call(name("torch", "load"), text("a"))), "it asks for torch.load"),
        of_user=(pickled(name("__main__", "Net") + b")\x81"), "it asks for __main__.Net"),
        opcode_inst=(pickled(b"(ios\nsystem\n"), "opcode 0x69"),
        opcode_obj=(pickled(b"(o"), "opcode 0x6f"),
        opcode_unknown=(pickled(b"\xff"), "opcode 0xff"),
        opcode_extension=(pickled(b"\x82\x01"), "opcode 0x82"),
        protocol_0=(b"\x80\x00N.", "protocol 2 to 5 expected"),
        protocol_99=(b"\x80\x63N.", "protocol 2 to 5 expected"),
        empty=(b"", "ends without STOP"),
        no_stop=(GOOD[:-1], "ends without STOP"),
        half=(GOOD[:40], "truncated"),
        long_text=(b"\x80\x02X\xff\xff\xff\xffab.", "only 3 follow"),
        cut_operand=(b"\x80\x02X\x01", "ends within BINUNICODE"),
        one_line=(b"\x80\x02cos.", "GLOBAL without its two lines"),
        zero_in_name=(b"\x80\x02co\0s\nsystem\n.", "GLOBAL with a zero byte"),
        no_mark=(pickled(b"t"), "TUPLE without MARK"),
        nothing_to_call=(pickled(b"R"), "REDUCE needs 2 values"),
        calls_number=(pickled(b"K\x01)R"), "REDUCE needs a name"),
        builds_text=(pickled(text("a") + b"}b"), "on what has no state"),
        steals_below_mark=(pickled(b"N(a"), "APPEND needs 2 values"),
        appends_to_number=(pickled(b"K\x01K\x02a"), "on what is no list"),
        sets_in_list=(pickled(b"]NNs"), "on what is no dictionary"),
        key_alone=(pickled(b"}(Nu"), "a key that has no value"),
        not_put=(pickled(b"h\x07"), "nothing was put under number 7"),
        far_put=(pickled(b"Nr\xff\xff\xff\x7f"), "a memo of at most"),
        two_values=(pickled(b"NN"), "one value expected at its end"),
        open_mark=(pickled(b"N("), "one value expected at its end"),
        cyclic=(pickled(b"]q\0h\0a"), "contains itself"),
        cyclic_dict=(pickled(b"}q\0" + text("a") + b"h\0s"), "contains itself"),
        memo_bomb=(pickled(b"(" + doubling + b"t"), "unfolded: at most 1000000 values expected"),
        its_own_state=(b"\x80\x02c__torch__\nA\n)\x81q\0h\0b.", "BUILD with an object as its own state"),
        its_own_parameters=(pickled(
            name("torch.nn.modules.container", "ParameterDict") + b")\x81q\0}" + text("_parameters")
            + b"h\0sb"), "BUILD with an object as its own state"),
        aliased_pairs=(aliased(name("collections", "OrderedDict"), b"h\0\x85", b"h\1h\2R"),
                       "at most 4000000 copied entries expected"),
        aliased_state=(aliased(name("__torch__", "A"), b")", b"h\1h\2\x81h\3b"),
                       "at most 4000000 copied entries expected"),
        looked_through=(aliased(name("torch.nn.modules.container", "ParameterDict"), b")", b"h\1h\2\x81h\3b"),
                        "at most 4000000 copied entries expected"),
        long_name=(pickled(b"](" + text("__torch__." + "A" * 2**20) + b"q\0" + text("B") + b"q\1"
                           + b"h\0h\1\x93" * 2000 + b"e"), "at most 67108864 bytes of names expected"),
        long_key=(pickled(b"](" + group(text("storage"), name("torch", "FloatStorage"), text("0" * 2**20),
                                        text("cpu"), integer(4)) + b"q\0Q" + b"h\0Q" * 2000 + b"e"),
                  "at most 67108864 bytes of names expected"),
        long_path=(pickled(b"}q\0(" + text("A" * 2**20) + b"](" + b"K\1" * 1000 + b"eu"),
                   "at most 67108864 bytes of names expected"),
        long_metadata=(pickled(b"}(" + text("A" * 2**20) + b"q\0h\0"
                               + b"".join(text(str(i)) + b"h\0" for i in range(1000)) + b"u"),
                       "at most 67108864 bytes of names expected"),
        deep=(pickled(b"]" * 50000 + b"a" * 49999), "nested deeper"),
        endless=(b"\x80\x02" + b"N" * 1100000 + b".", "at most 1000000 opcodes"),
        marks=(b"\x80\x02" + b"(" * 1100000 + b".", "at most 1000000 opcodes"),
    )


def bad_legacy():
    good = legacy()
    yield "legacy-magic-alone.pt", MAGIC, "ends without STOP"
    yield "legacy-version.pt", legacy(version=pickled(integer(1000))), "version 1001"
    yield "legacy-machine.pt", legacy(machine=pickled(b"}")), "little_endian expected"
    yield "legacy-half.pt", good[:len(good) // 2], "truncated"
    yield "legacy-cut.pt", good[:-1], "storage 0: 4 elements announced"
    yield "legacy-no-data.pt", legacy(data=b""), "truncated"
    yield "legacy-count.pt", legacy(data=struct.pack("<Q", 2**63) + WEIGHTS), "storage 0: "
    yield "legacy-large-count.pt", legacy(data=struct.pack("<Q", 2**60) + WEIGHTS), "storage 0: "
    yield "legacy-short.pt", legacy(data=struct.pack("<Q", 3) + WEIGHTS), "w: 4 elements expected"
    yield "legacy-no-key.pt", legacy(listed=()), "w: its elements (storage 0) are not in the file"
    yield "legacy-other-key.pt", legacy(listed=("7",)), "storage 7: no tensor uses it"
    yield "legacy-key-twice.pt", legacy(listed=("0", "0")), "it comes twice"
    view = storage("FloatStorage", "0", 4, group(text("1"), integer(2), integer(3)))
    yield "legacy-view.pt", legacy(mapping(("w", tensor(view)))), "w: a storage with its type"
    part = storage("FloatStorage", "0", 4, group(text("1"), integer(2), integer(2)))
    yield "legacy-beyond-view.pt", legacy(mapping(("w", tensor(part, shape=(3,))))), \
        "w: it reaches beyond"
    yield "legacy-os-system.pt", legacy(call(name("os", "system"), text("echo"))), \
        "it asks for os.system"


def bad_safetensors():
    yield "cut.safetensors", safetensors({"w": entry()}, WEIGHTS[:15]), "w: its data ends at byte 16"
    yield "shape.safetensors", safetensors({"w": entry(shape=(5,))}), "w: dtype and shape ask for 20"
    yield "huge.safetensors", safetensors({"w": entry(shape=(2**62,))}), "w: its shape has too many"
    yield "offset.safetensors", safetensors({"w": entry(2**63 - 16, 2**63 - 1)}), "w: its data ends"
    yield "dtype.safetensors", safetensors({"w": entry(dtype=31)}), "w: \"dtype\" must be a name"
    yield "other-dtype.safetensors", safetensors({"w": entry(dtype="F4")}), "later: w: F32, F16, BF16 or F64 expected, another type"
    yield "small-dtype.safetensors", safetensors({"w": entry(shape=(16,), dtype="F8_E4M3")}), \
        "later: w: F32, F16, BF16 or F64 expected, F8_E4M3 found"
    yield "overlap.safetensors", safetensors({"v": entry(0, 8, (2,)), "w": entry(4, 12, (2,))}), \
        "v and w overlap"
    yield "values.safetensors", safetensors(b"{\"w\":[" + b"0," * 1100000 + b"0]}"), \
        "its header: its JSON: at most 1000000 values expected"
    yield "header.safetensors", struct.pack("<Q", 2**62) + b"{}", "announced, but only"
    yield "deep.safetensors", safetensors(b"{\"w\":" + b"[" * 100000), "its header: not JSON: its brackets"


def bad_indexes():
    yield "not-there.index.json", index(w="none.safetensors"), "none.safetensors: cannot open"
    yield "not-in-it.index.json", index(v="good.safetensors"), "v: expected in good.safetensors"
    yield "elsewhere.index.json", index(w="../good.safetensors"), "beside the index expected"
    yield "itself.index.json", index(w="itself.index.json"), "found index of shards"
    yield "number.index.json", b"{\"weight_map\": {\"w\": 1}}", "w: the name of a file expected"
    yield "no-map.index.json", b"{\"metadata\": {}}", "it has no \"weight_map\""
    yield "list.index.json", b"{\"weight_map\": []}", "it has no \"weight_map\""
    yield "no-json.index.json", b"{\"weight_map\": ", "not JSON"
    yield "deep.index.json", b"{\"weight_map\": " + b"[" * 100000, "not JSON: its brackets"
    yield "bad-shard.index.json", index(w="no-storage.pt"), "w: its elements (storage 0)"


def strangers():
    yield "empty.pt", b"", "at least 8 bytes"
    yield "text.pt", b"these are no weights, only words", "found a text file"
    yield "bare.pt", pickled(b"}" + text("a") + b"Ns"), "found a bare pickle"
    yield "lfs.safetensors", b"version https://git-lfs.github.com/spec/v1\nsize 1\n", \
        "found a pointer of Git LFS"
    yield "page.safetensors", b"<!DOCTYPE html><html></html>", "found a web page"
    yield "packed.gguf", b"GGUF\3\0\0\0" + bytes(64), "found a GGUF file"
    yield "sheet.png", b"\x89PNG\r\n\x1a\n" + bytes(64), "found a picture"
    yield "old.tar", bytes(1) + b"x" * 256 + b"ustar" + bytes(300), "found a tar archive"


def good_files():
    yield "good.pt", archive(), "ok"
    yield "good-deflated.pt", archive(method=zipfile.ZIP_DEFLATED), "ok"
    yield "good-legacy.pt", legacy(), "ok"
    view = storage("FloatStorage", "0", 6, group(text("1"), integer(1), integer(4)))
    yield "good-legacy-view.pt", legacy(
        mapping(("w", tensor(view))), data=struct.pack("<Q6f", 6, 9, 0, 1, 2, 3, 9)), "ok"
    yield "good.safetensors", safetensors({"w": entry()}), "ok"
    yield "good-no-metadata.safetensors", safetensors({"__metadata__": None, "w": entry()}), "ok"
    yield "good-odd-neighbours.safetensors", safetensors({
        "a": entry(0, 8, (1,), "C64"), "b": entry(8, 9, (1,), "F8_E5M2"), "c": entry(9, 12, (6,), "F4"),
        "w": entry(12, 28)}, bytes(12) + WEIGHTS), "ok"
    yield "good-padded.safetensors", safetensors(json.dumps({"w": entry()}).encode() + bytes(5)), "ok"
    yield "good-marked.safetensors", safetensors(b"\xef\xbb\xbf" + json.dumps({"w": entry()}).encode()), "ok"
    yield "good-expanded-neighbour.pt", archive(pickled(mapping(
        ("e", tensor(shape=(2**40, 4), strides=(0, 1))), ("w", tensor())))), "ok"
    yield "good-complex-neighbour.pt", archive(
        pickled(mapping(("c", tensor(storage("ComplexFloatStorage", "1", 2), shape=(2,))), ("w", tensor()))),
        {"0": WEIGHTS, "1": WEIGHTS}), "ok"
    yield "good-marked.index.json", b"\xef\xbb\xbf" + index(w="good.safetensors"), "ok"
    yield "good.index.json", index(w="good.safetensors"), "ok"
    yield "good-torch.index.json", index(w="good.pt"), "ok"
    big = archive(storages={"0": struct.pack(">4f", 0, 1, 2, 3)}, more=[("x/byteorder", "big")])
    yield "good-big-endian.pt", big, "ok"
    stepped = tensor(storage(count=7), shape=(2, 2), strides=(2, 4))
    yield "good-transposed.pt", archive(
        pickled(mapping(("w", stepped))),
        {"0": struct.pack("<7f", 0, 9, 2, 9, 1, 9, 3)}), "ok"
    opaque = mapping(
        ("callbacks", name("pytorch_lightning.callbacks", "Checkpoint") + b")R}" + text("a") + b"Nsb"),
        ("state_dict", mapping(("w", tensor()))))
    yield "good-spaced.index.json", b" \n" + index(w="good.safetensors"), "ok"
    # Python 2 wrote texts as bytes, and an ordered dictionary as a list of pairs.
    pair = b"](U\x01w" + tensor() + b"e"
    yield "good-python-2.pt", archive(pickled(call(name("collections", "OrderedDict"), b"](" + pair + b"e"))), "ok"
    # The form in which copyreg writes an object, and numbers that only Python can represent.
    made = call(name("copy_reg", "_reconstructor"), name("torch.nn.modules.container", "ParameterDict"),
                name("__builtin__", "object"), b"N")
    state = mapping(("training", b"\x88"), ("_parameters", mapping(("w", tensor()))))
    long_number = b"\x8a\x0a" + bytes(range(10))
    yield "good-reconstructed.pt", archive(pickled(mapping(("state_dict", made + state + b"b"),
                                                           ("large", long_number)))), "ok"
    number = call(name("numpy.core.multiarray", "scalar"),
                  call(name("numpy", "dtype"), text("f8"), b"\x89", b"\x88") + group(b"K\x03", text("<")) + b"b",
                  call(name("_codecs", "encode"), text("\0\u00f0?"), text("latin1")))
    yield "good-numpy.pt", archive(pickled(mapping(("best", number), ("raw", b"C\x02\xff\0"), ("set", call(
        name("__builtin__", "set"), b"](K\x01K\x02e")), ("none", name("__builtin__", "set") + b")R"),
        ("state_dict", mapping(("w", tensor())))))), "ok"
    yield "good-checkpoint.ckpt", archive(pickled(opaque)), "ok"


def write_large_archive(path):
    """More than 4 GiB, with the zip64 fields that this requires; nearly all of it is a hole."""
    directory, count = b"", 0
    with open(path, "wb") as file:
        for name_, data, hole in (("x/data.pkl", GOOD, 0), ("x/data/1", b"", 9 * 2**29), ("x/data/0", WEIGHTS, 0)):
            raw, size, header = name_.encode(), len(data) + hole, file.tell()
            sizes = struct.pack("<HHQQ", 1, 16, size, size)
            file.write(struct.pack("<IHHHHHIIIHH", 0x04034b50, 45, 0, 0, 0, 0, 0, 2**32 - 1, 2**32 - 1,
                                   len(raw), len(sizes)) + raw + sizes + data)
            file.seek(hole, 1)
            fields = struct.pack("<HHQQQ", 1, 24, size, size, header)
            directory += struct.pack("<IHHHHHHIIIHHHHHII", 0x02014b50, 45, 45, 0, 0, 0, 0, 0, 2**32 - 1,
                                     2**32 - 1, len(raw), len(fields), 0, 0, 0, 0, 2**32 - 1) + raw + fields
            count += 1
        start = file.tell()
        file.write(directory)
        end = file.tell()
        file.write(struct.pack("<IQHHIIQQQQ", 0x06064b50, 44, 45, 45, 0, 0, count, count, len(directory), start))
        file.write(struct.pack("<IIQI", 0x07064b50, 0, end, 1))
        file.write(struct.pack("<IHHHHIIH", 0x06054b50, 0, 0, 2**16 - 1, 2**16 - 1, 2**32 - 1, 2**32 - 1, 0))


def write_large_safetensors(path):
    hole = 9 * 2**29
    header = json.dumps({"v": entry(0, hole, (hole,), "U8"), "w": entry(hole, hole + 16)}).encode()
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(header)) + header)
        file.seek(hole, 1)
        file.write(WEIGHTS)


LARGE = {"good-large.pt": write_large_archive, "good-large.safetensors": write_large_safetensors}


def main():
    folder = pathlib.Path(sys.argv[1])
    lines = []
    for make in (good_files, bad_archives, bad_views, bad_pickles, bad_legacy, bad_safetensors,
                 bad_indexes, strangers):
        for path, data, message in make():
            (folder / path).write_bytes(data)
            lines.append(f"{path}\t{message}\n")
    for path, write in LARGE.items():
        write(folder / path)
        lines.append(f"{path}\tok\n")
    (folder / "expected.txt").write_text("".join(lines))


if __name__ == "__main__":
    main()

# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""CLIP's byte-pair tokenizer, and the training of a small vocabulary in CLIP's file format.

Words are lower-cased and split as in CLIP; a word is a sequence of byte letters whose last one has
the suffix </w>; merges are learned by frequency.  Files: vocab.json, merges.txt (first line a
version comment), tokenizer_config.json, special_tokens_map.json.
"""

import json
import re
from collections import Counter
from functools import lru_cache
from pathlib import Path

START, END = "<|startoftext|>", "<|endoftext|>"
PIECES = re.compile(r"'s|'t|'re|'ve|'m|'ll|'d|[^\W\d_]+|\d|(?:_|[^\s\w])+")


@lru_cache
def byte_letters():
    """-> the printable character that represents each byte, in CLIP's vocabulary order"""
    known = [*range(33, 127), *range(161, 173), *range(174, 256)]
    letters = {b: chr(b) for b in known}
    for b in range(256):
        if b not in letters:
            letters[b] = chr(256 + len(letters) - len(known))
    return letters


def split_word(word):
    letters = [byte_letters()[b] for b in word.encode()]
    letters[-1] += "</w>"
    return letters


def merge(parts, pair):
    out, i = [], 0
    while i < len(parts):
        if i + 1 < len(parts) and (parts[i], parts[i + 1]) == pair:
            out.append(parts[i] + parts[i + 1])
            i += 2
        else:
            out.append(parts[i])
            i += 1
    return out


def learn(texts, size):
    """-> (vocabulary dict, merges list) with exactly `size` entries, from (text, weight) pairs."""
    words = Counter()
    for text, weight in texts:
        for word in PIECES.findall(text.lower()):
            words[word] += weight
    split = {w: split_word(w) for w in words}
    letters = list(byte_letters().values())
    entries = letters + [c + "</w>" for c in letters]
    merges = []
    while len(entries) + 2 < size:
        pairs = Counter()
        for word, parts in split.items():
            for pair in zip(parts, parts[1:]):
                pairs[pair] += words[word]
        if not pairs:
            entries += [f"<|unused{i}|>" for i in range(size - 2 - len(entries))]
            break
        pair = max(pairs, key=lambda p: (pairs[p], p))
        merges.append(pair)
        entries.append("".join(pair))
        split = {w: merge(p, pair) if pair[0] in p else p for w, p in split.items()}
    return {e: i for i, e in enumerate([*entries, START, END])}, merges


def save(folder, vocabulary, merges, length):
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "vocab.json").write_text(json.dumps(vocabulary, ensure_ascii=False))
    (folder / "merges.txt").write_text(
        "#version: 0.2\n" + "".join(f"{a} {b}\n" for a, b in merges))
    special = {"bos_token": START, "eos_token": END, "unk_token": END, "pad_token": END}
    (folder / "special_tokens_map.json").write_text(json.dumps(special, indent=2) + "\n")
    (folder / "tokenizer_config.json").write_text(json.dumps(
        {"tokenizer_class": "CLIPTokenizer", "do_lower_case": True, "errors": "replace",
         "add_prefix_space": False, "model_max_length": length, **special}, indent=2) + "\n")


class Tokenizer:
    def __init__(self, folder):
        folder = Path(folder)
        self.ids = json.loads((folder / "vocab.json").read_text())
        lines = (folder / "merges.txt").read_text().splitlines()[1:]
        self.ranks = {tuple(line.split()): i for i, line in enumerate(lines)}
        config = json.loads((folder / "tokenizer_config.json").read_text())
        self.length = config["model_max_length"]
        self.start, self.end = self.ids[START], self.ids[END]
        self.pad = self.ids[config["pad_token"]]
        self.known = {}

    def word(self, word):
        if word not in self.known:
            parts = split_word(word)
            while len(parts) > 1:
                pair = min(zip(parts, parts[1:]), key=lambda p: self.ranks.get(p, len(self.ranks)))
                if pair not in self.ranks:
                    break
                parts = merge(parts, pair)
            self.known[word] = [self.ids[p] for p in parts]
        return self.known[word]

    def pieces(self, text):
        return [i for word in PIECES.findall(text.lower()) for i in self.word(word)]

    def encode(self, text):
        """-> (ids of fixed length, index of the placeholder S or None; the last S wins)."""
        ids, at = [self.start], None
        for n, part in enumerate(re.split(r"\bS\b", text)):
            if n:
                at = len(ids)
                ids += self.word("s")
            ids += self.pieces(part)
        ids = ids[: self.length - 1]
        at = at if at is not None and at < len(ids) else None
        return ids + [self.end] + [self.pad] * (self.length - 1 - len(ids)), at

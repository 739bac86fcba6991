# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Phrases around a noun: the 27 object templates of Textual Inversion, and those that people type."""

_PHOTO = ("a", "my", "the", "one", "a clean", "a dirty", "a nice", "a cool", "a small", "the clean", "the cool",
          "the nice", "the small", "the weird", "the large")

OBJECT = (
    *(f"a photo of {words} {{}}" for words in _PHOTO),
    "the photo of a {}", "a cropped photo of the {}", "a cropped photo of a {}", "a dark photo of the {}",
    "a close-up photo of a {}", "a close-up photo of the {}", "a bright photo of the {}",
    "a good photo of the {}", "a good photo of a {}", "a rendering of a {}", "a rendition of the {}",
    "a rendition of a {}")

PREFIXES = ("a photo of {}", "{}", "a picture of {}", "{}", "a photo of {}", "an image of {}")

# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The dialog's texts in the language of the GIMP under test; tests name widgets in English.

Translations come from our built catalogues and, for GIMP's own texts, from GIMP's catalogues.
"""

import gettext
import pathlib
import re

DOMAIN = "personalize-concept"
OF_GIMP = ("gimp30-libgimp", "gimp30")
SYSTEM = "/usr/share/locale"
PLACE = re.compile(r"%(?:[-.\d*]*)(?:h|l|z)?[diuxsgf]")
LEAST_LETTERS = 6  # of a string with placeholders: with fewer the language cannot be determined


class Words:
    """The language in use and its known translations."""
    ours = {}  # English -> translation, without mnemonics
    of_gimp = {}


def plain(text):
    """The text as a screen reader gets it: without the underscore before a mnemonic."""
    return re.sub(r"_(?=\w)", "", text)


def read(domain, folder, language):
    """Yields (English, translation) of each string; for strings with a plural, of the singular."""
    catalogue = gettext.translation(domain, folder, [language])._catalog  # private, but the only access to all strings
    for source, text in catalogue.items():
        english, number = source if isinstance(source, tuple) else (source, 0)
        if english and number == 0:
            yield plain(english), plain(text)


def speak(language, plug_in):
    """Sets the language of `said ()`; None is English. plug_in: the folder of the built plug-in."""
    build = pathlib.Path(plug_in).resolve().parents[1]
    Words.ours, Words.of_gimp = {}, {}
    if language:
        Words.ours = dict(read(DOMAIN, build / "po", language))
        for domain in reversed(OF_GIMP):
            Words.of_gimp |= dict(read(domain, SYSTEM, language))


def said(text):
    """The translation of an English text. Texts in no catalogue, and None, are returned unchanged."""
    return Words.ours.get(text) or Words.of_gimp.get(text) or text


def beginning(text):
    """The translation up to its first placeholder."""
    return PLACE.split(said(text))[0]


def middle(text):
    """The longest part of the translation between placeholders."""
    return max(PLACE.split(said(text)), key=len)


def left_in_english(texts):
    """The texts that are English, from our catalogue, and have a different translation."""
    strings = {source for source, text in Words.ours.items() if source != text}
    patterns = [re.compile(".+".join(re.escape(part) for part in PLACE.split(s)), re.DOTALL)
                for s in strings if PLACE.search(s) and len(re.sub(r"\W", "", PLACE.sub("", s))) >= LEAST_LETTERS]
    return sorted({t for t in texts if t and (t in strings or any(p.fullmatch(t) for p in patterns))})

# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is written in the dialog, in the language that a test's GIMP speaks: tests name widgets in English.

Other languages come from the catalogues that were built, and from GIMP's own for what is GIMP's.
"""

import gettext
import pathlib
import re

DOMAIN = "personalize-concept"
OF_GIMP = ("gimp30-libgimp", "gimp30")
SYSTEM = "/usr/share/locale"
PLACE = re.compile(r"%(?:[-.\d*]*)(?:h|l|z)?[diuxsgf]")
LEAST_LETTERS = 6  # of a string with places: less says nothing about the language


class Words:
    """The language in use, and what is known of it."""
    ours = {}  # English: the other language, without mnemonics
    of_gimp = {}


def plain(text):
    """As a screen reader gets it: without the underscore before a mnemonic."""
    return re.sub(r"_(?=\w)", "", text)


def read(domain, folder, language):
    """(English, other language) of each string; of those with a plural, as of one."""
    catalogue = gettext.translation(domain, folder, [language])._catalog  # there is no other way to all of it
    for source, text in catalogue.items():
        english, number = source if isinstance(source, tuple) else (source, 0)
        if english and number == 0:
            yield plain(english), plain(text)


def speak(language, plug_in):
    """From now on `said ()` answers in that language; None is English. plug_in: the folder that was built."""
    build = pathlib.Path(plug_in).resolve().parents[1]
    Words.ours, Words.of_gimp = {}, {}
    if language:
        Words.ours = dict(read(DOMAIN, build / "po", language))
        for domain in reversed(OF_GIMP):
            Words.of_gimp |= dict(read(domain, SYSTEM, language))


def said(text):
    """What stands in the place of that English text; text that is from no catalogue, and None, stay."""
    return Words.ours.get(text) or Words.of_gimp.get(text) or text


def beginning(text):
    """The same, up to the first place that something is filled into."""
    return PLACE.split(said(text))[0]


def middle(text):
    """The longest part between such places."""
    return max(PLACE.split(said(text)), key=len)


def left_in_english(texts):
    """Those of the texts that are English, of ours, and have a translation that differs."""
    strings = {source for source, text in Words.ours.items() if source != text}
    patterns = [re.compile(".+".join(re.escape(part) for part in PLACE.split(s)), re.DOTALL)
                for s in strings if PLACE.search(s) and len(re.sub(r"\W", "", PLACE.sub("", s))) >= LEAST_LETTERS]
    return sorted({t for t in texts if t and (t in strings or any(p.fullmatch(t) for p in patterns))})

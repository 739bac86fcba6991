#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""check-translations.py SOURCE_ROOT: POTFILES names every file with strings, and every language is complete."""

import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(sys.argv[1])
sys.path.insert(0, str(ROOT / "tests/cli"))
import tap  # noqa: E402

MARK = re.compile(r"\b(?:N?_|ngettext) ?\(")
XGETTEXT = ["xgettext", "--from-code=UTF-8", "--keyword=_", "--keyword=N_", "--no-location", "-o"]


def words(path):
    """The entries of a list file."""
    return [l.strip() for l in (ROOT / path).read_text().splitlines() if l.strip() and not l.startswith("#")]


def run(*command):
    return subprocess.run(command, cwd=ROOT, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


@tap.test
def potfiles():
    """POTFILES names exactly the files with strings for people"""
    code = [p for folder in ("ui", "plugin") for p in sorted((ROOT / folder).rglob("*.[ch]"))]
    found = {str(p.relative_to(ROOT)) for p in code if MARK.search(p.read_text())}
    assert found == set(words("po/POTFILES")), found ^ set(words("po/POTFILES"))


@tap.test
def languages():
    """Every catalogue is well-formed, complete and has no string that is gone"""
    assert {p.stem for p in (ROOT / "po").glob("*.po")} == set(words("po/LINGUAS"))
    with tempfile.TemporaryDirectory() as folder:
        template = f"{folder}/all.pot"
        made = run(*XGETTEXT, template, *words("po/POTFILES"))
        assert made.returncode == 0, made.stdout
        for language in words("po/LINGUAS"):
            catalogue = f"po/{language}.po"
            checked = run("msgfmt", "--check", "-o", "/dev/null", catalogue)
            assert checked.returncode == 0, checked.stdout
            compared = run("msgcmp", catalogue, template)
            assert compared.returncode == 0, compared.stdout
            compared = run("msgcmp", "--use-untranslated", template, catalogue)
            assert compared.returncode == 0, f"strings that are gone: {compared.stdout}"


@tap.test
def mnemonics():
    """In every language the dialog's mnemonics are unique"""
    labels = set()
    for path in (p for p in (ROOT / "ui").rglob("*.c") if p.name != "settings-table.c"):  # contains labels of arguments
        labels |= set(re.findall(r'_ \("([^"\n]*_\w[^"\n]*)"\)', path.read_text()))
    for language in words("po/LINGUAS"):
        text = (ROOT / f"po/{language}.po").read_text()
        taken = {}
        for source in sorted(labels | {"_Generate", "_Close"}):
            translated = re.search(rf'^msgid "{re.escape(source)}"\nmsgstr "(.*)"', text, re.MULTILINE)[1]
            assert translated.count("_") == 1, translated
            letter = translated[translated.index("_") + 1].lower()
            assert letter not in taken, f"{language}: {translated} and {taken[letter]} share {letter}"
            taken[letter] = translated


@tap.test
def english():
    """Where people do not read English, the dialog says that prompts are English, and words have no second meaning"""
    german = (ROOT / "po/de.po").read_text()
    for source in ("S stands for the concept.", "Describe the new picture; S stands for the concept."):
        translated = re.search(rf'^msgid "{re.escape(source)}"\nmsgstr "(.*)"', german, re.MULTILINE)[1]
        assert "Englisch" in translated, translated
    assert "Hauptwort" not in german, "that is a noun"


@tap.test
def german():
    """German quotes as GIMP's own does, and calls one thing by one name"""
    text = (ROOT / "po/de.po").read_text()
    for quote in "„‚›‹":
        assert quote not in text, f"{quote} in place of »«"
    for name in ("Ding", "Gegenstand", "Objekt"):
        assert not re.search(rf"\b{name}", text), f"{name} in place of Motiv"


tap.run()

# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What tests of the dialog do again and again, on the one GIMP and the one dialog they share."""

import os
import re
import subprocess

import desktop
import pyatspi
import tap
from desktop import find, has, press, wait
from gimp_profile import Profile
from words import beginning, middle, said

OURS = re.compile(r"personalize-concept|mnemonic|catalog directory|stray image|inconsistent state|no trigger event")
AFTER_FIRST = 4  # layers: the concept, a group, two variants


class State:
    """What the tests, which follow each other, share."""
    gimp = None
    pages = None  # a file that says what was to be shown in the browser
    dialog = None
    main = None, None  # a dialog, and its button that is Generate or Stop


MAIN = ("Generate", "Stop")


def button(name, dialog=None):
    """The main button is looked for once: to look through all of the dialog takes it and us a tenth of a second, and this is
    what most waits ask for."""
    dialog = dialog or State.dialog
    if name not in MAIN:
        return find(dialog, pyatspi.ROLE_PUSH_BUTTON, name)
    if State.main[0] is not dialog:
        names = [said(name) for name in MAIN]
        found = desktop.first(dialog, lambda n: n.getRole() == pyatspi.ROLE_PUSH_BUTTON and n.name in names)
        if found is None:
            return None
        State.main = dialog, found
    return State.main[1] if State.main[1].name == said(name) else None


def press_button(name):
    """As soon as it is found and can be pressed: while widgets come and go a search may miss one."""
    press(wait(f"the button {name}", lambda: (b := button(name)) and has(b, pyatspi.STATE_SENSITIVE) and b))


def show_page(name):
    tabs = find(State.dialog, pyatspi.ROLE_PAGE_TAB_LIST)
    names = [tab.name for tab in tabs]
    index = names.index(said(name))
    tabs.querySelection().selectChild(index)
    wait(f"the page {name}", lambda: has(tabs[index], pyatspi.STATE_SELECTED))


def samples():
    return desktop.every(State.dialog, lambda n: n.name.startswith(beginning("Sample picture after step %u")))


def pictures():
    """To learn from, on the page Learn."""
    return desktop.every(State.dialog, lambda n: n.name.startswith(beginning("Picture “%s”, with a mask")))


def type_into(entry, text):
    find(State.dialog, pyatspi.ROLE_TEXT, entry).queryEditableText().setTextContents(text)


def fill_in(name, n=2):
    """The page Learn, with that many selected layers."""
    show_page("Learn")
    press_button("Add Selected Layers")
    wait("all pictures", lambda: len(pictures()) == n)
    type_into("Name", name)
    type_into("Kind of thing", "toy")


def ready():
    """Generate can be pressed."""
    found = button("Generate")
    return found if found and has(found, pyatspi.STATE_SENSITIVE) else None


def tiles():
    """Those in sight: a hidden tile stays in the tree."""
    return desktop.every(State.dialog, lambda n: n.getRole() == pyatspi.ROLE_TOGGLE_BUTTON
                         and n.name.startswith(beginning("Variant %u, not made yet")) and has(n.parent, pyatspi.STATE_VISIBLE))


def first_of_many():
    """Waits until a variant of the run under way is made, with more to come. One tile alone is asked again and again: on a
    busy machine the run would be over while all are looked at."""
    tile = wait("tiles of the run", lambda: next((t for t in tiles() if "not made yet" in t.name), None))
    wait("the first of many", lambda: "not made yet" not in tile.name)


def status():
    return desktop.every(State.dialog, lambda n: n.getRole() == pyatspi.ROLE_LABEL, lambda n: n.name)


def found():
    """The thing was found in the layer, with nothing selected."""
    return any(said("found in the layer") in text for text in status())


def says(text):
    """A label has that text in it, of which in another language the longest part that is the same."""
    text = middle(text)
    return any(text in s for s in status())


def prompt_text():
    return find(State.dialog, pyatspi.ROLE_TEXT, "Prompt").queryText().getText(0, -1)


def dialog_is_gone():
    return State.gimp.dialog() is None


def press_item(label):
    """Presses an item of an open menu as soon as it can be seen."""
    def item():
        return desktop.first(desktop.application(desktop.PLUG_IN), lambda n: n.name == said(label)
                             and n.getRole() != pyatspi.ROLE_TEXT and has(n, pyatspi.STATE_SHOWING))
    press(wait(f"the menu item {label}", item))


def menu_item(button_name, *labels):
    """Opens the menu of a menu button as a screen reader would, and presses the item with that label, through the
    pages that lead to it."""
    press(find(State.dialog, pyatspi.ROLE_TOGGLE_BUTTON, button_name))
    for label in labels:
        press_item(label)


def open_dialog():
    """The dialog, ready to generate."""
    State.dialog = State.gimp.open_dialog()
    wait("Generate", ready)


def close_dialog():
    press_button("Close")
    wait("the dialog's end", dialog_is_gone)
    wait("the process's end", lambda: desktop.application(desktop.PLUG_IN) is None)


def close_image():
    """As the user does."""
    State.gimp.choose("Close View")
    press(wait("the question what to do with changes",
               lambda: find(desktop.application("gimp"), pyatspi.ROLE_PUSH_BUTTON, "Discard Changes")))


def start(variants):
    """Presses Generate. A run of one or two may be over before Stop is seen, but not without tiles."""
    before = len(tiles())
    find(State.dialog, pyatspi.ROLE_SPIN_BUTTON, "Variants").queryValue().currentValue = variants
    press_button("Generate")
    wait("Stop in place of Generate", lambda: button("Stop") or len(tiles()) > before)


def type_prompt(text):
    find(State.dialog, pyatspi.ROLE_TEXT, "Prompt").queryEditableText().setTextContents(text)


def many_steps():
    """Three times the model's own, so that a run of 16 variants is not over before something is done in it."""
    toggle = find(State.dialog, pyatspi.ROLE_TOGGLE_BUTTON, "Advanced")
    press(toggle)
    steps = wait("the steps", lambda: find(desktop.application(desktop.PLUG_IN), name="Number of steps"))
    steps.queryValue().currentValue = 24
    press(toggle)
    wait("Generate", ready)


def run_one():
    start(1)
    wait("Generate", ready)


def save_image():
    """As an XCF, the file that is returned."""
    path = State.gimp.watch.with_name("saved.xcf")
    State.gimp.ask(f"Gimp.file_save(Gimp.RunMode.NONINTERACTIVE, image(), Gio.File.new_for_path({str(path)!r}), None)")
    return path


def seen():
    """Names of the layers that can be seen, from the top: eyes open, of groups around them too."""
    def walk(items):
        for item in items:
            if item["visible"] and item["inside"] is None:
                yield item["name"]
            elif item["visible"]:
                yield from walk(item["inside"])
    return list(walk(State.gimp.tree()))


def marked():
    """Of each tile in sight, whether it is marked as shown."""
    return [t.name.endswith(", shown") for t in tiles()]


def seeds_agree(shown):
    """The seeds on the tiles that are marked, and in the names of the layers that can be seen, are these."""
    def of(names):
        return {int(n[1]) for n in (re.search(r"seed (\d+)", name) for name in names) if n}
    wait(f"the marks of {shown}", lambda: of(t.name for t in tiles() if t.name.endswith(", shown")) == shown)
    wait(f"the eyes of {shown}", lambda: of(seen()) == shown)


def is_quiet():
    """Nothing of ours is on the standard error of any GIMP that was started."""
    lines = [l for gimp in desktop.Gimp.started for l in gimp.stderr().splitlines() if OURS.search(l)]
    assert not lines, "\n".join(lines)


def run_tests(plug_in, picture, only=None, prepare=None, **variables):
    """The tests of the calling script, or those with such a name, in one watched GIMP with the picture open. prepare: is given
    the profile before GIMP starts, and returns more variables of its environment."""
    manager = subprocess.Popen(["openbox"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        with Profile(plug_in) as profile:
            State.pages = profile.told_pages()
            variables |= prepare(profile) if prepare else {}
            with desktop.Gimp(profile, picture, watched=True, **variables) as gimp:
                State.gimp = gimp
                try:
                    tap.run(only, desktop.processor_seconds)
                finally:
                    if os.environ.get("PZ_TEST_LAST_SHOT"):
                        desktop.shot(os.environ["PZ_TEST_LAST_SHOT"])
    finally:
        manager.kill()

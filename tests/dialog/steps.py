# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Steps that the dialog tests repeat, on the one GIMP and the one dialog that they share."""

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
FAST = 1  # index in the list of methods: Cross Initialization, fast
AFTER_FIRST = 4  # layers: the concept, a group, two variants


class State:
    """State shared by the tests, which run one after another."""
    gimp = None
    pages = None  # a file with the pages that would have opened in the browser
    dialog = None
    main = None, None  # a dialog, and its button Generate or Stop


MAIN = ("Generate", "Stop")


def button(name, dialog=None):
    """Finds a button. The main button is searched only once per dialog: searching the whole dialog costs it and the test a
    tenth of a second, and most waits need this button."""
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
    """Presses the button as soon as it is found and sensitive. Waits, because a search may miss it while widgets come and
    go."""
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
    """The pictures to learn from on the page Learn."""
    return desktop.every(State.dialog, lambda n: n.name.startswith(beginning("Picture “%s”, with a mask")))


def type_into(entry, text):
    find(State.dialog, pyatspi.ROLE_TEXT, entry).queryEditableText().setTextContents(text)


def entry(name):
    """The text or spin button with that name."""
    names = [said(name)]
    return desktop.first(State.dialog, lambda n: n.getRole() in (pyatspi.ROLE_TEXT, pyatspi.ROLE_SPIN_BUTTON)
                         and n.name in names)


def type_keys(name, text):
    """Types with the keyboard into an entry. Keys sent before it has the focus would go elsewhere, and the next ones must not
    overtake these, so both are waited for."""
    where = wait(f"the focus on {name}", lambda: (e := entry(name)) and has(e, pyatspi.STATE_FOCUSED) and e)
    subprocess.run(["xdotool", "type", "--delay", "60", text], check=True)
    wait(f"{text} in {name}", lambda: where.queryText().getText(0, -1).endswith(text))


def act_by_keyboard(name):
    """Presses the main button with Ctrl+Enter, as soon as it is sensitive."""
    wait(f"the button {name}", lambda: (b := button(name)) and has(b, pyatspi.STATE_SENSITIVE))
    desktop.key("ctrl+Return")


def open_by_keyboard():
    """Opens the dialog through GIMP's search for commands and waits until it can generate."""
    wait("the image window", State.gimp.window)
    wait("it in front", lambda: has(State.gimp.window(), pyatspi.STATE_ACTIVE))
    desktop.key("slash")
    search = wait("the search", lambda: next((n for n in desktop.application("gimp") if "Search" in n.name), None))
    wait("the focus in it", lambda: desktop.first(search, lambda n: has(n, pyatspi.STATE_FOCUSED)))
    subprocess.run(["xdotool", "type", "--delay", "60", "Personalize Concept"], check=True)
    wait("the command", lambda: find(search, pyatspi.ROLE_TABLE_CELL, prefix="Personalize Concept"))
    desktop.key("Return")
    State.dialog = wait("the dialog", State.gimp.dialog)
    wait("Generate", ready)


def fill_in(name, n=2):
    """Fills in the page Learn, with n selected layers and the method that a script's default is."""
    show_page("Learn")
    find(State.dialog, name="Method").querySelection().selectChild(FAST)
    press_button("Add Selected Layers")
    wait("all pictures", lambda: len(pictures()) == n)
    type_into("Name", name)
    type_into("Kind of thing", "toy")


def ready():
    """The Generate button if it is sensitive, else None."""
    found = button("Generate")
    return found if found and has(found, pyatspi.STATE_SENSITIVE) else None


def tiles():
    """The visible tiles; a hidden tile stays in the accessibility tree."""
    return desktop.every(State.dialog, lambda n: n.getRole() == pyatspi.ROLE_TOGGLE_BUTTON
                         and n.name.startswith(beginning("Variant %u, not made yet")) and has(n.parent, pyatspi.STATE_VISIBLE))


def first_of_many():
    """Waits until a variant of the current run is made and more are to come. Polls a single tile: on a busy machine the run
    would be over before all tiles are read."""
    tile = wait("tiles of the run", lambda: next((t for t in tiles() if "not made yet" in t.name), None))
    wait("the first of many", lambda: "not made yet" not in tile.name)


def status():
    return desktop.every(State.dialog, lambda n: n.getRole() == pyatspi.ROLE_LABEL, lambda n: n.name)


def found():
    """True if the status says that the thing was found in the layer, with nothing selected."""
    return any(said("found in the layer") in text for text in status())


def says(text):
    """True if a label contains that text; in another language, the longest part of it that does not vary."""
    text = middle(text)
    return any(text in s for s in status())


def prompt_text():
    return find(State.dialog, pyatspi.ROLE_TEXT, "Prompt").queryText().getText(0, -1)


def dialog_is_gone():
    return State.gimp.dialog() is None


def press_item(label):
    """Presses an item of an open menu as soon as it is visible."""
    def item():
        return desktop.first(desktop.application(desktop.PLUG_IN), lambda n: n.name == said(label)
                             and n.getRole() != pyatspi.ROLE_TEXT and has(n, pyatspi.STATE_SHOWING))
    press(wait(f"the menu item {label}", item))


def menu_item(button_name, *labels):
    """Opens the menu of a menu button as a screen reader would and presses the last item of the labels; the labels before it
    lead to its submenu."""
    press(find(State.dialog, pyatspi.ROLE_TOGGLE_BUTTON, button_name))
    for label in labels:
        press_item(label)


def open_dialog():
    """Opens the dialog and waits until it can generate."""
    State.dialog = State.gimp.open_dialog()
    wait("Generate", ready)


def close_dialog():
    press_button("Close")
    wait("the dialog's end", dialog_is_gone)
    wait("the process's end", lambda: desktop.application(desktop.PLUG_IN) is None)


def close_image():
    """Closes the image as the user does."""
    State.gimp.choose("Close View")
    press(wait("the question what to do with changes",
               lambda: find(desktop.application("gimp"), pyatspi.ROLE_PUSH_BUTTON, "Discard Changes")))


def start(variants):
    """Presses Generate. A run of one or two variants may end before Stop is seen, so new tiles count too."""
    before = len(tiles())
    find(State.dialog, pyatspi.ROLE_SPIN_BUTTON, "Variants").queryValue().currentValue = variants
    press_button("Generate")
    wait("Stop in place of Generate", lambda: button("Stop") or len(tiles()) > before)


def type_prompt(text):
    find(State.dialog, pyatspi.ROLE_TEXT, "Prompt").queryEditableText().setTextContents(text)


def many_steps():
    """Sets three times the model's own number of steps, so that a run of 16 variants does not end before the test acts on
    it."""
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
    """Saves the image as XCF and returns the file's path."""
    path = State.gimp.watch.with_name("saved.xcf")
    State.gimp.ask(f"Gimp.file_save(Gimp.RunMode.NONINTERACTIVE, image(), Gio.File.new_for_path({str(path)!r}), None)")
    return path


def seen():
    """Names of the visible layers from top to bottom; all groups around them must be visible too."""
    def walk(items):
        for item in items:
            if item["visible"] and item["inside"] is None:
                yield item["name"]
            elif item["visible"]:
                yield from walk(item["inside"])
    return list(walk(State.gimp.tree()))


def marked():
    """For each visible tile, whether it is marked as shown."""
    return [t.name.endswith(", shown") for t in tiles()]


def seeds_agree(shown):
    """Waits until the tiles marked as shown, and the names of the visible layers, have exactly these seeds."""
    def of(names):
        return {int(n[1]) for n in (re.search(r"seed (\d+)", name) for name in names) if n}
    wait(f"the marks of {shown}", lambda: of(t.name for t in tiles() if t.name.endswith(", shown")) == shown)
    wait(f"the eyes of {shown}", lambda: of(seen()) == shown)


def is_quiet():
    """Asserts that the standard error of every GIMP started contains no message of ours."""
    lines = [l for gimp in desktop.Gimp.started for l in gimp.stderr().splitlines() if OURS.search(l)]
    assert not lines, "\n".join(lines)


def shown_texts():
    """The labels of the open dialog, for the message of a wait that was in vain."""
    dialog = State.gimp and State.gimp.dialog()
    return desktop.every(dialog, lambda n: n.getRole() == pyatspi.ROLE_LABEL and has(n, pyatspi.STATE_SHOWING),
                         lambda n: n.name) if dialog else []


def run_tests(plug_in, picture, only=None, prepare=None, **variables):
    """Runs the tests of the calling script, or those whose name contains `only`, in one watched GIMP with the picture open.
    prepare: gets the profile before GIMP starts and returns further environment variables."""
    desktop.shown_texts = shown_texts
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

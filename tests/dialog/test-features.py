#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""test-features.py PLUG_IN_FOLDER PICTURE [ONLY]: concept, prompt, results and the metadata written to the file; TAP.

Covers what test-dialog.py and test-runs.py leave out: the concept's source, hints and weights in the prompt, earlier prompts,
the negative prompt, presets, the menu of a result, settings taken from a layer of a reopened XCF, and the metadata that other
programs read.
"""

import pathlib
import re
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "plugin"), str(HERE.parent / "cli")]

import desktop  # noqa: E402

desktop.enter_display(__file__)

import subprocess  # noqa: E402

import pyatspi  # noqa: E402
import tap  # noqa: E402
from desktop import find, has, press, wait  # noqa: E402
from steps import (State, button, close_dialog, is_quiet, menu_item, open_dialog, press_button, prompt_text, ready,  # noqa: E402
                   run_one, run_tests, save_image, seeds_agree, status, tiles, type_prompt)

PLUG_IN, PICTURE = sys.argv[1:3]
FIRST, SECOND = "a S on a red background", "a S in the snow"
STEPS = 3


def preview():
    return find(State.dialog, prefix="Concept preview").name


def advanced():
    """Opens the page Advanced if it is closed."""
    toggle = find(State.dialog, pyatspi.ROLE_TOGGLE_BUTTON, "Advanced")
    if not has(toggle, pyatspi.STATE_CHECKED):
        press(toggle)


def named(name):
    """Waits for the widget with that name."""
    return wait(name, lambda: find(desktop.application(desktop.PLUG_IN), name=name))


def n_made():
    return sum("not made yet" not in t.name for t in tiles())


def shows(what):
    """Waits until the preview's text says that the mask comes from `what`."""
    wait(what, lambda: preview().endswith(f", {what}"))


def choose_mask(index):
    find(State.dialog, pyatspi.ROLE_COMBO_BOX, "Mask").querySelection().selectChild(index)


def selected():
    """Selection values, 0..255, on the penguin's chest and on the wall next to it."""
    return State.gimp.ask("answer = [Gimp.Selection.value(image(), x, y) for x, y in ((255, 320), (40, 60))]")


@tap.test
def concept_source():
    """What the thing is, is found, shown and can be chosen; another layer becomes the concept while the dialog is open"""
    wait("the image window", State.gimp.window)
    open_dialog()
    shows("found in the layer")
    press_button("Use Whole Layer")
    shows("the whole layer")
    press_button("Find the Thing")
    shows("found in the layer")
    State.gimp.choose("All")
    shows("found in the selection")
    press_button("Use Selection Itself")
    shows("mask from the selection")
    press_button("Find the Thing")
    shows("found in the selection")
    choose_mask(5)
    shows("the whole layer")
    State.gimp.choose("Duplicate Layer")
    wait("a second layer", lambda: State.gimp.n_layers() == 2)
    press_button("Use Active Layer")
    wait("the copy as the concept", lambda: "concept.png copy" in preview())
    choose_mask(0)
    shows("found in the selection")


@tap.test
def copied_to_selection():
    """What was found becomes the selection at one press, is exact from then on, and one Undo takes it back"""
    wait("all selected", lambda: selected() == [255, 255])
    press_button("Copy to selection")
    shows("mask from the selection")
    chest, wall = selected()
    assert chest > 200 and wall < 55, (chest, wall)
    assert State.gimp.ask("answer = [len(image().get_channels()), image().get_selected_layers()[0].get_name()]") \
        == [0, "concept.png copy"]
    State.gimp.choose("Undo")
    wait("the selection of before", lambda: selected() == [255, 255])
    shows("found in the selection")


@tap.test
def hints():
    """Under the prompt: tokens are counted, a missing S is said, what finds no room is struck through"""
    type_prompt(FIRST)
    wait("a count", lambda: any(re.search(r"\d+ of \d+ tokens", s) for s in status()))
    type_prompt("a dog")
    wait("the missing S", lambda: any("no S in the prompt" in s for s in status()))
    long = "a S " + "on a red beach in a dark forest " * 8
    type_prompt(long)
    wait("what is not read", lambda: any("Crossed-out text" in s for s in status()))
    text = find(State.dialog, pyatspi.ROLE_TEXT, "Prompt").queryText()
    marks = [dict(a.split(":", 1) for a in text.getAttributes(at)[0].split(";") if ":" in a)
             for at in (0, len(long) - 3)]
    assert [m.get("strikethrough") == "true" for m in marks] == [False, True], marks
    type_prompt("")
    wait("an empty prompt keeps Generate off", lambda: not has(button("Generate"), pyatspi.STATE_SENSITIVE))


@tap.test
def weights():
    """Ctrl+Up and Ctrl+Down weigh the word at the caret"""
    type_prompt(FIRST)
    prompt = find(State.dialog, pyatspi.ROLE_TEXT, "Prompt")
    prompt.queryComponent().grabFocus()
    prompt.queryText().setCaretOffset(FIRST.index("red") + 1)
    desktop.key("ctrl+Up")
    wait("more", lambda: prompt_text() == FIRST.replace("red", "(red:1.1)"))
    desktop.key("ctrl+Down")
    desktop.key("ctrl+Down")
    wait("less", lambda: prompt_text() == FIRST.replace("red", "(red:0.9)"))


@tap.test
def negative_prompt():
    """It is grey, and says why, where the model would ignore it"""
    advanced()
    guidance, negative = named("Guidance"), named("Negative prompt")
    guidance.queryValue().currentValue = 3
    wait("a negative prompt", lambda: has(negative, pyatspi.STATE_SENSITIVE))
    guidance.queryValue().currentValue = 1
    wait("none", lambda: not has(negative, pyatspi.STATE_SENSITIVE))
    assert "ignored" in negative.description + str(negative.getAttributes()), negative.description
    guidance.queryValue().currentValue = -1
    named("Number of steps").queryValue().currentValue = STEPS  # for all later tests


@tap.test
def prompts_of_before():
    """Recent prompts and examples come from one menu"""
    type_prompt(FIRST)
    run_one()
    type_prompt(SECOND)
    menu_item("Examples", "an S as a watercolour")
    wait("the example", lambda: prompt_text() == "an S as a watercolour")
    menu_item("Examples", "Recent Prompts", FIRST)
    wait("the prompt of before", lambda: prompt_text() == FIRST)


@tap.test
def more_like_this():
    """A result's menu makes more like it, and takes its settings back"""
    seed = int(re.search(r"seed (\d+)", tiles()[0].name)[1])
    before, layers = n_made(), State.gimp.n_layers()
    menu_item("Actions for variant 1", "More Like This")
    wait("the run", lambda: n_made() > before)
    wait("Generate", ready)
    wait("its layer", lambda: State.gimp.n_layers() > layers)
    type_prompt(SECOND)
    menu_item("Actions for variant 1", "Reuse Its Settings")
    wait("its prompt", lambda: prompt_text() == FIRST)
    assert desktop.value(find(State.dialog, pyatspi.ROLE_SPIN_BUTTON, "Seed")) == seed


@tap.test
def toggles():
    """A thumbnail hides and shows its layer"""
    seeds = [int(re.search(r"seed (\d+)", t.name)[1]) for t in tiles()]
    assert len(set(seeds)) == len(seeds) >= 2, seeds
    seeds_agree({seeds[-1]})
    for i in (0, -1, 0):
        press(tiles()[i])
        seeds_agree({seeds[i]})
    press(tiles()[0])
    seeds_agree(set())


@tap.test
def native_size():
    """A result covers the concept, and has its native size at one press; Undo and its tile go on with it"""
    def widths():
        return State.gimp.ask("answer = [(l.get_name(), l.get_width()) for g in image().get_layers() if g.is_group() "
                              "for l in g.get_children()]")
    seed = int(re.search(r"seed (\d+)", tiles()[0].name)[1])
    before = widths()
    sides = {w for _, w in before}
    # The penguin that was found is 298 pixels high and wide; the layer is 512.
    assert len(sides) == 1 and 298 <= max(sides) <= 400, before
    menu_item("Actions for variant 1", "Native Size")
    wait("another width", lambda: widths() != before)
    made = [w for n, w in widths() if f"seed {seed}" in n]
    assert len(made) == 1 and made[0] < 298 and [n for n, _ in widths()] == [n for n, _ in before], widths()
    press(tiles()[0])
    seeds_agree({seed})
    State.gimp.choose("Undo")
    wait("the width of before", lambda: widths() == before)
    press(tiles()[-1])
    press(tiles()[0])
    seeds_agree({seed})


@tap.test
def more_like_this_ends():
    """More Like This goes on with the dialog, not with the next one"""
    def varies():
        # On a small screen the row may be scrolled out of view.
        return desktop.first(State.dialog, lambda n: n.getRole() == pyatspi.ROLE_LABEL
                             and n.name.startswith("Variations of seed") and has(n.parent, pyatspi.STATE_VISIBLE))

    before = n_made()
    menu_item("Actions for variant 1", "More Like This")
    wait("the run", lambda: n_made() > before)
    wait("Generate", ready)
    wait("what it varies", varies)
    close_dialog()
    open_dialog()
    assert not varies(), "it goes on"


@tap.test
def presets():
    """A preset's name can be typed at once, and that it is saved is said"""
    menu_item("Presets", "Save These Settings")
    name = wait("the name's field", lambda: find(desktop.application(desktop.PLUG_IN), pyatspi.ROLE_TEXT, "Name of the preset"))
    wait("the focus", lambda: has(name, pyatspi.STATE_FOCUSED))
    subprocess.run(["xdotool", "type", "--delay", "60", "mine"], check=True)
    desktop.key("Return")
    wait("it to be said", lambda: "Preset “mine” saved." in status())
    close_dialog()


@tap.test
def settings_of_a_layer():
    """Settings are taken from the active layer of a reopened XCF"""
    State.gimp.ask("""
i = image()
Gimp.Selection.none(i)
i.set_selected_layers([g for g in i.get_layers() if g.is_group()][-1].get_children()[:1])""")
    path = save_image()
    told = State.gimp.ask(f"""
made = image().get_selected_layers()[0]
answer = json.loads(bytes(made.get_parasite("plug-in-personalize-concept/params").get_data()).rstrip(b"\\0"))
again = Gimp.file_load(Gimp.RunMode.NONINTERACTIVE, Gio.File.new_for_path({str(path)!r}))
Gimp.Display.get_by_id(1).delete()
Gimp.Display.new(again)""")
    wait("the image window", State.gimp.window)
    open_dialog()
    # A result layer is selected; the dialog offers the layer that it was made from.
    wait("what it was made from",
         lambda: preview() == f"Concept preview, layer {told['source']['layer']}, found in the layer")
    type_prompt("something else with S")
    advanced()
    named("Number of steps").queryValue().currentValue = STEPS + 1
    menu_item("Examples", "Reuse Settings of the Active Layer")
    wait("its prompt", lambda: prompt_text() == told["prompt"])
    assert desktop.value(find(State.dialog, pyatspi.ROLE_SPIN_BUTTON, "Seed")) == told["seed"]
    assert desktop.value(named("Number of steps")) == told["steps"] == STEPS


@tap.test
def marks():
    """Where it is asked for, settings go into the comment and the origin into the metadata, and only then"""
    for asked in (False, True):
        if asked:
            advanced()
            press(named("Save settings in the image comment"))
            press(named("Label as AI-generated"))
        run_one()
        file = save_image().read_bytes()
        assert (b"gimp-comment" in file and b"Steps: " in file) == asked
        assert (b"rainedAlgorithmicMedia" in file) == asked
    close_dialog()


@tap.test
def photograph():
    """A photograph of 9 million pixels is read, painted over and given results without a moment in which the window does
    not answer"""
    State.gimp.ask("""
i = image()
i.resize(3000, 3000, 0, 0)
photo = Gimp.Layer.new(i, "photo", 3000, 3000, Gimp.ImageType.RGB_IMAGE, 100, Gimp.LayerMode.NORMAL)
i.insert_layer(photo, None, 0)
photo.fill(Gimp.FillType.WHITE)
i.select_ellipse(Gimp.ChannelOps.REPLACE, 300, 400, 2400, 2400)
i.set_selected_layers([photo])""")
    wait("the image window", State.gimp.window)
    slowest, crowding = {}, tap.crowding()

    def took(what, condition):
        nonlocal crowding
        wait(what, condition)
        slowest[what] = window.slowest()
        crowding = max(crowding, tap.crowding())

    def n_results():
        return State.gimp.ask("answer = sum(len(g.get_children()) for g in image().get_layers() if g.is_group())")

    def past_reading(results):
        """Also when the run is over already: a look at the dialog may take longer than the run."""
        return button("Stop") and not any("Reading" in s for s in status()) or n_results() == results

    State.dialog = State.gimp.open_dialog()
    window = desktop.Answers()
    took("opening", lambda: ready() and "Reading the layer…" not in status())
    assert preview() == "Concept preview, layer photo, nothing stands out: the selection", preview()
    before = n_results()
    press_button("Generate")
    took("starting", lambda: past_reading(before + 1))
    took("adding", lambda: ready() and n_results() == before + 1)
    advanced()
    named("Where results go").querySelection().selectChild(2)
    advanced()
    wait("Generate", ready)
    press_button("Generate")
    took("starting over it", lambda: past_reading(before + 2))
    took("adding into it", lambda: ready() and n_results() == before + 2)
    window.stop()
    close_dialog()
    print(f"# slowest answers: {', '.join(f'{k} {s:.2f} s' for k, s in slowest.items())}; crowding {crowding:.1f}", flush=True)
    # If done in one piece, each of these takes seconds, even on an otherwise idle processor.
    assert max(slowest.values()) <= 0.5 * desktop.PATIENCE * crowding, (slowest, crowding)


@tap.test
def quiet():
    """Nothing of ours is on GIMP's standard error"""
    is_quiet()


if __name__ == "__main__":
    run_tests(PLUG_IN, PICTURE, *sys.argv[3:4])

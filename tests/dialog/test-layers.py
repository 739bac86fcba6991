#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""test-layers.py PLUG_IN_FOLDER PICTURE [ONLY]: tiles, undo, redo and the layer list agree at all times; TAP.

The plug-in's engine is replaced by one that passes pictures through; the layers are read inside GIMP.
"""

import contextlib
import os
import pathlib
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "plugin"), str(HERE.parent / "cli")]

import desktop  # noqa: E402

desktop.enter_display(__file__)

import subprocess  # noqa: E402

import pyatspi  # noqa: E402
import tap  # noqa: E402
from desktop import find, press, wait  # noqa: E402
from steps import (State, button, close_dialog, close_image, is_quiet, marked, menu_item, open_dialog,  # noqa: E402
                   press_button, ready, run_tests, seen, status, tiles, type_prompt)

PLUG_IN, PICTURE = sys.argv[1:3]
HOLD = pathlib.Path(tempfile.gettempdir()) / f"personalize-hold-{os.getpid()}"  # see passes-through.c
FIRST, SECOND, SECRET = "a S one", "a S two", "a S secret"


def make(prompt, variants):
    before = len(tiles())
    type_prompt(prompt)
    find(State.dialog, pyatspi.ROLE_SPIN_BUTTON, "Variants").queryValue().currentValue = variants
    press_button("Generate")  # this engine is too fast for Stop to be seen
    wait("the tiles", lambda: ready() and len(tiles()) == before + variants
         and not any("not made yet" in t.name for t in tiles()))


def names():
    """The names of the top-level layers, each with the number of layers inside if it is a group."""
    return [(l["name"], l["inside"] and len(l["inside"])) for l in State.gimp.tree()]


def agree(marks, layers):
    """Waits until the tiles have these marks and the visible layers have these prompts."""
    wait(f"the tiles {marks}", lambda: marked() == marks)
    wait(f"the layers {layers}", lambda: [n.split(" · ")[0] for n in seen() if n.startswith("a S")] == layers)


@tap.test
def newest_on_top():
    """A second run is on top and in sight, the first one's group is hidden"""
    wait("the image window", State.gimp.window)
    open_dialog()
    make(FIRST, 2)
    agree([True, False], [FIRST])
    make(SECOND, 2)
    assert names() == [(SECOND, 2), (FIRST, 2), ("concept.png", None)], names()
    agree([False, False, True, False], [SECOND])


@tap.test
def undo_takes_results_back():
    """However often tiles were pressed, one Undo takes the last run back and shows the one before; Redo does the reverse"""
    for i in (3, 0, 1, 2, 3):
        press(tiles()[i])
        agree([i == k for k in range(4)], [FIRST if i < 2 else SECOND])
    State.gimp.choose("Undo")
    wait("one group", lambda: names() == [(FIRST, 2), ("concept.png", None)])
    wait("two tiles", lambda: len(tiles()) == 2)
    assert sum(marked()) == 1 and len(seen()) == 2, (marked(), seen())
    State.gimp.choose("Redo")
    wait("two groups", lambda: names() == [(SECOND, 2), (FIRST, 2), ("concept.png", None)])
    agree([False, False, False, True], [SECOND])


@tap.test
def beside_others():
    """Ctrl shows a result beside the others, and nothing else with it"""
    press(tiles()[2])
    agree([False, False, True, False], [SECOND])
    place = tiles()[1].queryComponent().getExtents(pyatspi.DESKTOP_COORDS)
    subprocess.run(["xdotool", "mousemove", str(place.x + place.width // 2), str(place.y + place.height // 2),
                    "keydown", "ctrl", "click", "1", "keyup", "ctrl"], check=True)
    agree([False, True, True, False], [SECOND, FIRST])
    press(tiles()[2])
    agree([False, True, False, False], [FIRST])


@tap.test
def layer_list():
    """Eyes that are opened and shut in the layer list are marks in the dialog"""
    State.gimp.ask(f"find({SECOND!r}).set_visible(True)")
    for eye in (True, False, True):
        State.gimp.ask(f"find({SECOND!r}).get_children()[0].set_visible({eye})")
        agree([False, True, eye, False], [SECOND] * eye + [FIRST])
    State.gimp.ask("image().get_layers()[1].set_visible(False)")
    agree([False, False, True, False], [SECOND])


@tap.test
def deletion():
    """A deleted layer's tile goes, and comes back with Undo; a layer deleted in the list takes its tile with it"""
    menu_item("Actions for variant 2", "Delete This Layer")
    wait("three tiles", lambda: len(tiles()) == 3)
    assert names()[1] == (FIRST, 1), names()
    State.gimp.choose("Undo")
    wait("four tiles", lambda: len(tiles()) == 4)
    assert names()[1] == (FIRST, 2), names()
    State.gimp.ask(f"image().remove_layer(find({SECOND!r}).get_children()[1])")
    wait("three tiles", lambda: len(tiles()) == 3)
    State.gimp.choose("Undo")
    wait("four tiles", lambda: len(tiles()) == 4)


@tap.test
def undone_to_the_start():
    """Every Undo takes its tiles away, and the image is what it was"""
    for _ in range(20):
        if names() == [("concept.png", None)]:
            break
        State.gimp.choose("Undo")
        wait("the step", lambda: len(tiles()) == sum(n or 0 for _, n in names()))
    assert names() == [("concept.png", None)], names()
    wait("no tiles", lambda: not tiles())
    assert "Results appear here and as layers in the image." in status(), status()
    State.gimp.choose("Redo")
    wait("tiles again", lambda: len(tiles()) == 2)
    close_dialog()


@tap.test
def locked_meanwhile():
    """In a locked group the concept's results stand beside it, and one Undo takes them back"""
    State.gimp.ask("""
i = image()
for l in i.get_layers():
    if l.is_group():
        i.remove_layer(l)
concept = i.get_layers()[0]
outer, inner = Gimp.GroupLayer.new(i, "zoo"), Gimp.GroupLayer.new(i, "animals")
i.insert_layer(outer, None, 0)
i.insert_layer(inner, outer, 0)
i.reorder_item(concept, inner, 0)
i.set_selected_layers([concept])""")
    open_dialog()
    State.gimp.ask("find('zoo').set_lock_content(True)")
    make(FIRST, 2)
    assert names() == [(FIRST, 2), ("zoo", 1)], names()
    agree([True, False], [FIRST])
    press(tiles()[1])
    agree([False, True], [FIRST])
    State.gimp.choose("Undo")
    wait("the group alone", lambda: names() == [("zoo", 1)])
    wait("no tiles", lambda: not tiles())
    close_dialog()


@tap.test
def forgotten():
    """A forgotten prompt is in no name of what came of results, whatever the user made of it; the user's own names stay"""
    State.gimp.ask("""
i = image()
for l in i.get_layers():
    i.remove_layer(l)
concept = Gimp.Layer.new(i, "concept.png", 64, 64, Gimp.ImageType.RGBA_IMAGE, 100, Gimp.LayerMode.NORMAL)
i.insert_layer(concept, None, 0)
concept.fill(Gimp.FillType.WHITE)
i.set_selected_layers([concept])""")
    open_dialog()
    make(SECRET, 2)
    State.gimp.ask(f"""
i, group = image(), find({SECRET!r})
first, second = group.get_children()
for twin in (first.copy(), group.copy(), group.copy(), second.copy()):
    i.insert_layer(twin, None, 0)
i.get_layers()[1].merge()
i.get_layers()[0].set_name("best of {SECRET}, in snow")
mine = Gimp.GroupLayer.new(i, "{SECRET}ary")
i.insert_layer(mine, None, 0)
i.reorder_item(second, mine, 0)
second.set_name("my favourite")
for name in ("{SECRET} copy #7", "about {SECRET}"):  # as GIMP names what it makes of others, and as the user does
    i.insert_layer(Gimp.Layer.new(i, name, 9, 9, Gimp.ImageType.RGBA_IMAGE, 100, Gimp.LayerMode.NORMAL), None, 0)
answer = None""")
    before = State.gimp.tree()
    menu_item("Examples", "Forget Prompts in This Image")
    wait("it to be said", lambda: any("prompts are gone" in s for s in status()))
    flat = [l["name"] for l in State.gimp.tree()] + [l["name"] for g in State.gimp.tree() for l in g["inside"] or []]
    told = [n for n in flat if SECRET in n]
    assert told == ["about " + SECRET, SECRET + "ary"], flat
    assert "my favourite" in flat and "concept.png" in flat, flat
    State.gimp.choose("Undo")
    wait("all names of before", lambda: State.gimp.tree() == before)
    close_dialog()


@tap.test
def opened_from_a_result():
    """With a result selected, or the group of results, the dialog offers the concept again"""
    State.gimp.ask("""
i = image()
for l in i.get_layers():
    i.remove_layer(l)
concept = Gimp.Layer.new(i, "my dog", 64, 64, Gimp.ImageType.RGBA_IMAGE, 100, Gimp.LayerMode.NORMAL)
i.insert_layer(concept, None, 0)
concept.fill(Gimp.FillType.WHITE)
i.set_selected_layers([concept])""")
    open_dialog()
    make(FIRST, 2)
    close_dialog()
    for selected in (f"find({FIRST!r}).get_children()[1]", f"find({FIRST!r})"):
        State.gimp.ask(f"image().set_selected_layers([{selected}])")
        open_dialog()
        wait("the concept", lambda: find(
            State.dialog, name="Concept preview, layer my dog, nothing stands out: the whole layer"))
        close_dialog()


def is_adding():
    return "Adding the layers…" in status()


@contextlib.contextmanager
def held_while_adding():
    """Starts a run and holds it while its results are being added to the image, for the duration of the context."""
    HOLD.touch()
    try:
        press_button("Generate")
        wait("the layers to be begun", is_adding)
        yield
    finally:
        HOLD.unlink()


def select(first, last):
    """Selects an area that nothing was painted into."""
    State.gimp.ask(f"image().select_polygon(Gimp.ChannelOps.REPLACE, [{first}, {first}, {last}, {first}, {last}, {last}])")


def all_are_added(n):
    wait("the end of it", ready)
    tops = [l for l in State.gimp.tree() if l["inside"]]
    assert len(tops[0]["inside"]) == 3 and len(tops) == n, tops


@tap.test
def changed_while_adding():
    """While layers are written the user may change the image, its mode too: they come out right, in one undo step"""
    State.gimp.ask("""
i = image()
for l in i.get_layers():
    i.remove_layer(l)
i.resize(250, 250, 0, 0)
concept = Gimp.Layer.new(i, "my cat", 250, 250, Gimp.ImageType.RGBA_IMAGE, 100, Gimp.LayerMode.NORMAL)
i.insert_layer(concept, None, 0)
Gimp.context_set_foreground(Gegl.Color.new("#336699"))
concept.fill(Gimp.FillType.FOREGROUND)
i.set_selected_layers([concept])""")
    open_dialog()
    type_prompt(FIRST)
    find(State.dialog, pyatspi.ROLE_SPIN_BUTTON, "Variants").queryValue().currentValue = 3
    toggle = find(State.dialog, pyatspi.ROLE_TOGGLE_BUTTON, "Advanced")
    press(toggle)
    wait("the target", lambda: find(desktop.application(desktop.PLUG_IN), name="Where results go")).querySelection() \
        .selectChild(2)
    press(toggle)
    select(40, 200)
    wait("Generate", ready)
    with held_while_adding():
        State.gimp.ask("image().convert_precision(Gimp.Precision.U16_LINEAR)")
        assert is_adding() and len(State.gimp.tree()) == 1, "they come one by one"
    all_are_added(1)
    assert State.gimp.ask("""
made = image().get_layers()[0].get_children()
seen = [list(bytes(l.get_buffer().get(Gegl.Rectangle.new(120, 90, 1, 1), 1.0, "R'G'B' u8", Gegl.AbyssPolicy.NONE)))
        for l in made]
kept = [len(bytes(l.get_buffer().get(Gegl.Rectangle.new(0, 0, 1, 1), 1.0, None, Gegl.AbyssPolicy.NONE))) for l in made]
answer = [seen, [l.get_width() for l in made], kept]""") == [[[0x33, 0x66, 0x99]] * 3, [240] * 3, [8] * 3]
    agree([True, False, False], [FIRST])
    State.gimp.choose("Undo")
    wait("the concept alone", lambda: names() == [("my cat", None)])
    State.gimp.choose("Redo")
    agree([True, False, False], [FIRST])


@tap.test
def closed_while_adding():
    """Close in the middle of it waits until they are layers"""
    select(41, 200)
    with held_while_adding():
        press_button("Close")
        assert is_adding() and len(State.gimp.tree()) == 2
    wait("the dialog's end", lambda: State.gimp.dialog() is None)
    wait("the process's end", lambda: desktop.application(desktop.PLUG_IN) is None)
    assert [n for _, n in names()] == [3, 3, None], names()


@tap.test
def greyed_while_adding():
    """When the image loses its colours in the middle of it, a new image takes the results, in colours"""
    State.gimp.ask("image().set_selected_layers([find('my cat')]); image().convert_precision(Gimp.Precision.U8_NON_LINEAR)")
    before = names()
    open_dialog()
    select(43, 200)
    with held_while_adding():
        State.gimp.ask("image().convert_grayscale()")
        assert is_adding()
    wait("a new image", lambda: State.gimp.ask("answer = len(Gimp.get_images())") == 2)
    wait("the end of it", ready)
    assert State.gimp.ask("""
grey, = [i for i in Gimp.get_images() if i.get_base_type() == Gimp.ImageBaseType.GRAY]
made, = [i for i in Gimp.get_images() if i.get_base_type() == Gimp.ImageBaseType.RGB]
layers = made.get_layers()[0].get_children()
seen = [list(bytes(l.get_buffer().get(Gegl.Rectangle.new(9, 9, 1, 1), 1.0, "R'G'B' u8", Gegl.AbyssPolicy.NONE)))
        for l in layers]
answer = [len(grey.get_layers()), len(made.get_layers()), seen]""") == [len(before), 1, [[0x33, 0x66, 0x99]] * 3]
    close_dialog()
    close_image()
    wait("the first image", lambda: State.gimp.ask("answer = len(Gimp.get_images())") == 1)
    State.gimp.ask("image().convert_rgb()")
    assert names() == before, names()


@tap.test
def image_closed_while_adding():
    """When the image is closed in the middle of it, a new one takes them"""
    State.gimp.ask("image().set_selected_layers([find('my cat')])")
    open_dialog()
    select(42, 200)
    with held_while_adding():
        close_image()
        wait("a way out", lambda: button("Open Results as New Image"))
    assert State.gimp.ask("answer = len(Gimp.get_images())") == 0, "something is left of it"
    press_button("Open Results as New Image")
    wait("it to be said", lambda: "The results are in a new image." in status())
    assert names() == [(FIRST, 3)], names()
    close_dialog()


@tap.test
def quiet():
    """Nothing of ours is on GIMP's standard error"""
    is_quiet()


if __name__ == "__main__":
    run_tests(PLUG_IN, PICTURE, *sys.argv[3:4], PZ_TEST_HOLD=str(HOLD))

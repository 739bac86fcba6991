# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks inside GIMP, with a plug-in whose engine passes pictures through: results have the colours that are visible on
screen."""

import functools

import in_gimp
from gi.repository import Gegl, Gimp
from in_gimp import check, pixels

ALLOWED = 2  # of 255
PATCHES = ("rgb(0.9, 0.4, 0.1)", "rgb(0.1, 0.5, 0.8)", "rgb(0.02, 0.02, 0.02)", "rgb(1, 1, 1)", "rgb(0.5, 0.5, 0.5)")
ORANGE = (243, 170, 89)  # PATCHES[0] as sRGB bytes; GEGL interprets colour values as linear light
WIDE, HIGH = 40, 30


def check_colours(function):
    """A check whose images are deleted at its end."""
    @check
    @functools.wraps(function)
    def alone():
        function()
        for image in Gimp.get_images():
            image.delete()
    return alone


def new_image(*kind, profile=None, **more):
    image = in_gimp.new_image(*kind, **more)
    if profile:
        image.set_color_profile(profile)
    return image


def new_layer(image, x=0, y=0, width=WIDE, height=HIGH, parent=None):
    gray = image.get_base_type() == Gimp.ImageBaseType.GRAY
    kind = Gimp.ImageType.GRAYA_IMAGE if gray else Gimp.ImageType.RGBA_IMAGE
    layer = Gimp.Layer.new(image, "patches", width, height, kind, 100, Gimp.LayerMode.NORMAL)
    image.insert_layer(layer, parent, 0)
    layer.set_offsets(x, y)
    buffer = layer.get_buffer()
    for i, patch in enumerate(PATCHES):
        buffer.set_color(Gegl.Rectangle.new(i * width // len(PATCHES), 0, max(width // len(PATCHES), 1), height),
                         Gegl.Color.new(patch))
    buffer.flush()
    layer.update(0, 0, width, height)
    image.set_selected_layers([layer])
    return layer


def seen(drawable, x=0, y=0, width=0, height=0):
    """The drawable as sRGB bytes."""
    rectangle = Gegl.Rectangle.new(x, y, width or drawable.get_width(), height or drawable.get_height())
    return bytes(drawable.get_buffer().get(rectangle, 1.0, "R'G'B' u8", Gegl.AbyssPolicy.NONE))


def generate(layer):
    # Native size, because scaled pixels could not be compared one by one.
    return in_gimp.generate(layer.get_image(), [layer], mask_source="layer", native_size=True)[0]


def compare(layer, expected=None):
    """Compares the result with the visible colours of the layer, and checks that the layer itself is unchanged bit for bit."""
    mask = layer.get_mask()
    before = pixels(layer), pixels(mask) if mask else None, layer.get_offsets()[1:]
    expected = expected or seen(layer)
    made = generate(layer)
    found = seen(made)
    assert len(found) == len(expected), f"{made.get_width()} x {made.get_height()}"
    worst = max(abs(a - b) for a, b in zip(found, expected))
    assert worst <= ALLOWED, f"{worst}/255 away; {list(found[:12])} for {list(expected[:12])}"
    assert (pixels(layer), pixels(mask) if mask else None, layer.get_offsets()[1:]) == before, "the original was changed"
    return made


@check_colours
def colours_in_8_bits():
    made = compare(new_layer(new_image()))
    orange = list(seen(made)[:3])
    assert all(abs(a - b) <= ALLOWED for a, b in zip(orange, ORANGE)), orange


@check_colours
def colours_in_16_bit_float_linear():
    made = compare(new_layer(new_image(precision=Gimp.Precision.HALF_LINEAR)))
    orange = list(seen(made)[:3])
    assert all(abs(a - b) <= ALLOWED for a, b in zip(orange, ORANGE)), orange


@check_colours
def colours_in_32_bit_float_perceptual():
    compare(new_layer(new_image(precision=Gimp.Precision.FLOAT_NON_LINEAR)))


@check_colours
def colours_in_16_bits_linear():
    compare(new_layer(new_image(precision=Gimp.Precision.U16_LINEAR)))


@check_colours
def colours_of_a_gray_image():
    compare(new_layer(new_image(Gimp.ImageBaseType.GRAY)))


@check_colours
def colours_of_a_gray_image_in_float_linear():
    compare(new_layer(new_image(Gimp.ImageBaseType.GRAY, Gimp.Precision.FLOAT_LINEAR)))


@check_colours
def colours_in_adobe_rgb():
    image = new_image(profile=Gimp.ColorProfile.new_rgb_adobe())
    layer = new_layer(image)
    made = compare(layer)
    assert pixels(layer)[:3] != bytes(ORANGE), "the profile changed nothing: no test"
    orange = list(seen(made)[:3])
    assert all(abs(a - b) <= ALLOWED for a, b in zip(orange, ORANGE)), orange


@check_colours
def colours_in_adobe_rgb_float_linear():
    compare(new_layer(new_image(precision=Gimp.Precision.FLOAT_LINEAR, profile=Gimp.ColorProfile.new_rgb_adobe())))


@check_colours
def colours_under_a_layer_effect():
    layer = new_layer(new_image())
    layer.append_filter(Gimp.DrawableFilter.new(layer, "gegl:invert-gamma", "invert"))
    compare(layer, bytes(255 - v for v in seen(layer)))
    assert len(layer.get_filters()) == 1, "the effect was merged"


@check_colours
def colours_under_a_layer_mask():
    layer = new_layer(new_image())
    mask = layer.create_mask(Gimp.AddMaskType.WHITE)
    layer.add_mask(mask)
    mask.get_buffer().set_color(Gegl.Rectangle.new(0, 0, WIDE, HIGH // 2), Gegl.Color.new("black"))
    mask.update(0, 0, WIDE, HIGH)
    half = HIGH // 2 * WIDE * 3
    compare(layer, b"\xff" * half + seen(layer)[half:])


@check_colours
def colours_of_an_offset_layer():
    for x, y in ((33, 17), (-8, -5)):
        compare(new_layer(new_image(), x=x, y=y))


@check_colours
def colours_of_a_layer_group():
    image = new_image()
    group = Gimp.GroupLayer.new(image, "group")
    image.insert_layer(group, None, 0)
    inside = new_layer(image, x=5, y=6, parent=group)
    image.set_selected_layers([group])
    compare(group, seen(inside))


@check_colours
def colours_of_one_pixel():
    compare(new_layer(new_image(), x=50, y=40, width=1, height=1))


@check_colours
def colours_of_a_layer_that_is_read_by_rows():
    """A layer too large to be read at once: the result has the same pixels, wherever a band of rows ends."""
    image = new_image(width=1700, height=1300)
    layer = new_layer(image, x=7, y=9, width=1690, height=1290)
    for y in range(0, 1290, 10):
        buffer = layer.get_buffer()
        buffer.set_color(Gegl.Rectangle.new(y % 300, y, 3 + y % 500, 5), Gegl.Color.new(PATCHES[y // 10 % len(PATCHES)]))
        buffer.flush()
    mask = layer.create_mask(Gimp.AddMaskType.WHITE)
    layer.add_mask(mask)
    layer.set_apply_mask(True)
    compare(layer)


@check_colours
def colours_of_a_layer_that_is_averaged_down():
    """A layer larger than the model's input: every patch keeps its position and its colour."""
    image = new_image(width=5100, height=3000)
    layer = new_layer(image, width=5100, height=3000)
    made = generate(layer)
    assert (made.get_width(), made.get_height()) == (2048, 2048 * 3000 // 5100), (made.get_width(), made.get_height())
    for i in range(len(PATCHES)):
        at = 5100 // len(PATCHES) * i
        for offset in (20, 1000):
            expected, found = seen(layer, at + offset, 1500, 1, 1), seen(made, (at + offset) * 2048 // 5100, 600, 1, 1)
            assert max(abs(a - b) for a, b in zip(expected, found)) <= ALLOWED, (i, offset, list(expected), list(found))

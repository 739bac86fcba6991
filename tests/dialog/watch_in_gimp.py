# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs inside a GIMP with windows (python-fu-eval). Lets tests query and change its first image.

Each connection to the socket $WATCH sends Python code and receives, as JSON, the value that the code left in `answer`. Ends
with GIMP.
"""

import json
import os
import socket
import traceback

import gi

gi.require_version("Gimp", "3.0")
gi.require_version("Gegl", "0.4")
from gi.repository import Gegl, Gimp, Gio  # noqa: E402, F401

Gegl.init(None)


def image():
    return Gimp.get_images()[0]


def find(name):
    """The first layer with that name, searching from the top."""
    def walk(items):
        for item in items:
            yield item
            if item.is_group():
                yield from walk(item.get_children())
    return next(i for i in walk(image().get_layers()) if i.get_name() == name)


def tree():
    """Every layer: its name, whether it is visible, and the layers inside a group."""
    def describe(item):
        inside = [describe(c) for c in item.get_children()] if item.is_group() else None
        return {"name": item.get_name(), "visible": item.get_visible(), "inside": inside}
    return [describe(l) for l in image().get_layers()]


def answer_to(text):
    names = {"answer": None}
    try:
        exec(text, globals(), names)
        return {"answer": names["answer"]}
    except BaseException:
        return {"error": traceback.format_exc()}


def main():
    gimp = os.getppid()
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(os.environ["WATCH"])
        server.listen()
        server.settimeout(1)
        while os.getppid() == gimp:
            try:
                connection, _ = server.accept()
            except TimeoutError:
                continue
            with connection, connection.makefile("rw", encoding="utf-8") as both:
                both.write(json.dumps(answer_to(json.loads(both.readline()))) + "\n")


main()

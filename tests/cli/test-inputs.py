# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The inputs of the command line: pictures of any shape and with transparency, texts from files, recipes, replaced model parts.

Usage: test-inputs.py PERSONALIZE MODEL_FOLDER [NAME_PART]
"""

import functools
import json
import os
import shutil
import struct
import subprocess
import zlib

from tap import Skip, test
from tool import CONCEPT, EXE, MASK, MODEL, SCRATCH, ball, call, finish, folder, generate, png_pixels, recipe_of, \
    refused, texts_of, write_png

FAST = ["--steps", "1", "--size", "64x64"]
S = ["--prompt", "a S on a green background"]


def paint(name, *args):
    """Paints a picture with these options and returns its pixels."""
    out = os.path.join(folder("painted"), name + ".png")
    p = generate(out, *args)
    assert p.returncode == 0, (name, p.stderr)
    return png_pixels(out)


def mean(picture):
    """The means of R, G and B."""
    width, height, rows = picture
    return [sum(sum(row[c::3]) for row in rows) / width / height for c in range(3)]


def distance(a, b):
    """The mean absolute difference of all values."""
    return sum(abs(x - y) for p, q in zip(a[2], b[2]) for x, y in zip(p, q)) / (a[0] * a[1] * 3)


# ---- large and long pictures ----

def write_rows(path, width, rows):
    """Writes an RGB picture row by row."""
    packer = zlib.compressobj(1)

    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    body = b"".join(packer.compress(b"\0" + row) for row in rows) + packer.flush()
    with open(path, "wb") as f:
        f.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, len(rows), 8, 2, 0, 0, 0))
                + chunk(b"IDAT", body) + chunk(b"IEND", b""))


def write_large(name, width, height):
    """Writes a picture of one colour and returns its path."""
    path = os.path.join(SCRATCH, name)
    write_rows(path, width, [bytes((200, 60, 40)) * width] * height)
    return path


@functools.cache
def photograph():
    """Writes a photograph of 108 million pixels; returns its path, width and height."""
    width, height = 12000, 9000
    return write_large("photograph.png", width, height), width, height


def peak_bytes(*args):
    """The tool's peak memory in bytes when it runs with these arguments."""
    p = subprocess.Popen([EXE, *map(str, args)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    error = p.stderr.read()
    _, status, usage = os.wait4(p.pid, 0)
    p.returncode = os.waitstatus_to_exitcode(status)
    assert p.returncode == 0, error
    return usage.ru_maxrss * 1024


@test
def pictures_of_any_shape():
    """lines, strips and photographs of 108 million pixels need at most 1 GiB beside themselves."""
    small = peak_bytes("generate", "--model", MODEL, "--out", folder("shapes"), "--concept", CONCEPT, *S, *FAST)
    shapes = ((524288, 1), (1, 524288), (9000, 100))
    for path, width, height in (*((write_large("large.png", *shape), *shape) for shape in shapes), photograph()):
        peak = peak_bytes("generate", "--model", MODEL, "--out", folder("shapes"), "--concept", path, *S, *FAST)
        assert peak - small <= width * height * 3 + 2 ** 30, (width, height, peak - small)


@test
def a_picture_is_held_once():
    """a photograph of 108 million pixels is in memory once; the mask that is found in it would be a third of it more."""
    whole = ("--mask", "none", *S, *FAST)
    small = peak_bytes("generate", "--model", MODEL, "--out", folder("once"), "--concept", CONCEPT, *whole)
    path, width, height = photograph()
    peak = peak_bytes("generate", "--model", MODEL, "--out", folder("once"), "--concept", path, *whole)
    # Its crop of 2048 pixels and the data derived from it take some 220 MiB; a copy of the picture would take another 309 MiB.
    assert peak - small <= width * height * 3 + 400 * 2 ** 20, peak - small


@test
def what_is_seen_of_a_large_picture():
    """of a picture of more than 2048 pixels a side what is seen is its average at 2048."""
    small, large = (os.path.join(SCRATCH, name) for name in ("2048.png", "4096.png"))
    colours = [bytes((37 * x % 256, 91 * x % 256, 53 * x * x % 256)) for x in range(2048)]
    rows = [b"".join(colours[y:] + colours[:y]) for y in range(32)]
    write_rows(small, 2048, rows)
    write_rows(large, 4096, [b"".join(2 * row[i:i + 3] for i in range(0, len(row), 3)) for row in rows for _ in range(2)])
    made = [call("generate", "--model", MODEL, "--concept", path, "--mask", "none", *S, *FAST, "--json", "--out", folder("crops"))
            for path in (small, large)]
    first, second = (json.loads(p.stdout)["variants"][0]["recipe"]["concepts"][0] for p in made)
    assert first == second, (first, second)


# ---- transparency and masks ----

@test
def what_is_transparent():
    """a picture's alpha is its mask, colours under it are not seen, and a --mask is cut by it."""
    def cut(hidden):
        return lambda x, y: (*ball(x, y), 255) if ball(x, y)[0] == 220 else (*hidden, 0)

    red = write_png(os.path.join(SCRATCH, "on-red.png"), 96, 96, cut((255, 0, 0)), channels=4)
    blue = write_png(os.path.join(SCRATCH, "on-blue.png"), 96, 96, cut((0, 0, 255)), channels=4)
    white = write_png(os.path.join(SCRATCH, "on-white.png"), 96, 96,
                      lambda x, y: ball(x, y) if ball(x, y)[0] == 220 else (255, 255, 255))
    everything = write_png(os.path.join(SCRATCH, "everything.png"), 96, 96, lambda x, y: (255,), channels=1)
    seen = paint("alpha", "--concept", red, *S, *FAST)
    assert seen == paint("alpha-blue", "--concept", blue, *S, *FAST)
    assert seen == paint("alpha-mask", "--concept", white, "--mask", MASK, *S, *FAST)
    assert seen == paint("alpha-all", "--concept", red, "--mask", everything, *S, *FAST)
    assert seen != paint("alpha-none", "--concept", white, "--mask", "none", *S, *FAST)


@test
def a_background_that_is_not_quite_black():
    """a mask with a background of 1 of 255 is the mask."""
    faint = write_png(os.path.join(SCRATCH, "faint.png"), 96, 96,
                      lambda x, y: (255,) if ball(x, y)[0] == 220 else (1,), channels=1)
    assert paint("faint", "--concept", CONCEPT, "--mask", faint, *S, *FAST) \
        == paint("black", "--concept", CONCEPT, "--mask", MASK, *S, *FAST)


@test
def room_for_surroundings():
    """--room takes more of the picture in and is refused without a concept and out of its range."""
    dot = write_png(os.path.join(SCRATCH, "dot.png"), 96, 96,
                    lambda x, y: (255 if 40 <= x < 56 and 40 <= y < 56 else 0,), channels=1)
    close = paint("close", "--concept", CONCEPT, "--mask", dot, *S, *FAST)
    assert close == paint("room-0", "--concept", CONCEPT, "--mask", dot, "--room", 0, *S, *FAST)
    assert close != paint("room-1", "--concept", CONCEPT, "--mask", dot, "--room", 1, *S, *FAST)
    out = folder("room")
    refused(generate(out, *S, "--room", 0.5), "--room", "--concept", out=out, status=2)
    refused(generate(out, *S, "--concept", CONCEPT, "--room", 1.5), "--room", "0 to 1", out=out, status=2)


# ---- picture file formats ----

@test
def other_files_than_pictures():
    """a pipe does not hang; other formats are named with what can be read, known ones with the package they need."""
    out = folder("no-pictures")
    pipe = os.path.join(SCRATCH, "pipe")
    os.mkfifo(pipe)
    for option in ("--concept", "--init-image"):
        refused(generate(out, *S, option, pipe, timeout=60), "pipe", "file", out=out)
        refused(generate(out, *S, option, SCRATCH), "folder", out=out)
    text = os.path.join(SCRATCH, "text.dat")
    open(text, "w").write("not a picture at all, but long enough to be looked at")
    refused(generate(out, *S, "--concept", text), "text.dat", "jpeg", "png", "tiff", out=out)


@test
def webp_pictures():
    """a WebP picture is read where gdk-pixbuf's package for it is installed, and says which one it needs where not."""
    try:
        from PIL import Image
    except ImportError:
        raise Skip("no PIL here") from None
    picture = os.path.join(SCRATCH, "ball.webp")
    Image.open(CONCEPT).save(picture, lossless=True)
    out = folder("webp")
    p = generate(os.path.join(out, "webp.png"), "--concept", picture, "--mask", "none", *S, *FAST)
    if p.returncode == 0:
        assert png_pixels(os.path.join(out, "webp.png")) == paint("webp", "--concept", CONCEPT, "--mask", "none", *S, *FAST)
    else:
        refused(p, "WebP", "webp-pixbuf-loader", "png", out=out)
    # As on a system without any loader package.
    none = os.path.join(SCRATCH, "no-loaders")
    open(none, "w").close()
    out = folder("webp-none")
    refused(generate(os.path.join(out, "webp.png"), "--concept", picture, *S, env={"GDK_PIXBUF_MODULE_FILE": none}),
            "WebP", "webp-pixbuf-loader", "png", out=out)


@test
def pictures_of_cameras():
    """HEIC, AVIF and JPEG XL are read where gdk-pixbuf finds a package for them; where not, the package is named."""
    flat = paint("png", "--concept", CONCEPT, "--mask", "none", *S, *FAST)
    here = os.path.join(os.path.dirname(os.path.abspath(__file__)), "pictures")
    for name, kind, package in (("ball.heic", "HEIC", "heif-gdk-pixbuf"), ("ball.avif", "AVIF", "libavif-gdk-pixbuf"),
                                ("ball.jxl", "JPEG XL", "libjxl-gdk-pixbuf")):
        out = folder(name)
        p = generate(os.path.join(out, "made.png"), "--concept", os.path.join(here, name), "--mask", "none", *S,
                     *FAST)
        if p.returncode != 0:
            refused(p, name, kind, package, "png", out=out)
            continue
        # A lossy format: the ball's colours, apart from compression errors.
        far = distance(flat, png_pixels(os.path.join(out, "made.png")))
        assert far < 6, (name, far)


# ---- texts ----

@test
def prompts_from_files():
    """a prompt comes from a file or from standard input, without its last line end."""
    path = os.path.join(SCRATCH, "prompt.txt")
    open(path, "w").write("a red ball\non grass\n\n")
    out = os.path.join(folder("prompts"), "file.png")
    p = generate(out, "--prompt-file", path, *FAST)
    assert p.returncode == 0 and recipe_of(out)["prompt"] == "a red ball\non grass", p
    out = os.path.join(folder("prompts"), "input.png")
    p = generate(out, "--prompt-file", "-", *FAST, input="a blue ball\n")
    assert p.returncode == 0 and recipe_of(out)["prompt"] == "a blue ball", p
    out = folder("no-prompts")
    refused(generate(out, "--prompt-file", "/nowhere.txt"), "/nowhere.txt", out=out)
    refused(generate(out, "--prompt-file", path, "--prompt", "a cat"), "--prompt-file", out=out, status=2)


@test
def random_seeds():
    """--seed -1 takes another seed each time, says which, and it is the one in the recipe."""
    seeds = set()
    for i in range(2):
        out = folder(f"random-{i}")
        p = generate(out, "--prompt", "a cat", "--seed", "-1", "--variants", 2, *FAST)
        first, second = (int(line.rsplit("-", 1)[1].split(".")[0]) for line in p.stdout.splitlines())
        assert second == first + 1 and f"the seed is {first}" in p.stderr, p
        assert recipe_of(p.stdout.splitlines()[0])["seed"] == first
        seeds.add(first)
    assert len(seeds) == 2, seeds


@test
def a_prompt_that_is_too_long():
    """what of a prompt is not read is said; the concept stays, also one the prompt does not name."""
    room = next(m["max_tokens"] for m in json.loads(call("info", "--json").stdout)["models"]
                if os.path.realpath(m["path"]) == os.path.realpath(MODEL))
    out = os.path.join(folder("long"), "long.png")
    p = generate(out, "--concept", CONCEPT, "--mask", "none", "--prompt", "very " * 90 + "red S", *FAST)
    assert p.returncode == 0 and f"note: prompt: expected at most {room} tokens, found 95" in p.stderr, p.stderr
    assert recipe_of(out)["unread_tokens"] == 95 - room and recipe_of(out)["encoded_prompt"].endswith("red S S"), recipe_of(out)
    out = os.path.join(folder("long"), "two.png")
    p = generate(out, *2 * ("--concept", CONCEPT, "--mask", "none"), "--prompt", "S2 on grass", *FAST)
    assert p.returncode == 0 and recipe_of(out)["encoded_prompt"] == "S2 on grass S1", p.stderr


# ---- painting over a picture ----

@test
def painting_over():
    """--init-image keeps the picture the more the less --strength; --paint-mask keeps what is black in it."""
    red = write_png(os.path.join(SCRATCH, "red.png"), 200, 100, lambda x, y: (210, 30, 30))
    left = write_png(os.path.join(SCRATCH, "left.png"), 200, 100, lambda x, y: (255 if x < 100 else 0,), channels=1)
    size = ["--size", "128x128", "--prompt", "a green field"]
    plain = paint("field", *size, "--steps", 4)
    weak = paint("weak", *size, "--steps", 10, "--init-image", red, "--strength", 0.2)
    strong = paint("strong", *size, "--steps", 10, "--init-image", red, "--strength", 1)
    flat = (128, 128, [bytes((210, 30, 30)) * 128] * 128)
    assert distance(weak, flat) < distance(strong, flat) and distance(weak, flat) < distance(plain, flat)
    assert mean(weak)[0] > mean(weak)[1] + 60, mean(weak)
    half = paint("half", *size, "--steps", 10, "--init-image", red, "--strength", 1, "--paint-mask", left)
    right = (128, 128, [row[64 * 3:] for row in half[2]])
    assert mean(right)[0] > 2 * mean((128, 128, [row[:64 * 3] for row in half[2]]))[0] or \
        mean(right)[0] > 2 * mean(right)[1], (mean(right), mean(half))
    out = os.path.join(SCRATCH, "painted", "weak.png")
    assert recipe_of(out)["strength"] == 0.2 and "picture_sha256" in recipe_of(out)["start"]
    out = folder("over")
    refused(generate(out, *size, "--strength", 0.5), "--strength", "--init-image", out=out, status=2)
    refused(generate(out, *size, "--paint-mask", left), "--paint-mask", "--init-image", out=out, status=2)
    refused(generate(out, *size, "--init-image", red, "--strength", 0), "--strength", "above 0 to 1", out=out, status=2)
    refused(generate(out, *size, "--init-image", red, "--paint-mask", MASK), "--paint-mask", "200x100", "96x96", out=out,
            status=2)


# ---- replaced model parts ----

@test
def another_autoencoder():
    """--vae takes another autoencoder; the same one changes nothing, another one does, and the recipe tells."""
    plain = paint("vae", "--prompt", "a red ball", *FAST)
    other = os.path.join(folder("vae"), "other")
    shutil.copytree(os.path.join(MODEL, "vae"), other)
    weights = os.path.join(other, "diffusion_pytorch_model.safetensors")
    assert plain == paint("vae-same", "--prompt", "a red ball", "--vae", other, *FAST)
    with open(weights, "r+b") as f:
        n, = struct.unpack("<Q", f.read(8))
        header = json.loads(f.read(n))
        # Zeroes half of the decoder's largest weight.
        begin, end = max((header[key]["data_offsets"] for key in header if key.startswith("decoder.")),
                         key=lambda offsets: offsets[1] - offsets[0])
        f.seek(8 + n + begin)
        f.write(bytes((end - begin) // 2))
    assert plain != paint("vae-other", "--prompt", "a red ball", "--vae", other, *FAST)
    prints = {recipe_of(os.path.join(SCRATCH, "painted", name + ".png"))["model_fingerprint"] for name in ("vae", "vae-other")}
    assert len(prints) == 2, prints
    refused(generate(folder("no-vae"), "--prompt", "a cat", "--vae", "/nowhere"), "/nowhere")


# ---- recipes ----

@test
def a_recipe_makes_it_again():
    """--recipe makes a picture again byte for byte, from the PNG or from its recipe alone; other options change it."""
    here = folder("recipes")
    first = os.path.join(here, "first.png")
    args = ["--concept", CONCEPT, "--mask", MASK, "--prompt", "a S beside Bär 熊", "--negative", "blue", "--seed", 77,
            "--steps", 3, "--guidance", 3.5, "--fidelity", 0.4, "--words", "all", "--sampler", "ddim", "--size", "128x64"]
    p = generate(first, *args)
    assert p.returncode == 0, p.stderr
    pictures = ["--concept", CONCEPT, "--mask", MASK]
    p = generate(os.path.join(here, "again.png"), "--recipe", first, *pictures)
    assert p.returncode == 0 and "note" not in p.stderr, p.stderr
    assert open(os.path.join(here, "again.png"), "rb").read() == open(first, "rb").read()
    alone = os.path.join(here, "recipe.json")
    json.dump(json.loads(call("generate", "--model", MODEL, "--recipe", first, *pictures, "--out",
                              os.path.join(here, "json.png"), "--json").stdout)["variants"][0]["recipe"], open(alone, "w"))
    p = call("generate", "--recipe", alone, *pictures, "--out", os.path.join(here, "alone.png"))
    assert p.returncode == 0, p.stderr
    assert open(os.path.join(here, "alone.png"), "rb").read() == open(first, "rb").read()
    p = generate(os.path.join(here, "changed.png"), "--recipe", first, *pictures, "--seed", 5)
    changed = recipe_of(os.path.join(here, "changed.png"))
    assert changed["seed"] == 5 and changed["steps"] == 3 and changed["sampler"] == "ddim", changed
    p = generate(os.path.join(here, "whole.png"), "--recipe", first, "--concept", CONCEPT, "--mask", "none")
    assert p.returncode == 0 and "not the one in the recipe" in p.stderr, p.stderr


@test
def a_recipe_knows_what_was_painted_over():
    """--recipe makes a picture that was painted over again, with its strength; the surroundings that GIMP writes count, too."""
    here = folder("painted-again")
    first, again, room = (os.path.join(here, name) for name in ("first.png", "again.png", "room.json"))
    assert generate(first, "--init-image", CONCEPT, "--strength", 0.35, *S, "--steps", 4, "--size", "64x64").returncode == 0
    assert generate(again, "--recipe", first, "--init-image", CONCEPT).returncode == 0
    assert open(again, "rb").read() == open(first, "rb").read()
    args = ["--concept", CONCEPT, "--mask", MASK]
    wide = paint("room-wide", *args, "--room", 0.6, *S, *FAST)
    narrow = paint("room-narrow", *args, *S, *FAST)
    recipe = recipe_of(os.path.join(SCRATCH, "painted", "room-narrow.png"))
    json.dump({**recipe, "source": {"layer": "fox", "room": 0.6}}, open(room, "w"))
    assert generate(os.path.join(here, "room.png"), "--recipe", room, *args).returncode == 0
    assert narrow != wide == png_pixels(os.path.join(here, "room.png"))
    wider = os.path.join(SCRATCH, "painted", "room-wide.png")
    assert generate(os.path.join(here, "wide.png"), "--recipe", wider, *args).returncode == 0
    assert open(os.path.join(here, "wide.png"), "rb").read() == open(wider, "rb").read()


@test
def recipes_that_cannot_be_followed():
    """what a recipe needs beside itself is asked for, and what is no recipe is named."""
    out = folder("no-recipes")
    made = os.path.join(folder("made"), "made.png")
    assert generate(made, "--concept", CONCEPT, "--mask", "none", *S, *FAST).returncode == 0
    refused(generate(out, "--recipe", made), "--recipe", "1 concept,", "--concept FILE", out=out, status=2)
    refused(generate(out, "--recipe", CONCEPT), "ball.png", "recipe", out=out)
    over = os.path.join(folder("made"), "over.png")
    assert generate(over, "--init-image", CONCEPT, *S, *FAST).returncode == 0
    refused(generate(out, "--recipe", over), "--recipe", "--init-image", out=out, status=2)
    for name, text in (("list.json", "[]"), ("new.json", '{"schema": 9}'), ("text.json", "a cat")):
        path = os.path.join(SCRATCH, name)
        open(path, "w").write(text)
        refused(generate(out, "--recipe", path), name, out=out)
    recipe = {**recipe_of(made), "concepts": [], "model": "a model that nobody has"}
    path = os.path.join(SCRATCH, "other-model.json")
    json.dump(recipe, open(path, "w"))
    refused(call("generate", "--recipe", path, "--out", out), "--recipe", "a model that nobody has", "--model", out=out,
            status=2)


@test
def texts_that_others_read():
    """the text that web interfaces read stands beside our recipe, in any script."""
    out = os.path.join(folder("texts"), "texts.png")
    assert generate(out, "--prompt", "ein Bär", "--negative", "blau", "--seed", 9, *FAST).returncode == 0
    lines = texts_of(out)["parameters"].splitlines()
    assert lines[0] == "ein Bär" and lines[1] == "Negative prompt: blau", lines
    assert lines[2].startswith("Steps: 1, Sampler: DPM++ 2M, CFG scale: 2, Seed: 9, Size: 64x64, Model hash: "), lines
    out = os.path.join(folder("texts"), "other.png")
    assert generate(out, "--prompt", "a 熊", *FAST).returncode == 0
    assert texts_of(out)["parameters"].startswith("a 熊\nSteps: 1, "), texts_of(out)


finish()

# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whole pictures of the embedded model: the engine compared with PyTorch, with the same files and seed.

The PyTorch side is models/training/sample.py, with its own networks, tokenizer, encoder and prompt, and torch's own noise;
samplers and prompt weights come from tests/reference.
Usage: test-pipeline.py PERSONALIZE SOURCE_ROOT [NAME_PART]
"""

import functools
import json
import os
import subprocess
import sys
import tempfile

EXE, ROOT = sys.argv[1:3]
sys.path.insert(0, os.path.join(ROOT, "tests/cli"))
sys.path.insert(0, os.path.join(ROOT, "models/training"))
sys.path.append(os.path.join(ROOT, "tests/reference"))  # after models/training: both contain a nets.py

from tap import Skip, run, test  # noqa: E402

MODEL = os.path.join(ROOT, "data/models/pz-tiny")
CONCEPT = os.path.join(ROOT, "data/demo/concept.png")
SCRATCH = tempfile.TemporaryDirectory(prefix="pz-pipeline-")
SEED = 11
FACTOR = 16  # picture pixels per latent pixel, in each direction

# sampler, steps, changes to the schedule of its model
WALKS = (
    ("lcm", 4, {}),
    ("ddim", 6, {}),
    ("ddim", 6, {"timestep_spacing": "trailing"}),
    ("euler", 6, {}),
    ("euler", 6, {"timestep_spacing": "linspace"}),
    ("euler-trailing", 4, {}),
    ("dpmpp-2m", 25, {}),
    ("dpmpp-2m", 8, {"timestep_spacing": "trailing"}),
    ("dpmpp-2m-karras", 8, {}),
    ("lms", 8, {}),
    ("tcd", 4, {}),
    ("dpmpp-2m", 25, {"prediction_type": "epsilon"}),
    ("euler", 6, {"prediction_type": "epsilon", "timestep_spacing": "linspace"}),
    ("lcm", 4, {"prediction_type": "epsilon"}),
    ("tcd", 4, {"prediction_type": "epsilon"}),
    ("lms", 8, {"prediction_type": "epsilon"}),
    ("ddim", 6, {"prediction_type": "epsilon"}),
    ("euler-trailing", 4, {"prediction_type": "epsilon"}),
    ("dpmpp-2m-karras", 8, {"prediction_type": "epsilon"}),
)

TEN = ("a photo of a S", "a photo of a S on a blue background", "a photo of a S in the snow", "a photo of a S at night",
       "a S as a watercolour", "a S as a pixel drawing", "two S", "a photo of a small S on the left",
       "a close-up of a S on a green background", "a S next to a cat")


def path(name):
    return os.path.join(SCRATCH.name, name)


def psnr(file, expected):
    import numpy as np
    from PIL import Image
    found = np.asarray(Image.open(file).convert("RGB"), np.float64)
    assert found.shape == expected.shape, (found.shape, expected.shape)
    return 10 * np.log10(255 ** 2 / max(np.mean((found - expected) ** 2), 1e-12))


def mask_file():
    """The penguin's ellipse, with the bounding box given in data/demo/README.md."""
    from PIL import Image, ImageDraw
    mask = Image.new("L", (512, 512))
    ImageDraw.Draw(mask).ellipse((106, 123, 406, 420), fill=255)
    mask.save(path("mask.png"))
    return path("mask.png")


def folder_with(part, config_file, changes):
    """The embedded model with one part replaced by a folder that contains only its configuration, with changes."""
    folder = path("-".join(["model", part, *map(str, changes.values())]))
    if not os.path.exists(folder):
        os.makedirs(os.path.join(folder, part))
        for name in os.listdir(MODEL):
            if name != part:
                os.symlink(os.path.join(MODEL, name), os.path.join(folder, name))
        with open(os.path.join(MODEL, part, config_file)) as f:
            config = json.load(f)
        with open(os.path.join(folder, part, config_file), "w") as f:
            json.dump(config | changes, f)
    return folder


def with_schedule(changes):
    return folder_with("scheduler", "scheduler_config.json", changes) if changes else MODEL


def with_guidance_embedding(width):
    """The embedded model with LCM's guidance embedding, with random weights small enough not to drown the time embedding."""
    import numpy as np
    import safetensors_file
    folder = folder_with("unet", "config.json", {"time_cond_proj_dim": width})
    weights = "unet/diffusion_pytorch_model.safetensors"
    tensors = safetensors_file.read(os.path.join(MODEL, weights))
    shape = (tensors["time_embedding.linear_1.weight"].shape[1], width)
    drawn = 0.06 * np.random.default_rng(1).standard_normal(shape)
    safetensors_file.write(os.path.join(folder, weights),
                           tensors | {"time_embedding.cond_proj.weight": drawn.astype(np.float16)})
    return folder


def need_torch():
    try:
        import torch
    except ImportError:
        raise Skip("no PyTorch here") from None
    import sample
    torch.set_grad_enabled(False)
    return torch, sample


@functools.cache
def torch_model(folder):
    return need_torch()[1].Model(folder)


def torch_picture(folder, prompt, concept, side=None, **options):
    _, sample = need_torch()
    model = torch_model(folder)
    inputs = sample.read_concept(CONCEPT, mask_file(), model.joint.image.config) if concept else None
    if side:
        options["size"] = (side // FACTOR, side // FACTOR)
    latents = model.sample(prompt, inputs, (SEED,), fidelity=0.8, **options)
    return model.decode(latents)[0].astype(float)


def meet(folder, expected, least, prompt, *more):
    """Compares our picture with an expected one. least: minimum PSNR in dB in f16 and in f32; None = that precision is not run.

    f16: parity requires 40 dB; rounding alone gives about 60. f32: the remaining difference is the last of the 8 bits (one
    value in 5000 that is off by one gives 85 dB)."""
    for flags, decibels in (([], least[0]), (["--f32"], least[1])):
        if decibels is None:
            continue
        fidelity = ["--fidelity", "0.8"] if "--concept" in more else []
        subprocess.run([EXE, "generate", "--model", folder, "--prompt", prompt, "--seed", str(SEED), *fidelity,
                        "--out", path(f"personalize-{SEED}.png"), "--force", *more, *flags], check=True,
                       capture_output=True)
        found = psnr(path(f"personalize-{SEED}.png"), expected)
        print(f"# {prompt} {' '.join([*more, *flags])}: {found:.1f} dB", flush=True)
        assert found >= decibels, (prompt, more, flags, found)


def compare(prompt, concept, folder=MODEL, least=(50, 75), side=None, **options):
    """side: of the picture, in pixels; None = the model's default."""
    expected = torch_picture(folder, prompt, concept, side, **options)
    given = ["--concept", CONCEPT, "--mask", mask_file()] if concept else []
    given += ["--size", f"{side}x{side}"] if side else []
    for name, value in options.items():
        given += [f"--{name}", str(value)]
    meet(folder, expected, least, prompt, *given)


@test
def text_alone():
    """a picture from text alone equals PyTorch's."""
    compare("a red ball on a blue background", concept=False)


@test
def a_concept():
    """a personalized picture equals PyTorch's."""
    compare("a S on a red background", concept=True)


@test
def ten_prompts():
    """ten prompts of all families, with the model's own settings, are painted as PyTorch paints them."""
    for prompt in TEN:
        compare(prompt, concept=True, least=(40, None))


@test
def weights():
    """a picture from weighed words equals PyTorch's, the concept's words among them."""
    compare("a (S:1.3) on a ((red) background:0.8) \\(at [night]\\)", concept=True,
            negative="(blue:1.4), small")


@test
def guidance_embedding():
    """a network that embeds the guidance equals PyTorch's, and listens to it."""
    need_torch()
    folder, prompt = with_guidance_embedding(256), "a red ball on a blue background"
    for guidance in (1.5, 8.5):
        compare(prompt, concept=False, folder=folder, sampler="lcm", steps=4, guidance=guidance, least=(45, 70))
    quiet = torch_picture(folder, prompt, False, sampler="lcm", steps=4, guidance=1.5)
    assert psnr(path(f"personalize-{SEED}.png"), quiet) < 35


def blended(torch, decode, latents, rows, columns, factor):
    """Blends decoded tiles with linear ramps where they overlap. rows, columns: ranges (first, end) in latent pixels."""
    def pixels(stretch):
        return slice(factor * stretch[0], factor * stretch[1])

    def shares(stretches, i):
        first, end = (factor * n for n in stretches[i])
        at = torch.arange(first, end) + 0.5
        share = torch.ones_like(at)
        if i > 0:
            share = torch.minimum(share, (at - first) / (factor * stretches[i - 1][1] - first))
        if i + 1 < len(stretches):
            share = torch.minimum(share, (end - at) / (end - factor * stretches[i + 1][0]))
        return share

    picture = torch.zeros(1, 3, factor * rows[-1][1], factor * columns[-1][1])
    for i, down in enumerate(rows):
        for j, across in enumerate(columns):
            tile = decode(latents[:, :, slice(*down), slice(*across)])
            picture[:, :, pixels(down), pixels(across)] += (
                tile * shares(rows, i)[:, None] * shares(columns, j))
    return picture


def compare_tiles(width, height, rows, columns):
    """All arguments are in latent pixels; the tiles are those of models/tasks/tiling.h."""
    torch, _ = need_torch()
    model, prompt, factor = torch_model(MODEL), "a red ball on a blue background", FACTOR
    latents = model.sample(prompt, None, (SEED,), size=(height, width), sampler="lcm", steps=1)
    picture = blended(torch, model.vae.decode, latents, rows, columns, factor)
    pixels = ((picture.clamp(-1, 1) + 1) * 127.5).round()[0].permute(1, 2, 0).double().numpy()
    meet(MODEL, pixels, (45, 70), prompt, "--size", f"{factor * width}x{factor * height}", "--sampler", "lcm",
         "--steps", "1")
    whole = psnr(path(f"personalize-{SEED}.png"), model.decode(latents)[0].astype(float))
    print(f"# {whole:.1f} dB from the picture decoded at once", flush=True)
    assert whole >= 40


@test
def tiles():
    """a picture larger than a tile is decoded in tiles, which do not show."""
    compare_tiles(80, 4, ((0, 4),), ((0, 48), (32, 80)))
    compare_tiles(4, 132, ((0, 55), (38, 93), (77, 132)), ((0, 4),))


def walk(sampler, steps, changes, halves):
    def check():
        # A single batch row, at half the side: the tests above cover guidance and size.
        compare("a red ball on a blue background", concept=False, folder=with_schedule(changes), side=128, sampler=sampler,
                steps=steps, guidance=1.0, least=(45 if halves else None, 70))
    said = ", ".join(changes.values())
    check.__doc__ = f"{steps} steps of {sampler}{' with ' + said if said else ''} equal PyTorch's."
    test(check)


# In f16 only the first row of each sampler: other schedules and predictions change only the factors of a step, which both sides
# compute on the host in float64, and not what runs on the device.
for row in WALKS:
    walk(*row, halves=row is next(other for other in WALKS if other[0] == row[0]))

try:
    run(sys.argv[3] if len(sys.argv) > 3 else None)
finally:
    SCRATCH.cleanup()

# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Published files at full size. ELITE in exactly the published structure: 132 tensors per mapper in PyTorch's containers, CLIP
ViT-L/14 under OpenAI's names without a config.json, the base model elsewhere; must give the same bits as the random model's own
folders. CatVersion's adapter in the text encoder; must give the same numbers as PyTorch.

Usage: test-published-files.py PERSONALIZE FOLDER [NAME_PART]
Makes the model in FOLDER if it is missing.
"""

import collections
import functools
import json
import os
import shutil
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
for folder in ("cli", "reference"):
    sys.path.insert(0, os.path.join(HERE, "..", folder))
import random_models  # noqa: E402
from tap import Skip, run, test  # noqa: E402

try:
    import torch

    import clip_layouts
    import compare_model
    import networks
    import safetensors_file
except ImportError:
    torch = None

EXE, FOLDER = sys.argv[1:3]
MODEL = os.path.join(FOLDER, "plain")
SITES = [f"{level}_attentions_{j}_transformer_blocks_0_attn2" for level, n in
         (("down_blocks_0", 2), ("down_blocks_1", 2), ("down_blocks_2", 2), ("mid_block", 1),
          ("up_blocks_1", 3), ("up_blocks_2", 3), ("up_blocks_3", 3)) for j in range(n)]
WIDTHS = [320] * 2 + [640] * 2 + [1280] * 6 + [640] * 3 + [320] * 3


def published_mapper():
    """Names and shapes of the tensors in global_mapper.pt and local_mapper.pt."""
    shapes = {}
    for branch in ("mapping", "mapping_patch"):
        for i in range(5):
            for index, shape in ((0, (1024, 1024)), (1, (1024,)), (3, (1024, 1024)), (4, (1024,)), (6, (768, 1024))):
                shapes[f"{branch}_{i}.{index}.weight"] = shape
                shapes[f"{branch}_{i}.{index}.bias"] = shape[:1]
    for site, width in zip(SITES, WIDTHS):
        for kind in "kv":
            shapes[f"{site}_to_{kind}.weight"] = (width, 768)
    return shapes


def base_model():
    if torch is None:
        raise Skip("no PyTorch here")
    torch.set_grad_enabled(False)
    return random_models.folder(FOLDER, "plain")


def state_of(file):
    tensors = safetensors_file.read(os.path.join(MODEL, file))
    return collections.OrderedDict((name, torch.from_numpy(a.copy())) for name, a in tensors.items())


def download(scratch, new_container):
    """Writes the authors' files to their own folder, and a model folder that refers to all of them."""
    elite, model = os.path.join(scratch, "download"), os.path.join(scratch, "model")
    os.makedirs(os.path.join(elite, "image_encoder"))
    os.makedirs(model)
    for name in ("global_mapper", "local_mapper"):
        state = state_of(f"elite/{name}.safetensors")
        assert {n: tuple(t.shape) for n, t in state.items()} == published_mapper(), name
        assert len(state) == 132 and sum(t.numel() for t in state.values()) == 48074240
        torch.save(state, os.path.join(elite, f"{name}.pt"), _use_new_zipfile_serialization=new_container)
    torch.save(clip_layouts.open_ai(state_of("image_encoder/model.safetensors")),
               os.path.join(elite, "image_encoder/ViT-L-14.pt"), _use_new_zipfile_serialization=new_container)
    with open(os.path.join(model, "model.json"), "w") as f:
        json.dump({"base": base_model(), "elite": elite}, f)
    return model


@functools.cache
def expected(network):
    """A network's case, and the result with the model's own folders."""
    reference = compare_model.Reference(base_model(), torch.float32)
    case = getattr(compare_model.Cases(reference, (8, 8), 1), network)()
    return case, compare_model.run(EXE, MODEL, case).tensors


def compare(new_container, networks):
    base_model()
    scratch = tempfile.mkdtemp(prefix="pz-published-", dir=FOLDER)
    try:
        model = download(scratch, new_container)
        for network in networks:
            case, wanted = expected(network)
            found = compare_model.run(EXE, model, case).tensors
            assert wanted.keys() == found.keys(), network
            for name, tensor in wanted.items():
                assert (found[name] == tensor).all(), (network, name)
            print(f"# {network}: {len(wanted)} tensors equal", flush=True)
    finally:
        shutil.rmtree(scratch)


@test
def zip_archives():
    """published files in today's container give the same bits, the U-Net's local branch included"""
    compare(True, ("image_encoder", "global_mapper", "local_mapper", "unet_with_concept"))


@test
def old_container():
    """and in the one before zip archives"""
    compare(False, ("image_encoder", "global_mapper", "local_mapper"))


@test
def catversion():
    """CatVersion's teapot in the last three of twelve layers equals PyTorch's, off in one half"""
    data = os.environ.get("PZ_TEST_DATA")
    if not data:
        raise Skip("PZ_TEST_DATA is not set")
    reference = compare_model.Reference(base_model(), torch.float64)
    state = torch.load(os.path.join(data, "formats/catversion-teapot/pytorch_adapter.bin"), weights_only=True,
                       map_location="cpu")
    # Flat, in the order of methods.md: for P positions, a key and a value for each of L layers, 12 heads of 64.
    prefix = next(iter(state.values())).double().reshape(1, 6, 768)
    ids = torch.full((2, 77), 49407)
    ids[:, 0] = 49406
    ids[1, 1:4] = torch.tensor([11444, 318, 40749])  # "colorful_teapot"
    weights, config = reference.weights("text_encoder"), reference.config("text_encoder")
    wanted = networks.text_encoder(weights, config, ids, None, prefix, (0, 1))
    plain = networks.text_encoder(weights, config, ids)
    assert torch.equal(wanted[0], plain[0])
    moved = compare_model.relative_error({"x": plain[1].numpy()}, {"x": wanted[1]})
    assert moved > 0.05, moved
    inputs = {"input_ids": ids, "prefix": prefix, "prefix_on": torch.tensor([0.0, 1.0])}
    case = compare_model.Case("text_encoder", inputs, None)
    for mode, flags, limit in (("f16", [], 5e-3), ("f32", ["--f32"], 2e-5)):
        found = compare_model.run(EXE, MODEL, case, *flags).tensors["last_hidden_state"]
        for half in range(2):
            error = compare_model.relative_error({"x": found[half]}, {"x": wanted[half]})
            print(f"# {mode}, half {half}: relative error {error:.2e}; the adapter moves it by {moved:.2f}")
            assert error <= limit, (mode, half, error)


run(sys.argv[3] if len(sys.argv) > 3 else None)

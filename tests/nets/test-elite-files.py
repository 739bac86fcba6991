# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""ELITE's mappers and CLIP's vision tower as their authors publish them: files written by PyTorch, in every container and
layout, must give the same bits as the safetensors files that they are made from.

Usage: test-elite-files.py PERSONALIZE SOURCE_ROOT [NAME_PART]
"""

import collections
import json
import os
import shutil
import subprocess
import sys
import tempfile

EXE, ROOT = sys.argv[1:3]
sys.path[:0] = [os.path.join(ROOT, "tests", folder) for folder in ("cli", "reference")]

from tap import Skip, run, test  # noqa: E402

MODEL = os.path.join(ROOT, "tests/nets/data/one")
SCRATCH = tempfile.mkdtemp(prefix="pz-elite-")
MAPPERS = ("global_mapper", "local_mapper")
# One case per network; together they depend on every file of ELITE.
CASES = ("image_encoder.one-picture", "global_mapper.one-picture", "local_mapper.one-picture",
         "unet.one-concept-and-an-unconditional-half")


def need_torch():
    try:
        import safetensors_file
        import torch
    except ImportError:
        raise Skip("no PyTorch here") from None
    return torch, safetensors_file


def tensors(file):
    """The tensors of a safetensors file of the small model, as an OrderedDict in the file's order."""
    torch, files = need_torch()
    return collections.OrderedDict((name, torch.tensor(a))
                                   for name, a in files.read(os.path.join(MODEL, file)).items())


def module(case, model, *more):
    """Runs a network and returns the bytes of its result."""
    out = os.path.join(SCRATCH, "out.safetensors")
    done = subprocess.run([EXE, "module", case.split(".")[0], "--model", model, "--out", out, "--force", "--in",
                           os.path.join(MODEL, "cases", f"{case}.safetensors"), *more],
                          capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, (case, done.stderr)
    with open(out, "rb") as f:
        return f.read()


def model_without(*parts):
    """A copy of the small model in which these folders are empty."""
    folder = tempfile.mkdtemp(dir=SCRATCH)
    shutil.copytree(MODEL, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("cases"))
    for part in parts:
        shutil.rmtree(os.path.join(folder, part))
        os.mkdir(os.path.join(folder, part))
    return folder


EXPECTED = {}


def same_bits(model, cases, what, *more):
    for case in cases:
        if case not in EXPECTED:
            EXPECTED[case] = module(case, MODEL)
        assert module(case, model, *more) == EXPECTED[case], (what, case)


def save_mappers(folder, change=lambda state: state, ending="pt", **how):
    torch, _ = need_torch()
    for name in MAPPERS:
        torch.save(change(tensors(f"elite/{name}.safetensors")), os.path.join(folder, f"{name}.{ending}"),
                   **how)


def fill_metadata(state):
    """Adds the attribute _metadata, as Module.state_dict () does."""
    state._metadata = collections.OrderedDict([("", {"version": 1}), ("mapping_0", {"version": 1})])
    return state


def as_parameters(state):
    import torch
    return collections.OrderedDict((name, torch.nn.Parameter(t)) for name, t in state.items())


@test
def mapper_containers():
    """mappers in torch files, new and old, equal those in safetensors"""
    need_torch()
    for what, change, how in (
            ("zip archive", fill_metadata, {}),
            ("before zip archives", fill_metadata, {"_use_new_zipfile_serialization": False}),
            ("Parameters", as_parameters, {}),
            ("trained on several devices",
             lambda state: collections.OrderedDict((f"module.{n}", t) for n, t in state.items()), {}),
            ("a checkpoint", lambda state: {"state_dict": state, "epoch": 3}, {})):
        model = model_without("elite")
        save_mappers(os.path.join(model, "elite"), change, **how)
        same_bits(model, CASES[1:], what)


@test
def elite_elsewhere():
    """mappers lie where model.json or the command line says"""
    need_torch()
    model, other = model_without("elite"), tempfile.mkdtemp(dir=SCRATCH)
    os.rmdir(os.path.join(model, "elite"))
    save_mappers(other)
    shutil.move(os.path.join(model, "image_encoder"), other)
    same_bits(model, CASES, "--elite", "--elite", other)
    with open(os.path.join(model, "model.json"), "w") as f:
        json.dump({"elite": os.path.relpath(other, model)}, f)
    same_bits(model, CASES, "model.json")


@test
def published_names():
    """the mappers have the published keys"""
    need_torch()
    for name in MAPPERS:
        state = tensors(f"elite/{name}.safetensors")
        mlp = {f"{m}_{i}.{j}.{k}" for m in ("mapping", "mapping_patch") for i in range(5)
               for j in (0, 1, 3, 4, 6) for k in ("weight", "bias")}
        sites = {n for n in state if n not in mlp}
        assert mlp <= set(state), mlp - set(state)
        assert all(n.endswith(("_attn2_to_k.weight", "_attn2_to_v.weight")) and "." not in n[:-7] for n in sites)


# ---------------------------------------------------------------------------- CLIP's vision tower


def with_text_tower(state):
    import torch
    return state | {"text_model.final_layer_norm.weight": torch.zeros(4), "logit_scale": torch.tensor(4.6)}


def spelt_right(state):
    return collections.OrderedDict((n.replace("pre_layrnorm", "pre_layernorm"), t) for n, t in state.items())


@test
def tower_layouts():
    """the vision tower in Hugging Face's and OpenAI's layouts equals itself"""
    torch, _ = need_torch()
    import clip_layouts
    state = tensors("image_encoder/model.safetensors")
    with open(os.path.join(MODEL, "image_encoder/config.json")) as f:
        config = json.load(f)
    # As the whole of CLIP is published: both towers, with text generation settings among theirs.
    whole = {"architectures": ["CLIPModel"], "model_type": "clip", "projection_dim": 4,
             "text_config": {"model_type": "clip_text_model", "hidden_size": 8},
             "vision_config": {**config, "do_sample": False, "top_k": 50, "length_penalty": 1.0,
                               "id2label": {"0": "LABEL_0"}, "return_dict": True}}
    for what, file, value, said in (
            ("pytorch_model.bin", "pytorch_model.bin", state, config),
            ("spelt right", "pytorch_model.bin", spelt_right(state), config),
            ("the whole of CLIP", "pytorch_model.bin", with_text_tower(state), whole),
            ("OpenAI's names", "ViT-L-14.pt", clip_layouts.open_ai(state), config),
            ("OpenAI's names, old container", "open_clip.bin", clip_layouts.open_ai(state), config),
            ("OpenAI's own archive", "ViT-L-14.pt", clip_layouts.open_ai(state), config)):
        model = model_without("image_encoder")
        folder = os.path.join(model, "image_encoder")
        with open(os.path.join(folder, "config.json"), "w") as f:
            json.dump(said, f)
        if "archive" in what:
            clip_layouts.save_script(value, os.path.join(folder, file))
        else:
            torch.save(value, os.path.join(folder, file), _use_new_zipfile_serialization="old" not in what)
        same_bits(model, CASES[:1], what)


@test
def tower_without_config():
    """without a config.json the tower is what its tensors say"""
    torch, files = need_torch()
    import clip_layouts
    config = {"model_type": "clip_vision_model", "hidden_size": 128, "intermediate_size": 160, "patch_size": 7,
              "num_hidden_layers": 6, "num_attention_heads": 2, "image_size": 28, "hidden_act": "quick_gelu"}
    w, mlp, torch_state = 128, 160, collections.OrderedDict()
    generator = torch.Generator().manual_seed(3)

    def add(name, *shape):
        torch_state[f"vision_model.{name}"] = 0.1 * torch.randn(*shape, generator=generator)
    add("embeddings.class_embedding", w)
    add("embeddings.patch_embedding.weight", w, 3, 7, 7)
    add("embeddings.position_embedding.weight", 17, w)
    for norm in ("pre_layrnorm", "post_layernorm"):
        add(f"{norm}.weight", w), add(f"{norm}.bias", w)
    for i in range(6):
        layer = f"encoder.layers.{i}"
        for name, shape in (("self_attn.q_proj", (w, w)), ("self_attn.k_proj", (w, w)), ("self_attn.v_proj", (w, w)),
                            ("self_attn.out_proj", (w, w)), ("mlp.fc1", (mlp, w)), ("mlp.fc2", (w, mlp)),
                            ("layer_norm1", (w,)), ("layer_norm2", (w,))):
            add(f"{layer}.{name}.weight", *shape), add(f"{layer}.{name}.bias", shape[0])
    said, guessed = model_without("image_encoder"), model_without("image_encoder")
    with open(os.path.join(said, "image_encoder/config.json"), "w") as f:
        json.dump(config, f)
    files.write(os.path.join(said, "image_encoder/model.safetensors"),
                {n: t.numpy() for n, t in torch_state.items()})
    torch.save(clip_layouts.open_ai(torch_state), os.path.join(guessed, "image_encoder/ViT.pt"))
    assert module(CASES[0], guessed) == module(CASES[0], said)
    # The same weights as a separate file.
    moved = tempfile.mkdtemp(dir=SCRATCH)
    shutil.move(os.path.join(guessed, "image_encoder/ViT.pt"), moved)
    os.rmdir(os.path.join(guessed, "image_encoder"))
    with open(os.path.join(guessed, "model.json"), "w") as f:
        json.dump({"image_encoder": os.path.join(moved, "ViT.pt")}, f)
    assert module(CASES[0], guessed) == module(CASES[0], said)


@test
def misfits():
    """a mapper that does not fit is refused with file and tensor"""
    need_torch()
    model = model_without("elite")
    save_mappers(os.path.join(model, "elite"),
                 lambda state: collections.OrderedDict((n, t) for n, t in state.items() if n != "mapping_2.3.bias"))
    done = subprocess.run([EXE, "module", "global_mapper", "--model", model, "--out", os.path.join(SCRATCH, "x"),
                           "--in", os.path.join(MODEL, "cases", f"{CASES[1]}.safetensors")],
                          capture_output=True, text=True, timeout=300)
    assert done.returncode == 1 and done.stderr.count("\n") == 1, done
    for word in ("global_mapper.pt", "mapping_2.3.bias", "no such tensor"):
        assert word in done.stderr, (word, done.stderr)


try:
    run(sys.argv[3] if len(sys.argv) > 3 else None)
finally:
    shutil.rmtree(SCRATCH, ignore_errors=True)

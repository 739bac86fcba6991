# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""personalize inspect: identifies what kind of file it is given.

Usage: test-inspect.py PERSONALIZE SOURCE_FOLDER
"""

import json
import os
import pathlib
import struct
import subprocess
import sys
import tempfile

from tap import Skip, run, test

EXE, SOURCE = sys.argv[1], pathlib.Path(sys.argv[2])
MODEL = SOURCE / "data/models/pz-tiny"
SCRATCH = pathlib.Path(tempfile.mkdtemp(prefix="pz-inspect-"))


def call(*args):
    return subprocess.run([EXE, "inspect", *map(str, args)], capture_output=True, text=True, timeout=120,
                          check=False)


def inspect(path):
    """Its JSON output."""
    done = call(path, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def write(name, tensors, metadata=None):
    """A safetensors file of zeros. tensors: {name: shape}."""
    header, size = {}, 0
    if metadata:
        header["__metadata__"] = metadata
    for key, shape in tensors.items():
        count = 2
        for side in shape:
            count *= side
        header[key] = {"dtype": "F16", "shape": list(shape), "data_offsets": [size, size + count]}
        size += count
    text = json.dumps(header).encode()
    path = SCRATCH / name
    path.write_bytes(struct.pack("<Q", len(text)) + text + bytes(size))
    return path


ATTENTION = "transformer_blocks.0.attn2.to_k.weight"


def checkpoint(width, channels=4, **more):
    unet = "model.diffusion_model."
    return {f"{unet}input_blocks.0.0.weight": (2, channels, 3, 3),
            f"{unet}input_blocks.1.1.{ATTENTION}": (2, width), **more}


def unet(width, channels=4, **more):
    return {"conv_in.weight": (2, channels, 3, 3), "time_embedding.linear_1.weight": (2, 2),
            f"down_blocks.0.attentions.0.{ATTENTION}": (2, width), **more}


def mapper(width):
    return {"mapping_0.0.weight": (2, 2), "mapping_patch_0.0.weight": (2, 2), "mapping_0.6.weight": (width, 2)}


# file, tensors, kind, family, a part of the problem's text (None: the file is usable)
KINDS = [
    ("one.safetensors", checkpoint(768), "checkpoint", "sd-1.x", None),
    ("two.safetensors", checkpoint(1024), "checkpoint", "sd-2.x", None),
    ("fill.safetensors", checkpoint(768, 9), "checkpoint", "sd-1.x", "inpainting"),
    ("xl.safetensors", checkpoint(2048, **{"conditioner.embedders.1.model.ln_final.weight": (2,)}),
     "unsupported-model", None, "Stable Diffusion XL"),
    ("unet.safetensors", unet(768), "unet", "sd-1.x", None),
    ("unet-2.safetensors", unet(1024), "unet", "sd-2.x", None),
    ("unet-lcm.safetensors", unet(768, **{"time_embedding.cond_proj.weight": (2, 2)}), "unet", "sd-1.x", None),
    ("unet-fill.safetensors", unet(768, 9), "unet", "sd-1.x", "inpainting"),
    ("unet-xl.safetensors", unet(2048, **{"add_embedding.linear_1.weight": (2, 2)}), "unet", None, "nothing here"),
    ("vae.safetensors", {"encoder.conv_in.weight": (2, 3, 3, 3), "decoder.conv_in.weight": (2, 4, 3, 3)},
     "vae", None, None),
    ("text.safetensors", {"text_model.embeddings.token_embedding.weight": (4, 768)}, "text-encoder", "sd-1.x", None),
    ("clip.safetensors", {"vision_model.embeddings.patch_embedding.weight": (2, 3, 2, 2),
                          "text_model.embeddings.token_embedding.weight": (4, 768)}, "image-encoder", None, None),
    ("openai.safetensors", {"visual.conv1.weight": (2, 3, 2, 2)}, "image-encoder", None, None),
    ("global_mapper.safetensors", mapper(768), "elite-global-mapper", "sd-1.x", None),
    ("local_mapper.safetensors", mapper(768), "elite-local-mapper", "sd-1.x", None),
    ("kohya.safetensors", {"lora_unet_down_blocks_0_attentions_0_proj_in.lora_down.weight": (2, 2)},
     "lora", None, "no “up”"),
    ("kohya-2.safetensors", {"lora_te_text_model_encoder_layers_0_self_attn_q_proj.lora_down.weight": (2, 1024),
                             "lora_te_text_model_encoder_layers_0_self_attn_q_proj.lora_up.weight": (1024, 2)},
     "lora", "sd-2.x", None),
    ("peft.safetensors", {"base_model.model.a.to_q.lora_A.weight": (2, 2),
                          "base_model.model.a.to_q.lora_B.weight": (2, 2)}, "lora", None, None),
    ("loha.safetensors", {"lora_unet_a_to_q.hada_w1_a": (2, 2)}, "lora", None, "LoHa"),
    ("control.safetensors", {**unet(768), "controlnet_cond_embedding.conv_in.weight": (2, 2)},
     "controlnet", "sd-1.x", "nothing here"),
    ("ip.safetensors", {"ip_adapter.1.to_k_ip.weight": (2, 2)}, "ip-adapter", None, "image_proj"),
    ("ip-base.safetensors", {"ip_adapter.1.to_k_ip.weight": (2, 768), "image_proj.proj.weight": (3072, 1024),
                             "image_proj.norm.weight": (768,)}, "ip-adapter", "sd-1.x", None),
    ("ip-face.safetensors", {"ip_adapter.1.to_k_ip.weight": (2, 768), "image_proj.proj.0.weight": (2, 512)},
     "ip-adapter", None, "FaceID"),
    ("cat.safetensors", {"<cat>": (3, 768)}, "words", "sd-1.x", None),
    ("new.safetensors", {"emb_params": (2, 1024)}, "words", "sd-2.x", None),
    ("words-xl.safetensors", {"clip_l": (1, 768), "clip_g": (1, 1280)}, "words", None, "Stable Diffusion XL"),
    ("encoding.safetensors", {"tensor": (1, 77, 768)}, "encoding", "sd-1.x", None),
    ("other.safetensors", {"layers.0.weight": (2, 2, 2, 2, 2)}, "unknown", None, "nothing here"),
    ("nothing.safetensors", {}, "unknown", None, "nothing here"),
]


@test
def kinds_by_names_and_shapes():
    """Each kind of file is told by the names and shapes in it."""
    for name, tensors, kind, family, problem in KINDS:
        found = inspect(write(name, tensors))
        assert (found["kind"], found["family"]) == (kind, family), (name, found["kind"], found["family"])
        if problem is None:
            assert found["problem"] is None and found["use"], (name, found["problem"])
        else:
            assert problem in found["problem"], (name, found["problem"])


@test
def every_tensor_is_listed():
    """Every tensor is listed with its dtype and shape, and the metadata with them."""
    path = write("listed.safetensors", {"a": (2, 3), "b": (), "c": (0, 4)}, {"format": "pt", "title": "x"})
    found = inspect(path)
    assert found["tensors"] == [{"name": "a", "dtype": "F16", "shape": [2, 3]},
                                {"name": "b", "dtype": "F16", "shape": []},
                                {"name": "c", "dtype": "F16", "shape": [0, 4]}], found["tensors"]
    assert found["metadata"] == {"format": "pt", "title": "x"}
    assert (found["format"], found["size_bytes"], found["parameters"]) == ("safetensors", path.stat().st_size, 7)


@test
def parts_of_the_embedded_model():
    """Every part of the embedded model is recognised."""
    expected = {"unet": "unet", "vae": "vae", "text_encoder": "text-encoder", "image_encoder": "image-encoder"}
    for part, kind in expected.items():
        files = sorted((MODEL / part).glob("*.safetensors"))
        assert files, part
        for path in files:
            found = inspect(path)
            assert (found["kind"], found["problem"]) == (kind, None), (path, found["kind"])
    for which in ("global", "local"):
        assert inspect(MODEL / f"elite/{which}_mapper.safetensors")["kind"] == f"elite-{which}-mapper"


@test
def files_that_others_made():
    """Words, an adapter and an encoded prompt that others made are recognised."""
    if "PZ_TEST_DATA" not in os.environ:
        raise Skip("PZ_TEST_DATA is not set")
    formats = pathlib.Path(os.environ["PZ_TEST_DATA"]) / "formats"
    words = inspect(formats / "cross-init-28017-learned_embeds.bin")
    assert (words["kind"], words["family"], words["format"]) == ("words", "sd-2.x", "torch (zip)")
    assert words["learned"] == [{"name": f"28017_v{i}", "vectors": 1, "width": 1024} for i in (0, 1)]
    shown = call(formats / "cross-init-28017-learned_embeds.bin").stdout
    for part in ("learned words (sd-2.x)", "28017_v1: 1 vector of width 1024", "(--embedding FILE)",
                 "torch (zip), 9.3", "2 tensors with 2048 parameters: F32"):
        assert part in shown, (part, shown)
    for path in ("catversion-teapot", "catversion-teapot/pytorch_adapter.bin"):
        adapter = inspect(formats / path)
        assert (adapter["kind"], adapter["family"], adapter["problem"]) == ("adapter", "sd-1.x", None)
        assert len(adapter["tensors"]) == 4 and adapter["tensors"][0]["shape"] == [4608]
    encoding = inspect(formats / "sd15-empty-prompt-uc.pt")
    assert (encoding["kind"], encoding["family"]) == ("encoding", "sd-1.x")
    assert encoding["tensors"] == [{"name": "tensor", "dtype": "F32", "shape": [1, 77, 768]}]
    for path, found in (("names-691.txt", "a text file"), ("catversion-teapot/adapter_config.json", "weight_map")):
        done = call(formats / path)
        assert done.returncode == 1 and found in done.stderr, done


@test
def text_for_people():
    """The text for people says what the file is, its use and its tensors, and no control characters."""
    done = call(write("shown.safetensors", {"mapping_patch_0.0.weight": (2, 2), "mapping_0.0.weight": (2, 2),
                                            "evil\x1b[31m\nname": (1,)}))
    assert done.returncode == 0, done.stderr
    for part in ("ELITE's global mapper", "can be used as a part of a model folder: elite/",
                 "mapping_0.0.weight F16 [2, 2]", "evil?[31m?name F16 [1]"):
        assert part in done.stdout, (part, done.stdout)
    assert "\x1b" not in done.stdout


@test
def unreadable_files():
    """A broken file, a folder and no file at all fail with one sentence."""
    broken = SCRATCH / "broken.pt"
    broken.write_bytes(b"PK\x03\x04")
    for path in (broken, SCRATCH, SCRATCH / "none"):
        done = call(path)
        assert done.returncode == 1 and not done.stdout, (path, done)
        assert str(path) in done.stderr and done.stderr.count("\n") == 1, done.stderr
    assert "info" in call(SCRATCH).stderr
    assert call().returncode == 2
    assert call(broken, broken).returncode == 2


run()

# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write the trained networks as a model folder in the diffusers layout, f16.

Run:  python3 export.py --cache DIR --checkpoint FILE.pt --out FOLDER [--sampler dpmpp-2m ...]
The averaged weights are written.  With --distilled FILE.pt the U-Net is that of distill.py; its config
says whether it embeds the guidance (time_cond_proj_dim).  README.md and LICENSES/ are not touched.
"""

import argparse
import json
import shutil
from pathlib import Path

import torch

from configs import (FEATURE_LAYERS, IMAGE, IMAGE_MEAN, IMAGE_STD, LCM_SCHEDULER, SCHEDULER, TEXT, UNET, VAE)
from model import Joint, elite_files
from nets import AutoencoderTiny
from tensors import save

INDEX = {
    "_class_name": "StableDiffusionPipeline",
    "_diffusers_version": "0.31.0",
    "feature_extractor": ["transformers", "CLIPImageProcessor"],
    "image_encoder": ["transformers", "CLIPVisionModel"],
    "requires_safety_checker": False,
    "safety_checker": [None, None],
    "text_encoder": ["transformers", "CLIPTextModel"],
    "tokenizer": ["transformers", "CLIPTokenizer"],
    "unet": ["diffusers", "UNet2DConditionModel"],
    "vae": ["diffusers", "AutoencoderTiny"],
}


def half(state):
    return {k: v.to(torch.float16) for k, v in state.items()}


def write_json(path, data):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(data, indent=2) + "\n")


def preprocessor():
    side = IMAGE["image_size"]
    return {"feature_extractor_type": "CLIPImageProcessor", "do_resize": True, "resample": 3,
            "size": {"height": side, "width": side}, "do_center_crop": False,
            "crop_size": {"height": side, "width": side}, "do_rescale": True,
            "rescale_factor": 1 / 255, "do_normalize": True, "image_mean": IMAGE_MEAN,
            "image_std": IMAGE_STD, "do_convert_rgb": True}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--checkpoint", type=Path, required=True)
    parser.add_argument("--distilled", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--sampler", default="dpmpp-2m")
    parser.add_argument("--steps", type=int, default=4)
    parser.add_argument("--guidance", type=float, default=2.0)
    parser.add_argument("--fidelity", type=float, default=0.8)
    args = parser.parse_args()
    saved, out = torch.load(args.checkpoint, map_location="cpu"), args.out
    average, unet_config = saved["average"], {**UNET, "time_cond_proj_dim": None}
    if args.distilled:
        student = torch.load(args.distilled, map_location="cpu")["average"]
        guidance = student.get("time_embedding.cond_proj.weight")
        unet_config["time_cond_proj_dim"] = None if guidance is None else guidance.shape[1]
        average.update({f"unet.{key}": value for key, value in student.items()})
    joint = Joint(unet_config)
    joint.load_state_dict(average)
    vae = AutoencoderTiny(VAE)
    vae.load_state_dict(torch.load(args.cache / "training/decoder.pt")["average"])
    unet, global_mapper, local_mapper = elite_files(joint)
    save(out / "unet/diffusion_pytorch_model.safetensors", half(unet))
    save(out / "vae/diffusion_pytorch_model.safetensors", half(vae.state_dict()))
    save(out / "text_encoder/model.safetensors", half(joint.text.state_dict()))
    save(out / "image_encoder/model.safetensors", half(joint.image.state_dict()))
    save(out / "elite/global_mapper.safetensors", half(global_mapper))
    save(out / "elite/local_mapper.safetensors", half(local_mapper))
    scheduler = LCM_SCHEDULER if args.distilled else SCHEDULER
    write_json(out / "model_index.json", {**INDEX, "scheduler": ["diffusers", scheduler["_class_name"]]})
    write_json(out / "unet/config.json", unet_config)
    write_json(out / "vae/config.json", VAE)
    write_json(out / "text_encoder/config.json", TEXT)
    write_json(out / "image_encoder/config.json", IMAGE)
    write_json(out / "image_encoder/preprocessor_config.json", preprocessor())
    write_json(out / "feature_extractor/preprocessor_config.json", preprocessor())
    write_json(out / "elite/config.json", {"feature_layers": FEATURE_LAYERS,
                                           "hidden_size": IMAGE["hidden_size"],
                                           "cross_attention_dim": UNET["cross_attention_dim"],
                                           "num_patches": (IMAGE["image_size"]
                                                           // IMAGE["patch_size"]) ** 2})
    write_json(out / "scheduler/scheduler_config.json", scheduler)
    write_json(out / "model.json", {"name": "pz-tiny", "sampler": args.sampler,
                                    "steps": args.steps, "guidance": args.guidance,
                                    "size": [256, 256], "fidelity": args.fidelity,
                                    "licence": "GPL-3.0-or-later"})
    (out / "tokenizer").mkdir(exist_ok=True)
    for path in (args.cache / "tokenizer").iterdir():
        shutil.copyfile(path, out / "tokenizer" / path.name)
    size = sum(p.stat().st_size for p in out.rglob("*") if p.is_file())
    print(f"{out}: {size / 2**20:.1f} MiB, step {saved['step']}")


if __name__ == "__main__":
    main()

# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The reverse of export.py: checkpoints from a model folder, so that training goes on where a folder stands.

Run:  python3 adopt.py --cache DIR --model FOLDER
Writes DIR/training/{joint,encoder,decoder}.pt and DIR/tokenizer.  The optimiser and the witnesses of
train.py, which a folder does not hold, begin anew; a folder with a guidance embedding is refused, since
its U-Net is the student and not the teacher.

Where the folder's image encoder has larger patches than configs.py asks for, they are halved: a patch is
then seen as if enlarged twice, at places between the old ones.
"""

import argparse
import shutil
from pathlib import Path

import torch
import torch.nn.functional as F

from configs import IMAGE
from sample import Model

EMBEDDINGS = "image.vision_model.embeddings."


def halve_patches(weights):
    patch, place = (EMBEDDINGS + f"{name}_embedding.weight" for name in ("patch", "position"))
    weights[patch] = 4 * F.avg_pool2d(weights[patch], 2)
    first, places = weights[place][:1], weights[place][1:]
    side = round(len(places) ** 0.5)
    finer = F.interpolate(places.T.reshape(1, -1, side, side), scale_factor=2, mode="bilinear")
    weights[place] = torch.cat([first, finer[0].flatten(1).T])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--model", type=Path, required=True)
    args = parser.parse_args()
    out, model = args.cache / "training", Model(args.model)
    if model.cond:
        raise SystemExit(f"{args.model}: expected an undistilled U-Net, found time_cond_proj_dim {model.cond}")
    if (out / "joint.pt").exists():
        raise SystemExit(f"{out}/joint.pt: expected none, found a training that began already")
    model.joint.unet.load_state_dict(model.tuned, strict=False)
    weights, patch = model.joint.state_dict(), model.joint.image.config["patch_size"]
    while patch > IMAGE["patch_size"]:
        halve_patches(weights)
        patch //= 2
    out.mkdir(parents=True, exist_ok=True)
    torch.save({"model": weights, "average": weights, "step": 0, "used": 0.0}, out / "joint.pt")
    torch.save(model.vae.state_dict(), out / "encoder.pt")
    torch.save({"average": model.vae.state_dict()}, out / "decoder.pt")
    shutil.copytree(args.model / "tokenizer", args.cache / "tokenizer", dirs_exist_ok=True)


if __name__ == "__main__":
    main()

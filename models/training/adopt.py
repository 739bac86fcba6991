# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The reverse of export.py: makes checkpoints from a model folder, so that training can continue from it.

Run:  python3 adopt.py --cache DIR --model FOLDER    (or a .zip of it)
Writes DIR/training/{joint,encoder,decoder}.pt and, if the folder's text encoder is kept, DIR/tokenizer.  A model
folder does not contain train.py's optimiser state and witness, so these start from scratch.  A folder with a
guidance embedding is rejected, because its U-Net is the student and not the teacher.

If the folder's networks have other sizes, they are grown to those of configs.py (grow.py).
"""

import argparse
import contextlib
import shutil
import tempfile
from pathlib import Path

import torch

from grow import grow
from model import Joint
from sample import Model


@contextlib.contextmanager
def unpacked(path):
    """Yields the model folder at a path; a .zip is first extracted to a temporary folder."""
    if path.suffix != ".zip":
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="pz-adopt-") as folder:
        shutil.unpack_archive(path, folder)
        yield Path(folder)


def adopt(args, folder):
    out, model = args.cache / "training", Model(folder)
    if model.cond:
        raise SystemExit(f"{args.model}: expected an undistilled U-Net, found time_cond_proj_dim {model.cond}")
    if (out / "joint.pt").exists():
        raise SystemExit(f"{out}/joint.pt: expected none, found a training that began already")
    model.joint.unet.load_state_dict(model.tuned, strict=False)
    joint = Joint().initialise()
    kept = grow(joint, model.joint)
    weights = joint.state_dict()
    out.mkdir(parents=True, exist_ok=True)
    torch.save({"model": weights, "average": weights, "step": 0, "used": 0.0}, out / "joint.pt")
    torch.save(model.vae.state_dict(), out / "encoder.pt")
    torch.save({"average": model.vae.state_dict()}, out / "decoder.pt")
    if "text" in kept:
        shutil.copytree(folder / "tokenizer", args.cache / "tokenizer", dirs_exist_ok=True)
    print("kept", ", ".join(kept))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--model", type=Path, required=True)
    args = parser.parse_args()
    with unpacked(args.model) as folder:
        adopt(args, folder)


if __name__ == "__main__":
    main()

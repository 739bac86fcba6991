# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The training scripts on a pool of noise: they run, resume, and export models that the engine can paint with.

The quality of what they learn is not tested here.
Usage: test-training.py PERSONALIZE SOURCE_ROOT
"""

import functools
import json
import os
import shutil
import subprocess
import sys
import tempfile
import traceback

EXE, ROOT = sys.argv[1:3]
SCRIPTS = os.path.join(ROOT, "models/training")
MODEL = os.path.join(ROOT, "data/models/pz-tiny")
sys.path.insert(0, os.path.join(ROOT, "tests/cli"))
sys.path.insert(0, SCRIPTS)

from tap import Skip, run, test  # noqa: E402

SCRATCH = tempfile.TemporaryDirectory(prefix="pz-training-")
CACHE = SCRATCH.name
OUT = os.path.join(CACHE, "training")


def make_cache():
    import numpy as np
    rng, n = np.random.default_rng(1), 40
    shutil.copytree(os.path.join(MODEL, "tokenizer"), os.path.join(CACHE, "tokenizer"))
    os.makedirs(os.path.join(CACHE, "pool"))
    os.makedirs(OUT)
    masks = np.zeros((n, 3, 128, 128), bool)
    masks[:, :, 40:100, 32:88] = True
    masks = np.packbits(masks, -1)
    covers = np.zeros((n, 4, 16, 16), np.uint8)
    covers[:, :, 4:12, 5:11] = 255
    captions = ["a S on a red background", "a S on a beach", "two S", "a S"]
    notes = [{"names": ["fox", "red fox"] if i % 2 else [], "captions": captions} for i in range(n)]
    for number in (0, 999):
        np.savez(os.path.join(CACHE, f"pool/shard-{number:03}.npz"),
                 latents=rng.standard_normal((n, 4, 16, 16, 16)).astype(np.float16),
                 views=rng.integers(0, 256, (n, 3, 128, 128, 3), np.uint8), masks=masks, given=masks, covers=covers,
                 captions=json.dumps(notes))


def script(name, *args):
    command = [sys.executable, "-B", os.path.join(SCRIPTS, name), "--cache", CACHE, *args]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]


class FewPictures:
    """A pool that returns one concept when several are requested."""

    def __init__(self, pool):
        self.pool = pool
        self.empty = pool.empty

    def batch(self, rng, concepts, scenes, *more):
        return self.pool.batch(rng, 1, scenes, *more)


def measure_few():
    """Shrinks the measurements on held-out things, which would take longer than all the rest; the tests only check that they
    exist."""
    import distill
    import train
    train.held_out_errors.__defaults__ = (1, 2, 2)  # batches, concepts, scenes
    measure = distill.held_out_loss
    distill.held_out_loss = lambda distiller, pool: measure(distiller, FewPictures(pool))


def main_of(module, *args):
    """Runs the script with that name in a forked process that already has PyTorch loaded, as do its worker processes."""
    import importlib
    import torch.multiprocessing as mp
    sys.stdout.flush()
    with tempfile.TemporaryFile("w+") as said:
        child = os.fork()
        if child == 0:
            status = 1
            try:
                os.dup2(said.fileno(), 1)
                os.dup2(said.fileno(), 2)
                measure_few()
                mp.spawn = functools.partial(mp.start_processes, start_method="fork")
                sys.argv = [module + ".py", "--cache", CACHE, *args]
                importlib.import_module(module).main()
                status = 0
            except BaseException:
                traceback.print_exc()
            finally:
                sys.stdout.flush()
                sys.stderr.flush()
                os._exit(status)
        _, status = os.waitpid(child, 0)
        said.seek(0)
        assert status == 0, said.read()[-2000:]


def steps(checkpoint):
    import torch
    saved = torch.load(os.path.join(OUT, checkpoint))
    return saved["step"]


@test
def joint():
    """joint training writes a checkpoint and goes on from it, on one process and on two, from words alone too."""
    try:
        import torch  # noqa: F401
    except ImportError:
        raise Skip("no PyTorch here") from None
    make_cache()
    for stop, workers, more in ((1, 2, ["--words"]), (2, 1, ["--local", "0"]), (4, 2, [])):
        args = ["--out", OUT, "--stop-at", str(stop), "--workers", str(workers), "--concepts", "2", "--scenes", "2",
                "--device", "cpu", *more]
        if stop == 1:
            script("train.py", *args)  # once as a command line
        else:
            main_of("train", *args)
        assert steps("joint.pt") == stop
    with open(os.path.join(OUT, "joint.jsonl"), encoding="utf-8") as f:
        losses = [json.loads(line) for line in f]
    for name in ("held-out word", "held-out words", "held-out local"):
        told = [entry[name] for entry in losses if name in entry]
        assert len(told) == 2 and all(0 < loss < 10 for loss in told), losses


@test
def distillation():
    """distillation starts from the joint model's average; with the guidance in it it goes on from there."""
    distilled = os.path.join(OUT, "distilled.pt")
    for stop, more in ((1, ["--unguided"]), (1, []), (2, [])):
        args = ["--out", OUT, "--stop-at", str(stop), "--every", "1", "--concepts", "2", "--scenes", "2", "--device",
                "cpu", *more]
        main_of("distill", *args)
        assert steps("distilled.pt") == stop
        if more:
            os.remove(distilled)


@test
def export():
    """what is exported is a model that the engine paints with, without a concept and with one."""
    import torch
    from configs import VAE
    from nets import AutoencoderTiny
    torch.save({"average": AutoencoderTiny(VAE).state_dict()}, os.path.join(OUT, "decoder.pt"))
    folder = os.path.join(CACHE, "model")
    script("export.py", "--checkpoint", os.path.join(OUT, "joint.pt"), "--distilled",
           os.path.join(OUT, "distilled.pt"), "--out", folder)
    with open(os.path.join(folder, "unet/config.json"), encoding="utf-8") as f:
        assert json.load(f)["time_cond_proj_dim"]
    concept = ["--concept", os.path.join(ROOT, "data/demo/concept.png"), "--mask", "none"]
    for given in ([], concept):
        subprocess.run([EXE, "generate", "--model", folder, "--prompt", "a S on a beach", "--steps", "1", *given,
                        "--out", CACHE], check=True, capture_output=True)


@test
def adopt():
    """a model folder that is adopted and written again is the same, bit for bit."""
    folder, cache, again = (os.path.join(CACHE, name) for name in ("undistilled", "adopted", "again"))
    main_of("export", "--checkpoint", os.path.join(OUT, "joint.pt"), "--out", folder)
    script("adopt.py", "--cache", cache, "--model", folder)  # the second --cache overrides the first
    main_of("export", "--cache", cache, "--checkpoint", os.path.join(cache, "training/joint.pt"), "--out", again)
    for part in ("unet/diffusion_pytorch_model", "vae/diffusion_pytorch_model", "text_encoder/model",
                 "image_encoder/model", "elite/global_mapper", "elite/local_mapper"):
        with open(os.path.join(folder, part + ".safetensors"), "rb") as a, \
                open(os.path.join(again, part + ".safetensors"), "rb") as b:
            assert a.read() == b.read(), part


@test
def grows():
    """a model that is grown says of a concept twice as large what it said, in the first columns, and listens to them."""
    import torch
    import torch.nn.functional as F
    from configs import IMAGE, TEXT, UNET
    from grow import grow
    from model import Joint
    torch.manual_seed(1)
    small = Joint({**UNET, "cross_attention_dim": 128, "attention_head_dim": [2, 4, 4]},
                  {**IMAGE, "image_size": IMAGE["image_size"] // 2, "patch_size": IMAGE["patch_size"] // 2},
                  {**TEXT, "hidden_size": 128}).initialise().requires_grad_(False)
    large = Joint().initialise().requires_grad_(False)
    assert grow(large, small) == ["image", "unet", "local mapper"]
    picture = torch.randn(1, 3, IMAGE["image_size"] // 2, IMAGE["image_size"] // 2)
    seg = torch.ones(1, (IMAGE["image_size"] // IMAGE["patch_size"]) ** 2)
    _, before = small.encode_concept(picture, picture, seg)
    _, after = large.encode_concept(*[F.interpolate(picture, scale_factor=2)] * 2, seg)
    torch.testing.assert_close(after[..., :128], before, atol=1e-5, rtol=1e-4)
    name = "mid_block.attentions.0.transformer_blocks.0.attn2.local_v"
    listen = [dict(m.unet.named_modules())[name] for m in (small, large)]
    torch.testing.assert_close(listen[1](after), listen[0](before), atol=1e-4, rtol=1e-4)


@test
def devices():
    """a step of joint training and of distillation keeps to its device."""
    import distill
    import samples
    import torch
    import train
    device = torch.device("meta")  # any operation between it and CPU tensors is an error
    pool = samples.Pool(CACHE).grow()
    batch = samples.to_device(next(iter(samples.Batches(pool, (1,), 2, 2))), device)
    joint = train.Joint().to(device)
    loss = train.total(train.losses_of(
        joint, batch, 2, train.alphas().float().to(device), torch.zeros(4, dtype=torch.long, device=device),
        torch.randn_like(batch[0]), train.Witness(joint).to(device)))
    loss.backward()
    assert loss.device == joint.unet.conv_in.weight.grad.device == device
    student, average = (distill.UNet({**distill.UNET, "time_cond_proj_dim": 64}).to(device) for _ in range(2))
    loss = distill.Distiller(joint, student, average, True).loss(batch, 2, pool.empty, distill.draws(batch[0]))
    loss.backward()
    assert loss.device == device


run()

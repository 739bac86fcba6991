# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""ELITE's own training: two mappers, in two stages, against a frozen base model.

Run:  python3 elite.py global --model FOLDER --out DIR --cache DIR --steps 70000
      python3 elite.py local --model FOLDER --out DIR --cache DIR --steps 200000
      python3 elite.py export --model FOLDER --out DIR --to NEW_FOLDER
FOLDER is any Stable Diffusion 1.x model in the diffusers layout, including pz-tiny, with a CLIP
vision tower in image_encoder/ (or --image-encoder FOLDER).  --pictures DIR trains on pictures with
masks instead of the composer's.

Only the mappers and the key and value projections of every cross attention are trained: the global
stage trains its copy of the U-Net's own projections, the local stage trains additional ones.  The
learning rate is constant: the stage's base rate times the number of pictures per update.  Each
stage resumes from DIR/STAGE.pt; the losses go to DIR/STAGE.csv and are plotted by plot.py.  export
writes a copy of FOLDER with the mappers of DIR, or, before any training, with new ones.
"""

import argparse
import csv
import json
import shutil
import time
from pathlib import Path

import numpy as np
import torch
from torch import nn

from autoencoder_kl import AutoencoderKL
from configs import IMAGE_MEAN, IMAGE_STD
from elite_data import Composed, Pictures, global_sample, local_sample
from model import put_words
from nets import AutoencoderTiny, Context, ImageEncoder, Mapper, TextEncoder, UNet
from plot import draw
from tensors import load, save, write_checkpoint
from tokenizer import Tokenizer

# batch size, batches accumulated per update, base learning rate, weight of the mean absolute value
STAGES = {"global": (16, 4, 1e-6, 0.01), "local": (8, 4, 1e-5, 1e-4)}
OLD_NAMES = {".query.": ".to_q.", ".key.": ".to_k.", ".value.": ".to_v.",
             ".proj_attn.": ".to_out.0."}
HELD = 16


def read(folder, name):
    return json.loads((Path(folder) / name).read_text())


def weights(path):
    """Reads tensors as f32 under their current names; skips buffers that old files contain."""
    out = {}
    for key, value in load(path).items():
        for old, new in OLD_NAMES.items():
            key = key.replace(old, new)
        if not key.endswith("position_ids"):
            out[key] = value.float()
    return out


def fill(module, path, wanted=lambda key: True):
    """Loads a file into `module`; exits if the file lacks a tensor whose key `wanted` accepts. -> module"""
    missing = module.load_state_dict(weights(path), strict=False).missing_keys
    if any(wanted(key) for key in missing):
        raise SystemExit(f"{path}: expected {missing[0]}, found no such tensor")
    return module


def feature_layers(folder, layers):
    """-> the hidden states that the mappers read: from elite/config.json if it exists, else the last one and those at a
    sixth, a third, a half and two thirds of the layers (24, 4, 8, 12, 16 of 24)"""
    if (Path(folder) / "elite/config.json").exists():
        return read(folder, "elite/config.json")["feature_layers"]
    return [layers, *(round(layers * n / 6) for n in (1, 2, 3, 4))]


class Elite(nn.Module):
    """A frozen base model with newly initialised mappers."""

    def __init__(self, folder, image_folder, seed):
        super().__init__()
        torch.manual_seed(seed)
        image_folder = image_folder or Path(folder) / "image_encoder"
        text, image = read(folder, "text_encoder/config.json"), read(image_folder, "config.json")
        image = image.get("vision_config", image)
        unet, vae = read(folder, "unet/config.json"), read(folder, "vae/config.json")
        if {text["hidden_act"], image["hidden_act"]} != {"quick_gelu"}:
            raise SystemExit(f"{folder}: expected CLIP encoders with quick_gelu, found another")
        self.text = fill(TextEncoder(text), Path(folder) / "text_encoder/model.safetensors")
        self.image = fill(ImageEncoder(image), Path(image_folder) / "model.safetensors")
        kind = {"AutoencoderTiny": AutoencoderTiny, "AutoencoderKL": AutoencoderKL}
        self.vae = fill(kind[vae["_class_name"]](vae),
                        Path(folder) / "vae/diffusion_pytorch_model.safetensors")
        self.unet = fill(UNet(unet), Path(folder) / "unet/diffusion_pytorch_model.safetensors",
                         lambda key: ".local_" not in key)
        self.requires_grad_(False)
        width, out = image["hidden_size"], unet["cross_attention_dim"]
        self.global_mapper, self.local_mapper = Mapper(width, out), Mapper(width, out)
        for site in self.sites().values():
            site.local_k.weight.data.copy_(site.to_k.weight)
            site.local_v.weight.data.copy_(site.to_v.weight)
        self.layers = feature_layers(folder, image["num_hidden_layers"])
        self.tokens = Tokenizer(Path(folder) / "tokenizer")
        self.v_prediction = (read(folder, "scheduler/scheduler_config.json")
                             .get("prediction_type", "epsilon") == "v_prediction")
        self.scale = vae.get("scaling_factor", 0.18215)
        self.cells = unet["sample_size"]
        levels = vae.get("encoder_block_out_channels") or vae["block_out_channels"]
        self.size = self.cells * 2 ** (len(levels) - 1)
        self.view = image["image_size"]
        self.grid = self.view // image["patch_size"]

    def sites(self):
        return {n: m for n, m in self.unet.named_modules() if n.endswith("attn2")}

    def mapper_state(self, stage):
        """-> the tensors of the stage's mapper file: the mapper, and the key and value weights of each cross attention"""
        tensors = dict(getattr(self, f"{stage}_mapper").state_dict())
        for name, site in self.sites().items():
            k, v = (site.to_k, site.to_v) if stage == "global" else (site.local_k, site.local_v)
            name = name.replace(".", "_")
            tensors[f"{name}_to_k.weight"], tensors[f"{name}_to_v.weight"] = k.weight, v.weight
        return tensors

    def load_mapper(self, stage, tensors):
        with torch.no_grad():
            for key, value in self.mapper_state(stage).items():
                value.copy_(tensors[key])

    def trainable(self, stage):
        """Enables gradients for the stage's parameters only. -> those parameters"""
        mapper = getattr(self, f"{stage}_mapper")
        other = self.local_mapper if stage == "global" else self.global_mapper
        other.requires_grad_(False)
        found = list(mapper.parameters())
        for site in self.sites().values():
            pair = (site.to_k, site.to_v) if stage == "global" else (site.local_k, site.local_v)
            found += [m.weight.requires_grad_(True) for m in pair]
        return found

    def features(self, pictures):
        """uint8 [B,S,S,3] -> the five hidden states"""
        at = self.unet.conv_in.weight.device
        mean, std = (torch.tensor(n, device=at).view(3, 1, 1) for n in (IMAGE_MEAN, IMAGE_STD))
        pixels = pictures.to(at).permute(0, 3, 1, 2).float() / 255
        states = self.image((pixels - mean) / std)
        return [states[i] for i in self.layers]

    def context(self, batch, stage):
        """-> the Context for the cross attentions, and the words"""
        at = self.unet.conv_in.weight.device
        ids, index = zip(*(self.tokens.encode(caption) for caption in batch["caption"]))
        ids, index = torch.tensor(ids, device=at), torch.tensor(index, device=at)
        words = self.global_mapper.words(self.features(batch["clip"]))
        count = torch.full_like(index, 5 if stage == "global" else 1)
        text = self.text(put_words(self.text.embed(ids), words, index, count))
        if stage == "global":
            return Context(text), words
        local = self.local_mapper.local(self.features(batch["obj"]), batch["seg"].to(at))
        return Context(text, local, index, torch.ones(len(index), device=at)), words

    def loss(self, batch, stage, t, noise, abar):
        """-> (prediction loss, mean absolute value that the stage regularises: of the words or of the local values)"""
        at = self.unet.conv_in.weight.device
        with torch.no_grad():
            picture = batch["target"].to(at).permute(0, 3, 1, 2).float() / 127.5 - 1
            z = self.vae.encode(picture) * self.scale
        a = abar[t].view(-1, 1, 1, 1).to(at)
        x = a.sqrt() * z + (1 - a).sqrt() * noise
        truth = a.sqrt() * noise - (1 - a).sqrt() * z if self.v_prediction else noise
        context, words = self.context(batch, stage)
        error = (self.unet(x, t.to(at), context) - truth).square()
        if stage == "global":
            return error.mean(), words.abs().mean()
        where = batch["where"].to(at)
        error = (error * where[:, None]).sum((1, 2, 3)) / where.sum((1, 2))
        values = [site.local_v(context.local).abs().mean() for site in self.sites().values()]
        return error.mean(), torch.stack(values).mean()


def alphas(folder):
    c = read(folder, "scheduler/scheduler_config.json")
    b = torch.linspace(c["beta_start"] ** 0.5, c["beta_end"] ** 0.5, 1000, dtype=torch.float64) ** 2
    return torch.cumprod(1 - b, 0).float()


def draw_batch(elite, source, stage, rng, count):
    samples = []
    while len(samples) < count:
        picture, mask = source.draw(rng)
        if stage == "global":
            sample = global_sample(rng, picture, mask, elite.size, elite.view)
        else:
            sample = local_sample(rng, picture, mask, elite.size, elite.view, elite.cells,
                                  elite.grid)
        if sample:
            samples.append(sample)
    return {key: [s[key] for s in samples] if key == "caption" else
            torch.from_numpy(np.stack([s[key] for s in samples])) for key in samples[0]}


def noise_for(elite, seed, count):
    generator = torch.Generator().manual_seed(seed)
    shape = (count, elite.unet.config["in_channels"], elite.cells, elite.cells)
    return torch.randn(shape, generator=generator).to(elite.unet.conv_in.weight.device)


class HeldOut:
    """The held-out loss, on the same pictures, timesteps and noise at every call."""

    def __init__(self, elite, source, stage, abar):
        self.elite, self.stage, self.abar = elite, stage, abar
        self.batch = draw_batch(elite, source, stage, np.random.default_rng(5), HELD)
        self.noise, self.t = noise_for(elite, 5, HELD), torch.linspace(20, 980, HELD).long()

    def __call__(self):
        with torch.no_grad():
            torch.manual_seed(5)
            return self.elite.loss(self.batch, self.stage, self.t, self.noise, self.abar)[0].item()


def source_of(args, held):
    return Pictures(args.pictures, held) if args.pictures else Composed(args.cache, held)


class Run:
    """Training of one stage: its optimiser, its log, and the checkpoint from which it resumes."""

    def __init__(self, args, elite):
        self.args, self.elite, self.stage = args, elite, args.what
        self.checkpoint, self.csv = (args.out / f"{self.stage}.{end}" for end in ("pt", "csv"))
        batch, gathered, rate, self.weight = STAGES[self.stage]
        self.batch, self.gathered = args.batch or batch, args.accumulate or gathered
        self.parameters = elite.trainable(self.stage)
        self.optimiser = torch.optim.AdamW(self.parameters, rate * self.batch * self.gathered,
                                           (0.9, 0.999), 1e-8, 0.01)
        self.abar, self.source = alphas(args.model), source_of(args, False)
        self.held = HeldOut(elite, source_of(args, True), self.stage, self.abar)
        self.step, self.losses, self.start = 0, [], time.time()
        if self.checkpoint.exists():
            self.resume(torch.load(self.checkpoint, map_location="cpu"))
        else:
            with self.csv.open("w") as file:
                csv.writer(file).writerow(["step", "seconds", "loss", "held-out loss", "values"])
            self.note()

    def resume(self, saved):
        self.elite.load_mapper(self.stage, saved["mapper"])
        self.optimiser.load_state_dict(saved["optimiser"])
        self.step, self.start = saved["step"], time.time() - saved["seconds"]

    def update(self):
        rng = np.random.default_rng([self.args.seed, self.step, self.stage == "local"])
        torch.manual_seed(self.args.seed * 1000003 + self.step)
        for _ in range(self.gathered):
            samples = draw_batch(self.elite, self.source, self.stage, rng, self.batch)
            t = torch.from_numpy(rng.integers(0, 1000, self.batch))
            noise = noise_for(self.elite, int(rng.integers(2 ** 62)), self.batch)
            loss, values = self.elite.loss(samples, self.stage, t, noise, self.abar)
            ((loss + self.weight * values) / self.gathered).backward()
            self.losses.append((loss.item(), values.item()))
        nn.utils.clip_grad_norm_(self.parameters, 1.0)
        self.optimiser.step()
        self.optimiser.zero_grad()
        self.step += 1

    def note(self):
        """Writes a row of the log (mean losses since the previous row, held-out loss) and redraws the plot."""
        told, seconds = self.held(), round(time.time() - self.start)
        mean = [f"{m:.5f}" for m in np.mean(self.losses, 0)] if self.losses else ["", ""]
        with self.csv.open("a") as file:
            csv.writer(file).writerow([self.step, seconds, mean[0], f"{told:.5f}", mean[1]])
        print(self.stage, self.step, seconds, f"loss {mean[0]} held-out {told:.5f}", flush=True)
        self.losses.clear()
        draw(self.csv, self.csv.with_suffix(".png"))

    def save(self):
        write_checkpoint(self.checkpoint, {
            "mapper": self.elite.mapper_state(self.stage), "step": self.step,
            "optimiser": self.optimiser.state_dict(), "seconds": time.time() - self.start})


def train(args, elite):
    if args.what == "local":
        saved = torch.load(args.out / "global.pt", map_location="cpu")
        elite.load_mapper("global", saved["mapper"])
    elite.to(args.device)
    run = Run(args, elite)
    while run.step < args.steps:
        run.update()
        if run.step % args.every == 0 or run.step == args.steps:
            run.note()
            run.save()


def export(args, elite):
    shutil.copytree(args.model, args.to, dirs_exist_ok=True)
    for stage in STAGES:
        path = args.out / f"{stage}.pt"
        if path.exists():
            elite.load_mapper(stage, torch.load(path, map_location="cpu")["mapper"])
        save(args.to / f"elite/{stage}_mapper.safetensors",
             {k: v.half() for k, v in elite.mapper_state(stage).items()})
    (args.to / "elite/config.json").write_text(json.dumps({
        "feature_layers": elite.layers, "hidden_size": elite.image.config["hidden_size"],
        "cross_attention_dim": elite.unet.config["cross_attention_dim"],
        "num_patches": elite.grid ** 2}, indent=2) + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=(*STAGES, "export"))
    parser.add_argument("--model", required=True)
    parser.add_argument("--image-encoder")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--cache", help="of the composer")
    parser.add_argument("--pictures", help="a folder of pictures with masks")
    parser.add_argument("--to", type=Path, help="the folder that export writes")
    parser.add_argument("--steps", type=int, default=70000)
    parser.add_argument("--batch", type=int)
    parser.add_argument("--accumulate", type=int)
    parser.add_argument("--every", type=int, default=50, help="steps between checkpoints")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    args.out.mkdir(parents=True, exist_ok=True)
    elite = Elite(args.model, args.image_encoder, args.seed)
    (export if args.what == "export" else train)(args, elite)


if __name__ == "__main__":
    main()

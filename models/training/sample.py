# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The complete ELITE pipeline in PyTorch on a shipped model folder, for comparison with the engine.

Run:  python3 sample.py --model FOLDER --out OUT.png --prompt "a S on a red background"
          --concept IMAGE --mask MASK [--steps 12 --guidance 3 --fidelity 1 --seed 1 --sampler ddim]
      python3 sample.py --model FOLDER --out SHEET.png --cache DIR     held-out things, 8 prompts

The order of operations is that of the engine's inference: square crop around the mask, `clip` and
`obj` (black background) resized to the encoder's size with antialiased bicubic filtering, `seg`
with nearest-neighbour, words in place of S, tuned K/V whenever there is a concept.  Computes in f32
on f16 weights.
"""

import argparse
import json
import sys
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from compose import Things, recolour
from model import Joint, concept_tensors
from nets import AutoencoderTiny, Context, guidance_embedding
from tensors import load
from tokenizer import Tokenizer
from views import VIEW, concept

sys.path.append(str(Path(__file__).resolve().parents[2] / "tests/reference"))

import prompt_weights  # noqa: E402
import samplers  # noqa: E402

PROMPTS = ("a photo of a S", "a S on a red background", "a S on a blue background",
           "a S on a green background", "a S on a yellow background", "a S on a beach",
           "a S at night", "a small S on a white background")


class Model:
    def __init__(self, folder):
        folder = Path(folder)
        read = lambda name: json.loads((folder / name).read_text())
        self.defaults = read("model.json")
        schedule = read("scheduler/scheduler_config.json")
        known = ("prediction_type", "timestep_spacing", "steps_offset", "set_alpha_to_one", "original_inference_steps")
        self.schedule = samplers.Schedule(**{key: schedule[key] for key in known if key in schedule})
        self.joint = Joint(read("unet/config.json"), read("image_encoder/config.json"),
                           read("text_encoder/config.json")).requires_grad_(False)
        self.vae = AutoencoderTiny(read("vae/config.json")).requires_grad_(False)
        self.tokens = Tokenizer(folder / "tokenizer")
        full = lambda name: {k: v.float() for k, v in load(folder / name).items()}
        self.vae.load_state_dict(full("vae/diffusion_pytorch_model.safetensors"))
        self.joint.text.load_state_dict(full("text_encoder/model.safetensors"))
        self.joint.image.load_state_dict(full("image_encoder/model.safetensors"))
        unet = full("unet/diffusion_pytorch_model.safetensors")
        mappers = [full(f"elite/{n}_mapper.safetensors") for n in ("global", "local")]
        self.own = {k: v for k, v in unet.items() if ".attn2.to_k" in k or ".attn2.to_v" in k}
        self.tuned = {}
        for key in self.own:
            site = key.replace(".", "_").removesuffix("_weight") + ".weight"
            self.tuned[key] = mappers[0].pop(site)
            unet[key.replace("attn2.to_", "attn2.local_")] = mappers[1].pop(site)
        self.joint.unet.load_state_dict(unet)
        self.joint.global_mapper.load_state_dict(mappers[0])
        self.joint.local_mapper.load_state_dict(mappers[1])
        self.cond = read("unet/config.json").get("time_cond_proj_dim")

    def encode(self, prompt, words=1):
        """-> ids of a prompt with weights, index of S or None, and the weight of each row once `words` rows replace S."""
        ids, weights, at = [self.tokens.start], [1.0], None
        for text, weight in prompt_weights.read(prompt):
            piece, inside = self.tokens.encode(text)
            piece = piece[1:piece.index(self.tokens.end)]
            if inside is not None:
                at = len(ids) + inside - 1
            ids += piece
            weights += [weight] * len(piece)
        ids, weights = ids[:self.tokens.length - 1], weights[:self.tokens.length - 1]
        if at is not None and at < len(ids):
            weights[at:at + 1] = [weights[at]] * words
        else:
            at = None
        left = self.tokens.length - 1 - len(ids)
        weights += [1.0] * (self.tokens.length - len(weights))
        return ids + [self.tokens.end] + [self.tokens.pad] * left, at, weights[:self.tokens.length]

    def contexts(self, prompt, negative, concept, fidelity, words):
        """-> conditional and unconditional context for one prompt; the caller repeats them for each seed."""
        ids, at, weights = self.encode(prompt, 1 if concept is None else words)
        base_ids, _, base_weights = self.encode(negative)
        base = self.joint.context(torch.tensor([base_ids]))
        base.text = prompt_weights.emphasise(base.text, base_weights)
        ids = torch.tensor([ids])
        if concept is None:
            cond = self.joint.context(ids)
        else:
            w, local = self.joint.encode_concept(*concept)
            index = torch.tensor([-1 if at is None else at])
            cond = self.joint.context(ids, w, local if at is not None else None, index,
                                      torch.tensor([words]), torch.tensor([fidelity]))
        cond.text = prompt_weights.emphasise(cond.text, weights)
        return cond, base

    def sample(self, prompt, concept=None, seeds=(1,), sampler=None, steps=None, guidance=None,
               fidelity=None, negative="", words=1, size=(16, 16)):
        """size: height and width of the latents -> latents [len(seeds),16,*size]"""
        d = self.defaults
        sampler, steps = sampler or d["sampler"], steps or d["steps"]
        guidance = d["guidance"] if guidance is None else guidance
        fidelity = d["fidelity"] if fidelity is None else fidelity
        swap = self.own if concept is None else self.tuned
        self.joint.unet.load_state_dict(swap, strict=False)
        cond, base = self.contexts(prompt, negative, concept, float(fidelity), words)
        generators = [torch.Generator().manual_seed(s) for s in seeds]
        channels = self.vae.config["latent_channels"]
        noise = lambda: torch.cat([torch.randn(1, channels, *size, generator=g)
                                   for g in generators])
        n = len(seeds)
        cond = Context(cond.text.expand(n, -1, -1),
                       None if cond.local is None else cond.local.expand(n, -1, -1),
                       None if cond.index is None else cond.index.expand(n),
                       None if cond.lam is None else cond.lam.expand(n))
        base = Context(base.text.expand(n, -1, -1))
        embedding = None
        if self.cond:
            embedding = guidance_embedding(torch.full((n,), guidance - 1.0), self.cond)

        def network(x, t):
            tt = torch.full((n,), float(t))
            answer = self.joint.unet(x, tt, cond, embedding)
            if not self.cond and guidance > 1:
                u = self.joint.unet(x, tt, base)
                answer = u + guidance * (answer - u)
            return answer

        *_, x = samplers.sample(sampler, self.schedule, steps, network, noise(), noise)
        return x

    def decode(self, latents):
        images = self.vae.decode(latents).clamp(-1, 1)
        return ((images + 1) * 127.5).round().byte().permute(0, 2, 3, 1).numpy()


def place(first, last, size, length):
    """-> start of an interval of `size` on an axis of `length`: centred on [first, last), then shifted inside."""
    if size > length:
        return -((size - length) // 2)
    return min(max((first + last - size) // 2, 0), length - size)


def read_concept(image, mask, config):
    """Picture and mask files -> clip, obj, seg for an image encoder of this configuration, like the engine's
    pz_concept_square ().

    The square is the mask's box, padded like ELITE's training crops (15 of 512 pixels on each
    side); seg samples the mask to 128x128 and from there to the patches, both nearest-neighbour.
    """
    side, patch = config["image_size"], config["patch_size"]
    cells = side // patch
    image = Image.open(image).convert("RGB")
    mask = Image.open(mask).convert("L") if mask else Image.new("L", image.size, 255)
    mask = mask.point(lambda m: 255 * (m > 0))
    x0, y0, x1, y1 = mask.getbbox()
    size = min(-(-max(x1 - x0, y1 - y0) * 512 // 482), max(image.size))
    x, y = place(x0, x1, size, image.width), place(y0, y1, size, image.height)
    image, mask = (i.crop((x, y, x + size, y + size)) for i in (image, mask))
    black = Image.composite(image, Image.new("RGB", image.size), mask)
    arrays = [np.asarray(i.resize((side, side), Image.BICUBIC)) for i in (image, black)]
    at = (np.arange(cells) * 128 // cells) * size // 128
    seg = np.kron(np.asarray(mask)[np.ix_(at, at)] > 0, np.ones((patch, patch), bool))
    clip, _, seg = concept_tensors(arrays[0][None], seg[None], patch)
    obj, _, _ = concept_tensors(arrays[1][None], np.ones((1, side, side), bool), patch)
    return clip, obj, seg


def sheet(model, cache, path, count, seed, **options):
    things, rng = Things(cache), np.random.default_rng(seed)
    rows = rng.choice([i for i in things.held if things.source_of[i] != "tuxpaint"], count,
                      replace=False)
    out = np.full((count * 132, (len(PROMPTS) + 1) * 132, 3), 128, np.uint8)
    for r, row in enumerate(rows):
        sprite = np.asarray(things.sprites[row])
        if r % 4 == 3:
            sprite = recolour(rng, sprite)
        view, mask, _ = concept(rng, sprite)
        out[r * 132:r * 132 + 128, :128] = view
        config = model.joint.image.config
        step = VIEW // config["image_size"]
        inputs = concept_tensors(view[None, ::step, ::step], mask[None, ::step, ::step], config["patch_size"])
        latents = torch.cat([model.sample(p, inputs, (7,), **options) for p in PROMPTS])
        for c, image in enumerate(model.decode(latents)):
            x = (c + 1) * 132
            out[r * 132:r * 132 + 128, x:x + 128] = image.reshape(128, 2, 128, 2, 3).mean((1, 3))
    Image.fromarray(out).save(path)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--cache")
    parser.add_argument("--count", type=int, default=6)
    parser.add_argument("--prompt", default="a photo of a S")
    parser.add_argument("--negative", default="")
    parser.add_argument("--concept")
    parser.add_argument("--mask")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--sampler")
    parser.add_argument("--steps", type=int)
    parser.add_argument("--guidance", type=float)
    parser.add_argument("--fidelity", type=float)
    parser.add_argument("--words", type=int, choices=(1, 5), default=1)
    args = parser.parse_args()
    model = Model(args.model)
    options = {"sampler": args.sampler, "steps": args.steps, "guidance": args.guidance,
               "fidelity": args.fidelity, "words": args.words}
    with torch.no_grad():
        if args.cache:
            sheet(model, args.cache, args.out, args.count, args.seed, **options)
            return
        inputs = read_concept(args.concept, args.mask, model.joint.image.config) if args.concept else None
        latents = model.sample(args.prompt, inputs, (args.seed,), negative=args.negative, **options)
        Image.fromarray(model.decode(latents)[0]).save(args.out)


if __name__ == "__main__":
    main()

# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Training samples for ELITE's two stages, made from a picture and its object's mask.

  Pictures(folder)          NAME.png or .jpg with NAME-mask.png (non-zero on the object)
  Composed(cache, held)     the composer's drawings on its backgrounds
  global_sample (...)       a crop around the object's box, and an augmented copy of it for CLIP
  local_sample (...)        a crop around the object, scaled down or up to match its caption
Lengths in pixels are for an image encoder input of 224 and a target of 512, as in ELITE's own
training; other sizes scale them.  Samples are None for pictures that ELITE's own training
excludes.
"""

from pathlib import Path

import numpy as np
from PIL import Image, ImageFilter

from compose import Things, over, placed, recolour
from grounds import any_ground

VIEW, TARGET = 224, 512
NOUNS = ("a", "my", "the", "one", "a clean", "a dirty", "a nice", "a cool", "a small", "the clean",
         "the cool", "the nice", "the small", "the weird", "the large")
TEMPLATES = (
    *(f"a photo of {noun} S" for noun in NOUNS), "a rendering of a S", "the photo of a S",
    "a cropped photo of the S", "a cropped photo of a S", "a dark photo of the S",
    "a close-up photo of a S", "a close-up photo of the S", "a bright photo of the S",
    "a good photo of the S", "a good photo of a S", "a rendition of the S", "a rendition of a S")


class Pictures:
    """Every 20th picture is held out."""

    def __init__(self, folder, held=False):
        masks = sorted(Path(folder).glob("*-mask.png"))
        self.files = [(self.picture_of(mask), mask)
                      for n, mask in enumerate(masks) if (n % 20 == 0) == held]

    @staticmethod
    def picture_of(mask):
        stem = mask.name.removesuffix("-mask.png")
        found = [mask.with_name(stem + end) for end in (".png", ".jpg")]
        return next(path for path in found if path.exists())

    def draw(self, rng):
        picture, mask = self.files[rng.integers(len(self.files))]
        mask = Image.open(mask).convert("L").point(lambda v: 255 * (v > 0))
        return Image.open(picture).convert("RGB"), mask


class Composed:
    SIDE = 384

    def __init__(self, cache, held=False):
        self.things = Things(cache)
        self.rows = self.things.held if held else self.things.train

    def draw(self, rng):
        side, sprite = self.SIDE, np.asarray(self.things.sprites[rng.choice(self.rows)])
        if rng.random() < 0.3:
            sprite = recolour(rng, sprite)
        layer = placed(sprite, rng.uniform(0.5, 0.85) * side, side,
                       *(rng.uniform(0.4, 0.6, 2) * side), rng.normal(0, 3), rng.random() < 0.1)
        ground = Image.fromarray(np.clip(np.round(any_ground(rng)), 0, 255).astype(np.uint8))
        picture = over(layer, np.asarray(ground.resize((side, side), Image.BICUBIC), np.float32))
        return (Image.fromarray(np.round(picture).astype(np.uint8)),
                Image.fromarray((255 * (layer[..., 3] > 127)).astype(np.uint8)))


def padded(box, pad, size):
    return (max(box[0] - pad, 0), max(box[1] - pad, 0), min(box[2] + pad, size[0]),
            min(box[3] + pad, size[1]))


def warped(image, matrix):
    """Affine warp: output pixel (x, y) is sampled at matrix @ (x, y, 1); the border is reflected."""
    pad = VIEW - 24
    around = Image.fromarray(np.pad(np.asarray(image), ((pad, pad), (pad, pad), (0, 0)), "reflect"))
    matrix = matrix.copy()
    matrix[:, 2] += pad
    return around.transform(image.size, Image.AFFINE, matrix.ravel(), Image.BILINEAR)


def turned(degrees):
    c, s, m = np.cos(np.radians(degrees)), np.sin(np.radians(degrees)), VIEW / 2
    return np.array([[c, s, m - c * m - s * m], [-s, c, m + s * m - c * m]])


def skewed(rng):
    """-> affine matrix [2,3] that moves three points around the centre by up to 50 pixels per axis.
    (This is what the elastic transform of ELITE's library does by default: its smooth part, alpha 1
    and sigma 50, displaces no pixel by as much as a tenth of a pixel and is left out.)"""
    m, third = VIEW // 2, VIEW // 3
    before = m + third * np.array([[1.0, 1.0], [1, -1], [-1, -1]])
    after = before + rng.uniform(-50, 50, (3, 2))
    return np.linalg.solve(np.c_[after, np.ones(3)], before).T


def changed(rng, image):
    """Mirrors, rotates, blurs and skews an image, each at random."""
    if rng.random() < 0.5:
        image = image.transpose(Image.FLIP_LEFT_RIGHT)
    if rng.random() < 0.5:
        image = warped(image, turned(rng.uniform(-20, 20)))
    if rng.random() < 0.3:
        image = image.filter(ImageFilter.BoxBlur(int(rng.integers(1, 4))))
    if rng.random() < 0.3:
        image = warped(image, skewed(rng))
    return image


def global_sample(rng, picture, mask, size, view):
    """-> {target [size,size,3], clip [view,view,3]} uint8 and a caption, or None"""
    box = mask.getbbox()
    if box is None:
        return None
    area = (box[2] - box[0]) * (box[3] - box[1]) / (picture.width * picture.height)
    if not 0.02 <= area <= 0.8:
        return None
    crop = picture.crop(padded(box, 10, picture.size))
    clip = changed(rng, crop.resize((VIEW, VIEW), Image.BILINEAR))
    return {"target": np.asarray(crop.resize((size, size), Image.BICUBIC)),
            "clip": np.asarray(clip.resize((view, view), Image.BICUBIC)),
            "caption": TEMPLATES[rng.integers(len(TEMPLATES))]}


def resized_target(rng, crop, size, cells):
    """-> (target uint8, loss mask [cells,cells], start of the caption)"""
    low, high = (170, 512) if rng.random() < 2 / 3 else (614, 715)
    side = 2 * round(rng.integers(low, high + 1) * size / TARGET / 2)
    mask = np.ones((cells, cells), np.float32)
    if side < 0.6 * size:
        x, y = rng.integers(size - side + 1, size=2)
        canvas = Image.new("RGB", (size, size), (128, 128, 128))
        canvas.paste(crop.resize((side, side), Image.BICUBIC), (int(x), int(y)))
        cell = size // cells
        mask[:] = 0
        mask[y // cell + 1:(y + side) // cell - 1, x // cell + 1:(x + side) // cell - 1] = 1
        return np.asarray(canvas), mask, ("a far away", "very small")[rng.integers(2)]
    if side > size:
        x, y = rng.integers(side - size + 1, size=2)
        large = crop.resize((side, side), Image.BICUBIC).crop((x, y, x + size, y + size))
        return np.asarray(large), mask, ("zoomed in", "close up")[rng.integers(2)]
    return np.asarray(crop.resize((size, size), Image.BICUBIC)), mask, "a"


def moved_object(rng, crop, mask):
    """-> the object on black and its mask, enlarged, rotated and shifted, each at random"""
    images = [Image.composite(crop, Image.new("RGB", crop.size), mask), mask]
    how = (Image.BICUBIC, Image.NEAREST)
    side, x, y = VIEW, 0, 0
    if rng.random() < 0.5:
        side = int(rng.integers(VIEW, 257))
        x, y = rng.integers(side - VIEW + 1, size=2)
    images = [i.resize((side, side), h).crop((x, y, x + VIEW, y + VIEW))
              for i, h in zip(images, how)]
    if rng.random() < 0.5:
        angle = rng.uniform(-30, 30)
        images = [i.rotate(angle, h) for i, h in zip(images, how)]
    if rng.random() < 0.5:
        x, y = rng.integers(-60, 61, size=2)
        images = [i.transform(i.size, Image.AFFINE, (1, 0, -x, 0, 1, -y), Image.NEAREST)
                  for i in images]
    return images


def cells_of(mask, cells):
    """Nearest-neighbour sampling to 128x128 and from there to cells x cells -> [cells * cells] of 0 or 1"""
    mask = np.asarray(mask)
    rows, columns = ((np.arange(cells) * 128 // cells) * n // 128 for n in mask.shape)
    return (mask[np.ix_(rows, columns)] > 0).astype(np.float32).ravel()


def local_sample(rng, picture, mask, size, view, cells, grid):
    """-> {target, clip, obj uint8; seg [grid*grid]; where [cells,cells]} and a caption, or None"""
    box = mask.getbbox()
    if box is None:
        return None
    width, height = ((b - a) // 2 * 2 for a, b in zip(box[:2], box[2:]))
    if min(width, height) < 100 or not 0.5 <= width / height <= 2:
        return None
    box = padded((box[0], box[1], box[0] + width, box[1] + height), int(rng.integers(10, 20)),
                 picture.size)
    picture, mask = picture.crop(box), mask.crop(box)
    target, where, prefix = resized_target(rng, picture, size, cells)
    obj, moved = moved_object(rng, picture, mask)
    template = TEMPLATES[rng.integers(len(TEMPLATES))]
    return {"target": target, "where": where, "seg": cells_of(moved, grid),
            "clip": np.asarray(picture.resize((view, view), Image.BICUBIC)),
            "obj": np.asarray(obj.resize((view, view), Image.BICUBIC)),
            "caption": prefix + " " + template.split(" ", 1)[1]}

/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Augmented views of a portrait, for learning a person from a single photograph (Yuan et al., Celeb Basis, 2023; methods: Celeb
 * Basis, training): slightly changed colours, mirrored or not, at a random size and position on black.
 *
 * Pure functions. Thread: any.
 */
#pragma once

#include "models/image.h"

G_BEGIN_DECLS

/* The properties that ColorJitter changes, numbered as there. */
typedef enum
{
  PZ_COLOUR_BRIGHTNESS,
  PZ_COLOUR_CONTRAST,
  PZ_COLOUR_SATURATION,
  PZ_COLOUR_HUE,
  PZ_N_COLOURS,
} PzColourChange;

typedef struct
{
  double brightness, contrast, saturation; /* factors */
  double hue; /* added, as a fraction of a turn */
  double height; /* relative to the canvas's height */
  double aspect; /* width / height */
  double x, y; /* position within the remaining space, 0..1 */
  PzColourChange order[PZ_N_COLOURS]; /* in which the colours are changed */
} PzPortraitView;

/* Draws a view as a function of (seed, number) alone. A PyTorch script gets the same numbers from torch.Generator
 * ().manual_seed (pz_learn_seed (seed, 2^64 - 3, number)): torch.randint (0, 2^24, (1,)) / 2^24 for the members in their order,
 * each then scaled to its range, and torch.randperm (4) for the order. */
void pz_portrait_draw (PzPortraitView *view, guint64 seed, guint64 number);

/* The RGB portrait with the view's colours, in 8 bits: brightness, contrast, saturation and hue in the view's order, with the
 * formulas of torchvision's ColorJitter. (transfer full) */
PzImage *pz_portrait_colour (const PzImage *portrait, const PzPortraitView *view);

/* Mirrors an image horizontally, in 8 bits. (transfer full) */
PzImage *pz_portrait_mirror (const PzImage *image);

/* Scales an image of 1 or 3 channels and places it on black as the view says, in 8 bits. (transfer full) */
PzImage *
pz_portrait_place (const PzImage *image, const PzPortraitView *view, guint width, guint height);

G_END_DECLS

/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Views of one portrait for learning a person from a single photograph (Yuan et al., Celeb Basis, 2023; methods: Celeb Basis,
 * training): its colours changed a little, mirrored or not, small or large somewhere on black.
 *
 * Pure functions. Thread: any.
 */
#pragma once

#include "models/image.h"

G_BEGIN_DECLS

/* What ColorJitter changes, numbered as there. */
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
  double hue; /* added: a part of a turn */
  double height; /* on the canvas, a part of its own */
  double aspect; /* width in heights */
  double x, y; /* where in the room that is left, 0..1 */
  PzColourChange order[PZ_N_COLOURS]; /* of the first four */
} PzPortraitView;

/* A function of the three alone. A PyTorch script gets the same numbers from torch.Generator ().manual_seed (pz_learn_seed
 * (seed, 2^64 - 3, number)): torch.randint (0, 2^24, (1,)) / 2^24 for the numbers in their order, each then stretched to its
 * range, and torch.randperm (4) for the order. */
void pz_portrait_draw (PzPortraitView *view, guint64 seed, guint64 number);

/* RGB as seen in that view's colours, in 8 bits: brightness, contrast, saturation and hue in the view's order, by the formulas of
 * torchvision's ColorJitter. (transfer full) */
PzImage *pz_portrait_colour (const PzImage *portrait, const PzPortraitView *view);

/* From left to right, in 8 bits. (transfer full) */
PzImage *pz_portrait_mirror (const PzImage *image);

/* The image, of 1 or 3 channels, at the view's place on black, in 8 bits. (transfer full) */
PzImage *
pz_portrait_place (const PzImage *image, const PzPortraitView *view, guint width, guint height);

G_END_DECLS

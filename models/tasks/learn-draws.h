/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The random choices for one sample of a learning step. They are a function of (seed, step, sample) alone, so a stopped run can
 * be resumed without the state of a generator.
 *
 * A PyTorch script gets the same numbers from torch.Generator ().manual_seed (pz_learn_seed (...)): torch.randint (0, n, (1,))
 * for picture, flip, time and caption, in this order; if pictures are zoomed, also for whether to shrink (of 100), side, top,
 * left and wording; then torch.randn ([C, h, w]) twice, for the autoencoder's sample and for the noise.
 *
 * Thread: any.
 */
#pragma once

#include "models/tasks/noise.h"

G_BEGIN_DECLS

/* A 32-bit seed for PyTorch's generator. */
guint32 pz_learn_seed (guint64 seed, guint64 step, guint64 sample);

/* Caption prefixes that describe the size of zoomed pictures (methods: Custom Diffusion). */
#define PZ_LEARN_N_WORDINGS 5

/* A picture that is resized to a square of another size and placed on a canvas, or cropped to it. */
typedef struct
{
  guint side; /* 0 = not zoomed */
  guint top, left; /* of the picture on the canvas, or of the canvas in the picture */
  guint wording; /* 0 = none; 1, 2: small; 3, 4: large */
} PzLearnZoom;

typedef struct
{
  guint picture;
  gboolean flipped;
  guint time; /* training timestep, from 0 */
  guint caption;
  PzLearnZoom zoom;
  PzNoise noise; /* generator for the normal numbers that follow */
} PzLearnDraw;

typedef struct
{
  guint pictures, times, captions;
  guint canvas; /* side of the canvas for zooming; 0 = pictures are not zoomed */
} PzLearnChoices;

void pz_learn_draw (PzLearnDraw *draw,
                    const PzLearnChoices *choices,
                    guint64 seed,
                    guint64 step,
                    guint64 sample);

G_END_DECLS

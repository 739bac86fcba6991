/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What one sample of one step of learning is made of, a function of (seed, step, sample) alone: a
 * run that was stopped goes on without a generator's state.
 *
 * A PyTorch script gets the same numbers from torch.Generator ().manual_seed (pz_learn_seed (...)):
 * torch.randint (0, n, (1,)) for picture, flip, time and caption in this order, where pictures are zoomed for whether they become
 * smaller (of 100), side, top, left and wording, then torch.randn ([C, h, w]) twice: of the autoencoder's sample and of the noise.
 *
 * Thread: any.
 */
#pragma once

#include "models/tasks/noise.h"

G_BEGIN_DECLS

/* 32 bits for PyTorch's generator. */
guint32 pz_learn_seed (guint64 seed, guint64 step, guint64 sample);

/* How captions begin: what pictures of another size are called (methods: Custom Diffusion). */
#define PZ_LEARN_N_WORDINGS 5

/* A picture squashed to another square and put on a canvas, or cut to it. */
typedef struct
{
  guint side; /* 0 = it is not */
  guint top, left; /* of the picture on the canvas, or of the canvas in the picture */
  guint wording; /* 0 = none; 1, 2: small; 3, 4: large */
} PzLearnZoom;

typedef struct
{
  guint picture;
  gboolean flipped;
  guint time; /* of training, from 0 */
  guint caption;
  PzLearnZoom zoom;
  PzNoise noise; /* goes on with the normal numbers */
} PzLearnDraw;

typedef struct
{
  guint pictures, times, captions;
  guint canvas; /* side of the canvas that pictures are zoomed on; 0 = they are not */
} PzLearnChoices;

void pz_learn_draw (PzLearnDraw *draw,
                    const PzLearnChoices *choices,
                    guint64 seed,
                    guint64 step,
                    guint64 sample);

G_END_DECLS

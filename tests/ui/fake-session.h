/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A double of the engine for tests of ui/: models/session.h without networks or a device. It checks
 * that a session stays on one thread and paints a picture that tells its seed.
 */
#pragma once

#include "models/session.h"

G_BEGIN_DECLS

#define PZ_FAKE_TOKENS 40
#define PZ_FAKE_FINGERPRINT "fake-print"

typedef struct
{
  /* What it should do. */
  gboolean processor; /* the device is the processor */
  guint64 model_bytes, picture_bytes, free_bytes; /* picture_bytes: what a run needs besides */
  guint step_ms; /* how long a step takes */
  gint
    hold_step; /* a run waits once before this step, counted over all variants from 1; 0 = none */
  guint open_ms;
  gboolean no_models; /* nowhere */
  gboolean no_mappers; /* the model makes no concepts */
  gint open_error; /* PZ_ERROR code, or -1 */
  gint generate_error; /* PZ_ERROR code, or -1 */
  guint error_at; /* variant it happens at, from 0 */
  guint learn_error_at; /* step, from 1; 0 = none */
  gboolean
    passes_through; /* results are what was handed over: what is painted over, else the concept */
  gboolean finds; /* something stands out in every picture */
  gint learn_error; /* PZ_ERROR code, or -1 = no room on the disk */
  /* What it saw. */
  PzGenerateParams last; /* of the last run; without its strings */
  char model[256]; /* that was opened last; "" = the default */
  guint n_concepts; /* of the last run */
  guint n_learned_from, resumed_at; /* of the last learning */
  gboolean masked;
  guint n_people; /* 0 = it was a thing */
  guint n_open, n_encode, n_variants, n_previews;
  gboolean wrong_thread;
} PzFake;

extern PzFake pz_fake;

/* Back to a quick engine that never fails. */
void pz_fake_reset (void);

/* For the doubles: waits at hold_step until it is released or the run is stopped. Any thread. */
void pz_fake_hold (guint step, GCancellable *cancellable);
/* Lets a run that waits continue. */
void pz_fake_release (void);

G_END_DECLS

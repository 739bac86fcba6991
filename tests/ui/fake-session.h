/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A fake engine for tests of ui/: models/session.h without networks or a device. It checks that a session is used by one thread
 * only, and paints pictures that show their seed.
 */
#pragma once

#include "models/session.h"

G_BEGIN_DECLS

#define PZ_FAKE_TOKENS 40
#define PZ_FAKE_FINGERPRINT "fake-print"

typedef struct
{
  /* Behaviour. */
  gboolean processor; /* the only device is the processor */
  guint64 model_bytes, picture_bytes, free_bytes; /* picture_bytes: extra for a run */
  guint64 saved_bytes,
    lora_bytes; /* extra for each saved concept, and for a prompt with LoRAs */
  guint
    settled_side; /* side of the model's pictures once the session is settled; 0 = as before */
  guint step_ms; /* duration of a step */
  gint
    hold_step; /* a run waits once before this step, counted over all variants from 1; 0 = none */
  guint open_ms;
  gboolean no_models; /* no model is found */
  gboolean no_mappers; /* the model cannot encode concepts */
  gint open_error; /* PZ_ERROR code, or -1 */
  gint generate_error; /* PZ_ERROR code, or -1 */
  guint error_at; /* variant at which generate_error occurs, from 0 */
  guint learn_error_at; /* step at which learn_error occurs, from 1; 0 = none */
  gboolean
    passes_through; /* results are the input picture: what is painted over, else the concept */
  gboolean finds; /* a subject stands out in every picture */
  gint learn_error; /* PZ_ERROR code; -1 = the disk is full */
  /* Records. */
  PzGenerateParams last; /* of the last run, without strings */
  char model[256]; /* the model that was opened last; "" = the default */
  guint n_concepts; /* of the last run */
  guint start_width, start_height; /* of the last run; 0 = it had no start */
  guint n_learned_from, resumed_at; /* of the last learning run */
  gboolean masked;
  guint n_people; /* 0 = an object was learned */
  guint n_open, n_encode, n_loaded, n_variants, n_previews;
  gboolean wrong_thread;
} PzFake;

extern PzFake pz_fake;

/* Resets to a fast engine without errors. */
void pz_fake_reset (void);

/* For the fakes: waits at hold_step until pz_fake_release () is called or the run is cancelled. Thread: any. */
void pz_fake_hold (guint step, GCancellable *cancellable);
/* For the fakes: whether the run is cancelled. If it is, it no longer waits at hold_step, and neither does the next run: a
 * run may be cancelled before it gets there. Thread: any. */
gboolean pz_fake_is_cancelled (GCancellable *cancellable, GError **error);
/* Lets a waiting run continue. */
void pz_fake_release (void);

G_END_DECLS

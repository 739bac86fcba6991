/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a run of learning is between two steps: what is trained, AdamW's moments, the loss scale, the losses so far. Can be
 * written to a file and read again with the same bits.
 *
 * Thread: one at a time.
 */
#pragma once

#include <gio/gio.h>

#include "compute/error.h"

G_BEGIN_DECLS

#define PZ_LEARN_DECILES 10

/* Of one step. */
typedef struct
{
  float loss, level;
  float still; /* on the fixed batch; < 0 = not looked at */
} PzLearnRow;

typedef struct
{
  gsize n; /* elements of what is trained */
  float *value, *start, *first, *second; /* [n]: trained, as it began, AdamW's moments */
  float *best; /* [n]: where the loss on the fixed batch was least */
  float best_loss; /* < 0 = not looked at yet */
  gsize n_kept;
  float *kept; /* [n_kept]: what else lasts from step to step; NULL = nothing */
  guint step; /* done */
  guint n_updates; /* of value: steps whose gradients were finite */
  float scale; /* of the loss, in half precision */
  guint n_good; /* updates since the scale changed */
  guint n_bad; /* steps without an update, one after the other */
  float level; /* smoothed */
  float decile_sum[PZ_LEARN_DECILES], decile_n[PZ_LEARN_DECILES]; /* losses by noise level */
  GArray *rows; /* PzLearnRow, one for each step */
} PzLearnState;

/* Copies start. */
void pz_learn_state_init (PzLearnState *state, const float *start, gsize n, float scale);
/* Copies what else is to last. */
void pz_learn_state_keep (PzLearnState *state, const float *kept, gsize n);
void pz_learn_state_clear (PzLearnState *state);

/* Notes a sample's loss; gives it in units of the mean at its noise level. time of n_times. */
float pz_learn_state_note (PzLearnState *state, guint time, guint n_times, float loss);

/* ---- the file ---- */

/* What a run is made of, by name: key, value, ..., NULL. A file of another run is refused by what differs. */
gboolean pz_learn_state_save (const PzLearnState *state,
                              const char *path,
                              const char *const *settings,
                              GError **error);
/* state: initialised, of the same n and n_kept. Fails with BAD_FILE. */
gboolean pz_learn_state_load (PzLearnState *state,
                              const char *path,
                              const char *const *settings,
                              GError **error);

G_END_DECLS

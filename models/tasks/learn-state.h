/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The state of a learning run between two steps: the trained values, AdamW's moments, the loss scale, the losses so far.
 * Writing it to a file and reading it back restores the same bits.
 *
 * Thread: one at a time.
 */
#pragma once

#include <gio/gio.h>

#include "compute/error.h"

G_BEGIN_DECLS

#define PZ_LEARN_DECILES 10

/* One step. */
typedef struct
{
  float loss, level;
  float still; /* on the fixed batch; < 0 = not computed */
} PzLearnRow;

typedef struct
{
  gsize n; /* number of trained values */
  float *value, *start, *first, *second; /* [n]: current, initial, AdamW's moments */
  float *best; /* [n]: values with the lowest loss on the fixed batch */
  float best_loss; /* < 0 = not computed yet */
  gsize n_kept;
  float *kept; /* [n_kept]: other values kept between steps; NULL = none */
  guint step; /* steps done */
  guint n_updates; /* steps whose gradients were finite */
  float scale; /* loss scale, for f16 */
  guint n_good; /* updates since the scale last changed */
  guint n_bad; /* consecutive steps without an update */
  float level; /* smoothed, see PzLearnStep */
  float decile_sum[PZ_LEARN_DECILES], decile_n[PZ_LEARN_DECILES]; /* losses by noise level */
  GArray *rows; /* PzLearnRow, one per step */
} PzLearnState;

/* Copies start. */
void pz_learn_state_init (PzLearnState *state, const float *start, gsize n, float scale);
/* Copies kept. */
void pz_learn_state_keep (PzLearnState *state, const float *kept, gsize n);
void pz_learn_state_clear (PzLearnState *state);

/* Records a sample's loss. Returns it relative to the mean at its noise level. time: of n_times. */
float pz_learn_state_note (PzLearnState *state, guint time, guint n_times, float loss);

/* ---- the file ---- */

/* settings: what identifies a run: key, value, ..., NULL. A file of a different run is rejected, naming the difference. */
gboolean pz_learn_state_save (const PzLearnState *state,
                              const char *path,
                              const char *const *settings,
                              GError **error);
/* state: initialised, with the same n and n_kept. Fails with BAD_FILE. */
gboolean pz_learn_state_load (PzLearnState *state,
                              const char *path,
                              const char *const *settings,
                              GError **error);

G_END_DECLS

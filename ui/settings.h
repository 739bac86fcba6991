/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Every choice a user makes, as properties of one object: widgets bind to them, the host binds its
 * own stored settings to properties of the same names, a job takes a snapshot.
 *
 *   prompt, negative-prompt   string
 *   variants                  int 1..16
 *   seed                      int -1..G_MAXINT, -1 = draw one for each run
 *   steps                     int 0..100, 0 = the model's
 *   guidance                  double -1..30, below 0 = the model's
 *   fidelity                  double 0..1.5
 *   words                     string "primary", "all"
 *   mask-source               string "auto", "selection", "layer-mask", "alpha", "layer"
 *   model-folder              GFile, NULL = the first usable model found
 *   device                    string, "" = the best
 *   width, height             int, 0 = the model's
 *
 * Thread: main; a snapshot: any.
 */
#pragma once

#include "models/params.h"

G_BEGIN_DECLS

#define PZ_SETTINGS_PROMPT "a photo of a S"
#define PZ_SETTINGS_MAX_STEPS 100
#define PZ_SETTINGS_MAX_GUIDANCE 30.0
#define PZ_SETTINGS_MAX_SIZE 4096
#define PZ_SETTINGS_MAX_SEED G_MAXINT

#define PZ_TYPE_SETTINGS (pz_settings_get_type ())
G_DECLARE_FINAL_TYPE (PzSettings, pz_settings, PZ, SETTINGS, GObject)

PzSettings *pz_settings_new (void);

/* A run's parameters with their own copies of the strings; a drawn seed is in params.seed. */
typedef struct
{
  PzGenerateParams params;
  char *prompt;
  char *negative_prompt;
} PzSnapshot;

PzSnapshot *pz_settings_snapshot (PzSettings *settings); /* (transfer full) */
void pz_snapshot_free (PzSnapshot *snapshot);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PzSnapshot, pz_snapshot_free)

/* A seed of at most six digits: easy to read and to type. */
gint pz_settings_draw_seed (void);

G_END_DECLS

/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What an open model folder says about itself: model.json over the family's defaults.
 * Thread: any.
 */
#pragma once

#include "models/files/model-folder.h"

G_BEGIN_DECLS

/* Fills folder->info. Fails with BAD_FILE: model.json is unreadable, or says a sampler, a
 * number of steps or a size that this model cannot make. */
gboolean pz_model_info_fill (PzModelFolder *folder, GError **error);

/* The default size alone, when the network is known better. */
void pz_model_info_set_size (PzModelFolder *folder);

/* Names of the parts that a folder or file lacks, separated by commas: NULL = none. (transfer full) */
char *pz_model_info_find_missing (const char *model);

/* Frees the strings. */
void pz_model_info_clear (PzModelInfo *info);

G_END_DECLS

/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Describes an open model folder: the values of model.json, with the family's defaults for those it leaves out.
 * Thread: any.
 */
#pragma once

#include "models/files/model-folder.h"

G_BEGIN_DECLS

/* Fills folder->info. Fails with BAD_FILE: model.json is unreadable, or sets a sampler, a number of steps or a size that this
 * model does not support. */
gboolean pz_model_info_fill (PzModelFolder *folder, GError **error);

/* Sets only the default size, once more is known about the network. */
void pz_model_info_set_size (PzModelFolder *folder);

/* The names of the parts that a folder or file lacks, separated by commas; NULL if none is missing. (transfer full) */
char *pz_model_info_find_missing (const char *model);

/* Frees the strings. */
void pz_model_info_clear (PzModelInfo *info);

G_END_DECLS

/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The weights of a model's text encoder and U-Net by name, for files that change some of them.
 *
 * Thread: any (immutable).
 */
#pragma once

#include "models/files/model-folder.h"

G_BEGIN_DECLS

typedef struct
{
  char *name; /* as its network asks for it: "text_model.…", or one of the U-Net's */
  gboolean is_text; /* of the text encoder */
  PzWeightLayout layout;
  guint n_dims;
  guint dims[PZ_MAX_DIMS]; /* in the file */
} PzNamedWeight;

typedef struct _PzWeightNames PzWeightNames;

/* Nothing of the model is kept. (transfer full) */
PzWeightNames *pz_weight_names_new (const PzModelFolder *model);
void pz_weight_names_free (PzWeightNames *names);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PzWeightNames, pz_weight_names_free)

/* NULL = neither network has it. Valid as long as names. */
const PzNamedWeight *pz_weight_names_lookup (const PzWeightNames *names, const char *name);

G_END_DECLS

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

/* All of these: NULL = there is none; else valid as long as names. */
const PzNamedWeight *pz_weight_names_lookup (const PzWeightNames *names, const char *name);

/* All names, sorted, NULL at the end. (transfer container) */
const char **pz_weight_names_list (const PzWeightNames *names);

/* The weight of a linear layer or a convolution by its path: today's diffusers' and transformers', or the single file's (LDM);
 * with dots, or with underscores in their place. */
const PzNamedWeight *
pz_weight_names_find_layer (const PzWeightNames *names, gboolean is_text, const char *path);

/* The same by its number among those that cloneofsimo's code changes, in the order in which diffusers' modules are listed: the
 * projections of all attentions and, with_geglu, the one in front of each GEGLU. */
const PzNamedWeight *pz_weight_names_get_numbered (const PzWeightNames *names,
                                                   gboolean is_text,
                                                   gboolean with_geglu,
                                                   guint number);

G_END_DECLS

/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Looks up the weights of a model's text encoder and U-Net by name, for files that change some of them.
 *
 * Thread: any (immutable).
 */
#pragma once

#include "models/files/model-folder.h"

G_BEGIN_DECLS

typedef struct
{
  char *name; /* the name its network requests: "text_model.…", or one of the U-Net's */
  gboolean is_text; /* belongs to the text encoder */
  PzWeightLayout layout;
  guint n_dims;
  guint dims[PZ_MAX_DIMS]; /* as in the file */
} PzNamedWeight;

typedef struct _PzWeightNames PzWeightNames;

/* Keeps no reference to the model. (transfer full) */
PzWeightNames *pz_weight_names_new (const PzModelFolder *model);
void pz_weight_names_free (PzWeightNames *names);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PzWeightNames, pz_weight_names_free)

/* All lookups return NULL if there is no such weight. Results are valid as long as names. */
const PzNamedWeight *pz_weight_names_lookup (const PzWeightNames *names, const char *name);

/* All names, sorted, NULL at the end. (transfer container) */
const char **pz_weight_names_list (const PzWeightNames *names);

/* Finds the weight of a linear layer or a convolution by its path: that of current diffusers and transformers, or that of the
 * single file (LDM), with dots, or with underscores instead of dots. */
const PzNamedWeight *
pz_weight_names_find_layer (const PzWeightNames *names, gboolean is_text, const char *path);

/* Finds the weight by its number among those that cloneofsimo's code changes, in the order in which diffusers' modules are
 * listed: the projections of all attentions and, if with_geglu, the projection before each GEGLU. */
const PzNamedWeight *pz_weight_names_get_numbered (const PzWeightNames *names,
                                                   gboolean is_text,
                                                   gboolean with_geglu,
                                                   guint number);

G_END_DECLS

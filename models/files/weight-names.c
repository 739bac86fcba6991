/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "models/files/weight-names.h"

#include <string.h>

#include "models/files/model-networks.h"

/* Their scopes in the graph of pz_model_networks_build (). */
#define TEXT "text_encoder."
#define UNET "unet."

struct _PzWeightNames
{
  GHashTable *by_name; /* name -> PzNamedWeight, owned */
};

static void
weight_free (gpointer data)
{
  PzNamedWeight *weight = data;

  g_free (weight->name);
  g_free (weight);
}

static void
add (PzWeightNames *names, const PzGraph *graph, guint index)
{
  const char *scoped = pz_graph_get_weight (graph, index)->name;
  const gboolean is_text = g_str_has_prefix (scoped, TEXT);
  PzNamedWeight *weight = g_new0 (PzNamedWeight, 1);
  const guint *dims = pz_graph_get_weight_file_dims (graph, index, &weight->n_dims);

  weight->name = g_strdup (scoped + strlen (is_text ? TEXT : UNET));
  weight->is_text = is_text;
  weight->layout = pz_graph_get_weight_layout (graph, index);
  memcpy (weight->dims, dims, weight->n_dims * sizeof *dims);
  g_hash_table_insert (names->by_name, weight->name, weight);
}

PzWeightNames *
pz_weight_names_new (const PzModelFolder *model)
{
  PzWeightNames *names = g_new0 (PzWeightNames, 1);
  g_autoptr (PzGraph) graph = pz_graph_new (PZ_F32);

  names->by_name = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, weight_free);
  pz_model_networks_build (model, PZ_PART_TEXT_ENCODER | PZ_PART_UNET, graph);
  for (guint i = 0; i < pz_graph_get_n_weights (graph); i++)
    add (names, graph, i);
  return names;
}

void
pz_weight_names_free (PzWeightNames *names)
{
  if (names == NULL)
    return;
  g_hash_table_unref (names->by_name);
  g_free (names);
}

const PzNamedWeight *
pz_weight_names_lookup (const PzWeightNames *names, const char *name)
{
  return g_hash_table_lookup (names->by_name, name);
}

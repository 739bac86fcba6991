/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "models/files/weight-names.h"

#include <stdlib.h>
#include <string.h>

#include "models/files/model-networks.h"
#include "models/nets/unet.h"

/* Prefixes in the graph of pz_model_networks_build (). */
#define TEXT "text_encoder."
#define UNET "unet."

#define ENDING ".weight"

struct _PzWeightNames
{
  GHashTable *by_name; /* name -> PzNamedWeight, owned */
  GHashTable *layers
    [2]; /* of the U-Net, of the text encoder: every spelling of a path -> PzNamedWeight */
  GPtrArray
    *attentions[2]; /* paths of modules with the projections below, in cloneofsimo's order */
};

static void
weight_free (gpointer data)
{
  PzNamedWeight *weight = data;

  g_free (weight->name);
  g_free (weight);
}

/* ---- paths ---- */

/* Adds the path with dots, and with underscores instead of dots. */
static void
add_path (PzWeightNames *names, const PzNamedWeight *weight, const char *name)
{
  char *path = g_strndup (name, strlen (name) - strlen (ENDING));
  char *underscored = g_strdelimit (g_strdup (path), ".", '_');

  g_hash_table_insert (names->layers[weight->is_text], path, (gpointer) weight);
  g_hash_table_insert (names->layers[weight->is_text], underscored, (gpointer) weight);
}

static void
add_layer (PzWeightNames *names, const PzNamedWeight *weight)
{
  static const char text_model[] = "text_model.", unet_model[] = "model.diffusion_model.";

  if (!g_str_has_suffix (weight->name, ENDING) || (weight->n_dims != 2 && weight->n_dims != 4))
    return;
  add_path (names, weight, weight->name);
  if (weight->is_text)
    {
      if (g_str_has_prefix (weight->name, text_model))
        add_path (names, weight, weight->name + strlen (text_model));
      return;
    }
  g_autofree char *ldm = pz_key_map_name (&pz_key_map_ldm_unet, weight->name);
  if (ldm != NULL)
    add_path (names, weight, ldm + strlen (unet_model));
}

/* ---- numbers ---- */

static const char *const text_parts[] = { "k_proj", "v_proj", "q_proj", "out_proj" };
static const char *const unet_parts[] = { "attn1.to_q",     "attn1.to_k",    "attn1.to_v",
                                          "attn1.to_out.0", "ff.net.0.proj", "attn2.to_q",
                                          "attn2.to_k",     "attn2.to_v",    "attn2.to_out.0" };
#define GEGLU_PART 4 /* of unet_parts */

/* UNet2DConditionModel lists its middle block last. */
static void
list_attentions (PzWeightNames *names, const PzModelFolder *model)
{
  static const char middle[] = "mid_block.", last[] = "attn2";
  PzUnetSite sites[PZ_UNET_MAX_SITES];
  const guint n_sites = pz_unet_sites (&model->unet, sites);

  for (guint is_middle = 0; is_middle < 2; is_middle++)
    for (guint i = 0; i < n_sites; i++)
      if (g_str_has_prefix (sites[i].name, middle) == (is_middle == 1))
        g_ptr_array_add (names->attentions[FALSE],
                         g_strndup (sites[i].name, strlen (sites[i].name) - strlen (last)));
  for (guint i = 0; i < model->text.num_hidden_layers; i++)
    g_ptr_array_add (names->attentions[TRUE],
                     g_strdup_printf ("text_model.encoder.layers.%u.self_attn.", i));
}

/* ---- all ---- */

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
  add_layer (names, weight);
}

PzWeightNames *
pz_weight_names_new (const PzModelFolder *model)
{
  PzWeightNames *names = g_new0 (PzWeightNames, 1);
  g_autoptr (PzGraph) graph = pz_graph_new (PZ_F32);

  names->by_name = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, weight_free);
  for (guint i = 0; i < G_N_ELEMENTS (names->layers); i++)
    {
      names->layers[i] = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
      names->attentions[i] = g_ptr_array_new_with_free_func (g_free);
    }
  pz_model_networks_build (model, PZ_PART_TEXT_ENCODER | PZ_PART_UNET, graph);
  for (guint i = 0; i < pz_graph_get_n_weights (graph); i++)
    add (names, graph, i);
  list_attentions (names, model);
  return names;
}

void
pz_weight_names_free (PzWeightNames *names)
{
  if (names == NULL)
    return;
  for (guint i = 0; i < G_N_ELEMENTS (names->layers); i++)
    {
      g_hash_table_unref (names->layers[i]);
      g_ptr_array_unref (names->attentions[i]);
    }
  g_hash_table_unref (names->by_name);
  g_free (names);
}

const PzNamedWeight *
pz_weight_names_lookup (const PzWeightNames *names, const char *name)
{
  return g_hash_table_lookup (names->by_name, name);
}

static gint
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

const char **
pz_weight_names_list (const PzWeightNames *names)
{
  guint n;
  const char **all = (const char **) g_hash_table_get_keys_as_array (names->by_name, &n);

  qsort (all, n, sizeof *all, compare_names);
  return all;
}

const PzNamedWeight *
pz_weight_names_find_layer (const PzWeightNames *names, gboolean is_text, const char *path)
{
  return g_hash_table_lookup (names->layers[is_text ? TRUE : FALSE], path);
}

const PzNamedWeight *
pz_weight_names_get_numbered (const PzWeightNames *names,
                              gboolean is_text,
                              gboolean with_geglu,
                              guint number)
{
  const GPtrArray *attentions = names->attentions[is_text ? TRUE : FALSE];
  const char *const *parts = is_text ? text_parts : unet_parts;
  const gboolean skips = !is_text && !with_geglu;
  const guint n_parts =
    is_text ? G_N_ELEMENTS (text_parts) : G_N_ELEMENTS (unet_parts) - (skips ? 1 : 0);
  guint part = number % n_parts;

  if (number / n_parts >= attentions->len)
    return NULL;
  if (skips && part >= GEGLU_PART)
    part++;

  g_autofree char *name =
    g_strconcat (attentions->pdata[number / n_parts], parts[part], ENDING, NULL);
  return pz_weight_names_lookup (names, name);
}

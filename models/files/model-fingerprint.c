/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Distinguishes models without reading gigabytes: takes samples from the beginning to the end of every weight. Samples of the
 * beginning alone would not distinguish a network from one whose later rows were trained further (a vocabulary with new words,
 * a merged adapter).
 *
 * Weights are identified by the names that networks request, so that a folder and a single file give the same fingerprint. Only
 * the sign of each sample is used: rounding to another precision never changes it (a number that becomes 0 keeps its sign),
 * whereas a rounded value changes if it lies between two values of the coarser precision. Further training flips some of
 * hundreds of thousands of signs.
 */
#include "models/files/model-fingerprint.h"

#include <math.h>
#include <string.h>

#include "models/files/model-networks.h"

#define SAMPLES 4
#define SAMPLE_LENGTH 256

static gboolean
add_signs (GChecksum *checksum,
           const PzTensorFile *file,
           const PzFileTensor *tensor,
           GError **error)
{
  const gsize n = MIN (tensor->n_elements, SAMPLE_LENGTH);
  float sample[SAMPLE_LENGTH];
  guchar signs[SAMPLE_LENGTH];

  for (guint i = 0; i < SAMPLES; i++)
    {
      const guint64 first = (tensor->n_elements - n) * i / (SAMPLES - 1);

      if (!pz_tensor_file_read_f32 (file, tensor, first, n, sample, error))
        return FALSE;
      for (gsize j = 0; j < n; j++)
        signs[j] = signbit (sample[j]) ? 1 : 0;
      g_checksum_update (checksum, signs, (gssize) n);
    }
  return TRUE;
}

static gboolean
add_weight (GChecksum *checksum,
            const PzTensor *weight,
            const PzWeightSource sources[],
            guint n_sources,
            GError **error)
{
  const PzWeightSource *source = pz_weights_find_source (sources, n_sources, weight->name);
  const PzFileTensor *tensor =
    pz_weights_lookup (source->weights, weight->name + strlen (source->prefix));
  const guint64 n_elements = GUINT64_TO_LE (tensor->n_elements);

  g_checksum_update (checksum, (const guchar *) weight->name,
                     (gssize) strlen (weight->name) + 1);
  g_checksum_update (checksum, (const guchar *) &n_elements, sizeof n_elements);
  return add_signs (checksum, pz_weights_get_file (source->weights), tensor, error);
}

gboolean
pz_fingerprint_add_weights (GChecksum *checksum,
                            const PzGraph *graph,
                            const PzWeightSource sources[],
                            guint n_sources,
                            GError **error)
{
  for (guint i = 0; i < pz_graph_get_n_weights (graph); i++)
    if (!add_weight (checksum, pz_graph_get_weight (graph, i), sources, n_sources, error))
      return FALSE;
  return TRUE;
}

/* ---- settings that weights and their shapes do not show ---- */

typedef struct
{
  PzModelPart part;
  const char *key;
  gboolean is_float;
  gsize offset; /* in PzModelFolder */
} Setting;

#define SETTING(part, member, is_float) \
  { PZ_PART_##part, #member, is_float, G_STRUCT_OFFSET (PzModelFolder, member) }

/* The prediction type is not included: for a single file it may be unknown until the network has been tested. */
static const Setting settings[] = {
  SETTING (TEXT_ENCODER, text.num_attention_heads, FALSE),
  SETTING (TEXT_ENCODER, text.hidden_act, FALSE),
  SETTING (TEXT_ENCODER, text.layer_norm_eps, TRUE),
  SETTING (IMAGE_ENCODER, vision.num_attention_heads, FALSE),
  SETTING (IMAGE_ENCODER, vision.hidden_act, FALSE),
  SETTING (IMAGE_ENCODER, vision.layer_norm_eps, TRUE),
  SETTING (UNET, unet.norm_num_groups, FALSE),
  SETTING (UNET, unet.norm_eps, TRUE),
  SETTING (UNET, unet.flip_sin_to_cos, FALSE),
  SETTING (UNET, unet.freq_shift, FALSE),
  SETTING (UNET, unet.center_input_sample, FALSE),
  SETTING (VAE, vae.scaling_factor, TRUE),
  SETTING (GLOBAL_MAPPER, mapper.layers[0], FALSE),
  SETTING (GLOBAL_MAPPER, mapper.layers[1], FALSE),
  SETTING (GLOBAL_MAPPER, mapper.layers[2], FALSE),
  SETTING (GLOBAL_MAPPER, mapper.layers[3], FALSE),
  SETTING (GLOBAL_MAPPER, mapper.layers[4], FALSE),
};

static void
add_number (GChecksum *checksum, const char *key, double number)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  g_checksum_update (checksum, (const guchar *) key, (gssize) strlen (key) + 1);
  g_ascii_formatd (text, sizeof text, "%.9g", number);
  g_checksum_update (checksum, (const guchar *) text, (gssize) strlen (text) + 1);
}

static void
add_settings (GChecksum *checksum, const PzModelFolder *folder, guint parts)
{
  const guint there = parts & folder->parts;

  for (guint i = 0; i < G_N_ELEMENTS (settings); i++)
    {
      const Setting *setting = &settings[i];
      gconstpointer at = (const guint8 *) folder + setting->offset;

      if ((there & setting->part) != 0)
        add_number (checksum, setting->key,
                    setting->is_float ? (double) *(const float *) at : *(const guint *) at);
    }
  /* A single number for all levels must give the same result as a list of equal numbers. */
  for (guint i = 0; (there & PZ_PART_UNET) != 0 && i < folder->unet.n_block_out_channels; i++)
    add_number (checksum, "heads", pz_unet_config_heads (&folder->unet, i));
}

char *
pz_model_folder_fingerprint (const PzModelFolder *folder, guint parts, GError **error)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autoptr (PzGraph) graph = pz_graph_new (PZ_F32);
  PzWeightSource sources[PZ_MODEL_MAX_SOURCES];
  const guint n_sources = pz_model_networks_sources (folder, sources);

  pz_model_networks_build (folder, parts, graph);
  if (!pz_fingerprint_add_weights (checksum, graph, sources, n_sources, error))
    return NULL;
  add_settings (checksum, folder, parts);
  return g_strdup (g_checksum_get_string (checksum));
}

gboolean
pz_model_fingerprints_init (PzModelFingerprints *prints,
                            const PzModelFolder *folder,
                            GError **error)
{
  const gboolean has_elite = (folder->parts & PZ_PARTS_ELITE) != 0;

  prints->all = pz_model_folder_fingerprint (folder, PZ_PARTS_ALL, error);
  if (prints->all == NULL)
    return FALSE;
  prints->model = pz_model_folder_fingerprint (folder, PZ_PARTS_LEARNED_FOR, error);
  if (prints->model == NULL)
    return FALSE;
  if (has_elite)
    prints->elite = pz_model_folder_fingerprint (folder, PZ_PARTS_ELITE, error);
  return !has_elite || prints->elite != NULL;
}

void
pz_model_fingerprints_clear (PzModelFingerprints *prints)
{
  g_clear_pointer (&prints->all, g_free);
  g_clear_pointer (&prints->model, g_free);
  g_clear_pointer (&prints->elite, g_free);
}

/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What tells models apart without reading gigabytes: samples from the beginning to the end of
 * every weight. A beginning alone would take a network whose later rows were trained further (a
 * vocabulary with new words, a merged adapter) for the one it came from.
 *
 * Weights are taken by the names that networks ask for, so that a folder and a single file give
 * the same. Of each sample only the sign counts: rounding to another precision never changes it
 * (a number that becomes 0 keeps it), while a rounded value would change where it lies between
 * two of the coarser precision. Training further turns some of hundreds of thousands of signs.
 */
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

char *
pz_model_folder_fingerprint (const PzModelFolder *folder, guint parts, GError **error)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autoptr (PzGraph) graph = pz_graph_new (PZ_F32);
  PzWeightSource sources[PZ_MODEL_MAX_SOURCES];
  const guint n_sources = pz_model_networks_sources (folder, sources);

  pz_model_networks_build (folder, parts, graph);
  for (guint i = 0; i < pz_graph_get_n_weights (graph); i++)
    if (!add_weight (checksum, pz_graph_get_weight (graph, i), sources, n_sources, error))
      return NULL;
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

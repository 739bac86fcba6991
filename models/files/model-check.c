/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "models/files/model-check.h"

#include "models/files/model-networks.h"
#include "models/files/unsupported.h"

static gboolean
has (const PzModelFolder *folder, guint parts)
{
  return (folder->parts & parts) == parts;
}

/* All networks are in one graph, so that one check reports every mismatch. */
static gboolean
check_weights (const PzModelFolder *folder, GError **error)
{
  g_autoptr (PzGraph) graph = pz_graph_new (PZ_F32);
  PzWeightSource sources[PZ_MODEL_MAX_SOURCES];
  guint n_sources = pz_model_networks_sources (folder, sources);

  pz_model_networks_build (folder, G_MAXUINT, graph);
  return pz_graph_check (graph, error) && pz_weights_check (graph, sources, n_sources, error);
}

/* ---- one part against another ---- */

static gboolean
check_equal (const PzModelFolder *folder,
             guint parts,
             const char *what,
             guint expected,
             guint found,
             GError **error)
{
  if (!has (folder, parts) || expected == found)
    return TRUE;
  g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_FILE, "%s: %s: expected %u, found %u",
               folder->path, what, expected, found);
  return FALSE;
}

static gboolean
check_channels (const PzModelFolder *folder, GError **error)
{
  return !has (folder, PZ_PART_UNET | PZ_PART_VAE)
         || pz_supported_channels (folder->path, folder->unet.in_channels,
                                   folder->unet.out_channels, folder->vae.latent_channels,
                                   error);
}

static gboolean
check_vocabulary (const PzModelFolder *folder, GError **error)
{
  guint n_words;

  if (!has (folder, PZ_PART_TOKENIZER | PZ_PART_TEXT_ENCODER))
    return TRUE;
  n_words = pz_tokenizer_get_vocab_size (folder->tokenizer);
  if (n_words <= folder->text.vocab_size)
    return TRUE;
  g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_FILE,
               "%s: the text encoder knows %u tokens, but the tokenizer makes %u", folder->path,
               folder->text.vocab_size, n_words);
  return FALSE;
}

gboolean
pz_model_check (const PzModelFolder *folder, GError **error)
{
  return check_weights (folder, error) && check_channels (folder, error)
         && check_vocabulary (folder, error)
         && check_equal (folder, PZ_PART_TEXT_ENCODER | PZ_PART_UNET,
                         "width of the text encoder (hidden_size) for this U-Net",
                         folder->unet.cross_attention_dim, folder->text.hidden_size, error);
}

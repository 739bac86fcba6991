/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "models/files/judge-file.h"

#include "models/files/single-file.h"
#include "models/files/vision-file.h"

#define HEAD_DIM 64 /* of all published models */
#define DINO_EPS 1e-6f /* as in its authors' code */
#define MAX_LAYERS 256

static guint
size_of (const PzFileTensor *tensor, guint axis)
{
  if (tensor == NULL || axis >= tensor->n_dims || tensor->dims[axis] > G_MAXUINT16)
    return 0;
  return (guint) tensor->dims[axis];
}

/* ---- CLIP ---- */

static gboolean
measure_clip (PzWeights *weights, PzClipConfig *config, GError **error)
{
  const char *path = pz_weights_get_path (weights);

  if (!pz_vision_tower_measure (weights, &config->vision, error))
    return FALSE;
  pz_text_tower_measure (weights, config->vision.hidden_act, &config->text);
  config->projection_dim = size_of (pz_weights_lookup (weights, "text_projection.weight"), 0);
  if (config->text.vocab_size > 0 && config->projection_dim > 0)
    return pz_text_config_check (path, &config->text, error);
  g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_FILE,
               "%s: expected CLIP's text tower and its projection beside the vision tower, "
               "found no %s",
               path, config->text.vocab_size == 0 ? "token_embedding" : "text_projection");
  return FALSE;
}

/* The folder's own vocabulary, or CLIP's. */
static gboolean
open_words (PzJudgeFile *file, const char *place, GError **error)
{
  const guint room = file->clip.text.vocab_size;
  g_autofree char *vocabulary = g_build_filename (place, "vocab.json", NULL);
  guint needed;

  file->tokenizer = g_file_test (vocabulary, G_FILE_TEST_EXISTS)
                      ? pz_tokenizer_open (place, error)
                      : pz_tokenizer_new_clip (NULL);
  if (file->tokenizer == NULL)
    return FALSE;
  needed = pz_tokenizer_get_vocab_size (file->tokenizer);
  if (needed <= room)
    return TRUE;
  g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_FILE,
               "%s: expected at least %u words in CLIP's table, as many as the vocabulary has, "
               "found %u",
               place, needed, room);
  return FALSE;
}

/* ---- DINO ---- */

static gboolean
measure_vit (PzWeights *weights, PzVisionConfig *config, GError **error)
{
  const char *path = pz_weights_get_path (weights);
  const PzFileTensor *patch =
    pz_weights_lookup (weights, "embeddings.patch_embeddings.projection.weight");
  const PzFileTensor *places = pz_weights_lookup (weights, "embeddings.position_embeddings");
  const guint cells = size_of (places, 1);
  guint side = 0;

  if (size_of (patch, 2) == 0 || cells < 2)
    {
      g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_FILE,
                   "%s: expected DINO's vision transformer (patch_embed.* and pos_embed), "
                   "found none",
                   path);
      return FALSE;
    }
  while (side * side + 1 < cells)
    side++;
  *config = (PzVisionConfig) {
    .hidden_size = size_of (patch, 0),
    .patch_size = size_of (patch, 2),
    .image_size = side * size_of (patch, 2),
    .num_attention_heads = MAX (size_of (patch, 0) / HEAD_DIM, 1),
    .hidden_act = PZ_GELU,
    .layer_norm_eps = DINO_EPS,
  };
  while (config->num_hidden_layers < MAX_LAYERS)
    {
      g_autofree char *name =
        g_strdup_printf ("encoder.layer.%u.intermediate.dense.bias", config->num_hidden_layers);
      const guint width = size_of (pz_weights_lookup (weights, name), 0);

      if (width == 0)
        break;
      config->intermediate_size = width;
      config->num_hidden_layers++;
    }
  return pz_vision_config_check (path, config, error);
}

/* ---- both ---- */

static gboolean
read_config (PzJudgeFile *file, const char *json, GError **error)
{
  return file->kind == PZ_JUDGE_CLIP ? pz_clip_config_read (json, &file->clip, error)
                                     : pz_vit_config_read (json, &file->vit, error);
}

static gboolean
measure (PzJudgeFile *file, GError **error)
{
  return file->kind == PZ_JUDGE_CLIP ? measure_clip (file->weights, &file->clip, error)
                                     : measure_vit (file->weights, &file->vit, error);
}

PzJudgeFile *
pz_judge_file_open (const char *place, PzJudgeKind kind, GError **error)
{
  const PzKeyMap *map = kind == PZ_JUDGE_CLIP ? &pz_key_map_clip : &pz_key_map_vit;
  g_autoptr (PzJudgeFile) file = g_new0 (PzJudgeFile, 1);
  g_autofree char *json = g_build_filename (place, "config.json", NULL);
  g_autofree char *path = NULL;
  const gboolean has_config = g_file_test (json, G_FILE_TEST_EXISTS);

  file->kind = kind;
  if (has_config && !read_config (file, json, error))
    return NULL;
  path = pz_tower_find_weights (place, error);
  if (path == NULL)
    return NULL;
  file->weights = pz_weights_open_mapped (path, map, error);
  if (file->weights == NULL || (!has_config && !measure (file, error))
      || (kind == PZ_JUDGE_CLIP && !open_words (file, place, error)))
    return NULL;
  return g_steal_pointer (&file);
}

void
pz_judge_file_close (PzJudgeFile *file)
{
  if (file == NULL)
    return;
  g_clear_pointer (&file->tokenizer, pz_tokenizer_free);
  g_clear_pointer (&file->weights, pz_weights_unref);
  g_free (file);
}

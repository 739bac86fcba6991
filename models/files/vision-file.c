/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "models/files/vision-file.h"

#include "models/files/model-places.h"

#define EMBEDDINGS "vision_model.embeddings."
#define LAYER "vision_model.encoder.layers.%u."
#define MAX_LAYERS 256

/* ---- measuring the tensors ---- */

/* Shapes show neither the number of heads nor the activation; these are those of the published towers. */
static const struct
{
  guint hidden_size; /* 0 = any other */
  guint head_dim;
  PzHiddenAct hidden_act;
} towers[] = {
  { 1280, 80, PZ_GELU }, /* OpenCLIP ViT-H/14 */
  { 0, 64, PZ_QUICK_GELU }, /* OpenAI's */
};

/* The tensor of that name if it has n_dims dimensions, else NULL. */
static const PzFileTensor *
find (PzWeights *weights, const char *name, guint n_dims)
{
  const PzFileTensor *tensor = pz_weights_lookup (weights, name);

  return tensor != NULL && tensor->n_dims == n_dims ? tensor : NULL;
}

/* Width of a layer's MLP; 0 = there is no such layer. */
static guint
layer_width (PzWeights *weights, guint layer)
{
  g_autofree char *name = g_strdup_printf (LAYER "mlp.fc1.bias", layer);
  const PzFileTensor *bias = find (weights, name, 1);

  return bias != NULL ? (guint) MIN (bias->dims[0], G_MAXUINT) : 0;
}

/* The side of a square of that many cells; 0 = not a square number. */
static guint
square_side (guint64 cells)
{
  guint side = 0;

  while ((guint64) (side + 1) * (side + 1) <= cells && side < G_MAXUINT16)
    side++;
  return (guint64) side * side == cells ? side : 0;
}

static void
fill_family (PzVisionConfig *config)
{
  guint i = 0;

  while (towers[i].hidden_size != 0 && towers[i].hidden_size != config->hidden_size)
    i++;
  config->num_attention_heads = config->hidden_size / towers[i].head_dim;
  config->hidden_act = towers[i].hidden_act;
  config->layer_norm_eps = 1e-5f;
}

gboolean
pz_vision_tower_measure (PzWeights *weights, PzVisionConfig *config, GError **error)
{
  const char *path = pz_weights_get_path (weights);
  const PzFileTensor *first = find (weights, EMBEDDINGS "class_embedding", 1);
  const PzFileTensor *patch = find (weights, EMBEDDINGS "patch_embedding.weight", 4);
  const PzFileTensor *places = find (weights, EMBEDDINGS "position_embedding.weight", 2);

  if (first == NULL || patch == NULL || places == NULL || places->dims[0] < 2
      || first->dims[0] > G_MAXUINT16 || patch->dims[2] > G_MAXUINT16)
    {
      g_set_error (
        error, PZ_ERROR, PZ_ERROR_BAD_FILE,
        "%s: expected CLIP's vision encoder (vision_model.* or visual.*), found none", path);
      return FALSE;
    }
  config->hidden_size = (guint) first->dims[0];
  config->patch_size = (guint) patch->dims[2];
  config->image_size = square_side (places->dims[0] - 1) * config->patch_size;
  config->intermediate_size = layer_width (weights, 0);
  while (config->num_hidden_layers < MAX_LAYERS
         && layer_width (weights, config->num_hidden_layers) > 0)
    config->num_hidden_layers++;
  fill_family (config);
  return pz_vision_config_check (path, config, error);
}

/* ---- location ---- */

/* A file with one of the usual names, else the only file with a suitable extension. */
static char *
find_weights (const char *folder)
{
  static const char *const endings[] = { ".safetensors", ".pt", ".bin", ".pth" };
  char *found = pz_model_place_file (folder, pz_weight_names);
  g_autoptr (GDir) dir = found == NULL ? g_dir_open (folder, 0, NULL) : NULL;
  const char *name;
  guint n = 0;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    for (guint i = 0; i < G_N_ELEMENTS (endings); i++)
      if (g_str_has_suffix (name, endings[i]) && n++ == 0)
        found = g_build_filename (folder, name, NULL);
  if (n > 1)
    g_clear_pointer (&found, g_free);
  return found;
}

char *
pz_tower_find_weights (const char *place, GError **error)
{
  const gboolean is_folder = g_file_test (place, G_FILE_TEST_IS_DIR);
  char *path = is_folder ? find_weights (place) : g_strdup (place);

  if (path == NULL)
    g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_FILE,
                 "%s: expected model.safetensors, pytorch_model.bin or one other file of "
                 "weights, found none or several",
                 place);
  return path;
}

gboolean
pz_vision_file_read (const char *place,
                     PzVisionConfig *config,
                     PzWeights **weights,
                     GError **error)
{
  g_autofree char *json = g_build_filename (place, "config.json", NULL);
  g_autofree char *path = NULL;
  gboolean has_config = g_file_test (json, G_FILE_TEST_EXISTS);

  if (has_config && !pz_vision_config_read (json, config, error))
    return FALSE;
  path = pz_tower_find_weights (place, error);
  if (path == NULL)
    return FALSE;
  *weights = pz_weights_open_mapped (path, &pz_key_map_clip, error);
  return *weights != NULL && (has_config || pz_vision_tower_measure (*weights, config, error));
}

/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "models/files/model-folder.h"

#include <string.h>

#include "models/files/model-check.h"
#include "models/files/model-info.h"

static const char *const weight_names[] = {
  "diffusion_pytorch_model.safetensors",
  "model.safetensors",
  "diffusion_pytorch_model.fp16.safetensors",
  "model.fp16.safetensors",
};

/* What people have beside or instead of them. */
static const char *const unsupported_weight_names[] = {
  "diffusion_pytorch_model.bin",
  "pytorch_model.bin",
  "diffusion_pytorch_model.safetensors.index.json",
  "model.safetensors.index.json",
};

/* The first of the names that is there, as a path, or NULL. (transfer full) */
static char *
find_file (const char *folder, const char *const names[], guint n_names)
{
  for (guint i = 0; i < n_names; i++)
    {
      g_autofree char *path = g_build_filename (folder, names[i], NULL);

      if (g_file_test (path, G_FILE_TEST_EXISTS))
        return g_steal_pointer (&path);
    }
  return NULL;
}

static PzWeights *
open_weights (const char *folder, GError **error)
{
  g_autofree char *path = find_file (folder, weight_names, G_N_ELEMENTS (weight_names));
  g_autofree char *other = NULL;

  if (path != NULL)
    return pz_weights_open (path, error);
  other = find_file (folder, unsupported_weight_names, G_N_ELEMENTS (unsupported_weight_names));
  if (other != NULL)
    g_set_error (error, PZ_ERROR, PZ_ERROR_UNSUPPORTED_MODEL,
                 "%s: not supported yet, weights expected in %s or %s", other, weight_names[0],
                 weight_names[1]);
  else
    g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_FILE, "%s: expected %s or %s, found neither",
                 folder, weight_names[0], weight_names[1]);
  return NULL;
}

/* ---- the parts, each from its sub-folder ---- */

typedef struct
{
  char *class_name;
} ClassName;

static const PzConfigField class_fields[] = {
  { "_class_name", PZ_CONFIG_STRING, .offset = G_STRUCT_OFFSET (ClassName, class_name),
    .fallback = "null" },
  { "*", PZ_CONFIG_IGNORED },
  { NULL },
};

/* Other classes share keys with ours, and would be found out by hundreds of misfits only. */
static gboolean
check_class (const char *config, const char *expected, GError **error)
{
  ClassName found = { 0 };
  gboolean good;

  if (!pz_config_read (config, class_fields, &found, error))
    return FALSE;
  good = found.class_name == NULL || strcmp (found.class_name, expected) == 0;
  if (!good)
    g_set_error (error, PZ_ERROR, PZ_ERROR_UNSUPPORTED_MODEL,
                 "%s: %s is not supported yet, %s expected", config, found.class_name,
                 expected);
  pz_config_clear (class_fields, &found);
  return good;
}

static gboolean
open_tokenizer (PzModelFolder *folder, const char *path, GError **error)
{
  folder->tokenizer = pz_tokenizer_open (path, error);
  return folder->tokenizer != NULL;
}

static gboolean
open_text_encoder (PzModelFolder *folder, const char *path, GError **error)
{
  g_autofree char *config = g_build_filename (path, "config.json", NULL);

  if (!pz_text_config_read (config, &folder->text, error))
    return FALSE;
  folder->text_weights = open_weights (path, error);
  return folder->text_weights != NULL;
}

static gboolean
open_image_encoder (PzModelFolder *folder, const char *path, GError **error)
{
  g_autofree char *config = g_build_filename (path, "config.json", NULL);

  if (!pz_vision_config_read (config, &folder->vision, error))
    return FALSE;
  folder->vision_weights = open_weights (path, error);
  return folder->vision_weights != NULL;
}

static gboolean
open_unet (PzModelFolder *folder, const char *path, GError **error)
{
  g_autofree char *config = g_build_filename (path, "config.json", NULL);

  if (!check_class (config, "UNet2DConditionModel", error)
      || !pz_unet_config_read (config, &folder->unet, error))
    return FALSE;
  folder->unet_weights = open_weights (path, error);
  return folder->unet_weights != NULL;
}

static gboolean
open_vae (PzModelFolder *folder, const char *path, GError **error)
{
  g_autofree char *config = g_build_filename (path, "config.json", NULL);

  if (!check_class (config, "AutoencoderTiny", error)
      || !pz_tiny_vae_config_read (config, &folder->vae, error))
    return FALSE;
  folder->vae_weights = open_weights (path, error);
  return folder->vae_weights != NULL;
}

static gboolean
open_global_mapper (PzModelFolder *folder, const char *path, GError **error)
{
  g_autofree char *file = g_build_filename (path, "global_mapper.safetensors", NULL);

  folder->global_mapper_weights = pz_weights_open (file, error);
  return folder->global_mapper_weights != NULL;
}

static gboolean
open_local_mapper (PzModelFolder *folder, const char *path, GError **error)
{
  g_autofree char *file = g_build_filename (path, "local_mapper.safetensors", NULL);

  folder->local_mapper_weights = pz_weights_open (file, error);
  return folder->local_mapper_weights != NULL;
}

/* In the order of opening. `needs`: parts that this one cannot be read without. */
static const struct
{
  PzModelPart part;
  const char *sub_folder;
  guint needs;
  gboolean (*open) (PzModelFolder *folder, const char *path, GError **error);
} parts[] = {
  { PZ_PART_TOKENIZER, "tokenizer", 0, open_tokenizer },
  { PZ_PART_TEXT_ENCODER, "text_encoder", 0, open_text_encoder },
  { PZ_PART_IMAGE_ENCODER, "image_encoder", 0, open_image_encoder },
  { PZ_PART_UNET, "unet", 0, open_unet },
  { PZ_PART_VAE, "vae", 0, open_vae },
  { PZ_PART_GLOBAL_MAPPER, "elite", PZ_PART_IMAGE_ENCODER | PZ_PART_UNET, open_global_mapper },
  { PZ_PART_LOCAL_MAPPER, "elite", PZ_PART_IMAGE_ENCODER | PZ_PART_UNET, open_local_mapper },
};

static gboolean
has_sub_folder (const char *path, const char *name)
{
  g_autofree char *sub_folder = g_build_filename (path, name, NULL);

  return g_file_test (sub_folder, G_FILE_TEST_IS_DIR);
}

/* Required parts, the wanted ones that are there, and what those need. */
static guint
choose_parts (const char *path, guint required, guint wanted)
{
  guint chosen = required;

  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    if ((wanted & parts[i].part & ~(guint) PZ_PARTS_PERSONALIZE) != 0
        && has_sub_folder (path, parts[i].sub_folder))
      chosen |= parts[i].part;
  if (has_sub_folder (path, "elite"))
    chosen |= wanted & PZ_PARTS_PERSONALIZE;
  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    if ((chosen & parts[i].part) != 0)
      chosen |= parts[i].needs;
  return chosen;
}

static gboolean
open_part (PzModelFolder *folder, guint index, GError **error)
{
  g_autofree char *path = g_build_filename (folder->path, parts[index].sub_folder, NULL);

  if (!g_file_test (path, G_FILE_TEST_IS_DIR))
    {
      g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_FILE,
                   "%s: expected a folder \"%s\", found none", folder->path,
                   parts[index].sub_folder);
      return FALSE;
    }
  folder->parts |= parts[index].part;
  return parts[index].open (folder, path, error);
}

static gboolean
open_schedule (PzModelFolder *folder, GError **error)
{
  g_autofree char *path =
    g_build_filename (folder->path, "scheduler", "scheduler_config.json", NULL);

  return pz_schedule_config_read (g_file_test (path, G_FILE_TEST_EXISTS) ? path : NULL,
                                  &folder->schedule, error);
}

/* ---- which hidden states the mappers look at ---- */

typedef struct
{
  guint layers[PZ_CONFIG_MAX_LIST];
  guint n_layers;
} EliteConfig;

static const PzConfigField elite_fields[] = {
  { "feature_layers", PZ_CONFIG_UINTS, .offset = G_STRUCT_OFFSET (EliteConfig, layers),
    .count_offset = G_STRUCT_OFFSET (EliteConfig, n_layers) },
  { "*", PZ_CONFIG_IGNORED },
  { NULL },
};

static gboolean
read_feature_layers (PzModelFolder *folder, const char *path, GError **error)
{
  EliteConfig elite = { 0 };

  if (!pz_config_read (path, elite_fields, &elite, error))
    return FALSE;
  if (elite.n_layers != PZ_MAPPER_FEATURES)
    {
      g_set_error (error, PZ_ERROR, PZ_ERROR_UNSUPPORTED_MODEL,
                   "%s: feature_layers: expected %d layers, found %u", path, PZ_MAPPER_FEATURES,
                   elite.n_layers);
      return FALSE;
    }
  folder->mapper.hidden_size = folder->vision.hidden_size;
  folder->mapper.cross_attention_dim = folder->unet.cross_attention_dim;
  for (guint i = 0; i < PZ_MAPPER_FEATURES; i++)
    {
      folder->mapper.layers[i] = elite.layers[i];
      if (elite.layers[i] <= folder->vision.num_hidden_layers)
        continue;
      g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_FILE,
                   "%s: feature_layers: expected 0 to %u, the image encoder's layers, found %u",
                   path, folder->vision.num_hidden_layers, elite.layers[i]);
      return FALSE;
    }
  return TRUE;
}

static gboolean
open_mapper_config (PzModelFolder *folder, GError **error)
{
  g_autofree char *path = g_build_filename (folder->path, "elite", "config.json", NULL);

  if ((folder->parts & (PZ_PART_GLOBAL_MAPPER | PZ_PART_LOCAL_MAPPER)) == 0)
    return TRUE;
  if (g_file_test (path, G_FILE_TEST_EXISTS))
    return read_feature_layers (folder, path, error);
  return pz_mapper_config_derive (&folder->vision, &folder->unet, &folder->mapper, error);
}

/* ---- the folder ---- */

static gboolean
open_all (PzModelFolder *folder, guint required, guint wanted, GError **error)
{
  guint chosen = choose_parts (folder->path, required, wanted);

  if (!g_file_test (folder->path, G_FILE_TEST_EXISTS))
    {
      g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_FILE,
                   "%s: expected a model folder, found nothing", folder->path);
      return FALSE;
    }
  if (!g_file_test (folder->path, G_FILE_TEST_IS_DIR))
    {
      g_set_error (
        error, PZ_ERROR, PZ_ERROR_UNSUPPORTED_MODEL,
        "%s: models in a single file are not supported yet, a folder in the diffusers "
        "layout expected",
        folder->path);
      return FALSE;
    }
  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    if ((chosen & parts[i].part) != 0 && !open_part (folder, i, error))
      return FALSE;
  return open_schedule (folder, error) && open_mapper_config (folder, error)
         && pz_model_check (folder, error) && pz_model_info_fill (folder, error);
}

PzModelFolder *
pz_model_folder_open (const char *path, guint required, guint wanted, GError **error)
{
  g_autoptr (PzModelFolder) folder = g_new0 (PzModelFolder, 1);

  folder->path = g_strdup (path);
  if (!open_all (folder, required, wanted, error))
    return NULL;
  return g_steal_pointer (&folder);
}

/* Every part's weights, NULL where it is not open. Returns their number. */
#define N_WEIGHTS 6

static void
list_weights (const PzModelFolder *folder, PzWeights *weights[N_WEIGHTS])
{
  weights[0] = folder->text_weights;
  weights[1] = folder->vision_weights;
  weights[2] = folder->unet_weights;
  weights[3] = folder->vae_weights;
  weights[4] = folder->global_mapper_weights;
  weights[5] = folder->local_mapper_weights;
}

void
pz_model_folder_release (PzModelFolder *folder)
{
  PzWeights *weights[N_WEIGHTS];

  list_weights (folder, weights);
  for (guint i = 0; i < N_WEIGHTS; i++)
    if (weights[i] != NULL)
      pz_weights_release (weights[i]);
}

char *
pz_model_folder_fingerprint (const PzModelFolder *folder, GError **error)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  PzWeights *weights[N_WEIGHTS];

  list_weights (folder, weights);
  for (guint i = 0; i < N_WEIGHTS; i++)
    {
      g_autofree char *part =
        weights[i] != NULL ? pz_weights_fingerprint (weights[i], error) : g_strdup ("-");

      if (part == NULL)
        return NULL;
      g_checksum_update (checksum, (const guchar *) part, (gssize) strlen (part));
    }
  return g_strdup (g_checksum_get_string (checksum));
}

void
pz_model_folder_close (PzModelFolder *folder)
{
  PzWeights *weights[N_WEIGHTS];

  if (folder == NULL)
    return;
  list_weights (folder, weights);
  for (guint i = 0; i < N_WEIGHTS; i++)
    pz_weights_unref (weights[i]);
  pz_tokenizer_free (folder->tokenizer);
  pz_model_info_clear (&folder->info);
  g_free (folder->path);
  g_free (folder);
}

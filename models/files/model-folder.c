/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "models/files/model-folder.h"

#include <string.h>

#include "models/files/model-check.h"
#include "models/files/model-info.h"
#include "models/files/model-places.h"
#include "models/files/single-file.h"
#include "models/files/unsupported.h"
#include "models/files/vision-file.h"
#include "models/model-files.h"

#define V_SAMPLE_SIZE 96 /* latent pixels */
#define TOKEN_TABLE "text_model.embeddings.token_embedding.weight"

static PzWeights *
open_weights (const char *folder, const char *const names[], GError **error)
{
  g_autofree char *path = pz_model_place_file (folder, names);

  if (path != NULL)
    return pz_weights_open (path, error);
  g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_FILE, "%s: expected %s or %s, found neither",
               folder, names[0], names[1]);
  return NULL;
}

static gboolean
is_file (const char *place)
{
  return g_file_test (place, G_FILE_TEST_IS_REGULAR);
}

/* ---- the parts, each from its own folder or from a file with several parts ---- */

/* A file that contains several parts is opened and parsed only once. (transfer none) */
static PzTensorFile *
open_shared (PzModelFolder *folder, const char *place, GError **error)
{
  if (folder->shared != NULL && strcmp (pz_tensor_file_get_path (folder->shared), place) == 0)
    return folder->shared;
  g_clear_pointer (&folder->shared, pz_tensor_file_close);
  folder->shared = pz_tensor_file_open (place, error);
  return folder->shared;
}

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

/* Other classes share keys with ours; without this check, they would only cause hundreds of mismatches. */
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
open_text_encoder (PzModelFolder *folder, const char *place, GError **error)
{
  g_autofree char *config = g_build_filename (place, "config.json", NULL);

  if (is_file (place))
    return open_shared (folder, place, error) != NULL
           && pz_single_file_text (folder->shared, &folder->text, &folder->text_weights, error);
  if (!pz_text_config_read (config, &folder->text, error))
    return FALSE;
  folder->text_weights = open_weights (place, pz_weight_names, error);
  return folder->text_weights != NULL;
}

static gboolean
open_tokenizer (PzModelFolder *folder, const char *place, GError **error)
{
  folder->tokenizer = is_file (place)
                        ? pz_tokenizer_new_clip (pz_single_file_pad (&folder->text))
                        : pz_tokenizer_open (place, error);
  return folder->tokenizer != NULL;
}

static gboolean
open_image_encoder (PzModelFolder *folder, const char *place, GError **error)
{
  return pz_vision_file_read (place, &folder->vision, &folder->vision_weights, error);
}

static gboolean
open_unet (PzModelFolder *folder, const char *place, GError **error)
{
  g_autofree char *config = g_build_filename (place, "config.json", NULL);
  folder->size_guessed = is_file (place);
  if (folder->size_guessed)
    return open_shared (folder, place, error) != NULL
           && pz_single_file_unet (folder->shared, &folder->unet, &folder->unet_weights, error);
  if (!check_class (config, "UNet2DConditionModel", error)
      || !pz_unet_config_read (config, &folder->unet, error))
    return FALSE;
  folder->unet_weights = open_weights (place, pz_weight_names, error);
  return folder->unet_weights != NULL;
}

static gboolean
open_autoencoder (PzModelFolder *folder,
                  const char *place,
                  PzAutoencoder *vae,
                  PzWeights **weights,
                  GError **error)
{
  g_autofree char *config = g_build_filename (place, "config.json", NULL);

  if (is_file (place))
    return open_shared (folder, place, error) != NULL
           && pz_single_file_vae (folder->shared, vae, weights, error);
  if (!pz_autoencoder_read (config, vae, error))
    return FALSE;
  *weights = open_weights (place, pz_weight_names, error);
  return *weights != NULL;
}

/* Finds a small decoder in the model's folder. It is optional: one that cannot be read, or is for other latents, is ignored. */
static void
find_preview (PzModelFolder *folder)
{
  static const char *const names[] = { "taesd", "taesd_decoder.safetensors",
                                       "taesd_decoder.pth" };
  g_autofree char *home = pz_model_home (folder->path);

  for (guint i = 0; i < G_N_ELEMENTS (names) && folder->preview_weights == NULL; i++)
    {
      g_autofree char *place = g_build_filename (home, names[i], NULL);
      g_autoptr (PzWeights) weights = NULL;
      PzAutoencoder found = { 0 };

      if (!g_file_test (place, G_FILE_TEST_EXISTS)
          || !open_autoencoder (folder, place, &found, &weights, NULL)
          || found.latent_channels != folder->vae.latent_channels
          || found.factor != folder->vae.factor)
        continue;
      folder->preview = found;
      folder->preview_weights = g_steal_pointer (&weights);
    }
}

static gboolean
open_vae (PzModelFolder *folder, const char *place, GError **error)
{
  if (!open_autoencoder (folder, place, &folder->vae, &folder->vae_weights, error))
    return FALSE;
  find_preview (folder);
  return TRUE;
}

static gboolean
open_global_mapper (PzModelFolder *folder, const char *place, GError **error)
{
  folder->global_mapper_weights = open_weights (place, pz_global_mapper_names, error);
  return folder->global_mapper_weights != NULL;
}

static gboolean
open_local_mapper (PzModelFolder *folder, const char *place, GError **error)
{
  folder->local_mapper_weights = open_weights (place, pz_local_mapper_names, error);
  return folder->local_mapper_weights != NULL;
}

static gboolean
open_subject_finder (PzModelFolder *folder, const char *place, GError **error)
{
  g_autofree char *config = g_build_filename (place, "config.json", NULL);

  if (!check_class (config, "SubjectFinder", error)
      || !pz_subject_finder_config_read (config, &folder->subject_finder, error))
    return FALSE;
  folder->subject_finder_weights = open_weights (place, pz_weight_names, error);
  return folder->subject_finder_weights != NULL;
}

/* In the order of opening. `needs`: parts that are required to read this one. */
static const struct
{
  PzModelPart part;
  const char *name; /* of its folder */
  guint needs;
  gboolean (*open) (PzModelFolder *folder, const char *place, GError **error);
} parts[] = {
  { PZ_PART_TEXT_ENCODER, "text_encoder", 0, open_text_encoder },
  { PZ_PART_TOKENIZER, "tokenizer", 0, open_tokenizer },
  { PZ_PART_IMAGE_ENCODER, "image_encoder", 0, open_image_encoder },
  { PZ_PART_UNET, "unet", 0, open_unet },
  { PZ_PART_VAE, "vae", 0, open_vae },
  { PZ_PART_GLOBAL_MAPPER, "elite", PZ_PART_IMAGE_ENCODER | PZ_PART_UNET, open_global_mapper },
  { PZ_PART_LOCAL_MAPPER, "elite", PZ_PART_IMAGE_ENCODER | PZ_PART_UNET, open_local_mapper },
  { PZ_PART_SUBJECT_FINDER, "subject_finder", 0, open_subject_finder },
};

static gboolean
has_place (const PzModelFolder *folder, const char *name)
{
  g_autofree char *place = pz_model_place (folder->path, &folder->json, name);

  return place != NULL && g_file_test (place, G_FILE_TEST_EXISTS);
}

/* The required parts, the wanted ones that exist, and the parts that those need. */
static guint
choose_parts (const PzModelFolder *folder, guint required, guint wanted)
{
  guint chosen = required;

  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    if ((wanted & parts[i].part & ~(guint) PZ_PARTS_PERSONALIZE) != 0
        && has_place (folder, parts[i].name))
      chosen |= parts[i].part;
  if (has_place (folder, "elite"))
    chosen |= wanted & PZ_PARTS_PERSONALIZE;
  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    if ((chosen & parts[i].part) != 0)
      chosen |= parts[i].needs;
  return chosen;
}

static gboolean
open_part (PzModelFolder *folder, guint index, GError **error)
{
  g_autofree char *place = pz_model_place (folder->path, &folder->json, parts[index].name);

  if (place == NULL || !g_file_test (place, G_FILE_TEST_EXISTS))
    {
      g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_FILE,
                   "%s: expected a folder \"%s\", found none",
                   place != NULL ? place : folder->path, parts[index].name);
      return FALSE;
    }
  folder->parts |= parts[index].part;
  return parts[index].open (folder, place, error);
}

/* Published models that predict v were made for 768 pixels; a single file does not contain its size. */
static void
set_prediction (PzModelFolder *folder, PzPrediction prediction)
{
  folder->schedule.prediction_type = prediction;
  folder->prediction_known = TRUE;
  if (folder->size_guessed && prediction == PZ_PREDICTS_V)
    folder->unet.sample_size[0] = V_SAMPLE_SIZE;
}

/* If no file says otherwise, Stable Diffusion 1.x predicts the noise. 2.x exists with both types, and only running it tells
 * which (methods: forward process). */
static gboolean
find_prediction (PzModelFolder *folder, gboolean has_file, GError **error)
{
  const char *said = folder->json.prediction_type;

  if (said == NULL && folder->unet_weights != NULL)
    said = pz_single_file_prediction (folder->unet_weights);
  if (said != NULL)
    {
      if (!pz_prediction_read (folder->path, said, &folder->schedule.prediction_type, error))
        return FALSE;
      set_prediction (folder, folder->schedule.prediction_type);
      return TRUE;
    }
  folder->prediction_known = has_file || !folder->unet.use_linear_projection;
  if (!has_file && folder->unet_weights != NULL
      && pz_single_file_is_turbo (folder->unet_weights, &folder->unet))
    {
      folder->schedule.timestep_spacing = PZ_SPACING_TRAILING;
      set_prediction (folder, PZ_PREDICTS_EPSILON);
    }
  return TRUE;
}

gboolean
pz_model_folder_check_encoder (const PzModelFolder *folder, GError **error)
{
  if (!folder->vae.decodes_only)
    return TRUE;
  g_set_error (
    error, PZ_ERROR, PZ_ERROR_UNSUPPORTED_MODEL,
    "%s: a VAE that encodes pictures expected, found a decoder alone: it paints, but cannot paint "
    "over a picture nor learn from one",
    pz_weights_get_path (folder->vae_weights));
  return FALSE;
}

gboolean
pz_model_folder_read_token (const PzModelFolder *folder, guint id, float *row, GError **error)
{
  PzWeights *weights = folder->text_weights;
  const guint width = folder->text.hidden_size;

  return pz_tensor_file_read_f32 (pz_weights_get_file (weights),
                                  pz_weights_lookup (weights, TOKEN_TABLE),
                                  (guint64) id * width, width, row, error);
}

void
pz_model_folder_set_prediction (PzModelFolder *folder, PzPrediction prediction)
{
  set_prediction (folder, prediction);
  pz_model_info_set_size (folder);
}

static gboolean
open_schedule (PzModelFolder *folder, GError **error)
{
  g_autofree char *place = pz_model_place (folder->path, &folder->json, "scheduler");
  g_autofree char *path =
    place != NULL ? g_build_filename (place, "scheduler_config.json", NULL) : NULL;
  gboolean there = path != NULL && g_file_test (path, G_FILE_TEST_EXISTS);

  return pz_schedule_config_read (there ? path : NULL, &folder->schedule, error)
         && find_prediction (folder, there, error);
}

/* ---- the hidden states that the mappers use ---- */

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
  g_autofree char *place = pz_model_place (folder->path, &folder->json, "elite");
  g_autofree char *path = NULL;

  if ((folder->parts & (PZ_PART_GLOBAL_MAPPER | PZ_PART_LOCAL_MAPPER)) == 0)
    return TRUE;
  path = g_build_filename (place, "config.json", NULL);
  if (g_file_test (path, G_FILE_TEST_EXISTS))
    return read_feature_layers (folder, path, error);
  return pz_mapper_config_derive (&folder->vision, &folder->unet, &folder->mapper, error);
}

/* ---- the folder ---- */

/* Sets a place as if model.json gave it. */
static void
put_elsewhere (char **place, const char *path)
{
  if (path == NULL)
    return;
  g_free (*place);
  *place = g_canonicalize_filename (path, NULL);
}

static gboolean
open_all (PzModelFolder *folder,
          const PzModelOther *other,
          guint required,
          guint wanted,
          GError **error)
{
  guint chosen;

  if (!g_file_test (folder->path, G_FILE_TEST_EXISTS))
    {
      g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_FILE,
                   "%s: expected a model folder, found nothing", folder->path);
      return FALSE;
    }
  if (!pz_model_json_read (folder->path, &folder->json, error)
      || (!is_file (folder->path) && !pz_supported_folder (folder->path, error)))
    return FALSE;
  put_elsewhere (&folder->json.elite, other->elite);
  put_elsewhere (&folder->json.vae, other->vae);
  chosen = choose_parts (folder, required, wanted);
  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    if ((chosen & parts[i].part) != 0 && !open_part (folder, i, error))
      return FALSE;
  return open_schedule (folder, error) && open_mapper_config (folder, error)
         && pz_model_check (folder, error) && pz_model_info_fill (folder, error);
}

PzModelFolder *
pz_model_folder_open (const char *path, guint required, guint wanted, GError **error)
{
  return pz_model_folder_open_other (path, &(PzModelOther) { 0 }, required, wanted, error);
}

PzModelFolder *
pz_model_folder_open_other (const char *path,
                            const PzModelOther *other,
                            guint required,
                            guint wanted,
                            GError **error)
{
  g_autoptr (PzModelFolder) folder = g_new0 (PzModelFolder, 1);

  folder->path = g_strdup (path);
  if (!open_all (folder, other, required, wanted, error))
    return NULL;
  return g_steal_pointer (&folder);
}

void
pz_model_folder_list_weights (const PzModelFolder *folder,
                              PzWeights *weights[PZ_MODEL_N_WEIGHTS])
{
  weights[0] = folder->text_weights;
  weights[1] = folder->vision_weights;
  weights[2] = folder->unet_weights;
  weights[3] = folder->vae_weights;
  weights[4] = folder->global_mapper_weights;
  weights[5] = folder->local_mapper_weights;
  weights[6] = folder->subject_finder_weights;
  weights[7] = folder->preview_weights;
}

void
pz_model_folder_release (PzModelFolder *folder)
{
  PzWeights *weights[PZ_MODEL_N_WEIGHTS];

  pz_model_folder_list_weights (folder, weights);
  for (guint i = 0; i < PZ_MODEL_N_WEIGHTS; i++)
    if (weights[i] != NULL)
      pz_weights_release (weights[i]);
}

void
pz_model_folder_close (PzModelFolder *folder)
{
  PzWeights *weights[PZ_MODEL_N_WEIGHTS];

  if (folder == NULL)
    return;
  pz_model_folder_list_weights (folder, weights);
  for (guint i = 0; i < PZ_MODEL_N_WEIGHTS; i++)
    pz_weights_unref (weights[i]);
  pz_tensor_file_close (folder->shared);
  pz_tokenizer_free (folder->tokenizer);
  pz_model_info_clear (&folder->info);
  pz_model_json_clear (&folder->json);
  g_free (folder->path);
  g_free (folder);
}

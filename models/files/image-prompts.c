/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "models/files/image-prompts.h"

#include <string.h>

#include "models/files/model-fingerprint.h"
#include "models/files/model-places.h"
#include "models/files/vision-file.h"
#include "models/nets/unet.h"

#define PART "ip_adapter"
#define PROJECTION "visual_projection.weight"

struct _PzImagePrompts
{
  const PzModelFolder *model; /* not owned */
  char *place; /* NULL = the model's */
  PzImagePrompt *opened[PZ_N_IMAGE_PROMPTS];
};

static void
prompt_free (PzImagePrompt *prompt)
{
  if (prompt == NULL)
    return;
  pz_weights_unref (prompt->weights);
  pz_weights_unref (prompt->vision_weights);
  g_free (prompt->fingerprint);
  g_free (prompt);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PzImagePrompt, prompt_free)

PzImagePrompts *
pz_image_prompts_new (const PzModelFolder *model, const char *place)
{
  PzImagePrompts *prompts = g_new0 (PzImagePrompts, 1);

  prompts->model = model;
  prompts->place = g_strdup (place);
  return prompts;
}

void
pz_image_prompts_free (PzImagePrompts *prompts)
{
  if (prompts == NULL)
    return;
  for (guint i = 0; i < PZ_N_IMAGE_PROMPTS; i++)
    prompt_free (prompts->opened[i]);
  g_free (prompts->place);
  g_free (prompts);
}

void
pz_image_prompts_release (PzImagePrompts *prompts)
{
  for (guint i = 0; i < PZ_N_IMAGE_PROMPTS; i++)
    if (prompts->opened[i] != NULL)
      {
        pz_weights_release (prompts->opened[i]->weights);
        pz_weights_release (prompts->opened[i]->vision_weights);
      }
}

/* ---- location ---- */

/* Names of the published files, without the extension. */
static const char *const published[PZ_N_IMAGE_PROMPTS] = {
  [PZ_IMAGE_PROMPT_BASE] = "ip-adapter_sd15.",
  [PZ_IMAGE_PROMPT_PLUS] = "ip-adapter-plus_sd15.",
};

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* Names of files that may be IP-Adapters, those with the published name first. */
static GPtrArray *
list_names (const char *folder, PzImagePromptKind kind)
{
  static const char *const endings[] = { ".safetensors", ".bin", ".pt", ".pth" };
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  GPtrArray *names = g_ptr_array_new_with_free_func (g_free);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    for (guint i = 0; i < G_N_ELEMENTS (endings); i++)
      if (g_str_has_suffix (name, endings[i]))
        g_ptr_array_add (names, g_strdup (name));
  g_ptr_array_sort (names, compare_names);
  for (guint i = 0, n_first = 0; i < names->len; i++)
    if (g_str_has_prefix (names->pdata[i], published[kind]))
      g_ptr_array_insert (names, (gint) n_first++, g_ptr_array_steal_index (names, i));
  return names;
}

/* A file with the published name counts even if it cannot be read: the error is reported when it is opened. */
static gboolean
is_of_kind (const char *path, PzImagePromptKind kind)
{
  g_autofree char *name = g_path_get_basename (path);
  g_autoptr (PzTensorFile) file = NULL;
  PzImagePromptConfig config = { 0 };

  if (g_str_has_prefix (name, published[kind]))
    return TRUE;
  file = pz_tensor_file_open (path, NULL);
  return file != NULL && pz_image_prompt_file_is (file)
         && pz_image_prompt_file_measure (file, &config, NULL) && config.kind == kind;
}

static char *
find_in (const char *place, PzImagePromptKind kind)
{
  g_autoptr (GPtrArray) names = NULL;

  if (g_file_test (place, G_FILE_TEST_IS_REGULAR))
    return is_of_kind (place, kind) ? g_strdup (place) : NULL;
  names = list_names (place, kind);
  for (guint i = 0; i < names->len; i++)
    {
      g_autofree char *path = g_build_filename (place, names->pdata[i], NULL);

      if (is_of_kind (path, kind))
        return g_steal_pointer (&path);
    }
  return NULL;
}

/* Folder or file; NULL = none is known. (transfer full) */
static char *
place_of (const char *model, const char *place)
{
  g_auto (PzModelJson) json = { 0 };

  if (place != NULL)
    return g_strdup (place);
  return pz_model_json_read (model, &json, NULL) ? pz_model_place (model, &json, PART) : NULL;
}

char *
pz_image_prompts_find (const char *model, const char *place, PzImagePromptKind kind)
{
  g_autofree char *where = place_of (model, place);

  return where != NULL ? find_in (where, kind) : NULL;
}

/* ---- opening one ---- */

static gboolean
open_weights (PzImagePrompts *prompts,
              PzImagePromptKind kind,
              PzImagePrompt *prompt,
              GError **error)
{
  const char *model = prompts->model->path;
  g_autofree char *path = pz_image_prompts_find (model, prompts->place, kind);
  const PzTensorFile *file;

  if (path == NULL)
    {
      g_autofree char *where = place_of (model, prompts->place);

      g_set_error (error, PZ_ERROR, PZ_ERROR_UNSUPPORTED_MODEL,
                   "%s: a file of %s expected%s, found none", where != NULL ? where : model,
                   pz_image_prompt_name (kind), where != NULL ? "" : " in " PART "/");
      return FALSE;
    }
  prompt->weights = pz_weights_open (path, error);
  if (prompt->weights == NULL)
    return FALSE;
  file = pz_weights_get_file (prompt->weights);
  if (!pz_image_prompt_file_measure (file, &prompt->config, error))
    return FALSE;
  if (prompt->config.kind == kind)
    return TRUE;
  g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_FILE, "%s: %s expected, found %s", path,
               pz_image_prompt_name (kind), pz_image_prompt_name (prompt->config.kind));
  return FALSE;
}

static gboolean
open_vision (PzImagePrompts *prompts, PzImagePrompt *prompt, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (pz_weights_get_path (prompt->weights));
  g_autofree char *beside = g_build_filename (folder, "image_encoder", NULL);
  g_autofree char *place =
    g_file_test (beside, G_FILE_TEST_IS_DIR)
      ? g_steal_pointer (&beside)
      : pz_model_place (prompts->model->path, &prompts->model->json, "image_encoder");

  if (place != NULL)
    return pz_vision_file_read (place, &prompt->vision, &prompt->vision_weights, error);
  g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_FILE,
               "%s: an image encoder expected in image_encoder/ beside it, found none",
               pz_weights_get_path (prompt->weights));
  return FALSE;
}

/* The adapter's input must be as wide as the encoder's output. */
static gboolean
check_vision (const PzImagePrompt *prompt, GError **error)
{
  const PzFileTensor *projection = pz_weights_lookup (prompt->vision_weights, PROJECTION);
  const gboolean is_plus = prompt->config.kind == PZ_IMAGE_PROMPT_PLUS;
  guint64 found = prompt->vision.hidden_size;

  if (!is_plus && (projection == NULL || projection->n_dims != 2))
    {
      g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_FILE,
                   "%s: %s: a matrix expected, found no such tensor",
                   pz_weights_get_path (prompt->vision_weights), PROJECTION);
      return FALSE;
    }
  if (!is_plus)
    found = projection->dims[0];
  if (found == prompt->config.embed_dim)
    return TRUE;
  g_set_error (
    error, PZ_ERROR, PZ_ERROR_BAD_FILE,
    "%s: an image encoder with %s of width %u expected, as %s was made with, found %" G_GUINT64_FORMAT,
    pz_weights_get_path (prompt->vision_weights), is_plus ? "hidden states" : "features",
    prompt->config.embed_dim, pz_weights_get_path (prompt->weights), found);
  return FALSE;
}

/* Checks every weight that will be requested, and computes the fingerprint that distinguishes adapters. */
static gboolean
check_weights (const PzUnetConfig *unet, PzImagePrompt *prompt, GError **error)
{
  const PzImagePromptConfig *config = &prompt->config;
  g_autoptr (PzGraph) graph = pz_graph_new (PZ_F32);
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  const PzWeightSource source = { "", prompt->weights };
  PzKeyValue kv[PZ_UNET_MAX_SITES];
  const guint n_dims = config->kind == PZ_IMAGE_PROMPT_PLUS ? 3 : 2;
  guint dims[] = { 1, 1, config->embed_dim };

  if (config->cross_attention_dim != unet->cross_attention_dim)
    {
      g_set_error (error, PZ_ERROR, PZ_ERROR_UNSUPPORTED_MODEL,
                   "%s: tokens of width %u expected, the U-Net's, found %u; it was made for "
                   "another family of models",
                   pz_weights_get_path (prompt->weights), unet->cross_attention_dim,
                   config->cross_attention_dim);
      return FALSE;
    }
  PzTensor *features = pz_graph_input (graph, "features", PZ_F32, n_dims, dims + 3 - n_dims);
  pz_unet_context (graph, unet, pz_image_prompt (graph, config, features), PZ_KEYS_IMAGE, kv);
  if (!pz_graph_check (graph, error) || !pz_weights_check (graph, &source, 1, error)
      || !pz_fingerprint_add_weights (checksum, graph, &source, 1, error))
    return FALSE;
  prompt->fingerprint = g_strdup (g_checksum_get_string (checksum));
  return TRUE;
}

const PzImagePrompt *
pz_image_prompts_get (PzImagePrompts *prompts, PzImagePromptKind kind, GError **error)
{
  g_autoptr (PzImagePrompt) prompt = NULL;

  if (prompts->opened[kind] != NULL)
    return prompts->opened[kind];
  prompt = g_new0 (PzImagePrompt, 1);
  if (!open_weights (prompts, kind, prompt, error)
      || !check_weights (&prompts->model->unet, prompt, error)
      || !open_vision (prompts, prompt, error) || !check_vision (prompt, error))
    return NULL;
  prompts->opened[kind] = g_steal_pointer (&prompt);
  return prompts->opened[kind];
}

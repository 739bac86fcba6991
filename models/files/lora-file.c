/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Makes parts from tensors: see lora-file.h.
 */
#include <math.h>
#include <string.h>

#include "models/files/file-hash.h"
#include "models/files/lora-private.h"

/* Larger than the width of any supported layer. */
#define MAX_RANK 4096
/* The metadata value that marks a word in cloneofsimo's files. */
#define A_WORD "<embed>"
#define BUNDLED "bundle_emb."
/* Width of Stable Diffusion XL's two text encoders together. */
#define XL_TEXT_WIDTH 2048

static void
part_free (gpointer data)
{
  PzLoraPart *part = data;

  g_free (part->key);
  g_free (part->path);
  g_free (part);
}

PzLora *
pz_lora_ref (PzLora *lora)
{
  g_atomic_ref_count_inc (&lora->refs);
  return lora;
}

void
pz_lora_unref (PzLora *lora)
{
  if (lora == NULL || !g_atomic_ref_count_dec (&lora->refs))
    return;
  g_clear_pointer (&lora->parts, g_ptr_array_unref);
  g_clear_pointer (&lora->words, g_ptr_array_unref);
  g_clear_pointer (&lora->file, pz_tensor_file_close);
  g_free (lora->name);
  g_free (lora->sha256);
  g_free (lora);
}

gboolean
pz_lora_refuse (const PzLora *lora, const char *key, GError **error, const char *format, ...)
{
  g_autofree char *shown = g_utf8_make_valid (key, -1);
  g_autofree char *what = NULL;
  va_list args;

  va_start (args, format);
  what = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_FILE, "%s: “%s”: %s",
               pz_tensor_file_get_path (lora->file), shown, what);
  return FALSE;
}

static gboolean
refuse_kind (const PzLora *lora, const char *key, const char *kind, GError **error)
{
  g_autofree char *shown = g_utf8_make_valid (key, -1);

  g_set_error (error, PZ_ERROR, PZ_ERROR_UNSUPPORTED_MODEL,
               "%s: %s (“%s”); expected a LoRA or LoCon for Stable Diffusion 1.x or 2.x",
               pz_tensor_file_get_path (lora->file), kind, shown);
  return FALSE;
}

/* ---- single tensors ---- */

typedef struct
{
  PzLora *lora;
  GHashTable *by_key; /* network and path -> PzLoraPart of lora->parts */
  GHashTable *alphas; /* PzLoraPart -> PzFileTensor */
} Reader;

static PzLoraPart *
get_part (Reader *reader, PzLoraKey *key, const char *name)
{
  g_autofree char *id = g_strdup_printf ("%u %s", key->network, key->path);
  PzLoraPart *part = g_hash_table_lookup (reader->by_key, id);

  if (part != NULL)
    return part;
  part = g_new0 (PzLoraPart, 1);
  part->key = g_strdup (name);
  part->path = g_steal_pointer (&key->path);
  part->network = key->network;
  part->is_numbered = key->is_numbered;
  part->scale = 1.0;
  g_ptr_array_add (reader->lora->parts, part);
  g_hash_table_insert (reader->by_key, g_steal_pointer (&id), part);
  return part;
}

/* The name of a word that was bundled with a LoRA for AUTOMATIC1111's program: "bundle_emb.NAME.KEY", where KEY is that of the
 * word's own file. (transfer full); NULL = it is none */
static char *
bundled_name (const char *key)
{
  static const char *const keys[] = { ".emb_params", ".string_to_param." };

  if (!g_str_has_prefix (key, BUNDLED))
    return NULL;
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      const char *end = strstr (key + strlen (BUNDLED), keys[i]);

      if (end != NULL)
        return g_strndup (key + strlen (BUNDLED), (gsize) (end - key) - strlen (BUNDLED));
    }
  return NULL;
}

static gboolean
take_word (Reader *reader, const PzFileTensor *tensor, const char *name, GError **error)
{
  PzLora *lora = reader->lora;
  PzEmbedding *word = pz_embedding_read (lora->file, tensor, name, lora->sha256, error);

  if (word == NULL)
    return FALSE;
  g_ptr_array_add (lora->words, word);
  return TRUE;
}

static gboolean
take_tensor (Reader *reader, const PzFileTensor *tensor, GError **error)
{
  PzLora *lora = reader->lora;
  const char *kind = pz_lora_key_other_kind (tensor->name);
  g_autofree char *bundled = bundled_name (tensor->name);
  const PzFileTensor **place;
  g_auto (PzLoraKey) key = { 0 };
  PzLoraPart *part;

  if (kind != NULL)
    return refuse_kind (lora, tensor->name, kind, error);
  if (g_strcmp0 (pz_tensor_file_get_metadata (lora->file, tensor->name), A_WORD) == 0)
    return take_word (reader, tensor, tensor->name, error);
  if (bundled != NULL)
    return take_word (reader, tensor, bundled, error);
  if (!pz_lora_key_read (tensor->name, &key))
    return pz_lora_refuse (lora, tensor->name, error,
                           "expected a part of a LoRA, found a tensor of another name");
  if (tensor->problem != NULL)
    return pz_lora_refuse (lora, tensor->name, error, "%s", tensor->problem);
  if (lora->dialect == NULL)
    lora->dialect = key.dialect;
  part = get_part (reader, &key, tensor->name);
  if (key.role == PZ_LORA_ALPHA)
    {
      if (g_hash_table_replace (reader->alphas, part, (gpointer) tensor))
        return TRUE;
      return pz_lora_refuse (lora, tensor->name, error, "expected one alpha of a layer");
    }
  if (!pz_file_dtype_is_floating (tensor->dtype))
    return pz_lora_refuse (lora, tensor->name, error,
                           "expected F32, F16, BF16 or F64, found %s",
                           pz_file_dtype_name (tensor->dtype));
  place = key.role == PZ_LORA_DOWN ? &part->down
          : key.role == PZ_LORA_UP ? &part->up
                                   : &part->mid;
  if (*place != NULL)
    return pz_lora_refuse (lora, tensor->name, error, "the same as “%s”", (*place)->name);
  *place = tensor;
  return TRUE;
}

/* ---- whole parts ---- */

/* A matrix of a linear layer, or a convolution with a 1x1 kernel. */
static gboolean
is_matrix (const PzFileTensor *tensor)
{
  return tensor->n_dims == 2
         || (tensor->n_dims == 4 && tensor->dims[2] == 1 && tensor->dims[3] == 1);
}

static gboolean
check_shapes (const PzLora *lora, PzLoraPart *part, GError **error)
{
  const PzFileTensor *down = part->down, *up = part->up, *mid = part->mid;
  const guint64 rank = down->n_dims > 0 ? down->dims[0] : 0;
  const guint64 upper = up->n_dims > 1 ? up->dims[1] : 0;

  if ((down->n_dims != 2 && down->n_dims != 4) || down->n_elements == 0 || rank > MAX_RANK)
    return pz_lora_refuse (
      lora, down->name, error,
      "expected a matrix [rank, in] or a convolution of it, of rank 1 to %d", MAX_RANK);
  if (!is_matrix (up) || up->n_elements == 0)
    return pz_lora_refuse (lora, up->name, error, "expected a matrix [out, rank]");
  part->rank = (guint) upper;
  if (mid == NULL && upper != rank)
    return pz_lora_refuse (lora, up->name, error,
                           "expected rank %" G_GUINT64_FORMAT
                           ", as “%s” has, found %" G_GUINT64_FORMAT,
                           rank, down->name, upper);
  if (mid != NULL
      && (mid->n_dims != 4 || mid->dims[0] != upper || mid->dims[1] != rank
          || mid->n_elements == 0 || !is_matrix (down) || upper > MAX_RANK))
    return pz_lora_refuse (lora, mid->name, error,
                           "expected a convolution [%" G_GUINT64_FORMAT ", %" G_GUINT64_FORMAT
                           ", height, width] between the two",
                           upper, rank);
  return TRUE;
}

static gboolean
read_alpha (const PzLora *lora, const PzFileTensor *tensor, double *alpha, GError **error)
{
  float value = 0.0f;
  gint32 whole = 0;

  if (tensor->n_elements != 1)
    return pz_lora_refuse (lora, tensor->name, error,
                           "expected one number, found %" G_GUINT64_FORMAT, tensor->n_elements);
  if (!(pz_file_dtype_is_floating (tensor->dtype)
          ? pz_tensor_file_read_f32 (lora->file, tensor, 0, 1, &value, error)
          : pz_tensor_file_read_i32 (lora->file, tensor, 0, 1, &whole, error)))
    return FALSE;
  *alpha = (double) value + whole;
  return isfinite (*alpha)
         || pz_lora_refuse (lora, tensor->name, error, "expected a finite number, found %g",
                            *alpha);
}

static gboolean
finish_part (Reader *reader, PzLoraPart *part, GError **error)
{
  const PzLora *lora = reader->lora;
  const PzFileTensor *tensor = g_hash_table_lookup (reader->alphas, part);
  double alpha = 0.0;

  if (part->down == NULL || part->up == NULL)
    return pz_lora_refuse (lora, part->key, error, "expected a “down” and an “up”, found no %s",
                           part->down == NULL ? "“down”" : "“up”");
  if (!check_shapes (lora, part, error)
      || (tensor != NULL && !read_alpha (lora, tensor, &alpha, error)))
    return FALSE;
  /* An alpha of 0 means none, as in kohya-ss (networks/lora.py). */
  if (alpha != 0.0)
    part->scale = alpha / part->rank;
  return TRUE;
}

static gboolean
read_parts (PzLora *lora, GError **error)
{
  g_autoptr (GHashTable) by_key = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GHashTable) alphas = g_hash_table_new (NULL, NULL);
  Reader reader = { lora, by_key, alphas };

  for (guint i = 0; i < pz_tensor_file_get_n_tensors (lora->file); i++)
    if (!take_tensor (&reader, pz_tensor_file_get_tensor (lora->file, i), error))
      return FALSE;
  for (guint i = 0; i < lora->parts->len; i++)
    if (!finish_part (&reader, lora->parts->pdata[i], error))
      return FALSE;
  if (pz_lora_get_text_width (lora) == XL_TEXT_WIDTH)
    {
      const PzLoraPart *first = lora->parts->pdata[0];

      return refuse_kind (lora, first->key, "a LoRA of Stable Diffusion XL", error);
    }
  if (lora->parts->len > 0)
    return TRUE;
  g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_FILE, "%s: expected a LoRA, found no part of one",
               pz_tensor_file_get_path (lora->file));
  return FALSE;
}

/* ---- files ---- */

static const char *const folder_files[] = {
  "adapter_model.safetensors",
  "pytorch_lora_weights.safetensors",
  "adapter_model.bin",
  "pytorch_lora_weights.bin",
};

char *
pz_lora_find_file (const char *path)
{
  if (!g_file_test (path, G_FILE_TEST_IS_DIR))
    return g_strdup (path);
  for (guint i = 0; i < G_N_ELEMENTS (folder_files); i++)
    {
      g_autofree char *file = g_build_filename (path, folder_files[i], NULL);

      if (g_file_test (file, G_FILE_TEST_IS_REGULAR))
        return g_steal_pointer (&file);
    }
  return NULL;
}

char *
pz_lora_name_of (const char *path)
{
  g_autofree char *base = g_path_get_basename (path);
  char *dot = strrchr (base, '.');

  for (guint i = 0; i < G_N_ELEMENTS (folder_files); i++)
    if (strcmp (base, folder_files[i]) == 0)
      {
        g_autofree char *folder = g_path_get_dirname (path);
        return g_path_get_basename (folder);
      }
  if (dot != NULL && dot != base)
    *dot = '\0';
  return g_steal_pointer (&base);
}

PzLora *
pz_lora_open (const char *path, gboolean hashed, GError **error)
{
  g_autofree char *file = pz_lora_find_file (path);
  g_autoptr (PzLora) lora = g_new0 (PzLora, 1);

  g_atomic_ref_count_init (&lora->refs);
  if (file == NULL)
    {
      g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_FILE,
                   "%s: expected a LoRA, found a folder without %s", path, folder_files[0]);
      return NULL;
    }
  lora->file = pz_tensor_file_open (file, error);
  if (lora->file == NULL)
    return NULL;
  lora->name = pz_lora_name_of (file);
  lora->sha256 = hashed ? pz_file_sha256 (file, error) : NULL;
  lora->parts = g_ptr_array_new_with_free_func (part_free);
  lora->words = g_ptr_array_new_with_free_func ((GDestroyNotify) pz_embedding_unref);
  if ((hashed && lora->sha256 == NULL) || !pz_lora_check_said (lora, error)
      || !read_parts (lora, error) || !pz_lora_take_settings (lora, error))
    return NULL;
  return g_steal_pointer (&lora);
}

gboolean
pz_lora_is (const PzTensorFile *file)
{
  for (guint i = 0; i < pz_tensor_file_get_n_tensors (file); i++)
    {
      const char *name = pz_tensor_file_get_tensor (file, i)->name;
      const char *kind = pz_lora_key_other_kind (name);
      g_auto (PzLoraKey) key = { 0 };

      if (kind != NULL || (pz_lora_key_read (name, &key) && key.role != PZ_LORA_ALPHA))
        return TRUE;
    }
  return FALSE;
}

/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "models/files/embedding-file.h"

#include <math.h>
#include <string.h>

#include "models/files/adapter-file.h"
#include "models/files/file-hash.h"
#include "models/files/people-file.h"
#include "models/files/read-budget.h"

#define PARAMETERS "string_to_param."
#define PEOPLE "id_embeddings."
/* More than any prompt can contain. */
#define MAX_VECTORS 4096
#define MAX_WIDTH 65536

PzEmbedding *
pz_embedding_ref (PzEmbedding *embedding)
{
  g_atomic_ref_count_inc (&embedding->refs);
  return embedding;
}

void
pz_embedding_unref (PzEmbedding *embedding)
{
  if (embedding == NULL || !g_atomic_ref_count_dec (&embedding->refs))
    return;
  g_free (embedding->name);
  g_free (embedding->path);
  g_free (embedding->sha256);
  g_free (embedding->vectors);
  g_free (embedding);
}

/* ---- one word ---- */

static gboolean
bad_word (GError **error, const PzTensorFile *file, const PzFileTensor *tensor)
{
  g_autoptr (GString) shape = g_string_new ("[");

  for (guint i = 0; i < tensor->n_dims; i++)
    g_string_append_printf (shape, "%s%" G_GUINT64_FORMAT, i > 0 ? ", " : "", tensor->dims[i]);
  g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_FILE,
               "%s: expected a learned word, one vector or several of the same width; found "
               "“%s” of shape %s]",
               pz_tensor_file_get_path (file), tensor->name, shape->str);
  return FALSE;
}

static gboolean
read_vectors (PzEmbedding *word,
              const PzTensorFile *file,
              const PzFileTensor *tensor,
              GError **error)
{
  guint64 n_vectors = tensor->n_dims == 2 ? tensor->dims[0] : 1;
  gsize n = (gsize) tensor->n_elements;

  if (tensor->n_dims < 1 || tensor->n_dims > 2 || n == 0 || n_vectors > MAX_VECTORS
      || n / n_vectors > MAX_WIDTH)
    return bad_word (error, file, tensor);
  word->n_vectors = (guint) n_vectors;
  word->width = (guint) (n / n_vectors);
  word->vectors = g_new (float, n);
  if (!pz_tensor_file_read_f32 (file, tensor, 0, n, word->vectors, error))
    return FALSE;
  for (gsize i = 0; i < n; i++)
    if (!isfinite (word->vectors[i]))
      {
        g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_FILE,
                     "%s: “%s”: expected finite numbers, found NaN or infinity", word->path,
                     word->name);
        return FALSE;
      }
  return TRUE;
}

PzEmbedding *
pz_embedding_read (const PzTensorFile *file,
                   const PzFileTensor *tensor,
                   const char *name,
                   const char *sha256,
                   GError **error)
{
  g_autoptr (PzEmbedding) word = g_new0 (PzEmbedding, 1);

  g_atomic_ref_count_init (&word->refs);
  word->name = g_strdup (name);
  word->path = g_strdup (pz_tensor_file_get_path (file));
  word->sha256 = g_strdup (sha256);
  return read_vectors (word, file, tensor, error) ? g_steal_pointer (&word) : NULL;
}

/* ---- words of a file, and their names ---- */

char *
pz_embedding_stem (const char *path)
{
  char *stem = g_path_get_basename (path);
  char *dot = strrchr (stem, '.');

  if (dot != NULL && dot != stem)
    *dot = '\0';
  return stem;
}

static char *
name_as_file (const PzTensorFile *file, const PzFileTensor *tensor)
{
  (void) tensor;
  return pz_embedding_stem (pz_tensor_file_get_path (file));
}

static char *
name_as_key (const PzTensorFile *file, const PzFileTensor *tensor)
{
  return tensor->name[0] != '\0' ? g_strdup (tensor->name) : name_as_file (file, tensor);
}

static char *
name_as_number (const PzTensorFile *file, const PzFileTensor *tensor)
{
  g_autofree char *stem = pz_embedding_stem (pz_tensor_file_get_path (file));

  return g_strconcat (stem, "-", tensor->name + strlen (PEOPLE), NULL);
}

/* The name that the file gives; else the tensor's key, unless it is the usual "*"; else the file's name. */
static char *
name_as_said (const PzTensorFile *file, const PzFileTensor *tensor)
{
  const char *said = pz_tensor_file_get_metadata (file, "name");
  const char *key = tensor->name + strlen (PARAMETERS);

  if (said != NULL && said[0] != '\0')
    return g_strdup (said);
  return strcmp (key, "*") != 0 ? g_strdup (key) : name_as_file (file, tensor);
}

/* The first form that matches one of the file's tensors applies to the whole file; the last matches any tensor. */
static const struct
{
  const char *prefix; /* of the tensor's name */
  gboolean whole; /* `prefix` is the whole name */
  char *(*name) (const PzTensorFile *file, const PzFileTensor *tensor);
} forms[] = {
  { PARAMETERS, FALSE, name_as_said },  { PEOPLE, FALSE, name_as_number },
  { "emb_params", TRUE, name_as_file }, { "clip_l", TRUE, name_as_file },
  { "tensor", TRUE, name_as_file }, /* a torch file's tensor without a key */
  { "", FALSE, name_as_key },
};

static gboolean
is_of_form (const PzFileTensor *tensor, guint form)
{
  return forms[form].whole ? strcmp (tensor->name, forms[form].prefix) == 0
                           : g_str_has_prefix (tensor->name, forms[form].prefix);
}

static guint
find_form (const PzTensorFile *file)
{
  for (guint form = 0; form < G_N_ELEMENTS (forms); form++)
    for (guint i = 0; i < pz_tensor_file_get_n_tensors (file); i++)
      if (is_of_form (pz_tensor_file_get_tensor (file, i), form))
        return form;
  return G_N_ELEMENTS (forms) - 1;
}

static gboolean
has_people (const PzTensorFile *file)
{
  for (guint i = 0; i < pz_tensor_file_get_n_tensors (file); i++)
    if (g_str_has_prefix (pz_tensor_file_get_tensor (file, i)->name, PEOPLE))
      return TRUE;
  return FALSE;
}

/* Refuses files that could be mistaken for words. */
static gboolean
check_kind (const PzTensorFile *file, GError **error)
{
  const char *path = pz_tensor_file_get_path (file);

  /* Only Stable Diffusion XL has a second text encoder. */
  if (pz_tensor_file_lookup (file, "clip_g") != NULL)
    g_set_error (error, PZ_ERROR, PZ_ERROR_UNSUPPORTED_MODEL,
                 "%s: expected a word for Stable Diffusion 1.x or 2.x, found one "
                 "for Stable Diffusion XL (clip_g)",
                 path);
  else if (pz_text_adapter_is (file))
    g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_FILE,
                 "%s: expected a learned word, found a text encoder adapter (CatVersion)",
                 path);
  else if (pz_people_file_has_layer (file) && !pz_people_file_is (file) && !has_people (file))
    g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_FILE,
                 "%s: expected learned words, found only the layer that Celeb Basis makes them "
                 "with: it takes a photograph (learn celeb-basis --layer)",
                 path);
  else
    return TRUE;
  return FALSE;
}

/* Many words may be views of the same few values, so the file's size does not limit their total size. */
static gboolean
check_size (const PzTensorFile *file, guint form, GError **error)
{
  PzReadBudget budget = { 0 };

  for (guint i = 0; i < pz_tensor_file_get_n_tensors (file); i++)
    {
      const PzFileTensor *tensor = pz_tensor_file_get_tensor (file, i);

      if (!is_of_form (tensor, form))
        continue;
      if (!pz_budget_take (&budget, PZ_BUDGET_VECTOR_BYTES,
                           MIN (tensor->n_elements, G_MAXUINT32) * sizeof (float)))
        return pz_budget_check (&budget, pz_tensor_file_get_path (file), tensor->name, error);
    }
  return TRUE;
}

/* All words of a file are for one text encoder and have the same width. A name that ends in ".weight" is a layer of a network,
 * not a word. */
static gboolean
check_together (const PzTensorFile *file, GPtrArray *words, GError **error)
{
  const PzEmbedding *first = words->pdata[0];

  for (guint i = 1; i < words->len; i++)
    {
      const PzEmbedding *word = words->pdata[i];

      if (word->width == first->width && !g_str_has_suffix (word->name, ".weight"))
        continue;
      g_set_error (
        error, PZ_ERROR, PZ_ERROR_BAD_FILE,
        "%s: expected learned words of one width, found “%s” of width %u and “%s” of "
        "width %u",
        pz_tensor_file_get_path (file), first->name, first->width, word->name, word->width);
      return FALSE;
    }
  return TRUE;
}

static GPtrArray *
read_words (const PzTensorFile *file, GError **error)
{
  g_autoptr (GPtrArray) words =
    g_ptr_array_new_with_free_func ((GDestroyNotify) pz_embedding_unref);
  g_autofree char *sha256 = pz_file_sha256 (pz_tensor_file_get_path (file), error);
  guint form = find_form (file);

  if (sha256 == NULL || !check_kind (file, error) || !check_size (file, form, error))
    return NULL;
  if (pz_people_file_is (file))
    return pz_people_file_read (file, sha256, error);
  for (guint i = 0; i < pz_tensor_file_get_n_tensors (file); i++)
    {
      const PzFileTensor *tensor = pz_tensor_file_get_tensor (file, i);
      g_autofree char *name = NULL;
      PzEmbedding *word;

      if (!is_of_form (tensor, form))
        continue;
      name = forms[form].name (file, tensor);
      word = pz_embedding_read (file, tensor, name, sha256, error);
      if (word == NULL)
        return NULL;
      g_ptr_array_add (words, word);
    }
  if (words->len > 0)
    return check_together (file, words, error) ? g_steal_pointer (&words) : NULL;
  g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_FILE,
               "%s: expected a learned word, found no tensor", pz_tensor_file_get_path (file));
  return NULL;
}

/* Joins the vectors of all words, which have the same width, into one word of that name. */
static void
join (GPtrArray *words, const char *name)
{
  PzEmbedding *first = words->pdata[0];

  for (guint i = 1; i < words->len; i++)
    {
      const PzEmbedding *next = words->pdata[i];
      gsize n = (gsize) first->n_vectors * first->width;
      gsize n_more = (gsize) next->n_vectors * next->width;

      first->vectors = g_renew (float, first->vectors, n + n_more);
      memcpy (first->vectors + n, next->vectors, n_more * sizeof (float));
      first->n_vectors += next->n_vectors;
    }
  g_ptr_array_set_size (words, 1);
  g_free (first->name);
  first->name = g_strdup (name);
}

GPtrArray *
pz_embedding_file_read (const char *path, const char *name, GError **error)
{
  g_autoptr (PzTensorFile) file = pz_tensor_file_open (path, error);
  g_autoptr (GPtrArray) words = NULL;

  if (file == NULL)
    return NULL;
  if (pz_tensor_file_get_data_bytes (file) > PZ_EMBEDDING_MAX_FILE_BYTES)
    {
      g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_FILE,
                   "%s: expected a learned word of at most %u MiB, found %" G_GUINT64_FORMAT
                   " bytes",
                   path, PZ_EMBEDDING_MAX_FILE_BYTES >> 20,
                   pz_tensor_file_get_data_bytes (file));
      return NULL;
    }
  words = read_words (file, error);
  if (words != NULL && name != NULL)
    join (words, name);
  return g_steal_pointer (&words);
}

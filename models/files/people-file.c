/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "models/files/people-file.h"

#include <math.h>
#include <string.h>

#include "models/basis.h"
#include "models/files/torch-write.h"

#define COEFFICIENTS "id_coefficients"
#define NET "meta_id_net"
#define NET_WEIGHT "stylegan_mlp.net.0.weight"
#define NET_BIAS "stylegan_mlp.net.0.bias"
/* Far more features than any face recogniser computes. */
#define MAX_FEATURES 65536
#define BARE "tensor" /* a torch file's tensor without a key */

/* ---- writing ---- */

static void
put_coefficients (PzTorchWriter *writer, const PzConcept *concept)
{
  const guint64 dims[] = { pz_concept_get_n_words (concept), 1,
                           pz_concept_get_n_coefficients (concept) };
  const guint storage =
    pz_torch_writer_add_storage (writer, pz_concept_get_coefficients (concept),
                                 (gsize) (dims[0] * dims[2]));

  pz_torch_writer_tensor (writer, storage, G_N_ELEMENTS (dims), dims);
}

/* Writes the weight and then the bias, which is the last column in PzPeopleLayer. */
static void
put_layer (PzTorchWriter *writer, const PzPeopleLayer *layer)
{
  const gsize n_features = layer->n_columns - 1;
  const guint64 dims[] = { layer->n_rows, n_features };
  g_autofree float *weight = g_new (float, layer->n_rows *n_features);
  g_autofree float *bias = g_new (float, layer->n_rows);

  for (guint i = 0; i < layer->n_rows; i++)
    {
      const float *row = layer->values + (gsize) i * layer->n_columns;

      memcpy (weight + i * n_features, row, n_features * sizeof (float));
      bias[i] = row[n_features];
    }
  pz_torch_writer_string (writer, NET);
  pz_torch_writer_begin_dict (writer);
  pz_torch_writer_string (writer, NET_WEIGHT);
  pz_torch_writer_tensor (writer,
                          pz_torch_writer_add_storage (writer, weight,
                                                       layer->n_rows * n_features),
                          2, dims);
  pz_torch_writer_string (writer, NET_BIAS);
  pz_torch_writer_tensor (writer, pz_torch_writer_add_storage (writer, bias, layer->n_rows), 1,
                          dims);
  pz_torch_writer_end_dict (writer);
}

gboolean
pz_people_file_save_all (PzConcept *const concepts[],
                         guint n_concepts,
                         const PzPeopleLayer *layer,
                         const char *path,
                         GError **error)
{
  g_autoptr (PzTorchWriter) writer = pz_torch_writer_new ();

  pz_torch_writer_begin_dict (writer);
  pz_torch_writer_string (writer, COEFFICIENTS);
  pz_torch_writer_begin_list (writer);
  for (guint i = 0; i < n_concepts; i++)
    put_coefficients (writer, concepts[i]);
  pz_torch_writer_end_list (writer);
  if (layer != NULL)
    put_layer (writer, layer);
  pz_torch_writer_end_dict (writer);
  return pz_torch_writer_save (writer, path, error);
}

gboolean
pz_people_file_save_coefficients (const PzConcept *concept, const char *path, GError **error)
{
  g_autoptr (PzTorchWriter) writer = pz_torch_writer_new ();

  put_coefficients (writer, concept);
  return pz_torch_writer_save (writer, path, error);
}

gboolean
pz_people_file_save_words (const PzConcept *concept, const char *path, GError **error)
{
  const guint64 dims[] = { pz_concept_get_n_words (concept), pz_concept_get_width (concept) };
  g_autoptr (PzTorchWriter) writer = pz_torch_writer_new ();
  const guint storage = pz_torch_writer_add_storage (writer, pz_concept_get_words (concept),
                                                     (gsize) (dims[0] * dims[1]));

  pz_torch_writer_tensor (writer, storage, G_N_ELEMENTS (dims), dims);
  return pz_torch_writer_save (writer, path, error);
}

/* ---- reading ---- */

static gboolean
is_coefficients (const PzFileTensor *tensor)
{
  const gboolean named =
    g_str_has_prefix (tensor->name, COEFFICIENTS ".") || strcmp (tensor->name, BARE) == 0;

  return named && tensor->n_dims == 3 && tensor->dims[0] == PZ_BASIS_N_WORDS
         && tensor->dims[1] == 1;
}

gboolean
pz_people_file_is (const PzTensorFile *file)
{
  for (guint i = 0; i < pz_tensor_file_get_n_tensors (file); i++)
    if (is_coefficients (pz_tensor_file_get_tensor (file, i)))
      return TRUE;
  return FALSE;
}

static PzBasis *
load_basis (const PzTensorFile *file, GError **error)
{
  const char *path = pz_tensor_file_get_path (file);
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *beside = g_build_filename (folder, PZ_PEOPLE_BASIS_FILE, NULL);

  if (g_file_test (beside, G_FILE_TEST_EXISTS))
    return pz_basis_load (beside, error);
  g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_FILE,
               "%s: expected beside it the basis that its coefficients belong to, "
               "" PZ_PEOPLE_BASIS_FILE ", found none",
               path);
  return NULL;
}

/* STEM, or STEM-N for the tensor "id_coefficients.N". (transfer full) */
static char *
name_of (const PzTensorFile *file, const PzFileTensor *tensor)
{
  g_autofree char *stem = pz_embedding_stem (pz_tensor_file_get_path (file));
  const char *dot = strrchr (tensor->name, '.');

  return dot == NULL ? g_steal_pointer (&stem) : g_strconcat (stem, "-", dot + 1, NULL);
}

static PzEmbedding *
read_person (const PzTensorFile *file,
             const PzFileTensor *tensor,
             const PzBasis *basis,
             const char *sha256,
             GError **error)
{
  const char *path = pz_tensor_file_get_path (file);
  const gsize n = (gsize) PZ_BASIS_N_WORDS * basis->n_rows;
  g_autofree float *coefficients = g_new (float, n);
  g_autoptr (PzEmbedding) word = NULL;

  if (tensor->dims[2] != basis->n_rows)
    {
      g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_FILE,
                   "%s: “%s”: expected %u coefficients for a word, as the basis beside it has "
                   "rows, found %" G_GUINT64_FORMAT,
                   path, tensor->name, basis->n_rows, tensor->dims[2]);
      return NULL;
    }
  if (!pz_tensor_file_read_f32 (file, tensor, 0, n, coefficients, error))
    return NULL;
  for (gsize i = 0; i < n; i++)
    if (!isfinite (coefficients[i]))
      {
        g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_FILE,
                     "%s: “%s”: expected finite numbers, found NaN or infinity", path,
                     tensor->name);
        return NULL;
      }
  word = g_new0 (PzEmbedding, 1);
  g_atomic_ref_count_init (&word->refs);
  word->name = name_of (file, tensor);
  word->path = g_strdup (path);
  word->sha256 = g_strdup (sha256);
  word->n_vectors = PZ_BASIS_N_WORDS;
  word->width = basis->width;
  word->vectors = g_new (float, (gsize) PZ_BASIS_N_WORDS * basis->width);
  pz_basis_words (basis, coefficients, word->vectors);
  return g_steal_pointer (&word);
}

GPtrArray *
pz_people_file_read (const PzTensorFile *file, const char *sha256, GError **error)
{
  g_autoptr (PzBasis) basis = load_basis (file, error);
  g_autoptr (GPtrArray) words =
    g_ptr_array_new_with_free_func ((GDestroyNotify) pz_embedding_unref);

  if (basis == NULL)
    return NULL;
  for (guint i = 0; i < pz_tensor_file_get_n_tensors (file); i++)
    {
      const PzFileTensor *tensor = pz_tensor_file_get_tensor (file, i);
      PzEmbedding *word;

      if (!is_coefficients (tensor))
        continue;
      word = read_person (file, tensor, basis, sha256, error);
      if (word == NULL)
        return NULL;
      g_ptr_array_add (words, word);
    }
  return g_steal_pointer (&words);
}

/* ---- the layer ---- */

PzPeopleLayer *
pz_people_layer_copy (const PzPeopleLayer *layer)
{
  PzPeopleLayer *copy = g_new (PzPeopleLayer, 1);

  *copy = *layer;
  copy->values =
    g_memdup2 (layer->values, (gsize) layer->n_rows * layer->n_columns * sizeof (float));
  return copy;
}

void
pz_people_layer_free (PzPeopleLayer *layer)
{
  if (layer == NULL)
    return;
  g_free (layer->values);
  g_free (layer);
}

gboolean
pz_people_file_has_layer (const PzTensorFile *file)
{
  return pz_tensor_file_lookup (file, NET "." NET_WEIGHT) != NULL;
}

/* The two must match each other and have supported sizes. */
static gboolean
check_layer (const PzTensorFile *file,
             const PzFileTensor *weight,
             const PzFileTensor *bias,
             GError **error)
{
  if (weight != NULL && bias != NULL && weight->n_dims == 2 && bias->n_dims == 1
      && bias->dims[0] == weight->dims[0] && weight->dims[0] > 0
      && weight->dims[0] <= PZ_BASIS_N_WORDS * PZ_BASIS_MAX_ROWS && weight->dims[1] > 0
      && weight->dims[1] <= MAX_FEATURES)
    return TRUE;
  g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_FILE,
               "%s: expected the layer that Celeb Basis learns, " NET "." NET_WEIGHT
               " [coefficients, features] of at most %d by %d and " NET "." NET_BIAS
               ", found %s",
               pz_tensor_file_get_path (file), PZ_BASIS_N_WORDS * PZ_BASIS_MAX_ROWS,
               MAX_FEATURES, weight == NULL ? "none" : "others");
  return FALSE;
}

PzPeopleLayer *
pz_people_layer_load (const char *path, GError **error)
{
  g_autoptr (PzTensorFile) file = pz_tensor_file_open (path, error);
  const PzFileTensor *weight, *bias;
  g_autoptr (PzPeopleLayer) layer = NULL;
  gsize n_features;

  if (file == NULL)
    return NULL;
  weight = pz_tensor_file_lookup (file, NET "." NET_WEIGHT);
  bias = pz_tensor_file_lookup (file, NET "." NET_BIAS);
  if (!check_layer (file, weight, bias, error))
    return NULL;
  n_features = weight->dims[1];
  layer = g_new0 (PzPeopleLayer, 1);
  layer->n_rows = (guint) weight->dims[0];
  layer->n_columns = (guint) n_features + 1;
  layer->values = g_new (float, (gsize) layer->n_rows * layer->n_columns);
  for (gsize i = 0; i < layer->n_rows; i++)
    {
      float *row = layer->values + i * layer->n_columns;

      if (!pz_tensor_file_read_f32 (file, weight, i * n_features, n_features, row, error)
          || !pz_tensor_file_read_f32 (file, bias, i, 1, row + n_features, error))
        return NULL;
    }
  for (gsize i = 0; i < (gsize) layer->n_rows * layer->n_columns; i++)
    if (!isfinite (layer->values[i]))
      {
        g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_FILE,
                     "%s: " NET ": expected finite numbers, found NaN or infinity", path);
        return NULL;
      }
  return g_steal_pointer (&layer);
}

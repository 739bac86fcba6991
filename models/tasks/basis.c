/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "models/basis.h"

#include <float.h>
#include <lapacke.h>
#include <math.h>
#include <string.h>

#include "models/files/model-folder.h"
#include "models/files/tensor-file.h"
#include "models/files/torch-write.h"

/* Upper limit for the width stored in a file. */
#define MAX_WIDTH 65536

/* ---- selecting the tokens ---- */

/* Returns the names without duplicates, sorted by byte value as in the authors' list. (transfer container) */
static GPtrArray *
names_once (const char *const names[])
{
  GPtrArray *sorted = g_ptr_array_new ();
  guint n = 0;

  for (guint i = 0; names[i] != NULL; i++)
    g_ptr_array_add (sorted, (gpointer) names[i]);
  g_ptr_array_sort_values (sorted, (GCompareFunc) strcmp);
  for (guint i = 0; i < sorted->len; i++)
    if (i == 0 || !g_str_equal (sorted->pdata[i], sorted->pdata[n - 1]))
      sorted->pdata[n++] = sorted->pdata[i];
  g_ptr_array_set_size (sorted, (gint) n);
  return sorted;
}

/* For each position e, collects the token at that position of every name that has one. */
static void
collect_tokens (const PzTokenizer *tokenizer,
                const GPtrArray *names,
                GArray *tokens[PZ_BASIS_N_WORDS])
{
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (guint));

  for (guint e = 0; e < PZ_BASIS_N_WORDS; e++)
    tokens[e] = g_array_new (FALSE, FALSE, sizeof (guint));
  for (guint i = 0; i < names->len; i++)
    {
      g_array_set_size (ids, 0);
      pz_tokenizer_encode (tokenizer, names->pdata[i], -1, ids);
      for (guint e = 0; e < MIN (PZ_BASIS_N_WORDS, ids->len); e++)
        g_array_append_val (tokens[e], g_array_index (ids, guint, e));
    }
}

/* ---- one of the two words ---- */

/* Reads rows of the embedding table as doubles and subtracts their mean, which is stored in `mean`. (transfer full) [n, D] */
static double *
read_centred (const PzModelFolder *model, const GArray *tokens, float *mean, GError **error)
{
  const gsize width = model->text.hidden_size, n = tokens->len;
  g_autofree double *rows = g_new (double, n *width);
  g_autofree float *row = g_new (float, width);

  for (gsize i = 0; i < n; i++)
    {
      if (!pz_model_folder_read_token (model, g_array_index (tokens, guint, i), row, error))
        return NULL;
      for (gsize j = 0; j < width; j++)
        rows[i * width + j] = (double) row[j];
    }
  for (gsize j = 0; j < width; j++)
    {
      double sum = 0;

      for (gsize i = 0; i < n; i++)
        sum += rows[i * width + j];
      mean[j] = (float) (sum / (double) n);
      for (gsize i = 0; i < n; i++)
        rows[i * width + j] -= sum / (double) n;
    }
  return g_steal_pointer (&rows);
}

/* The sign of a singular vector is arbitrary and differs between libraries. Makes the entry with the largest magnitude
 * positive. */
static void
fix_sign (const double *from, gsize width, float *row)
{
  gsize largest = 0;

  for (gsize j = 1; j < width; j++)
    if (fabs (from[j]) > fabs (from[largest]))
      largest = j;
  for (gsize j = 0; j < width; j++)
    row[j] = (float) copysign (from[j], from[j] * from[largest]);
}

/* Writes the mean and the principal directions of `tokens` to values [1 + p, D]. */
static gboolean
decompose (const PzModelFolder *model,
           const GArray *tokens,
           guint n_rows,
           float *values,
           guint *n_told,
           GError **error)
{
  const lapack_int n = (lapack_int) tokens->len, width = (lapack_int) model->text.hidden_size;
  const lapack_int least = MIN (n, width);
  g_autofree double *rows = read_centred (model, tokens, values, error);
  g_autofree double *left = g_new (double, (gsize) n *(gsize) least);
  g_autofree double *right = g_new (double, (gsize) least *(gsize) width);
  g_autofree double *singular = g_new (double, (gsize) least);
  lapack_int status;

  if (rows == NULL)
    return FALSE;
  status = LAPACKE_dgesdd (LAPACK_ROW_MAJOR, 'S', n, width, rows, width, singular, left, least,
                           right, width);
  if (status != 0)
    {
      g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_FILE,
                   "%s: expected words of the names with a singular value decomposition, found "
                   "none (LAPACK says %d): are their values finite?",
                   model->path, (int) status);
      return FALSE;
    }
  *n_told = 0;
  for (guint k = 0; k < n_rows; k++)
    {
      const double smallest = singular[0] * DBL_EPSILON * (double) MAX (n, width);

      fix_sign (right + (gsize) k * (gsize) width, (gsize) width,
                values + (gsize) (1 + k) * (gsize) width);
      *n_told += singular[k] > smallest;
    }
  return TRUE;
}

/* ---- both words ---- */

static gboolean
check_names (const GPtrArray *names, GArray *const tokens[PZ_BASIS_N_WORDS], GError **error)
{
  if (names->len > PZ_BASIS_MAX_NAMES)
    {
      g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_INPUT, "names: expected at most %u, found %u",
                   PZ_BASIS_MAX_NAMES, names->len);
      return FALSE;
    }
  for (guint e = 0; e < PZ_BASIS_N_WORDS; e++)
    if (tokens[e]->len < 2)
      {
        g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_INPUT,
                     "names: expected at least 2 of %u or more tokens, found %u among %u",
                     e + 1, tokens[e]->len, names->len);
        return FALSE;
      }
  return TRUE;
}

static PzBasis *
basis_of_tokens (const PzModelFolder *model,
                 GArray *const tokens[PZ_BASIS_N_WORDS],
                 GCancellable *cancellable,
                 GError **error)
{
  g_autoptr (PzBasis) basis = g_new0 (PzBasis, 1);
  gsize one;

  basis->width = model->text.hidden_size;
  basis->n_rows = MIN (PZ_BASIS_MAX_ROWS, basis->width);
  for (guint e = 0; e < PZ_BASIS_N_WORDS; e++)
    {
      basis->n_names[e] = tokens[e]->len;
      basis->n_rows = MIN (basis->n_rows, tokens[e]->len - 1);
    }
  one = (gsize) (1 + basis->n_rows) * basis->width;
  basis->values = g_new0 (float, PZ_BASIS_N_WORDS *one);
  for (guint e = 0; e < PZ_BASIS_N_WORDS; e++)
    if (g_cancellable_set_error_if_cancelled (cancellable, error)
        || !decompose (model, tokens[e], basis->n_rows, basis->values + e * one,
                       &basis->n_told[e], error))
      return NULL;
  return g_steal_pointer (&basis);
}

PzBasis *
pz_basis_new (const char *model,
              const char *const names[],
              GCancellable *cancellable,
              GError **error)
{
  const guint parts = PZ_PART_TOKENIZER | PZ_PART_TEXT_ENCODER;
  g_autoptr (PzModelFolder) folder = pz_model_folder_open (model, parts, 0, error);
  g_autoptr (GPtrArray) once = NULL;
  GArray *tokens[PZ_BASIS_N_WORDS];
  PzBasis *basis = NULL;

  if (folder == NULL)
    return NULL;
  once = names_once (names);
  collect_tokens (folder->tokenizer, once, tokens);
  if (check_names (once, tokens, error))
    basis = basis_of_tokens (folder, tokens, cancellable, error);
  for (guint e = 0; e < PZ_BASIS_N_WORDS; e++)
    g_array_unref (tokens[e]);
  return basis;
}

void
pz_basis_free (PzBasis *basis)
{
  if (basis == NULL)
    return;
  g_free (basis->values);
  g_free (basis);
}

/* ---- files ---- */

static gboolean
refuse_file (const char *path, const char *found, GError **error)
{
  g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_FILE,
               "%s: expected a basis of names, finite numbers [2, 1 + rows, width], found %s",
               path, found);
  return FALSE;
}

/* values: room for all elements. */
static gboolean
read_values (const PzTensorFile *file,
             const PzFileTensor *tensor,
             float *values,
             GError **error)
{
  const gsize n = (gsize) tensor->n_elements;

  if (!pz_tensor_file_read_f32 (file, tensor, 0, n, values, error))
    return FALSE;
  for (gsize i = 0; i < n; i++)
    if (!isfinite (values[i]))
      return refuse_file (pz_tensor_file_get_path (file), "NaN or infinity", error);
  return TRUE;
}

PzBasis *
pz_basis_load (const char *path, GError **error)
{
  g_autoptr (PzTensorFile) file = pz_tensor_file_open (path, error);
  g_autoptr (PzBasis) basis = NULL;
  const PzFileTensor *tensor;

  if (file == NULL)
    return NULL;
  tensor =
    pz_tensor_file_get_n_tensors (file) == 1 ? pz_tensor_file_get_tensor (file, 0) : NULL;
  if (tensor == NULL || tensor->n_dims != 3 || tensor->dims[0] != PZ_BASIS_N_WORDS
      || tensor->dims[1] < 2 || tensor->dims[1] > 1 + PZ_BASIS_MAX_ROWS || tensor->dims[2] == 0
      || tensor->dims[2] > MAX_WIDTH)
    {
      refuse_file (path, "another shape", error);
      return NULL;
    }
  basis = g_new0 (PzBasis, 1);
  basis->n_rows = (guint) tensor->dims[1] - 1;
  basis->width = (guint) tensor->dims[2];
  basis->values = g_new (float, (gsize) tensor->n_elements);
  return read_values (file, tensor, basis->values, error) ? g_steal_pointer (&basis) : NULL;
}

void
pz_basis_words (const PzBasis *basis, const float *coefficients, float *words)
{
  const gsize width = basis->width, p = basis->n_rows;

  for (gsize e = 0; e < PZ_BASIS_N_WORDS; e++)
    for (gsize j = 0; j < width; j++)
      {
        const float *column = basis->values + e * (1 + p) * width + j;
        double sum = (double) column[0];

        for (gsize k = 0; k < p; k++)
          sum += (double) column[(1 + k) * width] * (double) coefficients[e * p + k];
        words[e * width + j] = (float) sum;
      }
}

gboolean
pz_basis_save (const PzBasis *basis, const char *path, GError **error)
{
  const guint64 dims[] = { PZ_BASIS_N_WORDS, 1 + basis->n_rows, basis->width };
  g_autoptr (PzTorchWriter) writer = pz_torch_writer_new ();
  guint storage =
    pz_torch_writer_add_storage (writer, basis->values, dims[0] * dims[1] * dims[2]);

  pz_torch_writer_tensor (writer, storage, G_N_ELEMENTS (dims), dims);
  return pz_torch_writer_save (writer, path, error);
}

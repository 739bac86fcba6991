/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "models/files/encoding-file.h"

#include <math.h>

#include "models/files/file-hash.h"
#include "models/files/read-budget.h"

#define MAX_TOKENS 4096
#define MAX_WIDTH 65536

gboolean
pz_encoding_is (const PzTensorFile *file)
{
  const PzFileTensor *tensor =
    pz_tensor_file_get_n_tensors (file) == 1 ? pz_tensor_file_get_tensor (file, 0) : NULL;

  return tensor != NULL && tensor->n_dims == 3 && tensor->dims[0] == 1 && tensor->dims[1] > 0
         && tensor->dims[1] <= MAX_TOKENS && tensor->dims[2] > 0
         && tensor->dims[2] <= MAX_WIDTH;
}

static gboolean
read_encoding (PzEncoding *encoding, GError **error)
{
  g_autoptr (PzTensorFile) file = pz_tensor_file_open (encoding->path, error);
  const PzFileTensor *tensor;
  PzReadBudget budget = { 0 };

  if (file == NULL)
    return FALSE;
  if (!pz_encoding_is (file))
    {
      g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_FILE,
                   "%s: expected an encoded prompt, one tensor [1, tokens, width], found "
                   "something else",
                   encoding->path);
      return FALSE;
    }
  tensor = pz_tensor_file_get_tensor (file, 0);
  encoding->n_tokens = (guint) tensor->dims[1];
  encoding->width = (guint) tensor->dims[2];
  pz_budget_take (&budget, PZ_BUDGET_VECTOR_BYTES, tensor->n_elements * sizeof (float));
  if (!pz_budget_check (&budget, encoding->path, tensor->name, error))
    return FALSE;
  encoding->rows = g_new (float, tensor->n_elements);
  if (!pz_tensor_file_read_f32 (file, tensor, 0, (gsize) tensor->n_elements, encoding->rows,
                                error))
    return FALSE;
  for (guint64 i = 0; i < tensor->n_elements; i++)
    if (!isfinite (encoding->rows[i]))
      {
        g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_FILE,
                     "%s: expected finite numbers, found NaN or infinity", encoding->path);
        return FALSE;
      }
  encoding->sha256 = pz_file_sha256 (encoding->path, error);
  return encoding->sha256 != NULL;
}

PzEncoding *
pz_encoding_read (const char *path, GError **error)
{
  g_autoptr (PzEncoding) encoding = g_new0 (PzEncoding, 1);

  encoding->path = g_strdup (path);
  return read_encoding (encoding, error) ? g_steal_pointer (&encoding) : NULL;
}

void
pz_encoding_free (PzEncoding *encoding)
{
  if (encoding == NULL)
    return;
  g_free (encoding->path);
  g_free (encoding->sha256);
  g_free (encoding->rows);
  g_free (encoding);
}

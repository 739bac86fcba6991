/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "models/files/byte-weights.h"

static gboolean
refuse (const PzTensorFile *file, const char *name, const char *expected, GError **error)
{
  g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_FILE, "%s: “%s”: expected %s",
               pz_tensor_file_get_path (file), name, expected);
  return FALSE;
}

/* Reads "SCALE LEAST" from the metadata entry with the tensor's name. */
static gboolean
find_scale (const PzTensorFile *file, const char *name, double *scale, double *least)
{
  const char *text = pz_tensor_file_get_metadata (file, name);
  char *end;

  if (text == NULL)
    return FALSE;
  *scale = g_ascii_strtod (text, &end);
  if (end == text || *end != ' ')
    return FALSE;
  text = end + 1;
  *least = g_ascii_strtod (text, &end);
  return end != text && *end == '\0';
}

static gboolean
read_bytes (const PzTensorFile *file, const PzFileTensor *tensor, float *values, GError **error)
{
  const gsize n = (gsize) tensor->n_elements;
  g_autofree guint8 *bytes = g_malloc (n);
  double scale, least;

  if (!find_scale (file, tensor->name, &scale, &least))
    return refuse (file, tensor->name, "a scale and a least value for its bytes, found none",
                   error);
  if (!pz_tensor_file_read (file, tensor, 0, n, bytes, error))
    return FALSE;
  for (gsize i = 0; i < n; i++)
    values[i] = (float) (scale * bytes[i] + least);
  return TRUE;
}

static gboolean
has_shape (const PzFileTensor *tensor, const PzTensor *weight)
{
  if (tensor->n_dims != weight->n_dims)
    return FALSE;
  for (guint i = 0; i < weight->n_dims; i++)
    if (tensor->dims[i] != weight->dims[i])
      return FALSE;
  return TRUE;
}

static gboolean
bind_one (PzGraph *graph,
          PzTensor *weight,
          const PzTensorFile *file,
          PzGpu *gpu,
          GError **error)
{
  const PzFileTensor *tensor = pz_tensor_file_lookup (file, weight->name);
  g_autoptr (PzStorage) storage = NULL;
  g_autofree float *values = NULL;

  if (tensor == NULL || !has_shape (tensor, weight))
    return refuse (file, weight->name, "a tensor of that name and of the network's shape",
                   error);
  values = g_new (float, tensor->n_elements);
  if (!(tensor->dtype == PZ_FILE_U8
          ? read_bytes (file, tensor, values, error)
          : pz_tensor_file_read_f32 (file, tensor, 0, (gsize) tensor->n_elements, values,
                                     error)))
    return FALSE;
  storage = pz_storage_new (gpu, PZ_ARENA_WEIGHTS, PZ_F32, weight->n_dims, weight->dims,
                            weight->name, error);
  if (storage == NULL
      || !pz_storage_write_f32 (storage, values, (gsize) tensor->n_elements, error))
    return FALSE;
  pz_graph_bind (graph, weight, storage);
  return TRUE;
}

gboolean
pz_byte_weights_bind (PzGraph *graph, const PzTensorFile *file, PzGpu *gpu, GError **error)
{
  if (!pz_graph_check (graph, error))
    return FALSE;
  for (guint i = 0; i < pz_graph_get_n_weights (graph); i++)
    if (!bind_one (graph, pz_graph_get_weight (graph, i), file, gpu, error))
      return FALSE;
  return TRUE;
}

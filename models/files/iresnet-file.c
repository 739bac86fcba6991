/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "models/files/iresnet-file.h"

#include <math.h>
#include <string.h>

#define EPSILON 1e-5 /* PyTorch's default for batch norms */
/* Far above the values of genuine files. */
#define MAX_BLOCKS 200

gboolean
pz_iresnet_file_read (const PzTensorFile *file, PzIresnetConfig *config, GError **error)
{
  for (guint i = 0; i < PZ_IRESNET_N_LAYERS; i++)
    {
      guint n = 0;

      while (n <= MAX_BLOCKS)
        {
          g_autofree char *name = g_strdup_printf ("layer%u.%u.conv1.weight", i + 1, n);

          if (pz_tensor_file_lookup (file, name) == NULL)
            break;
          n++;
        }
      if (n == 0 || n > MAX_BLOCKS)
        {
          g_set_error (
            error, PZ_ERROR, PZ_ERROR_BAD_FILE,
            "%s: expected a face recogniser of insightface (IResNet), layer%u with 1 to %d "
            "blocks, found %u",
            pz_tensor_file_get_path (file), i + 1, MAX_BLOCKS, n);
          return FALSE;
        }
      config->n_blocks[i] = n;
    }
  return TRUE;
}

/* ---- one tensor ---- */

/* Reads a tensor of n values. (transfer full), or NULL with an error */
static float *
read_numbers (const PzTensorFile *file, const char *name, gsize n, GError **error)
{
  const PzFileTensor *tensor = pz_tensor_file_lookup (file, name);
  g_autofree float *values = g_new (float, n);

  if (tensor == NULL || tensor->n_elements != n)
    {
      g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_FILE,
                   "%s: “%s”: expected %" G_GSIZE_FORMAT " numbers, found %" G_GUINT64_FORMAT,
                   pz_tensor_file_get_path (file), name, n,
                   tensor != NULL ? tensor->n_elements : 0);
      return NULL;
    }
  if (!pz_tensor_file_read_f32 (file, tensor, 0, n, values, error))
    return NULL;
  for (gsize i = 0; i < n; i++)
    if (!isfinite (values[i]))
      {
        g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_FILE,
                     "%s: “%s”: expected finite numbers, found NaN or infinity",
                     pz_tensor_file_get_path (file), name);
        return NULL;
      }
  return g_steal_pointer (&values);
}

/* [O, I, h, w] -> [O, h, w, I] */
static float *
channels_last (const float *from, const guint *dims)
{
  const gsize cells = (gsize) dims[1] * dims[2], channels = dims[3];
  float *to = g_new (float, dims[0] * cells * channels);

  for (gsize o = 0; o < dims[0]; o++)
    for (gsize c = 0; c < channels; c++)
      for (gsize i = 0; i < cells; i++)
        to[(o * cells + i) * channels + c] = from[(o * channels + c) * cells + i];
  return to;
}

/* Computes the factor (or, if is_shift, the shift) of the batch norm `stem` from its learned values. */
static float *
fold_norm (const PzTensorFile *file,
           const char *stem,
           gboolean is_shift,
           gsize n,
           GError **error)
{
  static const char *const parts[] = { "weight", "bias", "running_mean", "running_var" };
  float *values[G_N_ELEMENTS (parts)] = { NULL };
  gboolean all = TRUE;

  for (guint i = 0; i < G_N_ELEMENTS (parts) && all; i++)
    {
      g_autofree char *name = g_strdup_printf ("%s.%s", stem, parts[i]);

      values[i] = read_numbers (file, name, n, error);
      all = values[i] != NULL;
    }
  for (gsize i = 0; all && i < n; i++)
    {
      const double factor = (double) values[0][i] / sqrt ((double) values[3][i] + EPSILON);

      values[0][i] =
        (float) (is_shift ? (double) values[1][i] - (double) values[2][i] * factor : factor);
    }
  for (guint i = 1; i < G_N_ELEMENTS (parts); i++)
    g_free (values[i]);
  if (all)
    return values[0];
  g_free (values[0]);
  return NULL;
}

/* The values in the order of the graph's tensor. */
static float *
make_values (const PzTensorFile *file, const PzTensor *weight, gsize n, GError **error)
{
  const char *last = strrchr (weight->name, '.') + 1;
  g_autofree char *stem = g_strndup (weight->name, (gsize) (last - 1 - weight->name));
  g_autofree float *values = NULL;

  if (g_str_equal (last, "factor") || g_str_equal (last, "shift"))
    return fold_norm (file, stem, g_str_equal (last, "shift"), n, error);
  values = read_numbers (file, weight->name, n, error);
  if (values == NULL || weight->n_dims != 4)
    return g_steal_pointer (&values);
  return channels_last (values, weight->dims);
}

gboolean
pz_iresnet_file_bind (PzGraph *graph, const PzTensorFile *file, PzGpu *gpu, GError **error)
{
  if (!pz_graph_check (graph, error))
    return FALSE;
  for (guint i = 0; i < pz_graph_get_n_weights (graph); i++)
    {
      PzTensor *weight = pz_graph_get_weight (graph, i);
      g_autoptr (PzStorage) storage =
        pz_storage_new (gpu, PZ_ARENA_WEIGHTS, weight->dtype, weight->n_dims, weight->dims,
                        weight->name, error);
      const gsize n = storage != NULL ? pz_storage_get_n_elements (storage) : 0;
      g_autofree float *values = storage != NULL ? make_values (file, weight, n, error) : NULL;

      if (values == NULL || !pz_storage_write_f32 (storage, values, n, error))
        return FALSE;
      pz_graph_bind (graph, weight, storage);
    }
  return TRUE;
}

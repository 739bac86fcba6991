/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Reads the matrices of a LoRA file, in the shapes of the weights that they change: see lora-file.h.
 */
#include <math.h>
#include <string.h>

#include "models/files/lora-private.h"

/* ---- matching weights ---- */

static gboolean
refuse_shape (const PzLora *lora,
              const PzFileTensor *tensor,
              const PzNamedWeight *weight,
              GError **error)
{
  g_autoptr (GString) shape = g_string_new (NULL);
  g_autoptr (GString) found = g_string_new (NULL);

  for (guint i = 0; i < weight->n_dims; i++)
    g_string_append_printf (shape, "%s%u", i > 0 ? ", " : "", weight->dims[i]);
  for (guint i = 0; i < tensor->n_dims; i++)
    g_string_append_printf (found, "%s%" G_GUINT64_FORMAT, i > 0 ? ", " : "", tensor->dims[i]);
  g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_INPUT,
               "%s: “%s”: expected a factor of %s [%s], found [%s]; it was made for another "
               "family of models",
               pz_tensor_file_get_path (lora->file), tensor->name, weight->name, shape->str,
               found->str);
  return FALSE;
}

/* Dimension i of a weight in its file; 1 beyond the last dimension. */
static guint64
dim_of (guint n_dims, const guint dims[], guint i)
{
  return i < n_dims ? dims[i] : 1;
}

static guint64
file_dim (const PzFileTensor *tensor, guint i)
{
  return i < tensor->n_dims ? tensor->dims[i] : 1;
}

static const PzNamedWeight *
find_layer (const PzLora *lora,
            const PzLoraPart *part,
            const PzWeightNames *names,
            PzLoraNetwork network)
{
  const gboolean is_text = network == PZ_LORA_OF_TEXT;

  if (part->network != network && part->network != PZ_LORA_OF_EITHER)
    return NULL;
  if (!part->is_numbered)
    return pz_weight_names_find_layer (names, is_text, part->path);
  return pz_weight_names_get_numbered (names, is_text, lora->has_geglu,
                                       (guint) g_ascii_strtoull (part->path, NULL, 10));
}

gboolean
pz_lora_find_weight (const PzLora *lora,
                     const PzLoraPart *part,
                     const PzWeightNames *names,
                     const PzNamedWeight **weight,
                     GError **error)
{
  const PzFileTensor *kernel = part->mid != NULL ? part->mid : part->down;
  const PzNamedWeight *found = find_layer (lora, part, names, PZ_LORA_OF_UNET);

  if (found == NULL)
    found = find_layer (lora, part, names, PZ_LORA_OF_TEXT);
  *weight = found;
  if (found == NULL)
    return TRUE;
  if (file_dim (part->up, 0) != found->dims[0])
    return refuse_shape (lora, part->up, found, error);
  if (file_dim (part->down, 1) != dim_of (found->n_dims, found->dims, 1))
    return refuse_shape (lora, part->down, found, error);
  for (guint i = 2; i < 4; i++)
    if (file_dim (kernel, i) != dim_of (found->n_dims, found->dims, i))
      return refuse_shape (lora, kernel, found, error);
  return TRUE;
}

/* ---- values ---- */

static float *
read_all (const PzLora *lora, const PzFileTensor *tensor, GError **error)
{
  const gsize n = (gsize) tensor->n_elements;
  g_autofree float *values = g_new (float, n);

  if (!pz_tensor_file_read_f32 (lora->file, tensor, 0, n, values, error))
    return NULL;
  for (gsize i = 0; i < n; i++)
    if (!isfinite (values[i]))
      {
        pz_lora_refuse (lora, tensor->name, error, "expected finite numbers, found %g",
                        (double) values[i]);
        return NULL;
      }
  return g_steal_pointer (&values);
}

/* [rank, I, taps] -> [taps, I, rank] */
static void
turn (float *to, const float *from, gsize rank, gsize n_in, gsize n_taps)
{
  for (gsize r = 0; r < rank; r++)
    for (gsize i = 0; i < n_in; i++)
      for (gsize tap = 0; tap < n_taps; tap++)
        to[(tap * n_in + i) * rank + r] = *from++;
}

/* mid [rank, inner, taps] times down [inner, I] -> [rank, I, taps] */
static float *
multiply_mid (const PzLoraPart *part, const float *mid, const float *down)
{
  const gsize rank = part->rank, inner = part->mid->dims[1], n_in = part->down->dims[1];
  const gsize n_taps = part->mid->dims[2] * part->mid->dims[3];
  float *product = g_new (float, rank *n_in *n_taps);

  for (gsize r = 0; r < rank; r++)
    for (gsize i = 0; i < n_in; i++)
      for (gsize tap = 0; tap < n_taps; tap++)
        {
          double sum = 0.0;

          for (gsize s = 0; s < inner; s++)
            sum += (double) mid[(r * inner + s) * n_taps + tap] * (double) down[s * n_in + i];
          product[(r * n_in + i) * n_taps + tap] = (float) sum;
        }
  return product;
}

gboolean
pz_lora_read (const PzLora *lora,
              const PzLoraPart *part,
              const PzNamedWeight *weight,
              float *up,
              float *down,
              GError **error)
{
  const gsize n_up = (gsize) part->up->n_elements;
  const gsize n_taps =
    dim_of (weight->n_dims, weight->dims, 2) * dim_of (weight->n_dims, weight->dims, 3);
  g_autofree float *upper = read_all (lora, part->up, error);
  g_autofree float *lower = upper != NULL ? read_all (lora, part->down, error) : NULL;

  if (lower == NULL)
    return FALSE;
  if (part->mid != NULL)
    {
      g_autofree float *mid = read_all (lora, part->mid, error);
      float *product;

      if (mid == NULL)
        return FALSE;
      product = multiply_mid (part, mid, lower);
      g_free (lower);
      lower = product;
    }
  for (gsize i = 0; i < n_up; i++)
    up[i] = (float) (part->scale * (double) upper[i]);
  turn (down, lower, part->rank, weight->dims[1], n_taps);
  return TRUE;
}

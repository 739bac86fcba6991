/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "models/learners/people.h"

#include <math.h>

#include "models/nets/layers.h"

/* The negative slope of the layer's LeakyReLU. */
#define SLOPE 0.2f

/* Far below the squares of any layer's output; keeps zeros from becoming NaN. */
#define EPSILON 1e-20f

void
pz_people_init (PzPeople *people,
                const PzBasis *basis,
                guint n_people,
                guint n_features,
                gboolean is_free)
{
  const gsize n_columns = 1 + basis->n_rows, width = basis->width;

  *people = (PzPeople) {
    .basis = basis,
    .n_people = n_people,
    .n_seen = is_free ? n_people : n_features + 1,
    .is_free = is_free,
    .space = g_new (float, PZ_BASIS_N_WORDS *width *n_columns),
  };
  for (gsize e = 0; e < PZ_BASIS_N_WORDS; e++)
    for (gsize k = 0; k < n_columns; k++)
      for (gsize j = 0; j < width; j++)
        people->space[(e * width + j) * n_columns + k] =
          basis->values[(e * n_columns + k) * width + j];
}

void
pz_people_clear (PzPeople *people)
{
  g_clear_pointer (&people->space, g_free);
}

/* ---- on the host ---- */

/* Scales the values to unit length. */
static void
normalize (float *values, guint n)
{
  double square = 0.0;

  for (guint i = 0; i < n; i++)
    square += (double) values[i] * (double) values[i];
  for (guint i = 0; i < n; i++)
    values[i] = (float) ((double) values[i] / sqrt (MAX (square, (double) EPSILON)));
}

void
pz_people_coefficients (const PzPeople *people,
                        const float *layer,
                        const float *seen,
                        float *coefficients)
{
  const guint p = people->basis->n_rows;

  for (guint k = 0; k < PZ_BASIS_N_WORDS * p; k++)
    {
      double sum = 0.0;

      for (guint i = 0; i < people->n_seen; i++)
        sum += (double) layer[(gsize) k * people->n_seen + i] * (double) seen[i];
      if (!people->is_free && sum < 0.0)
        sum *= (double) SLOPE;
      coefficients[k] = (float) sum;
    }
  for (guint e = 0; e < PZ_BASIS_N_WORDS && !people->is_free; e++)
    normalize (coefficients + (gsize) e * p, p);
}

/* ---- as graph nodes ---- */

/* [2, B, p]: scales each row to unit length. A row joined with its negative has mean 0, so that a layer norm of the pair
 * divides by the root of its mean square. */
static PzTensor *
to_length_one (PzGraph *graph, PzTensor *x, guint p)
{
  const guint both = 2 * p;
  PzTensor *scale = pz_constant (graph, PZ_F32, 1, &both, 1.0f / sqrtf ((float) p));
  PzTensor *shift = pz_constant (graph, PZ_F32, 1, &both, 0.0f);
  PzTensor *pair = pz_concat (graph, x, pz_affine (graph, x, -1.0f, 0.0f), 2);

  return pz_slice (graph, pz_layer_norm (graph, pair, scale, shift, EPSILON, PZ_ACT_NONE), 2, 0,
                   p);
}

/* [B, 2 p] -> [2, B, p] */
static PzTensor *
by_words (PzGraph *graph, PzTensor *x, guint batch, guint p)
{
  const guint dims[] = { 1, batch, p };
  PzTensor *first = pz_reshape (graph, pz_slice (graph, x, 1, 0, p), 3, dims);
  PzTensor *second = pz_reshape (graph, pz_slice (graph, x, 1, p, p), 3, dims);

  return pz_concat (graph, first, second, 0);
}

PzTensor *
pz_people_build (PzGraph *graph,
                 gboolean is_free,
                 PzTensor *layer,
                 PzTensor *seen,
                 PzTensor *space)
{
  const guint batch = seen->dims[0], d = space->dims[1], p = space->dims[2] - 1;
  PzTensor *ones =
    pz_constant (graph, PZ_F32, 3, (guint[]) { PZ_BASIS_N_WORDS, batch, 1 }, 1.0f);
  PzTensor *x = pz_linear (graph, seen, layer, NULL);

  if (!is_free)
    x = pz_layer_leaky_relu (graph, x, SLOPE);
  x = by_words (graph, x, batch, p);
  if (!is_free)
    x = to_length_one (graph, x, p);
  x = pz_matmul (graph, pz_concat (graph, ones, x, 2), space);
  return pz_reshape (graph, x, 2, (guint[]) { PZ_BASIS_N_WORDS * batch, d });
}

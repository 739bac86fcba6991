/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "models/nets/pools.h"

enum
{
  ROWS = 1,
  COLUMNS = 2,
};

static PzTensor *
largest (PzGraph *graph, PzTensor *a, PzTensor *b)
{
  PzTensor *more = pz_add (graph, b, pz_affine (graph, a, -1.0f, 0.0f));

  return pz_add (graph, a, pz_unary (graph, more, PZ_ACT_RELU));
}

/* n rows or columns: number `first`, and every second one after it. */
static PzTensor *
every_second (PzGraph *graph, PzTensor *x, guint axis, guint first, guint n)
{
  const guint *d = x->dims;
  const guint skipped = first / 2;
  PzTensor *even = pz_slice (graph, x, axis, 2 * skipped, 2 * n);
  const guint rows = axis == ROWS ? n : d[1], columns = axis == COLUMNS ? n : d[2];
  /* pairs become a separate axis */
  const guint pairs[] = { axis == ROWS ? d[0] * rows : d[0] * rows * columns, 2,
                          axis == ROWS ? columns * d[3] : d[3] };
  PzTensor *one = pz_slice (graph, pz_reshape (graph, even, 3, pairs), 1, first % 2, 1);

  return pz_reshape (graph, one, 4, (guint[]) { d[0], rows, columns, d[3] });
}

/* Appends a copy of the last row or column. */
static PzTensor *
repeat_last (PzGraph *graph, PzTensor *x, guint axis)
{
  return pz_concat (graph, x, pz_slice (graph, x, axis, x->dims[axis] - 1, 1), axis);
}

static PzTensor *
max_2 (PzGraph *graph, PzTensor *x, guint axis)
{
  if (x == NULL)
    return NULL;
  if (x->dims[axis] % 2 == 1)
    x = repeat_last (graph, x, axis);
  const guint n = x->dims[axis] / 2;

  return largest (graph, every_second (graph, x, axis, 0, n),
                  every_second (graph, x, axis, 1, n));
}

PzTensor *
pz_pool_max_2 (PzGraph *graph, PzTensor *x)
{
  return max_2 (graph, max_2 (graph, x, ROWS), COLUMNS);
}

static PzTensor *
max_2_dense (PzGraph *graph, PzTensor *x, guint axis)
{
  if (x == NULL)
    return NULL;
  return largest (graph, x,
                  pz_slice (graph, repeat_last (graph, x, axis), axis, 1, x->dims[axis]));
}

PzTensor *
pz_pool_max_2_dense (PzGraph *graph, PzTensor *x)
{
  return max_2_dense (graph, max_2_dense (graph, x, ROWS), COLUMNS);
}

static PzTensor *
max_3 (PzGraph *graph, PzTensor *x, guint axis)
{
  if (x == NULL)
    return NULL;
  const guint n = (x->dims[axis] - 1) / 2;
  PzTensor *first = every_second (graph, x, axis, 0, n);
  PzTensor *second = every_second (graph, x, axis, 1, n);
  /* the third of each window is the first of the next */
  PzTensor *padded = x->dims[axis] % 2 == 0 ? x : repeat_last (graph, x, axis);
  PzTensor *third = every_second (graph, padded, axis, 2, n);

  return largest (graph, largest (graph, first, second), third);
}

PzTensor *
pz_pool_max_3 (PzGraph *graph, PzTensor *x)
{
  return max_3 (graph, max_3 (graph, x, ROWS), COLUMNS);
}

static PzTensor *
mean_2 (PzGraph *graph, PzTensor *x, guint axis)
{
  if (x == NULL)
    return NULL;
  const guint n = x->dims[axis] / 2;

  return pz_affine (graph,
                    pz_add (graph, every_second (graph, x, axis, 0, n),
                            every_second (graph, x, axis, 1, n)),
                    0.5f, 0.0f);
}

PzTensor *
pz_pool_mean_2 (PzGraph *graph, PzTensor *x)
{
  return mean_2 (graph, mean_2 (graph, x, ROWS), COLUMNS);
}

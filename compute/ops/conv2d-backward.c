/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Along each axis, y[p] = sum over taps t of x[p s + t - before] w[t]. Let D be dY with zeros between its pixels,
 * so that D[p s] = dY[p]. Then:
 *   dX[q] = sum over t of D[q + before - t] w[t]: a convolution of D with the mirrored weight, its channels exchanged;
 *   dW[t] = sum over q of D[q] x[q + t - before]: a convolution of x with D, pictures and channels exchanged.
 */
#include "compute/ops/conv2d-backward.h"

#include "compute/ops/adjoints.h"
#include "compute/ops/product.h"

enum
{
  BATCH,
  HEIGHT,
  WIDTH,
  CHANNELS,
};

/* Inserts stride - 1 zeros between the pixels. */
static PzTensor *
part_pixels (PzGraph *graph, PzTensor *d_y, guint stride)
{
  for (guint axis = HEIGHT; stride > 1 && d_y != NULL && axis <= WIDTH; axis++)
    d_y = pz_spread (graph, d_y, axis, 0, stride, (d_y->dims[axis] - 1) * stride + 1);
  return d_y;
}

/* Crops x where the padding is negative, and sets that padding to 0. NULL with *nothing set if no pixel is left. */
static PzTensor *
crop (PzGraph *graph, PzTensor *x, guint axis, gint64 *before, gint64 *after, gboolean *nothing)
{
  const gint64 first = MAX (-*before, 0);
  const gint64 length = (gint64) x->dims[axis] - first - MAX (-*after, 0);

  *before = MAX (*before, 0);
  *after = MAX (*after, 0);
  *nothing = length <= 0;
  if (*nothing)
    return NULL;
  if (length == (gint64) x->dims[axis])
    return x;
  return pz_slice (graph, x, axis, (guint) first, (guint) length);
}

/* Convolution with stride 1 and any padding before and after, also negative, along both axes. */
static PzTensor *
correlate (PzGraph *graph,
           PzTensor *x,
           PzTensor *weight,
           gint64 before[2],
           gint64 after[2],
           gboolean *nothing)
{
  *nothing = FALSE;
  for (guint i = 0; i < 2; i++)
    {
      if (x == NULL)
        return NULL;
      x = crop (graph, x, HEIGHT + i, &before[i], &after[i], nothing);
    }
  return pz_conv2d (graph, x, weight,
                    &(PzConv2d) { .stride = 1,
                                  .pad = { (guint) before[0], (guint) before[1],
                                           (guint) after[0], (guint) after[1] } });
}

static PzTensor *
picture_gradient (PzGraph *graph, PzTensor *x, PzTensor *w, const PzConv2d *conv, PzTensor *d)
{
  gint64 before[2], after[2];
  gboolean nothing;
  PzTensor *d_x;

  for (guint i = 0; i < 2; i++)
    {
      const gint64 taps = w->dims[HEIGHT + i];

      before[i] = taps - 1 - conv->pad[i];
      after[i] = (gint64) x->dims[HEIGHT + i] + taps - 1 - d->dims[HEIGHT + i] - before[i];
    }
  d_x = correlate (graph, d, pz_exchange (graph, pz_cast (graph, w, x->dtype), TRUE, x->dtype),
                   before, after, &nothing);
  return nothing ? pz_constant (graph, x->dtype, x->n_dims, x->dims, 0.0f) : d_x;
}

/* In F32, because it is the gradient of a parameter. */
static PzTensor *
weight_gradient (PzGraph *graph, PzTensor *x, PzTensor *w, const PzConv2d *conv, PzTensor *d)
{
  gint64 before[2], after[2];
  gboolean nothing;
  PzTensor *d_w;

  for (guint i = 0; i < 2; i++)
    {
      before[i] = conv->pad[i];
      after[i] = (gint64) w->dims[HEIGHT + i] - 1 + d->dims[HEIGHT + i] - x->dims[HEIGHT + i]
                 - before[i];
    }
  d_w = correlate (graph, pz_exchange (graph, x, FALSE, PZ_F32),
                   pz_exchange (graph, d, FALSE, PZ_F32), before, after, &nothing);
  return nothing ? pz_constant (graph, PZ_F32, w->n_dims, w->dims, 0.0f)
                 : pz_exchange (graph, d_w, FALSE, PZ_F32);
}

void
pz_conv2d_backward (PzGraph *graph,
                    const PzNode *node,
                    const PzConv2d *conv,
                    PzTensor *d_y,
                    const gboolean wanted[PZ_MAX_SRC],
                    PzTensor *d_src[PZ_MAX_SRC])
{
  PzTensor *x = (PzTensor *) node->src[PZ_PRODUCT_X];
  PzTensor *w = (PzTensor *) node->src[PZ_PRODUCT_W];
  PzTensor *d = part_pixels (graph, d_y, conv->stride);

  if (d == NULL)
    return;
  if (wanted[PZ_PRODUCT_X])
    d_src[PZ_PRODUCT_X] = picture_gradient (graph, x, w, conv, d);
  if (wanted[PZ_PRODUCT_W])
    d_src[PZ_PRODUCT_W] = weight_gradient (graph, x, w, conv, d);
}

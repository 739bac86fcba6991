/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "models/nets/iresnet.h"

#include "models/nets/layers.h"

/* The side of the picture after all layers. */
#define LAST_SIDE 7

static PzTensor *
vector (PzGraph *graph, const char *name, const char *what, guint n)
{
  g_autofree char *full = g_strdup_printf ("%s.%s", name, what);

  return pz_graph_weight (graph, PZ_WEIGHT_PLAIN, full, 1, &n);
}

static PzTensor *
batch_norm (PzGraph *graph, const char *name, PzTensor *x)
{
  const guint n = pz_layer_width (x);

  return pz_add (graph, pz_mul (graph, x, vector (graph, name, "factor", n)),
                 vector (graph, name, "shift", n));
}

/* x if it is positive, else x times a slope for each channel. */
static PzTensor *
prelu (PzGraph *graph, const char *name, PzTensor *x)
{
  PzTensor *slope = vector (graph, name, "weight", pz_layer_width (x));
  PzTensor *negative =
    pz_unary (graph, pz_affine (graph, x, -1.0f, 0.0f), PZ_ACT_RELU); /* max (-x, 0) */

  return pz_add (graph, pz_unary (graph, x, PZ_ACT_RELU),
                 pz_affine (graph, pz_mul (graph, negative, slope), -1.0f, 0.0f));
}

/* A convolution without bias. */
static PzTensor *
conv (PzGraph *graph, const char *name, PzTensor *x, guint out, guint kernel, guint stride)
{
  g_autofree char *full = g_strdup_printf ("%s.weight", name);
  const guint pad = kernel / 2;
  PzTensor *weight = pz_graph_weight (graph, PZ_WEIGHT_CONV, full, 4,
                                      (guint[]) { out, pz_layer_width (x), kernel, kernel });

  return pz_conv2d (graph, x, weight,
                    &(PzConv2d) { .stride = stride, .pad = { pad, pad, pad, pad } });
}

/* The first block of a layer halves the size and changes the width; so does its shortcut. */
static PzTensor *
block (PzGraph *graph, PzTensor *x, guint width, gboolean is_first)
{
  const guint stride = is_first ? 2 : 1;
  PzTensor *shortcut = is_first ? batch_norm (graph, "downsample.1",
                                              conv (graph, "downsample.0", x, width, 1, stride))
                                : x;
  PzTensor *y = conv (graph, "conv1", batch_norm (graph, "bn1", x), width, 3, 1);

  y = prelu (graph, "prelu", batch_norm (graph, "bn2", y));
  y = batch_norm (graph, "bn3", conv (graph, "conv2", y, width, 3, stride));
  return pz_add (graph, y, shortcut);
}

PzTensor *
pz_iresnet (PzGraph *graph, const PzIresnetConfig *config, PzTensor *picture)
{
  const guint last = 64u << (PZ_IRESNET_N_LAYERS - 1);
  const guint n_flat = LAST_SIDE * LAST_SIDE * last;
  PzTensor *x = conv (graph, "conv1", pz_layer_enter (graph, picture), 64, 3, 1);

  x = prelu (graph, "prelu", batch_norm (graph, "bn1", x));
  for (guint i = 0; i < PZ_IRESNET_N_LAYERS; i++)
    for (guint j = 0; j < config->n_blocks[i]; j++)
      {
        pz_graph_push (graph, "layer%u.%u", i + 1, j);
        x = block (graph, x, 64u << i, j == 0);
        pz_graph_pop (graph);
      }
  x = batch_norm (graph, "bn2", x);
  PzTensor *weight =
    pz_graph_weight (graph, PZ_WEIGHT_PLAIN, "fc.weight", 4,
                     (guint[]) { PZ_IRESNET_N_FEATURES, LAST_SIDE, LAST_SIDE, last });
  weight = pz_reshape (graph, weight, 2, (guint[]) { PZ_IRESNET_N_FEATURES, n_flat });
  x = pz_linear (graph, pz_reshape (graph, x, 2, (guint[]) { 1, n_flat }), weight,
                 &(PzEpilogue) { .bias = vector (graph, "fc", "bias", PZ_IRESNET_N_FEATURES) });
  return batch_norm (graph, "features", x);
}

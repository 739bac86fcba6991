/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "models/nets/subject-finder.h"

#include "models/nets/layers.h"

#define NORM_EPS 1e-5f

static PzTensor *
finder_norm (PzGraph *graph,
             const PzSubjectFinderConfig *config,
             const char *name,
             PzTensor *x,
             PzActivation act)
{
  return pz_layer_group_norm (graph, name, x, config->norm_num_groups, NORM_EPS, act);
}

static PzTensor *
finder_resnet (PzGraph *graph,
               const PzSubjectFinderConfig *config,
               const char *name,
               PzTensor *x)
{
  pz_graph_push (graph, "%s", name);
  if (x != NULL)
    x = pz_layer_resnet (graph, x,
                         &(PzResnet) {
                           .out = pz_layer_width (x),
                           .groups = config->norm_num_groups,
                           .eps = NORM_EPS,
                         });
  pz_graph_pop (graph);
  return x;
}

/* Attention with one head over all positions. */
static PzTensor *
finder_attention (PzGraph *graph, const PzSubjectFinderConfig *config, PzTensor *x)
{
  const PzLayer plain = { .out = pz_layer_width (x) };

  if (x == NULL)
    return NULL;
  pz_graph_push (graph, "attention");
  PzTensor *h =
    pz_layer_to_tokens (graph, finder_norm (graph, config, "group_norm", x, PZ_ACT_NONE));
  PzTensor *q = pz_layer_linear (graph, "to_q", h, &plain);
  PzTensor *k = pz_layer_linear (graph, "to_k", h, &plain);
  PzTensor *v = pz_layer_linear (graph, "to_v", h, &plain);
  PzTensor *seen = pz_attention (graph, q, k, v, &(PzAttention) { .heads = 1 });
  PzTensor *y = pz_layer_linear (graph, "to_out", seen,
                                 &(PzLayer) { .out = plain.out,
                                              .residual = pz_layer_to_tokens (graph, x) });
  pz_graph_pop (graph);
  return pz_layer_to_picture (graph, y, x->dims[1], x->dims[2]);
}

static PzTensor *
finder_conv (PzGraph *graph, const char *name, PzTensor *x, guint out, guint stride)
{
  return pz_layer_conv (graph, name, x,
                        &(PzLayer) { .out = out, .kernel = 3, .stride = stride });
}

PzTensor *
pz_subject_finder (PzGraph *graph, const PzSubjectFinderConfig *config, PzTensor *picture)
{
  const guint *widths = config->block_out_channels;
  const guint n = config->n_block_out_channels;
  PzTensor *seen[PZ_CONFIG_MAX_LIST]; /* outputs of the downward path */
  PzTensor *x = pz_layer_enter (graph, picture);

  x = finder_conv (graph, "conv_in", x, widths[0], 2);
  x = seen[0] = finder_resnet (graph, config, "resnet_in", x);
  for (guint i = 1; i < n; i++)
    {
      pz_graph_push (graph, "down_blocks.%u", i - 1);
      x = finder_conv (graph, "conv", x, widths[i], 2);
      x = seen[i] = finder_resnet (graph, config, "resnet", x);
      pz_graph_pop (graph);
    }
  x = finder_attention (graph, config, x);
  for (guint i = n - 1; i-- > 0;)
    {
      pz_graph_push (graph, "up_blocks.%u", n - 2 - i);
      x = pz_concat (graph, pz_upsample_nearest (graph, x, 2), seen[i], 3);
      x = finder_norm (graph, config, "norm", x, PZ_ACT_SILU);
      x = finder_conv (graph, "conv", x, widths[i], 1);
      pz_graph_pop (graph);
    }
  x = finder_norm (graph, config, "norm_out", x, PZ_ACT_SILU);
  return finder_conv (graph, "conv_out", x, config->out_channels, 1);
}

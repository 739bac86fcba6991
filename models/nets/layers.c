/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "models/nets/layers.h"

static PzEpilogue
layer_epilogue (PzGraph *graph, const PzLayer *layer)
{
  PzEpilogue epilogue = {
    .batch_bias = layer->batch_bias,
    .residual = layer->residual,
    .act = layer->act,
    .act_out = layer->act_out,
  };

  if (!layer->no_bias)
    epilogue.bias =
      pz_graph_weight (graph, PZ_WEIGHT_PLAIN, "bias", 1, (guint[]) { layer->out });
  return epilogue;
}

PzTensor *
pz_layer_linear (PzGraph *graph, const char *name, PzTensor *x, const PzLayer *layer)
{
  if (x == NULL)
    return NULL;

  pz_graph_push (graph, "%s", name);
  PzTensor *weight = pz_graph_weight (graph, PZ_WEIGHT_MATRIX, "weight", 2,
                                      (guint[]) { layer->out, pz_layer_width (x) });
  PzEpilogue epilogue = layer_epilogue (graph, layer);
  PzTensor *y = pz_linear (graph, x, weight, &epilogue);
  pz_graph_pop (graph);
  return y;
}

PzTensor *
pz_layer_conv (PzGraph *graph, const char *name, PzTensor *x, const PzLayer *layer)
{
  guint after = layer->stride == layer->kernel ? 0 : layer->kernel / 2;
  guint before = layer->pad_after ? 0 : after;

  if (x == NULL)
    return NULL;

  pz_graph_push (graph, "%s", name);
  PzTensor *weight = pz_graph_weight (graph, PZ_WEIGHT_CONV, "weight", 4,
                                      (guint[]) { layer->out, pz_layer_width (x), layer->kernel,
                                                  layer->kernel });
  PzTensor *y = pz_conv2d (graph, x, weight,
                           &(PzConv2d) {
                             .stride = layer->stride,
                             .pad = { before, before, after, after },
                             .epilogue = layer_epilogue (graph, layer),
                           });
  pz_graph_pop (graph);
  return y;
}

PzTensor *
pz_layer_group_norm (PzGraph *graph,
                     const char *name,
                     PzTensor *x,
                     guint groups,
                     float eps,
                     PzActivation act)
{
  guint width = pz_layer_width (x);

  if (x == NULL)
    return NULL;
  pz_graph_push (graph, "%s", name);
  PzTensor *weight = pz_graph_weight (graph, PZ_WEIGHT_PLAIN, "weight", 1, &width);
  PzTensor *bias = pz_graph_weight (graph, PZ_WEIGHT_PLAIN, "bias", 1, &width);
  PzTensor *y = pz_group_norm (graph, x, weight, bias, groups, eps, act);
  pz_graph_pop (graph);
  return y;
}

PzTensor *
pz_layer_layer_norm (PzGraph *graph, const char *name, PzTensor *x, float eps, PzActivation act)
{
  guint width = pz_layer_width (x);

  if (x == NULL)
    return NULL;
  pz_graph_push (graph, "%s", name);
  PzTensor *weight = pz_graph_weight (graph, PZ_WEIGHT_PLAIN, "weight", 1, &width);
  PzTensor *bias = pz_graph_weight (graph, PZ_WEIGHT_PLAIN, "bias", 1, &width);
  PzTensor *y = pz_layer_norm (graph, x, weight, bias, eps, act);
  pz_graph_pop (graph);
  return y;
}

PzTensor *
pz_layer_resnet (PzGraph *graph, PzTensor *x, const PzResnet *resnet)
{
  PzLayer first = { .out = resnet->out, .kernel = 3 };

  if (resnet->time != NULL)
    first.batch_bias =
      pz_layer_linear (graph, "time_emb_proj", resnet->time, &(PzLayer) { .out = resnet->out });
  PzTensor *h =
    pz_layer_group_norm (graph, "norm1", x, resnet->groups, resnet->eps, PZ_ACT_SILU);
  h = pz_layer_conv (graph, "conv1", h, &first);
  h = pz_layer_group_norm (graph, "norm2", h, resnet->groups, resnet->eps, PZ_ACT_SILU);
  if (pz_layer_width (x) != resnet->out)
    x =
      pz_layer_conv (graph, "conv_shortcut", x, &(PzLayer) { .out = resnet->out, .kernel = 1 });
  return pz_layer_conv (graph, "conv2", h,
                        &(PzLayer) { .out = resnet->out, .kernel = 3, .residual = x });
}

PzTensor *
pz_layer_enter (PzGraph *graph, PzTensor *x)
{
  if (x == NULL || x->dtype == pz_graph_get_activation (graph))
    return x;
  return pz_cast (graph, x, pz_graph_get_activation (graph));
}

PzTensor *
pz_layer_repeat (PzGraph *graph, PzTensor *x, guint batch)
{
  PzTensor *all = x;

  for (guint i = 1; i < batch; i++)
    all = pz_concat (graph, all, x, 0);
  return all;
}

PzTensor *
pz_layer_to_tokens (PzGraph *graph, PzTensor *x)
{
  if (x == NULL)
    return NULL;
  return pz_reshape (graph, x, 3,
                     (guint[]) { x->dims[0], x->dims[1] * x->dims[2], x->dims[3] });
}

PzTensor *
pz_layer_to_picture (PzGraph *graph, PzTensor *x, guint height, guint width)
{
  if (x == NULL)
    return NULL;
  return pz_reshape (graph, x, 4, (guint[]) { x->dims[0], height, width, x->dims[2] });
}

PzTensor *
pz_layer_first_token (PzGraph *graph, PzTensor *x)
{
  if (x == NULL)
    return NULL;
  return pz_reshape (graph, pz_slice (graph, x, 1, 0, 1), 2,
                     (guint[]) { x->dims[0], x->dims[2] });
}

PzTensor *
pz_layer_leaky_relu (PzGraph *graph, PzTensor *x, float slope)
{
  PzTensor *positive = pz_unary (graph, x, PZ_ACT_RELU);

  return pz_add (graph, pz_affine (graph, x, slope, 0.0f),
                 pz_affine (graph, positive, 1.0f - slope, 0.0f));
}

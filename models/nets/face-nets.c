/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "models/nets/face-nets.h"

#include "models/nets/layers.h"
#include "models/nets/pools.h"

/* ---- layers ---- */

static PzTensor *
vector (PzGraph *graph, const char *name, guint n)
{
  return pz_graph_weight (graph, PZ_WEIGHT_PLAIN, name, 1, &n);
}

typedef struct
{
  guint out, kernel, stride;
  guint before, after; /* zero padding */
} Conv;

/* Requests the weights "filters" and "bias" of the scope. */
static PzTensor *
conv (PzGraph *graph, PzTensor *x, const Conv *c)
{
  PzTensor *filters =
    pz_graph_weight (graph, PZ_WEIGHT_PLAIN, "filters", 4,
                     (guint[]) { c->out, c->kernel, c->kernel, pz_layer_width (x) });

  return pz_conv2d (graph, x, filters,
                    &(PzConv2d) {
                      .stride = c->stride,
                      .pad = { c->before, c->before, c->after, c->after },
                      .epilogue = { .bias = vector (graph, "bias", c->out) },
                    });
}

/* A depthwise 3x3 convolution followed by a 1x1 one equals a single 3x3 convolution whose filters are the products of both.
 * With stride 2 the first window starts at the first pixel, as with TensorFlow's "same" padding for even sides. */
static PzTensor *
separable (PzGraph *graph, const char *name, PzTensor *x, guint out, guint stride)
{
  const guint in = pz_layer_width (x), before = stride == 1 ? 1 : 0;
  PzTensor *y;

  pz_graph_push (graph, "%s", name);
  PzTensor *depthwise =
    pz_graph_weight (graph, PZ_WEIGHT_PLAIN, "depthwise_filter", 3, (guint[]) { 3, 3, in });
  PzTensor *pointwise = pz_graph_weight (graph, PZ_WEIGHT_PLAIN, "pointwise_filter", 4,
                                         (guint[]) { out, 1, 1, in });
  PzTensor *both =
    pz_mul (graph, pz_broadcast (graph, pointwise, 4, (guint[]) { out, 3, 3, in }), depthwise);
  y = pz_conv2d (graph, x, both,
                 &(PzConv2d) {
                   .stride = stride,
                   .pad = { before, before, 1, 1 },
                   .epilogue = { .bias = vector (graph, "bias", out) },
                 });
  pz_graph_pop (graph);
  return y;
}

static PzTensor *
relu (PzGraph *graph, PzTensor *x)
{
  return pz_unary (graph, x, PZ_ACT_RELU);
}

/* [B, H, W, C] -> [B, C] */
static PzTensor *
mean_of_all (PzGraph *graph, PzTensor *x)
{
  return pz_mean (graph, pz_layer_to_tokens (graph, x), 1);
}

/* ---- the detector ---- */

PzTensor *
pz_face_detector (PzGraph *graph, PzTensor *picture)
{
  static const guint widths[] = { 32, 64, 128, 256, 512 };
  PzTensor *x;

  pz_graph_push (graph, "conv0");
  x = conv (graph, picture, &(Conv) { .out = 16, .kernel = 3 });
  pz_graph_pop (graph);
  x = pz_pool_max_2 (graph, pz_layer_leaky_relu (graph, x, 0.1f));
  for (guint i = 0; i < G_N_ELEMENTS (widths); i++)
    {
      g_autofree char *name = g_strdup_printf ("conv%u", i + 1);

      x = pz_layer_leaky_relu (graph, separable (graph, name, x, widths[i], 1), 0.1f);
      x = i + 1 < G_N_ELEMENTS (widths) ? pz_pool_max_2 (graph, x)
                                        : pz_pool_max_2_dense (graph, x);
    }
  pz_graph_push (graph, "conv8");
  x = conv (graph, x, &(Conv) { .out = 5 * PZ_FACE_DETECTOR_ANCHORS, .kernel = 1 });
  pz_graph_pop (graph);
  return x;
}

/* ---- the landmarks ---- */

/* Four convolutions; the input of each is the sum of the outputs before it. */
static PzTensor *
dense (PzGraph *graph, guint index, PzTensor *x, guint width)
{
  PzTensor *sum;

  pz_graph_push (graph, "dense%u", index);
  if (index == 0)
    {
      pz_graph_push (graph, "conv0");
      sum = conv (graph, x, &(Conv) { .out = width, .kernel = 3, .stride = 2, .after = 1 });
      pz_graph_pop (graph);
    }
  else
    sum = separable (graph, "conv0", x, width, 2);
  /* The first output is rectified before others are added; the sums are rectified only where they are inputs. */
  sum = relu (graph, sum);
  for (guint i = 1; i < 4; i++)
    {
      g_autofree char *name = g_strdup_printf ("conv%u", i);

      sum = pz_add (graph, sum, separable (graph, name, relu (graph, sum), width, 1));
    }
  pz_graph_pop (graph);
  return relu (graph, sum);
}

PzTensor *
pz_face_landmarks (PzGraph *graph, PzTensor *picture)
{
  const guint n = 2 * PZ_FACE_N_LANDMARKS;
  PzTensor *x = picture;

  for (guint i = 0; i < 4; i++)
    x = dense (graph, i, x, 32u << i);
  x = mean_of_all (graph, x);
  pz_graph_push (graph, "fc");
  PzTensor *weights =
    pz_graph_weight (graph, PZ_WEIGHT_PLAIN, "weights", 2, (guint[]) { n, pz_layer_width (x) });
  x = pz_linear (graph, x, weights, &(PzEpilogue) { .bias = vector (graph, "bias", n) });
  pz_graph_pop (graph);
  return x;
}

/* ---- the recogniser ---- */

/* A convolution, then a factor and an offset for each channel. */
static PzTensor *
scaled_conv (PzGraph *graph, const char *name, PzTensor *x, const Conv *c)
{
  pz_graph_push (graph, "%s.conv", name);
  x = conv (graph, x, c);
  pz_graph_pop (graph);
  pz_graph_push (graph, "%s.scale", name);
  x = pz_add (graph, pz_mul (graph, x, vector (graph, "weights", c->out)),
              vector (graph, "biases", c->out));
  pz_graph_pop (graph);
  return x;
}

/* Appends zeros along an axis, up to a size of n. */
static PzTensor *
pad_to (PzGraph *graph, PzTensor *x, guint axis, guint n)
{
  guint dims[4];

  if (x == NULL || x->dims[axis] >= n)
    return x;
  for (guint i = 0; i < 4; i++)
    dims[i] = i == axis ? n - x->dims[axis] : x->dims[i];
  return pz_concat (graph, x, pz_constant (graph, PZ_F32, 4, dims, 0.0f), axis);
}

/* dlib's residual block. down: halves the size and changes the width. */
static PzTensor *
residual (PzGraph *graph, const char *name, PzTensor *x, guint width, gboolean down)
{
  const Conv first = { width, 3, down ? 2 : 1, down ? 0 : 1, down ? 0 : 1 };
  const Conv second = { width, 3, 1, 1, 1 };
  PzTensor *shortcut = down ? pz_pool_mean_2 (graph, x) : x;
  PzTensor *y;

  pz_graph_push (graph, "%s", name);
  y = relu (graph, scaled_conv (graph, "conv1", x, &first));
  y = scaled_conv (graph, "conv2", y, &second);
  pz_graph_pop (graph);
  if (y == NULL || shortcut == NULL)
    return NULL;
  /* The pooled shortcut may be one pixel larger than the output of the unpadded convolution. */
  y = pad_to (graph, y, 1, shortcut->dims[1]);
  y = pad_to (graph, y, 2, shortcut->dims[2]);
  return relu (graph, pz_add (graph, pad_to (graph, shortcut, 3, width), y));
}

PzTensor *
pz_face_recognizer (PzGraph *graph, PzTensor *picture)
{
  static const struct
  {
    const char *name;
    guint width;
    gboolean down;
  } blocks[] = {
    { "conv32_1", 32, FALSE },   { "conv32_2", 32, FALSE },         { "conv32_3", 32, FALSE },
    { "conv64_down", 64, TRUE }, { "conv64_1", 64, FALSE },         { "conv64_2", 64, FALSE },
    { "conv64_3", 64, FALSE },   { "conv128_down", 128, TRUE },     { "conv128_1", 128, FALSE },
    { "conv128_2", 128, FALSE }, { "conv256_down", 256, TRUE },     { "conv256_1", 256, FALSE },
    { "conv256_2", 256, FALSE }, { "conv256_down_out", 256, TRUE },
  };
  PzTensor *x =
    relu (graph, scaled_conv (graph, "conv32_down", picture, &(Conv) { 32, 7, 2, 0, 0 }));

  x = pz_pool_max_3 (graph, x);
  for (guint i = 0; i < G_N_ELEMENTS (blocks); i++)
    x = residual (graph, blocks[i].name, x, blocks[i].width, blocks[i].down);
  PzTensor *fc =
    pz_graph_weight (graph, PZ_WEIGHT_PLAIN, "fc", 2, (guint[]) { PZ_FACE_N_FEATURES, 256 });
  return pz_linear (graph, mean_of_all (graph, x), fc, NULL);
}

/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "compute/pictures.h"
#include "compute/conformance/op-case.h"

/* ---- upsample_nearest ---- */

static PzTensor *
build_upsample (PzGraph *graph, PzTensor *const src[], const PzOpCase *c)
{
  return pz_upsample_nearest (graph, src[0], *(const guint *) c->params);
}

static void
reference_upsample (const PzOpCase *c, const PzOpArray src[], PzOpArray *out)
{
  const guint factor = *(const guint *) c->params;
  const PzOpArray *x = &src[0];
  gsize i = 0;

  for (guint b = 0; b < out->dims[0]; b++)
    for (guint row = 0; row < out->dims[1]; row++)
      for (guint column = 0; column < out->dims[2]; column++)
        for (guint channel = 0; channel < out->dims[3]; channel++, i++)
          out->v[i] =
            x->v[((b * x->dims[1] + row / factor) * x->dims[2] + column / factor) * x->dims[3]
                 + channel];
}

#define FACTOR(f) \
  &(const guint) \
  { \
    f \
  }

static const PzOpCase upsample_cases[] = {
  { .name = "twice", .src = { { .dims = { 2, 5, 3, 8 } } }, .params = FACTOR (2) },
  { .name = "twice-with-odd-channels",
    .src = { { .dims = { 1, 3, 7, 5 } } },
    .params = FACTOR (2) },
  { .name = "three-times", .src = { { .dims = { 1, 2, 3, 3 } } }, .params = FACTOR (3) },
  { .name = "once-is-a-copy", .src = { { .dims = { 1, 2, 3, 3 } } }, .params = FACTOR (1) },
  { .name = "refuses-tokens",
    .src = { { .dims = { 1, 2, 3 } } },
    .params = FACTOR (2),
    .refused = "expected [B, H, W, C]" },
};

/* ---- resize_bicubic ---- */

#include "compute/conformance/resize-bicubic-data.h"

typedef struct
{
  guint height, width; /* of the result */
  const guint8 *expected; /* [height, width, 3] */
} Resize;

static PzTensor *
build_resize (PzGraph *graph, PzTensor *const src[], const PzOpCase *c)
{
  const Resize *resize = c->params;

  return pz_resize_bicubic (graph, src[0], resize->height, resize->width);
}

static void
reference_resize (const PzOpCase *c, const PzOpArray src[], PzOpArray *out)
{
  const Resize *resize = c->params;

  (void) src;
  for (gsize i = 0; i < out->n; i++)
    out->v[i] = resize->expected[i] / 255.0;
}

#define RESIZE(in_w, in_h, w, h, found) \
  { \
    .name = "as-pil-does-" #in_w "x" #in_h "-to-" #w "x" #h, \
    .src = { { .dims = { 1, in_h, in_w, 3 }, .dtype = PZ_OP_F32, .fill = PZ_FILL_NOISE } }, \
    .params = &(const Resize) { h, w, found }, \
  }

static const PzOpCase resize_cases[] = {
  RESIZE (17, 13, 7, 5, resized_0),
  RESIZE (5, 7, 11, 16, resized_1),
  RESIZE (64, 48, 14, 9, resized_2),
  RESIZE (9, 6, 4, 6, resized_3),
  RESIZE (3, 3, 3, 3, resized_4),
  RESIZE (2, 1, 1, 5, resized_5),
  RESIZE (31, 97, 14, 14, resized_6),
  { .name = "refuses-nothing",
    .src = { { .dims = { 1, 4, 4, 3 }, .dtype = PZ_OP_F32 } },
    .params = &(const Resize) { 0, 4, NULL },
    .refused = "found a result of 0 x 4" },
};

static const PzOpTest tests[] = {
  { .op = "upsample_nearest",
    .build = build_upsample,
    .reference = reference_upsample,
    PZ_OP_CASES (upsample_cases) },
  /* Levels are integers, so an error of one level is 3.9e-3; the tolerance covers one rounding of level / 255. */
  { .op = "resize_bicubic",
    .build = build_resize,
    .reference = reference_resize,
    PZ_OP_CASES (resize_cases),
    .tolerance = { [PZ_F32] = { 1.2e-7, 0 } },
    .one_dtype = TRUE },
};

PZ_OP_FAMILY (resample, "resample", tests);

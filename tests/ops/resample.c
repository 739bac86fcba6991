/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "compute/pictures.h"
#include "tests/ops/op-test.h"

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

typedef struct
{
  guint in[2]; /* height, width */
  guint out[2];
  const guint8 *expected; /* [height, width, 3] */
} ResizeCase;

#include "tests/ops/resize-bicubic-data.h"

static PzTensor *
build_resize (PzGraph *graph, PzTensor *const src[], const PzOpCase *c)
{
  const ResizeCase *resize = c->params;

  return pz_resize_bicubic (graph, src[0], resize->out[0], resize->out[1]);
}

static void
reference_resize (const PzOpCase *c, const PzOpArray src[], PzOpArray *out)
{
  const ResizeCase *resize = c->params;

  (void) src;
  for (gsize i = 0; i < out->n; i++)
    out->v[i] = resize->expected[i] / 255.0;
}

/* The picture that tests/reference/resize-bicubic.py made. */
static const double *
noise (const ResizeCase *resize)
{
  const gsize n = (gsize) resize->in[0] * resize->in[1] * 3;
  double *levels = g_new (double, n);
  guint32 state = resize->in[0] * 1000 + resize->in[1];

  for (gsize i = 0; i < n; i++)
    {
      state = state * 1664525u + 1013904223u;
      levels[i] = (state >> 24) / 255.0;
    }
  return levels;
}

#define SIZES(h_in, w_in, h_out, w_out) \
  &(const ResizeCase) \
  { \
    { h_in, w_in }, { h_out, w_out }, NULL \
  }

int
main (int argc, char *argv[])
{
  PzOpCase resizes[G_N_ELEMENTS (resize_cases) + 1] = {
    { .name = "refuses-nothing",
      .src = { { .dims = { 1, 4, 4, 3 }, .dtype = PZ_OP_F32 } },
      .params = SIZES (4, 4, 0, 4),
      .refused = "found a result of 0 x 4" },
  };
  /* Levels are whole, so being off by one is 3.9e-3; the tolerance is a rounding of level / 255. */
  const PzOpTest tests[] = {
    { .op = "upsample_nearest",
      .build = build_upsample,
      .reference = reference_upsample,
      PZ_OP_CASES (upsample_cases) },
    { .op = "resize_bicubic",
      .build = build_resize,
      .reference = reference_resize,
      PZ_OP_CASES (resizes),
      .tolerance = { [PZ_F32] = { 1.2e-7, 0 } },
      .one_dtype = TRUE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (resize_cases); i++)
    {
      const ResizeCase *resize = &resize_cases[i];

      resizes[i + 1] = (PzOpCase) {
        .name = g_strdup_printf ("as-pil-does-%ux%u-to-%ux%u", resize->in[1], resize->in[0],
                                 resize->out[1], resize->out[0]),
        .src = { { .dims = { 1, resize->in[0], resize->in[1], 3 },
                   .dtype = PZ_OP_F32,
                   .fill = PZ_FILL_VALUES,
                   .values = noise (resize) } },
        .params = resize,
      };
    }
  return pz_op_test_main (argc, argv, tests, G_N_ELEMENTS (tests));
}

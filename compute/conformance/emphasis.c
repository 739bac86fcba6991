/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "compute/prompts.h"
#include "compute/conformance/op-case.h"

#include <math.h>

static PzTensor *
build (PzGraph *graph, PzTensor *const src[], const PzOpCase *c)
{
  (void) c;
  return pz_emphasis (graph, src[0], src[1]);
}

static void
reference (const PzOpCase *c, const PzOpArray src[], PzOpArray *out)
{
  const gsize tokens = src[0].dims[1], width = src[0].dims[2];

  (void) c;
  for (gsize b = 0; b < src[0].dims[0]; b++)
    {
      const double *x = src[0].v + b * tokens * width;
      const double *weight = src[1].v + b * tokens;
      double before = 0.0, after = 0.0, most = 0.0, least = INFINITY;

      for (gsize i = 0; i < tokens * width; i++)
        {
          before += x[i];
          after += x[i] * weight[i / width];
          most = fmax (most, weight[i / width]);
          least = fmin (least, weight[i / width]);
        }
      for (gsize i = 0; i < tokens * width; i++)
        out->v[b * tokens * width + i] =
          x[i] * weight[i / width] * fmin (fmax (before / after, 1.0 / most), 1.0 / least);
    }
}

#define F32 .dtype = PZ_OP_F32
#define VALUES(v) .fill = PZ_FILL_VALUES, .values = v

/* Rows with means +1 and -1.1. With the weights `towards_zero` they nearly cancel; with `turned` their sum changes its sign. */
static const double cancelling[] = { 1, 1, 1, 1, -1.1, -1.1, -1.1, -1.1 };
static const double towards_zero[] = { 1, 0.9 };
static const double turned[] = { 1, 0.5 };
static const double none[] = { 1, 0 };

static const PzOpCase cases[] = {
  { .name = "keeps-the-mean",
    .src = { { .dims = { 2, 77, 64 }, .offset = -1 },
             { .dims = { 2, 77 }, F32, .offset = 1.1, .scale = 0.6 } } },
  { .name = "odd-width",
    .src = { { .dims = { 1, 5, 131 }, .offset = 2 },
             { .dims = { 1, 5 }, F32, .offset = 1, .scale = 0.3 } } },
  { .name = "more-lanes-than-columns",
    .src = { { .dims = { 3, 7, 3 }, .offset = 1.5 },
             { .dims = { 3, 7 }, F32, .offset = 1, .scale = 0.5 } } },
  { .name = "means-that-cancel-are-bounded-by-the-weights",
    .src = { { .dims = { 1, 2, 4 }, VALUES (cancelling) },
             { .dims = { 1, 2 }, F32, VALUES (towards_zero) } } },
  { .name = "a-mean-that-turns-is-bounded-by-the-weights",
    .src = { { .dims = { 1, 2, 4 }, VALUES (cancelling) },
             { .dims = { 1, 2 }, F32, VALUES (turned) } } },
  { .name = "a-word-of-no-weight",
    .src = { { .dims = { 1, 2, 70 }, .offset = 3 },
             { .dims = { 1, 2 }, F32, VALUES (none) } } },
  { .name = "refuses-weights-for-other-tokens",
    .src = { { .dims = { 2, 7, 4 } }, { .dims = { 2, 8 }, F32 } },
    .refused = "expected weights of [2, 7], found [2, 8]" },
  { .name = "refuses-two-dimensions",
    .src = { { .dims = { 7, 4 } }, { .dims = { 7, 4 }, F32 } },
    .refused = "found 2 dimensions" },
};

static const PzOpTest tests[] = {
  /* f32: two sums of at most 5000 terms of one sign, with a few roundings of each of 77 partial sums; f16: half a unit in the
   * last place, 4.9e-4. */
  { .op = "emphasis",
    .build = build,
    .reference = reference,
    PZ_OP_CASES (cases),
    .tolerance = { [PZ_F32] = { 1e-6, 4e-6 }, [PZ_F16] = { 1e-6, 5e-4 } } },
};

PZ_OP_FAMILY (emphasis, "emphasis", tests);

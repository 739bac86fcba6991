/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "tests/ops/op-test.h"

static PzTensor *
build (PzGraph *graph, PzTensor *const src[], const PzOpCase *c)
{
  (void) c;
  return pz_sampler_update (graph, src[0], src[1], src[2], src[3]);
}

static void
reference (const PzOpCase *c, const PzOpArray src[], PzOpArray *out)
{
  const double *knobs = src[3].v;

  (void) c;
  for (gsize i = 0; i < out->n; i++)
    {
      double e = src[1].v[i];

      if (src[1].n == 2 * out->n)
        e += knobs[3] * (src[1].v[out->n + i] - e);
      out->v[i] = knobs[0] * src[0].v[i] + knobs[1] * e + knobs[2] * src[2].v[i];
    }
}

#define F32 .dtype = PZ_OP_F32

static const double lcm[] = { 0.7, -1.3, 0.25, 1, 0, 0, 0, 0 };
static const double guided[] = { 1.1, -0.4, 0, 7.5, 0, 0, 0, 0 };
#define KNOBS(k) { .dims = { 8 }, F32, .fill = PZ_FILL_VALUES, .values = k }

static const PzOpCase cases[] = {
  { .name = "one-prediction-and-noise",
    .src = { { .dims = { 2, 5, 3, 4 }, F32 },
             { .dims = { 2, 5, 3, 4 } },
             { .dims = { 2, 5, 3, 4 }, F32 },
             KNOBS (lcm) } },
  { .name = "guidance",
    .src = { { .dims = { 2, 5, 7, 1 }, F32 },
             { .dims = { 4, 5, 7, 1 } },
             { .dims = { 2, 5, 7, 1 }, F32 },
             KNOBS (guided) } },
  { .name = "refuses-a-prediction-of-another-size",
    .src = { { .dims = { 2, 5, 3, 4 }, F32 },
             { .dims = { 3, 5, 3, 4 } },
             { .dims = { 2, 5, 3, 4 }, F32 },
             KNOBS (lcm) },
    .refused = "twice its batch" },
  { .name = "refuses-short-knobs",
    .src = { { .dims = { 2, 4 }, F32 },
             { .dims = { 2, 4 } },
             { .dims = { 2, 4 }, F32 },
             { .dims = { 4 }, F32 } },
    .refused = "expected knobs of [8], found [4]" },
};

/* Five f32 operations on magnitudes up to 17. */
static const PzOpTest tests[] = {
  { .op = "sampler_update",
    .build = build,
    .reference = reference,
    PZ_OP_CASES (cases),
    .tolerance = { [PZ_F32] = { 4e-6, 1e-6 } } },
};

PZ_OP_TEST_MAIN (tests)

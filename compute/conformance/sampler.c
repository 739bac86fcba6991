/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "compute/sampler.h"
#include "compute/conformance/op-case.h"

#define F32 .dtype = PZ_OP_F32
#define KNOBS(k) { .dims = { PZ_N_KNOBS }, F32, .fill = PZ_FILL_VALUES, .values = k }
#define LATENT { .dims = { 2, 5, 3, 4 }, F32 }
#define PAST { .dims = { 8, 5, 3, 4 }, F32 }

static const double lcm[] = { 0.7, -1.3, 0.25, 1, 0, 0, -1, 0, 0, 0, 0, 0 };
static const double guided[] = { 1.1, -0.4, 0, 7.5, 0, 0, -1, 0, 0, 0, 0, 0 };
static const double looks_back[] = { 1.4, 0, 0, 1, 0.3, -0.9, 2, 0, -0.2, 0.5, -1.1, 0.7 };
static const double keeps_guided[] = { 0, 0, 0, 3, 1.2, 0.8, 0, 0, 0, 0, 0, 0 };
static const double keeps_last[] = { 0, 0, 0, 1, 0, 1, 3, 0, 0, 0, 0, 0 };

static double
answer (const PzOpArray *pred, gsize n, gsize i, const double knobs[])
{
  double e = pred->v[i];

  return pred->n == 2 * n ? e + knobs[PZ_KNOB_GUIDANCE] * (pred->v[n + i] - e) : e;
}

/* ---- remember ---- */

static PzTensor *
build_remember (PzGraph *graph, PzTensor *const src[], const PzOpCase *c)
{
  (void) c;
  return pz_sampler_remember (graph, src[0], src[1], src[2], src[3]);
}

static void
reference_remember (const PzOpCase *c, const PzOpArray src[], PzOpArray *out)
{
  const double *knobs = src[3].v;
  const gsize n = src[1].n;

  (void) c;
  for (gsize i = 0; i < out->n; i++)
    out->v[i] = (double) (i / n) == knobs[PZ_KNOB_KEEP_SLOT]
                  ? knobs[PZ_KNOB_KEEP_X] * src[1].v[i % n]
                      + knobs[PZ_KNOB_KEEP_PRED] * answer (&src[2], n, i % n, knobs)
                  : src[0].v[i];
}

static const PzOpCase remember_cases[] = {
  { .name = "one-slot-is-replaced",
    .src = { PAST, LATENT, { .dims = { 2, 5, 3, 4 } }, KNOBS (looks_back) } },
  { .name = "the-guided-answer-is-kept",
    .src = { PAST, LATENT, { .dims = { 4, 5, 3, 4 } }, KNOBS (keeps_guided) } },
  { .name = "the-last-slot",
    .src = { PAST, LATENT, { .dims = { 2, 5, 3, 4 } }, KNOBS (keeps_last) } },
  { .name = "nothing-is-kept",
    .src = { PAST, LATENT, { .dims = { 2, 5, 3, 4 } }, KNOBS (lcm) } },
  { .name = "refuses-a-past-of-three-slots",
    .src = { { .dims = { 6, 5, 3, 4 }, F32 },
             LATENT,
             { .dims = { 2, 5, 3, 4 } },
             KNOBS (looks_back) },
    .refused = "expected the past of [8, 5, 3, 4], found [6, 5, 3, 4]" },
};

/* ---- update ---- */

static PzTensor *
build_update (PzGraph *graph, PzTensor *const src[], const PzOpCase *c)
{
  (void) c;
  return pz_sampler_update (graph, src[0], src[1], src[2], src[3], src[4]);
}

static void
reference_update (const PzOpCase *c, const PzOpArray src[], PzOpArray *out)
{
  const double *knobs = src[4].v;

  (void) c;
  for (gsize i = 0; i < out->n; i++)
    {
      out->v[i] = knobs[PZ_KNOB_X] * src[0].v[i]
                  + knobs[PZ_KNOB_PRED] * answer (&src[1], out->n, i, knobs)
                  + knobs[PZ_KNOB_NOISE] * src[2].v[i];
      for (gsize slot = 0; slot < PZ_SAMPLER_SLOTS; slot++)
        out->v[i] += knobs[PZ_KNOB_PAST + slot] * src[3].v[slot * out->n + i];
    }
}

static const PzOpCase update_cases[] = {
  { .name = "one-prediction-and-noise",
    .src = { LATENT, { .dims = { 2, 5, 3, 4 } }, LATENT, PAST, KNOBS (lcm) } },
  { .name = "guidance",
    .src = { LATENT, { .dims = { 4, 5, 3, 4 } }, LATENT, PAST, KNOBS (guided) } },
  { .name = "all-slots-of-the-past",
    .src = { LATENT, { .dims = { 2, 5, 3, 4 } }, LATENT, PAST, KNOBS (looks_back) } },
  { .name = "refuses-a-prediction-of-another-size",
    .src = { LATENT, { .dims = { 3, 5, 3, 4 } }, LATENT, PAST, KNOBS (lcm) },
    .refused = "twice its batch" },
  { .name = "refuses-short-knobs",
    .src = { LATENT, { .dims = { 2, 5, 3, 4 } }, LATENT, PAST, { .dims = { 8 }, F32 } },
    .refused = "expected knobs of [12], found [8]" },
  { .name = "refuses-noise-of-another-size",
    .src = { LATENT,
             { .dims = { 2, 5, 3, 4 } },
             { .dims = { 2, 5, 3, 3 }, F32 },
             PAST,
             KNOBS (lcm) },
    .refused = "expected noise of [2, 5, 3, 4]" },
};

/* Up to eleven f32 operations on magnitudes up to 17. */
static const PzOpTest tests[] = {
  { .op = "sampler_remember",
    .build = build_remember,
    .reference = reference_remember,
    PZ_OP_CASES (remember_cases),
    .tolerance = { [PZ_F32] = { 4e-6, 1e-6 } } },
  { .op = "sampler_update",
    .build = build_update,
    .reference = reference_update,
    PZ_OP_CASES (update_cases),
    .tolerance = { [PZ_F32] = { 4e-6, 1e-6 } } },
};

PZ_OP_FAMILY (sampler, "sampler", tests);

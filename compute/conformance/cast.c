/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "compute/conformance/op-case.h"

static PzTensor *
build (PzGraph *graph, PzTensor *const src[], const PzOpCase *c)
{
  return pz_cast (graph, src[0], *(const PzDtype *) c->params);
}

static void
reference (const PzOpCase *c, const PzOpArray src[], PzOpArray *out)
{
  (void) c;
  for (gsize i = 0; i < out->n; i++)
    out->v[i] = src[0].v[i];
}

#define TO(dtype) \
  &(const PzDtype) \
  { \
    dtype \
  }

static const double edges[] = { 0, 1, -1, 65504, 6.1e-5, 5.96e-8, 1.0009765625, -1234.5 };

static const PzOpCase cases[] = {
  { .name = "to-halves",
    .src = { { .dims = { 3, 5, 7 }, .scale = 8 } },
    .params = TO (PZ_F16) },
  { .name = "to-floats",
    .src = { { .dims = { 3, 5, 7 }, .scale = 8 } },
    .params = TO (PZ_F32) },
  { .name = "whole-chunks-to-floats",
    .src = { { .dims = { 3, 256 }, .scale = 8 } },
    .params = TO (PZ_F32) },
  { .name = "floats-to-halves",
    .src = { { .dims = { 128 }, .dtype = PZ_OP_F32, .scale = 8 } },
    .params = TO (PZ_F16) },
  { .name = "the-edges-to-halves",
    .src = { { .dims = { G_N_ELEMENTS (edges) },
               .dtype = PZ_OP_F32,
               .fill = PZ_FILL_VALUES,
               .values = edges } },
    .params = TO (PZ_F16) },
  { .name = "the-edges-to-floats",
    .src = { { .dims = { G_N_ELEMENTS (edges) }, .fill = PZ_FILL_VALUES, .values = edges } },
    .params = TO (PZ_F32) },
  { .name = "packed-to-halves",
    .src = { { .dims = { 5, 3, 20 }, .dtype = PZ_OP_ROWS8, .scale = 8 } },
    .params = TO (PZ_F16) },
  { .name = "packed-to-floats",
    .src = { { .dims = { 3, 148 }, .dtype = PZ_OP_ROWS8, .scale = 8 } },
    .params = TO (PZ_F32) },
  { .name = "more-packed-rows-than-groups",
    .too_large = TRUE,
    .src = { { .dims = { 32770, 4 }, .dtype = PZ_OP_ROWS8 } },
    .params = TO (PZ_F16) },
  { .name = "refuses-packed-rows-of-no-whole-words",
    .src = { { .dims = { 4, 6 }, .dtype = PZ_OP_ROWS8 } },
    .params = TO (PZ_F16),
    .refused = "expected packed rows in whole words" },
  { .name = "refuses-whole-numbers",
    .src = { { .dims = { 4 } } },
    .params = TO (PZ_I32),
    .refused = "expected F16 or F32 to cast to" },
};

/* f16 to f32 is exact; f32 to f16 has an error of half a unit in the last place: 2^-11 relative, or half of 2^-24. */
static const PzOpTest tests[] = {
  { .op = "cast",
    .build = build,
    .reference = reference,
    PZ_OP_CASES (cases),
    .tolerance = { [PZ_F32] = { 0, 0 }, [PZ_F16] = { 0x1p-25, 0x1p-11 } } },
};

PZ_OP_FAMILY (cast, "cast", tests);

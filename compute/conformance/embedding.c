/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "compute/ops/adjoints.h"
#include "compute/conformance/op-case.h"

static PzTensor *
build (PzGraph *graph, PzTensor *const src[], const PzOpCase *c)
{
  (void) c;
  return pz_embedding (graph, src[0], src[1], src[2]);
}

static void
reference (const PzOpCase *c, const PzOpArray src[], PzOpArray *out)
{
  const guint width = out->dims[2];
  const double rows = src[0].dims[0];
  const double extra = src[2].n_dims > 0 ? src[2].dims[0] : 0;

  (void) c;
  for (gsize i = 0; i < out->n; i++)
    {
      const double id = src[1].v[i / width];

      if (id >= rows && id < rows + extra)
        out->v[i] = src[2].v[(gsize) (id - rows) * width + i % width];
      else
        out->v[i] = src[0].v[(id >= 0 && id < rows ? (gsize) id : 0) * width + i % width];
    }
}

static const double wild_ids[] = { 0, 10, 11, 12, 13, 14, -1, 2147483647, -2147483648.0, 5 };
#define WILD \
  { .dims = { 2, 5 }, .dtype = PZ_OP_I32, .fill = PZ_FILL_VALUES, .values = wild_ids }

static const PzOpCase cases[] = {
  { .name = "rows-of-quads",
    .src = { { .dims = { 50, 24 } },
             { .dims = { 3, 7 }, .dtype = PZ_OP_I32, .fill = PZ_FILL_IDS, .below = 50 } } },
  { .name = "odd-rows",
    .src = { { .dims = { 50, 13 } },
             { .dims = { 1, 9 }, .dtype = PZ_OP_I32, .fill = PZ_FILL_IDS, .below = 50 } } },
  { .name = "learned-words-follow-the-table",
    .src = { { .dims = { 11, 8 } }, WILD, { .dims = { 3, 8 } } } },
  { .name = "ids-out-of-range-read-row-0", .src = { { .dims = { 11, 6 } }, WILD } },
  { .name = "refuses-extra-rows-of-another-width",
    .src = { { .dims = { 11, 8 } }, WILD, { .dims = { 3, 6 } } },
    .refused = "expected extra rows of the table's width" },
  { .name = "refuses-ids-that-are-not-whole",
    .src = { { .dims = { 11, 8 } }, { .dims = { 2, 5 } } },
    .refused = "I32 ids" },
};

/* Numbers of rows: the vocabulary, and the learned words that follow it. */
typedef struct
{
  guint n_table;
  guint n_extra;
} Words;

static PzTensor *
build_gradient (PzGraph *graph, PzTensor *const src[], const PzOpCase *c)
{
  const Words *words = c->params;

  return pz_embedding_gradient (graph, src[0], src[1], words->n_table, words->n_extra);
}

static void
reference_gradient (const PzOpCase *c, const PzOpArray src[], PzOpArray *out)
{
  const Words *words = c->params;
  const guint width = out->dims[1];

  for (gsize i = 0; i < src[1].n; i++)
    {
      const double row = src[0].v[i / width] - words->n_table;

      if (row >= 0 && row < words->n_extra)
        out->v[(gsize) row * width + i % width] += src[1].v[i];
    }
}

static const PzOpCase gradient_cases[] = {
  { .name = "words-used-often-and-never",
    .src = { { .dims = { 4, 77 }, .dtype = PZ_OP_I32, .fill = PZ_FILL_IDS, .below = 14 },
             { .dims = { 4, 77, 24 } } },
    .params = &(const Words) { 11, 5 } },
  { .name = "ids-out-of-range",
    .src = { WILD, { .dims = { 2, 5, 13 } } },
    .params = &(const Words) { 11, 3 } },
  { .name = "refuses-a-gradient-of-other-tokens",
    .src = { WILD, { .dims = { 2, 6, 13 } } },
    .params = &(const Words) { 11, 3 },
    .refused = "gradient [B, T, D]" },
};

/* An embedding is exact. Its gradient is a sum of up to 60 terms below 1. */
static const PzOpTest tests[] = {
  /* The vocabulary has no gradient (tests/unit/test-autodiff.c). */
  { .op = "embedding",
    .build = build,
    .reference = reference,
    PZ_OP_CASES (cases),
    .constant = 1u << 0 },
  { .op = "embedding_gradient",
    .build = build_gradient,
    .reference = reference_gradient,
    PZ_OP_CASES (gradient_cases),
    .tolerance = { [PZ_F32] = { 4e-6, 1e-6 } } },
};

PZ_OP_FAMILY (embedding, "embedding", tests);

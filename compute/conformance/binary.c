/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "compute/conformance/op-case.h"

static PzTensor *
build_add (PzGraph *graph, PzTensor *const src[], const PzOpCase *c)
{
  (void) c;
  return pz_add (graph, src[0], src[1]);
}

static PzTensor *
build_mul (PzGraph *graph, PzTensor *const src[], const PzOpCase *c)
{
  (void) c;
  return pz_mul (graph, src[0], src[1]);
}

/* The op is between two others, so that the planner lets its result overwrite its source. */
static PzTensor *
build_add_in_place (PzGraph *graph, PzTensor *const src[], const PzOpCase *c)
{
  (void) c;
  PzTensor *a = pz_affine (graph, src[0], 2.0f, 0.0f);

  return pz_affine (graph, pz_add (graph, a, src[1]), 0.5f, 0.0f);
}

/* Index of the element of b that is paired with element i of a. */
static gsize
partner (const PzOpArray *a, const PzOpArray *b, gsize i)
{
  gsize at = 0;
  gsize stride = 1;

  for (guint d = 0; d < b->n_dims; d++)
    {
      const guint size_a = a->dims[a->n_dims - 1 - d];
      const guint size_b = b->dims[b->n_dims - 1 - d];

      if (size_b != 1)
        at += i % size_a * stride;
      stride *= size_b;
      i /= size_a;
    }
  return at;
}

static void
reference_add (const PzOpCase *c, const PzOpArray src[], PzOpArray *out)
{
  (void) c;
  for (gsize i = 0; i < out->n; i++)
    out->v[i] = src[0].v[i] + src[1].v[partner (&src[0], &src[1], i)];
}

static void
reference_add_in_place (const PzOpCase *c, const PzOpArray src[], PzOpArray *out)
{
  (void) c;
  for (gsize i = 0; i < out->n; i++)
    out->v[i] = src[0].v[i] + 0.5 * src[1].v[partner (&src[0], &src[1], i)];
}

static void
reference_mul (const PzOpCase *c, const PzOpArray src[], PzOpArray *out)
{
  (void) c;
  for (gsize i = 0; i < out->n; i++)
    out->v[i] = src[0].v[i] * src[1].v[partner (&src[0], &src[1], i)];
}

static const PzOpCase cases[] = {
  { .name = "equal-shapes-with-a-remainder",
    .src = { { .dims = { 3, 7, 11 } }, { .dims = { 3, 7, 11 } } } },
  { .name = "equal-shapes-in-whole-chunks",
    .src = { { .dims = { 3, 256 } }, { .dims = { 3, 256 } } } },
  { .name = "a-vector-over-rows", .src = { { .dims = { 2, 9, 24 } }, { .dims = { 24 } } } },
  { .name = "an-odd-vector-over-rows",
    .src = { { .dims = { 2, 9, 23 } }, { .dims = { 23 } } } },
  { .name = "one-number-for-all", .src = { { .dims = { 3, 17 } }, { .dims = { 1 } } } },
  { .name = "a-number-per-row", .src = { { .dims = { 13, 20 } }, { .dims = { 13, 1 } } } },
  { .name = "a-number-per-odd-row", .src = { { .dims = { 13, 5 } }, { .dims = { 13, 1 } } } },
  { .name = "per-channel-of-each-picture",
    .src = { { .dims = { 2, 3, 5, 8 } }, { .dims = { 2, 1, 1, 8 } } } },
  { .name = "the-middle-alone", .src = { { .dims = { 2, 7, 4 } }, { .dims = { 1, 7, 1 } } } },
  { .name = "every-other-dimension",
    .src = { { .dims = { 3, 2, 5, 3, 4 } }, { .dims = { 3, 1, 5, 1, 4 } } } },
  { .name = "ones-among-the-dimensions",
    .src = { { .dims = { 1, 6, 1, 10 } }, { .dims = { 1, 6, 1, 10 } } } },
  { .name = "one-element", .src = { { .dims = { 1, 1 } }, { .dims = { 1 } } } },
  { .name = "refuses-unlike-widths",
    .src = { { .dims = { 3, 4 } }, { .dims = { 3 } } },
    .refused = "source 1 is" },
  { .name = "refuses-a-longer-second",
    .src = { { .dims = { 4 } }, { .dims = { 3, 4 } } },
    .refused = "expected a second tensor" },
};

static const PzOpCase in_place_cases[] = {
  { .name = "written-over-its-source", .src = { { .dims = { 700, 11 } }, { .dims = { 11 } } } },
  { .name = "written-over-its-source-in-quads",
    .src = { { .dims = { 9, 64 } }, { .dims = { 9, 64 } } } },
  { .name = "written-over-its-source-in-chunks",
    .src = { { .dims = { 3, 256 } }, { .dims = { 3, 256 } } } },
};

/* Broadcasts src[0] to the shape of src[1]. */
static PzTensor *
build_broadcast (PzGraph *graph, PzTensor *const src[], const PzOpCase *c)
{
  (void) c;
  return pz_broadcast (graph, src[0], src[1]->n_dims, src[1]->dims);
}

static void
reference_broadcast (const PzOpCase *c, const PzOpArray src[], PzOpArray *out)
{
  (void) c;
  for (gsize i = 0; i < out->n; i++)
    out->v[i] = src[0].v[partner (out, &src[0], i)];
}

static const PzOpCase broadcast_cases[] = {
  { .name = "a-vector-over-rows", .src = { { .dims = { 24 } }, { .dims = { 2, 9, 24 } } } },
  { .name = "a-number-per-odd-row", .src = { { .dims = { 13, 1 } }, { .dims = { 13, 5 } } } },
  { .name = "one-number-for-all", .src = { { .dims = { 1 } }, { .dims = { 3, 17 } } } },
  { .name = "the-middle-alone", .src = { { .dims = { 1, 7, 1 } }, { .dims = { 2, 7, 4 } } } },
  { .name = "to-its-own-shape", .src = { { .dims = { 5, 3 } }, { .dims = { 5, 3 } } } },
  { .name = "to-its-own-shape-in-chunks", .src = { { .dims = { 512 } }, { .dims = { 512 } } } },
  { .name = "refuses-another-width",
    .src = { { .dims = { 3 } }, { .dims = { 2, 4 } } },
    .refused = "found [2, 4]" },
};

/* One rounding in f32, then possibly one to f16: 4.9e-4. */
#define TOLERANCE { [PZ_F32] = { 0, 1.2e-7 }, [PZ_F16] = { 6e-8, 5e-4 } }

static const PzOpTest tests[] = {
  { .op = "add",
    .build = build_add,
    .reference = reference_add,
    PZ_OP_CASES (cases),
    .tolerance = TOLERANCE },
  { .op = "add",
    .build = build_add_in_place,
    .reference = reference_add_in_place,
    PZ_OP_CASES (in_place_cases),
    .tolerance = { [PZ_F32] = { 0, 3e-7 }, [PZ_F16] = { 6e-8, 1.1e-3 } } }, /* rounded twice */
  { .op = "broadcast",
    .build = build_broadcast,
    .reference = reference_broadcast,
    PZ_OP_CASES (broadcast_cases),
    .constant = 1u << 1 },
  { .op = "mul",
    .build = build_mul,
    .reference = reference_mul,
    PZ_OP_CASES (cases),
    .tolerance = TOLERANCE },
};

PZ_OP_FAMILY (binary, "binary", tests);

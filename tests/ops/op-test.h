/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The harness of the op tests. One file per family of ops, each its own program; a test is a
 * table:
 *
 *   static const PzOpCase cases[] = {
 *     { .name = "odd-rows", .src = { { .dims = { 3, 7 } }, { .dims = { 7 } } },
 *       .params = &(MyParams) { ... } },
 *     { .name = "refuses-two-widths", .src = { { .dims = { 3, 7 } }, { .dims = { 8 } } },
 *       .refused = "width" },
 *   };
 *   static const PzOpTest tests[] = {
 *     { .op = "layer_norm", .build = build, .reference = reference, PZ_OP_CASES (cases),
 *       .tolerance = { [PZ_F32] = { 1e-6, 1e-5 }, [PZ_F16] = { 1e-3, 2e-3 } } },  and why
 *   };
 *   PZ_OP_TEST_MAIN (tests)
 *
 * and one line in tests/ops/meson.build. Every case becomes /ops/OP/DTYPE/PATH/NAME, for DTYPE f32
 * and f16 (the graph's activation dtype) and PATH plain and, where .coop says the op has one and
 * the device can, coop. Choose some with -p PATH, list with -l. For each:
 *   - inputs are drawn from a generator seeded by op and case, rounded to their dtype, and given
 *     to the reference as double;
 *   - inputs and the result are followed by guard words of NaN; the result and all scratch start
 *     as NaN;
 *   - the result is compared element by element: |y - r| <= absolute + relative * |r|; NaN never
 *     passes;
 *   - guards are unchanged, the validation layers silent;
 *   - replayed, with the dispatches between barriers reversed, and cut into many submits, the
 *     bits are equal;
 *   - no barrier is missing, and none of those placed is superfluous.
 * meson runs everything with subgroups of 4, 8 and 16 on the software driver.
 * PZ_OP_TEST_PATH=plain leaves the coop cases out.
 *
 * Gradients (op-gradient.c), from the same cases: those of all floating-point sources that .constant does not list, from a
 * random gradient of the result, are compared with central differences of the reference: f32 within 1e-3, f16
 * within 1e-2; again with dispatches reversed and cut. An op without a rule must be refused by name;
 * check-registry.py knows which ones these are.
 */
#pragma once

#include "compute/graph.h"

G_BEGIN_DECLS

#define PZ_OP_TEST_SRC 8

typedef enum
{
  PZ_FILL_UNIFORM, /* offset + scale * [-1, 1) */
  PZ_FILL_LEVELS, /* multiples of 1/255 in 0..1 */
  PZ_FILL_IDS, /* whole numbers 0 .. below - 1 */
  PZ_FILL_VALUES, /* as given in values */
} PzOpFill;

typedef enum
{
  PZ_OP_ACTIVATION, /* the graph's dtype */
  PZ_OP_F32,
  PZ_OP_I32,
  PZ_OP_ROWS8, /* a packed weight, whatever the graph's dtype is */
} PzOpDtype;

typedef struct
{
  guint dims[PZ_MAX_DIMS]; /* up to the first 0; none = NULL is given to build */
  PzOpDtype dtype;
  PzOpFill fill;
  gdouble scale; /* 0 = 1 */
  gdouble offset;
  guint below;
  const double *values;
} PzOpInput;

typedef struct
{
  const char *name; /* a sentence in-hyphens */
  PzOpInput src[PZ_OP_TEST_SRC];
  gconstpointer params; /* what build and reference make of it */
  gboolean too_large; /* for central differences: a smaller case has the same gradients */
  const char *refused; /* part of the error the graph must have; NULL = must run */
} PzOpCase;

typedef struct
{
  guint n_dims; /* 0 = absent */
  guint dims[PZ_MAX_DIMS];
  gsize n;
  double *v;
} PzOpArray;

typedef struct
{
  gdouble absolute;
  gdouble relative;
} PzOpTolerance;

typedef struct
{
  const char *op; /* name of the op class */
  PzTensor *(*build) (PzGraph *graph, PzTensor *const src[], const PzOpCase *c);
  /* Fills out->v; its shape is what the graph answered. */
  void (*reference) (const PzOpCase *c, const PzOpArray src[], PzOpArray *out);
  const PzOpCase *cases;
  guint n_cases;
  PzOpTolerance tolerance[PZ_N_DTYPES]; /* by the result's dtype... */
  PzOpTolerance mixed; /* ...but this one for an F32 result of an F16 graph, where not zero */
  guint constant; /* bit i: source i has no gradient, as the op's contract says */
  gboolean coop; /* has a cooperative-matrix path: run f16 with it too */
  gboolean one_dtype; /* contract fixes all dtypes: run with an F32 graph only */
} PzOpTest;

#define PZ_OP_CASES(array) .cases = (array), .n_cases = G_N_ELEMENTS (array)

int pz_op_test_main (int argc, char *argv[], const PzOpTest tests[], guint n_tests);

#define PZ_OP_TEST_MAIN(tests) \
  int main (int argc, char *argv[]) \
  { \
    return pz_op_test_main (argc, argv, tests, G_N_ELEMENTS (tests)); \
  }

G_END_DECLS

/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Specifies ops as tables of test cases, each with a reference computed on the host in double precision. One file per family of
 * ops:
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
 *   PZ_OP_FAMILY (norm, "norm", tests);
 *
 * and one row each in families.c and meson.build. `personalize selftest` runs them on the user's device (conformance.h);
 * tests/ops runs them with additional checks, and their gradients.
 *
 * Inputs are random numbers from a generator seeded by op and case, rounded to their dtype, and passed to the reference as
 * double. The result is compared element by element: |y - r| <= absolute + relative * |r|; NaN never passes.
 */
#pragma once

#include "compute/graph.h"

G_BEGIN_DECLS

#define PZ_OP_MAX_SRC 8

typedef enum
{
  PZ_FILL_UNIFORM, /* offset + scale * [-1, 1) */
  PZ_FILL_LEVELS, /* multiples of 1/255 in 0..1 */
  PZ_FILL_NOISE, /* levels of a picture [1, H, W, C] that tests/reference/resize-bicubic.py generates too */
  PZ_FILL_IDS, /* integers 0 .. below - 1 */
  PZ_FILL_VALUES, /* those of `values` */
} PzOpFill;

typedef enum
{
  PZ_OP_ACTIVATION, /* the graph's dtype */
  PZ_OP_F32,
  PZ_OP_I32,
  PZ_OP_ROWS8, /* a packed weight, whatever the graph's dtype */
} PzOpDtype;

typedef struct
{
  guint dims[PZ_MAX_DIMS]; /* up to the first 0; no dims = build gets NULL */
  PzOpDtype dtype;
  PzOpFill fill;
  gdouble scale; /* 0 = 1 */
  gdouble offset;
  guint below;
  const double *values;
} PzOpInput;

typedef struct
{
  const char *name; /* a phrase-with-hyphens */
  PzOpInput src[PZ_OP_MAX_SRC];
  gconstpointer params; /* params for build and reference */
  gboolean too_large; /* too large for central differences; a smaller case covers them */
  const char *refused; /* part of the expected error message; NULL = must run */
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
  /* Fills out->v; the graph has set its shape. */
  void (*reference) (const PzOpCase *c, const PzOpArray src[], PzOpArray *out);
  const PzOpCase *cases;
  guint n_cases;
  PzOpTolerance tolerance[PZ_N_DTYPES]; /* by the result's dtype... */
  PzOpTolerance mixed; /* ...but this for an F32 result of an F16 graph, if not zero */
  PzOpTolerance by_matrices; /* ...or this for F16 on cooperative matrices, if not zero */
  PzOpTolerance by_pairs; /* ...or this for F16 with PZ_FORM_PACKED, if not zero */
  guint constant; /* bit i: source i has no gradient, according to the op's contract */
  gboolean coop; /* has a cooperative-matrix path, which f16 is tested on too */
  gboolean one_dtype; /* the contract fixes all dtypes: run in F32 graphs only */
} PzOpTest;

#define PZ_OP_CASES(array) .cases = (array), .n_cases = G_N_ELEMENTS (array)

typedef struct
{
  const char *name;
  const PzOpTest *tests;
  guint n_tests;
} PzOpFamily;

#define PZ_OP_FAMILY(id, name, tests) \
  extern const PzOpFamily pz_op_family_##id; \
  const PzOpFamily pz_op_family_##id = { name, tests, G_N_ELEMENTS (tests) }

/* All families, NULL-terminated; those that use cooperative matrices come first. */
extern const PzOpFamily *const pz_op_families[];

G_END_DECLS

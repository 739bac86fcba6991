/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What an op must do, as tables: cases with a reference in doubles on the host. One file per family of ops:
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
 * and one row in families.c and meson.build. `personalize selftest` runs them on the user's device (conformance.h), tests/ops
 * with more checks and their gradients too.
 *
 * Inputs are drawn from a generator seeded by op and case, rounded to their dtype, and given to the reference as double. The result
 * is compared element by element: |y - r| <= absolute + relative * |r|; NaN never passes.
 */
#pragma once

#include "compute/graph.h"

G_BEGIN_DECLS

#define PZ_OP_MAX_SRC 8

typedef enum
{
  PZ_FILL_UNIFORM, /* offset + scale * [-1, 1) */
  PZ_FILL_LEVELS, /* multiples of 1/255 in 0..1 */
  PZ_FILL_NOISE, /* the same, of a picture [1, H, W, C] that tests/reference/resize-bicubic.py makes too */
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
  PzOpInput src[PZ_OP_MAX_SRC];
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
  PzOpTolerance by_matrices; /* ...or this one for F16 on matrices, where not zero */
  PzOpTolerance
    by_pairs; /* ...or this one for F16 in pairs of halves (PZ_FORM_PACKED), where not zero */
  guint constant; /* bit i: source i has no gradient, as the op's contract says */
  gboolean coop; /* has a cooperative-matrix path: f16 is run with it too */
  gboolean one_dtype; /* contract fixes all dtypes: F32 graphs only */
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

/* All of them, those that matrices multiply first; NULL at the end. */
extern const PzOpFamily *const pz_op_families[];

G_END_DECLS

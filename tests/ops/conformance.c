/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What pz_conformance_run () and its comparison report, for right and for wrong results.
 */
#include "compute/conformance.h"

#include <math.h>

#include "compute/conformance/op-bench.h"

static PzTensor *
build_affine (PzGraph *graph, PzTensor *const src[], const PzOpCase *c)
{
  (void) c;
  return pz_affine (graph, src[0], 2, 1);
}

/* The right values, except for element 3, which is off by the value in params. */
static void
reference_off (const PzOpCase *c, const PzOpArray src[], PzOpArray *out)
{
  const double *off = c->params;

  for (gsize i = 0; i < out->n; i++)
    out->v[i] = 2 * src[0].v[i] + 1 + (i == 3 ? *off : 0);
}

static const double offsets[] = { 0, 0.25, NAN };

static const PzOpCase cases[] = {
  { .name = "right", .src = { { .dims = { 5 } } }, .params = &offsets[0] },
  { .name = "off", .src = { { .dims = { 5 } } }, .params = &offsets[1] },
  { .name = "not-a-number", .src = { { .dims = { 5 } } }, .params = &offsets[2] },
};

static const PzOpTest affine = {
  .op = "affine",
  .build = build_affine,
  .reference = reference_off,
  PZ_OP_CASES (cases),
  .tolerance = { [PZ_F32] = { 0.01, 0 } },
};

/* Runs a case and returns what the comparison reports; NULL = right. (transfer full) */
static char *
judge (const PzOpCase *c, double *share)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PzGpu) gpu = pz_gpu_open (NULL, &error);
  PzOpBench bench;
  char *wrong;

  g_assert_no_error (error);
  g_assert_true (pz_op_bench_init (&bench, gpu, &affine, c, PZ_F32, &error));
  g_assert_true (pz_op_bench_compile (&bench, &error));
  g_assert_true (pz_op_bench_run (&bench, &error));
  wrong = pz_op_bench_compare (&bench, share);
  pz_op_bench_clear (&bench);
  return wrong;
}

static void
test_comparison (void)
{
  g_autofree char *right = NULL, *off = NULL, *nan = NULL;
  double share;

  right = judge (&cases[0], &share);
  g_assert_null (right);
  g_assert_cmpfloat (share, <, 1e-3);
  off = judge (&cases[1], &share);
  g_assert_true (g_str_has_prefix (off, "1 of 5 elements are off, most of all element 3"));
  g_assert_cmpfloat_with_epsilon (share, 25, 1e-3);
  nan = judge (&cases[2], &share);
  g_assert_true (g_str_has_prefix (nan, "1 of 5 elements are off, most of all element 3"));
  g_assert_true (isinf (share));
}

/* ---- the run ---- */

typedef struct
{
  guint n_opened, n_checked, n_cases;
  GCancellable *cancellable; /* cancelled after the first op */
} Heard;

static void
hear_opened (const PzGpuInfo *info, gpointer data)
{
  Heard *heard = data;

  g_assert_cmpuint (info->limits.subgroup_size, >, 0);
  heard->n_opened++;
}

static void
hear_checked (const PzConformance *result, gpointer data)
{
  Heard *heard = data;

  g_assert_cmpuint (heard->n_opened, ==, 1);
  g_assert_cmpstr (result->wrong, ==, NULL);
  g_assert_cmpfloat (result->share, <=, 1);
  heard->n_checked++;
  heard->n_cases += result->n_cases;
  g_cancellable_cancel (heard->cancellable);
}

static void
test_one_op (void)
{
  g_autoptr (GError) error = NULL;
  Heard heard = { 0 };
  guint n_failed;

  g_assert_true (pz_conformance_run (&(PzConformanceParams) { .op = "affine",
                                                              .opened = hear_opened,
                                                              .checked = hear_checked,
                                                              .data = &heard },
                                     &n_failed, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (n_failed, ==, 0);
  g_assert_cmpuint (heard.n_checked, ==, 2);
  g_assert_cmpuint (heard.n_cases, >=, 4);
}

static void
test_cancel (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Heard heard = { .cancellable = cancellable };
  guint n_failed;

  g_assert_false (pz_conformance_run (&(PzConformanceParams) { .op = "affine",
                                                               .cancellable = cancellable,
                                                               .opened = hear_opened,
                                                               .checked = hear_checked,
                                                               .data = &heard },
                                      &n_failed, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (heard.n_checked, ==, 1);
}

static void
test_no_such_op (void)
{
  g_autoptr (GError) error = NULL;
  guint n_failed;

  g_assert_false (pz_conformance_run (&(PzConformanceParams) { .op = "adds" }, &n_failed,
                                      &error));
  g_assert_error (error, PZ_ERROR, PZ_ERROR_BAD_INPUT);
  g_assert_cmpstr (error->message, ==, "expected the name of an op, found “adds”");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/conformance/a-result-that-is-off-is-named", test_comparison);
  g_test_add_func ("/conformance/one-op-in-both-precisions", test_one_op);
  g_test_add_func ("/conformance/stops-between-cases", test_cancel);
  g_test_add_func ("/conformance/refuses-an-op-that-is-none", test_no_such_op);
  return g_test_run ();
}

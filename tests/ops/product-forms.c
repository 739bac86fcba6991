/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The self-check of a device's product forms: each check runs the form that it is for, a form with wrong results is detected,
 * and the cached result is used.
 */
#include "compute/conformance/product-forms.h"

#include <string.h>

#include <glib/gstdio.h>

#include "compute/conformance/op-bench.h"
#include "compute/gpu/hooks.h"
#include "compute/gpu/pipeline-cache.h"
#include "compute/graph/nodes.h"
#include "compute/run/program.h"
#include "compute/self-check.h"
#include "shaders/kernels.h"

extern const PzOpFamily pz_op_family_linear;
extern const PzOpFamily pz_op_family_conv2d;

/* A part of the names of each form's kernels. */
static const struct
{
  PzProductForm form;
  const char *kernel;
} forms[] = {
  { PZ_FORM_COOP, "coop" },
  { PZ_FORM_PLANAR, "planar" },
  { PZ_FORM_WINOGRAD, "winograd" },
  { PZ_FORM_PACKED, "blocked_packed" },
  { PZ_FORM_ATTENTION, "attention_matrices" },
  { PZ_FORM_ATTENTION_GRADIENT, "attention_gradient_matrices" },
};

static PzGpu *
open_gpu (void)
{
  g_autoptr (GError) error = NULL;
  PzGpu *gpu = pz_gpu_open (&(PzGpuParams) { .force_coop = TRUE, .validate = TRUE }, &error);

  g_assert_no_error (error);
  return gpu;
}

static gboolean
uses (const PzProgram *program, const char *kernel)
{
  for (guint i = 0; i < program->n_dispatches; i++)
    if (strstr (pz_kernels[program->dispatches[i].kernel].name, kernel) != NULL)
      return TRUE;
  return FALSE;
}

/* Whether a kernel whose name contains `kernel` computes the check's case when the forms in `avoided` are avoided. */
static gboolean
case_uses (PzGpu *gpu, const PzFormCheck *check, guint avoided, const char *kernel)
{
  g_autoptr (GError) error = NULL;
  const PzOpCase *c;
  const PzOpTest *test = pz_form_check_find (check, &c);
  PzOpBench bench;
  gboolean used;

  pz_gpu_avoid_forms (gpu, avoided);
  g_assert_true (pz_op_bench_init (&bench, gpu, test, c, PZ_F16, &error));
  g_assert_true (pz_op_bench_compile (&bench, &error));
  used = uses (bench.program, kernel);
  pz_op_bench_clear (&bench);
  pz_gpu_avoid_forms (gpu, 0);
  return used;
}

static void
test_takes_its_form (void)
{
  g_autoptr (PzGpu) gpu = open_gpu ();

  for (guint i = 0; i < pz_n_form_checks; i++)
    for (guint f = 0; f < G_N_ELEMENTS (forms); f++)
      {
        const PzFormCheck *check = &pz_form_checks[i];
        const gboolean own = check->form == forms[f].form;

        if (own
            && (check->form & (PZ_FORM_COOP | PZ_FORM_ATTENTION | PZ_FORM_ATTENTION_GRADIENT))
                 != 0
            && !pz_gpu_get_info (gpu)->limits.prefer_coop)
          continue;
        g_test_message ("%s of %s, kernels of %s", check->c, pz_product_form_name (check->form),
                        pz_product_form_name (forms[f].form));
        /* The Winograd form uses planar kernels for its products. */
        if (check->form != PZ_FORM_WINOGRAD || own)
          g_assert_true (case_uses (gpu, check, PZ_FORMS_ALL & ~(guint) check->form,
                                    forms[f].kernel)
                         == own);
        if (own)
          g_assert_false (case_uses (gpu, check, PZ_FORMS_ALL, forms[f].kernel));
      }
}

/* For few rows and columns and a long k, cooperative matrices and products through shared memory split k over workgroups. */
static void
test_splits (void)
{
  static const struct
  {
    PzProductForm form;
    gboolean splits;
  } rows[] = {
    { PZ_FORM_PLAIN, FALSE },
    { PZ_FORM_PLANAR, FALSE },
    { PZ_FORM_BLOCKED, TRUE },
    { PZ_FORM_COOP, TRUE },
  };
  g_autoptr (PzGpu) gpu = open_gpu ();
  const guint n = pz_gpu_get_info (gpu)->limits.prefer_coop ? 4 : 3;

  for (guint i = 0; i < n; i++)
    {
      const guint avoided = PZ_FORMS_ALL & ~(guint) rows[i].form;
      const PzFormCheck checks[] = {
        { rows[i].form, &pz_op_family_linear, "linear", "split-unaligned" },
        { rows[i].form, &pz_op_family_linear, "linear", "packed-split" },
        { rows[i].form, &pz_op_family_conv2d, "conv2d", "3x3-split" },
        { rows[i].form, &pz_op_family_linear, "linear", "multiples-of-the-tile" },
      };

      for (guint c = 0; c < G_N_ELEMENTS (checks); c++)
        g_assert_true (case_uses (gpu, &checks[c], avoided, "product_sum")
                       == (rows[i].splits && c < 3));
    }
}

/* ---- forms that the software driver does not choose ---- */

/* TRUE if a kernel whose name contains `kernel` computes the case; its result must then be right. */
static gboolean
is_right_if_uses (PzGpu *gpu, const char *kernel, const PzOpTest *test, const PzOpCase *c)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *wrong = NULL;
  PzOpBench bench;
  gboolean used;
  double share;

  if (c->refused != NULL)
    return FALSE;
  g_assert_true (pz_op_bench_init (&bench, gpu, test, c, PZ_F16, &error));
  g_assert_true (pz_op_bench_compile (&bench, &error));
  used = uses (bench.program, kernel);
  if (used)
    {
      g_assert_true (pz_op_bench_run (&bench, &error));
      wrong = pz_op_bench_compare (&bench, &share);
      if (wrong != NULL)
        g_error ("%s %s: %s", test->op, c->name, wrong);
    }
  pz_op_bench_clear (&bench);
  return used;
}

static void
test_blocked_cases (void)
{
  static const PzOpFamily *const families[] = { &pz_op_family_linear, &pz_op_family_conv2d };
  static const struct
  {
    PzProductForm form;
    const char *kernel;
  } blocked[] = { { PZ_FORM_BLOCKED, "blocked" }, { PZ_FORM_PACKED, "blocked_packed" } };
  g_autoptr (PzGpu) gpu = open_gpu ();

  for (guint k = 0; k < G_N_ELEMENTS (blocked); k++)
    {
      guint n = 0;

      pz_gpu_avoid_forms (gpu, PZ_FORMS_ALL & ~(guint) blocked[k].form);
      for (guint f = 0; f < G_N_ELEMENTS (families); f++)
        for (guint t = 0; t < families[f]->n_tests; t++)
          for (guint i = 0; i < families[f]->tests[t].n_cases; i++)
            n += is_right_if_uses (gpu, blocked[k].kernel, &families[f]->tests[t],
                                   &families[f]->tests[t].cases[i]);
      g_test_message ("%u cases of %s", n, blocked[k].kernel);
      g_assert_cmpuint (n, >=, 20);
    }
  g_assert_cmpuint (pz_gpu_validation_messages (gpu), ==, 0);
}

/* ---- a form with wrong results ---- */

static void
reference_zero (const PzOpCase *c, const PzOpArray src[], PzOpArray *out)
{
  (void) c;
  (void) src;
  (void) out;
}

static void
test_notices (void)
{
  g_autoptr (PzGpu) gpu = open_gpu ();
  g_autoptr (GError) error = NULL;
  PzOpTest linear = *pz_form_checks[0].family->tests;
  const PzOpFamily spoilt = { "spoilt", &linear, 1 };
  const PzFormCheck checks[] = {
    pz_form_checks[0],
    { PZ_FORM_PLANAR, &spoilt, "linear", "rows-of-a-batch-that-share-a-vector" },
  };
  PzFormResults results = { 0 };

  linear.reference = reference_zero;
  pz_gpu_avoid_forms (gpu, PZ_FORM_COOP);
  g_assert_true (pz_form_checks_run (gpu, checks, 2, NULL, &results, &error));
  g_assert_cmpuint (results.wrong, ==, PZ_FORM_PLANAR);
  g_assert_cmpuint (results.checked, ==, PZ_FORMS_ALL);
  g_assert_cmpuint (pz_gpu_get_info (gpu)->limits.avoided_forms, ==, PZ_FORM_COOP);
  results = (PzFormResults) { 0 };
  g_assert_true (pz_form_checks_run (gpu, pz_form_checks, pz_n_form_checks, NULL, &results,
                                     &error));
  g_assert_cmpuint (results.wrong, ==, 0);
}

static gint failure;

static PzTensor *
fail (PzGraph *graph, PzTensor *const src[], const PzOpCase *c)
{
  (void) src;
  (void) c;
  pz_graph_fail (graph, "linear",
                 g_error_new_literal (PZ_ERROR, failure,
                                      "as a driver does that cannot compile a kernel"));
  return NULL;
}

/* A form that cannot be run is avoided like one that gives wrong results, and what the driver said decides what is kept. */
static void
test_survives_failures (void)
{
  static const struct
  {
    gint code;
    gboolean survives;
    guint checked; /* of the two forms */
  } cases[] = {
    { PZ_ERROR_NO_DEVICE, TRUE, PZ_FORM_PLAIN | PZ_FORM_PLANAR },
    { PZ_ERROR_GPU_MEMORY, TRUE, PZ_FORM_PLAIN },
    { PZ_ERROR_DEVICE_LOST, FALSE, PZ_FORM_PLAIN | PZ_FORM_PLANAR },
  };
  g_autoptr (PzGpu) gpu = open_gpu ();
  PzOpTest linear = *pz_form_checks[0].family->tests;
  const PzOpFamily spoilt = { "spoilt", &linear, 1 };
  const PzFormCheck checks[] = {
    pz_form_checks[0],
    { PZ_FORM_PLANAR, &spoilt, "linear", "rows-of-a-batch-that-share-a-vector" },
  };

  linear.build = fail;
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      PzFormResults results = { 0 };

      failure = cases[i].code;
      g_assert_cmpint (pz_form_checks_run (gpu, checks, 2, NULL, &results, &error), ==,
                       cases[i].survives);
      g_assert_cmpint (error == NULL, ==, cases[i].survives);
      g_assert_cmpuint (results.wrong, ==, PZ_FORM_PLANAR);
      g_assert_cmpuint (results.checked & (PZ_FORM_PLAIN | PZ_FORM_PLANAR), ==,
                        cases[i].checked);
      g_assert_cmpuint (pz_gpu_get_info (gpu)->limits.avoided_forms, ==, 0);
    }
}

/* ---- the cached result ---- */

static char *
kept_path (void)
{
  g_autoptr (PzGpu) gpu = open_gpu ();

  return pz_pipeline_cache_path (gpu, "forms", "ini");
}

/* Opens a device after writing `contents` to its cache file. (transfer full) */
static PzGpu *
open_with (const char *contents, GError **error)
{
  g_autofree char *path = kept_path ();
  g_autofree char *folder = g_path_get_dirname (path);

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents (path, contents, -1, NULL));
  return pz_gpu_open_checked (NULL, NULL, error);
}

static void
test_kept (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PzGpu) gpu = open_with ("[forms]\nchecked=255\nwrong=6\n", &error);
  g_autofree char *path = kept_path ();
  g_autofree char *contents = NULL;

  g_assert_no_error (error);
  g_assert_cmpuint (pz_gpu_get_info (gpu)->limits.avoided_forms, ==,
                    PZ_FORM_COOP | PZ_FORM_PLANAR);
  g_clear_pointer (&gpu, pz_gpu_close);

  gpu = open_with ("[forms]\nchecked=255\nwrong=many\n", &error);
  g_assert_no_error (error);
  g_assert_cmpuint (pz_gpu_get_info (gpu)->limits.avoided_forms, ==, 0);
  g_assert_true (g_file_get_contents (path, &contents, NULL, NULL));
  g_assert_cmpstr (contents, ==, "[forms]\nchecked=255\nwrong=0\n");
}

/* Written when a form lost the device: the others are checked by the next start. */
static void
test_kept_of_fewer_forms (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PzGpu) gpu = open_with ("[forms]\nchecked=63\nwrong=6\n", &error);
  g_autofree char *path = kept_path ();
  g_autofree char *contents = NULL;

  g_assert_no_error (error);
  g_assert_cmpuint (pz_gpu_get_info (gpu)->limits.avoided_forms, ==, 6);
  g_assert_true (g_file_get_contents (path, &contents, NULL, NULL));
  g_assert_cmpstr (contents, ==, "[forms]\nchecked=255\nwrong=6\n");
}

static void
test_plain_is_wrong (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PzGpu) gpu = open_with ("[forms]\nchecked=255\nwrong=1\n", &error);

  g_assert_null (gpu);
  g_assert_error (error, PZ_ERROR, PZ_ERROR_NO_DEVICE);
  g_assert_nonnull (strstr (error->message, "expected right products of known matrices"));
}

int
main (int argc, char *argv[])
{
  g_autofree char *folder = g_dir_make_tmp ("pz-product-forms-XXXXXX", NULL);
  g_autofree char *path = NULL;
  int status;

  g_setenv ("XDG_CACHE_HOME", folder, TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/product-forms/a-check-takes-its-form-and-avoids-the-others",
                   test_takes_its_form);
  g_test_add_func ("/product-forms/a-long-k-is-split", test_splits);
  g_test_add_func ("/product-forms/products-through-shared-memory-are-right",
                   test_blocked_cases);
  g_test_add_func ("/product-forms/a-form-that-errs-is-noticed", test_notices);
  g_test_add_func ("/product-forms/the-answer-is-kept-and-obeyed", test_kept);
  g_test_add_func ("/product-forms/a-form-that-fails-is-done-without", test_survives_failures);
  g_test_add_func ("/product-forms/an-answer-about-fewer-forms-is-completed",
                   test_kept_of_fewer_forms);
  g_test_add_func ("/product-forms/a-device-without-right-products-is-none",
                   test_plain_is_wrong);
  status = g_test_run ();
  path = kept_path ();
  g_unlink (path);
  return status;
}

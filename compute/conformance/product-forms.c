/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "compute/conformance/product-forms.h"

#include "compute/conformance/op-bench.h"

extern const PzOpFamily pz_op_family_attention;
extern const PzOpFamily pz_op_family_attention_gradient;
extern const PzOpFamily pz_op_family_linear;
extern const PzOpFamily pz_op_family_conv2d;

const PzFormCheck pz_form_checks[] = {
  { PZ_FORM_PLAIN, &pz_op_family_linear, "linear", "multiples-of-the-tile" },
  { PZ_FORM_PLAIN, &pz_op_family_conv2d, "conv2d", "3x3-of-whole-vectors" },
  { PZ_FORM_COOP, &pz_op_family_linear, "linear", "large-tile" },
  { PZ_FORM_COOP, &pz_op_family_conv2d, "conv2d", "3x3-of-whole-vectors" },
  { PZ_FORM_ATTENTION, &pz_op_family_attention, "attention", "sharp-logits" },
  { PZ_FORM_ATTENTION_GRADIENT, &pz_op_family_attention_gradient, "attention_gradient",
    "text-keys-dq" },
  { PZ_FORM_ATTENTION_GRADIENT, &pz_op_family_attention_gradient, "attention_gradient",
    "text-keys-dk" },
  { PZ_FORM_BLOCKED, &pz_op_family_linear, "linear", "large-tile" },
  { PZ_FORM_BLOCKED, &pz_op_family_conv2d, "conv2d", "3x3-of-whole-tiles-of-2x2" },
  { PZ_FORM_PACKED, &pz_op_family_linear, "linear", "large-tile" },
  { PZ_FORM_PACKED, &pz_op_family_conv2d, "conv2d", "3x3-of-whole-tiles-of-2x2" },
  { PZ_FORM_PLANAR, &pz_op_family_linear, "linear", "rows-of-a-batch-that-share-a-vector" },
  { PZ_FORM_PLANAR, &pz_op_family_conv2d, "conv2d", "3x3-of-whole-vectors" },
  { PZ_FORM_WINOGRAD, &pz_op_family_conv2d, "conv2d", "3x3-of-whole-tiles-of-2x2" },
};
const guint pz_n_form_checks = G_N_ELEMENTS (pz_form_checks);

static gboolean
is_any (const PzGpuLimits *limits)
{
  (void) limits;
  return TRUE;
}

static gboolean
has_matrices (const PzGpuLimits *limits)
{
  return limits->prefer_coop;
}

static gboolean
is_card (const PzGpuLimits *limits)
{
  return !limits->splits_loads;
}

static gboolean
is_card_of_halves (const PzGpuLimits *limits)
{
  return is_card (limits) && limits->f16_arithmetic;
}

static gboolean
is_processor (const PzGpuLimits *limits)
{
  return limits->splits_loads && limits->f16_arithmetic;
}

static const struct
{
  PzProductForm form;
  const char *name;
  gboolean (*is_there) (const PzGpuLimits *limits);
} forms[] = {
  { PZ_FORM_PLAIN, "plain products", is_any },
  { PZ_FORM_COOP, "cooperative matrices", has_matrices },
  { PZ_FORM_PLANAR, "planar products", is_processor },
  { PZ_FORM_WINOGRAD, "Winograd convolutions", is_processor },
  { PZ_FORM_BLOCKED, "products through shared memory", is_card },
  { PZ_FORM_PACKED, "products of pairs of halves", is_card_of_halves },
  { PZ_FORM_ATTENTION, "attention on cooperative matrices", has_matrices },
  { PZ_FORM_ATTENTION_GRADIENT, "the gradient of attention on cooperative matrices",
    has_matrices },
};

static guint
row_of (PzProductForm form)
{
  guint i = 0;

  while (forms[i].form != form)
    i++;
  return i;
}

const char *
pz_product_form_name (PzProductForm form)
{
  return forms[row_of (form)].name;
}

const PzOpTest *
pz_form_check_find (const PzFormCheck *check, const PzOpCase **c)
{
  for (guint t = 0; t < check->family->n_tests; t++)
    for (guint i = 0; i < check->family->tests[t].n_cases; i++)
      {
        *c = &check->family->tests[t].cases[i];
        if (g_str_equal (check->family->tests[t].op, check->op)
            && g_str_equal ((*c)->name, check->c))
          return &check->family->tests[t];
      }
  g_assert_not_reached ();
}

/* right: (out) TRUE if the device's result is correct. */
static gboolean
run_check (PzGpu *gpu, const PzFormCheck *check, gboolean *right, GError **error)
{
  const PzOpCase *c;
  const PzOpTest *test = pz_form_check_find (check, &c);
  g_autofree char *wrong = NULL;
  PzOpBench bench;
  double share;
  const gboolean done = pz_op_bench_init (&bench, gpu, test, c, PZ_F16, error)
                        && pz_op_bench_compile (&bench, error)
                        && pz_op_bench_run (&bench, error);

  if (done)
    wrong = pz_op_bench_compare (&bench, &share);
  if (wrong != NULL)
    g_debug ("%s: %s: %s", pz_product_form_name (check->form), c->name, wrong);
  *right = wrong == NULL;
  pz_op_bench_clear (&bench);
  return done;
}

/* Whether the device can be used without the form that failed. */
static gboolean
can_do_without (PzProductForm form, const GError *reason)
{
  return form != PZ_FORM_PLAIN && !g_error_matches (reason, PZ_ERROR, PZ_ERROR_DEVICE_LOST);
}

gboolean
pz_form_checks_run (PzGpu *gpu,
                    const PzFormCheck checks[],
                    guint n_checks,
                    GCancellable *cancellable,
                    PzFormResults *results,
                    GError **error)
{
  const guint avoided = pz_gpu_get_info (gpu)->limits.avoided_forms, known = results->checked;
  guint uncertain = 0;
  g_autoptr (GError) reason = NULL;

  for (guint i = 0; i < n_checks && reason == NULL; i++)
    {
      const guint form = checks[i].form;
      gboolean right = FALSE;

      if ((known & form) != 0
          || !forms[row_of (checks[i].form)].is_there (&pz_gpu_get_info (gpu)->limits))
        continue;
      if (g_cancellable_set_error_if_cancelled (cancellable, &reason))
        break;
      pz_gpu_avoid_forms (gpu, PZ_FORMS_ALL & ~form);
      if (!run_check (gpu, &checks[i], &right, &reason))
        {
          right = FALSE;
          /* Memory may be there the next time. */
          uncertain |= g_error_matches (reason, PZ_ERROR, PZ_ERROR_GPU_MEMORY) ? form : 0;
          g_debug ("%s: %s", pz_product_form_name (checks[i].form), reason->message);
          if (can_do_without (checks[i].form, reason))
            g_clear_error (&reason);
        }
      results->wrong |= right ? 0 : form;
      results->checked |= form;
    }
  results->checked = (reason == NULL ? PZ_FORMS_ALL : results->checked) & ~uncertain;
  pz_gpu_avoid_forms (gpu, avoided);
  if (reason == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&reason));
  return FALSE;
}

/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "tests/nets/compare.h"

#include <math.h>

double
pz_relative_error (const float *found, const float *expected, gsize n)
{
  double difference = 0.0, norm = 0.0;

  for (gsize i = 0; i < n; i++)
    {
      double d = (double) found[i] - (double) expected[i];

      if (!isfinite (found[i]))
        return INFINITY;
      difference += d * d;
      norm += (double) expected[i] * (double) expected[i];
    }
  return sqrt (difference / norm);
}

static const PzSafetensorF32 *
find_answer (const PzModuleAnswer *answer, const char *name)
{
  for (guint i = 0; i < answer->tensors->len; i++)
    {
      const PzSafetensorF32 *tensor = &g_array_index (answer->tensors, PzSafetensorF32, i);

      if (g_str_equal (tensor->name, name))
        return tensor;
    }
  g_error ("no result “%s”", name);
}

static double
cosine (const float *a, const float *b, gsize n)
{
  double ab = 0.0, aa = 0.0, bb = 0.0;

  for (gsize i = 0; i < n; i++)
    {
      ab += (double) a[i] * (double) b[i];
      aa += (double) a[i] * (double) a[i];
      bb += (double) b[i] * (double) b[i];
    }
  return ab / sqrt (aa * bb);
}

static const struct
{
  double result, gradient;
} tolerances[PZ_NETS_N_WAYS] = {
  [PZ_NETS_HALVES] = { PZ_NETS_F16_TOLERANCE, PZ_NETS_F16_GRADIENT_TOLERANCE },
  [PZ_NETS_SINGLES] = { PZ_NETS_F32_TOLERANCE, PZ_NETS_F32_GRADIENT_TOLERANCE },
  [PZ_NETS_MATRICES] = { PZ_NETS_MATRICES_TOLERANCE, PZ_NETS_F16_GRADIENT_TOLERANCE },
  [PZ_NETS_PAIRS] = { PZ_NETS_PAIRS_TOLERANCE, PZ_NETS_F16_GRADIENT_TOLERANCE },
};

static void
compare_tensor (const PzTensorFile *file,
                const PzFileTensor *expected,
                const PzSafetensorF32 *found,
                PzNetsWay way)
{
  const gboolean is_gradient = g_str_has_prefix (found->name, "d_");
  const double tolerance = is_gradient ? tolerances[way].gradient : tolerances[way].result;
  g_autofree float *values = g_new (float, expected->n_elements);
  g_autoptr (GError) error = NULL;

  pz_tensor_file_read_f32 (file, expected, 0, expected->n_elements, values, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (found->n_dims, ==, expected->n_dims);
  for (guint i = 0; i < expected->n_dims; i++)
    g_assert_cmpuint (found->dims[i], ==, expected->dims[i]);
  for (guint64 i = 0; i < expected->n_elements; i++)
    if (values[i] == 0.0f && found->values[i] != 0.0f)
      g_error ("%s[%" G_GUINT64_FORMAT "]: expected an exact zero, found %g", found->name, i,
               (double) found->values[i]);

  double relative = pz_relative_error (found->values, values, expected->n_elements);
  g_test_message ("%s: relative error %.2e", found->name, relative);
  if (!(relative <= tolerance))
    g_error ("%s: relative error %.3e, allowed %.1e", found->name, relative, tolerance);
  if (is_gradient
      && !(cosine (found->values, values, expected->n_elements) >= PZ_NETS_F16_GRADIENT_COSINE))
    g_error ("%s: cosine %.6f, expected %.4f", found->name,
             cosine (found->values, values, expected->n_elements), PZ_NETS_F16_GRADIENT_COSINE);
}

void
pz_compare_answer (const PzTensorFile *file, const PzModuleAnswer *answer, PzNetsWay way)
{
  guint n_expected = 0;

  for (guint i = 0; i < pz_tensor_file_get_n_tensors (file); i++)
    {
      const PzFileTensor *expected = pz_tensor_file_get_tensor (file, i);
      const char *name = expected->name;

      if (!g_str_has_prefix (name, "expected."))
        continue;
      compare_tensor (file, expected, find_answer (answer, name + strlen ("expected.")), way);
      n_expected++;
    }
  g_assert_cmpuint (n_expected, >, 0);
  g_assert_cmpuint (n_expected, ==, answer->tensors->len);
}

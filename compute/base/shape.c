/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "compute/base/shape.h"

#include "compute/base/checked.h"

char *
pz_shape_to_text (guint n_dims, const guint dims[])
{
  GString *text = g_string_new ("[");

  for (guint i = 0; i < n_dims; i++)
    g_string_append_printf (text, i > 0 ? ", %u" : "%u", dims[i]);
  g_string_append_c (text, ']');
  return g_string_free_and_steal (text);
}

gboolean
pz_shape_equal (guint n_a, const guint a[], guint n_b, const guint b[])
{
  if (n_a != n_b)
    return FALSE;
  for (guint i = 0; i < n_a; i++)
    if (a[i] != b[i])
      return FALSE;
  return TRUE;
}

gsize
pz_shape_product (const guint dims[], guint from, guint to)
{
  gsize n = 1;

  for (guint i = from; i < to; i++)
    n *= dims[i];
  return n;
}

gboolean
pz_shape_is_valid (guint n_dims, const guint dims[])
{
  guint64 n = 1;

  if (n_dims == 0 || n_dims > PZ_MAX_DIMS)
    return FALSE;
  for (guint i = 0; i < n_dims; i++)
    if (!pz_checked_mul (n, dims[i], &n))
      return FALSE;
  return n > 0 && n <= G_MAXINT32;
}

gboolean
pz_shape_broadcasts (guint n_a, const guint a[], guint n_b, const guint b[])
{
  if (n_b > n_a)
    return FALSE;
  for (guint i = 0; i < n_b; i++)
    if (b[i] != 1 && b[i] != a[n_a - n_b + i])
      return FALSE;
  return TRUE;
}

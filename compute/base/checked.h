/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Overflow-checked arithmetic for sizes from untrusted sources (files, users). Each function returns FALSE on overflow and
 * leaves *result undefined.
 * Thread: any.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

static inline gboolean
pz_checked_mul (guint64 a, guint64 b, guint64 *result)
{
  return g_uint64_checked_mul (result, a, b);
}

static inline gboolean
pz_checked_add (guint64 a, guint64 b, guint64 *result)
{
  return g_uint64_checked_add (result, a, b);
}

/* Rounds up to a multiple of a power of two. */
static inline gboolean
pz_checked_align (guint64 value, guint64 alignment, guint64 *result)
{
  if (!g_uint64_checked_add (result, value, alignment - 1))
    return FALSE;
  *result &= ~(alignment - 1);
  return TRUE;
}

G_END_DECLS

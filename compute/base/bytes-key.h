/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Structs of guints as keys of a GHashTable, compared byte by byte. Zero a struct before filling it, because padding is
 * compared too.
 */
#pragma once

#include <glib.h>
#include <string.h>

G_BEGIN_DECLS

static inline guint
pz_bytes_key_hash (gconstpointer data, gsize n_bytes)
{
  const guint *words = data;
  guint hash = 5381;

  for (gsize i = 0; i < n_bytes / sizeof *words; i++)
    hash = hash * 33 + words[i];
  return hash;
}

/* Defines NAME_hash () and NAME_equal () for such a struct. */
#define PZ_DEFINE_BYTES_KEY(Type, name) \
  G_STATIC_ASSERT (sizeof (Type) % sizeof (guint) == 0); \
  static guint name##_hash (gconstpointer data) \
  { \
    return pz_bytes_key_hash (data, sizeof (Type)); \
  } \
  static gboolean name##_equal (gconstpointer a, gconstpointer b) \
  { \
    return memcmp (a, b, sizeof (Type)) == 0; \
  }

G_END_DECLS

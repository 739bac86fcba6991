/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "compute/gpu/extents.h"

#define AT(extents, i) g_array_index ((extents)->free, PzExtent, i)

void
pz_extents_init (PzExtents *extents, guint64 offset, guint64 bytes)
{
  PzExtent all = { offset, bytes };

  extents->free = g_array_new (FALSE, FALSE, sizeof (PzExtent));
  if (bytes > 0)
    g_array_append_val (extents->free, all);
}

void
pz_extents_clear (PzExtents *extents)
{
  g_clear_pointer (&extents->free, g_array_unref);
}

gboolean
pz_extents_take (PzExtents *extents, guint64 bytes, guint64 *offset)
{
  guint best = G_MAXUINT;

  for (guint i = 0; i < extents->free->len; i++)
    if (AT (extents, i).bytes >= bytes
        && (best == G_MAXUINT || AT (extents, i).bytes < AT (extents, best).bytes))
      best = i;
  if (best == G_MAXUINT)
    return FALSE;

  *offset = AT (extents, best).offset;
  AT (extents, best).offset += bytes;
  AT (extents, best).bytes -= bytes;
  if (AT (extents, best).bytes == 0)
    g_array_remove_index (extents->free, best);
  return TRUE;
}

void
pz_extents_give (PzExtents *extents, guint64 offset, guint64 bytes)
{
  PzExtent given = { offset, bytes };
  guint i = 0;

  while (i < extents->free->len && AT (extents, i).offset < offset)
    i++;
  if (i < extents->free->len && offset + bytes == AT (extents, i).offset)
    {
      given.bytes += AT (extents, i).bytes;
      g_array_remove_index (extents->free, i);
    }
  if (i > 0 && AT (extents, i - 1).offset + AT (extents, i - 1).bytes == offset)
    {
      AT (extents, i - 1).bytes += given.bytes;
      return;
    }
  g_array_insert_val (extents->free, i, given);
}

guint64
pz_extents_free_bytes (const PzExtents *extents)
{
  guint64 sum = 0;

  for (guint i = 0; i < extents->free->len; i++)
    sum += AT (extents, i).bytes;
  return sum;
}

gboolean
pz_extents_check (const PzExtents *extents)
{
  for (guint i = 0; i < extents->free->len; i++)
    {
      if (AT (extents, i).bytes == 0)
        return FALSE;
      if (i > 0
          && AT (extents, i - 1).offset + AT (extents, i - 1).bytes >= AT (extents, i).offset)
        return FALSE;
    }
  return TRUE;
}

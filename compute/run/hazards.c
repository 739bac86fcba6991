/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "compute/run/hazards.h"

/* Ranges accessed since the last barrier. */
typedef struct
{
  GArray *reads; /* of PzRange */
  GArray *writes;
} Pending;

static gboolean
meet (const PzRange *a, const PzRange *b)
{
  return a->bytes > 0 && b->bytes > 0 && a->address < b->address + b->bytes
         && b->address < a->address + a->bytes;
}

static gboolean
meets_any (const PzRange ranges[], guint n, const GArray *pending)
{
  for (guint i = 0; i < n; i++)
    for (guint j = 0; j < pending->len; j++)
      if (meet (&ranges[i], &g_array_index (pending, PzRange, j)))
        return TRUE;
  return FALSE;
}

static gboolean
must_wait (const Pending *pending, const PzDispatch *d)
{
  return meets_any (d->reads, d->n_reads, pending->writes)
         || meets_any (d->writes, d->n_writes, pending->writes)
         || meets_any (d->writes, d->n_writes, pending->reads);
}

void
pz_hazards_place (const PzDispatch dispatches[], guint n, gboolean barrier_before[])
{
  Pending pending = {
    .reads = g_array_new (FALSE, FALSE, sizeof (PzRange)),
    .writes = g_array_new (FALSE, FALSE, sizeof (PzRange)),
  };

  for (guint i = 0; i < n; i++)
    {
      const PzDispatch *d = &dispatches[i];

      barrier_before[i] = must_wait (&pending, d);
      if (barrier_before[i])
        {
          g_array_set_size (pending.reads, 0);
          g_array_set_size (pending.writes, 0);
        }
      g_array_append_vals (pending.reads, d->reads, d->n_reads);
      g_array_append_vals (pending.writes, d->writes, d->n_writes);
    }
  g_array_unref (pending.reads);
  g_array_unref (pending.writes);
}

static const PzRange *
first_meeting (const PzRange a[], guint n_a, const PzRange b[], guint n_b)
{
  for (guint i = 0; i < n_a; i++)
    for (guint j = 0; j < n_b; j++)
      if (meet (&a[i], &b[j]))
        return &a[i];
  return NULL;
}

/* The kind of conflict between an earlier and a later dispatch; NULL = none. range: (out) the range in conflict. */
static const char *
conflict (const PzDispatch *earlier, const PzDispatch *later, const PzRange **range)
{
  *range = first_meeting (later->reads, later->n_reads, earlier->writes, earlier->n_writes);
  if (*range != NULL)
    return "read after write";
  *range = first_meeting (later->writes, later->n_writes, earlier->reads, earlier->n_reads);
  if (*range != NULL)
    return "write after read";
  *range = first_meeting (later->writes, later->n_writes, earlier->writes, earlier->n_writes);
  return *range != NULL ? "write after write" : NULL;
}

char *
pz_hazards_find_missing (const PzDispatch dispatches[],
                         guint n,
                         const gboolean barrier_before[])
{
  for (guint later = 1; later < n; later++)
    {
      /* Goes back only to the last barrier, which covers all earlier dispatches. */
      for (guint earlier = later; earlier > 0 && !barrier_before[earlier]; earlier--)
        {
          const PzRange *range;
          const char *kind = conflict (&dispatches[earlier - 1], &dispatches[later], &range);

          if (kind != NULL)
            return g_strdup_printf (
              "%s without a barrier: dispatches %u and %u at %#" G_GINT64_MODIFIER
              "x, %" G_GUINT64_FORMAT " bytes",
              kind, earlier - 1, later, range->address, range->bytes);
        }
    }
  return NULL;
}

void
pz_hazards_reverse (const gboolean barrier_before[], guint n, guint order[])
{
  for (guint first = 0, end; first < n; first = end)
    {
      for (end = first + 1; end < n && !barrier_before[end]; end++)
        ;
      for (guint i = first; i < end; i++)
        order[first + end - 1 - i] = i;
    }
}

/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Places the largest items first, each into the smallest sufficient gap between placed items that are alive at the same time.
 */
#include "compute/graph/plan.h"

#include "compute/base/checked.h"

#include <stdlib.h>

/* A range of memory for one item and the items that successively overwrite it. */
typedef struct
{
  guint first;
  guint last;
  guint64 bytes; /* aligned */
  guint order; /* index of the first item: makes the order of equal sizes deterministic */
  guint chunk;
  guint64 offset;
} Place;

typedef struct
{
  Place **placed; /* sorted by offset */
  guint n_placed;
  guint64 bytes;
} Chunk;

static int
compare_places (const void *a, const void *b)
{
  const Place *pa = *(Place *const *) a;
  const Place *pb = *(Place *const *) b;

  if (pa->bytes != pb->bytes)
    return pa->bytes < pb->bytes ? 1 : -1;
  return pa->order < pb->order ? -1 : pa->order > pb->order;
}

/* Puts the place into the smallest gap that is large enough, else at the end. FALSE if that exceeds max_bytes. */
static gboolean
best_fit (const Chunk *chunk, Place *place, guint64 max_bytes)
{
  guint64 end = 0; /* of the places visited so far that are alive at the same time */
  guint64 best_gap = G_MAXUINT64;

  for (guint i = 0; i < chunk->n_placed; i++)
    {
      const Place *other = chunk->placed[i];

      if (other->last < place->first || other->first > place->last)
        continue;
      if (other->offset >= end + place->bytes && other->offset - end < best_gap)
        {
          best_gap = other->offset - end;
          place->offset = end;
        }
      end = MAX (end, other->offset + other->bytes);
    }
  if (best_gap != G_MAXUINT64)
    return TRUE;
  place->offset = end;
  return end + place->bytes <= max_bytes;
}

static void
chunk_add (Chunk *chunk, Place *place)
{
  guint at = chunk->n_placed++;

  while (at > 0 && chunk->placed[at - 1]->offset > place->offset)
    {
      chunk->placed[at] = chunk->placed[at - 1];
      at--;
    }
  chunk->placed[at] = place;
  chunk->bytes = MAX (chunk->bytes, place->offset + place->bytes);
}

/* Merges items with those that they may overwrite and fills place_of[item]; returns the places. */
static Place *
join_items (const PzPlanItem items[],
            guint n_items,
            guint64 alignment,
            guint place_of[],
            guint *n_places)
{
  Place *places = g_new0 (Place, MAX (n_items, 1));
  gboolean *taken = g_new0 (gboolean, MAX (n_items, 1));

  *n_places = 0;
  for (guint i = 0; i < n_items; i++)
    {
      const PzPlanItem *item = &items[i];
      const gint over = item->may_overwrite;

      g_assert (item->first <= item->last && over < (gint) i);
      if (over >= 0 && !taken[over] && items[over].bytes == item->bytes
          && items[over].last == item->first && items[over].first < item->first)
        {
          taken[over] = TRUE;
          place_of[i] = place_of[over];
          places[place_of[i]].last = item->last;
          continue;
        }
      place_of[i] = *n_places;
      places[*n_places] = (Place) { .first = item->first, .last = item->last, .order = i };
      /* An item never has 0 bytes, so that addresses are unique. */
      if (!pz_checked_align (MAX (item->bytes, 1), alignment, &places[*n_places].bytes))
        places[*n_places].bytes = G_MAXUINT64;
      (*n_places)++;
    }
  g_free (taken);
  return places;
}

static void
chunk_clear (gpointer data)
{
  g_free (((Chunk *) data)->placed);
}

static void
put_place (GArray *chunks, Place *place, guint n_places, guint64 max_chunk_bytes)
{
  for (guint c = 0; c < chunks->len; c++)
    if (best_fit (&g_array_index (chunks, Chunk, c), place, max_chunk_bytes))
      {
        place->chunk = c;
        chunk_add (&g_array_index (chunks, Chunk, c), place);
        return;
      }

  Chunk chunk = { .placed = g_new0 (Place *, n_places) };
  place->chunk = chunks->len;
  place->offset = 0;
  chunk_add (&chunk, place);
  g_array_append_val (chunks, chunk);
}

PzPlan *
pz_plan_new (const PzPlanItem items[],
             guint n_items,
             guint64 alignment,
             guint64 max_chunk_bytes,
             GError **error)
{
  g_autofree guint *place_of = g_new0 (guint, MAX (n_items, 1));
  guint n_places = 0;
  g_autofree Place *places = join_items (items, n_items, alignment, place_of, &n_places);
  g_autofree Place **by_size = g_new0 (Place *, MAX (n_places, 1));
  g_autoptr (GArray) chunks = g_array_new (FALSE, TRUE, sizeof (Chunk));

  g_array_set_clear_func (chunks, chunk_clear);
  for (guint i = 0; i < n_places; i++)
    by_size[i] = &places[i];
  qsort (by_size, n_places, sizeof by_size[0], compare_places);
  if (n_places > 0 && by_size[0]->bytes > max_chunk_bytes)
    {
      g_set_error (error, PZ_ERROR, PZ_ERROR_GPU_MEMORY,
                   "one tensor needs %" G_GUINT64_FORMAT
                   " bytes, the device allocates at most %" G_GUINT64_FORMAT " at once",
                   by_size[0]->bytes, max_chunk_bytes);
      return NULL;
    }
  for (guint i = 0; i < n_places; i++)
    put_place (chunks, by_size[i], n_places, max_chunk_bytes);

  PzPlan *plan = g_new0 (PzPlan, 1);
  plan->slots = g_new0 (PzPlanSlot, MAX (n_items, 1));
  for (guint i = 0; i < n_items; i++)
    plan->slots[i] = (PzPlanSlot) { places[place_of[i]].chunk, places[place_of[i]].offset };
  plan->n_chunks = chunks->len;
  plan->chunk_bytes = g_new0 (guint64, MAX (chunks->len, 1));
  for (guint c = 0; c < chunks->len; c++)
    {
      plan->chunk_bytes[c] = g_array_index (chunks, Chunk, c).bytes;
      plan->peak_bytes += plan->chunk_bytes[c];
    }
  return plan;
}

void
pz_plan_free (PzPlan *plan)
{
  if (plan == NULL)
    return;
  g_free (plan->slots);
  g_free (plan->chunk_bytes);
  g_free (plan);
}

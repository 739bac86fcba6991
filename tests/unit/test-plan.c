/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "compute/graph/plan.h"

#define ALIGNMENT 256
#define N_STEPS 40

static guint64
aligned (guint64 bytes)
{
  return (MAX (bytes, 1) + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
}

/* Random lifetimes; about a third may overwrite an earlier item. */
static guint
draw_items (GRand *rand, PzPlanItem items[], guint max_items)
{
  const guint n = (guint) g_rand_int_range (rand, 1, (gint) max_items + 1);

  for (guint i = 0; i < n; i++)
    {
      const guint first = (guint) g_rand_int_range (rand, 0, N_STEPS);

      items[i] = (PzPlanItem) {
        .first = first,
        .last = (guint) g_rand_int_range (rand, (gint) first, N_STEPS),
        .bytes = (guint64) g_rand_int_range (rand, 0, 5000),
        .may_overwrite = -1,
      };
      if (i == 0 || g_rand_int_range (rand, 0, 3) != 0)
        continue;

      const gint over = g_rand_int_range (rand, 0, (gint) i);
      items[i].may_overwrite = over;
      items[i].first = items[over].last;
      items[i].last = MAX (items[i].first, items[i].last);
      if (g_rand_boolean (rand))
        items[i].bytes = items[over].bytes;
    }
  return n;
}

static gboolean
share_bytes (const PzPlan *plan, const PzPlanItem items[], guint a, guint b)
{
  const PzPlanSlot *sa = &plan->slots[a];
  const PzPlanSlot *sb = &plan->slots[b];

  return sa->chunk == sb->chunk && sa->offset < sb->offset + MAX (items[b].bytes, 1)
         && sb->offset < sa->offset + MAX (items[a].bytes, 1);
}

static void
check_plan (const PzPlan *plan, const PzPlanItem items[], guint n, guint64 max_chunk_bytes)
{
  guint64 total = 0;
  guint64 sum = 0;

  for (guint i = 0; i < n; i++)
    {
      total += aligned (items[i].bytes);
      g_assert_cmpuint (plan->slots[i].offset % ALIGNMENT, ==, 0);
      g_assert_cmpuint (plan->slots[i].chunk, <, plan->n_chunks);
      g_assert_cmpuint (plan->slots[i].offset + items[i].bytes, <=,
                        plan->chunk_bytes[plan->slots[i].chunk]);
      for (guint j = 0; j < i; j++)
        {
          if (items[i].last < items[j].first || items[j].last < items[i].first)
            continue;
          /* They may share bytes only if i overwrites j at j's last step. */
          if (items[i].may_overwrite == (gint) j && items[i].first == items[j].last)
            continue;
          g_assert_false (share_bytes (plan, items, i, j));
        }
    }
  for (guint c = 0; c < plan->n_chunks; c++)
    {
      g_assert_cmpuint (plan->chunk_bytes[c], <=, max_chunk_bytes);
      sum += plan->chunk_bytes[c];
    }
  g_assert_cmpuint (plan->peak_bytes, ==, sum);
  g_assert_cmpuint (plan->peak_bytes, <=, total);

  for (guint step = 0; step < N_STEPS; step++)
    {
      guint64 live = 0;
      for (guint i = 0; i < n; i++)
        if (items[i].first <= step && step <= items[i].last)
          live += items[i].bytes;
      /* Items that overwrite another one at this step were counted twice. */
      for (guint i = 0; i < n; i++)
        if (items[i].first == step && items[i].may_overwrite >= 0)
          live -= MIN (live, items[i].bytes);
      g_assert_cmpuint (plan->peak_bytes, >=, live);
    }
}

static void
test_random_lifetimes (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (2601);
  PzPlanItem items[60];

  for (guint round = 0; round < 1000; round++)
    {
      const guint n = draw_items (rand, items, G_N_ELEMENTS (items));
      const guint64 max_chunk_bytes = round % 2 == 0 ? G_MAXUINT64 / 2 : 8192;
      g_autoptr (PzPlan) plan = pz_plan_new (items, n, ALIGNMENT, max_chunk_bytes, NULL);

      g_assert_nonnull (plan);
      if (round % 2 == 0)
        g_assert_cmpuint (plan->n_chunks, ==, 1);
      check_plan (plan, items, n, max_chunk_bytes);
    }
}

static void
test_a_chain_needs_two_places (void)
{
  PzPlanItem items[8];

  for (guint i = 0; i < G_N_ELEMENTS (items); i++)
    items[i] = (PzPlanItem) { .first = i, .last = i + 1, .bytes = 1024, .may_overwrite = -1 };

  g_autoptr (PzPlan) plan = pz_plan_new (items, 8, ALIGNMENT, G_MAXUINT32, NULL);
  g_assert_cmpuint (plan->peak_bytes, ==, 2048);
}

static void
test_a_chain_over_itself_needs_one_place (void)
{
  PzPlanItem items[8];

  for (gint i = 0; i < 8; i++)
    items[i] = (PzPlanItem) {
      .first = (guint) i,
      .last = (guint) i + 1,
      .bytes = 1024,
      .may_overwrite = i - 1,
    };

  g_autoptr (PzPlan) plan = pz_plan_new (items, 8, ALIGNMENT, G_MAXUINT32, NULL);
  g_assert_cmpuint (plan->peak_bytes, ==, 1024);
}

static void
test_only_one_may_overwrite (void)
{
  const PzPlanItem items[] = {
    { .first = 0, .last = 1, .bytes = 512, .may_overwrite = -1 },
    { .first = 1, .last = 3, .bytes = 512, .may_overwrite = 0 },
    { .first = 1, .last = 3, .bytes = 512, .may_overwrite = 0 },
  };
  g_autoptr (PzPlan) plan = pz_plan_new (items, 3, ALIGNMENT, G_MAXUINT32, NULL);

  g_assert_cmpuint (plan->slots[1].offset, ==, plan->slots[0].offset);
  g_assert_cmpuint (plan->slots[2].offset, !=, plan->slots[0].offset);
}

static void
test_the_smallest_gap_is_taken (void)
{
  /* Items 0 to 4 lie one after the other, by size. After step 4, items 1 and 3 leave gaps of 2048 and 1024 bytes. */
  const PzPlanItem items[] = {
    { .first = 0, .last = 9, .bytes = 4096, .may_overwrite = -1 },
    { .first = 0, .last = 4, .bytes = 2048, .may_overwrite = -1 },
    { .first = 0, .last = 9, .bytes = 1536, .may_overwrite = -1 },
    { .first = 0, .last = 4, .bytes = 1024, .may_overwrite = -1 },
    { .first = 0, .last = 9, .bytes = 768, .may_overwrite = -1 },
    { .first = 5, .last = 9, .bytes = 512, .may_overwrite = -1 },
  };
  g_autoptr (PzPlan) plan = pz_plan_new (items, 6, ALIGNMENT, G_MAXUINT32, NULL);

  g_assert_cmpuint (plan->slots[5].offset, ==, plan->slots[3].offset);
}

static void
test_one_item_too_large_is_refused (void)
{
  const PzPlanItem item = { .first = 0, .last = 1, .bytes = 5000, .may_overwrite = -1 };
  g_autoptr (GError) error = NULL;

  g_assert_null (pz_plan_new (&item, 1, ALIGNMENT, 4096, &error));
  g_assert_error (error, PZ_ERROR, PZ_ERROR_GPU_MEMORY);
  g_assert_nonnull (strstr (error->message, "4096"));
}

static void
test_nothing_needs_nothing (void)
{
  g_autoptr (PzPlan) plan = pz_plan_new (NULL, 0, ALIGNMENT, 4096, NULL);

  g_assert_cmpuint (plan->peak_bytes, ==, 0);
  g_assert_cmpuint (plan->n_chunks, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/plan/live-ranges-never-share-bytes", test_random_lifetimes);
  g_test_add_func ("/plan/a-chain-needs-two-places", test_a_chain_needs_two_places);
  g_test_add_func ("/plan/a-chain-written-over-itself-needs-one",
                   test_a_chain_over_itself_needs_one_place);
  g_test_add_func ("/plan/only-one-item-overwrites-another", test_only_one_may_overwrite);
  g_test_add_func ("/plan/the-smallest-gap-is-taken", test_the_smallest_gap_is_taken);
  g_test_add_func ("/plan/an-item-larger-than-a-chunk-is-refused",
                   test_one_item_too_large_is_refused);
  g_test_add_func ("/plan/nothing-needs-nothing", test_nothing_needs_nothing);
  return g_test_run ();
}

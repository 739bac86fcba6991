/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "compute/run/pace.h"

#include <math.h>

/* Nominal rates, and the initial pace of a kernel. On software devices a slow kernel takes several times longer than a fast
 * one, and the first submit must not block cancellation. */
static const struct
{
  gdouble flops_per_second;
  gdouble bytes_per_second;
  gdouble seconds_per_dispatch;
  gdouble first_pace;
} nominal[] = {
  [PZ_GPU_DISCRETE] = { 5e12, 3e11, 3e-6, 2 },
  [PZ_GPU_INTEGRATED] = { 5e11, 3e10, 1e-5, 3 },
  [PZ_GPU_VIRTUAL] = { 5e11, 3e10, 1e-5, 3 },
  [PZ_GPU_SOFTWARE] = { 2e10, 5e9, 3e-5, 4 },
};

/* Limits of the factor by which a pace changes per submit, because measurements may be disturbed. A pace rises quickly and
 * falls slowly, because long submits delay cancellation, while short ones cost little. */
#define LARGEST_STEP_UP 8.0
#define LARGEST_STEP_DOWN 0.7

gdouble
pz_pace_nominal_seconds (const PzPace *pace, const PzDispatch *dispatch)
{
  return nominal[pace->kind].seconds_per_dispatch
         + dispatch->cost.flops / nominal[pace->kind].flops_per_second
         + dispatch->cost.bytes / nominal[pace->kind].bytes_per_second;
}

static gdouble
pace_of (const PzPace *pace, guint kernel)
{
  return pace->pace[kernel] > 0 ? pace->pace[kernel] : nominal[pace->kind].first_pace;
}

gdouble
pz_pace_expected_seconds (const PzPace *pace, const PzDispatch *dispatch)
{
  return pz_pace_nominal_seconds (pace, dispatch) * pace_of (pace, dispatch->kernel);
}

/* Takes a box of at most `limit` workgroups (at least one), starting at workgroup `first`: whole planes, else whole rows of one
 * plane, else part of one row. */
static guint64
take_box (const guint groups[3], guint64 first, guint64 limit, PzPiece *piece)
{
  const guint64 row = groups[0];
  const guint64 plane = row * groups[1];
  const guint x = (guint) (first % row);
  const guint y = (guint) (first % plane / row);
  const guint z = (guint) (first / plane);

  piece->base[0] = x;
  piece->base[1] = y;
  piece->base[2] = z;
  piece->groups[0] = groups[0];
  piece->groups[1] = groups[1];
  piece->groups[2] = 1;
  if (x == 0 && y == 0 && limit >= plane)
    piece->groups[2] = (guint) MIN (limit / plane, groups[2] - z);
  else if (x == 0 && limit >= row)
    piece->groups[1] = (guint) MIN (limit / row, groups[1] - y);
  else
    {
      piece->groups[0] = (guint) MIN (MAX (limit, 1), groups[0] - x);
      piece->groups[1] = 1;
    }
  return (guint64) piece->groups[0] * piece->groups[1] * piece->groups[2];
}

void
pz_pace_cut (const PzPace *pace,
             const PzDispatch dispatches[],
             guint n,
             gdouble budget_seconds,
             PzCursor *cursor,
             GArray *pieces)
{
  gdouble left = budget_seconds;

  while (cursor->dispatch < n)
    {
      const PzDispatch *d = &dispatches[cursor->dispatch];
      const guint64 total = (guint64) d->groups[0] * d->groups[1] * d->groups[2];
      const gdouble whole = pz_pace_expected_seconds (pace, d);
      const gdouble each = whole / (gdouble) total;
      PzPiece piece = { .dispatch = cursor->dispatch };
      guint64 taken;

      g_assert (total > 0);
      /* A dispatch that fits in one budget is not split but starts the next submit, and so does one of which no workgroup fits
       * in the rest. */
      if (pieces->len > 0 && each * (gdouble) (total - cursor->group) > left
          && (whole <= budget_seconds || each > left))
        return;
      taken = take_box (d->groups, cursor->group, (guint64) MIN (left / each, 1e18), &piece);
      piece.share = (gdouble) taken / (gdouble) total;
      g_array_append_val (pieces, piece);
      cursor->group += taken;
      left -= each * (gdouble) taken;
      if (cursor->group < total)
        return;
      *cursor = (PzCursor) { cursor->dispatch + 1, 0 };
    }
}

void
pz_pace_learn (PzPace *pace,
               const PzDispatch dispatches[],
               const GArray *pieces,
               gdouble seconds)
{
  g_autofree gdouble *expected = g_new0 (gdouble, pieces->len + 1);
  gdouble sum = 0;
  gdouble step;

  for (guint i = 0; i < pieces->len; i++)
    {
      const PzPiece *piece = &g_array_index (pieces, PzPiece, i);

      expected[i] =
        piece->share * pz_pace_expected_seconds (pace, &dispatches[piece->dispatch]);
      sum += expected[i];
    }
  if (sum <= 0 || seconds <= 0)
    return;

  /* The correction is distributed over the kernels in proportion to their share of the time. */
  step = log (CLAMP (seconds / sum, LARGEST_STEP_DOWN, LARGEST_STEP_UP));
  for (guint i = 0; i < pieces->len; i++)
    {
      const guint kernel = dispatches[g_array_index (pieces, PzPiece, i).dispatch].kernel;

      pace->pace[kernel] = pace_of (pace, kernel) * exp (step * expected[i] / sum);
    }
}

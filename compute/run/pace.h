/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How long a dispatch will take, learned from how long earlier ones took, and where that cuts
 * a list of dispatches into submits of about one budget. Pure functions: no device, no clock.
 *
 * A dispatch's nominal time follows from its flops and bytes at fixed rates per kind of
 * device. Its expected time is that times the kernel's pace: a factor measured so far on this
 * device, starting cautious. Cuts never change results, only where submits begin.
 * Thread: any.
 */
#pragma once

#include "compute/graph/op.h"

G_BEGIN_DECLS

/* One submit should take this long: with two in flight a cancel is heard within a quarter of a
 * second even when an expectation is off by a factor of two. */
#define PZ_BUDGET_SECONDS 0.05

typedef struct
{
  PzGpuKind kind;
  gdouble *pace; /* by kernel; 0 = never measured */
} PzPace;

gdouble pz_pace_nominal_seconds (const PzPace *pace, const PzDispatch *dispatch);
gdouble pz_pace_expected_seconds (const PzPace *pace, const PzDispatch *dispatch);

/* Groups base[] .. base[] + groups[] - 1 of one dispatch. */
typedef struct
{
  guint dispatch;
  guint base[3];
  guint groups[3];
  gdouble share; /* of the dispatch's groups, in 0..1 */
} PzPiece;

/* The next group to run; { 0, 0 } at the start, dispatch == n at the end. */
typedef struct
{
  guint dispatch;
  guint64 group; /* x fastest */
} PzCursor;

/* Appends the pieces (PzPiece) of one submit and moves the cursor behind them: at least one
 * group, else no more than budget_seconds expected. */
void pz_pace_cut (const PzPace *pace,
                  const PzDispatch dispatches[],
                  guint n,
                  gdouble budget_seconds,
                  PzCursor *cursor,
                  GArray *pieces);

/* Learns from one submit: its pieces took `seconds`. */
void pz_pace_learn (PzPace *pace,
                    const PzDispatch dispatches[],
                    const GArray *pieces,
                    gdouble seconds);

G_END_DECLS

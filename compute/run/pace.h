/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Estimates the time of a dispatch from measured times of earlier ones, and divides a list of dispatches into submits of about
 * one budget each. Pure functions: no device, no clock.
 *
 * The nominal time of a dispatch is computed from its flops and bytes, at fixed rates per kind of device. Its expected time is
 * the nominal time multiplied by the kernel's pace, a factor that is learned on this device and starts with a cautious value.
 * The division into submits never changes results.
 * Thread: any.
 */
#pragma once

#include "compute/graph/op.h"

G_BEGIN_DECLS

/* Target time of a submit. With two in flight, cancelling takes at most a quarter of a second even if an estimate is wrong by a
 * factor of two. */
#define PZ_BUDGET_SECONDS 0.05

typedef struct
{
  PzGpuKind kind;
  gdouble *pace; /* by kernel; 0 = not measured yet */
} PzPace;

gdouble pz_pace_nominal_seconds (const PzPace *pace, const PzDispatch *dispatch);
gdouble pz_pace_expected_seconds (const PzPace *pace, const PzDispatch *dispatch);

/* Workgroups base[] .. base[] + groups[] - 1 of one dispatch. */
typedef struct
{
  guint dispatch;
  guint base[3];
  guint groups[3];
  gdouble share; /* fraction of the dispatch's workgroups, 0..1 */
} PzPiece;

/* The next workgroup to run; { 0, 0 } at the start, dispatch == n at the end. */
typedef struct
{
  guint dispatch;
  guint64 group; /* x fastest */
} PzCursor;

/* Appends the pieces (PzPiece) of one submit and advances the cursor: at least one workgroup, otherwise at most budget_seconds
 * of expected time. */
void pz_pace_cut (const PzPace *pace,
                  const PzDispatch dispatches[],
                  guint n,
                  gdouble budget_seconds,
                  PzCursor *cursor,
                  GArray *pieces);

/* Updates the paces from one submit whose pieces took `seconds`. */
void pz_pace_learn (PzPace *pace,
                    const PzDispatch dispatches[],
                    const GArray *pieces,
                    gdouble seconds);

G_END_DECLS

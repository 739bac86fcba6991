/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Checks whether a device computes correct results: runs every op, in each dtype and on each code path, and compares with
 * references computed on the host in double precision. Drivers have bugs; this finds the op and the device, so that the bug can
 * be reported.
 *
 * Thread: any, one at a time. Opens its own device.
 */
#pragma once

#include "compute/gpu.h"

G_BEGIN_DECLS

/* The result for one op. Strings are static, except `wrong`, which is freed after the callback. Valid only during the
 * callback. */
typedef struct
{
  const char *op;
  PzDtype dtype; /* activation dtype of the graph: PZ_F32 or PZ_F16 */
  gboolean coop; /* TRUE = with cooperative matrices where possible; FALSE = without */
  guint n_cases;
  guint n_failed;
  double share; /* largest error divided by the allowed error: passes up to 1 */
  double seconds; /* including compilation and the reference */
  char *wrong; /* the first failed case, "CASE: a sentence"; NULL = none failed */
} PzConformance;

typedef struct
{
  const char *device; /* see PzGpuParams */
  const char *op; /* run only this op; NULL = all */
  GCancellable *cancellable;
  void (*opened) (const PzGpuInfo *info,
                  gpointer data); /* once, before the first op; may be NULL */
  void (*checked) (const PzConformance *result, gpointer data); /* after each op; may be NULL */
  gpointer data;
} PzConformanceParams;

/* Runs all cases. n_failed: (out) number of failed cases. Returns FALSE with NO_DEVICE, BAD_INPUT (no op has this name),
 * DEVICE_LOST, GPU_MEMORY or CANCELLED; the remaining cases are then not run. A wrong result is counted, it is not an error. */
gboolean
pz_conformance_run (const PzConformanceParams *params, guint *n_failed, GError **error);

G_END_DECLS

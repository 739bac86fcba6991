/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Whether a device computes what it should: every op, in each number format and by each path, against references in doubles on the
 * host. Drivers err; this tells which op on which card, so that it can be reported.
 *
 * Thread: any, one at a time; opens the device for itself.
 */
#pragma once

#include "compute/gpu.h"

G_BEGIN_DECLS

/* Of one op. Strings are the library's but for `wrong`, and all of it is valid in the callback only. */
typedef struct
{
  const char *op;
  PzDtype dtype; /* of the graph: PZ_F32 or PZ_F16 */
  gboolean coop; /* by cooperative matrices, wherever they are possible; FALSE = without any */
  guint n_cases;
  guint n_failed;
  double share; /* the largest error, as a part of what is allowed: at most 1 passes */
  double seconds; /* with compiling, and with the reference */
  char *
    wrong; /* what is wrong with the first case that failed: "CASE: a sentence"; NULL = nothing */
} PzConformance;

typedef struct
{
  const char *device; /* see PzGpuParams */
  const char *op; /* this one alone; NULL = all */
  GCancellable *cancellable;
  void (*opened) (const PzGpuInfo *info,
                  gpointer data); /* once, before the first op; may be NULL */
  void (*checked) (const PzConformance *result, gpointer data); /* after each op; may be NULL */
  gpointer data;
} PzConformanceParams;

/* Runs all cases. `n_failed` (out): how many failed. FALSE with NO_DEVICE, BAD_INPUT (no op of this name), DEVICE_LOST, GPU_MEMORY,
 * CANCELLED: then the rest was not run. A case that the device gets wrong is no error. */
gboolean
pz_conformance_run (const PzConformanceParams *params, guint *n_failed, GError **error);

G_END_DECLS

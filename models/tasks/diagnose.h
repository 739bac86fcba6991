/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Why a result is no picture. Weights are finite (weights.h); numbers stop being numbers in one place first: at
 * an op whose results leave their range, or where a driver computed wrongly. Programs are run once more, op by
 * op, to find that place; this takes much longer than a run.
 *
 * Thread: the gpu's.
 */
#pragma once

#include "compute/run.h"
#include "models/files/weights.h"

G_BEGIN_DECLS

/* Where a program's weights are from: scopes of its ops begin with prefix, the longest counts. */
typedef struct
{
  const char *prefix;
  const char *network; /* for people: "unet" */
  PzWeights *weights; /* NULL = none here */
} PzDiagnosePart;

typedef struct
{
  PzGpu *gpu;
  PzDtype activation;
  GCancellable *cancellable;
} PzDiagnose;

/* All of these: TRUE when no cause is found. Else FALSE with BAD_NUMBERS (weights or halves: the network, the
 * layer, what helps), with BAD_OUTPUT (the device's driver: sound numbers became others), or CANCELLED,
 * DEVICE_LOST and BAD_FILE. */

/* Runs the program with what its inputs hold now. flat: one value for each channel of a result is a fault
 * too. */
gboolean pz_diagnose_program (const PzDiagnose *diagnose,
                              PzProgram *program,
                              const PzDiagnosePart parts[],
                              guint n_parts,
                              gboolean flat,
                              GError **error);

/* What is left when nothing else is found. `found`: what came in place of a picture. Always FALSE. */
gboolean pz_diagnose_driver (const PzDiagnose *diagnose, const char *found, GError **error);

gboolean pz_diagnose_is_finite (const float *values, gsize n);
/* One value for each of the channels, the last dimension. */
gboolean pz_diagnose_is_flat (const float *values, gsize n, guint n_channels);

G_END_DECLS

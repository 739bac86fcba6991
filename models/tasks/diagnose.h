/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Finds out why a result is not a picture. Weights are always finite (weights.h), so the first NaN or infinity appears at one
 * place: at an op whose results exceed their range, or where a driver computed wrongly. To find that place, programs are run
 * again op by op, which takes much longer than a normal run.
 *
 * Thread: the gpu's.
 */
#pragma once

#include "compute/run.h"
#include "models/files/weights.h"

G_BEGIN_DECLS

/* Maps ops to the weights of a network: scopes of its ops start with prefix; the longest match wins. */
typedef struct
{
  const char *prefix;
  const char *network; /* for users: "unet" */
  PzWeights *weights; /* NULL = none */
} PzDiagnosePart;

typedef struct
{
  PzGpu *gpu;
  PzDtype activation;
  GCancellable *cancellable;
} PzDiagnose;

/* Functions with an error parameter return TRUE if they find no cause. Otherwise FALSE with BAD_NUMBERS (weights, or overflow:
 * names network, layer and remedy), BAD_OUTPUT (the device's driver turned finite numbers into wrong ones), CANCELLED,
 * DEVICE_LOST or BAD_FILE. */

/* Runs the program on the current contents of its inputs. flat: also treat a result with one constant value per channel as a
 * fault. */
gboolean pz_diagnose_program (const PzDiagnose *diagnose,
                              PzProgram *program,
                              const PzDiagnosePart parts[],
                              guint n_parts,
                              gboolean flat,
                              GError **error);

/* The remaining explanation if nothing else was found. `found`: what was returned instead of a picture. Always returns
 * FALSE. */
gboolean pz_diagnose_driver (const PzDiagnose *diagnose, const char *found, GError **error);

gboolean pz_diagnose_is_finite (const float *values, gsize n);
/* Whether each channel (the last dimension) has one constant value. */
gboolean pz_diagnose_is_flat (const float *values, gsize n, guint n_channels);

G_END_DECLS

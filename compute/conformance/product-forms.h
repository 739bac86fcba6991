/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Finds the forms of a matrix product that give wrong results on a device: the measurement for compute/self-check.h.
 *
 * Thread: the gpu's.
 */
#pragma once

#include "compute/conformance/op-case.h"

G_BEGIN_DECLS

/* A case of an op that uses this form if the device supports it. */
typedef struct
{
  PzProductForm form;
  const PzOpFamily *family;
  const char *op;
  const char *c;
} PzFormCheck;

extern const PzFormCheck pz_form_checks[];
extern const guint pz_n_form_checks;

/* Runs the checks whose form the device supports, in f16, each with all other forms disabled. wrong: (out) mask of the forms
 * that gave wrong results. Restores the avoided forms of the device. Returns FALSE with GPU_MEMORY, DEVICE_LOST or
 * CANCELLED. */
gboolean pz_form_checks_run (PzGpu *gpu,
                             const PzFormCheck checks[],
                             guint n_checks,
                             GCancellable *cancellable,
                             guint *wrong,
                             GError **error);

/* Finds the op and the case of a check. c: (out). */
const PzOpTest *pz_form_check_find (const PzFormCheck *check, const PzOpCase **c);

/* A phrase for messages, such as "cooperative matrices". */
const char *pz_product_form_name (PzProductForm form);

G_END_DECLS

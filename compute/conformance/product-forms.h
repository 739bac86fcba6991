/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Which forms of a matrix product a device gets wrong: the measurement behind compute/self-check.h.
 *
 * Thread: the gpu's.
 */
#pragma once

#include "compute/conformance/op-case.h"

G_BEGIN_DECLS

/* A case of an op that takes the form where the device has it. */
typedef struct
{
  PzProductForm form;
  const PzOpFamily *family;
  const char *op;
  const char *c;
} PzFormCheck;

extern const PzFormCheck pz_form_checks[];
extern const guint pz_n_form_checks;

/* Runs those whose form the device has, in halves, each with all other forms avoided. `wrong` (out): the forms that erred. What the
 * device avoids is as before. FALSE with GPU_MEMORY, DEVICE_LOST, CANCELLED. */
gboolean pz_form_checks_run (PzGpu *gpu,
                             const PzFormCheck checks[],
                             guint n_checks,
                             GCancellable *cancellable,
                             guint *wrong,
                             GError **error);

/* The op and the case. c: (out). */
const PzOpTest *pz_form_check_find (const PzFormCheck *check, const PzOpCase **c);

/* "cooperative matrices"; for sentences. */
const char *pz_product_form_name (PzProductForm form);

G_END_DECLS

/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Finds the forms of a matrix product that do not work on a device: the measurement for compute/self-check.h.
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

/* The checks of a form follow each other. */
extern const PzFormCheck pz_form_checks[];
extern const guint pz_n_form_checks;

/* Masks of PzProductForm. */
typedef struct
{
  guint
    checked; /* the result is certain, also for the next start; a form that the device does not have counts as checked */
  guint wrong; /* gives wrong results, or cannot be compiled or run */
} PzFormResults;

/* Runs the checks of forms that are not in results->checked and that the device supports, in f16, each with all other forms
 * disabled, and adds their results. A form that cannot be compiled or run is wrong, unless it is the plain one, without
 * which the device is of no use. Restores the avoided forms of the device. Returns FALSE with CANCELLED; with DEVICE_LOST,
 * where the form that was being run is added as wrong; or with any error of the plain form. */
gboolean pz_form_checks_run (PzGpu *gpu,
                             const PzFormCheck checks[],
                             guint n_checks,
                             GCancellable *cancellable,
                             PzFormResults *results,
                             GError **error);

/* Finds the op and the case of a check. c: (out). */
const PzOpTest *pz_form_check_find (const PzFormCheck *check, const PzOpCase **c);

/* A phrase for messages, such as "cooperative matrices". */
const char *pz_product_form_name (PzProductForm form);

G_END_DECLS

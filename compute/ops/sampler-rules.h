/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Shape rules of sampler_remember and sampler_update.
 */
#pragma once

#include "compute/ops/lower.h"
#include "compute/sampler.h"

G_BEGIN_DECLS

/* TRUE if the prediction has an unconditional and a conditional half for guidance. */
gboolean pz_sampler_is_guided (const PzTensor *x, const PzTensor *pred);

/* FALSE with the error set. */
gboolean pz_sampler_check_answer (const PzNode *x,
                                  const PzNode *pred,
                                  const PzNode *knobs,
                                  GError **error);
gboolean pz_sampler_check_past (const PzNode *past, const PzTensor *x, GError **error);

G_END_DECLS

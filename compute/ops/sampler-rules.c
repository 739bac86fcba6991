/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "compute/ops/sampler-rules.h"

#include "compute/base/shape.h"

gboolean
pz_sampler_is_guided (const PzTensor *x, const PzTensor *pred)
{
  return pred->dims[0] == 2 * x->dims[0];
}

gboolean
pz_sampler_check_answer (const PzNode *x,
                         const PzNode *pred,
                         const PzNode *knobs,
                         GError **error)
{
  const PzTensor *a = &x->tensor, *b = &pred->tensor;

  if (a->dtype != PZ_F32 || knobs->tensor.dtype != PZ_F32)
    return pz_refuse (error, "expected x and knobs in F32");
  if (!pz_require_float (pred, error)
      || !pz_require_dims (knobs, "knobs", 1, (const guint[]) { PZ_N_KNOBS }, error))
    return FALSE;
  if (!pz_shape_equal (b->n_dims - 1, b->dims + 1, a->n_dims - 1, a->dims + 1)
      || (b->dims[0] != a->dims[0] && !pz_sampler_is_guided (a, b)))
    return pz_refuse (error, "expected a prediction of x's shape, or twice its batch");
  return TRUE;
}

gboolean
pz_sampler_check_past (const PzNode *past, const PzTensor *x, GError **error)
{
  PzTensor slots = *x;

  slots.dims[0] *= PZ_SAMPLER_SLOTS;
  if (past->tensor.dtype != PZ_F32)
    return pz_refuse (error, "expected the past in F32");
  return pz_require_dims (past, "the past", slots.n_dims, slots.dims, error);
}

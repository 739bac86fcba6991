/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The backward rules of an op, from the cases of op-test.h.
 */
#pragma once

#include "tests/ops/op-test.h"

G_BEGIN_DECLS

typedef struct
{
  PzGpu *gpu;
  const PzOpTest *test;
  const PzOpCase *c;
  PzDtype activation;
  PzStorage *const *in; /* NULL where the case has no source */
  PzOpArray *arrays; /* what is in them; changed and restored */
  double flops; /* of the op, as its dispatches count them */
} PzOpGradient;

/* Fails the running test if the device's gradients differ from the reference, or if an op without a backward rule is not rejected by
 * name. */
void pz_op_test_gradient (const PzOpGradient *self);

G_END_DECLS

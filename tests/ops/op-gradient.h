/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Tests the backward rules of an op with the cases of compute/conformance/op-case.h.
 */
#pragma once

#include "compute/conformance/op-bench.h"

G_BEGIN_DECLS

/* Fails the running test if the device's gradients differ from the reference, or if an op without a backward rule is not
 * rejected by name. The bench must have a program. Its arrays are changed and restored. */
void pz_op_test_gradient (PzOpBench *bench);

G_END_DECLS

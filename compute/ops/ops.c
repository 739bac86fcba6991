/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "compute/ops/ops.h"

const PzOpClass *const pz_op_classes[] = {
#define PZ_OP(name) &pz_op_##name,
#include "compute/ops/ops.def"
#undef PZ_OP
};

const guint pz_n_op_classes = G_N_ELEMENTS (pz_op_classes);

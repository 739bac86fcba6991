/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The op classes by name, from ops.def.
 */
#pragma once

#include "compute/graph/op.h"

G_BEGIN_DECLS

#define PZ_OP(name) extern const PzOpClass pz_op_##name;
#include "compute/ops/ops.def"
#undef PZ_OP

G_END_DECLS

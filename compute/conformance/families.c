/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "compute/conformance/op-case.h"

#define FAMILIES(FAMILY) \
  FAMILY (linear) \
  FAMILY (conv2d) \
  FAMILY (attention) \
  FAMILY (norm) \
  FAMILY (geglu) \
  FAMILY (unary) \
  FAMILY (binary) \
  FAMILY (cast) \
  FAMILY (copy) \
  FAMILY (embedding) \
  FAMILY (emphasis) \
  FAMILY (gated_add) \
  FAMILY (reduce) \
  FAMILY (resample) \
  FAMILY (sampler) \
  FAMILY (learning) \
  FAMILY (attention_gradient)

#define DECLARE(id) extern const PzOpFamily pz_op_family_##id;
#define ADDRESS(id) &pz_op_family_##id,

FAMILIES (DECLARE)

const PzOpFamily *const pz_op_families[] = { FAMILIES (ADDRESS) NULL };

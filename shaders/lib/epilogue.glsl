// SPDX-FileCopyrightText: 2026 The gimp-personalize authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Epilogue of every matrix product: y = act_out (act (sum + bias + batch_bias) + residual). The including file includes args
// with PZ_EPILOGUE_* and declares the specialisation constants ACT and ACT_OUT: a branch over seven functions per element would
// cost more than the product.
#ifndef PZ_EPILOGUE_GLSL
#define PZ_EPILOGUE_GLSL

#include "shaders/lib/activation.glsl"
#include "shaders/lib/storage.glsl"

// The software driver executes a load from a uniform address even if no lane is active, so the address must be valid: without a
// bias this is the address of w.
uint64_t
pz_bias_address ()
{
  return args.bias != 0 ? args.bias : args.w;
}

#ifdef PZ_W8
// Packed weights are integers; the scale of a row of the weight is that of a column of the result. PZ_W_ROW is the length of a
// row.
uint64_t
pz_scales ()
{
  return args.w + uint64_t (args.n) * uint64_t (PZ_W_ROW);
}
#endif

// at: index of element [row, column] in y.
void
pz_epilogue1 (float sum, uint row, uint column, uint at)
{
  const float bias = load1 (pz_bias_address (), column);

#ifdef PZ_W8
  sum *= load1_f32 (pz_scales (), column);
#endif
  sum += args.bias != 0 ? bias : 0.0;
  if (args.batch_bias != 0)
    sum += load1 (args.batch_bias, row / args.rows_per_batch * args.n + column);
  sum = pz_activate (sum, ACT);
  if (args.residual != 0)
    sum += load1 (args.residual, at);
  store1 (args.y, at, pz_activate (sum, ACT_OUT));
}

// Four columns at once; column, n and at are multiples of 4.
void
pz_epilogue4 (vec4 sum, uint row, uint column, uint at)
{
  const vec4 bias = load4 (pz_bias_address (), column);

#ifdef PZ_W8
  sum *= load4_f32 (pz_scales (), column);
#endif
  sum += args.bias != 0 ? bias : vec4 (0.0);
  if (args.batch_bias != 0)
    sum += load4 (args.batch_bias, row / args.rows_per_batch * args.n + column);
  sum = pz_activate4 (sum, ACT);
  if (args.residual != 0)
    sum += load4 (args.residual, at);
  store4 (args.y, at, pz_activate4 (sum, ACT_OUT));
}

#endif

/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The result and epilogue of every matrix product: y = act_out (act (sum + bias + batch_bias) + residual). The address of a
 * missing tensor is 0.
 */
#ifndef PZ_ARGS_PRODUCT_H
#define PZ_ARGS_PRODUCT_H

#define PZ_EPILOGUE_ADDRESSES \
  pz_u64 y;          /* [m, n] */ \
  pz_u64 bias;       /* [n] */ \
  pz_u64 batch_bias; /* [m / rows_per_batch, n] */ \
  pz_u64 residual;   /* [m, n], may be y */

#define PZ_EPILOGUE_SIZES \
  pz_u32 m; \
  pz_u32 n; \
  pz_u32 rows_per_batch;

#endif

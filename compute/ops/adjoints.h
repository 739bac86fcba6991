/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Ops that only backward rules use. Errors and thread as in graph.h.
 */
#pragma once

#include "compute/graph.h"

G_BEGIN_DECLS

/* The gradient of x from that of act (x): d_y * act' (x). Both have the same shape and dtype. */
PzTensor *pz_unary_gradient (PzGraph *graph, PzTensor *x, PzTensor *d_y, PzActivation act);

/* Zeros along one axis, except for x's slices at start, start + step, start + 2 step ...; the result has `length` entries along
 * the axis. */
PzTensor *
pz_spread (PzGraph *graph, PzTensor *x, guint axis, guint start, guint step, guint length);

/* Exchanges the first and last dimension; `mirrored` reverses the dimensions between them. So the weight [N, K] or
 * [O, kh, kw, I] of a product becomes the weight of its input gradient, [K, N] or [I, kh, kw, O]. The result is in x's dtype or
 * F32. */
PzTensor *pz_exchange (PzGraph *graph, PzTensor *x, gboolean mirrored, PzDtype dtype);

/* The gradient of x, from d_out of pz_group_norm (x, ...). */
PzTensor *pz_group_norm_gradient (PzGraph *graph,
                                  PzTensor *x,
                                  PzTensor *weight,
                                  PzTensor *bias,
                                  PzTensor *d_out,
                                  guint groups,
                                  float eps,
                                  PzActivation act);

/* The gradient of x, from d_out of pz_layer_norm (x, ...). */
PzTensor *pz_layer_norm_gradient (PzGraph *graph,
                                  PzTensor *x,
                                  PzTensor *weight,
                                  PzTensor *bias,
                                  PzTensor *d_out,
                                  float eps,
                                  PzActivation act);

/* The gradient of x [..., 2C], from d_out [..., C] of pz_geglu (x). */
PzTensor *pz_geglu_gradient (PzGraph *graph, PzTensor *x, PzTensor *d_out);

/* ids I32 [B, T], d_out [B, T, D] -> F32 [n_extra, D]: row j is the sum of d_out's rows whose id is n_table + j. */
PzTensor *pz_embedding_gradient (PzGraph *graph,
                                 PzTensor *ids,
                                 PzTensor *d_out,
                                 guint n_table,
                                 guint n_extra);

/* x F32 [B, ...], most and d_out F32 [B], most = pz_max (x) -> shape of x: d_out at the first maximum of each batch entry, else
 * 0. */
PzTensor *pz_max_gradient (PzGraph *graph, PzTensor *x, PzTensor *most, PzTensor *d_out);

/* a, b [B, N, W] -> F32 [B, heads, N]: the dot product of a and b for each row and head. */
PzTensor *pz_head_dot (PzGraph *graph, PzTensor *a, PzTensor *b, guint heads);

/* a / b; 0 where b is not positive. Both are F32 and have the same shape. */
PzTensor *pz_ratio (PzGraph *graph, PzTensor *a, PzTensor *b);

G_END_DECLS

/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Ops that only backward rules make. Errors and thread as in graph.h.
 */
#pragma once

#include "compute/graph.h"

G_BEGIN_DECLS

/* The gradient of x from that of act (x): d_y * act' (x). Both of one shape and dtype. */
PzTensor *pz_unary_gradient (PzGraph *graph, PzTensor *x, PzTensor *d_y, PzActivation act);

/* Zeros along one axis, but for x's slices at start, start + step, start + 2 step ...; the axis becomes `length` long. */
PzTensor *
pz_spread (PzGraph *graph, PzTensor *x, guint axis, guint start, guint step, guint length);

/* First and last dimension exchanged; `mirrored`: those between run backwards. A product's weight [N, K] or [O, kh, kw, I]
 * becomes that of its gradient, [K, N] or [I, kh, kw, O]. The result in x's dtype or F32. */
PzTensor *pz_exchange (PzGraph *graph, PzTensor *x, gboolean mirrored, PzDtype dtype);

G_END_DECLS

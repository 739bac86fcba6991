/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Ops on prompts, outside of networks. Errors and thread as in graph.h.
 */
#pragma once

#include "compute/graph.h"

G_BEGIN_DECLS

/* Prompt weighting: x [B, T, D] times weight F32 [B, T], then each batch entry scaled so that the mean of all its values is
 * unchanged, as the common web interfaces do. That factor is limited to 1 / (largest weight) .. 1 / (smallest weight), its range
 * when the means of all rows have the same sign. Weights of 1 change no bit. */
PzTensor *pz_emphasis (PzGraph *graph, PzTensor *x, PzTensor *weight);

G_END_DECLS

/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Ops on prompts that are not part of a network. Errors and thread as in graph.h.
 */
#pragma once

#include "compute/graph.h"

G_BEGIN_DECLS

/* Prompt weighting, as in the common web interfaces: multiplies x [B, T, D] by weight F32 [B, T], then scales each batch entry
 * so that the mean of all its values stays the same. The scale factor is limited to 1 / (largest weight) .. 1 / (smallest
 * weight), its range if the means of all rows have the same sign. Weights of 1 leave x bit-identical. */
PzTensor *pz_emphasis (PzGraph *graph, PzTensor *x, PzTensor *weight);

G_END_DECLS

/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Ops on prompts that no network has. Errors and thread as in graph.h.
 */
#pragma once

#include "compute/graph.h"

G_BEGIN_DECLS

/* Weighs the words of a prompt: x [B, T, D] times weight F32 [B, T], each batch entry then scaled so that
 * the mean of all its values is what it was, as the common web interfaces do it. That factor stays between 1 / (largest
 * weight) and 1 / (smallest), where it lies by itself when all rows' means have one sign. Weights of 1 change no bit. */
PzTensor *pz_emphasis (PzGraph *graph, PzTensor *x, PzTensor *weight);

G_END_DECLS

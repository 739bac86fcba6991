/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The subject finder: predicts which pixels of a picture belong to its main subject (models/training/finder_net.py).
 *
 * Thread: the graph's.
 */
#pragma once

#include "compute/graph.h"
#include "models/nets/configs.h"

G_BEGIN_DECLS

/* picture [B, S, S, 4], any float dtype, S = sample_size: R, G and B in -1..1, and the hint, 1 inside and 0 outside; all 0 if
 * there is no hint. -> logits [B, S/2, S/2, 4]: the 2x2 pixels of each position in row order. */
PzTensor *
pz_subject_finder (PzGraph *graph, const PzSubjectFinderConfig *config, PzTensor *picture);

G_END_DECLS

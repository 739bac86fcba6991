/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The subject finder: which pixels of a picture are its main thing (models/training/finder_net.py).
 *
 * Thread: the graph's.
 */
#pragma once

#include "compute/graph.h"
#include "models/nets/configs.h"

G_BEGIN_DECLS

/* picture [B, S, S, 4], any float dtype: R, G and B in -1..1, and the hint, 1 inside and 0 outside, 0 everywhere where there
 * is none; S = sample_size. -> logits [B, S/2, S/2, 4]: each place's 2x2 pixels, row by row. */
PzTensor *
pz_subject_finder (PzGraph *graph, const PzSubjectFinderConfig *config, PzTensor *picture);

G_END_DECLS

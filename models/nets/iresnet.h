/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * IResNet, insightface's face recogniser (He et al., 2016, with the changes of Duta et al., 2020; methods: Celeb Basis, face
 * recogniser). Weights have the names in its .pth files, with two exceptions: each batch norm is requested as NAME.factor and
 * NAME.shift, the factor and the offset that it applies to each channel, and fc.weight is requested as [512, 7, 7, 512].
 *
 * Thread: the graph's.
 */
#pragma once

#include "compute/graph.h"

G_BEGIN_DECLS

#define PZ_IRESNET_SIDE 112
#define PZ_IRESNET_N_LAYERS 4
#define PZ_IRESNET_N_FEATURES 512

typedef struct
{
  guint
    n_blocks[PZ_IRESNET_N_LAYERS]; /* 3, 13, 30, 3 of IResNet-100; 3, 4, 14, 3 of IResNet-50 */
} PzIresnetConfig;

/* picture F32 [1, 112, 112, 3], R'G'B' in -1..1 -> [1, 512], the features */
PzTensor *pz_iresnet (PzGraph *graph, const PzIresnetConfig *config, PzTensor *picture);

G_END_DECLS

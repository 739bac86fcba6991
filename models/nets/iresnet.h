/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * IResNet, the face recogniser of insightface (He et al., 2016, with the changes of Duta et al., 2020; methods: Celeb Basis, face
 * recogniser). Names of weights are its .pth files', but for batch norms: each is asked for as NAME.factor and NAME.shift, what it
 * multiplies a channel with and adds to it, and fc.weight is asked for as [512, 7, 7, 512].
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

/* picture F32 [1, 112, 112, 3], R'G'B' in -1..1 -> [1, 512] */
PzTensor *pz_iresnet (PzGraph *graph, const PzIresnetConfig *config, PzTensor *picture);

G_END_DECLS

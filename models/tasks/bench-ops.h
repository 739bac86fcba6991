/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The three ops that take most of the time of a picture, each on its own, with the shapes of Stable Diffusion 1.5.
 *
 * Thread: the gpu's.
 */
#pragma once

#include "compute/run.h"
#include "models/bench.h"

G_BEGIN_DECLS

/* work: PZ_BENCH_GEMM, PZ_BENCH_CONV or PZ_BENCH_ATTENTION, in f16 on random numbers. Fails as pz_program_new () does.
 * (transfer full) */
PzProgram *pz_bench_op_new (PzGpu *gpu, PzBenchWork work, GError **error);

G_END_DECLS

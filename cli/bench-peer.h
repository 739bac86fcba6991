/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Another engine that does the same work in a process of its own: tests/bench/torch_side.py. One
 * line of JSON asks, one answers.
 */
#pragma once

#include "models/bench.h"

typedef struct _PzBenchPeer PzBenchPeer;

/* name: "torch". beside: the folder of the running binary, by which the source tree is found. Fails where it is
 * not there or has no PyTorch. (transfer full) */
PzBenchPeer *
pz_bench_peer_new (const char *name, const char *beside, const char *model, GError **error);
void pz_bench_peer_free (PzBenchPeer *peer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PzBenchPeer, pz_bench_peer_free)

/* Its name and version, and on what it runs. */
const char *pz_bench_peer_about (const PzBenchPeer *peer);

/* With how many threads it did a work in the last run, NULL = it does not do that. Valid until the next run. */
const char *pz_bench_peer_threads (const PzBenchPeer *peer, PzBenchWork work);

/* The same work once; size, steps and guidance as they are, not 0. ms[work] gets its time, of steps their
 * median; 0 = it does not do that. */
gboolean pz_bench_peer_run (PzBenchPeer *peer,
                            const PzBenchParams *params,
                            gboolean guided,
                            double ms[PZ_N_BENCH],
                            GError **error);

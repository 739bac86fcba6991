/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A second engine that does the same work in its own process: tests/bench/torch_side.py. A request is one line of JSON,
 * and so is the answer.
 */
#pragma once

#include "models/bench.h"

typedef struct _PzBenchPeer PzBenchPeer;

/* name: "torch". beside: the folder of the running binary, which is used to find the source tree. Fails if the script
 * is not there, or if it has no PyTorch. (transfer full) */
PzBenchPeer *
pz_bench_peer_new (const char *name, const char *beside, const char *model, GError **error);
void pz_bench_peer_free (PzBenchPeer *peer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PzBenchPeer, pz_bench_peer_free)

/* Its name and version, and the device it runs on. */
const char *pz_bench_peer_about (const PzBenchPeer *peer);

/* The threads that it used for a work in the last run; NULL = it does not do that work. Valid until the next run. */
const char *pz_bench_peer_threads (const PzBenchPeer *peer, PzBenchWork work);

/* Runs the same works once. size, steps and guidance must be the actual values, not 0. ms[work] receives the time, for
 * steps their median; 0 = it does not do that work. */
gboolean pz_bench_peer_run (PzBenchPeer *peer,
                            const PzBenchParams *params,
                            gboolean guided,
                            double ms[PZ_N_BENCH],
                            GError **error);

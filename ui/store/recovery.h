/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Keeps finished variants on disk until they are layers, so that a process that is killed during a run loses nothing.
 *
 * Each run has its own folder in the user's data folder, which only the user can read, and holds a lock in it. The
 * kernel releases the lock when the process ends for any reason, so a folder that no process holds was left by an
 * interrupted run. Recovery is best-effort: what cannot be written is not kept, and the run continues. Only the last
 * PZ_RECOVERY_MAX_LEFT interrupted runs are kept.
 *
 * Thread: main.
 */
#pragma once

#include "ui/host.h"

G_BEGIN_DECLS

#define PZ_RECOVERY_MAX_LEFT 8

typedef struct _PzRecovery PzRecovery;

/* How the results of a run are added, as the user requested it. */
typedef struct
{
  gboolean new_image, native_size, comment, mark_origin, without_prompt;
  PzHostStart *start; /* what was painted over; NULL = nothing */
} PzRunManner;

void pz_run_manner_clear (PzRunManner *manner);

/* A folder for a run that starts; NULL if it cannot be created. (transfer full) */
PzRecovery *pz_recovery_new (void);

/* The results left by processes that have ended, oldest first; the caller holds them from now on. Removes folders
 * without a variant, and runs beyond the limit. (transfer full) array of PzRecovery, possibly empty; freeing it leaves
 * the files where they are. */
GPtrArray *pz_recovery_find (void);

/* recovery NULL: does nothing. Writes `manner` with the first result. */
void
pz_recovery_keep (PzRecovery *recovery, const PzRunManner *manner, const PzHostResult *result);

/* The kept results, in order, without files that cannot be read. (transfer full), see pz_host_results_new () */
GArray *pz_recovery_load (PzRecovery *recovery);
/* manner->start: (transfer full). All members are FALSE or NULL if nothing was kept. */
void pz_recovery_load_manner (PzRecovery *recovery, PzRunManner *manner);
guint pz_recovery_get_n_kept (const PzRecovery *recovery);

/* Removes the folder, because the results are layers now or are not wanted. Frees the recovery. */
void pz_recovery_discard (PzRecovery *recovery);
/* Releases the folder, which a later dialog will find. Frees the recovery. */
void pz_recovery_leave (PzRecovery *recovery);

G_END_DECLS

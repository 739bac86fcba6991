/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Finished variants on disk until they are layers: a process that is killed in mid-run loses nothing.
 *
 * Each run has a folder of its own below the user's data folder, readable by the user alone, and holds a lock in it;
 * the kernel lets go of the lock when the process ends, however it ends. A folder nobody holds is what a run left
 * behind. Recovery is a courtesy: what cannot be written is not kept, and the run goes on. Of runs that were left only the
 * last PZ_RECOVERY_MAX_LEFT stay.
 *
 * Thread: main.
 */
#pragma once

#include "ui/host.h"

G_BEGIN_DECLS

#define PZ_RECOVERY_MAX_LEFT 8

typedef struct _PzRecovery PzRecovery;

/* How a run's results are added, as its user asked for it. */
typedef struct
{
  gboolean new_image, native_size, comment, mark_origin, without_prompt;
  PzHostStart *start; /* what was painted over; NULL = nothing */
} PzRunManner;

void pz_run_manner_clear (PzRunManner *manner);

/* A folder for a run that starts; NULL when none can be made. (transfer full) */
PzRecovery *pz_recovery_new (void);

/* What runs of processes that are gone have left, oldest first; they are held from now on. Folders without a variant, and
 * runs beyond the limit, are removed. (transfer full) array of PzRecovery, maybe empty; freeing it leaves the files where they are. */
GPtrArray *pz_recovery_find (void);

/* recovery NULL: nothing is done. manner is written with the first result. */
void
pz_recovery_keep (PzRecovery *recovery, const PzRunManner *manner, const PzHostResult *result);

/* What was kept, in order, without files that cannot be read. (transfer full), see pz_host_results_new () */
GArray *pz_recovery_load (PzRecovery *recovery);
/* (transfer full) start; all FALSE where nothing was kept. */
void pz_recovery_load_manner (PzRecovery *recovery, PzRunManner *manner);
guint pz_recovery_get_n_kept (const PzRecovery *recovery);

/* The results are layers now, or nobody wants them: removes the folder. */
void pz_recovery_discard (PzRecovery *recovery);
/* Lets go of the folder; a later dialog finds it. */
void pz_recovery_leave (PzRecovery *recovery);

G_END_DECLS

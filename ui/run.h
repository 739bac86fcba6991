/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The results of one press of Generate, from the first finished variant until all are layers. Until then they are also
 * in the recovery folder, unless that is switched off. Thread: main.
 */
#pragma once

#include "ui/host.h"
#include "ui/store/recovery.h"
#include "ui/settings.h"

G_BEGIN_DECLS

typedef struct _PzRun PzRun;

/* (transfer full) */
PzRun *pz_run_new (const PzSnapshot *snapshot);
/* The results of an interrupted run; takes ownership of the recovery. (transfer full); NULL if no file can be read. */
PzRun *pz_run_new_recovered (PzRecovery *recovery);
/* Results that were not added stay in the recovery folder. */
void pz_run_free (PzRun *run);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PzRun, pz_run_free)

/* Discards the results, in the recovery folder too. (transfer full) */
void pz_run_discard (PzRun *run);

void pz_run_keep (PzRun *run, const PzHostResult *result);

guint pz_run_get_n_wanted (const PzRun *run);
guint pz_run_get_n_made (const PzRun *run);
/* Results are added to the image scaled, and could have their native size instead. */
gboolean pz_run_is_scaled (const PzRun *run);
const PzHostResult *pz_run_get_result (const PzRun *run, guint index); /* (transfer none) */

/* Hands all results, at least one, to the host. new_image TRUE overrides the run's own choice. On success the results
 * are removed from the recovery folder. Calls `done` once, from the main loop or before this returns; never after the
 * run was freed, which cancels adding: the results then stay where they were. */
void pz_run_add (PzRun *run,
                 const PzHost *host,
                 gboolean new_image,
                 PzHostDoneFunc done,
                 gpointer data);

G_END_DECLS

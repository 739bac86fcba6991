/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What one press of Generate makes, from the first finished variant until all are layers. Until then they also lie in
 * the recovery folder, unless that is switched off. Thread: main.
 */
#pragma once

#include "ui/host.h"
#include "ui/store/recovery.h"
#include "ui/settings.h"

G_BEGIN_DECLS

typedef struct _PzRun PzRun;

/* (transfer full) */
PzRun *pz_run_new (const PzSnapshot *snapshot);
/* What an interrupted run left; takes the recovery. (transfer full); NULL when no file can be read. */
PzRun *pz_run_new_recovered (PzRecovery *recovery);
/* Results that were not added stay in the recovery folder. */
void pz_run_free (PzRun *run);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PzRun, pz_run_free)

/* Nobody wants its results: they go from the recovery folder, too. (transfer full) */
void pz_run_discard (PzRun *run);

void pz_run_keep (PzRun *run, const PzHostResult *result);

guint pz_run_get_n_wanted (const PzRun *run);
guint pz_run_get_n_made (const PzRun *run);
/* Results are put into the image scaled, and might have another size. */
gboolean pz_run_is_scaled (const PzRun *run);
const PzHostResult *pz_run_get_result (const PzRun *run, guint index); /* (transfer none) */

/* Hands all results, of which there is one at least, to the host; new_image overrides the run's own choice with TRUE. On success
 * they are no longer in the recovery folder. `done` comes once, by the main loop or before this returns; never once the run is
 * freed, which ends the adding: results stay where they were. */
void pz_run_add (PzRun *run,
                 const PzHost *host,
                 gboolean new_image,
                 PzHostDoneFunc done,
                 gpointer data);

G_END_DECLS

/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The ways to run: with the dialog, and straight through. Thread: main (libgimp).
 */
#pragma once

#include <libgimp/gimp.h>

#include "plugin/gimp-host.h"
#include "plugin/one-dialog.h"

G_BEGIN_DECLS

/* SUCCESS when at least one result was added before the dialog closed, else CANCEL. */
GimpPDBStatusType pz_run_dialog (GimpProcedure *procedure,
                                 GimpProcedureConfig *config,
                                 PzGimpHost *gimp,
                                 PzOneDialog *one);

/* Without GTK; progress goes to GIMP's own bar. */
GimpPDBStatusType
pz_run_straight (GimpProcedureConfig *config, PzGimpHost *gimp, GError **error);

/* The same for what plug-in-personalize-learn is asked. Paths of the saved concepts, (transfer full), or NULL + error. What had
 * begun can be gone on with in the dialog then. */
char **pz_run_learning (GimpProcedureConfig *config, GError **error);

G_END_DECLS

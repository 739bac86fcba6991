/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The run modes: with the dialog, and non-interactive. Thread: main (libgimp).
 */
#pragma once

#include <libgimp/gimp.h>

#include "plugin/gimp-host.h"
#include "plugin/one-dialog.h"

G_BEGIN_DECLS

/* SUCCESS if at least one result was added before the dialog closed, else CANCEL. */
GimpPDBStatusType pz_run_dialog (GimpProcedure *procedure,
                                 GimpProcedureConfig *config,
                                 PzGimpHost *gimp,
                                 PzOneDialog *one);

/* Without GTK; progress is shown in GIMP's own progress bar. */
GimpPDBStatusType
pz_run_straight (GimpProcedureConfig *config, PzGimpHost *gimp, GError **error);

/* The same for the arguments of plug-in-personalize-learn. The paths of the saved concepts, (transfer full), or NULL +
 * error. Learning that has begun can then be continued in the dialog. */
char **pz_run_learning (GimpProcedureConfig *config, GError **error);

G_END_DECLS

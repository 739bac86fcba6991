/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The procedure for learning from scripts. The names and the order of its arguments never change.
 * Thread: main (libgimp).
 */
#pragma once

#include <libgimp/gimp.h>

G_BEGIN_DECLS

#define PZ_LEARN_PROCEDURE "plug-in-personalize-learn"

/* (transfer full) */
GimpProcedure *pz_learn_procedure_new (GimpPlugIn *plug_in, GimpRunFunc run);

G_END_DECLS

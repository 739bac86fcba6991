/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The arguments of the procedure: those of ui/settings-table.h, in its order. Thread: main.
 */
#pragma once

#include <libgimp/gimp.h>

G_BEGIN_DECLS

void pz_arguments_add (GimpProcedure *procedure);

G_END_DECLS

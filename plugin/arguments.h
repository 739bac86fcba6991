/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The arguments of the procedure: the rows of ui/settings-table.h, in the same order. Thread: main.
 */
#pragma once

#include <libgimp/gimp.h>

G_BEGIN_DECLS

void pz_arguments_add (GimpProcedure *procedure);

G_END_DECLS

/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Named presets: how results are made, without prompt and seed, in a file of the user's. Thread: main.
 */
#pragma once

#include "ui/settings.h"

G_BEGIN_DECLS

/* In the order of the alphabet. (transfer full) */
GStrv pz_presets_list (void);
/* One of the same name is replaced. FALSE: the name is blank or the file cannot be written. */
gboolean pz_presets_save (const char *name, PzSettings *settings);
/* What the preset does not name, or not well, stays as it is. */
void pz_presets_apply (const char *name, PzSettings *settings);
void pz_presets_delete (const char *name);

G_END_DECLS

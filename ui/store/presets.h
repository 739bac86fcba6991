/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Named presets: the settings for how results are made, without prompt and seed, in a file of the user. Thread: main.
 */
#pragma once

#include "ui/settings.h"

G_BEGIN_DECLS

/* Sorted alphabetically. (transfer full) */
GStrv pz_presets_list (void);
/* Replaces a preset of the same name. FALSE: the name is blank, or the file cannot be written. */
gboolean pz_presets_save (const char *name, PzSettings *settings);
/* Settings that the preset does not contain, or whose values are invalid, stay unchanged. */
void pz_presets_apply (const char *name, PzSettings *settings);
void pz_presets_delete (const char *name);

G_END_DECLS

/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The models that were found, as a section of a menu: each with family, precision, size, licence, and what it lacks or
 * why it cannot be used. Read again in a background thread each time the menu opens. Thread: main.
 */
#pragma once

#include <gtk/gtk.h>

#include "ui/settings.h"

G_BEGIN_DECLS

/* Activating an item sets the setting "model-folder" and closes the menu. beside: see pz_model_search_path (). */
void pz_model_found_append (GtkWidget *menu, PzSettings *settings, const char *beside);

/* "sd-1.x · f16 · 2.9 GB · CreativeML Open RAIL-M". (transfer full) */
char *pz_model_found_describe (const PzModelInfo *model);

G_END_DECLS

/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The button "Presets": named settings to apply, save and delete. Thread: main.
 *
 * Signal "saved" (const char *name, gboolean saved): the settings were saved under that name, or could not be written.
 */
#pragma once

#include <gtk/gtk.h>

#include "ui/settings.h"

G_BEGIN_DECLS

#define PZ_TYPE_PRESET_MENU (pz_preset_menu_get_type ())
G_DECLARE_FINAL_TYPE (PzPresetMenu, pz_preset_menu, PZ, PRESET_MENU, GtkMenuButton)

GtkWidget *pz_preset_menu_new (PzSettings *settings);

G_END_DECLS

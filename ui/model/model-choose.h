/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Asks for a model: one of those that were found, or another one. GTK's file chooser shows either folders or files, so
 * a menu asks which first. Thread: main.
 */
#pragma once

#include <gtk/gtk.h>

#include "ui/settings.h"

G_BEGIN_DECLS

/* Adds to a menu the models that were found, and items that ask for a folder and for a file. The choice becomes the
 * setting "model-folder". beside: see pz_model_search_path (). */
void pz_model_choose_append (GtkWidget *menu, PzSettings *settings, const char *beside);

G_END_DECLS

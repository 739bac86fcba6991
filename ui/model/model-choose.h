/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Asks for a model: GTK's chooser shows either folders or files, so a menu asks which first. Thread: main.
 */
#pragma once

#include <gtk/gtk.h>

#include "ui/settings.h"

G_BEGIN_DECLS

/* Adds items to a menu that ask for a folder, and for a file. What is chosen then becomes the setting "model-folder". */
void pz_model_choose_append (GtkWidget *menu, PzSettings *settings);

G_END_DECLS

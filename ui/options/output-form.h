/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The settings for results: where they go, what is written with them, what is shown and kept during a run.
 * Thread: main.
 */
#pragma once

#include <gtk/gtk.h>

#include "ui/settings.h"

G_BEGIN_DECLS

GtkWidget *pz_output_form_new (PzSettings *settings);

G_END_DECLS

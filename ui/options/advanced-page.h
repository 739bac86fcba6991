/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Settings that most users leave unchanged: size, steps, guidance, negative prompt, words, model, device.
 * Thread: main.
 */
#pragma once

#include <gtk/gtk.h>

#include "models/session.h"
#include "ui/settings.h"

G_BEGIN_DECLS

#define PZ_TYPE_ADVANCED_PAGE (pz_advanced_page_get_type ())
G_DECLARE_FINAL_TYPE (PzAdvancedPage, pz_advanced_page, PZ, ADVANCED_PAGE, GtkGrid)

/* beside: see pz_model_search_path (). */
GtkWidget *pz_advanced_page_new (PzSettings *settings, const char *beside);

/* The open model: defaults and sizes are shown with its numbers, and settings that it ignores are insensitive, with the
 * reason. */
void pz_advanced_page_set_model (PzAdvancedPage *page, const PzModelInfo *model);

/* The size in pixels of the concept's layer, which is offered as a size; 0 = none. */
void pz_advanced_page_set_layer (PzAdvancedPage *page, guint width, guint height);
/* Names of the usable devices, best first. */
void pz_advanced_page_set_devices (PzAdvancedPage *page, const char *const *names);

G_END_DECLS

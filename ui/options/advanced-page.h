/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What most people leave alone: size, steps, guidance, negative prompt, words, model, device.
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

/* The model that is open now: defaults and sizes are said in its numbers, and what it ignores is
 * greyed with the reason. */
void pz_advanced_page_set_model (PzAdvancedPage *page, const PzModelInfo *model);

/* Names of the usable devices, best first. */
/* The concept's layer, whose size is offered; 0 = none. */
void pz_advanced_page_set_layer (PzAdvancedPage *page, guint width, guint height);
void pz_advanced_page_set_devices (PzAdvancedPage *page, const char *const *names);

G_END_DECLS

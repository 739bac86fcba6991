/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The one widget a host puts into its window: pages, a bar for what is wrong, progress. It owns the worker and its session, which
 * stay loaded as long as it lives. The window has one button for what the page in sight does: Generate, Learn, or Stop.
 *
 * Properties, read-only, with notify:
 *   can-act   boolean   the page in sight could begin now; also notified when another page comes in sight
 *   running   boolean   a run is under way (or stopping)
 * Keys, anywhere in its window: Ctrl+Enter does what the button does; Escape stops while running, does nothing while
 * there are results that no image has taken, else is left to the window.
 *
 * Thread: main.
 */
#pragma once

#include <gtk/gtk.h>

#include "ui/host.h"
#include "ui/settings.h"

G_BEGIN_DECLS

#define PZ_TYPE_PANEL (pz_panel_get_type ())
G_DECLARE_FINAL_TYPE (PzPanel, pz_panel, PZ, PANEL, GtkBox)

/* host must outlive the panel. Opening the model starts at once, on the worker. */
GtkWidget *pz_panel_new (PzSettings *settings, const PzHost *host);

void pz_panel_act (PzPanel *panel); /* nothing unless can-act */
void pz_panel_stop (PzPanel *panel); /* nothing unless running */
/* Focus to where the page in sight begins. */
void pz_panel_focus (PzPanel *panel);

gboolean pz_panel_can_act (PzPanel *panel);
gboolean pz_panel_is_running (PzPanel *panel);
/* Stop was pressed and the worker has not answered yet; notified with "running". */
gboolean pz_panel_is_stopping (PzPanel *panel);
/* Why can-act is FALSE, in a sentence for a tooltip; NULL when it is TRUE. */
const char *pz_panel_get_hindrance (PzPanel *panel);
/* What the button says, with mnemonic, and its tooltip. (transfer none) */
const char *pz_panel_get_action (PzPanel *panel);
const char *pz_panel_get_tooltip (PzPanel *panel);
/* Finished variants that no image has taken: they are lost when the panel goes, unless they are in the recovery folder. */
gboolean pz_panel_has_pending (PzPanel *panel);
/* Results handed to the host so far. */
guint pz_panel_get_n_added (PzPanel *panel);
/* What the bar at the top says, NULL = nothing; and the line at the bottom. (transfer none) */
const char *pz_panel_get_notice (PzPanel *panel);
const char *pz_panel_get_status (PzPanel *panel);

G_END_DECLS

/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The single widget that a host puts into its window: pages, a notice bar and progress. It owns the worker and its
 * session, which stay loaded as long as the panel lives. The window has one button for the action of the visible page
 * (Generate, Learn or Use), or for Stop.
 *
 * Properties, read-only, with notify:
 *   can-act   boolean   the action of the visible page can start now; also notified when another page becomes visible
 *   running   boolean   a run is in progress (or stopping)
 * Keys, anywhere in its window: Ctrl+Enter does what the button does. Escape stops a run. While there are results that
 * no image has accepted, Escape does nothing; otherwise the window handles it.
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

/* host must outlive the panel. Opening the model starts immediately, on the worker. */
GtkWidget *pz_panel_new (PzSettings *settings, const PzHost *host);

void pz_panel_act (PzPanel *panel); /* does nothing unless can-act */
void pz_panel_stop (PzPanel *panel); /* does nothing unless running */
/* Moves the focus to the start of the visible page. */
void pz_panel_focus (PzPanel *panel);

gboolean pz_panel_can_act (PzPanel *panel);
gboolean pz_panel_is_running (PzPanel *panel);
/* Stop was pressed, and the worker has not answered yet; notified with "running". */
gboolean pz_panel_is_stopping (PzPanel *panel);
/* Why can-act is FALSE, as a sentence for a tooltip; NULL if it is TRUE. */
const char *pz_panel_get_hindrance (PzPanel *panel);
/* The button's label, with mnemonic, and its tooltip. (transfer none) */
const char *pz_panel_get_action (PzPanel *panel);
const char *pz_panel_get_tooltip (PzPanel *panel);
/* There are finished variants that no image has accepted. They are lost when the panel is destroyed, unless they are in
 * the recovery folder. */
gboolean pz_panel_has_pending (PzPanel *panel);
/* The number of results that the host has added so far. */
guint pz_panel_get_n_added (PzPanel *panel);
/* The text of the bar at the top, NULL = none, and of the line at the bottom. (transfer none) */
const char *pz_panel_get_notice (PzPanel *panel);
const char *pz_panel_get_status (PzPanel *panel);

G_END_DECLS

/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The results of all runs since the dialog opened, newest last: one tile for each variant that is in the image.
 * Thread: main.
 *
 * Results are numbered from 0 over all runs, without those that were never added. Signals:
 *   "shown" (guint result, gboolean shown, gboolean alone)   the user shows or hides it; alone = instead of others, so that
 *                                                            pressing one tile after the other compares them
 *   "action" (guint result, guint action)                    PzTileAction
 */
#pragma once

#include <gtk/gtk.h>

#include "ui/host.h"
#include "ui/results/result-tile.h"

G_BEGIN_DECLS

#define PZ_TYPE_RESULT_STRIP (pz_result_strip_get_type ())
G_DECLARE_FINAL_TYPE (PzResultStrip, pz_result_strip, PZ, RESULT_STRIP, GtkBox)

GtkWidget *pz_result_strip_new (void);

/* A run of n variants starts: adds n empty tiles. */
void pz_result_strip_begin (PzResultStrip *strip, guint n);
/* Shows the unfinished picture of the next empty tile. */
void pz_result_strip_preview (PzResultStrip *strip, const PzImage *image);
/* Fills the next empty tile. */
void pz_result_strip_fill (PzResultStrip *strip, const PzImage *image, guint64 seed);
/* The run is over: removes the empty tiles. */
void pz_result_strip_end (PzResultStrip *strip);
/* The filled tiles of the last run are layers now; pz_result_strip_follow () sets which of them are shown. scaled: see
 * pz_result_tile_enable (). */
void pz_result_strip_added (PzResultStrip *strip, gboolean scaled);
/* The filled tiles of the last run will never become layers: removes them. */
void pz_result_strip_dropped (PzResultStrip *strip);

/* Updates all tiles to the state of the image: marked as shown, not marked, or invisible while the layer does not
 * exist. */
typedef PzHostState (*PzResultStateFunc) (gpointer data, guint result);
void pz_result_strip_follow (PzResultStrip *strip, PzResultStateFunc state, gpointer data);

G_END_DECLS

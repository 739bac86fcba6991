/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The results of all runs since the dialog opened, newest last: one tile for each variant that is in the image. Thread: main.
 *
 * Results count from 0 over all runs, without those that were never added. Signals:
 *   "shown" (guint result, gboolean shown, gboolean alone)   the user shows or hides it; alone = instead of others, so that
 *                                                            pressing one after the other compares them
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

/* A run of n variants starts: n empty tiles. */
void pz_result_strip_begin (PzResultStrip *strip, guint n);
/* What the next empty tile is going to be. */
void pz_result_strip_preview (PzResultStrip *strip, const PzImage *image);
/* Fills the next empty tile. */
void pz_result_strip_fill (PzResultStrip *strip, const PzImage *image, guint64 seed);
/* The run is over: empty tiles go. */
void pz_result_strip_end (PzResultStrip *strip);
/* The filled tiles of the last run are layers now; what is shown of them says pz_result_strip_follow (). scaled: see
 * pz_result_tile_enable (). */
void pz_result_strip_added (PzResultStrip *strip, gboolean scaled);
/* The filled tiles of the last run never become layers: they go. */
void pz_result_strip_dropped (PzResultStrip *strip);

/* All tiles become what the image says: marked as shown, not marked, or out of sight while the layer is not there. */
typedef PzHostState (*PzResultStateFunc) (gpointer data, guint result);
void pz_result_strip_follow (PzResultStrip *strip, PzResultStateFunc state, gpointer data);

G_END_DECLS

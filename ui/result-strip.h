/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The results of all runs since the dialog opened, newest last: one toggle per variant, pressed =
 * shown in the image. Thread: main.
 *
 * Signal "shown" (guint result, gboolean shown): the user pressed a toggle; results count from 0
 * over all runs, without those that were never added.
 */
#pragma once

#include <gtk/gtk.h>

#include "models/image.h"

G_BEGIN_DECLS

#define PZ_TYPE_RESULT_STRIP (pz_result_strip_get_type ())
G_DECLARE_FINAL_TYPE (PzResultStrip, pz_result_strip, PZ, RESULT_STRIP, GtkBox)

GtkWidget *pz_result_strip_new (void);

/* A run of n variants starts: n empty tiles. */
void pz_result_strip_begin (PzResultStrip *strip, guint n);
/* Fills the next empty tile. */
void pz_result_strip_fill (PzResultStrip *strip, const PzImage *image, guint64 seed);
/* The run is over. Empty tiles go; the filled ones become toggles, the first one pressed, or go
 * too when they were not added to the image. */
void pz_result_strip_end (PzResultStrip *strip, gboolean added);

G_END_DECLS

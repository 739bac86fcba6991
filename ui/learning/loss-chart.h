/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A chart of the learning progress: the loss of each step, and the smoothed level, which falls visibly. For screen
 * readers the same in a sentence. Thread: main.
 */
#pragma once

#include <gtk/gtk.h>

#include "models/learn.h"

G_BEGIN_DECLS

#define PZ_TYPE_LOSS_CHART (pz_loss_chart_get_type ())
G_DECLARE_FINAL_TYPE (PzLossChart, pz_loss_chart, PZ, LOSS_CHART, GtkDrawingArea)

GtkWidget *pz_loss_chart_new (void);

void pz_loss_chart_clear (PzLossChart *chart);
void pz_loss_chart_add (PzLossChart *chart, const PzLearnStep *step);

G_END_DECLS

/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the runs without the dialog share: the dialog's worker, waited for, with GIMP's own bar. Thread: main (libgimp).
 */
#pragma once

#include "ui/job.h"

G_BEGIN_DECLS

/* Returns once something has set *over, which is FALSE afterwards; events are handled meanwhile. */
void pz_wait (gboolean *over);

/* PzJobEvents.progress and others: GIMP's bar shows the text and the fraction, 0..1. */
void pz_show_progress (const PzProgress *progress, gpointer data);
void pz_show_progress_text (const char *text, double fraction);

G_END_DECLS

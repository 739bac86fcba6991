/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the runs without the dialog share: waiting for the worker, which is the dialog's, and GIMP's own progress bar.
 * Thread: main (libgimp).
 */
#pragma once

#include "ui/job.h"

G_BEGIN_DECLS

/* Runs the main loop until *over is TRUE, and resets *over to FALSE. */
void pz_wait (gboolean *over);

/* PzJobEvents.progress and others: GIMP's progress bar shows the text and the fraction, 0..1. */
void pz_show_progress (const PzProgress *progress, gpointer data);
void pz_show_progress_text (const char *text, double fraction);

G_END_DECLS

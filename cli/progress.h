/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How far a task is, on stderr: one line that changes on a terminal, a line every few seconds elsewhere.
 */
#pragma once

#include "models/params.h"

typedef struct
{
  gboolean terminal;
  gboolean open; /* a line of the terminal is in use */
  gint64 last_us; /* when a line was written elsewhere */
} PzProgressLine;

void pz_progress_line_init (PzProgressLine *line);
/* A PzProgressFunc; data: the PzProgressLine. */
void pz_progress_line_show (const PzProgress *progress, gpointer line);
/* Makes room for another line on the terminal, or the end. */
void pz_progress_line_clear (PzProgressLine *line);

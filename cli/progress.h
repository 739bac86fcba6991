/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The progress of a task on stderr: one line that is updated on a terminal, otherwise a line every few seconds.
 */
#pragma once

#include "models/params.h"

typedef struct
{
  gboolean terminal;
  gboolean open; /* a progress line is on the terminal */
  gint64 last_us; /* when the last line was written */
} PzProgressLine;

void pz_progress_line_init (PzProgressLine *line);
/* A PzProgressFunc; data: the PzProgressLine. */
void pz_progress_line_show (const PzProgress *progress, gpointer line);
/* Clears the line on the terminal, before other output or at the end. */
void pz_progress_line_clear (PzProgressLine *line);

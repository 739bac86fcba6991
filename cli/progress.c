/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cli/progress.h"

#include <math.h>
#include <stdio.h>
#include <unistd.h>

/* Between lines in a log: often enough to see that work continues. */
#define INTERVAL_US (3 * G_USEC_PER_SEC)

static const char *const stage_names[] = {
  [PZ_STAGE_LOAD] = "loading",
  [PZ_STAGE_ENCODE] = "encoding the concept",
  [PZ_STAGE_TEXT] = "encoding the prompt",
  [PZ_STAGE_STEP] = "sampling",
  [PZ_STAGE_DECODE] = "decoding",
};

void
pz_progress_line_init (PzProgressLine *line)
{
  *line = (PzProgressLine) {
    .terminal = isatty (STDERR_FILENO) != 0,
    .last_us = g_get_monotonic_time (),
  };
}

/* "37%  sampling, variant 1 of 4, step 3 of 8, about 12 s left" (transfer full) */
static char *
describe (const PzProgress *progress)
{
  GString *text = g_string_new (NULL);

  g_string_append_printf (text, "%3.0f%%  %s", 100.0 * progress->fraction,
                          stage_names[progress->stage]);
  if (progress->n_variants > 0)
    g_string_append_printf (text, ", variant %u of %u, step %u of %u", progress->variant,
                            progress->n_variants, progress->step, progress->n_steps);
  if (progress->seconds_left >= 0)
    g_string_append_printf (text, ", about %.0f s left", ceil (progress->seconds_left));
  return g_string_free_and_steal (text);
}

void
pz_progress_line_show (const PzProgress *progress, gpointer data)
{
  PzProgressLine *line = data;
  gint64 now = g_get_monotonic_time ();
  g_autofree char *text = NULL;

  if (!line->terminal && now - line->last_us < INTERVAL_US)
    return;
  text = describe (progress);
  line->last_us = now;
  line->open = line->terminal;
  fprintf (stderr, line->terminal ? "\r\033[K%s" : "personalize: %s\n", text);
}

void
pz_progress_line_clear (PzProgressLine *line)
{
  if (line->open)
    fprintf (stderr, "\r\033[K");
  line->open = FALSE;
}

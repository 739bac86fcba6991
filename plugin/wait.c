/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "plugin/wait.h"

#include <libgimp/gimp.h>

#include "ui/progress-text.h"

void
pz_wait (gboolean *over)
{
  while (!*over)
    g_main_context_iteration (NULL, TRUE);
  *over = FALSE;
}

void
pz_show_progress_text (const char *text, double fraction)
{
  gimp_progress_set_text (text);
  gimp_progress_update (CLAMP (fraction, 0, 1));
}

void
pz_show_progress (const PzProgress *progress, gpointer data)
{
  g_autofree char *text = pz_progress_text (progress);

  (void) data;
  pz_show_progress_text (text, progress->fraction);
}

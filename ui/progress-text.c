/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ui/progress-text.h"

#include <math.h>

#include <glib/gi18n.h>

#define MINUTES_FROM_SECONDS 90.0

/* Fixed sentences for stages; NULL = the text counts variants and steps. */
static const char *const sentences[] = {
  [PZ_STAGE_LOAD] = N_ ("Loading the model…"),
  [PZ_STAGE_ENCODE] = N_ ("Looking at the concept…"),
  [PZ_STAGE_TEXT] = N_ ("Reading the prompt…"),
  [PZ_STAGE_STEP] = NULL,
  [PZ_STAGE_DECODE] = NULL,
};

static void
append_time (GString *text, double seconds)
{
  guint number;

  if (seconds < 0)
    return;
  g_string_append (text, " · ");
  if (seconds < MINUTES_FROM_SECONDS)
    {
      number = (guint) ceil (seconds);
      g_string_append_printf (text, ngettext ("about %u s left", "about %u s left", number),
                              number);
    }
  else
    {
      number = (guint) lround (seconds / 60);
      g_string_append_printf (text, ngettext ("about %u min left", "about %u min left", number),
                              number);
    }
}

char *
pz_progress_text (const PzProgress *progress)
{
  GString *text = g_string_new (NULL);

  if (sentences[progress->stage])
    g_string_append (text, _ (sentences[progress->stage]));
  else
    {
      g_string_append_printf (text, _ ("Variant %u of %u"), progress->variant,
                              progress->n_variants);
      g_string_append (text, " · ");
      if (progress->stage == PZ_STAGE_STEP)
        g_string_append_printf (text, _ ("step %u of %u"), progress->step, progress->n_steps);
      else
        g_string_append (text, _ ("making the picture"));
    }
  append_time (text, progress->seconds_left);
  return g_string_free (text, FALSE);
}

char *
pz_learn_step_text (const PzLearnStep *step)
{
  const guint seconds = (guint) ceil (MAX (step->seconds_left, 0.0));
  const guint minutes = (seconds + 30) / 60;

  if (seconds < 90)
    return g_strdup_printf (ngettext ("Step %u of %u · about %u s left",
                                      "Step %u of %u · about %u s left", seconds),
                            step->step, step->n_steps, seconds);
  return g_strdup_printf (ngettext ("Step %u of %u · about %u min left",
                                    "Step %u of %u · about %u min left", minutes),
                          step->step, step->n_steps, minutes);
}

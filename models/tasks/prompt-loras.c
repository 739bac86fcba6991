/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "models/tasks/prompt-loras.h"

#include <string.h>

/* Captures the name, and any values after it with their colons. */
#define TAG "<(?:lora|lyco):([^:<>]+)((?::[^:<>]*)*)>"

static GMatchInfo *
find_first (const char *text)
{
  g_autoptr (GRegex) regex = g_regex_new (TAG, G_REGEX_CASELESS, 0, NULL);
  GMatchInfo *match = NULL;

  g_assert (regex != NULL);
  g_regex_match (regex, text, 0, &match);
  return match;
}

static gboolean
read_number (const char *text, double *number)
{
  g_autofree char *stripped = g_strstrip (g_strdup (text));
  char *end;

  *number = g_ascii_strtod (stripped, &end);
  /* Written so that NaN is rejected. */
  return end != stripped && *end == '\0' && *number >= -PZ_MAX_LORA_WEIGHT
         && *number <= PZ_MAX_LORA_WEIGHT;
}

static gboolean
read_tag (GMatchInfo *match, PzPromptLora *lora, GError **error)
{
  g_autofree char *whole = g_match_info_fetch (match, 0);
  g_autofree char *rest = g_match_info_fetch (match, 2);
  g_auto (GStrv) numbers = g_strsplit (rest, ":", -1);
  const guint n = g_strv_length (numbers); /* the first is empty: it precedes the colon */
  double values[2] = { 1.0, 1.0 };
  gboolean good = n <= 1 + G_N_ELEMENTS (values);

  for (guint i = 1; good && i < n; i++)
    good = read_number (numbers[i], &values[i - 1]);
  if (!good)
    {
      g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_INPUT,
                   "prompt: expected <lora:NAME:WEIGHT> with a weight from %g to %g, found %s",
                   -PZ_MAX_LORA_WEIGHT, PZ_MAX_LORA_WEIGHT, whole);
      return FALSE;
    }
  lora->text = values[0];
  lora->unet = n > 2 ? values[1] : values[0];
  lora->name = g_strstrip (g_match_info_fetch (match, 1));
  return TRUE;
}

static void
clear_lora (gpointer data)
{
  g_free (((PzPromptLora *) data)->name);
}

GArray *
pz_prompt_loras (const char *text, GError **error)
{
  g_autoptr (GMatchInfo) match = find_first (text);
  g_autoptr (GArray) loras = g_array_new (FALSE, FALSE, sizeof (PzPromptLora));

  g_array_set_clear_func (loras, clear_lora);
  for (; g_match_info_matches (match); g_match_info_next (match, NULL))
    {
      PzPromptLora lora;

      if (!read_tag (match, &lora, error))
        return NULL;
      g_array_append_val (loras, lora);
    }
  return g_steal_pointer (&loras);
}

char *
pz_prompt_without_loras (const char *text, gboolean blanks)
{
  g_autoptr (GMatchInfo) match = find_first (text);
  GString *rest = g_string_new (NULL);
  gint from = 0, first, last;

  for (; g_match_info_matches (match); g_match_info_next (match, NULL))
    {
      g_match_info_fetch_pos (match, 0, &first, &last);
      g_string_append_len (rest, text + from, first - from);
      for (gint i = first; blanks && i < last; i++)
        g_string_append_c (rest, ' ');
      from = last;
    }
  return g_string_free_and_steal (g_string_append (rest, text + from));
}

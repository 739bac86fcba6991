/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ui/prompt/prompt-comment.h"

#include <string.h>

gboolean
pz_prompt_find_comment (const char *prompt, gsize from, gsize *start, gsize *end)
{
  const char *sign = strchr (prompt + from, '#');

  while (sign && sign > prompt && !g_ascii_isspace (sign[-1]))
    sign = strchr (sign + 1, '#');
  if (!sign)
    return FALSE;
  *start = (gsize) (sign - prompt);
  *end = *start + strcspn (sign, "\n");
  return TRUE;
}

char *
pz_prompt_blank_comments (const char *prompt)
{
  char *text = g_strdup (prompt);
  gsize start, end = 0;

  while (pz_prompt_find_comment (prompt, end, &start, &end))
    memset (text + start, ' ', end - start);
  return text;
}

char *
pz_prompt_without_comments (const char *prompt)
{
  gsize start, end;
  g_autofree char *blanked = NULL;
  g_auto (GStrv) lines = NULL;
  g_autoptr (GStrvBuilder) kept = NULL;
  g_auto (GStrv) rest = NULL;

  if (!pz_prompt_find_comment (prompt, 0, &start, &end))
    return g_strdup (prompt);
  blanked = pz_prompt_blank_comments (prompt);
  lines = g_strsplit (blanked, "\n", -1);
  kept = g_strv_builder_new ();
  for (guint i = 0; lines[i]; i++)
    if (*g_strchomp (lines[i]))
      g_strv_builder_add (kept, lines[i]);
  rest = g_strv_builder_end (kept);
  return g_strjoinv ("\n", rest);
}

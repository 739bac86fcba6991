/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cli/terminal.h"

#include <errno.h>
#include <stdio.h>

/* U+202A to U+202E and U+2066 to U+2069 change the writing direction. */
static gboolean
turns_text (gunichar c)
{
  return (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

static gboolean
is_line_end (gunichar c)
{
  return c == 0x2028 || c == 0x2029;
}

char *
pz_show (const char *text)
{
  g_autofree char *valid = NULL;
  GString *shown;

  if (text == NULL)
    return NULL;
  valid = g_utf8_make_valid (text, -1);
  shown = g_string_new (NULL);
  for (const char *at = valid; *at != '\0'; at = g_utf8_next_char (at))
    {
      gunichar c = g_utf8_get_char (at);

      if (g_unichar_iscntrl (c) || turns_text (c) || is_line_end (c))
        c = '?';
      g_string_append_unichar (shown, c);
    }
  return g_string_free_and_steal (shown);
}

gboolean
pz_stdout_arrived (void)
{
  gboolean failed = ferror (stdout) != 0;
  int code = 0;

  if (fflush (stdout) != 0)
    code = errno;
  if (code == 0 && !failed)
    return TRUE;
  fprintf (stderr, "personalize: standard output: cannot write: %s\n",
           code != 0 ? g_strerror (code) : "an earlier line was lost");
  return FALSE;
}

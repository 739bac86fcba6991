/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "models/files/clip-text.h"

/* g_unichar_tolower () converts letters only; Unicode also defines lower case for two ranges of symbols. */
static const struct
{
  gunichar first, last; /* upper case */
  gunichar distance;
} symbol_cases[] = {
  { 0x2160, 0x216f, 16 }, /* Roman numerals */
  { 0x24b6, 0x24cf, 26 }, /* circled letters */
};

static gunichar
to_lower (gunichar c)
{
  for (guint i = 0; i < G_N_ELEMENTS (symbol_cases); i++)
    if (c >= symbol_cases[i].first && c <= symbol_cases[i].last)
      return c + symbol_cases[i].distance;
  return g_unichar_tolower (c);
}

char *
pz_clip_normalize (const char *text, gssize length)
{
  g_autofree char *valid = g_utf8_make_valid (text, length);
  g_autofree char *composed = g_utf8_normalize (valid, -1, G_NORMALIZE_NFC);
  GString *lower = g_string_new (NULL);

  for (const char *at = composed; *at != '\0'; at = g_utf8_next_char (at))
    {
      gunichar c = g_utf8_get_char (at);

      /* The only character whose lower case is two characters. */
      if (c == 0x130)
        g_string_append (lower, "i\u0307");
      else
        g_string_append_unichar (lower, to_lower (c));
    }
  return g_string_free_and_steal (lower);
}

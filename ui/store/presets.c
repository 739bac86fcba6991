/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ui/store/presets.h"

#include "ui/settings-table.h"
#include "ui/store/user-file.h"

#define FILE_NAME "presets.ini"

static gint
compare (gconstpointer a, gconstpointer b)
{
  return g_utf8_collate (*(const char *const *) a, *(const char *const *) b);
}

GStrv
pz_presets_list (void)
{
  g_autoptr (GKeyFile) file = pz_user_file_load (FILE_NAME);
  gsize n;
  GStrv names = g_key_file_get_groups (file, &n);

  qsort (names, n, sizeof *names, compare);
  return names;
}

/* Replaces characters that a group's name in a key file cannot have. (transfer full) */
static char *
group_of (const char *name)
{
  return g_strstrip (g_strdelimit (g_strdup (name), "[]\n\t", ' '));
}

gboolean
pz_presets_save (const char *name, PzSettings *settings)
{
  g_autoptr (GKeyFile) file = pz_user_file_load (FILE_NAME);
  g_autofree char *group = group_of (name);

  if (!*group)
    return FALSE;
  for (guint i = 0; i < pz_n_settings; i++)
    {
      g_auto (GValue) value = G_VALUE_INIT;
      char number[G_ASCII_DTOSTR_BUF_SIZE];
      const char *key = pz_settings_table[i].name;

      if (!pz_settings_table[i].in_presets)
        continue;
      g_object_get_property (G_OBJECT (settings), key, &value);
      if (G_VALUE_HOLDS_STRING (&value))
        g_key_file_set_string (file, group, key, g_value_get_string (&value));
      else
        g_key_file_set_string (file, group, key,
                               g_ascii_dtostr (number, sizeof number,
                                               G_VALUE_HOLDS_INT (&value)
                                                 ? g_value_get_int (&value)
                                                 : g_value_get_double (&value)));
    }
  return pz_user_file_save (FILE_NAME, file);
}

/* FALSE = the text is not a valid value of this property. */
static gboolean
set_from_text (PzSettings *settings, GParamSpec *spec, const char *text)
{
  g_auto (GValue) value = G_VALUE_INIT, number = G_VALUE_INIT;
  char *end;

  g_value_init (&value, spec->value_type);
  if (G_VALUE_HOLDS_STRING (&value))
    g_value_set_string (&value, text);
  else
    {
      g_value_init (&number, G_TYPE_DOUBLE);
      g_value_set_double (&number, g_ascii_strtod (text, &end));
      if (end == text || !g_value_transform (&number, &value))
        return FALSE;
    }
  if (g_param_value_validate (spec, &value))
    return FALSE;
  g_object_set_property (G_OBJECT (settings), spec->name, &value);
  return TRUE;
}

void
pz_presets_apply (const char *name, PzSettings *settings)
{
  g_autoptr (GKeyFile) file = pz_user_file_load (FILE_NAME);

  g_object_freeze_notify (G_OBJECT (settings));
  for (guint i = 0; i < pz_n_settings; i++)
    {
      const char *key = pz_settings_table[i].name;
      g_autofree char *text = g_key_file_get_string (file, name, key, NULL);

      if (text && pz_settings_table[i].in_presets)
        set_from_text (settings,
                       g_object_class_find_property (G_OBJECT_GET_CLASS (settings), key), text);
    }
  g_object_thaw_notify (G_OBJECT (settings));
}

void
pz_presets_delete (const char *name)
{
  g_autoptr (GKeyFile) file = pz_user_file_load (FILE_NAME);

  if (g_key_file_remove_group (file, name, NULL))
    pz_user_file_save (FILE_NAME, file);
}

/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ui/prompt/prompt-history.h"

#include "ui/store/user-file.h"

#define FILE_NAME "prompts.ini"
#define GROUP "Prompts"
#define KEY_RECENT "Recent"
#define KEY_DRAFT "Draft"
#define KEY_TOLD "Told"

GStrv
pz_prompt_history_list (void)
{
  g_autoptr (GKeyFile) file = pz_user_file_load (FILE_NAME);
  GStrv list = g_key_file_get_string_list (file, GROUP, KEY_RECENT, NULL, NULL);

  return list ? list : g_new0 (char *, 1);
}

void
pz_prompt_history_add (const char *prompt)
{
  g_autoptr (GKeyFile) file = pz_user_file_load (FILE_NAME);
  g_auto (GStrv) before = pz_prompt_history_list ();
  g_autoptr (GPtrArray) after = g_ptr_array_new ();

  g_ptr_array_add (after, (gpointer) prompt);
  for (guint i = 0; before[i] && after->len < PZ_HISTORY_LENGTH; i++)
    if (!g_str_equal (before[i], prompt))
      g_ptr_array_add (after, before[i]);
  g_key_file_set_string_list (file, GROUP, KEY_RECENT, (const char *const *) after->pdata,
                              after->len);
  pz_user_file_save (FILE_NAME, file);
}

void
pz_prompt_history_forget (void)
{
  g_autoptr (GKeyFile) file = pz_user_file_load (FILE_NAME);

  g_key_file_remove_key (file, GROUP, KEY_RECENT, NULL);
  g_key_file_remove_key (file, GROUP, KEY_DRAFT, NULL);
  pz_user_file_save (FILE_NAME, file);
}

char *
pz_prompt_history_get_draft (void)
{
  g_autoptr (GKeyFile) file = pz_user_file_load (FILE_NAME);

  return g_key_file_get_string (file, GROUP, KEY_DRAFT, NULL);
}

void
pz_prompt_history_set_draft (const char *draft)
{
  g_autoptr (GKeyFile) file = pz_user_file_load (FILE_NAME);

  if (draft)
    g_key_file_set_string (file, GROUP, KEY_DRAFT, draft);
  else if (!g_key_file_remove_key (file, GROUP, KEY_DRAFT, NULL))
    return;
  pz_user_file_save (FILE_NAME, file);
}

gboolean
pz_prompt_history_was_told (void)
{
  g_autoptr (GKeyFile) file = pz_user_file_load (FILE_NAME);

  if (g_key_file_get_boolean (file, GROUP, KEY_TOLD, NULL))
    return TRUE;
  g_key_file_set_boolean (file, GROUP, KEY_TOLD, TRUE);
  pz_user_file_save (FILE_NAME, file);
  return FALSE;
}

/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cli/options.h"

#include <stdio.h>

#include "cli/commands.h"
#include "cli/terminal.h"

/* Texts are UTF-8 whatever the locale says, so GLib must not convert them: it leaves names of files as they are. */
static GOptionArg
taken_as (GOptionArg kind)
{
  if (kind == G_OPTION_ARG_STRING)
    return G_OPTION_ARG_FILENAME;
  return kind == G_OPTION_ARG_STRING_ARRAY ? G_OPTION_ARG_FILENAME_ARRAY : kind;
}

/* (transfer full) as GLib takes them */
static GOptionEntry *
entries_new (const PzOption options[], gpointer values)
{
  GArray *entries = g_array_new (TRUE, TRUE, sizeof (GOptionEntry));

  for (const PzOption *option = options; option->name != NULL; option++)
    {
      const GOptionEntry entry = {
        .long_name = option->name,
        .short_name = option->letter,
        .arg = taken_as (option->kind),
        .arg_data = (char *) values + option->offset,
        .description = option->about,
        .arg_description = option->value,
      };
      g_array_append_val (entries, entry);
    }
  return (GOptionEntry *) (gpointer) g_array_free (entries, FALSE);
}

static gboolean
wants_help (int argc, char **argv)
{
  for (int i = 1; i < argc && !g_str_equal (argv[i], "--"); i++)
    if (g_str_equal (argv[i], "--help") || g_str_equal (argv[i], "-h"))
      return TRUE;
  return FALSE;
}

gboolean
pz_options_parse (const PzCommand *command,
                  gpointer values,
                  int *argc,
                  char ***argv,
                  int *status)
{
  g_autoptr (GOptionContext) context = g_option_context_new (command->parameters);
  g_autofree GOptionEntry *entries = entries_new (command->options, values);
  g_autofree char *details = command->details != NULL ? command->details () : NULL;
  g_autofree char *summary =
    g_strconcat (command->summary, details != NULL ? "\n\n" : "", details, NULL);
  g_autoptr (GError) error = NULL;

  g_option_context_add_main_entries (context, entries, NULL);
  g_option_context_set_summary (context, summary);
  g_option_context_set_help_enabled (context, FALSE);
  if (wants_help (*argc, *argv))
    {
      g_autofree char *name = g_strdup_printf ("personalize %s", command->name);
      g_set_prgname (name);
      g_autofree char *help = g_option_context_get_help (context, TRUE, NULL);
      printf ("%s", help);
      *status = PZ_EXIT_OK;
      return FALSE;
    }
  if (!g_option_context_parse (context, argc, argv, &error))
    {
      g_autofree char *sentence = pz_show (error->message);
      fprintf (stderr, "personalize: %s\n", sentence);
      *status = PZ_EXIT_USAGE;
      return FALSE;
    }
  return TRUE;
}

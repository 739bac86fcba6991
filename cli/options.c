/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cli/options.h"

#include <stdio.h>
#include <string.h>

#include "cli/commands.h"

/* Texts are UTF-8 whatever the locale is, so GLib must not convert them. It does not convert file names, so texts are passed as
 * those. */
static GOptionArg
taken_as (GOptionArg kind)
{
  if (kind == G_OPTION_ARG_STRING)
    return G_OPTION_ARG_FILENAME;
  return kind == G_OPTION_ARG_STRING_ARRAY ? G_OPTION_ARG_FILENAME_ARRAY : kind;
}

/* ---- options that belong to another ---- */

typedef struct
{
  const PzOption *options;
  gpointer values;
} Parsing;

static const PzOption *
find_option (const PzOption options[], const char *name)
{
  while (!g_str_equal (options->name, name))
    options++;
  return options;
}

static char ***
array_of (const Parsing *parsing, const PzOption *option)
{
  return G_STRUCT_MEMBER_P (parsing->values, option->offset);
}

/* When GLib calls this, the owner's array has the values that precede this option on the command line. */
static gboolean
take_owned (const char *option_name, const char *value, gpointer data, GError **error)
{
  const Parsing *parsing = data;
  const PzOption *option = find_option (parsing->options, option_name + strlen ("--"));
  char **owners = *array_of (parsing, find_option (parsing->options, option->owner));
  char ***mine = array_of (parsing, option);
  const guint n_owners = owners != NULL ? g_strv_length (owners) : 0;
  const guint n_mine = *mine != NULL ? g_strv_length (*mine) : 0;

  if (n_owners == 0 || n_mine >= n_owners)
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                   "--%s: expected it after the --%s it belongs to, once for each, found “%s”",
                   option->name, option->owner, value);
      return FALSE;
    }
  *mine = g_renew (char *, *mine, n_owners + 1);
  for (guint i = n_mine; i < n_owners; i++)
    (*mine)[i] = g_strdup (i + 1 < n_owners ? "" : value);
  (*mine)[n_owners] = NULL;
  return TRUE;
}

/* ---- parsing ---- */

/* The options as GLib's entries. (transfer full) */
static GOptionEntry *
entries_new (const PzOption options[], gpointer values)
{
  GArray *entries = g_array_new (TRUE, TRUE, sizeof (GOptionEntry));

  for (const PzOption *option = options; option->name != NULL; option++)
    {
      const gboolean owned = option->owner != NULL;
      const GOptionEntry entry = {
        .long_name = option->name,
        .short_name = option->letter,
        .flags = owned ? G_OPTION_FLAG_FILENAME : G_OPTION_FLAG_NONE,
        .arg = owned ? G_OPTION_ARG_CALLBACK : taken_as (option->kind),
        .arg_data = owned ? (gpointer) (guintptr) take_owned : (char *) values + option->offset,
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

/* Whether an argument is an option whose value is the next argument. */
static gboolean
takes_next (const PzOption options[], const char *argument)
{
  const gboolean is_long = g_str_has_prefix (argument, "--");

  for (const PzOption *option = options; argument[0] == '-' && option->name != NULL; option++)
    if (option->value != NULL
        && (is_long ? g_str_equal (argument + strlen ("--"), option->name)
                    : option->letter != 0 && strchr (argument, option->letter) != NULL))
      return TRUE;
  return FALSE;
}

/* Whether --json was given. After an error GLib has put back what it had read by then, and it reads nothing behind it. */
static gboolean
wants_json (const PzOption options[], int argc, char **argv)
{
  gboolean takes_json = FALSE;

  for (const PzOption *option = options; option->name != NULL; option++)
    takes_json = takes_json || g_str_equal (option->name, "json");
  for (int i = 1; takes_json && i < argc && !g_str_equal (argv[i], "--"); i++)
    {
      if (g_str_equal (argv[i], "--json"))
        return TRUE;
      if (takes_next (options, argv[i]))
        i++;
    }
  return FALSE;
}

/* GLib leaves "--" in place if an argument after it begins with "-". */
static void
remove_separator (int *argc, char **argv)
{
  for (int i = 1; i < *argc; i++)
    if (g_str_equal (argv[i], "--"))
      {
        for (int k = i; k < *argc; k++)
          argv[k] = argv[k + 1];
        *argc -= 1;
        return;
      }
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
  const gboolean json = wants_json (command->options, *argc, *argv);
  GError *error = NULL;
  Parsing parsing = { command->options, values };
  GOptionGroup *group = g_option_group_new ("main", NULL, NULL, &parsing, NULL);

  g_option_group_add_entries (group, entries);
  g_option_context_set_main_group (context, group);
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
      char *sentence =
        g_strdup_printf ("%s; see personalize %s --help", error->message, command->name);

      g_free (error->message);
      error->message = sentence;
      pz_blame_usage (&error);
      *status = pz_command_fail (command, json, error);
      return FALSE;
    }
  remove_separator (argc, *argv);
  return TRUE;
}

/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * personalize completions: prints a shell's completion script, generated from the option tables that --help shows.
 */
#include <stdio.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/terminal.h"

static gboolean
takes_file (const PzOption *option)
{
  return option->kind == G_OPTION_ARG_FILENAME || option->kind == G_OPTION_ARG_FILENAME_ARRAY;
}

/* Quotes a text for all three shells: zsh and fish accept sh's way to write a single quote within single quotes. */
static char *
quote (const char *text)
{
  return g_shell_quote (text);
}

/* ---- bash ---- */

static void
print_bash_words (const PzCommand *command)
{
  for (const PzOption *option = command->options; option->name != NULL; option++)
    {
      printf (" --%s", option->name);
      if (option->letter != 0)
        printf (" -%c", option->letter);
    }
  printf (" --help");
}

/* Options that take a file are completed with file names; nothing is known about the values of other options. */
static void
print_bash_values (const PzCommand *command)
{
  printf ("    %s)\n      case $before in\n", command->name);
  for (const PzOption *option = command->options; option->name != NULL; option++)
    {
      if (option->value == NULL)
        continue;
      printf ("        --%s", option->name);
      if (option->letter != 0)
        printf (" | -%c", option->letter);
      printf (takes_file (option)
                ? ") mapfile -t COMPREPLY < <(compgen -f -- \"$word\"); return ;;\n"
                : ") return ;;\n");
    }
  printf ("      esac\n      words='");
  print_bash_words (command);
  printf ("' ;;\n");
}

static void
print_bash (void)
{
  printf ("# bash completion for personalize\n_personalize ()\n{\n"
          "  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} words=''\n"
          "  compopt -o filenames 2>/dev/null\n"
          "  if [ \"$COMP_CWORD\" -eq 1 ]; then\n    COMPREPLY=($(compgen -W '");
  for (guint i = 0; pz_commands[i] != NULL; i++)
    printf ("%s ", pz_commands[i]->name);
  printf ("--help --version' -- \"$word\"))\n    return\n  fi\n  case ${COMP_WORDS[1]} in\n");
  for (guint i = 0; pz_commands[i] != NULL; i++)
    print_bash_values (pz_commands[i]);
  printf ("  esac\n  case $word in\n"
          "    -*) COMPREPLY=($(compgen -W \"$words\" -- \"$word\")) ;;\n"
          "    *) mapfile -t COMPREPLY < <(compgen -f -- \"$word\") ;;\n  esac\n}\n"
          "complete -F _personalize personalize\n");
}

/* ---- zsh ---- */

/* Escapes brackets and colons, which separate the parts of a specification for _arguments. (transfer full) */
static char *
zsh_text (const char *text)
{
  GString *escaped = g_string_new (NULL);

  for (const char *at = text; *at != '\0'; at++)
    {
      if (strchr ("[]:\\", *at) != NULL)
        g_string_append_c (escaped, '\\');
      g_string_append_c (escaped, *at);
    }
  return g_string_free_and_steal (escaped);
}

static void
print_zsh_option (const PzOption *option, const char *dashes, const char *name)
{
  gboolean again =
    option->kind == G_OPTION_ARG_FILENAME_ARRAY || option->kind == G_OPTION_ARG_STRING_ARRAY;
  g_autofree char *about = zsh_text (option->about);
  g_autofree char *value = zsh_text (option->value != NULL ? option->value : "");
  g_autofree char *spec =
    g_strdup_printf ("%s%s%s[%s]%s%s%s", again ? "*" : "", dashes, name, about,
                     option->value != NULL ? ":" : "", value,
                     option->value == NULL ? "" : (takes_file (option) ? ":_files" : ": "));
  g_autofree char *quoted = quote (spec);

  printf ("        %s \\\n", quoted);
}

static void
print_zsh (void)
{
  printf ("#compdef personalize\n\n_personalize ()\n{\n  local -a commands\n"
          "  if (( CURRENT == 2 )); then\n    commands=(\n");
  for (guint i = 0; pz_commands[i] != NULL; i++)
    {
      g_autofree char *line =
        g_strdup_printf ("%s:%s", pz_commands[i]->name, pz_commands[i]->about);
      g_autofree char *quoted = quote (line);

      printf ("      %s\n", quoted);
    }
  printf (
    "    )\n    _describe command commands\n    return\n  fi\n"
    "  local command=${words[2]}\n  shift words\n  (( CURRENT-- ))\n  case $command in\n");
  for (guint i = 0; pz_commands[i] != NULL; i++)
    {
      printf ("    %s)\n      _arguments \\\n", pz_commands[i]->name);
      for (const PzOption *option = pz_commands[i]->options; option->name != NULL; option++)
        {
          const char letter[] = { option->letter, '\0' };

          print_zsh_option (option, "--", option->name);
          if (option->letter != 0)
            print_zsh_option (option, "-", letter);
        }
      printf ("        '--help[usage]' '*:file:_files'\n      ;;\n");
    }
  printf ("  esac\n}\n\n_personalize \"$@\"\n");
}

/* ---- fish ---- */

static void
print_fish (void)
{
  printf ("# fish completion for personalize\n");
  for (guint i = 0; pz_commands[i] != NULL; i++)
    {
      g_autofree char *about = quote (pz_commands[i]->about);

      printf ("complete -c personalize -n __fish_use_subcommand -f -a %s -d %s\n",
              pz_commands[i]->name, about);
      for (const PzOption *option = pz_commands[i]->options; option->name != NULL; option++)
        {
          g_autofree char *text = quote (option->about);

          printf ("complete -c personalize -n '__fish_seen_subcommand_from %s' -l %s",
                  pz_commands[i]->name, option->name);
          if (option->letter != 0)
            printf (" -s %c", option->letter);
          if (option->value != NULL)
            printf (takes_file (option) ? " -r -F" : " -x");
          printf (" -d %s\n", text);
        }
    }
}

/* ---- the command ---- */

static const struct
{
  const char *name;
  void (*print) (void);
} shells[] = {
  { "bash", print_bash },
  { "zsh", print_zsh },
  { "fish", print_fish },
};

static const PzOption options[] = { PZ_OPTIONS_END };

static int
run (int argc, char **argv)
{
  int status;

  if (!pz_options_parse (&pz_command_completions, NULL, &argc, &argv, &status))
    return status;
  for (gsize i = 0; argc == 2 && i < G_N_ELEMENTS (shells); i++)
    if (g_str_equal (argv[1], shells[i].name))
      {
        shells[i].print ();
        return PZ_EXIT_OK;
      }
  return pz_refuse_usage (&pz_command_completions, FALSE,
                          "completions takes one of bash, zsh and fish");
}

const PzCommand pz_command_completions = {
  .name = "completions",
  .about = "print shell completions",
  .summary = "Prints the completion script for bash, zsh or fish.",
  .parameters = "bash|zsh|fish",
  .options = options,
  .run = run,
};

/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * personalize: the engine without GIMP. This file runs the sub-command that is named.
 */
#include <langinfo.h>
#include <locale.h>
#include <stdio.h>

#include "cli/commands.h"
#include "cli/terminal.h"
#include "compute/gpu.h"

const PzCommand *const pz_commands[] = {
  &pz_command_info,
  &pz_command_generate,
  &pz_command_mask,
  &pz_command_faces,
  &pz_command_encode,
  &pz_command_concept,
  &pz_command_learn,
  &pz_command_basis,
  &pz_command_score,
  &pz_command_evaluate,
  &pz_command_inspect,
  &pz_command_module,
  &pz_command_bench,
  &pz_command_selftest,
  &pz_command_completions,
  &pz_command_manual,
  NULL,
};

static void
print_usage (FILE *stream)
{
  fprintf (stream, "Usage: personalize COMMAND [OPTION…]\n\nCommands:\n");
  for (guint i = 0; pz_commands[i] != NULL; i++)
    fprintf (stream, "  %-12s %s\n", pz_commands[i]->name, pz_commands[i]->about);
  fprintf (stream, "\nSee “personalize COMMAND --help” for the options of a command.\n"
                   "Exit status: 0 success, 1 failure, 2 usage error, 130 interrupted.\n");
}

/* Texts and file names are UTF-8, even if no locale is set (cron, containers) or one with another encoding. */
static void
choose_locale (void)
{
  setlocale (LC_ALL, "");
  if (!g_str_equal (nl_langinfo (CODESET), "UTF-8"))
    setlocale (LC_CTYPE, "C.UTF-8");
  /* Programs read the numbers in JSON and in messages: always use a decimal point. */
  setlocale (LC_NUMERIC, "C");
}

static int
dispatch (int argc, char **argv)
{
  if (argc < 2)
    {
      print_usage (stderr);
      return PZ_EXIT_USAGE;
    }
  if (g_str_equal (argv[1], "--help") || g_str_equal (argv[1], "-h"))
    {
      print_usage (stdout);
      return PZ_EXIT_OK;
    }
  if (g_str_equal (argv[1], "--version"))
    {
      printf ("personalize %s\n", PZ_VERSION);
      return PZ_EXIT_OK;
    }
  for (guint i = 0; pz_commands[i] != NULL; i++)
    if (g_str_equal (argv[1], pz_commands[i]->name))
      return pz_commands[i]->run (argc - 1, argv + 1);

  g_autofree char *name = pz_show (argv[1]);
  fprintf (stderr, "personalize: there is no command “%s”; see personalize --help\n", name);
  return PZ_EXIT_USAGE;
}

int
main (int argc, char **argv)
{
  int status;

  pz_gpu_prepare_process ();
  choose_locale ();
  status = dispatch (argc, argv);
  if (!pz_stdout_arrived () && status == PZ_EXIT_OK)
    status = PZ_EXIT_FAILED;
  return status;
}

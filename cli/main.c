/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * personalize: the engine without GIMP. This file finds the sub-command.
 */
#include <locale.h>
#include <stdio.h>

#include "cli/commands.h"
#include "compute/gpu.h"

static const PzCommand *const commands[] = {
  &pz_command_info,    &pz_command_generate, &pz_command_encode, &pz_command_concept,
  &pz_command_inspect, &pz_command_module,   &pz_command_bench,
};

static void
print_usage (FILE *stream)
{
  fprintf (stream, "Usage: personalize COMMAND [OPTION…]\n\nCommands:\n");
  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++)
    fprintf (stream, "  %-10s %s\n", commands[i]->name, commands[i]->about);
  fprintf (stream, "\n“personalize COMMAND --help” lists a command's options.\n"
                   "Exit status: 0 done, 1 failed, 2 wrong usage, 130 interrupted.\n");
}

int
main (int argc, char **argv)
{
  pz_gpu_prepare_process ();
  setlocale (LC_ALL, "");
  /* Numbers in JSON and messages are for programs too: one decimal point everywhere. */
  setlocale (LC_NUMERIC, "C");

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
  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++)
    if (g_str_equal (argv[1], commands[i]->name))
      return commands[i]->run (argc - 1, argv + 1);

  fprintf (stderr, "personalize: there is no command “%s”; see personalize --help\n", argv[1]);
  return PZ_EXIT_USAGE;
}

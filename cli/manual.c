/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * personalize manual: prints the manual page, generated from the option tables that --help shows.
 */
#include <stdio.h>
#include <string.h>

#include "cli/commands.h"

/* Escapes text for troff: no line starts with a control character, and "-" stays the character that is typed. */
static void
print_text (const char *text)
{
  gboolean begins = TRUE;

  for (const char *at = text; *at != '\0'; at++)
    {
      if (begins && (*at == '.' || *at == '\''))
        printf ("\\&");
      begins = *at == '\n';
      if (*at == '\\')
        printf ("\\e");
      else if (*at == '-')
        printf ("\\-");
      else
        putchar (*at);
    }
}

/* Macros such as .B take one line of text. */
static void
print_line (const char *macro, const char *text)
{
  printf ("%s ", macro);
  print_text (text);
  printf ("\n");
}

static void
print_option (const PzOption *option)
{
  printf (".TP\n");
  if (option->letter != 0)
    printf ("\\fB\\-%c\\fR, ", option->letter);
  printf ("\\fB\\-\\-");
  print_text (option->name);
  printf ("\\fR");
  if (option->value != NULL)
    {
      printf ("=\\fI");
      print_text (option->value);
      printf ("\\fR");
    }
  printf ("\n");
  print_text (option->about);
  printf (".\n");
}

static void
print_command (const PzCommand *command)
{
  g_autofree char *details = command->details != NULL ? command->details () : NULL;

  printf (".SS ");
  print_text (command->name);
  printf (*command->parameters != '\0' ? " \\fI" : "");
  print_text (command->parameters);
  printf (*command->parameters != '\0' ? "\\fR\n" : "\n");
  print_text (command->summary);
  printf ("\n");
  for (const PzOption *option = command->options; option->name != NULL; option++)
    print_option (option);
  if (details == NULL)
    return;
  printf (".PP\n.nf\n");
  print_text (details);
  printf ("\n.fi\n");
}

static const struct
{
  const char *name, *about;
} variables[] = {
  { "PERSONALIZE_MODEL_PATH",
    "Folders with models, separated by colons; searched before all others." },
  { "PERSONALIZE_EMBEDDING_PATH",
    "Folders with learned words and adapters, separated by colons." },
  { "PERSONALIZE_LORA_PATH", "Folders with LoRA files, separated by colons." },
  { "PERSONALIZE_DEVICE", "Device to use without --device: its number or part of its name." },
  { "PERSONALIZE_MEMORY_LIMIT", "Maximum device memory to use, in MiB." },
};

static void
print_end (void)
{
  printf (".SH EXIT STATUS\n");
  printf ("0 success, 1 failure, 2 usage error, 130 interrupted.\n");
  printf (".SH ENVIRONMENT\n");
  for (gsize i = 0; i < G_N_ELEMENTS (variables); i++)
    {
      printf (".TP\n");
      print_line (".B", variables[i].name);
      print_text (variables[i].about);
      printf ("\n");
    }
  printf (".SH EXAMPLE\n.nf\n");
  print_text (
    "personalize generate -c mug.jpg --mask mug-mask.png -p \"an S on a red background\" -b 4 "
    "-o pictures\n"
    "personalize generate --recipe pictures/personalize-0.png -c mug.jpg --mask "
    "mug-mask.png --steps 20");
  printf ("\n.fi\n");
}

static const PzOption options[] = { PZ_OPTIONS_END };

static int
run (int argc, char **argv)
{
  int status;

  if (!pz_options_parse (&pz_command_manual, NULL, &argc, &argv, &status))
    return status;
  if (argc > 1)
    return pz_refuse_arguments (&pz_command_manual, FALSE, argv);
  printf (".TH PERSONALIZE 1 \"\" \"gimp\\-personalize " PZ_VERSION "\"\n.SH NAME\n");
  print_text ("personalize - put your own thing into new pictures");
  printf (
    "\n.SH SYNOPSIS\n.B personalize\n\\fICOMMAND\\fR [\\fIOPTION\\fR...]\n.SH COMMANDS\n");
  for (guint i = 0; pz_commands[i] != NULL; i++)
    print_command (pz_commands[i]);
  print_end ();
  return PZ_EXIT_OK;
}

const PzCommand pz_command_manual = {
  .name = "manual",
  .about = "print the manual page",
  .summary = "Prints the manual page, for “man -l -”.",
  .parameters = "",
  .options = options,
  .run = run,
};

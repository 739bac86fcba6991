/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Options as tables: what a command takes is data, and everything that describes it (--help and others) reads the same
 * rows.
 */
#pragma once

#include <gio/gio.h>

/* One option. Its value is stored in a member of the command's own struct, at `offset`. */
typedef struct
{
  const char *name; /* without the dashes; NULL terminates a table */
  char letter; /* the short form; 0 = none */
  GOptionArg kind;
  gsize offset;
  const char *about; /* one sentence without the full stop */
  const char *value; /* placeholder for the value: "N"; NULL for a switch */
  const char *
    owner; /* for a FILENAME_ARRAY: the option of that kind that each value belongs to, at its last occurrence before it */
} PzOption;

/* A row of a table: PZ_OPTION (Options, seed, "seed", 's', STRING, "Seed of …", "N"). */
#define PZ_OPTION(type, field, name, letter, kind, about, value) \
  { name, letter, G_OPTION_ARG_##kind, G_STRUCT_OFFSET (type, field), about, value, NULL }
/* The same for an option that belongs to another one: element i of its array is for element i of the other array, "" =
 * not given; the array may be shorter. */
#define PZ_OPTION_OF(owner, type, field, name, about, value) \
  { name, 0, G_OPTION_ARG_FILENAME_ARRAY, G_STRUCT_OFFSET (type, field), about, value, owner }
#define PZ_OPTIONS_END { NULL }

/* A number that was not given, and a whole one; no option accepts these values. 0 is a value like others: an option that
 * cannot be 0 says so. */
#define PZ_NOT_GIVEN (-G_MAXDOUBLE)
#define PZ_NOT_GIVEN_INT G_MININT

/* One sub-command. */
typedef struct
{
  const char *name;
  const char *about; /* for the list of commands: no capital, no full stop */
  const char *summary; /* complete sentences */
  char *(*details) (void); /* more text, lines of 78 columns (transfer full); NULL = none */
  const char *parameters; /* arguments besides the options: "FILE"; "" = none */
  const PzOption *options; /* terminated by PZ_OPTIONS_END */
  int (*run) (int argc, char **argv); /* argv[0] is the name; returns an exit status */
  /* How --json reports an error; NULL = pz_json_print_error (). */
  void (*print_error) (const GError *error);
} PzCommand;

/* Parses the command's options into `values`, its struct; other arguments stay in argv. FALSE: exit with *status (help
 * was printed for --help, otherwise the error was reported as pz_command_fail () does). */
gboolean pz_options_parse (const PzCommand *command,
                           gpointer values,
                           int *argc,
                           char ***argv,
                           int *status);

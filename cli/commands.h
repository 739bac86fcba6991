/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The sub-commands and what they share. A sub-command gets its own argc and argv (argv[0] is its
 * name) and returns an exit status.
 */
#pragma once

#include <gio/gio.h>

#include "models/session.h"

enum
{
  PZ_EXIT_OK = 0,
  PZ_EXIT_FAILED = 1, /* one sentence on stderr says what */
  PZ_EXIT_USAGE = 2, /* the command line itself is wrong */
  PZ_EXIT_CANCELLED = 130, /* Ctrl+C */
};

int pz_cmd_info (int argc, char **argv);
int pz_cmd_generate (int argc, char **argv);
int pz_cmd_inspect (int argc, char **argv);
int pz_cmd_module (int argc, char **argv);
int pz_cmd_bench (int argc, char **argv);

/* Parses `entries`; extra arguments are refused. FALSE: the status to exit with is in *status (usage printed for
 * --help, the error on stderr otherwise). summary: one sentence for --help. */
gboolean pz_parse_options (int *argc,
                           char ***argv,
                           const char *parameters,
                           const char *summary,
                           const GOptionEntry entries[],
                           int *status);

/* BAD_INPUT: option `option` got `found` where `expected` was wanted. Returns FALSE. */
gboolean
pz_bad_option (GError **error, const char *option, const char *expected, const char *found);

/* Says the error on stderr as one line and returns the exit status that goes with it. Frees the error. */
int pz_fail (GError *error);

/* "512x512". FALSE when it is not two numbers above 0. */
gboolean pz_parse_size (const char *text, guint *width, guint *height);

/* Is cancelled by Ctrl+C or SIGTERM from now on. (transfer none), the same at each call. Must be called before any thread is
 * started. */
GCancellable *pz_interrupt (void);

/* Folder of the running binary. (transfer full) */
char *pz_binary_folder (void);

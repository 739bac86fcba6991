/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The sub-commands and what they share.
 */
#pragma once

#include <gio/gio.h>

#include "cli/options.h"
#include "models/session.h"

enum
{
  PZ_EXIT_OK = 0,
  PZ_EXIT_FAILED = 1, /* one sentence on stderr says what */
  PZ_EXIT_USAGE = 2, /* the command line itself is wrong */
  PZ_EXIT_CANCELLED = 130, /* Ctrl+C */
};

extern const PzCommand pz_command_info;
extern const PzCommand pz_command_generate;
extern const PzCommand pz_command_encode;
extern const PzCommand pz_command_concept;
extern const PzCommand pz_command_inspect;
extern const PzCommand pz_command_module;
extern const PzCommand pz_command_bench;

/* BAD_INPUT: option `option` got `found` where `expected` was wanted. Returns FALSE. */
gboolean
pz_bad_option (GError **error, const char *option, const char *expected, const char *found);

/* Says the error on stderr as one line and returns the exit status that goes with it. Frees the error. */
int pz_fail (GError *error);

/* A file that is to be written: BAD_INPUT where something is there already (unless `force`), G_IO_ERROR where its folder takes
 * no new files. The nearest folder that exists is what is asked. */
gboolean pz_check_out_file (const char *path, gboolean force, GError **error);
/* A folder that files are to be written to, made or not. */
gboolean pz_check_out_folder (const char *path, GError **error);

/* "512x512". FALSE when it is not two numbers above 0. */
gboolean pz_parse_size (const char *text, guint *width, guint *height);

/* Is cancelled by Ctrl+C or SIGTERM from now on. (transfer none), the same at each call. Must be called before any thread is
 * started. */
GCancellable *pz_interrupt (void);

/* Folder of the running binary. (transfer full) */
char *pz_binary_folder (void);

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
  PZ_EXIT_FAILED = 1, /* one sentence on stderr says why */
  PZ_EXIT_USAGE = 2, /* the command line is wrong */
  PZ_EXIT_CANCELLED = 130, /* Ctrl+C */
};

/* All commands in the order of --help, NULL-terminated. */
extern const PzCommand *const pz_commands[];

extern const PzCommand pz_command_completions;
extern const PzCommand pz_command_basis;
extern const PzCommand pz_command_faces;
extern const PzCommand pz_command_info;
extern const PzCommand pz_command_generate;
extern const PzCommand pz_command_encode;
extern const PzCommand pz_command_concept;
extern const PzCommand pz_command_learn;
extern const PzCommand pz_command_inspect;
extern const PzCommand pz_command_manual;
extern const PzCommand pz_command_mask;
extern const PzCommand pz_command_evaluate;
extern const PzCommand pz_command_score;
extern const PzCommand pz_command_module;
extern const PzCommand pz_command_bench;
extern const PzCommand pz_command_selftest;

/* The command line itself is wrong: PZ_EXIT_USAGE. The domain has no error codes. */
#define PZ_USAGE_ERROR (pz_usage_error_quark ())
GQuark pz_usage_error_quark (void);

/* USAGE_ERROR: option `option` expected `expected` but found `found`. Returns FALSE. */
gboolean
pz_bad_option (GError **error, const char *option, const char *expected, const char *found);

/* --weights: NULL, or "8", which sets *packs; anything else is a USAGE_ERROR. */
gboolean pz_parse_weights (const char *text, gboolean *packs, GError **error);

/* Reports that the command takes no arguments but found argv[1], as pz_command_fail () does. Returns the exit status. */
int pz_refuse_arguments (const PzCommand *command, gboolean json, char **argv);
/* The same for a command that expected other arguments; the sentence is from the format. */
int pz_refuse_usage (const PzCommand *command, gboolean json, const char *format, ...)
  G_GNUC_PRINTF (3, 4);

/* Turns an error of a task that was caused by the given options into a USAGE_ERROR. Returns FALSE. */
gboolean pz_blame_usage (GError **error);

/* Prints the error on stderr as one line and returns its exit status. Frees the error. */
int pz_fail (GError *error);
/* With `json`, first prints the error as the command does for --json, on stdout; then does what pz_fail () does. */
int pz_command_fail (const PzCommand *command, gboolean json, GError *error);
/* The two parts of pz_fail (). (transfer full) */
int pz_exit_status (const GError *error);
char *pz_error_sentence (const GError *error);

/* --concept-by; NULL means the first value. FALSE with USAGE_ERROR. */
gboolean pz_parse_concept_by (const char *text, PzConceptBy *by, GError **error);

/* Parses "512x512". FALSE if it is not two numbers above 0. */
gboolean pz_parse_size (const char *text, guint *width, guint *height);

/* The cancellable that Ctrl+C and SIGTERM cancel from the first call on. (transfer none), the same at each call. */
GCancellable *pz_interrupt (void);

/* Folder of the running binary. (transfer full) */
char *pz_binary_folder (void);

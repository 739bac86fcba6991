/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Writes the members of the JSON objects that --json prints.
 */
#pragma once

#include <json-glib/json-glib.h>

/* Each adds one member to the object that `builder` is in. value: NULL is written as null. */
void pz_json_add_string (JsonBuilder *builder, const char *key, const char *value);
void pz_json_add_int (JsonBuilder *builder, const char *key, gint64 value);
void pz_json_add_bool (JsonBuilder *builder, const char *key, gboolean value);
/* Adds a string to an array; bytes that are not UTF-8 become U+FFFD. */
void pz_json_add_text (JsonBuilder *builder, const char *value);
/* Milliseconds or another quantity, rounded to three decimals. */
void pz_json_add_number (JsonBuilder *builder, const char *key, double value);
/* At full precision; a value that is not finite becomes null. */
void pz_json_add_exact (JsonBuilder *builder, const char *key, double value);
/* Begins an array; json_builder_end_array () ends it. */
void pz_json_begin_array (JsonBuilder *builder, const char *key);

/* Adds "error": the sentence or null, and "exit_status". */
void pz_json_add_error (JsonBuilder *builder, const GError *error);

/* Prints the finished object to standard output. */
void pz_json_print (JsonBuilder *builder);

/* Prints an object that holds only the error, for a command that could not do anything. */
void pz_json_print_error (const GError *error);

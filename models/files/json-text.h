/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * JSON as other people's programs write it: with a byte order mark before it, zeros that pad it behind it,
 * and the words NaN, Infinity and -Infinity for numbers, as Python writes them; these are read as strings.
 * Comments, single quotes and commas too many are refused. How many values there are and how deep they are
 * nested is counted before anything is made of them (read-budget.h).
 *
 * Thread: any.
 */
#pragma once

#include <json-glib/json-glib.h>

#include "models/files/read-budget.h"

G_BEGIN_DECLS

#define PZ_JSON_MAX_DEPTH 64

typedef enum
{
  PZ_JSON_ANY = 0,
  PZ_JSON_NAMES_ONCE = 1 << 0, /* a name twice in one object is refused; else the last counts */
} PzJsonFlags;

/* `name` stands for the file in messages; length < 0 = NUL-terminated. Returns (transfer full), or NULL with
 * BAD_FILE. */
JsonNode *pz_json_read (const char *name,
                        const char *text,
                        gssize length,
                        PzJsonFlags flags,
                        GError **error);

/* The same where only an object will do; the node holds one. */
JsonNode *pz_json_read_object (const char *name,
                               const char *text,
                               gssize length,
                               PzJsonFlags flags,
                               GError **error);

G_END_DECLS

/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Reads JSON as other programs write it: it accepts a byte order mark at the start, zero bytes as padding at the end, and the
 * numbers NaN, Infinity and -Infinity as Python writes them, which are read as strings. Comments, single quotes and superfluous
 * commas are refused. The number of values and the nesting depth are checked before parsing (read-budget.h).
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
  PZ_JSON_NAMES_ONCE = 1 << 0, /* refuse duplicate names in one object; else the last counts */
} PzJsonFlags;

/* Messages use `name` as the file's name. A negative length means NUL-terminated. Returns (transfer full), or NULL with
 * BAD_FILE. */
JsonNode *pz_json_read (const char *name,
                        const char *text,
                        gssize length,
                        PzJsonFlags flags,
                        GError **error);

/* The same, but accepts only an object; the node holds it. */
JsonNode *pz_json_read_object (const char *name,
                               const char *text,
                               gssize length,
                               PzJsonFlags flags,
                               GError **error);

G_END_DECLS

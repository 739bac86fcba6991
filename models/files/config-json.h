/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Fills a plain struct from a config.json, as described by a table of fields. The table lists every key known for one kind of
 * network. A key that is not in it is refused by name, unless its value is null, false, an empty list or an empty object, or
 * the key starts with "_" (provenance, not part of the network). Tables for files that do not describe a network, such as a
 * scheduler's, end with { "*", PZ_CONFIG_IGNORED }: unknown keys are then ignored.
 *
 *   static const PzConfigField fields[] = {
 *     { "_class_name", PZ_CONFIG_MUST, .fallback = "\"UNet2DConditionModel\"" },
 *     { "in_channels", PZ_CONFIG_UINT, .offset = G_STRUCT_OFFSET (PzUnetConfig, in_channels) },
 *     { "norm_eps", PZ_CONFIG_FLOAT, .offset = G_STRUCT_OFFSET (PzUnetConfig, norm_eps),
 *       .fallback = "1e-5" },
 *     { "block_out_channels", PZ_CONFIG_UINTS,
 *       .offset = G_STRUCT_OFFSET (PzUnetConfig, block_out_channels),
 *       .count_offset = G_STRUCT_OFFSET (PzUnetConfig, n_blocks) },
 *     { "sample_size", PZ_CONFIG_IGNORED },
 *     { NULL },
 *   };
 *
 * Thread: any.
 */
#pragma once

#include <glib.h>

#include "compute/error.h"

G_BEGIN_DECLS

/* A list in a config struct is an array of this many elements and a guint with the number of entries. */
#define PZ_CONFIG_MAX_LIST 16

typedef enum
{
  PZ_CONFIG_UINT, /* guint, 0..2^24 */
  PZ_CONFIG_BOOL, /* gboolean */
  PZ_CONFIG_FLOAT, /* float, finite */
  PZ_CONFIG_DOUBLE, /* double, finite: for values that are printed again */
  PZ_CONFIG_STRING, /* char *, owned by the struct, see pz_config_clear (); may be NULL */
  PZ_CONFIG_ENUM, /* guint: index of the string in `names` */
  PZ_CONFIG_UINTS, /* guint[PZ_CONFIG_MAX_LIST] + guint count; a single number is a list of one */
  PZ_CONFIG_BOOLS, /* gboolean[PZ_CONFIG_MAX_LIST] + guint count, like UINTS */
  PZ_CONFIG_FLOATS, /* float[PZ_CONFIG_MAX_LIST] + guint count, like UINTS */
  PZ_CONFIG_ENUMS, /* guint[PZ_CONFIG_MAX_LIST] + guint count */
  PZ_CONFIG_ALIKE, /* guint: a single number, or a list whose entries are all equal */
  PZ_CONFIG_MUST, /* not stored; if present and not null, the value or every list entry must equal `fallback` */
  PZ_CONFIG_IGNORED, /* not stored; any value, because it does not change the network */
} PzConfigType;

typedef struct
{
  const char *key; /* NULL ends the table */
  PzConfigType type;
  gsize offset; /* of the member in the config struct */
  gsize count_offset; /* lists: of the guint with the count */
  const char *fallback; /* JSON text for an absent or null key; NULL = the key is required */
  const char *const *names; /* ENUM and ENUMS: NULL-terminated */
} PzConfigField;

/* Reads the file and fills the struct, which must be zeroed or hold an earlier result. Fails with BAD_FILE (unreadable, not a
 * JSON object, a key missing, of the wrong type or out of range) or UNSUPPORTED_MODEL (an unknown key, an unknown name, or a
 * MUST that does not match); the message names the file, the key, what was expected and what was found. Fields filled before a
 * failure keep their values (pz_config_clear ()). */
gboolean pz_config_read (const char *path,
                         const PzConfigField fields[],
                         gpointer config,
                         GError **error);

/* The same for JSON text; messages use `name` as the file's name. */
gboolean pz_config_parse (const char *json,
                          gssize length,
                          const char *name,
                          const PzConfigField fields[],
                          gpointer config,
                          GError **error);

/* The JSON text of the object stored under a key of the file. (transfer full), or NULL if unreadable or there is no such
 * object. */
char *pz_config_inner_object (const char *path, const char *key);

/* Frees the STRING members and sets them to NULL. */
void pz_config_clear (const PzConfigField fields[], gpointer config);

G_END_DECLS

/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A config.json fills a plain struct through a table of fields. The table says all we know
 * about a kind of network: a key that is not in it is refused by name unless its value says
 * nothing (null, false, an empty list or object) or the key begins with "_" (provenance, not
 * network). Files that describe no network (a scheduler's) end their table with { "*",
 * PZ_CONFIG_IGNORED }: then unknown keys are left alone.
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

/* Lists in config structs are arrays of this many elements beside a guint that counts. */
#define PZ_CONFIG_MAX_LIST 16

typedef enum
{
  PZ_CONFIG_UINT, /* guint, 0..2^24 */
  PZ_CONFIG_BOOL, /* gboolean */
  PZ_CONFIG_FLOAT, /* float, finite */
  PZ_CONFIG_DOUBLE, /* double, finite: what is written down again for people */
  PZ_CONFIG_STRING, /* char *, owned by the struct: see pz_config_clear (); may be NULL */
  PZ_CONFIG_ENUM, /* guint: the position of the string in `names` */
  PZ_CONFIG_UINTS, /* guint[PZ_CONFIG_MAX_LIST] + guint count; a lone number is a list of one */
  PZ_CONFIG_BOOLS, /* gboolean[PZ_CONFIG_MAX_LIST] + guint count; as UINTS */
  PZ_CONFIG_FLOATS, /* float[PZ_CONFIG_MAX_LIST] + guint count; as UINTS */
  PZ_CONFIG_ENUMS, /* guint[PZ_CONFIG_MAX_LIST] + guint count */
  PZ_CONFIG_ALIKE, /* guint: one for all, or a list of as many times the same */
  PZ_CONFIG_MUST, /* stored nowhere: when present and not null it, or all of a list, must equal `fallback` */
  PZ_CONFIG_IGNORED, /* stored nowhere, any value: does not change the network */
} PzConfigType;

typedef struct
{
  const char *key; /* NULL ends a table */
  PzConfigType type;
  gsize offset; /* of the member in the config struct */
  gsize count_offset; /* lists: of the guint that counts */
  const char *fallback; /* JSON text used when the key is absent or null; NULL = required */
  const char *const *names; /* ENUM and ENUMS: NULL-terminated */
} PzConfigField;

/* Reads the file and fills the struct, which must be zeroed or hold an earlier result. Fails
 * with BAD_FILE (unreadable, no JSON object, a key missing, of the wrong type or out of
 * range) or UNSUPPORTED_MODEL (an unknown key, an unknown name, or a MUST that is not met);
 * the message names file, key, expected and found. What was filled before a failure stays
 * (pz_config_clear ()). */
gboolean pz_config_read (const char *path,
                         const PzConfigField fields[],
                         gpointer config,
                         GError **error);

/* The same from JSON text; `name` stands for the file in messages. */
gboolean pz_config_parse (const char *json,
                          gssize length,
                          const char *name,
                          const PzConfigField fields[],
                          gpointer config,
                          GError **error);

/* The text of the object under a key of the file's, or NULL: unreadable, or no such object.
 * (transfer full) */
char *pz_config_inner_object (const char *path, const char *key);

/* Frees the STRING members and sets them to NULL. */
void pz_config_clear (const PzConfigField fields[], gpointer config);

G_END_DECLS

/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A set: things with pictures, and prompts, as a file of JSON says them (docs/evaluation.md).
 */
#pragma once

#include <gio/gio.h>

typedef struct
{
  char *name; /* for people */
  char *folder; /* letters, digits and "-": of its results, unlike any other's */
  char *class_word;
  GPtrArray *images; /* paths */
  GPtrArray *masks; /* paths, as many; NULL = none is given */
} PzSetThing;

typedef struct
{
  char *text; /* "{}" is the thing, "{class}" its class word */
  char *family; /* NULL = of none */
} PzSetPrompt;

typedef struct
{
  char *path;
  char *name;
  GPtrArray *things; /* of PzSetThing */
  GPtrArray *prompts; /* of PzSetPrompt */
} PzSet;

/* Paths in the file are relative to it. All files that it names are there. (transfer full), or NULL with BAD_FILE naming file, thing and what
 * is wrong. */
PzSet *pz_set_load (const char *path, GError **error);
void pz_set_free (PzSet *set);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PzSet, pz_set_free)

/* The prompt of that thing, with `placeholder` in its place. (transfer full) */
char *
pz_set_prompt (const PzSetPrompt *prompt, const PzSetThing *thing, const char *placeholder);

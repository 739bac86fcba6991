/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * An evaluation set: things with pictures, and prompts, from a JSON file (docs/evaluation.md).
 */
#pragma once

#include <gio/gio.h>

typedef struct
{
  char *name; /* for display */
  char *folder; /* folder of its results: letters, digits and "-"; unique in the set */
  char *class_word;
  GPtrArray *images; /* paths */
  GPtrArray *masks; /* paths, one for each image; NULL = none given */
} PzSetThing;

typedef struct
{
  char *text; /* "{}" stands for the thing, "{class}" for its class word */
  char *family; /* NULL = none */
} PzSetPrompt;

typedef struct
{
  char *path;
  char *name;
  GPtrArray *things; /* of PzSetThing */
  GPtrArray *prompts; /* of PzSetPrompt */
} PzSet;

/* Paths in the file are relative to it. Checks that all files that it names exist. (transfer full), or NULL with
 * BAD_FILE naming the file, the thing and what is wrong. */
PzSet *pz_set_load (const char *path, GError **error);
void pz_set_free (PzSet *set);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PzSet, pz_set_free)

/* The prompt for that thing, with `placeholder` in place of "{}". (transfer full) */
char *
pz_set_prompt (const PzSetPrompt *prompt, const PzSetThing *thing, const char *placeholder);

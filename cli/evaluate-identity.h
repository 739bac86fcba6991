/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the pictures of an evaluation depend on. A run is only continued with the same; more of the things, prompts, seeds and
 * methods may be asked for.
 */
#pragma once

#include "cli/evaluate-set.h"

typedef struct
{
  const PzSet *set;
  const char *model; /* its fingerprint */
  const char *basis; /* path; NULL = nothing is learned in one */
  const char *features; /* NULL = the default */
  gint steps, paint_steps;
  gint64 seed;
  gboolean f32;
} PzRunIdentity;

/* As JSON, with the hashes of the set, of its prompts and pictures wherever they are, and of the basis. (transfer full), NULL
 * with an error if a file cannot be read. */
char *pz_run_identity_to_json (const PzRunIdentity *run, GError **error);

/* Fails if the run in the file `path` had another setting than `now`, and names it. */
gboolean pz_run_identity_check (const char *path, const char *now, GError **error);

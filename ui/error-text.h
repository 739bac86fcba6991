/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * An error in the user's language: what happened and what to do about it. The engine's own
 * sentence stays English and is the detail. Thread: main.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  const char *what; /* one sentence */
  const char *next; /* what to try, or NULL */
  const char *detail; /* the error's own sentence, or NULL where `what` is that sentence */
} PzErrorText;

/* The strings belong to the translation and to the error. */
PzErrorText pz_error_text (const GError *error);

G_END_DECLS

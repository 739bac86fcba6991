/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Whether a model's file is the one it should be: its SHA-256, beside what a file SHA256SUMS in the model's folder, else in the
 * file's own, says (a line "DIGEST  PATH" for each file, as sha256sum writes it). Thread: any.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum
{
  PZ_VERIFY_GOOD,
  PZ_VERIFY_DIFFERS,
  PZ_VERIFY_UNKNOWN, /* no SHA256SUMS names it */
} PzVerify;

/* home: the model's folder. Reads all of it, so it takes seconds for each gigabyte. *digest becomes its 64 hex digits (transfer
 * full). FALSE: it cannot be read, or CANCELLED. */
gboolean pz_model_verify (const char *home,
                          const char *path,
                          GCancellable *cancellable,
                          PzVerify *outcome,
                          char **digest,
                          GError **error);

G_END_DECLS

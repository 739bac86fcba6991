/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Checks whether a model's file is intact: compares its SHA-256 with the file SHA256SUMS in the model's folder, else in
 * the file's own folder (a line "DIGEST  PATH" for each file, as sha256sum writes it). Thread: any.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum
{
  PZ_VERIFY_GOOD,
  PZ_VERIFY_DIFFERS,
  PZ_VERIFY_UNKNOWN, /* no SHA256SUMS lists it */
} PzVerify;

/* home: the model's folder. Reads the whole file, which takes seconds for each gigabyte. *digest receives its 64 hex
 * digits (transfer full). FALSE: it cannot be read, or CANCELLED. */
gboolean pz_model_verify (const char *home,
                          const char *path,
                          GCancellable *cancellable,
                          PzVerify *outcome,
                          char **digest,
                          GError **error);

G_END_DECLS

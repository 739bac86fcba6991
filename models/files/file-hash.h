/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The hash that identifies a small file in recipes. Thread: any.
 */
#pragma once

#include <glib.h>

#include "compute/error.h"

G_BEGIN_DECLS

/* SHA-256 of a whole file, 64 hex digits. (transfer full), or NULL with BAD_FILE. */
char *pz_file_sha256 (const char *path, GError **error);

G_END_DECLS

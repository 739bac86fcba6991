/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Reads a small file as a whole. Thread: any.
 */
#pragma once

#include <glib.h>

#include "compute/error.h"

G_BEGIN_DECLS

/* Reads a regular file of at most max_bytes and appends a NUL. Returns (transfer full), or NULL with BAD_FILE: not found, not a
 * regular file, too large, unreadable. length may be NULL. */
char *pz_text_file_read (const char *path, gsize max_bytes, gsize *length, GError **error);

G_END_DECLS

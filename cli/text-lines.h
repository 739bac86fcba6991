/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Lists as files: one name or caption per line.
 */
#pragma once

#include <glib.h>

/* The lines of a UTF-8 text that are not blank, without surrounding white space. (transfer full), or NULL with
 * BAD_FILE. */
GStrv pz_read_lines (const char *path, GError **error);

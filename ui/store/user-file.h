/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Small key files of the user in $XDG_DATA_HOME/gimp-personalize that only the user can read. Thread: any.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The contents of the file of that name; empty if it does not exist or cannot be read. (transfer full) */
GKeyFile *pz_user_file_load (const char *name);

/* Writes the whole file. On failure (such as a full disk) the file stays unchanged. */
gboolean pz_user_file_save (const char *name, GKeyFile *file);

G_END_DECLS

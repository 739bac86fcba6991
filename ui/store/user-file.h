/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Small files of the user's own, in $XDG_DATA_HOME/gimp-personalize: key files that nobody else may read. Thread: any.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What a file of that name holds; empty where there is none or it cannot be read. (transfer full) */
GKeyFile *pz_user_file_load (const char *name);

/* All of it or, where it fails (a full disk), nothing: then the file is what it was. */
gboolean pz_user_file_save (const char *name, GKeyFile *file);

G_END_DECLS

/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Finds the source tree of a binary that is still in its build folder.
 *
 * Thread: any.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* beside: the folder of the binary. (transfer full), or NULL if it is not inside a build folder. */
char *pz_source_folder (const char *beside);

G_END_DECLS

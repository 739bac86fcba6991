/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The source tree that a binary which still lies in its build folder was made from.
 *
 * Thread: any.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* beside: the binary's folder. (transfer full), or NULL where it lies in no build folder. */
char *pz_source_folder (const char *beside);

G_END_DECLS

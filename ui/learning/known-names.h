/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Names of people whom everybody knows, and so models too: among them Celeb Basis looks for a new person (Yuan et al., 2023).
 * Thread: any.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* One a line. (transfer none) */
const char *pz_known_names (void);

G_END_DECLS

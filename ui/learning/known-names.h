/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Names of well-known people, which models know too. Celeb Basis searches for a new person among them (Yuan et al.,
 * 2023). Thread: any.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* One name per line. (transfer none) */
const char *pz_known_names (void);

G_END_DECLS

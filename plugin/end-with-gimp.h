/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A plug-in whose GIMP was killed works for nobody: it ends at once, also in the middle of loading a model, when
 * nothing is said to GIMP that could fail.
 *
 * Thread: main, before any other.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

void pz_end_with_gimp (void);

G_END_DECLS

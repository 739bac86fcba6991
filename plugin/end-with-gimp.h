/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Ends the plug-in at once when GIMP is killed, even while a model is being loaded, when no call to GIMP is made that
 * could fail.
 *
 * Thread: main, before any other thread starts.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

void pz_end_with_gimp (void);

G_END_DECLS

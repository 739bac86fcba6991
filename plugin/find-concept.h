/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Whoever comes back to an image has a result selected more often than the concept it was made from. Thread: main.
 */
#pragma once

#include <libgimp/gimp.h>

G_BEGIN_DECLS

/* The layer that `layer` was made from, where it is a result (or a group with one) and that layer is still there; else `layer`
 * itself. */
GimpLayer *pz_find_concept (GimpLayer *layer);

G_END_DECLS

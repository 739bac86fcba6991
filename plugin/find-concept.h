/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Finds the concept when the user returns to an image: there, a result is selected more often than the concept it was
 * made from. Thread: main.
 */
#pragma once

#include <libgimp/gimp.h>

G_BEGIN_DECLS

/* The layer that `layer` was made from, if `layer` is a result (or a group that contains one) and the other layer still
 * exists; else `layer` itself. */
GimpLayer *pz_find_concept (GimpLayer *layer);

G_END_DECLS

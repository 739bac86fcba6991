/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Normalisation of feature vectors. Thread: any.
 */
#pragma once

#include <glib.h>

#include "compute/error.h"

G_BEGIN_DECLS

/* Scales the values to a unit vector. Fails with BAD_OUTPUT if they are zero or not finite. whose: named in the error. */
gboolean pz_unit_length (const char *whose, float *values, guint n, GError **error);

G_END_DECLS

/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Features whose direction counts. Thread: any.
 */
#pragma once

#include <glib.h>

#include "compute/error.h"

G_BEGIN_DECLS

/* Scales the values to length 1. Fails with BAD_OUTPUT, naming whose they are: zeros, or not finite. */
gboolean pz_unit_length (const char *whose, float *values, guint n, GError **error);

G_END_DECLS

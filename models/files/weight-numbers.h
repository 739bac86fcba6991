/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Operations on every number of a model while it is loaded onto the device.
 *
 * Thread: any.
 */
#pragma once

#include "compute/gpu.h"

G_BEGIN_DECLS

/* Transposes each row from [n_in, n_taps] to [n_taps, n_in]. `to` and `from` must not overlap. */
void pz_move_halves (guint16 *to, const guint16 *from, gsize n_rows, gsize n_in, gsize n_taps);
void pz_move_floats (float *to, const float *from, gsize n_rows, gsize n_in, gsize n_taps);

/* dtype: F16 or F32. */
gboolean pz_are_finite (gconstpointer data, gsize n, PzDtype dtype);

G_END_DECLS

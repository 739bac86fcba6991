/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Squares as CLIP's image encoder takes them: resized by bicubic interpolation as PIL does it, normalised.
 *
 * Thread: the session's.
 */
#pragma once

#include "compute/run.h"

G_BEGIN_DECLS

/* From n squares of crop_side pixels to pixel_values, F32 [n, S, S, 3]. Squares differ in size from picture to picture, so
 * this small program is made for each size. */
PzProgram *pz_clip_pixels_program (PzGpu *gpu,
                                   PzDtype activation,
                                   guint crop_side,
                                   PzStorage *pixel_values,
                                   GCancellable *cancellable,
                                   GError **error);

/* crops: [n, crop_side, crop_side, 3] in 0..1. */
gboolean pz_clip_pixels_write (PzProgram *program, const float *crops, gsize n, GError **error);

G_END_DECLS

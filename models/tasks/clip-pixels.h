/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Prepares squares for CLIP's image encoder: bicubic resize as in PIL, then normalisation.
 *
 * Thread: the session's.
 */
#pragma once

#include "compute/run.h"

G_BEGIN_DECLS

/* Maps n squares of crop_side pixels to pixel_values, F32 [n, S, S, 3]. The size of the squares varies from picture to picture,
 * so this small program is created for each size. */
PzProgram *pz_clip_pixels_program (PzGpu *gpu,
                                   PzDtype activation,
                                   guint crop_side,
                                   PzStorage *pixel_values,
                                   GCancellable *cancellable,
                                   GError **error);

/* crops: the squares, [squares, crop_side, crop_side, 3] in 0..1; n: the number of floats in crops. */
gboolean pz_clip_pixels_write (PzProgram *program, const float *crops, gsize n, GError **error);

G_END_DECLS

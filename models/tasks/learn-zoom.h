/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Zoomed pictures: resized to a square of another size, placed on a grey canvas or cropped to it, and encoded anew for each
 * sample (methods: Custom Diffusion).
 *
 * Thread: the session's.
 */
#pragma once

#include "models/tasks/learn-data.h"
#include "models/tasks/learn-draws.h"

G_BEGIN_DECLS

/* mean, deviation (NULL if the data has none): [height, width, channels]; weight: [height, width], 1 inside the picture, at
 * least one latent pixel away from its border, else 0. */
gboolean pz_learn_zoom_encode (PzLearnData *data,
                               PzImage *image,
                               const PzLearnDraw *draw,
                               float *mean,
                               float *deviation,
                               float *weight,
                               GError **error);

G_END_DECLS

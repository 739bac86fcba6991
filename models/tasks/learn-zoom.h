/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A picture seen smaller or larger than it is: squashed to another square, put on a grey canvas or cut to it, and encoded
 * anew for each sample (methods: Custom Diffusion).
 *
 * Thread: the session's.
 */
#pragma once

#include "models/tasks/learn-data.h"
#include "models/tasks/learn-draws.h"

G_BEGIN_DECLS

/* mean, deviation (NULL where the data has none) [height, width, channels]; weight [height, width]: 1 inside of where the picture
 * lies, a cell from its border on. */
gboolean pz_learn_zoom_encode (PzLearnData *data,
                               PzImage *image,
                               const PzLearnDraw *draw,
                               float *mean,
                               float *deviation,
                               float *weight,
                               GError **error);

G_END_DECLS

/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * From the latent of a pipeline to pixels: at once, or in tiles where the picture is larger than one (tiles.h), each
 * with the same recording and blended on the host. Thread: the session's.
 */
#pragma once

#include "models/tasks/diagnose.h"
#include "models/tasks/meter.h"
#include "models/tasks/pipeline.h"

G_BEGIN_DECLS

/* The decode program must be there, here and below. pixels [height, width, 3], about -1..1, not clamped. Fails as running and reading do. */
gboolean pz_decode (const PzPipeline *pipeline, PzMeter *meter, float *pixels, GError **error);

/* What is wrong with the picture of the latent that is there: see diagnose.h. */
gboolean pz_decode_diagnose (const PzPipeline *pipeline,
                             const PzDiagnose *diagnose,
                             const PzDiagnosePart *vae,
                             GError **error);

G_END_DECLS

/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Decodes the latent of a pipeline to pixels: in one piece, or in tiles if the picture is larger than a tile (tiles.h). All
 * tiles use the same recording and are blended on the host. Thread: the session's.
 */
#pragma once

#include "models/tasks/diagnose.h"
#include "models/tasks/meter.h"
#include "models/tasks/pipeline.h"

G_BEGIN_DECLS

/* Both functions require that the decode program is loaded. pixels: [height, width, 3], about -1..1, not clamped. Fails as
 * running a program and reading do. */
gboolean pz_decode (const PzPipeline *pipeline, PzMeter *meter, float *pixels, GError **error);

/* Diagnoses the picture decoded from the current latent: see diagnose.h. */
gboolean pz_decode_diagnose (const PzPipeline *pipeline,
                             const PzDiagnose *diagnose,
                             const PzDiagnosePart *vae,
                             GError **error);

G_END_DECLS

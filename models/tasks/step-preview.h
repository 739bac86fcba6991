/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The picture as it is becoming, told after each step: what the sampler believes the picture is by then, painted by a small decoder
 * that lies beside the model, else by latent-preview.h. Where nobody listens nothing is read from the device. Thread: the session's.
 */
#pragma once

#include "models/tasks/latent-preview.h"
#include "models/tasks/meter.h"
#include "models/tasks/pipeline.h"
#include "models/tasks/sampler.h"

G_BEGIN_DECLS

typedef struct
{
  PzLatentPreview *colours; /* kept from run to run, not owned */
  const PzPipeline *pipeline;
  const PzTaskParams *task; /* NULL = nobody listens */
  float *before, *after, *noise; /* latents; NULL = nobody listens */
  PzProgram *small; /* latent -> image; NULL = there is no small decoder */
} PzStepPreview;

/* Nobody listens either where finding out the colours would take longer than half of a variant's steps. A small decoder is taken
 * where it takes less than a step, and where it decodes the picture at once. */
void pz_step_preview_init (PzStepPreview *preview,
                           PzLatentPreview *colours,
                           const PzPipeline *pipeline,
                           guint n_steps,
                           const PzTaskParams *task);
void pz_step_preview_clear (PzStepPreview *preview);

/* The decoder is asked once, for the colours, in the first step of all: so much more work. Where it is not on the device while steps are
 * taken, the colours are found in the first finished picture, and previews begin with the next one. */
double pz_step_preview_work (const PzStepPreview *preview);

/* Before and after the denoise program runs `step`. Fail as reading and running do. */
gboolean pz_step_preview_before (PzStepPreview *preview, GError **error);
gboolean pz_step_preview_after (PzStepPreview *preview,
                                const PzSamplerStep *step,
                                PzMeter *meter,
                                GError **error);
/* A picture of the latent that is there is finished. Fails as reading does. */
gboolean
pz_step_preview_finished (PzStepPreview *preview, const PzImage *picture, GError **error);

G_END_DECLS

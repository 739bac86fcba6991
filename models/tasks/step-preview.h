/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Previews after each step: decodes the sampler's current estimate of the picture with a small decoder stored with the model,
 * or otherwise by latent-preview.h. Without a listener nothing is read from the device. Thread: the session's.
 */
#pragma once

#include "models/tasks/latent-preview.h"
#include "models/tasks/meter.h"
#include "models/tasks/pipeline.h"
#include "models/tasks/sampler.h"

G_BEGIN_DECLS

typedef struct
{
  PzLatentPreview *colours; /* kept between runs, not owned */
  const PzPipeline *pipeline;
  const PzTaskParams *task; /* NULL = no listener */
  float *before, *after, *noise; /* latents; NULL = no listener */
  PzProgram *small; /* latent -> image; NULL = no small decoder */
} PzStepPreview;

/* Without a small decoder, previews are also disabled if fitting the colours would take longer than half of a variant's steps.
 * The small decoder is only used if it takes less time than a step and the picture is decoded in one piece. */
void pz_step_preview_init (PzStepPreview *preview,
                           PzLatentPreview *colours,
                           const PzPipeline *pipeline,
                           guint n_steps,
                           const PzTaskParams *task);
void pz_step_preview_clear (PzStepPreview *preview);

/* The additional work of fitting the colours, which runs the decoder once, in the first step of all. If the decoder is not on
 * the device during the steps, the colours are fitted to the first finished picture instead, and previews begin with the next
 * one. */
double pz_step_preview_work (const PzStepPreview *preview);

/* Call before and after the denoise program runs `step`. Fail as reading and running do. */
gboolean pz_step_preview_before (PzStepPreview *preview, GError **error);
gboolean pz_step_preview_after (PzStepPreview *preview,
                                const PzSamplerStep *step,
                                PzMeter *meter,
                                GError **error);
/* Call when the picture of the current latent is finished. Fails as reading does. */
gboolean
pz_step_preview_finished (PzStepPreview *preview, const PzImage *picture, GError **error);

G_END_DECLS

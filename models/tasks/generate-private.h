/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One run of a generator. Private to the files that implement it.
 */
#pragma once

#include "models/tasks/conditioning.h"
#include "models/tasks/generate.h"
#include "models/tasks/meter.h"
#include "models/tasks/sampler.h"
#include "models/tasks/start.h"
#include "models/tasks/step-preview.h"

G_BEGIN_DECLS

struct _PzGenerator
{
  PzGpu *gpu;
  const PzModelFolder *model; /* not owned */
  const char *fingerprint; /* not owned */
  PzDtype activation;
  PzWordShelf *words; /* not owned */
  PzImagePrompts *image_prompts; /* not owned */
  PzPipeline *pipeline; /* for the last shape; NULL until first used */
  PzLatentPreview colours; /* for the model's latents */
};

/* One call of pz_generator_run (). */
typedef struct
{
  PzGenerator *generator;
  PzGenerateParams params; /* defaults filled in */
  gboolean guided;
  PzNoiseSchedule schedule;
  PzSamplerPlan *plan;
  PzConditioning *conditioning;
  PzMeter meter;
  PzStepPreview preview;
  PzStart start;
  GArray *step_ms, *decode_ms, *variant_ms; /* of double */
  PzTimes *times; /* not owned */
} PzGeneration;

/* Fills in what the parameters leave to the model, except what the sampler decides. */
void pz_generation_fill_defaults (PzGeneration *run, const PzGenerateParams *params);
/* Fills in the model's own sampler settings, or those of LCM if weights were made for few steps. Needs the conditioning. */
void pz_generation_fill_sampler (PzGeneration *run);

/* What the pipeline is made for. Need the parameters and the conditioning. */
PzPipelineRoom pz_generation_room (const PzGeneration *run);
PzPipelineShape pz_generation_shape (const PzGeneration *run);
/* *overlay: NULL if no weights change. (transfer full). Fails as pz_overlay_new () does. */
gboolean
pz_generation_make_overlay (const PzGeneration *run, PzOverlay **overlay, GError **error);

/* Makes sure that this program of the pipeline is on the device: see pz_pipeline_enter (). */
gboolean pz_generation_enter (PzGeneration *run, PzPipelinePart part, GError **error);

/* Writes everything that the denoise program reads in this step. */
gboolean pz_generation_take_step (PzGeneration *run, const PzSamplerStep *step, GError **error);

/* Rejects NaN, infinity or a single flat colour, and reports the cause, instead of returning a black layer. pixels: n values of
 * variant `index`. */
gboolean pz_generation_check (PzGeneration *run,
                              guint index,
                              const float *pixels,
                              gsize n,
                              GError **error);

G_END_DECLS

/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The initial latent of a variant and the noise for its steps: all noise is that of its seed, or lies between the noise of two
 * seeds (slerp: Shoemake, 1985). A variant can also start from a picture with noise added (SDEdit: Meng et al., 2021), which is
 * painted over everywhere or only under a mask. In that case the area outside the mask is restored after each step, with the
 * noise level of the latent at that point (RePaint, Lugmayr et al., 2022, without its resampling).
 * Thread: the session's.
 */
#pragma once

#include "models/tasks/noise.h"
#include "models/tasks/pipeline.h"
#include "models/tasks/sampler.h"

G_BEGIN_DECLS

/* All members are private. */
typedef struct
{
  const PzPipeline *pipeline; /* not owned */
  guint64 variation_of;
  double variation;
  PzNoise own, other; /* of the variant's seed and of variation_of */
  float *noise; /* [h, w, C]: the first noise of this variant */
  float *picture; /* [h, w, C]: latent of the picture to paint over; NULL = none */
  float *mask; /* [h, w], 1 = paint; NULL = everywhere */
} PzStart;

/* The fraction of the full denoising process that a run goes through: 1 unless it starts from a picture. */
double pz_start_strength (const PzGenerateParams *params);

/* Encodes the picture to paint over. pipeline must outlive the start. Fails as a program does. */
gboolean pz_start_init (PzStart *start,
                        const PzPipeline *pipeline,
                        PzGpu *gpu,
                        const PzModelFolder *model,
                        PzDtype activation,
                        const PzGenerateParams *params,
                        GCancellable *cancellable,
                        GError **error);
void pz_start_clear (PzStart *start);

/* Draws and writes the initial latent of the variant with this seed. */
gboolean
pz_start_variant (PzStart *start, guint64 seed, const PzSamplerPlan *plan, GError **error);

/* Draws and writes the noise for the variant's next step that takes noise. */
gboolean pz_start_write_noise (PzStart *start, GError **error);

/* Restores the area outside the mask; after the last step without any noise. */
gboolean pz_start_after_step (PzStart *start,
                              const PzSamplerStep *step,
                              gboolean is_last,
                              GError **error);

G_END_DECLS

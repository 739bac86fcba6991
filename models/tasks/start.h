/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Where a variant starts and the noise on its way: its seed's, or all of it between two seeds' (slerp: Shoemake, 1985).
 * It may start from a picture with noise on it (SDEdit: Meng et al., 2021), painted over everywhere or under a mask alone (what is outside of it is put back
 * after each step, as noisy as the latent is then: RePaint, Lugmayr et al., 2022, without its resampling).
 * Thread: the session's.
 */
#pragma once

#include "models/tasks/noise.h"
#include "models/tasks/pipeline.h"
#include "models/tasks/sampler.h"

G_BEGIN_DECLS

/* Fields are private. */
typedef struct
{
  const PzPipeline *pipeline; /* not owned */
  guint64 variation_of;
  double variation;
  PzNoise own, other; /* of the variant's seed, and of the one it varies */
  float *noise; /* [h, w, C]: the first of this variant */
  float *picture; /* [h, w, C]: the latent of what is painted over; NULL = nothing */
  float *mask; /* [h, w], 1 = painted; NULL = everywhere */
} PzStart;

/* How much of the way a run goes: 1 unless it starts from a picture. */
double pz_start_strength (const PzGenerateParams *params);

/* Encodes what is painted over. pipeline must outlive the start. Fails as a program does. */
gboolean pz_start_init (PzStart *start,
                        const PzPipeline *pipeline,
                        PzGpu *gpu,
                        const PzModelFolder *model,
                        PzDtype activation,
                        const PzGenerateParams *params,
                        GCancellable *cancellable,
                        GError **error);
void pz_start_clear (PzStart *start);

/* Draws and writes the first latent of the variant of that seed. */
gboolean
pz_start_variant (PzStart *start, guint64 seed, const PzSamplerPlan *plan, GError **error);

/* Draws and writes the noise of the variant's next step that takes some. */
gboolean pz_start_write_noise (PzStart *start, GError **error);

/* Puts back what is outside of the mask, after the last step without any noise. */
gboolean pz_start_after_step (PzStart *start,
                              const PzSamplerStep *step,
                              gboolean is_last,
                              GError **error);

G_END_DECLS

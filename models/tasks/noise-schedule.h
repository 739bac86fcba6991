/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The amounts of signal and noise in a picture at each training timestep (methods: beta schedule), in double.
 * Thread: any.
 */
#pragma once

#include "models/files/config-json.h"
#include "models/params.h"

G_BEGIN_DECLS

#define PZ_MAX_TRAIN_STEPS 1000

typedef enum
{
  PZ_PREDICTS_EPSILON, /* the noise */
  PZ_PREDICTS_V, /* sqrt (abar) noise - sqrt (1 - abar) picture */
} PzPrediction;

typedef enum
{
  PZ_SPACING_LEADING,
  PZ_SPACING_TRAILING,
  PZ_SPACING_LINSPACE,
} PzSpacing;

typedef enum
{
  PZ_BETAS_SCALED_LINEAR, /* linear in the square root */
  PZ_BETAS_LINEAR,
} PzBetas;

/* scheduler/scheduler_config.json; the members are named like its keys. */
typedef struct
{
  guint num_train_timesteps; /* at most PZ_MAX_TRAIN_STEPS */
  guint beta_schedule; /* PzBetas */
  float beta_start, beta_end;
  guint prediction_type; /* PzPrediction */
  guint timestep_spacing; /* PzSpacing */
  guint steps_offset;
  gboolean set_alpha_to_one; /* alpha after the last step: 1, or that of the first timestep */
  guint original_inference_steps; /* LCM: steps used for distillation */
  float timestep_scaling; /* LCM's boundary condition */
} PzScheduleConfig;

extern const PzConfigField pz_schedule_config_fields[];

/* Reads the file; path NULL gives the values of Stable Diffusion 1.x. Fails as pz_config_read (), and with UNSUPPORTED_MODEL if
 * there are more than PZ_MAX_TRAIN_STEPS training timesteps. */
gboolean pz_schedule_config_read (const char *path, PzScheduleConfig *config, GError **error);

/* Parses a prediction type, named as in scheduler_config.json. path: the file that it comes from. Fails with
 * UNSUPPORTED_MODEL. */
gboolean
pz_prediction_read (const char *path, const char *name, guint *prediction_type, GError **error);

PzStepLimits pz_schedule_config_limits (const PzScheduleConfig *config);

typedef struct
{
  PzScheduleConfig config;
  double alphas_cumprod[PZ_MAX_TRAIN_STEPS]; /* abar_t, decreasing */
} PzNoiseSchedule;

void pz_noise_schedule_init (PzNoiseSchedule *schedule, const PzScheduleConfig *config);

/* sqrt ((1 - abar_t) / abar_t) */
double pz_noise_schedule_sigma (const PzNoiseSchedule *schedule, guint t);

G_END_DECLS

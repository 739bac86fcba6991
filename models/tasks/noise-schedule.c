/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "models/tasks/noise-schedule.h"

#include <math.h>
#include <string.h>

static const char *const prediction_names[] = {
  [PZ_PREDICTS_EPSILON] = "epsilon",
  [PZ_PREDICTS_V] = "v_prediction",
  NULL,
};

static const char *const spacing_names[] = {
  [PZ_SPACING_LEADING] = "leading",
  [PZ_SPACING_TRAILING] = "trailing",
  [PZ_SPACING_LINSPACE] = "linspace",
  NULL,
};

static const char *const beta_names[] = {
  [PZ_BETAS_SCALED_LINEAR] = "scaled_linear",
  [PZ_BETAS_LINEAR] = "linear",
  NULL,
};

#define OFFSET(member) .offset = G_STRUCT_OFFSET (PzScheduleConfig, member)

/* The fallbacks are the values of Stable Diffusion 1.x. A scheduler's own other settings are ignored, because we choose the
 * sampler. */
const PzConfigField pz_schedule_config_fields[] = {
  { "num_train_timesteps", PZ_CONFIG_UINT, OFFSET (num_train_timesteps), .fallback = "1000" },
  { "beta_schedule", PZ_CONFIG_ENUM, OFFSET (beta_schedule), .fallback = "\"scaled_linear\"",
    .names = beta_names },
  { "beta_start", PZ_CONFIG_FLOAT, OFFSET (beta_start), .fallback = "0.00085" },
  { "beta_end", PZ_CONFIG_FLOAT, OFFSET (beta_end), .fallback = "0.012" },
  { "prediction_type", PZ_CONFIG_ENUM, OFFSET (prediction_type), .fallback = "\"epsilon\"",
    .names = prediction_names },
  { "timestep_spacing", PZ_CONFIG_ENUM, OFFSET (timestep_spacing), .fallback = "\"leading\"",
    .names = spacing_names },
  { "steps_offset", PZ_CONFIG_UINT, OFFSET (steps_offset), .fallback = "1" },
  { "set_alpha_to_one", PZ_CONFIG_BOOL, OFFSET (set_alpha_to_one), .fallback = "false" },
  { "original_inference_steps", PZ_CONFIG_UINT, OFFSET (original_inference_steps),
    .fallback = "50" },
  { "timestep_scaling", PZ_CONFIG_FLOAT, OFFSET (timestep_scaling), .fallback = "10" },
  { "trained_betas", PZ_CONFIG_MUST, .fallback = "null" },
  { "rescale_betas_zero_snr", PZ_CONFIG_MUST, .fallback = "false" },
  { "*", PZ_CONFIG_IGNORED },
  { NULL },
};

gboolean
pz_schedule_config_read (const char *path, PzScheduleConfig *config, GError **error)
{
  gboolean good = path != NULL ? pz_config_read (path, pz_schedule_config_fields, config, error)
                               : pz_config_parse ("{}", -1, "schedule",
                                                  pz_schedule_config_fields, config, error);

  if (!good)
    return FALSE;
  if (config->num_train_timesteps < 2 || config->num_train_timesteps > PZ_MAX_TRAIN_STEPS)
    {
      g_set_error (error, PZ_ERROR, PZ_ERROR_UNSUPPORTED_MODEL,
                   "%s: num_train_timesteps: expected 2 to %d, found %u", path,
                   PZ_MAX_TRAIN_STEPS, config->num_train_timesteps);
      return FALSE;
    }
  if (config->original_inference_steps < 1
      || config->original_inference_steps > config->num_train_timesteps)
    {
      g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_FILE,
                   "%s: original_inference_steps: expected 1 to %u, found %u", path,
                   config->num_train_timesteps, config->original_inference_steps);
      return FALSE;
    }
  if (!(config->beta_start > 0.0f && config->beta_start <= config->beta_end
        && config->beta_end < 1.0f))
    {
      g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_FILE,
                   "%s: expected 0 < beta_start <= beta_end < 1, found %g and %g", path,
                   (double) config->beta_start, (double) config->beta_end);
      return FALSE;
    }
  return TRUE;
}

gboolean
pz_prediction_read (const char *path, const char *name, guint *prediction_type, GError **error)
{
  for (guint i = 0; prediction_names[i] != NULL; i++)
    if (strcmp (prediction_names[i], name) == 0)
      {
        *prediction_type = i;
        return TRUE;
      }
  g_set_error (error, PZ_ERROR, PZ_ERROR_UNSUPPORTED_MODEL,
               "%s: prediction_type: expected \"%s\" or \"%s\", found \"%s\"", path,
               prediction_names[PZ_PREDICTS_EPSILON], prediction_names[PZ_PREDICTS_V], name);
  return FALSE;
}

PzStepLimits
pz_schedule_config_limits (const PzScheduleConfig *config)
{
  return (PzStepLimits) {
    .num_train_timesteps = config->num_train_timesteps,
    .original_inference_steps = config->original_inference_steps,
  };
}

void
pz_noise_schedule_init (PzNoiseSchedule *schedule, const PzScheduleConfig *config)
{
  gboolean square = config->beta_schedule == PZ_BETAS_SCALED_LINEAR;
  guint n = config->num_train_timesteps;
  double first = square ? sqrt ((double) config->beta_start) : (double) config->beta_start;
  double last = square ? sqrt ((double) config->beta_end) : (double) config->beta_end;
  double product = 1.0;

  g_return_if_fail (n >= 2 && n <= PZ_MAX_TRAIN_STEPS);

  *schedule = (PzNoiseSchedule) { .config = *config };
  for (guint t = 0; t < n; t++)
    {
      double value = first + (last - first) * t / (n - 1);

      product *= 1.0 - (square ? value * value : value);
      schedule->alphas_cumprod[t] = product;
    }
}

double
pz_noise_schedule_sigma (const PzNoiseSchedule *schedule, guint t)
{
  return sqrt ((1.0 - schedule->alphas_cumprod[t]) / schedule->alphas_cumprod[t]);
}

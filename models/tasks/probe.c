/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "models/tasks/probe.h"

#include "compute/run.h"
#include "models/nets/unet.h"

/* At the noisiest timestep, a network that predicts the noise returns mostly its input. One that predicts the velocity returns
 * the negative of the picture, which is far lower. */
#define TIMESTEP 999.0
#define LEVEL 0.5f
#define V_BELOW (-1.0)
#define SIDE 8
#define TOKENS 2

static PzTensor *
build (PzGraph *graph, const PzUnetConfig *config)
{
  PzKeyValue kv[PZ_UNET_MAX_SITES];
  guint cond = config->time_cond_proj_dim;
  PzUnetInputs inputs = { .context = kv };

  inputs.sample = pz_graph_input (graph, "sample", PZ_F32, 4,
                                  (guint[]) { 1, SIDE, SIDE, config->in_channels });
  PzTensor *context = pz_graph_input (graph, "context", PZ_F32, 3,
                                      (guint[]) { 1, TOKENS, config->cross_attention_dim });
  inputs.timestep = pz_graph_input (graph, "timestep", PZ_F32, 2,
                                    (guint[]) { 1, config->block_out_channels[0] });
  inputs.guidance =
    cond > 0 ? pz_graph_input (graph, "guidance", PZ_F32, 2, (guint[]) { 1, cond }) : NULL;
  pz_unet_context (graph, config, context, PZ_KEYS_OWN, kv);
  PzTensor *prediction = pz_unet (graph, config, &inputs);
  return prediction != NULL ? pz_cast (graph, prediction, PZ_F32) : NULL;
}

static gboolean
write_level (PzProgram *program, const char *name, GError **error)
{
  PzStorage *storage = pz_program_get_storage (program, name);
  gsize n = pz_storage_get_n_elements (storage);
  g_autofree float *values = g_new (float, n);

  for (gsize i = 0; i < n; i++)
    values[i] = LEVEL;
  return pz_storage_write_f32 (storage, values, n, error);
}

static gboolean
write_inputs (PzProgram *program, const PzUnetConfig *config, GError **error)
{
  guint width = config->block_out_channels[0], cond = config->time_cond_proj_dim;
  g_autofree float *timestep = g_new (float, width);
  g_autofree float *guidance = g_new (float, cond + 1);

  pz_unet_timestep_features (config, TIMESTEP, timestep);
  if (!write_level (program, "sample", error) || !write_level (program, "context", error)
      || !pz_storage_write_f32 (pz_program_get_storage (program, "timestep"), timestep, width,
                                error))
    return FALSE;
  if (cond == 0)
    return TRUE;
  pz_unet_guidance_features (config, 1.0, guidance);
  return pz_storage_write_f32 (pz_program_get_storage (program, "guidance"), guidance, cond,
                               error);
}

static gboolean
read_mean (PzProgram *program, double *mean, GError **error)
{
  PzStorage *storage = pz_program_get_storage (program, "prediction");
  gsize n = pz_storage_get_n_elements (storage);
  g_autofree float *values = g_new (float, n);

  if (!pz_storage_read_f32 (storage, values, n, error))
    return FALSE;
  *mean = 0.0;
  for (gsize i = 0; i < n; i++)
    *mean += (double) values[i] / (double) n;
  return TRUE;
}

gboolean
pz_probe_prediction (PzGpu *gpu,
                     PzModelFolder *model,
                     PzDtype activation,
                     GCancellable *cancellable,
                     GError **error)
{
  const PzRunParams run = { .cancellable = cancellable };
  const PzWeightSource source = { "", model->unet_weights };
  g_autoptr (PzGraph) graph = NULL;
  g_autoptr (PzProgram) program = NULL;
  double mean;

  if (model->prediction_known)
    return TRUE;
  graph = pz_model_graph_new (model, activation);
  pz_graph_output (graph, build (graph, &model->unet), "prediction");
  if (!pz_weights_bind (graph, &source, 1, gpu,
                        &(PzWeightParams) { .cancellable = cancellable }, error))
    return FALSE;
  program = pz_program_new (gpu, graph, &run, error);
  if (program == NULL || !write_inputs (program, &model->unet, error)
      || !pz_program_run (program, &run, error) || !read_mean (program, &mean, error))
    return FALSE;
  pz_model_folder_set_prediction (model, mean - (double) LEVEL < V_BELOW ? PZ_PREDICTS_V
                                                                         : PZ_PREDICTS_EPSILON);
  return TRUE;
}

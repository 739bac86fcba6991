/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Fakes of devices, samplers and found models: one good model and one that is incomplete.
 */
#include "compute/gpu.h"
#include "tests/ui/fake-session.h"

void
pz_gpu_prepare_process (void)
{
}

GPtrArray *
pz_gpu_list (GError **error)
{
  GPtrArray *gpus = g_ptr_array_new_with_free_func ((GDestroyNotify) pz_gpu_info_free);
  PzGpuInfo *gpu = g_new0 (PzGpuInfo, 1);

  (void) error;
  if (!pz_fake.processor)
    {
      gpu->name = g_strdup ("Fake device");
      gpu->missing = g_new0 (char *, 1);
      g_ptr_array_add (gpus, gpu);
      gpu = g_new0 (PzGpuInfo, 1);
    }
  gpu->name = g_strdup ("Fake processor");
  gpu->kind = PZ_GPU_SOFTWARE;
  gpu->missing = g_new0 (char *, 1);
  g_ptr_array_add (gpus, gpu);
  return gpus;
}

void
pz_gpu_info_free (PzGpuInfo *info)
{
  g_free (info->name);
  g_strfreev (info->missing);
  g_free (info);
}

const char *
pz_sampler_name (guint index)
{
  return index == 0 ? "lcm" : index == 1 ? "euler" : NULL;
}

const char *
pz_sampler_title (guint index)
{
  return index == 0 ? "LCM" : index == 1 ? "Euler" : NULL;
}

const char *
pz_sampler_title_of (const char *name)
{
  return g_strcmp0 (name, "lcm") == 0 ? "LCM" : g_strcmp0 (name, "euler") == 0 ? "Euler" : NULL;
}

PzModelInfo *
pz_model_info_copy (const PzModelInfo *info)
{
  PzModelInfo *copy = g_memdup2 (info, sizeof *info);

  copy->name = g_strdup (info->name);
  copy->family = g_strdup (info->family);
  copy->path = g_strdup (info->path);
  copy->precision = g_strdup (info->precision);
  copy->problem = g_strdup (info->problem);
  copy->fingerprint = g_strdup (info->fingerprint);
  return copy;
}

void
pz_model_info_free (PzModelInfo *info)
{
  g_free (info->name);
  g_free (info->family);
  g_free (info->path);
  g_free (info->precision);
  g_free (info->problem);
  g_free (info->fingerprint);
  g_free (info);
}

static PzModelInfo *
model_new (const char *name, const char *problem)
{
  PzModelInfo *model = g_new0 (PzModelInfo, 1);

  model->path = g_build_filename ("/somewhere/models", name, NULL);
  model->name = g_strdup (name);
  model->family = g_strdup ("fake");
  model->precision = g_strdup ("f16");
  model->size_bytes = pz_fake.model_bytes;
  model->problem = g_strdup (problem);
  return model;
}

GPtrArray *
pz_model_find (const char *beside)
{
  GPtrArray *models = g_ptr_array_new_with_free_func ((GDestroyNotify) pz_model_info_free);

  (void) beside;
  if (pz_fake.no_models)
    return models;
  g_ptr_array_add (models, model_new ("fake-model", NULL));
  g_ptr_array_add (models, model_new ("torn-model", "unet: fake: expected a file, found none"));
  return models;
}

GStrv
pz_model_search_path (const char *beside)
{
  (void) beside;
  return g_strdupv ((char *[]) { (char *) "/somewhere/models", NULL });
}

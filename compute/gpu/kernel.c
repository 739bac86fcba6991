/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "compute/gpu/gpu-private.h"

#include <string.h>

#include "compute/base/bytes-key.h"
#include "compute/gpu/compile-ahead.h"
#include "compute/gpu/pipeline-cache.h"
#include "compute/gpu/pipeline.h"
#include "compute/gpu/warm-up.h"
#include "shaders/kernels.h"

/* Compared byte by byte (base/bytes-key.h). */
typedef struct
{
  guint kernel;
  guint subgroup_size;
  guint full_subgroups;
  guint n_spec;
  guint spec[PZ_PIPELINE_SPEC];
} Key;

struct _PzKernels
{
  PzGpu *gpu;
  VkPipelineLayout layout;
  VkPipelineCache cache;
  gboolean grown; /* changed since the cache was written */
  GHashTable *pipelines; /* Key -> PzPipeline */
  GArray *known; /* of guint64: key_name () of every kernel compiled for this cache */
  PzAhead *ahead; /* created when first used */
};

PZ_DEFINE_BYTES_KEY (Key, key)

/* FNV-1a hash, which is the same in every run. */
static guint64
key_name (const Key *key)
{
  const guint8 *bytes = (const guint8 *) key;
  guint64 name = G_GUINT64_CONSTANT (0xcbf29ce484222325);

  for (gsize i = 0; i < sizeof *key; i++)
    name = (name ^ bytes[i]) * G_GUINT64_CONSTANT (0x100000001b3);
  return name;
}

static gboolean
is_known (const PzKernels *self, const Key *key)
{
  const guint64 name = key_name (key);

  for (guint i = 0; i < self->known->len; i++)
    if (g_array_index (self->known, guint64, i) == name)
      return TRUE;
  return FALSE;
}

static void
add_known (PzKernels *self, const Key *key)
{
  const guint64 name = key_name (key);

  if (!is_known (self, key))
    g_array_append_val (self->known, name);
}

PzKernels *
pz_kernels_new (PzGpu *gpu, GError **error)
{
  PzKernels *self = g_new0 (PzKernels, 1);
  VkPushConstantRange range = { .stageFlags = VK_SHADER_STAGE_COMPUTE_BIT,
                                .size = PZ_PIPELINE_PUSH };
  VkPipelineLayoutCreateInfo info = {
    .sType = VK_STRUCTURE_TYPE_PIPELINE_LAYOUT_CREATE_INFO,
    .pushConstantRangeCount = 1,
    .pPushConstantRanges = &range,
  };

  self->gpu = gpu;
  self->pipelines = g_hash_table_new_full (key_hash, key_equal, g_free, g_free);
  self->known = g_array_new (FALSE, FALSE, sizeof (guint64));
  if (!pz_gpu_ok (gpu, gpu->vk.CreatePipelineLayout (gpu->device, &info, NULL, &self->layout),
                  "create a pipeline layout", error)
      || !pz_pipeline_cache_load (gpu, &self->cache, self->known, error))
    {
      pz_kernels_free (self);
      return NULL;
    }
  return self;
}

void
pz_kernels_free (PzKernels *self)
{
  PzGpu *gpu;
  GHashTableIter iter;
  PzPipeline *pipeline;

  if (self == NULL)
    return;
  gpu = self->gpu;
  pz_ahead_free (self->ahead);
  if (self->grown)
    pz_pipeline_cache_save (gpu, self->cache, self->known);
  g_hash_table_iter_init (&iter, self->pipelines);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) &pipeline))
    gpu->vk.DestroyPipeline (gpu->device, pipeline->handle, NULL);
  g_hash_table_unref (self->pipelines);
  g_array_unref (self->known);
  if (self->cache != VK_NULL_HANDLE)
    gpu->vk.DestroyPipelineCache (gpu->device, self->cache, NULL);
  if (self->layout != VK_NULL_HANDLE)
    gpu->vk.DestroyPipelineLayout (gpu->device, self->layout, NULL);
  g_free (self);
}

guint
pz_gpu_get_n_pipelines (const PzGpu *gpu)
{
  return g_hash_table_size (gpu->kernels->pipelines);
}

void
pz_gpu_leave_pipelines (PzGpu *gpu)
{
  gpu->kernels->grown = FALSE;
}

void
pz_gpu_save_pipelines (PzGpu *gpu)
{
  if (!gpu->kernels->grown)
    return;
  pz_pipeline_cache_save (gpu, gpu->kernels->cache, gpu->kernels->known);
  gpu->kernels->grown = FALSE;
}

static Key
key_of (const PzGpu *gpu, const PzPipelineParams *params)
{
  guint size = params->subgroup_size != 0 ? params->subgroup_size : gpu->wanted_subgroup_size;
  Key key;

  memset (&key, 0, sizeof key);
  key.kernel = params->kernel;
  key.n_spec = params->n_spec;
  memcpy (key.spec, params->spec, params->n_spec * sizeof key.spec[0]);
  if (gpu->abilities.size_control)
    key.subgroup_size = size;
  /* Full subgroups require a workgroup size that is a multiple of the subgroup size; only kernels that require a size ensure
   * this. */
  key.full_subgroups = gpu->abilities.full_subgroups && params->subgroup_size != 0;
  return key;
}

static gboolean
create (PzKernels *self, const Key *key, PzPipeline *pipeline, GError **error)
{
  PzGpu *gpu = self->gpu;
  const PzKernelCode *code = &pz_kernels[key->kernel];
  VkSpecializationMapEntry entries[PZ_PIPELINE_SPEC];
  VkSpecializationInfo spec = {
    .mapEntryCount = key->n_spec,
    .pMapEntries = entries,
    .dataSize = key->n_spec * sizeof key->spec[0],
    .pData = key->spec,
  };
  VkPipelineShaderStageRequiredSubgroupSizeCreateInfo size = {
    .sType = VK_STRUCTURE_TYPE_PIPELINE_SHADER_STAGE_REQUIRED_SUBGROUP_SIZE_CREATE_INFO,
    .requiredSubgroupSize = key->subgroup_size,
  };
  VkComputePipelineCreateInfo info = {
    .sType = VK_STRUCTURE_TYPE_COMPUTE_PIPELINE_CREATE_INFO,
    .flags = VK_PIPELINE_CREATE_DISPATCH_BASE_BIT,
    .stage = {
      .sType = VK_STRUCTURE_TYPE_PIPELINE_SHADER_STAGE_CREATE_INFO,
      .pNext = key->subgroup_size != 0 ? &size : NULL,
      .flags = key->full_subgroups != 0
                 ? VK_PIPELINE_SHADER_STAGE_CREATE_REQUIRE_FULL_SUBGROUPS_BIT
                 : 0,
      .stage = VK_SHADER_STAGE_COMPUTE_BIT,
      .pName = "main",
      .pSpecializationInfo = &spec,
    },
    .layout = self->layout,
  };
  VkShaderModuleCreateInfo module_info = {
    .sType = VK_STRUCTURE_TYPE_SHADER_MODULE_CREATE_INFO,
    .codeSize = code->n_bytes,
    .pCode = code->words,
  };
  VkResult result;

  for (guint i = 0; i < key->n_spec; i++)
    entries[i] =
      (VkSpecializationMapEntry) { i, i * (guint) sizeof key->spec[0], sizeof key->spec[0] };
  if (!pz_gpu_ok (gpu,
                  gpu->vk.CreateShaderModule (gpu->device, &module_info, NULL,
                                              &info.stage.module),
                  "load a kernel", error))
    return FALSE;
  result = gpu->vk.CreateComputePipelines (gpu->device, self->cache, 1, &info, NULL,
                                           &pipeline->handle);
  gpu->vk.DestroyShaderModule (gpu->device, info.stage.module, NULL);
  return pz_gpu_ok (gpu, result, "compile a kernel", error);
}

/* A kernel that requires a subgroup size computes wrong results with any other. */
static gboolean
check_subgroup_size (const PzGpu *gpu, const PzPipelineParams *params, GError **error)
{
  const PzGpuLimits *limits = &gpu->info->limits;
  const guint size = params->subgroup_size;

  if (size == 0 || size == limits->subgroup_size
      || (gpu->abilities.size_control && size >= limits->min_subgroup_size
          && size <= limits->max_subgroup_size))
    return TRUE;
  g_set_error (error, PZ_ERROR, PZ_ERROR_NO_DEVICE,
               "kernel %s needs subgroups of %u lanes, %s has %u to %u",
               pz_kernels[params->kernel].name, size, gpu->info->name,
               limits->min_subgroup_size, limits->max_subgroup_size);
  return FALSE;
}

void
pz_gpu_ask_pipeline (PzGpu *gpu, const PzPipelineParams *params)
{
  PzKernels *self = gpu->kernels;
  Key key = key_of (gpu, params);

  /* Loading a kernel from the driver's cache is faster than starting a helper. */
  if (g_hash_table_contains (self->pipelines, &key) || is_known (self, &key))
    return;
  if (self->ahead == NULL)
    self->ahead = pz_ahead_new (gpu);
  pz_ahead_ask (self->ahead, params);
}

gboolean
pz_gpu_is_compiling (PzGpu *gpu, const PzPipelineParams *params, gint64 wait_us)
{
  return gpu->kernels->ahead != NULL && pz_ahead_is_at (gpu->kernels->ahead, params, wait_us);
}

const PzPipeline *
pz_gpu_get_pipeline (PzGpu *gpu, const PzPipelineParams *params, GError **error)
{
  PzKernels *self = gpu->kernels;
  Key key = key_of (gpu, params);
  PzPipeline *pipeline = g_hash_table_lookup (self->pipelines, &key);

  g_assert (params->kernel < PZ_N_KERNELS && params->n_spec <= PZ_PIPELINE_SPEC);
  if (pipeline != NULL)
    return pipeline;
  if (!check_subgroup_size (gpu, params, error))
    return NULL;
  if (self->ahead != NULL)
    pz_ahead_claim (self->ahead, params);
  pipeline = g_new0 (PzPipeline, 1);
  pipeline->layout = self->layout;
  if (!create (self, &key, pipeline, error) || !pz_gpu_warm_pipeline (gpu, pipeline, error))
    {
      g_prefix_error (error, "kernel %s: ", pz_kernels[key.kernel].name);
      if (!gpu->queue.hung) /* the device may still be executing it */
        gpu->vk.DestroyPipeline (gpu->device, pipeline->handle, NULL);
      g_free (pipeline);
      return NULL;
    }
  g_hash_table_insert (self->pipelines, g_memdup2 (&key, sizeof key), pipeline);
  add_known (self, &key);
  self->grown = TRUE;
  return pipeline;
}

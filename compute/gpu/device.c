/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <string.h>

#include "compute/gpu/commands.h"
#include "compute/gpu/gpu-private.h"
#include "shaders/kernels.h"

/* One physical device under consideration. */
typedef struct
{
  VkPhysicalDevice physical;
  PzGpuInfo *info;
  PzAbilities abilities;
  guint32 queue_family;
  guint64 timestamp_mask;
} Candidate;

void
pz_gpu_info_free (PzGpuInfo *info)
{
  if (info == NULL)
    return;
  g_free (info->name);
  g_free (info->driver);
  g_strfreev (info->missing);
  g_free (info);
}

static void
candidate_free (Candidate *candidate)
{
  pz_gpu_info_free (candidate->info);
  g_free (candidate);
}

/* A queue family with compute and timestamps, preferably without graphics, so that long work does not block the desktop. */
static void
choose_queue_family (const PzVk *vk, Candidate *candidate)
{
  guint32 n = 0;
  gint best = -1;
  g_autofree VkQueueFamilyProperties *families = NULL;

  vk->GetPhysicalDeviceQueueFamilyProperties (candidate->physical, &n, NULL);
  families = g_new0 (VkQueueFamilyProperties, n + 1);
  vk->GetPhysicalDeviceQueueFamilyProperties (candidate->physical, &n, families);
  candidate->queue_family = G_MAXUINT32;
  for (guint32 i = 0; i < n; i++)
    {
      guint bits = families[i].timestampValidBits;
      gint rank = (bits > 0 ? 2 : 0) + (families[i].queueFlags & VK_QUEUE_GRAPHICS_BIT ? 0 : 1);

      if ((families[i].queueFlags & VK_QUEUE_COMPUTE_BIT) == 0 || rank <= best)
        continue;
      best = rank;
      candidate->queue_family = i;
      candidate->timestamp_mask = bits >= 64 ? G_MAXUINT64 : ((guint64) 1 << bits) - 1;
    }
  if (candidate->timestamp_mask == 0)
    candidate->info->limits.timestamp_period_ns = 0;
}

static gint
compare_candidates (gconstpointer a, gconstpointer b)
{
  const Candidate *left = *(const Candidate *const *) a;
  const Candidate *right = *(const Candidate *const *) b;

  return (gint) left->info->kind - (gint) right->info->kind;
}

/* All devices, best first. */
static GPtrArray *
find_candidates (const PzInstance *instance, GError **error)
{
  const PzVk *vk = &instance->vk;
  g_autofree VkPhysicalDevice *devices = NULL;
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func ((GDestroyNotify) candidate_free);
  guint32 n = 0;

  if (!pz_vk_ok (vk->EnumeratePhysicalDevices (instance->handle, &n, NULL), "list its devices",
                 error))
    return NULL;
  devices = g_new0 (VkPhysicalDevice, n + 1);
  vk->EnumeratePhysicalDevices (instance->handle, &n, devices);
  for (guint32 i = 0; i < n; i++)
    {
      Candidate *candidate = g_new0 (Candidate, 1);

      candidate->physical = devices[i];
      candidate->info = g_new0 (PzGpuInfo, 1);
      pz_limits_fill (vk, devices[i], candidate->info, &candidate->abilities);
      choose_queue_family (vk, candidate);
      g_ptr_array_add (list, candidate);
    }
  if (list->len == 0)
    {
      g_set_error (error, PZ_ERROR, PZ_ERROR_NO_DEVICE,
                   "no Vulkan device: a driver is installed, but it found no device");
      return NULL;
    }
  g_ptr_array_sort (list, compare_candidates);
  for (guint i = 0; i < list->len; i++)
    ((Candidate *) list->pdata[i])->info->index = i;
  return g_steal_pointer (&list);
}

GPtrArray *
pz_gpu_list (GError **error)
{
  g_autoptr (PzInstance) instance = pz_instance_new (FALSE, error);
  g_autoptr (GPtrArray) candidates = NULL;
  GPtrArray *list;

  if (instance == NULL)
    return NULL;
  candidates = find_candidates (instance, error);
  if (candidates == NULL)
    return NULL;
  list = g_ptr_array_new_with_free_func ((GDestroyNotify) pz_gpu_info_free);
  for (guint i = 0; i < candidates->len; i++)
    g_ptr_array_add (list, g_steal_pointer (&((Candidate *) candidates->pdata[i])->info));
  return list;
}

static gboolean
is_usable (const Candidate *candidate)
{
  return candidate->info->missing[0] == NULL && candidate->queue_family != G_MAXUINT32;
}

/* A number is an index if that device exists, else part of a name. */
static gboolean
matches (const Candidate *candidate, const char *wanted, guint n_candidates)
{
  guint64 index;
  g_autofree char *name = NULL;
  g_autofree char *part = NULL;

  if (n_candidates > 0
      && g_ascii_string_to_unsigned (wanted, 10, 0, n_candidates - 1, &index, NULL))
    return candidate->info->index == index;
  name = g_utf8_casefold (candidate->info->name, -1);
  part = g_utf8_casefold (wanted, -1);
  return strstr (name, part) != NULL;
}

static char *
names_of (GPtrArray *candidates)
{
  g_autoptr (GString) names = g_string_new (NULL);

  for (guint i = 0; i < candidates->len; i++)
    g_string_append_printf (names, "%s%u: %s", i > 0 ? ", " : "", i,
                            ((Candidate *) candidates->pdata[i])->info->name);
  return g_string_free_and_steal (g_steal_pointer (&names));
}

static Candidate *
choose (GPtrArray *candidates, const char *wanted, GError **error)
{
  const Candidate *refused = NULL;

  for (guint i = 0; i < candidates->len; i++)
    {
      Candidate *candidate = candidates->pdata[i];

      if (wanted != NULL && !matches (candidate, wanted, candidates->len))
        continue;
      if (is_usable (candidate))
        return candidate;
      if (refused == NULL)
        refused = candidate;
    }
  if (refused != NULL)
    {
      g_autofree char *missing = g_strjoinv (", ", refused->info->missing);

      g_set_error (error, PZ_ERROR, PZ_ERROR_NO_DEVICE,
                   "the device %s cannot be used: it lacks %s", refused->info->name,
                   missing[0] != '\0' ? missing : "a compute queue");
    }
  else
    {
      g_autofree char *names = names_of (candidates);

      g_set_error (error, PZ_ERROR, PZ_ERROR_NO_DEVICE,
                   "no Vulkan device is named \"%s\"; found %s", wanted, names);
    }
  return NULL;
}

static gboolean
create_device (PzGpu *self, GError **error)
{
  static const float priority = 1.0f;
  PzFeatures features;
  const char *extensions[8];
  VkDeviceQueueCreateInfo queue = {
    .sType = VK_STRUCTURE_TYPE_DEVICE_QUEUE_CREATE_INFO,
    .queueFamilyIndex = self->queue_family,
    .queueCount = 1,
    .pQueuePriorities = &priority,
  };
  VkDeviceCreateInfo info = {
    .sType = VK_STRUCTURE_TYPE_DEVICE_CREATE_INFO,
    .pNext = &features.core,
    .queueCreateInfoCount = 1,
    .pQueueCreateInfos = &queue,
    .ppEnabledExtensionNames = extensions,
  };

  info.enabledExtensionCount = pz_limits_wanted (&self->instance->vk, self->physical,
                                                 &self->abilities, &features, extensions);
  if (!pz_vk_ok (self->instance->vk.CreateDevice (self->physical, &info, NULL, &self->device),
                 "open the device", error))
    return FALSE;
  self->vk = self->instance->vk;
  return pz_vk_load_device (&self->vk, self->device, error);
}

static guint64
memory_limit_from_environment (void)
{
  const char *text = g_getenv ("PERSONALIZE_MEMORY_LIMIT");
  guint64 mib;

  if (text == NULL || !g_ascii_string_to_unsigned (text, 10, 1, G_MAXUINT32, &mib, NULL))
    return 0;
  return mib << 20;
}

static gboolean
create_parts (PzGpu *self, GError **error)
{
  VkCommandPoolCreateInfo pool = {
    .sType = VK_STRUCTURE_TYPE_COMMAND_POOL_CREATE_INFO,
    .queueFamilyIndex = self->queue_family,
  };

  if (!pz_queue_open (self, error))
    return FALSE;
  if (!pz_gpu_ok (self, self->vk.CreateCommandPool (self->device, &pool, NULL, &self->pool),
                  "create a command pool", error))
    return FALSE;
  self->memory = pz_memory_new (self, memory_limit_from_environment (), error);
  if (self->memory == NULL)
    return FALSE;
  self->transfer = pz_transfer_new (self, error);
  if (self->transfer == NULL)
    return FALSE;
  self->kernels = pz_kernels_new (self, error);
  return self->kernels != NULL;
}

/* Applies the caller's options to the limits. */
static void
apply_params (PzGpu *self, const PzGpuParams *params)
{
  PzGpuLimits *limits = &self->info->limits;
  guint size = params->subgroup_size;

  self->watch.trace = params->trace;
  self->staged = params->staged;
  if (self->abilities.size_control && size >= limits->min_subgroup_size
      && size <= limits->max_subgroup_size && (size & (size - 1)) == 0)
    {
      self->wanted_subgroup_size = size;
      limits->subgroup_size = size;
    }
  limits->prefer_coop =
    limits->coop_m != 0 && (params->force_coop || self->info->kind != PZ_GPU_SOFTWARE);
  if (params->no_coop)
    limits->coop_m = limits->coop_n = limits->coop_k = limits->coop_subgroup_size =
      limits->prefer_coop = 0;
}

PzGpu *
pz_gpu_open (const PzGpuParams *params, GError **error)
{
  static const PzGpuParams defaults = { 0 };
  g_autoptr (PzGpu) self = g_new0 (PzGpu, 1);
  g_autoptr (GPtrArray) candidates = NULL;
  const char *wanted;
  Candidate *chosen;

  if (params == NULL)
    params = &defaults;
  wanted = params->device != NULL ? params->device : g_getenv ("PERSONALIZE_DEVICE");
  if (wanted != NULL && wanted[0] == '\0')
    wanted = NULL;
  self->pace = g_new0 (gdouble, PZ_N_KERNELS);
  self->scratch = g_ptr_array_new ();
  self->instance = pz_instance_new (params->validate, error);
  if (self->instance == NULL)
    return NULL;
  candidates = find_candidates (self->instance, error);
  chosen = candidates != NULL ? choose (candidates, wanted, error) : NULL;
  if (chosen == NULL)
    return NULL;
  self->physical = chosen->physical;
  self->abilities = chosen->abilities;
  self->queue_family = chosen->queue_family;
  self->timestamp_mask = chosen->timestamp_mask;
  self->info = g_steal_pointer (&chosen->info);
  apply_params (self, params);
  if (!create_device (self, error) || !create_parts (self, error))
    {
      g_prefix_error (error, "%s: ", self->info->name);
      return NULL;
    }
  return g_steal_pointer (&self);
}

void
pz_gpu_close (PzGpu *self)
{
  if (self == NULL)
    return;
  if (self->device != VK_NULL_HANDLE && self->vk.DestroyDevice != NULL)
    {
      pz_queue_drain (self);
      /* A hung driver would block here, or use freed memory, so its objects are leaked. */
      if (self->queue.hung)
        return;
      pz_kernels_free (self->kernels);
      pz_transfer_free (self->transfer);
      pz_memory_free (self->memory);
      if (self->pool != VK_NULL_HANDLE)
        self->vk.DestroyCommandPool (self->device, self->pool, NULL);
      pz_queue_close (self);
      self->vk.DestroyDevice (self->device, NULL);
    }
  pz_instance_free (self->instance);
  pz_gpu_info_free (self->info);
  g_ptr_array_unref (self->scratch);
  g_free (self->pace);
  g_free (self->fingerprint);
  g_free (self);
}

void
pz_gpu_avoid_forms (PzGpu *self, guint forms)
{
  self->info->limits.avoided_forms = forms;
}

const PzGpuInfo *
pz_gpu_get_info (const PzGpu *self)
{
  return self->info;
}

guint
pz_gpu_validation_messages (const PzGpu *self)
{
  return (guint) g_atomic_int_get (&self->instance->n_messages);
}

guint64
pz_gpu_used_bytes (const PzGpu *self)
{
  return pz_memory_used_bytes (self->memory);
}

guint64
pz_gpu_peak_bytes (const PzGpu *self)
{
  return pz_memory_peak_bytes (self->memory);
}

guint64
pz_gpu_free_bytes (PzGpu *self)
{
  self->info->limits.free_bytes = pz_memory_free_bytes (self->memory);
  return self->info->limits.free_bytes;
}

PzWatch *
pz_gpu_get_watch (PzGpu *self)
{
  return &self->watch;
}

gdouble *
pz_gpu_get_pace (PzGpu *self)
{
  return self->pace;
}

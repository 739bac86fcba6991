/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "compute/gpu/vk.h"

#include <dlfcn.h>

gboolean
pz_vk_open (PzVk *vk, GError **error)
{
  /* The second name is for systems that only have the symlink for development. */
  static const char *const names[] = { "libvulkan.so.1", "libvulkan.so" };

  *vk = (PzVk) { 0 };
  for (guint i = 0; i < G_N_ELEMENTS (names) && vk->library == NULL; i++)
    vk->library = dlopen (names[i], RTLD_NOW | RTLD_LOCAL);
  if (vk->library == NULL)
    {
      g_set_error (error, PZ_ERROR, PZ_ERROR_NO_DEVICE,
                   "no Vulkan device: the Vulkan loader (%s) is not installed", names[0]);
      return FALSE;
    }

  /* Assigned through a void pointer: ISO C has no conversion from data to function pointers, but POSIX guarantees it. */
  *(void **) &vk->GetInstanceProcAddr = dlsym (vk->library, "vkGetInstanceProcAddr");
  if (vk->GetInstanceProcAddr != NULL)
    {
#define PZ_VK_GET(name) \
  vk->name = (PFN_vk##name) vk->GetInstanceProcAddr (VK_NULL_HANDLE, "vk" #name);
      PZ_VK_GLOBAL (PZ_VK_GET)
#undef PZ_VK_GET
    }
  if (vk->CreateInstance == NULL || vk->EnumerateInstanceVersion == NULL)
    {
      g_set_error (error, PZ_ERROR, PZ_ERROR_NO_DEVICE,
                   "no Vulkan device: the Vulkan loader is older than version 1.1");
      pz_vk_close (vk);
      return FALSE;
    }
  return TRUE;
}

static gboolean
all_there (const char *missing, GError **error)
{
  if (missing == NULL)
    return TRUE;
  g_set_error (error, PZ_ERROR, PZ_ERROR_NO_DEVICE, "the Vulkan driver has no function %s",
               missing);
  return FALSE;
}

gboolean
pz_vk_load_instance (PzVk *vk, VkInstance instance, GError **error)
{
  const char *missing = NULL;

#define PZ_VK_GET(name) \
  vk->name = (PFN_vk##name) vk->GetInstanceProcAddr (instance, "vk" #name);
#define PZ_VK_NEED(name) \
  PZ_VK_GET (name) \
  if (vk->name == NULL && missing == NULL) \
    missing = "vk" #name;
  PZ_VK_INSTANCE (PZ_VK_NEED)
  PZ_VK_INSTANCE_OPTIONAL (PZ_VK_GET)
#undef PZ_VK_NEED
#undef PZ_VK_GET
  return all_there (missing, error);
}

gboolean
pz_vk_load_device (PzVk *vk, VkDevice device, GError **error)
{
  const char *missing = NULL;

#define PZ_VK_NEED(name) \
  vk->name = (PFN_vk##name) vk->GetDeviceProcAddr (device, "vk" #name); \
  if (vk->name == NULL && missing == NULL) \
    missing = "vk" #name;
  PZ_VK_DEVICE (PZ_VK_NEED)
#undef PZ_VK_NEED
  return all_there (missing, error);
}

void
pz_vk_close (PzVk *vk)
{
  /* The library is never unloaded, because drivers leave threads and exit handlers behind, and some crash in dlclose (). */
  vk->library = NULL;
}

const char *
pz_vk_result_name (VkResult result)
{
  static const struct
  {
    VkResult result;
    const char *name;
  } names[] = {
#define PZ_RESULT(name) { name, #name }
    PZ_RESULT (VK_NOT_READY),
    PZ_RESULT (VK_TIMEOUT),
    PZ_RESULT (VK_INCOMPLETE),
    PZ_RESULT (VK_ERROR_OUT_OF_HOST_MEMORY),
    PZ_RESULT (VK_ERROR_OUT_OF_DEVICE_MEMORY),
    PZ_RESULT (VK_ERROR_INITIALIZATION_FAILED),
    PZ_RESULT (VK_ERROR_DEVICE_LOST),
    PZ_RESULT (VK_ERROR_MEMORY_MAP_FAILED),
    PZ_RESULT (VK_ERROR_LAYER_NOT_PRESENT),
    PZ_RESULT (VK_ERROR_EXTENSION_NOT_PRESENT),
    PZ_RESULT (VK_ERROR_FEATURE_NOT_PRESENT),
    PZ_RESULT (VK_ERROR_INCOMPATIBLE_DRIVER),
    PZ_RESULT (VK_ERROR_TOO_MANY_OBJECTS),
    PZ_RESULT (VK_ERROR_INVALID_SHADER_NV),
#undef PZ_RESULT
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (names[i].result == result)
      return names[i].name;
  return "an unknown Vulkan result";
}

gboolean
pz_vk_ok (VkResult result, const char *what, GError **error)
{
  PzError code = PZ_ERROR_NO_DEVICE;

  if (result == VK_SUCCESS)
    return TRUE;
  if (result == VK_ERROR_DEVICE_LOST)
    code = PZ_ERROR_DEVICE_LOST;
  else if (result == VK_ERROR_OUT_OF_DEVICE_MEMORY || result == VK_ERROR_OUT_OF_HOST_MEMORY)
    code = PZ_ERROR_GPU_MEMORY;
  g_set_error (error, PZ_ERROR, code, "the graphics driver failed to %s: %s", what,
               pz_vk_result_name (result));
  return FALSE;
}

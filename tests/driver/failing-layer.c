/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A Vulkan layer that makes one driver call fail. Calls are identified by their call site (the last few return addresses,
 * because wrappers are called from many places). Call sites are numbered in the order of their first call.
 *
 *   PZ_FAIL_SITE=N       the first call from the N-th call site fails, with an error that its function may return
 *   PZ_FAIL_REPORT=FILE  receives the line "failed FUNCTION" if a call failed, the line "places N", and a line "left N KIND"
 *                        for each kind of object that was created but not destroyed
 *
 * PZ_FAIL_SITE is read when an instance is created, and the report is written when it is destroyed. There is one instance at a
 * time.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <execinfo.h>
#include <gmodule.h>
#include <vulkan/vk_layer.h>
#include <vulkan/vulkan.h>

/* ---- intercepted functions ---- */

/* Functions that can fail: F (name, parameters, arguments, error). */
#define FALLIBLE(F) \
  F (EnumeratePhysicalDevices, (VkInstance a, uint32_t *b, VkPhysicalDevice *c), (a, b, c), \
     VK_ERROR_INITIALIZATION_FAILED) \
  F (DeviceWaitIdle, (VkDevice a), (a), VK_ERROR_DEVICE_LOST) \
  F (QueueSubmit, (VkQueue a, uint32_t b, const VkSubmitInfo *c, VkFence d), (a, b, c, d), \
     VK_ERROR_DEVICE_LOST) \
  F (WaitSemaphores, (VkDevice a, const VkSemaphoreWaitInfo *b, uint64_t c), (a, b, c), \
     VK_ERROR_DEVICE_LOST) \
  F (GetSemaphoreCounterValue, (VkDevice a, VkSemaphore b, uint64_t *c), (a, b, c), \
     VK_ERROR_DEVICE_LOST) \
  F (MapMemory, \
     (VkDevice a, VkDeviceMemory b, VkDeviceSize c, VkDeviceSize d, VkMemoryMapFlags e, \
      void **f), \
     (a, b, c, d, e, f), VK_ERROR_MEMORY_MAP_FAILED) \
  F (FlushMappedMemoryRanges, (VkDevice a, uint32_t b, const VkMappedMemoryRange *c), \
     (a, b, c), VK_ERROR_OUT_OF_HOST_MEMORY) \
  F (InvalidateMappedMemoryRanges, (VkDevice a, uint32_t b, const VkMappedMemoryRange *c), \
     (a, b, c), VK_ERROR_OUT_OF_HOST_MEMORY) \
  F (BindBufferMemory, (VkDevice a, VkBuffer b, VkDeviceMemory c, VkDeviceSize d), \
     (a, b, c, d), VK_ERROR_OUT_OF_DEVICE_MEMORY) \
  F (GetPipelineCacheData, (VkDevice a, VkPipelineCache b, size_t *c, void *d), (a, b, c, d), \
     VK_ERROR_OUT_OF_HOST_MEMORY) \
  F (GetQueryPoolResults, \
     (VkDevice a, VkQueryPool b, uint32_t c, uint32_t d, size_t e, void *f, VkDeviceSize g, \
      VkQueryResultFlags h), \
     (a, b, c, d, e, f, g, h), VK_ERROR_DEVICE_LOST) \
  F (AllocateCommandBuffers, \
     (VkDevice a, const VkCommandBufferAllocateInfo *b, VkCommandBuffer *c), (a, b, c), \
     VK_ERROR_OUT_OF_DEVICE_MEMORY) \
  F (BeginCommandBuffer, (VkCommandBuffer a, const VkCommandBufferBeginInfo *b), (a, b), \
     VK_ERROR_OUT_OF_HOST_MEMORY) \
  F (EndCommandBuffer, (VkCommandBuffer a), (a), VK_ERROR_OUT_OF_DEVICE_MEMORY) \
  F (ResetCommandBuffer, (VkCommandBuffer a, VkCommandBufferResetFlags b), (a, b), \
     VK_ERROR_OUT_OF_DEVICE_MEMORY)

/* Objects: F (create function, create info, destroy function, handle, error). */
#define OBJECTS(F) \
  F (CreateSemaphore, VkSemaphoreCreateInfo, DestroySemaphore, VkSemaphore, \
     VK_ERROR_OUT_OF_HOST_MEMORY) \
  F (AllocateMemory, VkMemoryAllocateInfo, FreeMemory, VkDeviceMemory, \
     VK_ERROR_OUT_OF_DEVICE_MEMORY) \
  F (CreateBuffer, VkBufferCreateInfo, DestroyBuffer, VkBuffer, VK_ERROR_OUT_OF_DEVICE_MEMORY) \
  F (CreateShaderModule, VkShaderModuleCreateInfo, DestroyShaderModule, VkShaderModule, \
     VK_ERROR_OUT_OF_HOST_MEMORY) \
  F (CreatePipelineLayout, VkPipelineLayoutCreateInfo, DestroyPipelineLayout, \
     VkPipelineLayout, VK_ERROR_OUT_OF_HOST_MEMORY) \
  F (CreatePipelineCache, VkPipelineCacheCreateInfo, DestroyPipelineCache, VkPipelineCache, \
     VK_ERROR_OUT_OF_HOST_MEMORY) \
  F (CreateQueryPool, VkQueryPoolCreateInfo, DestroyQueryPool, VkQueryPool, \
     VK_ERROR_OUT_OF_DEVICE_MEMORY) \
  F (CreateCommandPool, VkCommandPoolCreateInfo, DestroyCommandPool, VkCommandPool, \
     VK_ERROR_OUT_OF_HOST_MEMORY)

enum
{
#define KIND(create, info, destroy, handle, error) KIND_##handle,
  OBJECTS (KIND)
#undef KIND
    KIND_VkPipeline,
  N_KINDS,
};

static const char *const kind_names[N_KINDS] = {
#define NAME(create, info, destroy, handle, error) #handle,
  OBJECTS (NAME)
#undef NAME
    "VkPipeline",
};

/* The functions of the next layer or the driver. */
static struct
{
  PFN_vkGetInstanceProcAddr GetInstanceProcAddr;
  PFN_vkGetDeviceProcAddr GetDeviceProcAddr;
  PFN_vkDestroyInstance DestroyInstance;
  PFN_vkDestroyDevice DestroyDevice;
  PFN_vkCreateComputePipelines CreateComputePipelines;
  PFN_vkDestroyPipeline DestroyPipeline;
#define MEMBER(name, parameters, arguments, error) PFN_vk##name name;
  FALLIBLE (MEMBER)
#undef MEMBER
#define MEMBERS(create, info, destroy, handle, error) \
  PFN_vk##create create; \
  PFN_vk##destroy destroy;
  OBJECTS (MEMBERS)
#undef MEMBERS
} below;

/* ---- call sites ---- */

#define DEPTH 5

typedef struct
{
  void *callers[DEPTH]; /* innermost first; NULL if there are fewer */
} Place;

static struct
{
  GMutex mutex;
  GArray *places; /* of Place */
  guint failing; /* number of the call site that fails; 0 = none */
  const char *failed; /* the function that failed; NULL = none has */
  gint live[N_KINDS];
} state;

static void
begin_run (void)
{
  const char *site = getenv ("PZ_FAIL_SITE");

  g_mutex_lock (&state.mutex);
  g_clear_pointer (&state.places, g_array_unref);
  state.places = g_array_new (FALSE, FALSE, sizeof (Place));
  state.failing = site != NULL ? (guint) atoi (site) : 0;
  state.failed = NULL;
  for (guint i = 0; i < N_KINDS; i++)
    state.live[i] = 0;
  g_mutex_unlock (&state.mutex);
}

static void
end_run (void)
{
  const char *path = getenv ("PZ_FAIL_REPORT");
  FILE *report = path != NULL ? fopen (path, "w") : NULL;

  if (report == NULL)
    return;
  if (state.failed != NULL)
    fprintf (report, "failed %s\n", state.failed);
  fprintf (report, "places %u\n", state.places != NULL ? state.places->len : 0);
  for (guint i = 0; i < N_KINDS; i++)
    if (state.live[i] != 0)
      fprintf (report, "left %d %s\n", state.live[i], kind_names[i]);
  fclose (report);
}

/* Whether this call must fail. Only the layer's own functions may call it: it skips two stack frames. */
static gboolean __attribute__ ((noinline))
fails (const char *function)
{
  void *frames[DEPTH + 2] = { NULL }; /* this function, the layer's, then the program's */
  Place place;
  gboolean failing = FALSE;
  guint i = 0;

  backtrace (frames, DEPTH + 2);
  memcpy (place.callers, frames + 2, sizeof place.callers);
  g_mutex_lock (&state.mutex);
  while (i < state.places->len
         && memcmp (&g_array_index (state.places, Place, i), &place, sizeof place) != 0)
    i++;
  if (i == state.places->len)
    {
      g_array_append_val (state.places, place);
      failing = state.places->len == state.failing;
      state.failed = failing ? function : state.failed;
    }
  g_mutex_unlock (&state.mutex);
  return failing;
}

static void
count (guint kind, gint by)
{
  g_mutex_lock (&state.mutex);
  state.live[kind] += by;
  g_mutex_unlock (&state.mutex);
}

/* ---- device functions ---- */

#define DEFINE(name, parameters, arguments, error) \
  static VKAPI_ATTR VkResult VKAPI_CALL layer_##name parameters \
  { \
    return fails (#name) ? error : below.name arguments; \
  }
FALLIBLE (DEFINE)
#undef DEFINE

#define DEFINE(create, info, destroy, handle, error) \
  static VKAPI_ATTR VkResult VKAPI_CALL \
    layer_##create (VkDevice device, const info *how, const VkAllocationCallbacks *allocator, \
                    handle *made) \
  { \
    VkResult result = fails (#create) ? error : below.create (device, how, allocator, made); \
\
    count (KIND_##handle, result == VK_SUCCESS ? 1 : 0); \
    return result; \
  } \
  static VKAPI_ATTR void VKAPI_CALL layer_##destroy (VkDevice device, handle object, \
                                                     const VkAllocationCallbacks *allocator) \
  { \
    count (KIND_##handle, object != VK_NULL_HANDLE ? -1 : 0); \
    below.destroy (device, object, allocator); \
  }
OBJECTS (DEFINE)
#undef DEFINE

static VKAPI_ATTR VkResult VKAPI_CALL
layer_CreateComputePipelines (VkDevice device,
                              VkPipelineCache cache,
                              uint32_t n,
                              const VkComputePipelineCreateInfo *how,
                              const VkAllocationCallbacks *allocator,
                              VkPipeline *made)
{
  VkResult result;

  if (fails ("CreateComputePipelines"))
    {
      for (uint32_t i = 0; i < n; i++)
        made[i] = VK_NULL_HANDLE;
      return VK_ERROR_OUT_OF_HOST_MEMORY;
    }
  result = below.CreateComputePipelines (device, cache, n, how, allocator, made);
  for (uint32_t i = 0; i < n; i++)
    count (KIND_VkPipeline, made[i] != VK_NULL_HANDLE ? 1 : 0);
  return result;
}

static VKAPI_ATTR void VKAPI_CALL
layer_DestroyPipeline (VkDevice device,
                       VkPipeline pipeline,
                       const VkAllocationCallbacks *allocator)
{
  count (KIND_VkPipeline, pipeline != VK_NULL_HANDLE ? -1 : 0);
  below.DestroyPipeline (device, pipeline, allocator);
}

/* ---- instance and device ---- */

static VKAPI_ATTR VkResult VKAPI_CALL
layer_CreateInstance (const VkInstanceCreateInfo *how,
                      const VkAllocationCallbacks *allocator,
                      VkInstance *instance)
{
  VkLayerInstanceCreateInfo *chain = (VkLayerInstanceCreateInfo *) how->pNext;
  PFN_vkCreateInstance create;
  VkResult result;

  while (chain != NULL
         && (chain->sType != VK_STRUCTURE_TYPE_LOADER_INSTANCE_CREATE_INFO
             || chain->function != VK_LAYER_LINK_INFO))
    chain = (VkLayerInstanceCreateInfo *) chain->pNext;
  if (chain == NULL)
    return VK_ERROR_INITIALIZATION_FAILED;
  begin_run ();
  memset (&below, 0, sizeof below); /* discards those of an earlier instance */
  below.GetInstanceProcAddr = chain->u.pLayerInfo->pfnNextGetInstanceProcAddr;
  chain->u.pLayerInfo = chain->u.pLayerInfo->pNext;
  create =
    (PFN_vkCreateInstance) below.GetInstanceProcAddr (VK_NULL_HANDLE, "vkCreateInstance");
  if (fails ("CreateInstance"))
    {
      end_run ();
      return VK_ERROR_OUT_OF_HOST_MEMORY;
    }
  result = create (how, allocator, instance);
  if (result != VK_SUCCESS)
    return result;
  below.DestroyInstance =
    (PFN_vkDestroyInstance) below.GetInstanceProcAddr (*instance, "vkDestroyInstance");
  below.EnumeratePhysicalDevices =
    (PFN_vkEnumeratePhysicalDevices) below.GetInstanceProcAddr (*instance,
                                                                "vkEnumeratePhysicalDevices");
  return VK_SUCCESS;
}

static VKAPI_ATTR void VKAPI_CALL
layer_DestroyInstance (VkInstance instance, const VkAllocationCallbacks *allocator)
{
  below.DestroyInstance (instance, allocator);
  end_run ();
}

static VKAPI_ATTR VkResult VKAPI_CALL
layer_CreateDevice (VkPhysicalDevice physical,
                    const VkDeviceCreateInfo *how,
                    const VkAllocationCallbacks *allocator,
                    VkDevice *device)
{
  VkLayerDeviceCreateInfo *chain = (VkLayerDeviceCreateInfo *) how->pNext;
  PFN_vkCreateDevice create;
  VkResult result;

  while (chain != NULL
         && (chain->sType != VK_STRUCTURE_TYPE_LOADER_DEVICE_CREATE_INFO
             || chain->function != VK_LAYER_LINK_INFO))
    chain = (VkLayerDeviceCreateInfo *) chain->pNext;
  if (chain == NULL)
    return VK_ERROR_INITIALIZATION_FAILED;
  below.GetDeviceProcAddr = chain->u.pLayerInfo->pfnNextGetDeviceProcAddr;
  create =
    (PFN_vkCreateDevice) chain->u.pLayerInfo->pfnNextGetInstanceProcAddr (VK_NULL_HANDLE,
                                                                          "vkCreateDevice");
  chain->u.pLayerInfo = chain->u.pLayerInfo->pNext;
  if (fails ("CreateDevice"))
    return VK_ERROR_INITIALIZATION_FAILED;
  result = create (physical, how, allocator, device);
  if (result != VK_SUCCESS)
    return result;
#define LOAD(name) below.name = (PFN_vk##name) below.GetDeviceProcAddr (*device, "vk" #name);
#define LOAD_FALLIBLE(name, parameters, arguments, error) \
  if (below.name == NULL) \
  LOAD (name)
#define LOAD_OBJECT(create, info, destroy, handle, error) \
  LOAD (create) \
  LOAD (destroy)
  FALLIBLE (LOAD_FALLIBLE)
  OBJECTS (LOAD_OBJECT)
  LOAD (DestroyDevice)
  LOAD (CreateComputePipelines)
  LOAD (DestroyPipeline)
  return VK_SUCCESS;
}

/* ---- entry points for the loader ---- */

static PFN_vkVoidFunction
own_function (const char *name)
{
  static const struct
  {
    const char *name;
    PFN_vkVoidFunction function;
  } own[] = {
#define ROW(name) { "vk" #name, (PFN_vkVoidFunction) layer_##name },
#define ROW_FALLIBLE(name, parameters, arguments, error) ROW (name)
#define ROW_OBJECT(create, info, destroy, handle, error) ROW (create) ROW (destroy)
    FALLIBLE (ROW_FALLIBLE) OBJECTS (ROW_OBJECT) ROW (CreateComputePipelines)
      ROW (DestroyPipeline) ROW (CreateInstance) ROW (DestroyInstance) ROW (CreateDevice)
  };

  for (guint i = 0; i < G_N_ELEMENTS (own); i++)
    if (g_str_equal (own[i].name, name))
      return own[i].function;
  return NULL;
}

static VKAPI_ATTR PFN_vkVoidFunction VKAPI_CALL
layer_GetDeviceProcAddr (VkDevice device, const char *name)
{
  PFN_vkVoidFunction own = own_function (name);

  return own != NULL ? own : below.GetDeviceProcAddr (device, name);
}

static VKAPI_ATTR PFN_vkVoidFunction VKAPI_CALL
layer_GetInstanceProcAddr (VkInstance instance, const char *name)
{
  PFN_vkVoidFunction own = own_function (name);

  if (g_str_equal (name, "vkGetDeviceProcAddr"))
    return (PFN_vkVoidFunction) layer_GetDeviceProcAddr;
  return own != NULL ? own : below.GetInstanceProcAddr (instance, name);
}

G_MODULE_EXPORT VkResult vkNegotiateLoaderLayerInterfaceVersion (VkNegotiateLayerInterface *);

G_MODULE_EXPORT VkResult
vkNegotiateLoaderLayerInterfaceVersion (VkNegotiateLayerInterface *interface)
{
  interface->loaderLayerInterfaceVersion = 2;
  interface->pfnGetInstanceProcAddr = layer_GetInstanceProcAddr;
  interface->pfnGetDeviceProcAddr = layer_GetDeviceProcAddr;
  interface->pfnGetPhysicalDeviceProcAddr = NULL;
  return VK_SUCCESS;
}

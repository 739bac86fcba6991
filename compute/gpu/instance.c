/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "compute/gpu/instance.h"

#define VALIDATION_LAYER "VK_LAYER_KHRONOS_validation"

static VKAPI_ATTR VkBool32 VKAPI_CALL
on_message (VkDebugUtilsMessageSeverityFlagBitsEXT severity G_GNUC_UNUSED,
            VkDebugUtilsMessageTypeFlagsEXT types G_GNUC_UNUSED,
            const VkDebugUtilsMessengerCallbackDataEXT *data,
            void *user_data)
{
  PzInstance *instance = user_data;

  g_atomic_int_inc (&instance->n_messages);
  g_message ("Vulkan validation: %s", data->pMessage);
  return VK_FALSE;
}

static gboolean
has_validation_layer (const PzVk *vk)
{
  guint32 n = 0;
  g_autofree VkLayerProperties *layers = NULL;

  vk->EnumerateInstanceLayerProperties (&n, NULL);
  layers = g_new0 (VkLayerProperties, n + 1);
  vk->EnumerateInstanceLayerProperties (&n, layers);
  for (guint32 i = 0; i < n; i++)
    if (g_str_equal (layers[i].layerName, VALIDATION_LAYER))
      return TRUE;
  return FALSE;
}

static VkResult
create_instance (PzInstance *self, gboolean validate)
{
  static const char *const layers[] = { VALIDATION_LAYER };
  static const char *const extensions[] = {
    VK_EXT_DEBUG_UTILS_EXTENSION_NAME,
    VK_EXT_VALIDATION_FEATURES_EXTENSION_NAME,
  };
  static const VkValidationFeatureEnableEXT enables[] = {
    VK_VALIDATION_FEATURE_ENABLE_SYNCHRONIZATION_VALIDATION_EXT,
  };
  /* Only validation messages, because the loader's general messages report drivers that have no device. */
  VkDebugUtilsMessengerCreateInfoEXT hook = {
    .sType = VK_STRUCTURE_TYPE_DEBUG_UTILS_MESSENGER_CREATE_INFO_EXT,
    .messageSeverity = VK_DEBUG_UTILS_MESSAGE_SEVERITY_WARNING_BIT_EXT
                       | VK_DEBUG_UTILS_MESSAGE_SEVERITY_ERROR_BIT_EXT,
    .messageType = VK_DEBUG_UTILS_MESSAGE_TYPE_VALIDATION_BIT_EXT,
    .pfnUserCallback = on_message,
    .pUserData = self,
  };
  VkValidationFeaturesEXT features = {
    .sType = VK_STRUCTURE_TYPE_VALIDATION_FEATURES_EXT,
    .pNext = &hook,
    .enabledValidationFeatureCount = G_N_ELEMENTS (enables),
    .pEnabledValidationFeatures = enables,
  };
  guint32 version = VK_API_VERSION_1_1;
  VkApplicationInfo application = {
    .sType = VK_STRUCTURE_TYPE_APPLICATION_INFO,
    .pApplicationName = "gimp-personalize",
  };
  VkResult result;

  self->vk.EnumerateInstanceVersion (&version);
  application.apiVersion = MIN (version, VK_API_VERSION_1_3);
  result = self->vk.CreateInstance (
    &(VkInstanceCreateInfo) {
      .sType = VK_STRUCTURE_TYPE_INSTANCE_CREATE_INFO,
      .pNext = validate ? &features : NULL,
      .pApplicationInfo = &application,
      .enabledLayerCount = validate ? G_N_ELEMENTS (layers) : 0,
      .ppEnabledLayerNames = layers,
      .enabledExtensionCount = validate ? G_N_ELEMENTS (extensions) : 0,
      .ppEnabledExtensionNames = extensions,
    },
    NULL, &self->handle);
  if (result != VK_SUCCESS || !validate)
    return result;

  self->vk.CreateDebugUtilsMessengerEXT =
    (PFN_vkCreateDebugUtilsMessengerEXT)
      self->vk.GetInstanceProcAddr (self->handle, "vkCreateDebugUtilsMessengerEXT");
  return self->vk.CreateDebugUtilsMessengerEXT (self->handle, &hook, NULL, &self->messenger);
}

PzInstance *
pz_instance_new (gboolean validate, GError **error)
{
  g_autoptr (PzInstance) self = g_new0 (PzInstance, 1);
  VkResult result;

  if (!pz_vk_open (&self->vk, error))
    return NULL;
  if (validate && !has_validation_layer (&self->vk))
    {
      g_set_error (error, PZ_ERROR, PZ_ERROR_NO_DEVICE,
                   "validation was asked for, but the layer " VALIDATION_LAYER
                   " is not installed");
      return NULL;
    }
  result = create_instance (self, validate);
  if (result == VK_ERROR_INCOMPATIBLE_DRIVER)
    {
      g_set_error (error, PZ_ERROR, PZ_ERROR_NO_DEVICE,
                   "no Vulkan device: no Vulkan driver is installed");
      return NULL;
    }
  if (!pz_vk_ok (result, "create a Vulkan instance", error)
      || !pz_vk_load_instance (&self->vk, self->handle, error))
    return NULL;
  return g_steal_pointer (&self);
}

void
pz_instance_free (PzInstance *self)
{
  if (self == NULL)
    return;
  if (self->messenger != VK_NULL_HANDLE)
    self->vk.DestroyDebugUtilsMessengerEXT (self->handle, self->messenger, NULL);
  if (self->handle != VK_NULL_HANDLE && self->vk.DestroyInstance != NULL)
    self->vk.DestroyInstance (self->handle, NULL);
  pz_vk_close (&self->vk);
  g_free (self);
}

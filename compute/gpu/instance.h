/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The Vulkan instance and the validation callback, which counts messages.
 * Thread: one at a time. Driver threads may call the callback, which only counts.
 */
#pragma once

#include "compute/gpu/vk.h"

G_BEGIN_DECLS

typedef struct
{
  PzVk vk;
  VkInstance handle;
  VkDebugUtilsMessengerEXT messenger;
  gint n_messages; /* atomic */
} PzInstance;

/* With validate: enables core and synchronisation validation, and fails with NO_DEVICE if the layer is not installed, because a
 * count of 0 would then mean nothing. (transfer full) */
PzInstance *pz_instance_new (gboolean validate, GError **error);
void pz_instance_free (PzInstance *instance);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PzInstance, pz_instance_free)

G_END_DECLS

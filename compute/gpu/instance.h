/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The Vulkan instance and the validation hook that counts messages.
 * Thread: one at a time; the hook may be called by driver threads and only counts.
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

/* With validate: core and synchronisation validation; fails with NO_DEVICE when the layer is
 * not installed, as a count of 0 would then mean nothing. (transfer full) */
PzInstance *pz_instance_new (gboolean validate, GError **error);
void pz_instance_free (PzInstance *instance);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PzInstance, pz_instance_free)

G_END_DECLS

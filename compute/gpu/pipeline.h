/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The definition of PzPipeline, shared by kernel.c, which creates it, and commands.c, which binds it.
 */
#pragma once

#include "compute/gpu/vk.h"

struct _PzPipeline
{
  VkPipeline handle;
  VkPipelineLayout layout;
};

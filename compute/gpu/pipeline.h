/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The inside of PzPipeline, between kernel.c that makes it and commands.c that binds it.
 */
#pragma once

#include "compute/gpu/vk.h"

struct _PzPipeline
{
  VkPipeline handle;
  VkPipelineLayout layout;
};

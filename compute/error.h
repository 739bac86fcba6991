/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The one error domain. Failures of the world travel as GError; cancel is always
 * G_IO_ERROR_CANCELLED, files that cannot be written are G_IO_ERROR or G_FILE_ERROR.
 * A message is one sentence that names the thing, what was expected and what was found.
 * Thread: any.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define PZ_ERROR (pz_error_quark ())

typedef enum
{
  PZ_ERROR_NO_DEVICE, /* no Vulkan device, or none that meets the floor, or none so named */
  PZ_ERROR_DEVICE_LOST, /* sticky on its PzGpu: open a new one */
  PZ_ERROR_GPU_MEMORY, /* not enough device memory; the message has both numbers */
  PZ_ERROR_BAD_FILE, /* absent, truncated, damaged, wrong shape */
  PZ_ERROR_UNSUPPORTED_MODEL, /* a sound file that asks for what we do not have */
  PZ_ERROR_BAD_INPUT, /* a user's value: empty prompt, impossible size, empty mask */
  PZ_ERROR_BAD_OUTPUT, /* the device returned NaN or a constant picture, of sound numbers */
  PZ_ERROR_BAD_NUMBERS, /* a network's weights, or halves, are the cause of such */
  PZ_ERROR_NO_SUBJECT, /* nothing in a picture stands out */
  PZ_ERROR_BAD_LORA, /* a LoRA that a prompt asks for by name is not there, or cannot be used */
} PzError;

GQuark pz_error_quark (void);

G_END_DECLS

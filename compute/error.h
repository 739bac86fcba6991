/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The error domain of all modules. Cancellation is always G_IO_ERROR_CANCELLED; files that cannot be written are G_IO_ERROR or
 * G_FILE_ERROR. A message is one sentence that states the subject, what was expected and what was found.
 * Thread: any.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define PZ_ERROR (pz_error_quark ())

typedef enum
{
  PZ_ERROR_NO_DEVICE, /* no Vulkan device, none with the required features, or none with that name */
  PZ_ERROR_DEVICE_LOST, /* permanent for this PzGpu: open a new one */
  PZ_ERROR_GPU_MEMORY, /* not enough device memory; the message gives needed and free bytes */
  PZ_ERROR_BAD_FILE, /* missing, truncated, corrupt, wrong shape */
  PZ_ERROR_UNSUPPORTED_MODEL, /* a valid file with features that are not supported */
  PZ_ERROR_BAD_INPUT, /* invalid user input: empty prompt, invalid size, empty mask */
  PZ_ERROR_BAD_OUTPUT, /* the device returned NaN or a constant picture although weights and inputs are finite */
  PZ_ERROR_BAD_NUMBERS, /* as above, but caused by a network's weights or the range of f16 */
  PZ_ERROR_NO_SUBJECT, /* no subject was found in a picture */
  PZ_ERROR_BAD_LORA, /* a LoRA named in a prompt is missing or unusable */
  PZ_ERROR_NO_FACE, /* no face, or none that is large enough, was found in a picture */
} PzError;

GQuark pz_error_quark (void);

G_END_DECLS

/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ui/error-text.h"

#include <glib/gi18n.h>

#include "compute/error.h"

/* what NULL = the error's own sentence is the best there is. */
static const struct
{
  const char *what, *next;
} texts[] = {
  [PZ_ERROR_NO_DEVICE] = { N_ ("No usable Vulkan graphics device was found."),
                           N_ (
                             "Install the Vulkan driver of your graphics card, or the software driver "
                             "(mesa-vulkan-drivers), then open this dialog again.") },
  [PZ_ERROR_DEVICE_LOST] = { N_ ("The graphics device stopped responding."),
                             N_ (
                               "Try again. If it happens again, choose another device under Advanced.") },
  [PZ_ERROR_GPU_MEMORY] = { N_ ("There is not enough graphics memory."),
                            N_ (
                              "Close other programs that use the graphics card, or choose a smaller size.") },
  [PZ_ERROR_BAD_FILE] = { N_ ("The model cannot be loaded: a file is missing or damaged."),
                          N_ (
                            "Choose another model folder under Advanced, or copy the model's files again.") },
  [PZ_ERROR_UNSUPPORTED_MODEL] = { N_ ("This model cannot be used for personalizing."),
                                   N_ ("Choose another model folder under Advanced.") },
  [PZ_ERROR_BAD_INPUT] = { NULL, NULL },
  [PZ_ERROR_BAD_OUTPUT] = { N_ ("The graphics driver returned an empty picture."),
                            N_ ("Try again, or choose another device under Advanced.") },
};

PzErrorText
pz_error_text (const GError *error)
{
  PzErrorText text = { .what = error->message };

  if (error->domain == PZ_ERROR && error->code >= 0 && error->code < (gint) G_N_ELEMENTS (texts)
      && texts[error->code].what)
    {
      text.what = _ (texts[error->code].what);
      text.next = _ (texts[error->code].next);
      text.detail = error->message;
    }
  return text;
}

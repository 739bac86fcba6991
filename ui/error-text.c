/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ui/error-text.h"

#include <glib/gi18n.h>

#include "compute/error.h"
#include "ui/host.h"

/* For errors of the engine. what NULL = show the error's own message. */
static const PzNoticeText engine_texts[] = {
  [PZ_ERROR_NO_DEVICE] = {
    GTK_MESSAGE_WARNING,
    N_ ("No usable Vulkan graphics device was found."),
    N_ ("Install the Vulkan driver for your graphics card, or the software "
"driver (mesa-vulkan-drivers), which runs on the processor."),
    .actions = { PZ_ACTION_CHECK_AGAIN, PZ_ACTION_COPY },
  },
  [PZ_ERROR_DEVICE_LOST] = {
    GTK_MESSAGE_ERROR,
    N_ ("The graphics device stopped responding."),
    N_ ("Try again. If it happens again, choose another device under Advanced."),
    .actions = { PZ_ACTION_TRY_AGAIN, PZ_ACTION_PROCESSOR, PZ_ACTION_COPY },
  },
  [PZ_ERROR_GPU_MEMORY] = {
    GTK_MESSAGE_ERROR,
    N_ ("There is not enough graphics memory."),
    N_ ("Close other programs that use the graphics card, or choose a smaller size."),
    .actions = { PZ_ACTION_SMALLER, PZ_ACTION_PROCESSOR, PZ_ACTION_COPY },
  },
  [PZ_ERROR_BAD_FILE] = {
    GTK_MESSAGE_ERROR,
    N_ ("The model cannot be loaded: a file is missing or damaged."),
    N_ ("Choose another model, or copy the model's files again."),
    .actions = { PZ_ACTION_CHOOSE_MODEL, PZ_ACTION_WHAT_IS_NEEDED, PZ_ACTION_COPY },
  },
  [PZ_ERROR_UNSUPPORTED_MODEL] = {
    GTK_MESSAGE_ERROR,
    N_ ("This model cannot be used for personalizing."),
    N_ ("Choose another model. Personalizing needs a Stable Diffusion model and ELITE's mappers."),
    .actions = { PZ_ACTION_CHOOSE_MODEL, PZ_ACTION_WHAT_IS_NEEDED, PZ_ACTION_COPY },
  },
  [PZ_ERROR_BAD_INPUT] = { GTK_MESSAGE_ERROR },
  [PZ_ERROR_BAD_OUTPUT] = {
    GTK_MESSAGE_ERROR,
    N_ ("The graphics driver returned an empty picture."),
    N_ ("No layer was made from it. Try again, or choose another device under "
"Advanced."),
    .actions = { PZ_ACTION_TRY_AGAIN, PZ_ACTION_PROCESSOR, PZ_ACTION_COPY },
  },
  [PZ_ERROR_BAD_NUMBERS] = {
    GTK_MESSAGE_ERROR,
    N_ ("The model produced numbers that are too large to store."),
    N_ ("No layer was made from them. Choose another model or another VAE."),
    .actions = { PZ_ACTION_CHOOSE_MODEL, PZ_ACTION_COPY },
  },
  [PZ_ERROR_NO_SUBJECT] = {
    GTK_MESSAGE_WARNING,
    N_ ("Nothing stands out in the picture."),
    N_ ("Select the thing roughly, for example with a rectangle, or use the whole layer."),
    .actions = { PZ_ACTION_WHOLE_LAYER },
  },
  [PZ_ERROR_NO_FACE] = {
    GTK_MESSAGE_WARNING,
    N_ ("No face was found in a picture of a person, or only a very small one."),
    N_ ("A person is learned from a photograph that shows the face "
        "clearly. For drawings and animals, choose another method."),
    .actions = { PZ_ACTION_COPY },
  },
  [PZ_ERROR_BAD_LORA] = {
    GTK_MESSAGE_ERROR,
    N_ ("A LoRA that the prompt asks for was not found or cannot be used."),
    N_ ("Correct its name in the prompt, or put its file into the folder “loras” in “gimp-personalize” of your user data folder."),
    .actions = { PZ_ACTION_TRY_AGAIN, PZ_ACTION_COPY },
  },
};

/* For errors of the host. Their messages are already translated, so `what` is not needed here. */
static const PzNoticeText host_texts[] = {
  [PZ_HOST_ERROR_IMAGE_CLOSED] = {
    GTK_MESSAGE_WARNING,
    .next = N_ ("Close this dialog and open it again from another image."),
    .actions = { PZ_ACTION_NEW_IMAGE, PZ_ACTION_DISCARD_RUN },
  },
  [PZ_HOST_ERROR_NO_LAYER] = { GTK_MESSAGE_WARNING, .actions = { PZ_ACTION_ACTIVE_LAYER } },
  [PZ_HOST_ERROR_NO_MASK] = { GTK_MESSAGE_WARNING, .actions = { PZ_ACTION_WHOLE_LAYER } },
  [PZ_HOST_ERROR_NO_SUBJECT] = {
    GTK_MESSAGE_WARNING,
    .next = N_ ("Select the thing roughly, for example with a rectangle, or use the whole layer."),
    .actions = { PZ_ACTION_WHOLE_LAYER },
  },
  [PZ_HOST_ERROR_EMPTY_LAYER] = { GTK_MESSAGE_WARNING, .actions = { PZ_ACTION_ACTIVE_LAYER } },
  [PZ_HOST_ERROR_NO_RECIPE] = { GTK_MESSAGE_INFO },
  [PZ_HOST_ERROR_NO_START] = { GTK_MESSAGE_INFO },
  [PZ_HOST_ERROR_NO_CONCEPT] = {
    GTK_MESSAGE_WARNING,
    .next = N_ ("Remove it beside “Concepts”, and choose another one."),
  },
  [PZ_HOST_ERROR_NO_MODEL] = {
    GTK_MESSAGE_WARNING,
    .next = N_ ("Copy a model to a folder that is searched for models, or choose "
                "its folder or file."),
    .actions = { PZ_ACTION_CHOOSE_MODEL, PZ_ACTION_WHAT_IS_NEEDED, PZ_ACTION_CHECK_AGAIN },
  },
  [PZ_HOST_ERROR_BAD_PICTURE] = {
    GTK_MESSAGE_WARNING,
    .next = N_ ("Choose another file. If GIMP can open this one, export it as PNG and choose that file."),
    .actions = { PZ_ACTION_COPY },
  },
  [PZ_HOST_ERROR_REFUSED] = { GTK_MESSAGE_ERROR, .actions = { PZ_ACTION_NEW_IMAGE, PZ_ACTION_DISCARD_RUN } },
};

static gboolean
is_full_disk (const GError *error)
{
  return g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE)
         || g_error_matches (error, G_FILE_ERROR, G_FILE_ERROR_NOSPC);
}

PzNoticeText
pz_error_text (const GError *error)
{
  PzNoticeText text = { GTK_MESSAGE_ERROR, .what = error->message };
  gsize code = error->code < 0 ? G_MAXSIZE : (gsize) error->code;

  if (error->domain == PZ_HOST_ERROR && code < G_N_ELEMENTS (host_texts))
    {
      text = host_texts[code];
      text.what = error->message;
      text.next = text.next ? _ (text.next) : NULL;
    }
  else if (error->domain == PZ_ERROR && code < G_N_ELEMENTS (engine_texts)
           && engine_texts[code].what)
    {
      text = engine_texts[code];
      text.what = _ (text.what);
      text.next = _ (text.next);
      text.detail = error->message;
    }
  else if (is_full_disk (error))
    text = (PzNoticeText) {
      GTK_MESSAGE_ERROR,
      .what = _ ("The disk is full."),
      .next = _ ("Free some space, then try again. What was done so far is kept."),
      .detail = error->message,
      .actions = { PZ_ACTION_COPY },
    };
  return text;
}

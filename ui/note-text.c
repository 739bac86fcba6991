/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ui/note-text.h"

#include <glib/gi18n.h>

static const char *const texts[] = {
  [PZ_NOTE_PROMPT_CUT] =
    N_ ("The prompt is longer than the model can read: its end was left out."),
  [PZ_NOTE_NEGATIVE_CUT] =
    N_ ("The negative prompt is longer than the model can read: its end was left out."),
  [PZ_NOTE_NEGATIVE_LORA] =
    N_ ("A LoRA in the negative prompt was not used: it would act on the whole picture."),
  [PZ_NOTE_LORA_LAYERS] =
    N_ ("Some layers of a LoRA are not in this model and have no effect."),
  [PZ_NOTE_WHOLE_PICTURE] =
    N_ ("Nothing stands out in the picture, so all of it is the concept."),
};

const char *
pz_note_text (PzNote note)
{
  g_return_val_if_fail ((gsize) note < G_N_ELEMENTS (texts), NULL);
  return _ (texts[note]);
}

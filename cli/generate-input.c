/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cli/generate-input.h"

#include "cli/commands.h"
#include "cli/image-file.h"

void
pz_generate_input_clear (PzGenerateInput *input)
{
  for (guint i = 0; i < PZ_MAX_CONCEPTS; i++)
    {
      g_clear_pointer (&input->image[i], pz_image_unref);
      g_clear_pointer (&input->mask[i], pz_image_unref);
      g_clear_pointer (&input->concept[i], pz_concept_unref);
    }
}

gboolean
pz_generate_input_load (PzGenerateInput *input, const PzGenerateOptions *o, GError **error)
{
  guint n_masks = o->masks != NULL ? g_strv_length (o->masks) : 0;
  guint n_used = 0; /* of the masks: they go to the pictures in order */

  input->n = o->concepts != NULL ? g_strv_length (o->concepts) : 0;
  for (guint i = 0; i < input->n; i++)
    {
      if (g_str_has_suffix (o->concepts[i], PZ_CONCEPT_ENDING))
        {
          input->concept[i] = pz_concept_load (o->concepts[i], error);
          if (input->concept[i] == NULL)
            return FALSE;
          continue;
        }
      input->image[i] = pz_image_load (o->concepts[i], error);
      if (input->image[i] == NULL)
        return FALSE;
      if (n_used == n_masks)
        continue;
      input->mask[i] = pz_image_load_mask (o->masks[n_used++], error);
      if (input->mask[i] == NULL)
        return FALSE;
    }
  if (n_used == n_masks)
    return TRUE;
  return pz_bad_option (error, "--mask", "a picture as --concept for each", o->masks[n_used]);
}

gboolean
pz_generate_input_encode (PzGenerateInput *input,
                          PzSession *session,
                          const PzTaskParams *task,
                          GError **error)
{
  for (guint i = 0; i < input->n; i++)
    {
      if (input->concept[i] != NULL)
        continue;
      input->concept[i] =
        pz_session_encode (session, input->image[i], input->mask[i], task, error);
      if (input->concept[i] == NULL)
        return FALSE;
    }
  return TRUE;
}

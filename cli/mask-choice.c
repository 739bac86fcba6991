/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cli/mask-choice.h"

#include <stdio.h>

#include "cli/commands.h"
#include "cli/image-file.h"
#include "cli/terminal.h"

static gboolean
open_finder (PzMaskChoice *choice, GError **error)
{
  g_autofree char *beside = pz_binary_folder ();

  if (choice->finder == NULL)
    choice->finder = pz_finder_open (
      &(PzFinderParams) {
        .beside = beside,
        .device = choice->device,
        .cancellable = choice->cancellable,
      },
      error);
  return choice->finder != NULL;
}

/* Errors after which the work continues with the whole picture as the concept. */
static gboolean
can_do_without (const GError *error)
{
  return g_error_matches (error, PZ_ERROR, PZ_ERROR_NO_SUBJECT)
         || g_error_matches (error, PZ_ERROR, PZ_ERROR_BAD_FILE);
}

static gboolean
find (PzMaskChoice *choice, const char *picture, PzImage *image, PzImage **mask, GError **error)
{
  g_autoptr (GError) reason = NULL;
  g_autofree char *sentence = NULL;

  if (open_finder (choice, &reason))
    *mask = pz_finder_find (choice->finder, image, NULL, choice->cancellable, &reason);
  if (reason == NULL)
    return TRUE;
  if (!can_do_without (reason))
    {
      g_propagate_error (error, g_steal_pointer (&reason));
      return FALSE;
    }
  sentence = g_strdup_printf ("%s: %s; using the whole picture (choose a part with --mask)",
                              picture, reason->message);
  if (choice->note != NULL)
    choice->note (PZ_NOTE_WHOLE_PICTURE, sentence, choice->note_data);
  return TRUE;
}

gboolean
pz_mask_choose (PzMaskChoice *choice,
                const char *picture,
                const char *given,
                PzImage **image,
                PzImage **mask,
                GError **error)
{
  const gboolean is_file = given != NULL && !g_str_equal (given, PZ_MASK_NONE);

  /* Load the mask first: its decoded file is reduced to one channel before the picture is loaded. */
  *mask = is_file ? pz_image_load_mask (given, error) : NULL;
  if (is_file && *mask == NULL)
    return FALSE;
  *image = pz_image_load (picture, error);
  if (*image == NULL)
    return FALSE;
  if (given != NULL || pz_image_has_transparency (*image))
    return TRUE;
  return find (choice, picture, *image, mask, error);
}

void
pz_mask_choice_clear (PzMaskChoice *choice)
{
  g_clear_pointer (&choice->finder, pz_finder_close);
}

void
pz_mask_choice_tell (PzNote note, const char *sentence, gpointer data)
{
  g_autofree char *shown = pz_show (sentence);

  (void) note;
  (void) data;
  fprintf (stderr, "personalize: %s\n", shown);
}

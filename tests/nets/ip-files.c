/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Opens IP-Adapters for a model, without a device, and prints one line for each: "good", or the error code and message.
 * Usage: ip-files MODEL KIND FOLDER [KIND FOLDER]...
 */
#include <stdio.h>

#include "models/files/image-prompts.h"

static void
say (const PzModelFolder *model, const char *name, const char *folder)
{
  g_autoptr (GError) error = NULL;
  PzImagePrompts *prompts = pz_image_prompts_new (model, folder);
  PzImagePromptKind kind;

  g_assert (pz_image_prompt_by_name (name, &kind));
  if (pz_image_prompts_get (prompts, kind, &error) != NULL)
    printf ("good\n");
  else
    printf ("%d %s\n", error->code, error->message);
  pz_image_prompts_free (prompts);
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PzModelFolder) model =
    pz_model_folder_open (argv[1], PZ_PARTS_GENERATE, 0, &error);

  if (model == NULL)
    {
      fprintf (stderr, "%s\n", error->message);
      return 1;
    }
  for (int i = 2; i + 1 < argc; i += 2)
    say (model, argv[i], argv[i + 1]);
  return 0;
}

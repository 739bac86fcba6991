/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cli/judging-faces.h"

#include "cli/commands.h"
#include "cli/image-file.h"
#include "models/faces.h"
#include "models/tasks/unit-length.h"

/* Called when the first picture needs the networks. */
static PzFaces *
open_faces (const PzJudging *judging, GError **error)
{
  g_autofree char *beside = pz_binary_folder ();

  return pz_faces_open (
    &(PzFacesParams) {
      .folder = judging->paths[PZ_SEER_FACES],
      .beside = beside,
      .recognizer = judging->recognizer,
      .device = judging->device,
      .cancellable = judging->cancellable,
    },
    error);
}

static gboolean
see_face (PzFaces *faces, PzLook *look, GError **error)
{
  g_autoptr (PzImage) image = pz_image_load (look->path, error);
  g_autoptr (GArray) found = image != NULL ? pz_faces_find (faces, image, error) : NULL;
  const guint n = pz_faces_get_n_features (faces);

  if (found == NULL)
    return FALSE;
  look->looked[PZ_VIEW_FACE] = TRUE;
  if (found->len == 0)
    return TRUE;
  look->directions[PZ_VIEW_FACE] = g_new0 (float, PZ_FACE_MAX_FEATURES);
  return pz_faces_see (faces, image, &g_array_index (found, PzFace, 0),
                       look->directions[PZ_VIEW_FACE], error)
         && pz_unit_length (look->path, look->directions[PZ_VIEW_FACE], n, error);
}

/* Takes the result for one picture from the journal, or else computes it. */
static gboolean
look_for_face (PzJudging *judging, PzFaces **faces, PzLook *look, GError **error)
{
  const guint width = judging->recognizer != NULL ? PZ_FACE_MAX_FEATURES : PZ_FACE_FEATURES;
  g_autofree char *key = pz_judging_key (judging, PZ_SEER_FACES, PZ_VIEW_FACE, look);

  judging->widths[PZ_VIEW_FACE] = width;
  if (pz_journal_recall (judging->journal, key, width, &look->directions[PZ_VIEW_FACE]))
    {
      look->looked[PZ_VIEW_FACE] = TRUE;
      return TRUE;
    }
  if (*faces == NULL)
    *faces = open_faces (judging, error);
  if (*faces == NULL)
    return FALSE;
  if (see_face (*faces, look, error))
    return pz_journal_note (judging->journal, key, width, look->directions[PZ_VIEW_FACE],
                            error);
  g_prefix_error (error, "%s: ", look->path);
  return FALSE;
}

gboolean
pz_judging_see_faces (PzJudging *judging, GPtrArray *looks, GError **error)
{
  g_autoptr (GHashTable) people = g_hash_table_new (NULL, NULL);
  g_autoptr (PzFaces) faces = NULL;

  for (guint pass = 0; pass < 2; pass++)
    for (guint i = 0; i < looks->len; i++)
      {
        PzLook *look = looks->pdata[i];
        const gpointer thing = GUINT_TO_POINTER (look->thing);

        if (look->is_reference != (pass == 0)
            || (pass == 1 && !g_hash_table_contains (people, thing)))
          continue;
        if (!look_for_face (judging, &faces, look, error))
          return FALSE;
        if (look->directions[PZ_VIEW_FACE] != NULL)
          g_hash_table_add (people, thing);
      }
  if (g_hash_table_size (people) == 0)
    return TRUE;
  g_set_str (&judging->names[PZ_SEER_FACES],
             judging->recognizer != NULL ? judging->recognizer : PZ_FACES_FOLDER);
  judging->views[PZ_SEER_FACES] =
    g_strdup_printf ("the largest face of each picture, %u features",
                     judging->widths[PZ_VIEW_FACE]);
  return TRUE;
}

/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cli/generate-people.h"

#include "cli/image-file.h"
#include "models/faces.h"

static gboolean
has_people (const PzGenerateInput *input)
{
  for (guint i = 0; i < input->n; i++)
    if (pz_concept_get_n_face (input->concept[i]) > 0)
      return TRUE;
  return FALSE;
}

/* Finds the highest similarity among the faces; FALSE + error if the features of one cannot be computed. */
static gboolean
compare_faces (PzFaces *faces,
               const PzImage *image,
               const GArray *found,
               const PzConcept *concept,
               PzLikeness *likeness,
               GError **error)
{
  const guint n = pz_faces_get_n_features (faces);
  float features[PZ_FACE_MAX_FEATURES];

  likeness->n_faces = found->len;
  for (guint i = 0; i < found->len; i++)
    {
      const PzFace *face = &g_array_index (found, PzFace, i);
      double similarity;

      if (!pz_faces_see (faces, image, face, features, error))
        return FALSE;
      similarity = pz_faces_similarity (features, pz_concept_get_face (concept), n);
      likeness->similarity = i > 0 ? MAX (likeness->similarity, similarity) : similarity;
    }
  return TRUE;
}

static void
say (PzGenerateOutput *output, const char *path, const PzLikeness *likeness)
{
  g_autofree char *base = g_path_get_basename (path);
  g_autofree char *sentence =
    likeness->n_faces == 0
      ? g_strdup_printf ("%s: no face found to compare with %s", base, likeness->name)
      : g_strdup_printf ("%s: the closest face has a similarity of %.3f to %s", base,
                         likeness->similarity, likeness->name);

  pz_generate_output_say (output, sentence);
}

static gboolean
compare_picture (PzGenerateOutput *output,
                 guint index,
                 const PzGenerateInput *input,
                 PzFaces *faces,
                 GError **error)
{
  const char *path = pz_generate_output_path (output, index);
  g_autoptr (PzImage) image = pz_image_load (path, error);
  g_autoptr (GArray) found = image != NULL ? pz_faces_find (faces, image, error) : NULL;

  if (found == NULL)
    return FALSE;
  for (guint i = 0; i < input->n; i++)
    {
      const PzConcept *concept = input->concept[i];
      PzLikeness likeness = { .name = pz_concept_get_title (concept) };

      if (pz_concept_get_n_face (concept) != pz_faces_get_n_features (faces))
        continue;
      if (!compare_faces (faces, image, found, concept, &likeness, error))
        return FALSE;
      say (output, path, &likeness);
      pz_generate_output_add_likeness (output, index, &likeness);
    }
  return TRUE;
}

static gboolean
compare (PzGenerateOutput *output, const PzGenerateInput *input, GError **error)
{
  const PzGenerateOptions *o = output->options;
  g_autofree char *beside = pz_binary_folder ();
  g_autoptr (PzFaces) faces = pz_faces_open (
    &(PzFacesParams) {
      .beside = beside,
      .recognizer = o->recognizer,
      .device = o->device,
      .cancellable = pz_interrupt (),
    },
    error);

  if (faces == NULL)
    return FALSE;
  for (guint i = 0; i < output->made->len; i++)
    if (!compare_picture (output, i, input, faces, error))
      return FALSE;
  return TRUE;
}

/* Features of different recognisers cannot be compared. */
static void
note_others (PzGenerateOutput *output, const PzGenerateInput *input)
{
  const guint n = output->options->recognizer != NULL ? PZ_FACE_MAX_FEATURES : PZ_FACE_FEATURES;

  for (guint i = 0; i < input->n; i++)
    if (pz_concept_get_n_face (input->concept[i]) > 0
        && pz_concept_get_n_face (input->concept[i]) != n)
      {
        g_autofree char *sentence =
          g_strdup_printf ("%s was learned with another recognition network: pass it as "
                           "--recognizer to compare faces",
                           pz_concept_get_title (input->concept[i]));
        pz_generate_output_say (output, sentence);
      }
}

gboolean
pz_generate_people_compare (PzGenerateOutput *output,
                            const PzGenerateInput *input,
                            GError **error)
{
  g_autoptr (GError) reason = NULL;
  g_autofree char *sentence = NULL;

  if (!has_people (input))
    return TRUE;
  note_others (output, input);
  if (compare (output, input, &reason))
    return TRUE;
  if (g_error_matches (reason, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_propagate_error (error, g_steal_pointer (&reason));
      return FALSE;
    }
  sentence = g_strdup_printf ("faces were not compared: %s", reason->message);
  pz_generate_output_say (output, sentence);
  return TRUE;
}

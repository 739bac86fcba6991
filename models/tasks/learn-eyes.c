/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "models/tasks/learn-eyes.h"

#include <math.h>

#include "models/tasks/face-recognizer.h"
#include "models/tasks/find-faces.h"
#include "models/tasks/image-features.h"

/* Uses the same square as ELITE's encoder. */
static gboolean
frame_thing (gpointer eyes,
             PzImage *image,
             const PzImage *mask,
             PzSquare *square,
             GError **error)
{
  (void) eyes;
  return pz_concept_square (image, mask, 0.0, square, error);
}

/* ---- features of the image encoder ---- */

static guint
image_size (const PzModelFolder *model, const PzLearnParams *params)
{
  (void) params;
  return pz_image_features_size (model);
}

static gboolean
image_measure (const PzLearnContext *context, PzFootprint *footprint, GError **error)
{
  return pz_image_features_measure (context->model, context->activation, footprint, error);
}

static gpointer
image_open (const PzLearnContext *context, GError **error)
{
  return pz_image_features_new (context->gpu, context->model, context->activation,
                                context->cancellable, error);
}

static gboolean
image_see (gpointer eyes,
           const PzImage *portrait,
           gboolean is_mirrored,
           float *values,
           GError **error)
{
  (void) is_mirrored;
  return pz_image_features_run (eyes, portrait, values, error);
}

static void
image_close (gpointer eyes)
{
  pz_image_features_free (eyes);
}

/* ---- features of the face ---- */

typedef struct
{
  PzFaces *faces;
  PzFace face; /* of the last frame, in the picture */
  PzSquare square;
} FaceEyes;

static guint
face_size (const PzModelFolder *model, const PzLearnParams *params)
{
  (void) model;
  return params->recognizer != NULL ? PZ_FACE_MAX_FEATURES : PZ_FACE_FEATURES;
}

static gboolean
face_measure (const PzLearnContext *context, PzFootprint *footprint, GError **error)
{
  const char *recognizer = context->params->recognizer;

  return pz_faces_measure (footprint, error)
         && (recognizer == NULL || pz_face_recognizer_measure (recognizer, footprint, error));
}

static gpointer
face_open (const PzLearnContext *context, GError **error)
{
  PzFaces *faces = pz_faces_open (
    &(PzFacesParams) {
      .beside = context->beside,
      .recognizer = context->params->recognizer,
      .gpu = context->gpu,
      .cancellable = context->cancellable,
    },
    error);
  FaceEyes *eyes = faces != NULL ? g_new0 (FaceEyes, 1) : NULL;

  if (eyes != NULL)
    eyes->faces = faces;
  return eyes;
}

/* Adds a remedy to the error for a picture without a face. */
static void
say_what_helps (GError *error)
{
  g_autofree char *longer =
    g_strconcat (error->message, "; features of the image encoder (image) need none", NULL);

  g_set_str (&error->message, longer);
}

static gboolean
face_frame (gpointer data,
            PzImage *image,
            const PzImage *mask,
            PzSquare *square,
            GError **error)
{
  FaceEyes *eyes = data;
  g_autoptr (GArray) found = pz_faces_find (eyes->faces, image, error);
  const PzFace *face = found != NULL ? pz_faces_choose (found, mask, error) : NULL;

  if (face == NULL)
    {
      if (found != NULL && error != NULL && *error != NULL)
        say_what_helps (*error);
      return FALSE;
    }
  if (face->is_tiny)
    {
      g_set_error (error, PZ_ERROR, PZ_ERROR_NO_FACE,
                   "expected a face of at least %d pixels, found one of %.0fx%.0f",
                   PZ_FACE_TINY, face->width, face->height);
      return FALSE;
    }
  pz_face_frame (face, square);
  eyes->face = *face;
  eyes->square = *square;
  return TRUE;
}

static gboolean
face_see (gpointer data,
          const PzImage *portrait,
          gboolean is_mirrored,
          float *values,
          GError **error)
{
  FaceEyes *eyes = data;
  const PzFace face =
    pz_face_in_square (&eyes->face, &eyes->square, pz_image_get_width (portrait), is_mirrored);
  const guint n = pz_faces_get_n_features (eyes->faces);
  double square = 0.0;

  if (!pz_faces_see (eyes->faces, portrait, &face, values, error))
    return FALSE;
  for (guint i = 0; i < n; i++)
    square += (double) values[i] * (double) values[i];
  for (guint i = 0; i < n; i++)
    values[i] = (float) ((double) values[i] / sqrt (MAX (square, 1e-30)));
  return TRUE;
}

static void
face_close (gpointer data)
{
  FaceEyes *eyes = data;

  pz_faces_close (eyes->faces);
  g_free (eyes);
}

/* ---- the table ---- */

static const PzEyes all[] = {
  {
    .name = "face",
    .is_face = TRUE,
    .size = face_size,
    .measure = face_measure,
    .open = face_open,
    .frame = face_frame,
    .see = face_see,
    .close = face_close,
  },
  {
    .name = "image",
    .size = image_size,
    .measure = image_measure,
    .open = image_open,
    .frame = frame_thing,
    .see = image_see,
    .close = image_close,
  },
  { .name = "free", .is_free = TRUE, .frame = frame_thing },
};

const char *
pz_learn_features_name (guint index)
{
  return index < G_N_ELEMENTS (all) ? all[index].name : NULL;
}

const PzEyes *
pz_eyes_find (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (all); i++)
    if (g_strcmp0 (all[i].name, name) == 0)
      return &all[i];
  return NULL;
}

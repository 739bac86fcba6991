/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Finds faces in a picture: see models/faces.h. Network outputs are converted to boxes and points as in @vladmandic/face-api.
 */
#include "models/tasks/find-faces.h"

#include <math.h>

#include "compute/run.h"
#include "compute/self-check.h"
#include "models/files/byte-weights.h"
#include "models/nets/face-nets.h"
#include "models/tasks/face-crop.h"
#include "models/tasks/face-recognizer.h"
#include "models/session.h"

/* The minimum score of a face. Boxes that overlap by more than OVERLAP belong to the same face. */
#define SCORE 0.5
#define OVERLAP 0.4
/* A face is cut if more than this fraction of its box is outside the picture. */
#define CUT 0.1
/* For the recogniser's square, relative to its side: position of the mean of eyes and mouth, and their distance. */
#define MIDDLE_X 0.5
#define MIDDLE_Y 0.43
#define EYES_TO_MOUTH 0.45

static const double anchors[PZ_FACE_DETECTOR_ANCHORS][2] = {
  { 1.603231, 2.094468 }, { 6.041143, 7.080126 }, { 2.882459, 3.518061 },
  { 4.266906, 5.178857 }, { 9.041765, 10.66308 },
};

typedef enum
{
  DETECTOR,
  LANDMARKS,
  RECOGNIZER,
  N_NETWORKS,
} Network;

static const struct
{
  const char *file;
  guint side;
  float mean[3];
  PzTensor *(*build) (PzGraph *graph, PzTensor *picture);
} networks[N_NETWORKS] = {
  [DETECTOR] = { "detector.safetensors",
                 PZ_FACE_DETECTOR_SIDE,
                 { 117.001f, 114.697f, 97.404f },
                 pz_face_detector },
  [LANDMARKS] = { "landmarks.safetensors",
                  PZ_FACE_LANDMARKS_SIDE,
                  { 122.782f, 117.001f, 104.298f },
                  pz_face_landmarks },
  [RECOGNIZER] = { "recognizer.safetensors",
                   PZ_FACE_RECOGNIZER_SIDE,
                   { 122.782f, 117.001f, 104.298f },
                   pz_face_recognizer },
};

struct _PzFaces
{
  PzGpu *gpu;
  gboolean owns_gpu;
  GCancellable *cancellable;
  PzFaceRecognizer *recognizer; /* replaces RECOGNIZER; NULL = none */
  PzProgram *programs[N_NETWORKS]; /* picture -> answer */
};

/* ---- opening ---- */

static PzGraph *
build (Network network)
{
  const guint side = networks[network].side;
  PzGraph *graph = pz_graph_new (PZ_F32);
  PzTensor *picture =
    pz_graph_input (graph, "picture", PZ_F32, 4, (guint[]) { 1, side, side, 3 });

  pz_graph_output (graph, networks[network].build (graph, picture), "answer");
  return graph;
}

gboolean
pz_faces_measure (PzFootprint *footprint, GError **error)
{
  for (guint i = 0; i < N_NETWORKS; i++)
    {
      g_autoptr (PzGraph) graph = build (i);

      if (!pz_footprint_add (footprint, graph, error))
        return FALSE;
    }
  return TRUE;
}

static PzProgram *
make_program (const PzFaces *faces, const char *folder, Network network, GError **error)
{
  g_autofree char *path = g_build_filename (folder, "faces", networks[network].file, NULL);
  g_autoptr (PzTensorFile) file = pz_tensor_file_open (path, error);
  g_autoptr (PzGraph) graph = build (network);

  if (file == NULL || !pz_byte_weights_bind (graph, file, faces->gpu, error))
    return NULL;
  return pz_program_new (faces->gpu, graph,
                         &(PzRunParams) { .cancellable = faces->cancellable }, error);
}

char *
pz_faces_search (const char *folder, const char *beside, GError **error)
{
  g_autofree char *path =
    folder != NULL
      ? g_strdup (folder)
      : pz_model_search_folder (beside, PZ_FACES_FOLDER,
                                "a folder " PZ_FACES_FOLDER " to see faces with", error);
  g_autofree char *part = path != NULL ? g_build_filename (path, "faces", NULL) : NULL;

  if (path == NULL || g_file_test (part, G_FILE_TEST_IS_DIR))
    return g_steal_pointer (&path);
  g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_FILE,
               "%s: expected a model folder with faces/, found none", path);
  return NULL;
}

PzFaces *
pz_faces_open (const PzFacesParams *params, GError **error)
{
  g_autoptr (PzFaces) faces = g_new0 (PzFaces, 1);
  g_autofree char *folder = pz_faces_search (params->folder, params->beside, error);

  if (folder == NULL)
    return NULL;
  faces->cancellable = params->cancellable;
  faces->owns_gpu = params->gpu == NULL;
  faces->gpu = params->gpu != NULL
                 ? params->gpu
                 : pz_gpu_open_checked (&(PzGpuParams) { .device = params->device },
                                        params->cancellable, error);
  if (faces->gpu == NULL)
    return NULL;
  for (guint i = 0; i < N_NETWORKS; i++)
    {
      faces->programs[i] = make_program (faces, folder, i, error);
      if (faces->programs[i] == NULL)
        return NULL;
    }
  if (params->recognizer != NULL)
    {
      faces->recognizer =
        pz_face_recognizer_open (faces->gpu, params->recognizer, params->cancellable, error);
      if (faces->recognizer == NULL)
        return NULL;
    }
  return g_steal_pointer (&faces);
}

guint
pz_faces_get_n_features (const PzFaces *faces)
{
  return faces->recognizer != NULL ? PZ_FACE_MAX_FEATURES : PZ_FACE_FEATURES;
}

void
pz_faces_close (PzFaces *faces)
{
  if (faces == NULL)
    return;
  g_clear_pointer (&faces->recognizer, pz_face_recognizer_close);
  for (guint i = 0; i < N_NETWORKS; i++)
    g_clear_pointer (&faces->programs[i], pz_program_free);
  if (faces->owns_gpu)
    g_clear_pointer (&faces->gpu, pz_gpu_close);
  g_free (faces);
}

static gboolean
run_network (PzFaces *faces,
             Network network,
             const PzImage *image,
             const PzFaceCrop *crop,
             float *answer,
             gsize n,
             GError **error)
{
  PzProgram *program = faces->programs[network];
  const gsize n_pixels = (gsize) networks[network].side * networks[network].side * 3;
  g_autofree float *picture = g_new (float, n_pixels);

  pz_face_crop_resize (image, crop, network != DETECTOR, networks[network].side,
                       networks[network].mean, picture);
  return pz_storage_write_f32 (pz_program_get_storage (program, "picture"), picture, n_pixels,
                               error)
         && pz_program_run (program, &(PzRunParams) { .cancellable = faces->cancellable },
                            error)
         && pz_storage_read_f32 (pz_program_get_storage (program, "answer"), answer, n, error);
}

/* ---- boxes ---- */

static double
sigmoid (double x)
{
  return 1.0 / (1.0 + exp (-x));
}

/* Converts an anchor's output at one cell to a face, in pixels of the padded square picture. */
static PzFace
decode (const float *answer, guint row, guint column, guint anchor, double square)
{
  const double cell = square / PZ_FACE_DETECTOR_CELLS;
  PzFace face = {
    .score = sigmoid ((double) answer[4]),
    .width = exp ((double) answer[2]) * anchors[anchor][0] * cell,
    .height = exp ((double) answer[3]) * anchors[anchor][1] * cell,
  };

  face.x = (column + sigmoid ((double) answer[0])) * cell - face.width / 2.0;
  face.y = (row + sigmoid ((double) answer[1])) * cell - face.height / 2.0;
  return face;
}

static double
overlap (const PzFace *a, const PzFace *b)
{
  const double wide = MIN (a->x + a->width, b->x + b->width) - MAX (a->x, b->x);
  const double high = MIN (a->y + a->height, b->y + b->height) - MAX (a->y, b->y);
  const double both = MAX (wide, 0.0) * MAX (high, 0.0);

  return both / (a->width * a->height + b->width * b->height - both);
}

static int
by_score (gconstpointer a, gconstpointer b)
{
  const double d = ((const PzFace *) b)->score - ((const PzFace *) a)->score;

  return d > 0.0 ? 1 : d < 0.0 ? -1 : 0;
}

static int
by_size (gconstpointer a, gconstpointer b)
{
  const PzFace *one = a, *other = b;
  const double d = other->width * other->height - one->width * one->height;

  return d > 0.0 ? 1 : d < 0.0 ? -1 : 0;
}

/* Non-maximum suppression: keeps the face with the highest score of those that overlap. (transfer full) */
static GArray *
keep_apart (GArray *all)
{
  GArray *kept = g_array_new (FALSE, TRUE, sizeof (PzFace));

  g_array_sort (all, by_score);
  for (guint i = 0; i < all->len; i++)
    {
      const PzFace *face = &g_array_index (all, PzFace, i);
      gboolean is_new = TRUE;

      for (guint j = 0; j < kept->len && is_new; j++)
        is_new = overlap (&g_array_index (kept, PzFace, j), face) <= OVERLAP;
      if (is_new)
        g_array_append_vals (kept, face, 1);
    }
  return kept;
}

static GArray *
find_boxes (PzFaces *faces, const PzImage *image, GError **error)
{
  const guint per_cell = 5 * PZ_FACE_DETECTOR_ANCHORS;
  const guint n_cells = PZ_FACE_DETECTOR_CELLS * PZ_FACE_DETECTOR_CELLS;
  const PzFaceCrop all = { 0, 0, pz_image_get_width (image), pz_image_get_height (image) };
  const double square = MAX (all.width, all.height);
  g_autofree float *answer = g_new (float, (gsize) n_cells *per_cell);
  g_autoptr (GArray) found = g_array_new (FALSE, TRUE, sizeof (PzFace));

  if (!run_network (faces, DETECTOR, image, &all, answer, (gsize) n_cells * per_cell, error))
    return NULL;
  for (guint i = 0; i < n_cells * PZ_FACE_DETECTOR_ANCHORS; i++)
    {
      const guint cell = i / PZ_FACE_DETECTOR_ANCHORS;
      const PzFace face =
        decode (answer + (gsize) i * 5, cell / PZ_FACE_DETECTOR_CELLS,
                cell % PZ_FACE_DETECTOR_CELLS, i % PZ_FACE_DETECTOR_ANCHORS, square);

      if (face.score > SCORE && isfinite (face.width) && isfinite (face.height))
        g_array_append_val (found, face);
    }
  return keep_apart (found);
}

/* ---- points ---- */

static PzFacePoint
mean_of (const PzFace *face, guint first, guint end)
{
  PzFacePoint mean = { 0.0, 0.0 };

  for (guint i = first; i < end; i++)
    {
      mean.x += face->points[i].x / (end - first);
      mean.y += face->points[i].y / (end - first);
    }
  return mean;
}

/* Each place is the mean of points [first, end) of the 68. */
static const struct
{
  guint first, end;
} places[PZ_N_FACE_PLACES] = {
  [PZ_FACE_LEFT_EYE] = { 36, 42 },    [PZ_FACE_RIGHT_EYE] = { 42, 48 },
  [PZ_FACE_NOSE] = { 27, 36 },        [PZ_FACE_LEFT_MOUTH] = { 48, 49 },
  [PZ_FACE_RIGHT_MOUTH] = { 54, 55 },
};

/* Computes places, roll, is_cut and is_tiny from the box and the points. */
static void
judge (PzFace *face, const PzImage *image)
{
  const PzFacePoint *eyes = face->places;
  const double right = MIN (face->x + face->width, pz_image_get_width (image));
  const double bottom = MIN (face->y + face->height, pz_image_get_height (image));
  const double inside =
    MAX (right - MAX (face->x, 0.0), 0.0) * MAX (bottom - MAX (face->y, 0.0), 0.0);

  for (guint i = 0; i < PZ_N_FACE_PLACES; i++)
    face->places[i] = mean_of (face, places[i].first, places[i].end);
  face->roll = atan2 (eyes[PZ_FACE_RIGHT_EYE].y - eyes[PZ_FACE_LEFT_EYE].y,
                      eyes[PZ_FACE_RIGHT_EYE].x - eyes[PZ_FACE_LEFT_EYE].x)
               * 180.0 / G_PI;
  face->is_cut = inside < (1.0 - CUT) * face->width * face->height;
  face->is_tiny = MIN (face->width, face->height) < PZ_FACE_TINY;
}

/* FALSE without an error: the box does not overlap the picture. */
static gboolean
find_points (PzFaces *faces, const PzImage *image, PzFace *face, GError **error)
{
  float answer[2 * PZ_FACE_N_LANDMARKS];
  PzFaceCrop crop;

  if (!pz_face_crop_clip (image, face->x, face->y, face->width, face->height, &crop)
      || !run_network (faces, LANDMARKS, image, &crop, answer, G_N_ELEMENTS (answer), error))
    return FALSE;

  const double whole = MAX (crop.width, crop.height);
  /* points are relative to the box as it was found, not as it was clipped */
  const double left = face->x - (whole - crop.width) / 2.0;
  const double top = face->y - (whole - crop.height) / 2.0;

  for (guint i = 0; i < PZ_FACE_N_LANDMARKS; i++)
    face->points[i] = (PzFacePoint) { left + (double) answer[2 * i] * whole,
                                      top + (double) answer[2 * i + 1] * whole };
  judge (face, image);
  return TRUE;
}

GArray *
pz_faces_find (PzFaces *faces, const PzImage *image, GError **error)
{
  g_autoptr (GArray) found = find_boxes (faces, image, error);
  g_autoptr (GError) reason = NULL;

  if (found == NULL)
    return NULL;
  for (guint i = found->len; i-- > 0;)
    if (!find_points (faces, image, &g_array_index (found, PzFace, i), &reason))
      {
        if (reason != NULL)
          {
            g_propagate_error (error, g_steal_pointer (&reason));
            return NULL;
          }
        g_array_remove_index (found, i);
      }
  g_array_sort (found, by_size);
  return g_steal_pointer (&found);
}

/* ---- identification ---- */

static double
distance (PzFacePoint a, PzFacePoint b)
{
  return hypot (a.x - b.x, a.y - b.y);
}

gboolean
pz_faces_see (PzFaces *faces,
              const PzImage *image,
              const PzFace *face,
              float *features,
              GError **error)
{
  const PzFacePoint left = mean_of (face, 36, 42), right = mean_of (face, 42, 48);
  const PzFacePoint mouth = mean_of (face, 48, 68);
  const double apart = (distance (left, mouth) + distance (right, mouth)) / 2.0;
  const double side = floor (apart / EYES_TO_MOUTH);
  const double x = floor (MAX (0.0, (left.x + right.x + mouth.x) / 3.0 - MIDDLE_X * side));
  const double y = floor (MAX (0.0, (left.y + right.y + mouth.y) / 3.0 - MIDDLE_Y * side));
  PzFaceCrop crop;

  if (faces->recognizer != NULL)
    return pz_face_recognizer_run (faces->recognizer, image, face, features, error);
  if (pz_face_crop_clip (image, x, y, side, side, &crop))
    return run_network (faces, RECOGNIZER, image, &crop, features, PZ_FACE_FEATURES, error);
  g_set_error_literal (error, PZ_ERROR, PZ_ERROR_BAD_INPUT,
                       "face: expected it in the picture, found it outside");
  return FALSE;
}

/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Faces in a picture: their positions, 68 landmarks each, and 128 features that identify the person. Uses small networks of its
 * own (faces/ of a model folder) that were made for photographs of people. Networks and cropping are those of
 * @vladmandic/face-api.
 *
 * Thread: a PzFaces belongs to one thread from open to close.
 */
#pragma once

#include <gio/gio.h>

#include "compute/gpu.h"
#include "models/image.h"

G_BEGIN_DECLS

/* The model folder that contains the networks. It is looked up in the model search path. */
#define PZ_FACES_FOLDER "pz-faces"
#define PZ_FACE_POINTS 68
#define PZ_FACE_FEATURES 128 /* of the included recognition network */
#define PZ_FACE_MAX_FEATURES 512 /* of insightface's networks */
/* Pixels. A smaller face shows too little detail to identify a person. */
#define PZ_FACE_TINY 48

typedef enum
{
  PZ_FACE_LEFT_EYE, /* on the left side of the picture */
  PZ_FACE_RIGHT_EYE,
  PZ_FACE_NOSE,
  PZ_FACE_LEFT_MOUTH,
  PZ_FACE_RIGHT_MOUTH,
  PZ_N_FACE_PLACES,
} PzFacePlace;

typedef struct
{
  double x, y;
} PzFacePoint;

typedef struct
{
  double score; /* confidence, 0.5 to 1 */
  double x, y, width, height; /* in pixels of the picture; may extend beyond it */
  PzFacePoint points[PZ_FACE_POINTS];
  PzFacePoint places[PZ_N_FACE_PLACES]; /* means of points */
  double roll; /* of the line through the eyes, in degrees, clockwise */
  gboolean is_cut; /* more than a tenth lies outside the picture */
  gboolean is_tiny;
} PzFace;

typedef struct _PzFaces PzFaces;

/* Zero-initialised members mean the default. */
typedef struct
{
  const char *folder; /* model folder with faces/; NULL = the first one found */
  const char *beside; /* see pz_model_search_path () */
  const char *recognizer; /* replaces the folder's: insightface's IResNet, a .pth file */
  const char *device; /* see PzGpuParams */
  PzGpu *gpu; /* an open device to use instead; not owned */
  GCancellable *cancellable;
} PzFacesParams;

/* `folder` if it contains faces/; for NULL the first suitable folder found. (transfer full), or NULL with BAD_FILE. */
char *pz_faces_search (const char *folder, const char *beside, GError **error);

/* Opens the device and loads the networks (7 MiB on disk). (transfer full). Fails with NO_DEVICE, BAD_FILE (also if no networks
 * are found), GPU_MEMORY, CANCELLED. */
PzFaces *pz_faces_open (const PzFacesParams *params, GError **error);
void pz_faces_close (PzFaces *faces);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PzFaces, pz_faces_close)

/* Finds all faces, largest first. image: RGB or RGBA, alpha is ignored. (transfer full) array of PzFace, empty if there is
 * none. */
GArray *pz_faces_find (PzFaces *faces, const PzImage *image, GError **error);

/* The first face whose centre is inside the mask (1 channel, size of the picture; NULL = everywhere). NULL with NO_FACE if
 * there is none. */
const PzFace *pz_faces_choose (const GArray *found, const PzImage *mask, GError **error);

/* The number of features that pz_faces_see () writes. */
guint pz_faces_get_n_features (const PzFaces *faces);

/* Computes the identification features of a face; they are not normalised. features: room for PZ_FACE_MAX_FEATURES. */
gboolean pz_faces_see (PzFaces *faces,
                       const PzImage *image,
                       const PzFace *face,
                       float *features,
                       GError **error);

/* Euclidean distance between the n features of two faces. For the included recognition network, a distance below PZ_FACE_SAME
 * means the same person, according to the network's authors. */
#define PZ_FACE_SAME 0.6
double pz_faces_distance (const float *a, const float *b, guint n);
/* Cosine similarity of the features, -1 to 1. */
double pz_faces_similarity (const float *a, const float *b, guint n);

G_END_DECLS

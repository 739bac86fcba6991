/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Faces in a picture: where they are, 68 points of each, and who they are, as 128 numbers. Small networks of their own (faces/ of a
 * model folder), made for photographs of people; what they are and how they crop is that of @vladmandic/face-api.
 *
 * Thread: a PzFaces belongs to one thread from open to close.
 */
#pragma once

#include <gio/gio.h>

#include "compute/gpu.h"
#include "models/image.h"

G_BEGIN_DECLS

/* The model folder that brings the networks, in one of the folders where models are looked for. */
#define PZ_FACES_FOLDER "pz-faces"
#define PZ_FACE_POINTS 68
#define PZ_FACE_FEATURES 128 /* of the recogniser that comes along */
#define PZ_FACE_MAX_FEATURES 512 /* of insightface's */
/* A face smaller than this many pixels shows too little of who it is. */
#define PZ_FACE_TINY 48

typedef enum
{
  PZ_FACE_LEFT_EYE, /* of the picture */
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
  double score; /* how surely it is a face, 0.5 to 1 */
  double x, y, width, height; /* pixels of the picture; may reach beyond it */
  PzFacePoint points[PZ_FACE_POINTS];
  PzFacePoint places[PZ_N_FACE_PLACES]; /* means of points */
  double roll; /* of the line through the eyes, in degrees, clockwise */
  gboolean is_cut; /* an edge of the picture cuts a tenth of it off, or more */
  gboolean is_tiny;
} PzFace;

typedef struct _PzFaces PzFaces;

/* Zero is the default. */
typedef struct
{
  const char *folder; /* model folder with faces/; NULL = the first that is found */
  const char *beside; /* see pz_model_search_path () */
  const char *recognizer; /* insightface's IResNet, a .pth file, in the place of the folder's */
  const char *device; /* see PzGpuParams */
  PzGpu *gpu; /* opened already, instead; not owned */
  GCancellable *cancellable;
} PzFacesParams;

/* The folder, if it has a part faces/, or with NULL the first that is found. (transfer full), or NULL with BAD_FILE. */
char *pz_faces_search (const char *folder, const char *beside, GError **error);

/* Opens the device and loads the networks, 7 MiB in the file. (transfer full). Fails with NO_DEVICE, BAD_FILE (none found too),
 * GPU_MEMORY, CANCELLED. */
PzFaces *pz_faces_open (const PzFacesParams *params, GError **error);
void pz_faces_close (PzFaces *faces);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PzFaces, pz_faces_close)

/* image: RGB or RGBA, alpha ignored. All faces, the largest first. (transfer full) of PzFace, empty where none is seen. */
GArray *pz_faces_find (PzFaces *faces, const PzImage *image, GError **error);

/* The one to take: the first whose middle is inside the mask (1 channel of the picture's size, or NULL = everything). NULL with
 * NO_FACE: none is there. */
const PzFace *pz_faces_choose (const GArray *found, const PzImage *mask, GError **error);

/* How many numbers say who a face is. */
guint pz_faces_get_n_features (const PzFaces *faces);

/* Who it is: features of any length; room for PZ_FACE_MAX_FEATURES. */
gboolean pz_faces_see (PzFaces *faces,
                       const PzImage *image,
                       const PzFace *face,
                       float *features,
                       GError **error);

/* Distance of two faces' n features. Of the recogniser that comes along: below PZ_FACE_SAME it is one person, say those who learned the network. */
#define PZ_FACE_SAME 0.6
double pz_faces_distance (const float *a, const float *b, guint n);
/* Cosine of the angle between them, -1 to 1. */
double pz_faces_similarity (const float *a, const float *b, guint n);

G_END_DECLS

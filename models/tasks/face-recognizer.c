/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "models/tasks/face-recognizer.h"

#include <math.h>

#include "compute/run.h"
#include "models/files/iresnet-file.h"

/* FFHQ's template: the positions of the five places in a portrait of 512 pixels. */
#define PORTRAIT_SIDE 512
static const PzFacePoint template[PZ_N_FACE_PLACES] = {
  [PZ_FACE_LEFT_EYE] = { 192.98, 239.95 },    [PZ_FACE_RIGHT_EYE] = { 318.90, 240.19 },
  [PZ_FACE_NOSE] = { 256.63, 314.02 },        [PZ_FACE_LEFT_MOUTH] = { 201.26, 371.41 },
  [PZ_FACE_RIGHT_MOUTH] = { 313.09, 371.15 },
};
/* Transform from the template to the alignment of the recogniser's training data, in coordinates from -1 to 1. */
#define TURN_X 1.07695457
#define TURN_Y 0.03625215
#define MOVE_X (-1.56352194 / 512.0)
#define MOVE_Y (-5.32134629 / 512.0)

struct _PzFaceRecognizer
{
  PzProgram *program; /* picture -> features */
  GCancellable *cancellable;
};

/* Builds the network with the depth found in the file. */
static PzGraph *
build (const PzTensorFile *file, GError **error)
{
  PzIresnetConfig config;
  PzGraph *graph;
  PzTensor *picture;

  if (!pz_iresnet_file_read (file, &config, error))
    return NULL;
  graph = pz_graph_new (PZ_F32);
  picture = pz_graph_input (graph, "picture", PZ_F32, 4,
                            (guint[]) { 1, PZ_IRESNET_SIDE, PZ_IRESNET_SIDE, 3 });
  pz_graph_output (graph, pz_iresnet (graph, &config, picture), "features");
  return graph;
}

gboolean
pz_face_recognizer_measure (const char *path, PzFootprint *footprint, GError **error)
{
  g_autoptr (PzTensorFile) file = pz_tensor_file_open (path, error);
  g_autoptr (PzGraph) graph = file != NULL ? build (file, error) : NULL;

  return graph != NULL && pz_footprint_add (footprint, graph, error);
}

PzFaceRecognizer *
pz_face_recognizer_open (PzGpu *gpu,
                         const char *path,
                         GCancellable *cancellable,
                         GError **error)
{
  g_autoptr (PzTensorFile) file = pz_tensor_file_open (path, error);
  g_autoptr (PzGraph) graph = file != NULL ? build (file, error) : NULL;
  PzProgram *program;
  PzFaceRecognizer *recognizer;

  if (graph == NULL || !pz_iresnet_file_bind (graph, file, gpu, error))
    return NULL;
  program = pz_program_new (gpu, graph, &(PzRunParams) { .cancellable = cancellable }, error);
  if (program == NULL)
    return NULL;
  recognizer = g_new0 (PzFaceRecognizer, 1);
  recognizer->program = program;
  recognizer->cancellable = cancellable;
  return recognizer;
}

void
pz_face_recognizer_close (PzFaceRecognizer *recognizer)
{
  if (recognizer == NULL)
    return;
  g_clear_pointer (&recognizer->program, pz_program_free);
  g_free (recognizer);
}

/* ---- alignment ---- */

/* A similarity transform (rotation, scaling, translation): (a x - b y + x0, b x + a y + y0). */
typedef struct
{
  double a, b, x0, y0;
} Similarity;

/* The similarity transform that maps places to the template with the least squared error. */
static Similarity
fit (const PzFacePoint from[PZ_N_FACE_PLACES])
{
  PzFacePoint middle = { 0.0, 0.0 }, goal = { 0.0, 0.0 };
  Similarity s = { 0.0, 0.0, 0.0, 0.0 };
  double square = 0.0;

  for (guint i = 0; i < PZ_N_FACE_PLACES; i++)
    {
      middle.x += from[i].x / PZ_N_FACE_PLACES;
      middle.y += from[i].y / PZ_N_FACE_PLACES;
      goal.x += template[i].x / PZ_N_FACE_PLACES;
      goal.y += template[i].y / PZ_N_FACE_PLACES;
    }
  for (guint i = 0; i < PZ_N_FACE_PLACES; i++)
    {
      const double x = from[i].x - middle.x, y = from[i].y - middle.y;
      const double u = template[i].x - goal.x, v = template[i].y - goal.y;

      square += x * x + y * y;
      s.a += x * u + y * v;
      s.b += x * v - y * u;
    }
  s.a /= MAX (square, 1e-9);
  s.b /= MAX (square, 1e-9);
  s.x0 = goal.x - s.a * middle.x + s.b * middle.y;
  s.y0 = goal.y - s.b * middle.x - s.a * middle.y;
  return s;
}

/* [height, width, 3] */
typedef struct
{
  guint width, height;
  float *pixels;
} Picture;

static float
level_at (const Picture *picture, gint64 x, gint64 y, guint c)
{
  if (x < 0 || y < 0 || x >= picture->width || y >= picture->height)
    return 0.0f;
  return picture->pixels[((gsize) y * picture->width + (gsize) x) * 3 + c];
}

/* Bilinear interpolation; 0 outside the picture. */
static void
sample (const Picture *picture, double x, double y, float to[3])
{
  const double left = floor (CLAMP (x, -1e6, 1e6)), top = floor (CLAMP (y, -1e6, 1e6));
  const float fx = (float) (x - left), fy = (float) (y - top);
  const gint64 i = (gint64) left, j = (gint64) top;

  for (guint c = 0; c < 3; c++)
    to[c] =
      (1.0f - fy)
        * ((1.0f - fx) * level_at (picture, i, j, c) + fx * level_at (picture, i + 1, j, c))
      + fy
          * ((1.0f - fx) * level_at (picture, i, j + 1, c)
             + fx * level_at (picture, i + 1, j + 1, c));
}

/* R'G'B' in -1..1. (transfer full) pixels */
static Picture
read_picture (const PzImage *image)
{
  const guint channels = pz_image_get_channels (image);
  Picture picture = { pz_image_get_width (image), pz_image_get_height (image), NULL };
  g_autofree float *row = g_new (float, (gsize) picture.width *channels);
  float *to = picture.pixels = g_new (float, (gsize) picture.width *picture.height * 3);

  for (guint y = 0; y < picture.height; y++)
    {
      pz_image_read_row (image, 0, y, picture.width, row);
      for (guint x = 0; x < picture.width; x++)
        for (guint c = 0; c < 3; c++)
          *to++ = 2.0f * CLAMP (row[(gsize) x * channels + (channels >= 3 ? c : 0)], 0.0f, 1.0f)
                  - 1.0f;
    }
  return picture;
}

static Picture
picture_new (guint side)
{
  return (Picture) { side, side, g_new (float, (gsize) side *side * 3) };
}

/* Resamples the picture so that the face matches the template. (transfer full) pixels */
static Picture
cut_portrait (const Picture *picture, const Similarity *to_portrait)
{
  const Similarity *s = to_portrait;
  const double square = MAX (s->a * s->a + s->b * s->b, 1e-12);
  Picture portrait = picture_new (PORTRAIT_SIDE);

  for (guint i = 0; i < PORTRAIT_SIDE; i++)
    for (guint j = 0; j < PORTRAIT_SIDE; j++)
      {
        const double u = j - s->x0, v = i - s->y0;

        sample (picture, (s->a * u + s->b * v) / square, (s->a * v - s->b * u) / square,
                portrait.pixels + ((gsize) i * PORTRAIT_SIDE + j) * 3);
      }
  return portrait;
}

/* Converts a coordinate to pixels; -1 and 1 are the centres of the first and last pixel. */
static double
to_pixels (double place)
{
  return (place + 1.0) / 2.0 * (PORTRAIT_SIDE - 1);
}

static Picture
turn_portrait (const Picture *portrait)
{
  Picture turned = picture_new (PORTRAIT_SIDE);

  for (guint i = 0; i < PORTRAIT_SIDE; i++)
    for (guint j = 0; j < PORTRAIT_SIDE; j++)
      {
        const double x = 2.0 * j / (PORTRAIT_SIDE - 1) - 1.0;
        const double y = 2.0 * i / (PORTRAIT_SIDE - 1) - 1.0;

        sample (portrait, to_pixels (TURN_X * x - TURN_Y * y + MOVE_X),
                to_pixels (TURN_Y * x + TURN_X * y + MOVE_Y),
                turned.pixels + ((gsize) i * PORTRAIT_SIDE + j) * 3);
      }
  return turned;
}

static void
shrink (const Picture *from, float *to)
{
  const double step = (PORTRAIT_SIDE - 1.0) / (PZ_IRESNET_SIDE - 1.0);

  for (guint i = 0; i < PZ_IRESNET_SIDE; i++)
    for (guint j = 0; j < PZ_IRESNET_SIDE; j++)
      sample (from, j * step, i * step, to + ((gsize) i * PZ_IRESNET_SIDE + j) * 3);
}

gboolean
pz_face_recognizer_run (PzFaceRecognizer *recognizer,
                        const PzImage *image,
                        const PzFace *face,
                        float *features,
                        GError **error)
{
  const gsize n = (gsize) PZ_IRESNET_SIDE * PZ_IRESNET_SIDE * 3;
  const Similarity to_portrait = fit (face->places);
  Picture picture = read_picture (image);
  Picture portrait = cut_portrait (&picture, &to_portrait);
  Picture turned = turn_portrait (&portrait);
  g_autofree float *small = g_new (float, n);

  shrink (&turned, small);
  g_free (picture.pixels);
  g_free (portrait.pixels);
  g_free (turned.pixels);
  return pz_storage_write_f32 (pz_program_get_storage (recognizer->program, "picture"), small,
                               n, error)
         && pz_program_run (recognizer->program,
                            &(PzRunParams) { .cancellable = recognizer->cancellable }, error)
         && pz_storage_read_f32 (pz_program_get_storage (recognizer->program, "features"),
                                 features, PZ_IRESNET_N_FEATURES, error);
}

/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What happens with detected faces: the choice of one, the crop of its portrait, and the measures of likeness.
 */
#include <math.h>

#include "models/tasks/find-faces.h"

/* A face with its eyes at height y, centred at x, at a distance of `apart`. */
static PzFace
make_face (double x, double y, double apart)
{
  PzFace face = { .score = 0.9, .x = x - apart, .y = y - apart / 2.0 };

  face.width = face.height = 2.0 * apart;
  face.places[PZ_FACE_LEFT_EYE] = (PzFacePoint) { x - apart / 2.0, y };
  face.places[PZ_FACE_RIGHT_EYE] = (PzFacePoint) { x + apart / 2.0, y };
  for (guint i = 0; i < PZ_FACE_POINTS; i++)
    face.points[i] = face.places[i % 2 == 0 ? PZ_FACE_LEFT_EYE : PZ_FACE_RIGHT_EYE];
  return face;
}

/* The eyes are at (192.98, 239.95) and (318.90, 240.19) in 512 pixels (methods: Celeb Basis, alignment). */
static void
test_frame (void)
{
  const PzFace face = make_face (700.0, 500.0, 251.84);
  PzSquare square;
  PzFace moved;

  pz_face_frame (&face, &square);
  g_assert_cmpuint (square.size, ==, 1024);
  moved = pz_face_in_square (&face, &square, 512, FALSE);
  g_assert_cmpfloat_with_epsilon (moved.points[0].x, 192.98, 0.5);
  g_assert_cmpfloat_with_epsilon (moved.points[0].y, 240.07, 0.5);
  g_assert_cmpfloat_with_epsilon (moved.points[1].x, 318.90, 0.5);
  g_assert_cmpfloat_with_epsilon (moved.places[PZ_FACE_LEFT_EYE].x, 192.98, 0.5);
  moved = pz_face_in_square (&face, &square, 512, TRUE);
  g_assert_cmpfloat_with_epsilon (moved.places[PZ_FACE_LEFT_EYE].x, 512.0 - 318.90, 0.5);
  g_assert_cmpfloat_with_epsilon (moved.points[0].x, 512.0 - 192.98, 0.5);
  g_assert_cmpfloat_with_epsilon (moved.points[0].y, 240.07, 0.5);
}

static void
test_choice (void)
{
  const PzFace faces[] = { make_face (60.0, 20.0, 20.0), make_face (15.0, 15.0, 10.0) };
  g_autoptr (GArray) found = g_array_new (FALSE, FALSE, sizeof (PzFace));
  g_autoptr (GError) error = NULL;
  float *left = g_new0 (float, 80 * 40);
  g_autoptr (PzImage) mask = NULL;
  g_autoptr (PzImage) empty = NULL;

  for (guint i = 0; i < 80 * 40; i++)
    left[i] = i % 80 < 40 ? 1.0f : 0.0f;
  mask = pz_image_new_take (80, 40, 1, left);
  g_assert_null (pz_faces_choose (found, NULL, &error));
  g_assert_error (error, PZ_ERROR, PZ_ERROR_NO_FACE);
  g_clear_error (&error);
  g_array_append_vals (found, faces, G_N_ELEMENTS (faces));
  g_assert_true (pz_faces_choose (found, NULL, NULL) == &g_array_index (found, PzFace, 0));
  g_assert_true (pz_faces_choose (found, mask, NULL) == &g_array_index (found, PzFace, 1));
  empty = pz_image_new_take (80, 40, 1, g_new0 (float, 80 * 40));
  g_assert_null (pz_faces_choose (found, empty, &error));
  g_assert_error (error, PZ_ERROR, PZ_ERROR_NO_FACE);
}

static void
test_likeness (void)
{
  float a[PZ_FACE_FEATURES] = { 0 }, b[PZ_FACE_FEATURES] = { 0 };

  a[0] = 2.0f;
  b[0] = 1.0f;
  b[1] = 1.0f;
  g_assert_cmpfloat_with_epsilon (pz_faces_similarity (a, b, PZ_FACE_FEATURES), sqrt (0.5),
                                  1e-9);
  g_assert_cmpfloat_with_epsilon (pz_faces_distance (a, b, PZ_FACE_FEATURES), sqrt (2.0), 1e-9);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/faces/a-portrait-has-its-eyes-where-the-authors-have-them", test_frame);
  g_test_add_func ("/faces/the-largest-or-the-one-inside-the-mask", test_choice);
  g_test_add_func ("/faces/likeness", test_likeness);
  return g_test_run ();
}

/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Which parts of a coarse mask are the subject: pieces that are kept or dropped, holes that are filled or not.
 */
#include <glib.h>

#include "models/tasks/found-mask.h"

#define SIDE 64

typedef struct
{
  guint x, y, width, height;
} Box;

static void
fill (float *chances, Box box, float chance)
{
  for (guint y = box.y; y < box.y + box.height; y++)
    for (guint x = box.x; x < box.x + box.width; x++)
      chances[y * SIDE + x] = chance;
}

static float
at (const float *chances, guint x, guint y)
{
  return chances[y * SIDE + x];
}

static void
test_holes (void)
{
  g_autofree float *chances = g_new0 (float, SIDE *SIDE);

  fill (chances, (Box) { 8, 8, 56, 40 }, 0.9f); /* reaches the right border */
  fill (chances, (Box) { 16, 16, 4, 4 }, 0.2f); /* a small hole: is filled */
  fill (chances, (Box) { 30, 16, 12, 12 }, 0.2f); /* a large hole, such as a handle: stays */
  fill (chances, (Box) { 60, 20, 4, 4 }, 0.2f); /* a notch at the border: stays */
  pz_mask_fill_holes (chances, SIDE);
  g_assert_cmpfloat (at (chances, 17, 17), ==, 1.0f);
  g_assert_cmpfloat (at (chances, 35, 20), ==, 0.2f);
  g_assert_cmpfloat (at (chances, 62, 21), ==, 0.2f);
  g_assert_cmpfloat (at (chances, 10, 10), ==, 0.9f);
  g_assert_cmpfloat (at (chances, 2, 2), ==, 0.0f);
}

static void
test_pieces (void)
{
  g_autofree float *chances = g_new0 (float, SIDE *SIDE);

  fill (chances, (Box) { 4, 4, 20, 20 }, 0.9f);
  fill (chances, (Box) { 24, 4, 4, 4 }, 0.3f); /* less likely, but part of the subject */
  fill (chances, (Box) { 40, 4, 10, 10 }, 0.9f); /* a quarter of its size: is kept */
  fill (chances, (Box) { 40, 40, 4, 4 }, 0.9f); /* a small piece: is dropped */
  g_assert_true (pz_mask_keep_thing (chances, NULL, SIDE));
  g_assert_cmpfloat (at (chances, 10, 10), ==, 0.9f);
  g_assert_cmpfloat (at (chances, 25, 5), ==, 0.3f);
  g_assert_cmpfloat (at (chances, 42, 5), ==, 0.9f);
  g_assert_cmpfloat (at (chances, 41, 41), ==, 0.0f);
}

static void
test_hint (void)
{
  g_autofree float *chances = g_new0 (float, SIDE *SIDE);
  g_autofree guint8 *hinted = g_new0 (guint8, SIDE * SIDE);

  fill (chances, (Box) { 4, 4, 20, 20 }, 0.9f);
  fill (chances, (Box) { 40, 40, 6, 6 }, 0.9f);
  hinted[42 * SIDE + 42] = 1;
  g_assert_true (pz_mask_keep_thing (chances, hinted, SIDE));
  g_assert_cmpfloat (at (chances, 10, 10), ==, 0.0f);
  g_assert_cmpfloat (at (chances, 42, 42), ==, 0.9f);
}

static void
test_nothing (void)
{
  g_autofree float *chances = g_new0 (float, SIDE *SIDE);

  g_assert_false (pz_mask_keep_thing (chances, NULL, SIDE));
  fill (chances, (Box) { 4, 4, 2, 2 }, 0.9f);
  g_assert_false (pz_mask_keep_thing (chances, NULL, SIDE));
  fill (chances, (Box) { 4, 4, 30, 30 }, 0.6f); /* likely, but nowhere certain */
  g_assert_false (pz_mask_keep_thing (chances, NULL, SIDE));
}

/* ---- boxes ---- */

/* A subject whose legs have lower probabilities, and a hint. Returns the probability inside a leg afterwards. */
static float
legs_in (Box hint, gboolean cut_corner)
{
  g_autofree float *chances = g_new0 (float, SIDE *SIDE);
  g_autofree guint8 *hinted = g_new0 (guint8, SIDE * SIDE);

  fill (chances, (Box) { 20, 10, 20, 20 }, 0.9f);
  fill (chances, (Box) { 22, 30, 4, 14 }, 0.4f);
  fill (chances, (Box) { 50, 50, 6, 6 }, 0.2f);
  for (guint y = hint.y; y < hint.y + hint.height; y++)
    for (guint x = hint.x; x < hint.x + hint.width; x++)
      hinted[y * SIDE + x] = !cut_corner || x + y > hint.x + hint.y + 10;
  pz_mask_reach_box (chances, hinted, SIDE);
  g_assert_cmpfloat (at (chances, 30, 20), >=, 0.9f);
  g_assert_cmpfloat (at (chances, 52, 52), <, 0.5f);
  g_assert_cmpfloat (at (chances, 2, 2), ==, 0.0f);
  return at (chances, 23, 40);
}

static void
test_box (void)
{
  const Box around = { 19, 9, 22, 36 }, without_legs = { 19, 9, 22, 22 };

  g_assert_cmpfloat (legs_in (around, FALSE), >, 0.5f);
  g_assert_cmpfloat (legs_in (without_legs, FALSE), ==, 0.4f);
  g_assert_cmpfloat (legs_in (around, TRUE), ==, 0.4f); /* the hint is not a box */
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/mask-pieces/small-holes-are-filled", test_holes);
  g_test_add_func ("/mask-pieces/small-pieces-go", test_pieces);
  g_test_add_func ("/mask-pieces/the-hint-chooses", test_hint);
  g_test_add_func ("/mask-pieces/nothing-stands-out", test_nothing);
  g_test_add_func ("/mask-pieces/a-box-is-around-all-of-the-thing", test_box);
  return g_test_run ();
}

/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Distinguishes shapes that were dragged around a subject from outlines that were drawn.
 */
#include <glib.h>
#include <math.h>

#include "plugin/outline.h"

#define SIDE 300

typedef gboolean (*Inside) (float x, float y);

static gboolean
box (float x, float y)
{
  return x > 40 && x < 250 && y > 30 && y < 130;
}

/* The box with corners of radius 15. */
static gboolean
round_box (float x, float y)
{
  float u = MAX (MAX (55 - x, x - 235), 0), v = MAX (MAX (45 - y, y - 115), 0);

  return box (x, y) && u * u + v * v < 15 * 15;
}

static gboolean
ellipse (float x, float y)
{
  return hypotf ((x - 150) / 120, (y - 140) / 70) < 1;
}

static gboolean
small_box (float x, float y)
{
  return x > 10 && x < 34 && y > 20 && y < 44;
}

static gboolean
heart (float x, float y)
{
  float u = (x - 150) / 90, v = (150 - y) / 90, a = u * u + v * v - 1;

  return a * a * a - u * u * v * v * v < 0;
}

static gboolean
triangle (float x, float y)
{
  return y < 280 && y > 20 && fabsf (x - 150) < (y - 20) / 2;
}

static gboolean
two_boxes (float x, float y)
{
  return (x > 10 && x < 80 && y > 10 && y < 80) || (x > 150 && x < 250 && y > 120 && y < 280);
}

static gboolean
nothing (float x, float y)
{
  (void) x;
  (void) y;
  return FALSE;
}

static const struct
{
  const char *name;
  Inside inside;
  float soft; /* how far the edge fades to each side */
  gboolean dragged;
} cases[] = {
  { "/outline/a-box", box, 0, TRUE },
  { "/outline/a-soft-box", box, 9, TRUE },
  { "/outline/a-box-with-round-corners", round_box, 0, TRUE },
  { "/outline/an-ellipse", ellipse, 0, TRUE },
  { "/outline/a-soft-ellipse", ellipse, 9, TRUE },
  { "/outline/a-small-box", small_box, 0, TRUE },
  { "/outline/a-heart", heart, 0, FALSE },
  { "/outline/a-triangle", triangle, 0, FALSE },
  { "/outline/two-boxes", two_boxes, 0, FALSE },
  { "/outline/nothing", nothing, 0, FALSE },
};

static void
test_case (gconstpointer data)
{
  const guint which = GPOINTER_TO_UINT (data);
  float *mask = g_new (float, SIDE *SIDE);
  g_autoptr (PzImage) image = NULL;

  for (gint i = 0; i < SIDE * SIDE; i++)
    {
      float x = (float) (i % SIDE) + 0.5f, y = (float) (i / SIDE) + 0.5f,
            soft = cases[which].soft;
      guint n = 0;

      for (gint k = 0; k < 9; k++)
        n +=
          cases[which].inside (x + soft * (float) (k % 3 - 1), y + soft * (float) (k / 3 - 1));
      mask[i] = (float) n / 9;
    }
  image = pz_image_new_take (SIDE, SIDE, 1, mask);
  g_assert_cmpint (pz_outline_is_dragged (image), ==, cases[which].dragged);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    g_test_add_data_func (cases[i].name, GUINT_TO_POINTER (i), test_case);
  return g_test_run ();
}

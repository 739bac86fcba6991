/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Adjusts a coarse mask to a rectangular hint, which is assumed to enclose the whole subject: see found-mask.h.
 */
#include "models/tasks/found-mask.h"

#define LIKELY 0.5f
/* The lower threshold, which is used if it fills the box better. */
#define LESS_LIKELY 0.3f
/* By how much the overlap with the box must increase. Boxes are drawn with a margin, so a small increase means nothing. */
#define BETTER 0.08
/* A hint that fills at least this fraction of its bounding box is a box. */
#define BOX 0.95

/* Edges of pixels; empty if right <= left. */
typedef struct
{
  guint left, top, right, bottom;
} Box;

static void
take (Box *box, guint x, guint y)
{
  box->left = MIN (box->left, x);
  box->top = MIN (box->top, y);
  box->right = MAX (box->right, x + 1);
  box->bottom = MAX (box->bottom, y + 1);
}

static double
area (const Box *box)
{
  return box->right > box->left && box->bottom > box->top
           ? (double) (box->right - box->left) * (box->bottom - box->top)
           : 0.0;
}

/* Intersection over union. */
static double
overlap (const Box *a, const Box *b)
{
  const Box both = { MAX (a->left, b->left), MAX (a->top, b->top), MIN (a->right, b->right),
                     MIN (a->bottom, b->bottom) };

  return area (&both) / (area (a) + area (b) - area (&both));
}

/* The bounding box of all pixels with a probability above `least`. */
static Box
box_of_likely (const float *chances, guint side, float least)
{
  Box box = { side, side, 0, 0 };

  for (guint i = 0; i < side * side; i++)
    if (chances[i] > least)
      take (&box, i % side, i / side);
  return box;
}

/* FALSE = the hint is not a box. */
static gboolean
box_of_hint (const guint8 *hinted, guint side, Box *box)
{
  guint n = 0;

  *box = (Box) { side, side, 0, 0 };
  for (guint i = 0; i < side * side; i++)
    if (hinted[i])
      {
        take (box, i % side, i / side);
        n++;
      }
  return n > 0 && n >= BOX * area (box);
}

/* Shifts all probabilities so that `chance` becomes 1/2. Their order does not change. */
static void
centre (float *chances, guint side, float chance)
{
  const float by = (1.0f - chance) / chance;

  for (guint i = 0; i < side * side; i++)
    {
      const float up = chances[i] * by;

      chances[i] = up / (up + 1.0f - chances[i]);
    }
}

void
pz_mask_reach_box (float *chances, const guint8 *hinted, guint side)
{
  const Box likely = box_of_likely (chances, side, LIKELY);
  const Box less_likely = box_of_likely (chances, side, LESS_LIKELY);
  Box hint;

  if (box_of_hint (hinted, side, &hint)
      && overlap (&less_likely, &hint) > overlap (&likely, &hint) + BETTER)
    centre (chances, side, LESS_LIKELY);
}

/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "models/concept.h"

#include "models/concept-private.h"

/* ELITE's training crops are the object's bounding box with 10 to 19 pixels around it
 * (methods: ELITE, training), resized to 512. We take the middle, 15 of the 512 pixels of
 * the finished crop, so that the same thing is framed the same way at every resolution: side
 * = box * 512 / (512 - 30). */
#define CROP_PIXELS 512
#define CROP_PADDING 15

struct _PzConcept
{
  gatomicrefcount refs;
  PzConceptParts parts; /* its pointers are owned */
};

PzConcept *
pz_concept_new (const PzConceptParts *parts)
{
  PzConcept *concept = g_new0 (PzConcept, 1);
  gsize row_bytes = sizeof (float) * parts->width;

  g_atomic_ref_count_init (&concept->refs);
  concept->parts = *parts;
  concept->parts.words = g_memdup2 (parts->words, row_bytes * parts->n_words);
  concept->parts.local = g_memdup2 (parts->local, row_bytes * parts->n_patches);
  concept->parts.model = g_strdup (parts->model);
  concept->parts.crop = pz_image_ref (parts->crop);
  concept->parts.crop_mask = pz_image_ref (parts->crop_mask);
  return concept;
}

PzConcept *
pz_concept_ref (PzConcept *concept)
{
  g_atomic_ref_count_inc (&concept->refs);
  return concept;
}

void
pz_concept_unref (PzConcept *concept)
{
  if (concept == NULL || !g_atomic_ref_count_dec (&concept->refs))
    return;
  g_free ((float *) concept->parts.words);
  g_free ((float *) concept->parts.local);
  g_free ((char *) concept->parts.model);
  pz_image_unref (concept->parts.crop);
  pz_image_unref (concept->parts.crop_mask);
  g_free (concept);
}

guint
pz_concept_get_n_words (const PzConcept *concept)
{
  return concept->parts.n_words;
}

guint
pz_concept_get_width (const PzConcept *concept)
{
  return concept->parts.width;
}

const float *
pz_concept_get_words (const PzConcept *concept)
{
  return concept->parts.words;
}

guint
pz_concept_get_n_patches (const PzConcept *concept)
{
  return concept->parts.n_patches;
}

const float *
pz_concept_get_local (const PzConcept *concept)
{
  return concept->parts.local;
}

const char *
pz_concept_get_model (const PzConcept *concept)
{
  return concept->parts.model;
}

PzImage *
pz_concept_get_crop (const PzConcept *concept)
{
  return concept->parts.crop;
}

PzImage *
pz_concept_get_crop_mask (const PzConcept *concept)
{
  return concept->parts.crop_mask;
}

/* ---- the square ---- */

typedef struct
{
  guint left, top, right, bottom; /* right and bottom are one past */
} Box;

/* FALSE when no pixel is inside. */
static gboolean
find_box (const PzImage *mask, Box *box)
{
  const float *pixel = pz_image_get_pixels (mask);
  guint width = pz_image_get_width (mask);
  guint height = pz_image_get_height (mask);

  *box = (Box) { .left = width, .top = height };
  for (guint y = 0; y < height; y++)
    for (guint x = 0; x < width; x++)
      if (pz_mask_is_inside (*pixel++))
        {
          box->left = MIN (box->left, x);
          box->right = MAX (box->right, x + 1);
          box->top = MIN (box->top, y);
          box->bottom = y + 1;
        }
  return box->right > 0;
}

/* Where a stretch of `size` begins on an axis of `length`: centred on [first, last), moved
 * inside; a stretch that is longer than the axis has the axis in its middle. */
static gint
place (guint first, guint last, guint size, guint length)
{
  gint64 start = ((gint64) first + last - size) / 2;

  if (size > length)
    return -(gint) ((size - length) / 2);
  return (gint) CLAMP (start, 0, (gint64) length - size);
}

gboolean
pz_concept_square (const PzImage *image,
                   const PzImage *mask,
                   double room,
                   PzSquare *square,
                   GError **error)
{
  guint width = pz_image_get_width (image);
  guint height = pz_image_get_height (image);
  Box box = { 0, 0, width, height };
  guint64 side, padded;

  if (mask != NULL
      && (pz_image_get_width (mask) != width || pz_image_get_height (mask) != height
          || pz_image_get_channels (mask) != 1))
    {
      g_set_error (
        error, PZ_ERROR, PZ_ERROR_BAD_INPUT,
        "the mask: expected %u x %u pixels of 1 channel like the picture, found %u x %u of %u",
        width, height, pz_image_get_width (mask), pz_image_get_height (mask),
        pz_image_get_channels (mask));
      return FALSE;
    }
  if (mask != NULL && !find_box (mask, &box))
    {
      g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_INPUT,
                   "the mask: expected at least one pixel inside, found none");
      return FALSE;
    }
  side = MAX (box.right - box.left, box.bottom - box.top);
  side += (guint64) (2 * CLAMP (room, 0.0, PZ_MAX_ROOM) * (double) side + 0.5);
  padded = (side * CROP_PIXELS + CROP_PIXELS - 2 * CROP_PADDING - 1)
           / (CROP_PIXELS - 2 * CROP_PADDING);
  /* Never larger than the picture's longer side: more would be black bars on all sides. */
  square->size = (guint) MIN (padded, MAX (width, height));
  square->x = place (box.left, box.right, square->size, width);
  square->y = place (box.top, box.bottom, square->size, height);
  return TRUE;
}

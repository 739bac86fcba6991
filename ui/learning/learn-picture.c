/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ui/learning/learn-picture.h"

#include <glib/gi18n.h>

#include "ui/store/picture-file.h"

void
pz_learn_picture_free (PzLearnPicture *picture)
{
  g_clear_pointer (&picture->image, pz_image_unref);
  g_clear_pointer (&picture->mask, pz_image_unref);
  g_free (picture->name);
  g_free (picture);
}

PzLearnPicture *
pz_learn_picture_new (const PzHostConcept *layer)
{
  PzLearnPicture *picture = g_new0 (PzLearnPicture, 1);

  picture->image = pz_image_ref (layer->image);
  picture->mask = layer->mask ? pz_image_ref (layer->mask) : NULL;
  picture->found = layer->found != NULL;
  picture->name = g_strdup (layer->name);
  return picture;
}

/* The maximum of the three channels of each pixel. (transfer full) */
static PzImage *
brightest (const PzImage *image)
{
  const guint width = pz_image_get_width (image), height = pz_image_get_height (image);
  const float *rgb = pz_image_get_pixels (image);
  float *pixels = g_new (float, (gsize) width *height);

  for (gsize i = 0; i < (gsize) width * height; i++)
    pixels[i] = MAX (MAX (rgb[3 * i], rgb[3 * i + 1]), rgb[3 * i + 2]);
  return pz_image_new_take (width, height, 1, pixels);
}

/* The mask is the alpha channel if anything is transparent, else what is not black. */
PzImage *
pz_learn_picture_open_mask (const char *path, const PzImage *picture, GError **error)
{
  PzImage *mask = NULL;
  g_autoptr (PzImage) image = pz_picture_file_open (path, &mask, error);
  g_autofree char *name = NULL;

  if (!image)
    return NULL;
  if (!mask)
    mask = brightest (image);
  if (pz_image_get_width (mask) == pz_image_get_width (picture)
      && pz_image_get_height (mask) == pz_image_get_height (picture))
    return mask;
  name = g_filename_display_basename (path);
  /* Translators: the name of a file, its width and height, then those of the picture that it belongs to. */
  g_set_error (
    error, PZ_ERROR, PZ_ERROR_BAD_INPUT,
    _ ("A mask must be as large as its picture: “%s” has %u × %u pixels, the picture "
       "has %u × %u."),
    name, pz_image_get_width (mask), pz_image_get_height (mask), pz_image_get_width (picture),
    pz_image_get_height (picture));
  pz_image_unref (mask);
  return NULL;
}

/* If no subject is found, or the search fails, the mask is the whole picture (NULL). */
static void
seek (PzLearnPicture *picture, PzSeeker *seeker)
{
  picture->mask = pz_seeker_find (seeker, picture->image, NULL, NULL);
  picture->found = picture->mask != NULL;
}

PzLearnPicture *
pz_learn_picture_open (const char *path, const char *mask, PzSeeker *seeker, GError **error)
{
  g_autoptr (PzLearnPicture) picture = g_new0 (PzLearnPicture, 1);

  picture->image = pz_picture_file_open (path, &picture->mask, error);
  if (!picture->image)
    return NULL;
  picture->name = g_filename_display_basename (path);
  if (mask && *mask)
    {
      g_clear_pointer (&picture->mask, pz_image_unref);
      if (!g_str_equal (mask, PZ_LEARN_PICTURE_WHOLE)
          && !(picture->mask = pz_learn_picture_open_mask (mask, picture->image, error)))
        return NULL;
    }
  else if (!picture->mask && seeker)
    seek (picture, seeker);
  return g_steal_pointer (&picture);
}

gboolean
pz_learn_pictures_are_masked (const GPtrArray *pictures)
{
  gboolean any = FALSE;

  for (guint i = 0; i < pictures->len; i++)
    {
      const PzLearnPicture *picture = pictures->pdata[i];

      if (picture->found)
        return FALSE;
      any = any || picture->mask;
    }
  return any;
}

/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A fake of models/finder.h: nothing stands out, or the upper half of the picture if pz_fake.finds is set.
 */
#include "compute/error.h"
#include "models/finder.h"
#include "tests/ui/fake-session.h"

struct _PzFinder
{
  char unused;
};

PzFinder *
pz_finder_open (const PzFinderParams *params, GError **error)
{
  (void) params;
  (void) error;
  return g_new0 (PzFinder, 1);
}

void
pz_finder_close (PzFinder *finder)
{
  g_free (finder);
}

PzImage *
pz_finder_find (PzFinder *finder,
                PzImage *image,
                PzImage *hint,
                GCancellable *cancellable,
                GError **error)
{
  const guint width = pz_image_get_width (image), height = pz_image_get_height (image);
  float *inside;

  (void) finder;
  (void) hint;
  (void) cancellable;
  if (pz_fake.finds)
    {
      inside = g_new0 (float, (gsize) width *height);
      for (gsize i = 0; i < (gsize) width * (height / 2); i++)
        inside[i] = 1;
      return pz_image_new_take (width, height, 1, inside);
    }
  g_set_error_literal (error, PZ_ERROR, PZ_ERROR_NO_SUBJECT, "nothing stands out");
  return NULL;
}

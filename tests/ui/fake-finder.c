/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A double of models/finder.h for which nothing ever stands out: tests of layers and colours are about all of a layer.
 */
#include "compute/error.h"
#include "models/finder.h"

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
  (void) finder;
  (void) image;
  (void) hint;
  (void) cancellable;
  g_set_error_literal (error, PZ_ERROR, PZ_ERROR_NO_SUBJECT, "nothing stands out");
  return NULL;
}

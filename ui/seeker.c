/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ui/seeker.h"

struct _PzSeeker
{
  GMutex lock; /* guards the members below */
  char *beside;
  PzFinder *finder; /* NULL = not opened yet */
  GError *trouble; /* why it cannot be opened; NULL = it can, or not tried yet */
  char *key; /* hashes of the last picture and hint */
  PzImage *answer; /* the last mask; NULL = none */
  GError *refusal; /* why there is no mask */
};

PzSeeker *
pz_seeker_new (const char *beside)
{
  PzSeeker *seeker = g_new0 (PzSeeker, 1);

  g_mutex_init (&seeker->lock);
  seeker->beside = g_strdup (beside);
  return seeker;
}

void
pz_seeker_free (PzSeeker *seeker)
{
  g_clear_pointer (&seeker->finder, pz_finder_close);
  g_clear_pointer (&seeker->answer, pz_image_unref);
  g_clear_error (&seeker->trouble);
  g_clear_error (&seeker->refusal);
  g_mutex_clear (&seeker->lock);
  g_free (seeker->key);
  g_free (seeker->beside);
  g_free (seeker);
}

static char *
key_of (PzImage *picture, PzImage *hint)
{
  g_autofree char *seen = pz_image_hash (picture);
  g_autofree char *outlined = hint ? pz_image_hash (hint) : NULL;

  return g_strconcat (seen, " ", outlined, NULL);
}

/* Does not try again after a failure, because the dialog reads the concept often. */
static gboolean
ensure_finder (PzSeeker *seeker)
{
  if (!seeker->finder && !seeker->trouble)
    seeker->finder =
      pz_finder_open (&(PzFinderParams) { .beside = seeker->beside }, &seeker->trouble);
  return seeker->finder != NULL;
}

static void
answer (PzSeeker *seeker, PzImage *picture, PzImage *hint)
{
  g_autofree char *key = key_of (picture, hint);

  if (g_strcmp0 (key, seeker->key) == 0)
    return;
  g_clear_pointer (&seeker->answer, pz_image_unref);
  g_clear_error (&seeker->refusal);
  g_clear_pointer (&seeker->key, g_free);
  seeker->answer = pz_finder_find (seeker->finder, picture, hint, NULL, &seeker->refusal);
  if (seeker->answer || g_error_matches (seeker->refusal, PZ_ERROR, PZ_ERROR_NO_SUBJECT))
    seeker->key = g_steal_pointer (&key);
  /* A lost device stays lost: close the finder, and the next picture opens a new one. */
  if (g_error_matches (seeker->refusal, PZ_ERROR, PZ_ERROR_DEVICE_LOST))
    g_clear_pointer (&seeker->finder, pz_finder_close);
}

PzImage *
pz_seeker_find (PzSeeker *seeker, PzImage *picture, PzImage *hint, GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&seeker->lock);
  const GError *reason;

  if (ensure_finder (seeker))
    answer (seeker, picture, hint);
  if (seeker->answer)
    return pz_image_ref (seeker->answer);
  reason = seeker->refusal ? seeker->refusal : seeker->trouble;
  g_propagate_error (error, g_error_copy (reason));
  return NULL;
}

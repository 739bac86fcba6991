/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ui/learning/picture-work.h"

/* Reference-counted: the owner holds one reference, and each piece holds one until it is delivered. */
struct _PzPictureWork
{
  gatomicrefcount references;
  PzSeeker *seeker;
  GThreadPool *pool; /* NULL = pz_picture_work_free () was called */
  guint n; /* requests that are not answered yet */
  PzPictureWorkFunc answered;
  gpointer answered_data;
};

typedef struct
{
  PzPictureWork *work;
  char *path; /* the file to open */
  PzImage *image; /* if path is NULL: the picture to search */
  PzPictureFunc done;
  gpointer data;
  GDestroyNotify free_data;
  PzLearnPicture *picture; /* the result */
  GError *error;
} Piece;

static void
work_unref (PzPictureWork *work)
{
  if (g_atomic_ref_count_dec (&work->references))
    g_free (work);
}

static void
piece_free (gpointer data)
{
  Piece *piece = data;

  if (piece->free_data)
    piece->free_data (piece->data);
  g_free (piece->path);
  g_clear_pointer (&piece->image, pz_image_unref);
  g_clear_pointer (&piece->picture, pz_learn_picture_free);
  g_clear_error (&piece->error);
  work_unref (piece->work);
  g_free (piece);
}

static gboolean
deliver (gpointer data)
{
  Piece *piece = data;
  PzPictureWork *work = piece->work;

  if (!work->pool)
    return G_SOURCE_REMOVE;
  work->n--;
  piece->done (g_steal_pointer (&piece->picture), piece->error, piece->data);
  if (work->pool)
    work->answered (work->answered_data);
  return G_SOURCE_REMOVE;
}

/* (transfer full) */
static PzLearnPicture *
find (PzSeeker *seeker, PzImage *image, GError **error)
{
  g_autoptr (PzImage) mask = NULL;
  PzLearnPicture *picture;

  if (seeker)
    mask = pz_seeker_find (seeker, image, NULL, error);
  else
    g_set_error_literal (error, PZ_ERROR, PZ_ERROR_NO_SUBJECT, "nobody looks");
  if (!mask)
    return NULL;
  picture = g_new0 (PzLearnPicture, 1);
  picture->image = pz_image_ref (image);
  picture->mask = g_steal_pointer (&mask);
  picture->found = TRUE;
  return picture;
}

/* Thread: the pool's. */
static void
run (gpointer data, gpointer work)
{
  Piece *piece = data;
  PzSeeker *seeker = ((PzPictureWork *) work)->seeker;

  piece->picture = piece->path
                     ? pz_learn_picture_open (piece->path, NULL, seeker, &piece->error)
                     : find (seeker, piece->image, &piece->error);
  g_idle_add_full (G_PRIORITY_DEFAULT, deliver, piece, piece_free);
}

PzPictureWork *
pz_picture_work_new (PzSeeker *seeker, PzPictureWorkFunc answered, gpointer data)
{
  PzPictureWork *work = g_new0 (PzPictureWork, 1);

  g_atomic_ref_count_init (&work->references);
  work->seeker = seeker;
  work->answered = answered;
  work->answered_data = data;
  work->pool = g_thread_pool_new_full (run, work, piece_free, 1, TRUE, NULL);
  return work;
}

void
pz_picture_work_free (PzPictureWork *work)
{
  g_thread_pool_free (g_steal_pointer (&work->pool), TRUE, TRUE);
  work_unref (work);
}

/* piece: copied. */
static void
push (PzPictureWork *work, const Piece *piece)
{
  Piece *own = g_memdup2 (piece, sizeof *piece);

  g_atomic_ref_count_inc (&work->references);
  own->work = work;
  work->n++;
  g_thread_pool_push (work->pool, own, NULL);
}

void
pz_picture_work_open (PzPictureWork *work,
                      const char *path,
                      PzPictureFunc done,
                      gpointer data,
                      GDestroyNotify free_data)
{
  push (work, &(Piece) {
                .path = g_strdup (path), .done = done, .data = data, .free_data = free_data });
}

void
pz_picture_work_find (PzPictureWork *work,
                      PzImage *image,
                      PzPictureFunc done,
                      gpointer data,
                      GDestroyNotify free_data)
{
  push (work,
        &(Piece) {
          .image = pz_image_ref (image), .done = done, .data = data, .free_data = free_data });
}

guint
pz_picture_work_get_n (PzPictureWork *work)
{
  return work->n;
}

/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Slow work on pictures to learn from: opening files, and finding the subject in them. A background thread does one
 * item after the other. Thread: main.
 */
#pragma once

#include "ui/learning/learn-picture.h"

G_BEGIN_DECLS

typedef struct _PzPictureWork PzPictureWork;

/* picture: (transfer full), NULL + error on failure. */
typedef void (*PzPictureFunc) (PzLearnPicture *picture, const GError *error, gpointer data);

typedef void (*PzPictureWorkFunc) (gpointer data);

/* seeker: must outlive the work; NULL = no search. answered: called after each request was answered, whoever asked. */
PzPictureWork *
pz_picture_work_new (PzSeeker *seeker, PzPictureWorkFunc answered, gpointer data);
/* Waits for the item in progress. No callback is called afterwards. */
void pz_picture_work_free (PzPictureWork *work);

/* See pz_learn_picture_open (), without a mask path. */
void pz_picture_work_open (PzPictureWork *work,
                           const char *path,
                           PzPictureFunc done,
                           gpointer data,
                           GDestroyNotify free_data);
/* The same picture with the mask of its subject. Fails if nothing stands out. */
void pz_picture_work_find (PzPictureWork *work,
                           PzImage *image,
                           PzPictureFunc done,
                           gpointer data,
                           GDestroyNotify free_data);

/* The number of requests that are not answered yet. */
guint pz_picture_work_get_n (PzPictureWork *work);

G_END_DECLS

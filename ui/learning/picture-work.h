/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What takes its time with pictures to learn from, in a thread, one after the other: opening files, and finding the thing in them.
 * Thread: main.
 */
#pragma once

#include "ui/learning/learn-picture.h"

G_BEGIN_DECLS

typedef struct _PzPictureWork PzPictureWork;

/* picture: (transfer full), NULL + error where it failed. */
typedef void (*PzPictureFunc) (PzLearnPicture *picture, const GError *error, gpointer data);

/* seeker: lives longer; NULL = nothing is looked for. */
PzPictureWork *pz_picture_work_new (PzSeeker *seeker);
/* Waits for what is under way; nothing comes any more. */
void pz_picture_work_free (PzPictureWork *work);

/* See pz_learn_picture_open (), without a mask's path. */
void pz_picture_work_open (PzPictureWork *work,
                           const char *path,
                           PzPictureFunc done,
                           gpointer data,
                           GDestroyNotify free_data);
/* The same picture with the thing's mask. Fails where nothing stands out. */
void pz_picture_work_find (PzPictureWork *work,
                           PzImage *image,
                           PzPictureFunc done,
                           gpointer data,
                           GDestroyNotify free_data);

/* What was asked for and has not come. */
guint pz_picture_work_get_n (PzPictureWork *work);

G_END_DECLS

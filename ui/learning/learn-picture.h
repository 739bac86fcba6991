/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A picture to learn from, and the part of it that is the subject. Thread: any.
 */
#pragma once

#include "ui/host.h"
#include "ui/seeker.h"

G_BEGIN_DECLS

/* In place of a mask's path: the whole picture. */
#define PZ_LEARN_PICTURE_WHOLE "none"

typedef struct
{
  PzImage *image; /* R'G'B' */
  PzImage *mask; /* 1 channel, same size; NULL = everything */
  gboolean found; /* the mask was found, not drawn by the user */
  char *name; /* for display */
} PzLearnPicture;

void pz_learn_picture_free (PzLearnPicture *picture);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PzLearnPicture, pz_learn_picture_free)

/* From a layer that a host has read. (transfer full) */
PzLearnPicture *pz_learn_picture_new (const PzHostConcept *layer);

/* Opens a picture file. mask: a file of the same size in which the subject is not black; or PZ_LEARN_PICTURE_WHOLE; or
 * NULL or "" = what is not transparent, else the subject that is found, else everything. seeker NULL = no search. Takes
 * as long as finding the subject does. (transfer full), or NULL with the error of gdk-pixbuf, or BAD_FILE (a mask of
 * another size). */
PzLearnPicture *
pz_learn_picture_open (const char *path, const char *mask, PzSeeker *seeker, GError **error);

/* Opens a mask file for a picture of that size, as above. (transfer full) */
PzImage *pz_learn_picture_open_mask (const char *path, const PzImage *picture, GError **error);

/* For an array of PzLearnPicture: whether there are masks, and all of them were drawn, none found. What is outside the
 * masks is not learned in this case. */
gboolean pz_learn_pictures_are_masked (const GPtrArray *pictures);

G_END_DECLS

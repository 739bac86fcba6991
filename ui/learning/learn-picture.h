/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A picture to learn from, and which part of it is the thing. Thread: any.
 */
#pragma once

#include "ui/host.h"
#include "ui/seeker.h"

G_BEGIN_DECLS

/* In the place of a mask's path: the whole picture. */
#define PZ_LEARN_PICTURE_WHOLE "none"

typedef struct
{
  PzImage *image; /* R'G'B' */
  PzImage *mask; /* 1 channel, same size; NULL = everything */
  gboolean found; /* the mask was found, not drawn by somebody */
  char *name; /* for people */
} PzLearnPicture;

void pz_learn_picture_free (PzLearnPicture *picture);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PzLearnPicture, pz_learn_picture_free)

/* What a host read of a layer. (transfer full) */
PzLearnPicture *pz_learn_picture_new (const PzHostConcept *layer);

/* A picture's file. mask: a file of the same size, in which the thing is not black; PZ_LEARN_PICTURE_WHOLE; NULL or "" = what
 * is not transparent, else the thing that is found, else everything. seeker NULL = nothing is looked for. Takes as long as finding does. (transfer full), or NULL with what
 * gdk-pixbuf says, or BAD_FILE (a mask of another size). */
PzLearnPicture *
pz_learn_picture_open (const char *path, const char *mask, PzSeeker *seeker, GError **error);

/* A mask's file, for a picture of that size: as above. (transfer full) */
PzImage *pz_learn_picture_open_mask (const char *path, const PzImage *picture, GError **error);

/* Of an array of PzLearnPicture: there are masks, somebody drew all of them, and none was found. What is outside is not learned then. */
gboolean pz_learn_pictures_are_masked (const GPtrArray *pictures);

G_END_DECLS

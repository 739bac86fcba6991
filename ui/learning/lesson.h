/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A lesson on disk: pictures and masks in 8 bits, the choices of the user, and the engine's checkpoint. Learning always
 * reads these files, also the first time, so that a run that is continued later has bit-identical pictures. A lock
 * holds the folder while its process lives; a lesson whose folder no process holds can be continued.
 *
 * Thread: one at a time.
 */
#pragma once

#include "models/learn.h"
#include "ui/learning/learn-picture.h"

G_BEGIN_DECLS

typedef struct _PzLesson PzLesson;

/* All members are copied. */
typedef struct
{
  const char *title; /* the user's name for the thing or the people */
  const char *method; /* a PzLearnMethod's name */
  const char *class_word; /* what kind of thing it is; NULL or "" = not given */
  const char *model, *device; /* as in the settings; NULL = the default */
  guint64 seed;
  guint steps; /* 0 = the method's default */
  const char *const
    *people; /* the person in each picture, if the method learns people; otherwise NULL */
  const char
    *names; /* one name per line, among which people are searched for; NULL = the known names */
  const char *features; /* a name of pz_learn_features_name (); NULL = the default */
  const char *
    out; /* where it is saved: a file, for people a folder; NULL = the user's concepts folder */
} PzLessonParams;

/* Creates a folder for the lesson with all pictures, at most PZ_LEARN_MAX_PICTURES of PzLearnPicture. NULL + G_IO_ERROR
 * or G_FILE_ERROR if it cannot be written; then no files are left. (transfer full) */
PzLesson *
pz_lesson_new (const PzLessonParams *params, const GPtrArray *pictures, GError **error);

/* The lessons that were begun by processes that have ended, oldest first; other leftovers are removed. The caller holds
 * them from now on. (transfer full) array of PzLesson, never NULL; freeing it leaves the files where they are. */
GPtrArray *pz_lesson_find (void);

const PzLessonParams *pz_lesson_get_params (const PzLesson *lesson);
/* Its masks were drawn: what is outside them is not learned. */
gboolean pz_lesson_is_masked (const PzLesson *lesson);
/* It has a checkpoint: discarding it would lose progress. */
gboolean pz_lesson_has_begun (const PzLesson *lesson);
guint pz_lesson_get_n_pictures (const PzLesson *lesson);
/* The path of its checkpoint, even if the file does not exist yet. (transfer none) */
const char *pz_lesson_get_checkpoint (const PzLesson *lesson);
/* A picture as it is learned from. mask: (out) (transfer full), NULL = everything. (transfer full) */
PzImage *pz_lesson_load (const PzLesson *lesson, guint index, PzImage **mask, GError **error);

/* Removes the folder, because the lesson was learned or is not wanted. Frees the lesson. */
void pz_lesson_discard (PzLesson *lesson);
/* Releases the folder, which a later dialog will find. Frees the lesson. */
void pz_lesson_leave (PzLesson *lesson);

G_END_DECLS

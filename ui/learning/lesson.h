/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What is to be learned, on disk: pictures and masks in 8 bits, the choices made, and the engine's checkpoint. It is learned
 * from these files, also the first time, so that who goes on later has the same pictures to the bit. The folder is held
 * while its process lives; one that nobody holds can be gone on with.
 *
 * Thread: one at a time.
 */
#pragma once

#include "models/learn.h"
#include "ui/learning/learn-picture.h"

G_BEGIN_DECLS

typedef struct _PzLesson PzLesson;

/* All copied. */
typedef struct
{
  const char *title; /* what the user calls it, or them */
  const char *method; /* a PzLearnMethod's name */
  const char *class_word; /* what it is one of; NULL or "" = not said */
  const char *model, *device; /* as in the settings; NULL = the default */
  guint64 seed;
  guint steps; /* 0 = the method's */
  const char *const
    *people; /* who each picture shows, where the method learns people; else NULL */
  const char *
    names; /* a text of names, one a line, among which people are looked for; NULL = known ones */
  const char *features; /* a name of pz_learn_features_name (); NULL = the default */
  const char
    *out; /* where it is saved: a file, of people a folder; NULL = the user's concepts folder */
} PzLessonParams;

/* A folder for it with all pictures, at most PZ_LEARN_MAX_PICTURES of PzLearnPicture; NULL + G_IO_ERROR, and nothing is left, when that
 * cannot be written. (transfer full) */
PzLesson *
pz_lesson_new (const PzLessonParams *params, const GPtrArray *pictures, GError **error);

/* Those of processes that are gone, that had begun, oldest first; others are removed. They are held from now on. (transfer
 * full) array of PzLesson, never NULL; freeing it leaves the files where they are. */
GPtrArray *pz_lesson_find (void);

const PzLessonParams *pz_lesson_get_params (const PzLesson *lesson);
/* Its masks were drawn: what is outside is not learned. */
gboolean pz_lesson_is_masked (const PzLesson *lesson);
/* It has a checkpoint: something would be lost with it. */
gboolean pz_lesson_has_begun (const PzLesson *lesson);
guint pz_lesson_get_n_pictures (const PzLesson *lesson);
/* Where its checkpoint is, or will be. (transfer none) */
const char *pz_lesson_get_checkpoint (const PzLesson *lesson);
/* As they are learned from. mask: (out) (transfer full), NULL = everything. (transfer full) */
PzImage *pz_lesson_load (const PzLesson *lesson, guint index, PzImage **mask, GError **error);

/* Learned, or nobody wants it: removes the folder. */
void pz_lesson_discard (PzLesson *lesson);
/* Lets go of the folder; a later dialog finds it. */
void pz_lesson_leave (PzLesson *lesson);

G_END_DECLS

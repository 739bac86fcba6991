/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ui/learning/lesson.h"

#include "ui/learning/known-names.h"
#include "ui/store/held-folder.h"
#include "ui/store/picture-file.h"

#define BASE "learning"
#define PARAMS_NAME "lesson.ini"
#define NAMES_NAME "names.txt"
#define CHECKPOINT_NAME "checkpoint"
#define GROUP "Lesson"

struct _PzLesson
{
  PzHeldFolder *folder;
  PzLessonParams params; /* its strings are owned */
  gboolean masked;
  char *checkpoint;
  guint n_pictures;
};

/* The strings that are stored under their names. */
static const struct
{
  const char *key;
  gsize offset;
} texts[] = {
  { "title", G_STRUCT_OFFSET (PzLessonParams, title) },
  { "method", G_STRUCT_OFFSET (PzLessonParams, method) },
  { "class_word", G_STRUCT_OFFSET (PzLessonParams, class_word) },
  { "model", G_STRUCT_OFFSET (PzLessonParams, model) },
  { "device", G_STRUCT_OFFSET (PzLessonParams, device) },
  { "features", G_STRUCT_OFFSET (PzLessonParams, features) },
  { "out", G_STRUCT_OFFSET (PzLessonParams, out) },
};

#define TEXT(params, i) G_STRUCT_MEMBER (const char *, params, texts[i].offset)

static PzLesson *
lesson_new (PzHeldFolder *folder)
{
  PzLesson *lesson = g_new0 (PzLesson, 1);

  lesson->folder = folder;
  lesson->checkpoint = pz_held_folder_file (folder, CHECKPOINT_NAME);
  return lesson;
}

static void
lesson_free (PzLesson *lesson)
{
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    g_free ((char *) TEXT (&lesson->params, i));
  g_free ((char *) lesson->params.names);
  g_strfreev ((char **) lesson->params.people);
  g_free (lesson->checkpoint);
  g_free (lesson);
}

void
pz_lesson_discard (PzLesson *lesson)
{
  pz_held_folder_remove (lesson->folder);
  lesson_free (lesson);
}

void
pz_lesson_leave (PzLesson *lesson)
{
  pz_held_folder_leave (lesson->folder);
  lesson_free (lesson);
}

/* ---- the choices ---- */

static gboolean
save_names (const PzLesson *lesson, GError **error)
{
  g_autofree char *path = pz_held_folder_file (lesson->folder, NAMES_NAME);

  return !lesson->params.names || g_file_set_contents (path, lesson->params.names, -1, error);
}

static gboolean
save_params (const PzLesson *lesson, GError **error)
{
  const PzLessonParams *params = &lesson->params;
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autofree char *path = pz_held_folder_file (lesson->folder, PARAMS_NAME);

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    if (TEXT (params, i))
      g_key_file_set_string (file, GROUP, texts[i].key, TEXT (params, i));
  if (params->people)
    g_key_file_set_string_list (file, GROUP, "people", params->people,
                                g_strv_length ((char **) params->people));
  g_key_file_set_uint64 (file, GROUP, "seed", params->seed);
  g_key_file_set_uint64 (file, GROUP, "steps", params->steps);
  g_key_file_set_boolean (file, GROUP, "masked", lesson->masked);
  return save_names (lesson, error) && g_key_file_save_to_file (file, path, error);
}

/* FALSE = they are missing or invalid. */
static gboolean
load_params (PzLesson *lesson)
{
  PzLessonParams *params = &lesson->params;
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autofree char *path = pz_held_folder_file (lesson->folder, PARAMS_NAME);
  g_autofree char *names = pz_held_folder_file (lesson->folder, NAMES_NAME);

  if (!g_key_file_load_from_file (file, path, G_KEY_FILE_NONE, NULL))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    TEXT (params, i) = g_key_file_get_string (file, GROUP, texts[i].key, NULL);
  params->people =
    (const char *const *) g_key_file_get_string_list (file, GROUP, "people", NULL, NULL);
  g_file_get_contents (names, (char **) &params->names, NULL, NULL);
  params->seed = g_key_file_get_uint64 (file, GROUP, "seed", NULL);
  params->steps = (guint) g_key_file_get_uint64 (file, GROUP, "steps", NULL);
  lesson->masked = g_key_file_get_boolean (file, GROUP, "masked", NULL);
  return params->title && params->method && pz_learn_method_find (params->method);
}

const PzLessonParams *
pz_lesson_get_params (const PzLesson *lesson)
{
  return &lesson->params;
}

gboolean
pz_lesson_is_masked (const PzLesson *lesson)
{
  return lesson->masked;
}

const char *
pz_lesson_get_checkpoint (const PzLesson *lesson)
{
  return lesson->checkpoint;
}

gboolean
pz_lesson_has_begun (const PzLesson *lesson)
{
  return g_file_test (lesson->checkpoint, G_FILE_TEST_IS_REGULAR);
}

/* ---- the pictures ---- */

static char *
picture_path (const PzLesson *lesson, guint index, const char *what)
{
  g_autofree char *name = g_strdup_printf ("%02u%s.png", index + 1, what);

  return pz_held_folder_file (lesson->folder, name);
}

/* Faces are found by a separate network, and a face may lie outside the mask of the subject that was found. */
static gboolean
looks_at_faces (const PzLessonParams *params)
{
  return params->people
         && (!params->features || g_str_equal (params->features, pz_learn_features_name (0)));
}

static gboolean
add (PzLesson *lesson, const PzLearnPicture *picture, GError **error)
{
  g_autofree char *path = picture_path (lesson, lesson->n_pictures, "");
  g_autofree char *mask_path = picture_path (lesson, lesson->n_pictures, "-mask");
  const gboolean masks = !(picture->found && looks_at_faces (&lesson->params));

  if (!pz_picture_file_save (path, picture->image, NULL, error)
      || (picture->mask && masks
          && !pz_picture_file_save (mask_path, picture->mask, NULL, error)))
    return FALSE;
  lesson->n_pictures++;
  return TRUE;
}

guint
pz_lesson_get_n_pictures (const PzLesson *lesson)
{
  return lesson->n_pictures;
}

PzImage *
pz_lesson_load (const PzLesson *lesson, guint index, PzImage **mask, GError **error)
{
  g_autofree char *path = picture_path (lesson, index, "");
  g_autofree char *mask_path = picture_path (lesson, index, "-mask");

  *mask = NULL;
  if (g_file_test (mask_path, G_FILE_TEST_EXISTS)
      && !(*mask = pz_picture_file_load_mask (mask_path, error)))
    return NULL;
  return pz_picture_file_load (path, NULL, error);
}

/* ---- new lessons ---- */

/* Copies the strings too. */
static void
copy_params (PzLesson *lesson, const PzLessonParams *params)
{
  lesson->params = *params;
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    TEXT (&lesson->params, i) = g_strdup (TEXT (params, i));
  if (params->people)
    lesson->params.names = g_strdup (params->names ? params->names : pz_known_names ());
  lesson->params.people = (const char *const *) g_strdupv ((char **) params->people);
}

PzLesson *
pz_lesson_new (const PzLessonParams *params, const GPtrArray *pictures, GError **error)
{
  PzHeldFolder *folder = pz_held_folder_new (BASE);
  PzLesson *lesson;
  gboolean saved;

  if (!folder)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED,
                   "%s/gimp-personalize: expected a folder that can be written, found none",
                   g_get_user_data_dir ());
      return NULL;
    }
  lesson = lesson_new (folder);
  copy_params (lesson, params);
  lesson->masked = pz_learn_pictures_are_masked (pictures);
  saved = save_params (lesson, error);
  for (guint i = 0; saved && i < pictures->len; i++)
    saved = add (lesson, pictures->pdata[i], error);
  if (saved)
    return lesson;
  pz_lesson_discard (lesson);
  return NULL;
}

/* ---- lessons of processes that have ended ---- */

static guint
count_pictures (const PzLesson *lesson)
{
  for (guint n = 0;; n++)
    {
      g_autofree char *path = picture_path (lesson, n, "");

      if (!g_file_test (path, G_FILE_TEST_IS_REGULAR))
        return n;
    }
}

GPtrArray *
pz_lesson_find (void)
{
  g_autoptr (GPtrArray) folders = pz_held_folder_find (BASE);
  GPtrArray *found = g_ptr_array_new_with_free_func ((GDestroyNotify) pz_lesson_leave);

  while (folders->len > 0)
    {
      PzLesson *lesson = lesson_new (g_ptr_array_steal_index (folders, 0));

      lesson->n_pictures = count_pictures (lesson);
      if (load_params (lesson) && lesson->n_pictures > 0 && pz_lesson_has_begun (lesson))
        g_ptr_array_add (found, lesson);
      else
        pz_lesson_discard (lesson);
    }
  return found;
}

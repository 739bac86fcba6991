/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ui/concepts/library.h"

#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>

#include "models/learn.h"
#include "models/learned.h"
#include "models/saved-concepts.h"

/* ---- items ---- */

PzLibraryItem *
pz_library_item_ref (PzLibraryItem *item)
{
  return g_atomic_rc_box_acquire (item);
}

static void
clear_item (gpointer data)
{
  PzLibraryItem *item = data;

  g_free (item->path);
  g_free (item->title);
  g_free (item->method);
  g_free (item->model);
  g_free (item->key_words);
  g_clear_pointer (&item->thumbnail, pz_image_unref);
  g_free (item->problem);
}

void
pz_library_item_unref (PzLibraryItem *item)
{
  g_atomic_rc_box_release_full (item, clear_item);
}

static gboolean
contains (const char *text, const char *folded_part)
{
  g_autofree char *folded = text ? g_utf8_casefold (text, -1) : NULL;

  return folded && strstr (folded, folded_part);
}

gboolean
pz_library_item_matches (const PzLibraryItem *item, const char *text)
{
  g_autofree char *folded = g_utf8_casefold (text, -1);

  return contains (item->title, folded) || contains (item->method, folded)
         || contains (item->model, folded);
}

char *
pz_library_item_describe (const PzLibraryItem *item)
{
  g_autoptr (GDateTime) changed = g_date_time_new_from_unix_local (item->modified_s);
  g_autofree char *date = changed ? g_date_time_format (changed, "%x") : NULL;
  g_autofree char *size = g_format_size (item->size_bytes);
  const char *const all[] = { item->method, item->model, date, size };
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (all); i++)
    if (all[i])
      g_string_append_printf (text, "%s%s", text->len ? " · " : "", all[i]);
  return g_string_free_and_steal (text);
}

/* ---- reading ---- */

typedef struct
{
  PzModelInfo *model; /* NULL = none is open */
  char *beside;
} Question;

static void
question_free (gpointer data)
{
  Question *question = data;

  g_clear_pointer (&question->model, pz_model_info_free);
  g_free (question->beside);
  g_free (question);
}

/* Methods that encode a picture directly, without learning. */
static const struct
{
  const char *name, *title;
} encoders[] = {
  { "elite", "ELITE" },
  { "ip-adapter", "IP-Adapter" },
  { "ip-adapter-plus", "IP-Adapter Plus" },
};

/* (transfer full) */
static char *
title_of_method (const char *name)
{
  const PzLearnMethod *method = name ? pz_learn_method_find (name) : NULL;

  for (guint i = 0; i < G_N_ELEMENTS (encoders); i++)
    if (g_strcmp0 (encoders[i].name, name) == 0)
      return g_strdup (encoders[i].title);
  return g_strdup (method ? method->title : name ? name : _ ("Concept"));
}

/* Why it cannot be used with that model; NULL = it can. (transfer full) */
static char *
describe_misfit (PzConceptFit fit, const char *made_with, const PzModelInfo *model)
{
  if (fit == PZ_CONCEPT_FITS)
    return NULL;
  if (fit == PZ_CONCEPT_OTHER_WIDTH)
    /* Translators: the name of the model that is chosen. */
    return g_strdup_printf (_ ("For another family of models than %s."), model->name);
  return made_with && !g_str_equal (made_with, model->name)
           /* Translators: the name of the model it was made with, and of the one that is chosen. */
           ? g_strdup_printf (
               _ ("Made with %s, not with %s: choose that model, or learn it again."),
               made_with, model->name)
           : g_strdup_printf (
               _ ("Made with another model than %s: choose that model, or learn it again."),
               model->name);
}

/* The engine's message without the leading path, because a row has little space. (transfer full) */
static char *
describe_unreadable (const char *problem, const char *path)
{
  const gsize n = strlen (path);
  const gboolean begins =
    g_str_has_prefix (problem, path) && g_str_has_prefix (problem + n, ": ");

  return g_strdup_printf (_ ("It cannot be read: %s"), begins ? problem + n + 2 : problem);
}

static PzLibraryItem *
item_of_concept (const PzSavedConcept *saved, const PzModelInfo *model)
{
  PzLibraryItem *item = g_atomic_rc_box_new0 (PzLibraryItem);
  const PzConceptHome home = { saved->model, saved->elite, saved->width };
  const PzConceptFit fit = model ? pz_concept_fit (&home, model) : PZ_CONCEPT_FITS;

  *item = (PzLibraryItem) {
    .kind = PZ_LIBRARY_CONCEPT,
    .path = g_strdup (saved->path),
    .title = g_strdup (saved->title),
    .method = title_of_method (saved->method),
    .model = g_strdup (saved->model_name),
    .size_bytes = saved->size_bytes,
    .modified_s = saved->modified_s,
    .thumbnail = saved->thumbnail ? pz_image_ref (saved->thumbnail) : NULL,
    .renames = !saved->problem,
    .problem = saved->problem ? describe_unreadable (saved->problem, saved->path)
                              : describe_misfit (fit, saved->model_name, model),
  };
  return item;
}

static const struct
{
  PzLibraryKind kind;
  const char *title;
} kinds[] = {
  [PZ_LEARNED_WORDS] = { PZ_LIBRARY_WORD, N_ ("Learned word") },
  [PZ_LEARNED_ADAPTER] = { PZ_LIBRARY_ADAPTER, N_ ("Text encoder adapter") },
  [PZ_LEARNED_ENCODING] = { PZ_LIBRARY_ENCODING, N_ ("Encoded prompt") },
  [PZ_LEARNED_LORA] = { PZ_LIBRARY_LORA, N_ ("LoRA") },
};

/* The size of a file, or of the files in a folder. */
static void
measure (PzLibraryItem *item)
{
  g_autoptr (GDir) dir = g_dir_open (item->path, 0, NULL);
  GStatBuf status;
  const char *name;

  if (g_stat (item->path, &status) != 0)
    return;
  item->modified_s = status.st_mtime;
  item->size_bytes = dir ? 0 : (guint64) status.st_size;
  while (dir && (name = g_dir_read_name (dir)))
    {
      g_autofree char *path = g_build_filename (item->path, name, NULL);

      if (g_stat (path, &status) == 0 && S_ISREG (status.st_mode))
        item->size_bytes += (guint64) status.st_size;
    }
}

/* The name of a learned word may be stored inside its file instead. */
static gboolean
is_named_by_file (const PzLearnedInfo *info)
{
  g_autofree char *name = g_path_get_basename (info->path);

  return info->kind != PZ_LEARNED_WORDS || g_str_has_prefix (name, info->name);
}

static PzLibraryItem *
item_of_learned (const PzLearnedInfo *info, const PzModelInfo *model)
{
  PzLibraryItem *item = g_atomic_rc_box_new0 (PzLibraryItem);
  const PzConceptHome home = { .width = info->width };
  const PzConceptFit fit = model ? pz_concept_fit (&home, model) : PZ_CONCEPT_FITS;

  *item = (PzLibraryItem) {
    .kind = kinds[info->kind].kind,
    .path = g_strdup (info->path),
    .title = g_strdup (info->name),
    .method = g_strdup (_ (kinds[info->kind].title)),
    .key_words = g_strdup (info->key_words),
    .renames = !info->problem && is_named_by_file (info),
    .problem = info->problem ? describe_unreadable (info->problem, info->path)
                             : describe_misfit (fit, NULL, model),
  };
  measure (item);
  return item;
}

static gint
compare (gconstpointer a, gconstpointer b)
{
  const PzLibraryItem *one = *(PzLibraryItem *const *) a, *other = *(PzLibraryItem *const *) b;

  return one->kind != other->kind ? (gint) one->kind - (gint) other->kind
                                  : g_utf8_collate (one->title, other->title);
}

static void
read_all (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const Question *question = data;
  const PzModelInfo *model = question->model;
  g_autoptr (GPtrArray) saved = pz_saved_concepts_find ();
  g_autoptr (GPtrArray) learned =
    pz_learned_find (model ? model->path : NULL, question->beside);
  GPtrArray *items = g_ptr_array_new_with_free_func ((GDestroyNotify) pz_library_item_unref);

  (void) source;
  (void) cancellable;
  for (guint i = 0; i < saved->len; i++)
    g_ptr_array_add (items, item_of_concept (saved->pdata[i], model));
  for (guint i = 0; i < learned->len; i++)
    g_ptr_array_add (items, item_of_learned (learned->pdata[i], model));
  g_ptr_array_sort (items, compare);
  g_task_return_pointer (task, items, (GDestroyNotify) g_ptr_array_unref);
}

void
pz_library_read_async (const PzModelInfo *model,
                       const char *beside,
                       GCancellable *cancellable,
                       GAsyncReadyCallback done,
                       gpointer data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, done, data);
  Question *question = g_new0 (Question, 1);

  question->model = model ? pz_model_info_copy (model) : NULL;
  question->beside = g_strdup (beside);
  g_task_set_task_data (task, question, question_free);
  g_task_run_in_thread (task, read_all);
}

GPtrArray *
pz_library_read_finish (GAsyncResult *result)
{
  return g_task_propagate_pointer (G_TASK (result), NULL);
}

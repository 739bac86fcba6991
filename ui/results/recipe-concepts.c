/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ui/results/recipe-concepts.h"

#include <math.h>

#include "models/saved-concepts.h"
#include "ui/settings.h"

#define DIGITS 12 /* of the hash, shown for a concept without a name */

/* A concept as the recipe describes it. */
typedef struct
{
  char *sha256; /* NULL = it was encoded from a layer */
  char *name, *method; /* may be NULL */
  gdouble fidelity; /* NAN = the recipe's fidelity for all concepts */
} Wanted;

static void
wanted_clear (gpointer data)
{
  Wanted *wanted = data;

  g_free (wanted->sha256);
  g_free (wanted->name);
  g_free (wanted->method);
}

void
pz_recipe_concepts_free (PzRecipeConcepts *found)
{
  g_strfreev (found->concepts);
  g_clear_pointer (&found->fidelities, g_array_unref);
  g_strfreev (found->gone);
  g_strfreev (found->changed);
  g_free (found);
}

static char *
text_of (JsonObject *object, const char *member)
{
  JsonNode *node = json_object_get_member (object, member);

  return node && json_node_get_value_type (node) == G_TYPE_STRING
           ? g_strdup (json_node_get_string (node))
           : NULL;
}

static void
read_one (GArray *all, JsonNode *node)
{
  JsonObject *object = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
  JsonNode *fidelity = object ? json_object_get_member (object, "fidelity") : NULL;
  Wanted wanted = { .fidelity = (gdouble) NAN };

  if (object)
    {
      wanted.sha256 = text_of (object, "sha256");
      wanted.name = text_of (object, "name");
      wanted.method = text_of (object, "method");
    }
  if (fidelity && JSON_NODE_HOLDS_VALUE (fidelity))
    wanted.fidelity = json_node_get_double (fidelity);
  g_array_append_val (all, wanted);
}

/* (transfer full) array of Wanted */
static GArray *
read_wanted (const PzRecipeReader *reader)
{
  GArray *all = g_array_new (FALSE, FALSE, sizeof (Wanted));
  const guint n = MIN (pz_recipe_reader_count (reader, "concepts"), PZ_MAX_CONCEPTS);
  JsonArray *array =
    n > 0 ? json_object_get_array_member (pz_recipe_reader_get_object (reader), "concepts")
          : NULL;

  g_array_set_clear_func (all, wanted_clear);
  for (guint i = 0; i < n; i++)
    read_one (all, json_array_get_element (array, i));
  return all;
}

/* ---- searching the saved concepts ---- */

static gboolean
is_called (const PzSavedConcept *saved, const Wanted *wanted)
{
  return wanted->name
         && (g_strcmp0 (saved->name, wanted->name) == 0
             || g_strcmp0 (saved->title, wanted->name) == 0);
}

static gboolean
has_hash (const PzSavedConcept *saved, const char *sha256)
{
  g_autoptr (PzConcept) concept = pz_concept_load (saved->path, NULL);
  g_autofree char *hash = concept ? pz_concept_hash (concept) : NULL;

  return g_strcmp0 (hash, sha256) == 0;
}

/* Tries concepts of that name first, because computing a hash reads the whole file. (transfer none), NULL = not found. */
static const PzSavedConcept *
find_same (GPtrArray *saved, const Wanted *wanted)
{
  for (guint pass = 0; pass < 2; pass++)
    for (guint i = 0; i < saved->len; i++)
      {
        const PzSavedConcept *one = saved->pdata[i];

        if (is_called (one, wanted) == (pass == 0) && !one->problem
            && g_strcmp0 (one->method, wanted->method) == 0 && has_hash (one, wanted->sha256))
          return one;
      }
  return NULL;
}

static const PzSavedConcept *
find_namesake (GPtrArray *saved, const Wanted *wanted)
{
  for (guint i = 0; i < saved->len; i++)
    {
      const PzSavedConcept *one = saved->pdata[i];

      if (is_called (one, wanted) && !one->problem
          && g_strcmp0 (one->method, wanted->method) == 0)
        return one;
    }
  return NULL;
}

typedef struct
{
  GStrvBuilder *concepts, *gone, *changed;
} Lists;

static void
find_one (GPtrArray *saved, const Wanted *wanted, Lists *lists)
{
  const PzSavedConcept *same = wanted->sha256 ? find_same (saved, wanted) : NULL;
  const PzSavedConcept *namesake =
    wanted->sha256 && !same ? find_namesake (saved, wanted) : NULL;
  const PzSavedConcept *taken = same ? same : namesake;

  if (!wanted->sha256)
    g_strv_builder_add (lists->concepts, PZ_CONCEPT_LAYER);
  else if (taken)
    g_strv_builder_take (lists->concepts, g_path_get_basename (taken->path));
  else
    {
      char *name = wanted->name ? g_strdup (wanted->name) : g_strndup (wanted->sha256, DIGITS);

      g_strv_builder_add (lists->gone, name);
      g_strv_builder_take (lists->concepts, name);
    }
  if (namesake)
    g_strv_builder_add (lists->changed, wanted->name);
}

static void
find_all (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const GArray *wanted = data;
  g_autoptr (GPtrArray) saved = pz_saved_concepts_find ();
  g_autoptr (GStrvBuilder) concepts = g_strv_builder_new (), gone = g_strv_builder_new (),
                           changed = g_strv_builder_new ();
  Lists lists = { concepts, gone, changed };
  g_autoptr (GArray) fidelities = g_array_new (FALSE, FALSE, sizeof (gdouble));
  PzRecipeConcepts *found = g_new0 (PzRecipeConcepts, 1);

  (void) source;
  (void) cancellable;
  for (guint i = 0; i < wanted->len; i++)
    {
      const Wanted *one = &g_array_index (wanted, Wanted, i);

      find_one (saved, one, &lists);
      if (!isnan (one->fidelity))
        g_array_append_val (fidelities, one->fidelity);
    }
  if (fidelities->len > 0 && fidelities->len == wanted->len)
    found->fidelities = g_steal_pointer (&fidelities);
  found->concepts = g_strv_builder_end (concepts);
  found->gone = g_strv_builder_end (gone);
  found->changed = g_strv_builder_end (changed);
  g_task_return_pointer (task, found, (GDestroyNotify) pz_recipe_concepts_free);
}

void
pz_recipe_concepts_find_async (const PzRecipeReader *reader,
                               GCancellable *cancellable,
                               GAsyncReadyCallback done,
                               gpointer data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, done, data);

  g_task_set_task_data (task, read_wanted (reader), (GDestroyNotify) g_array_unref);
  g_task_run_in_thread (task, find_all);
}

PzRecipeConcepts *
pz_recipe_concepts_find_finish (GAsyncResult *result)
{
  return g_task_propagate_pointer (G_TASK (result), NULL);
}

/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cli/learn-people.h"

#include <string.h>

#include "cli/concept-output.h"
#include "cli/output-file.h"
#include "models/files/people-file.h"

/* ---- options ---- */

static gboolean
split_people (PzLearnOptions *o, GError **error)
{
  const guint n = o->images != NULL ? g_strv_length (o->images) : 0;

  if (n == 0)
    return pz_bad_option (error, "--person", "TOKEN=FILE, a name and a picture", "none");
  o->people = g_new0 (char *, n + 1);
  for (guint i = 0; i < n; i++)
    {
      const char *sign = strchr (o->images[i], '=');
      char *file;

      if (sign == NULL || sign == o->images[i] || sign[1] == '\0')
        return pz_bad_option (error, "--person", "TOKEN=FILE, a name and a picture",
                              o->images[i]);
      o->people[i] = g_strndup (o->images[i], (gsize) (sign - o->images[i]));
      file = g_strdup (sign + 1);
      g_free (o->images[i]);
      o->images[i] = file;
      if (!pz_concept_check_name (o->people[i], error))
        return FALSE;
    }
  o->params.people = (const char *const *) o->people;
  return TRUE;
}

static gboolean
check_features (const PzLearnOptions *o, GError **error)
{
  g_autoptr (GString) names = g_string_new (NULL);

  for (guint i = 0; pz_learn_features_name (i) != NULL; i++)
    {
      if (o->features == NULL || g_str_equal (o->features, pz_learn_features_name (i)))
        return TRUE;
      g_string_append_printf (names, "%s%s", i > 0 ? ", " : "", pz_learn_features_name (i));
    }
  return pz_bad_option (error, "--features", names->str, o->features);
}

gboolean
pz_learn_people_understand (PzLearnOptions *o, GError **error)
{
  if (o->thing_names != NULL)
    return pz_bad_option (error, "--name", "none: each --person has one", o->thing_names[0]);
  if ((o->basis == NULL) == (o->names == NULL))
    return pz_bad_option (error, "--basis", "a basis, or --names to make one of",
                          o->basis == NULL ? "none" : "both");
  o->params.features = o->features;
  o->params.recognizer = o->recognizer;
  if (o->recognizer != NULL && o->features != NULL && !g_str_equal (o->features, "face"))
    return pz_bad_option (error, "--recognizer", "none: faces are not used", o->recognizer);
  if (o->layer != NULL)
    {
      o->loaded_layer = pz_people_layer_load (o->layer, error);
      if (o->loaded_layer == NULL)
        return FALSE;
      o->params.layer = o->loaded_layer;
    }
  return check_features (o, error) && split_people (o, error);
}

gboolean
pz_learn_people_are_faces (const PzLearnOptions *o)
{
  return o->people != NULL && (o->features == NULL || g_str_equal (o->features, "face"));
}

gboolean
pz_learn_people_load_basis (PzLearnOptions *o, const char *beside, GError **error)
{
  if (o->basis != NULL)
    o->loaded_basis = pz_basis_load (o->basis, error);
  else
    {
      if (o->model == NULL)
        o->model = pz_model_find_first (beside, error);
      if (o->model != NULL)
        o->loaded_basis =
          pz_basis_new (o->model, (const char *const *) o->name_lines, pz_interrupt (), error);
    }
  o->params.basis = o->loaded_basis;
  return o->loaded_basis != NULL;
}

/* ---- output ---- */

/* For the functions that write one file of the folder. */
typedef struct
{
  const PzLearnOptions *options;
  GPtrArray *concepts;
  const PzPeopleLayer *layer;
  PzConcept *concept; /* one of them, for a file about one person */
} Job;

static gboolean
make_all (const char *path, gpointer data, GError **error)
{
  const Job *job = data;

  return pz_people_file_save_all ((PzConcept *const *) job->concepts->pdata, job->concepts->len,
                                  job->layer, path, error);
}

static gboolean
make_basis (const char *path, gpointer data, GError **error)
{
  return pz_basis_save (((const Job *) data)->options->loaded_basis, path, error);
}

static gboolean
make_coefficients (const char *path, gpointer data, GError **error)
{
  return pz_people_file_save_coefficients (((const Job *) data)->concept, path, error);
}

static gboolean
make_words (const char *path, gpointer data, GError **error)
{
  return pz_people_file_save_words (((const Job *) data)->concept, path, error);
}

/* Takes ownership of the file's name. */
static gboolean
write_file (Job *job, char *name, PzOutputFunc make, GError **error)
{
  g_autofree char *owned = name;
  g_autofree char *path = g_build_filename (job->options->out, owned, NULL);

  return pz_output_make (path, job->options->replaces, make, job, error);
}

static gboolean
write_person (Job *job, guint index, GError **error)
{
  const char *name = pz_concept_get_name (job->concepts->pdata[index]);
  g_autofree char *file = g_strconcat (name, PZ_CONCEPT_ENDING, NULL);
  g_autofree char *path =
    g_build_filename (job->options->out, g_strdelimit (file, G_DIR_SEPARATOR_S, '-'), NULL);

  job->concept = job->concepts->pdata[index];
  return pz_concept_output_save (job->concept, path, job->options->replaces, error)
         && write_file (job, g_strdup_printf ("id_coefficient_%03u.pt", index),
                        make_coefficients, error)
         && write_file (job, g_strdup_printf ("id_embedding_%03u.pt", index), make_words,
                        error);
}

gboolean
pz_learn_people_write (const PzLearnOptions *o,
                       GPtrArray *concepts,
                       const PzPeopleLayer *layer,
                       guint steps,
                       GError **error)
{
  Job job = { .options = o, .concepts = concepts, .layer = layer };

  if (g_str_has_suffix (o->out, PZ_CONCEPT_ENDING))
    return pz_concept_output_write (concepts->pdata[0], o->out, o->replaces, error);
  for (guint i = 0; i < concepts->len; i++)
    if (!write_person (&job, i, error))
      return FALSE;
  /* Named after the last step, counted from 0, as in the authors' code. */
  return write_file (&job, g_strdup (PZ_PEOPLE_BASIS_FILE), make_basis, error)
         && write_file (&job, g_strdup_printf ("embeddings_gs-%u.pt", MAX (steps, 1) - 1),
                        make_all, error);
}

/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "models/tasks/learn-params.h"

#include <json-glib/json-glib.h>
#include <math.h>
#include <string.h>

#include "models/tasks/learn-captions.h"
#include "models/tasks/learn-data.h"

/* ---- checks ---- */

/* "textual-inversion, cross-initialization": all there are. (transfer full) */
static char *
list_names (const char *(*name_of) (guint index))
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; name_of (i) != NULL; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? ", " : "", name_of (i));
  return g_string_free_and_steal (text);
}

static const char *
method_name (guint index)
{
  const PzLearnMethod *method = pz_learn_method (index);

  return method != NULL ? method->name : NULL;
}

static gboolean
refuse (GError **error, const char *what, const char *expected, const char *found)
{
  g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_INPUT, "%s: expected %s, found %s", what, expected,
               found);
  return FALSE;
}

static gboolean
check_method (const PzLearnParams *params, const PzLearner **learner, GError **error)
{
  g_autofree char *names = list_names (method_name);
  g_autofree char *expected = g_strdup_printf ("one of %s", names);

  *learner = params->method != NULL ? pz_learner_find (params->method) : NULL;
  return *learner != NULL
         || refuse (error, "method", expected,
                    params->method != NULL ? params->method : "none");
}

static gboolean
check_range (const char *what, double value, double least, double most, GError **error)
{
  g_autofree char *expected = g_strdup_printf ("%g to %g", least, most);
  g_autofree char *found = g_strdup_printf ("%g", value);

  return (value >= least && value <= most) || refuse (error, what, expected, found);
}

/* Not a token already: the word would be written over one that means something. */
static gboolean
check_name (const char *name, const PzModelFolder *model, GError **error)
{
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (guint));

  if (!pz_concept_check_name (name != NULL ? name : "", error))
    return FALSE;
  pz_tokenizer_encode (model->tokenizer, name, -1, ids);
  return ids->len != 1 || refuse (error, "name", "one that is no word of the vocabulary", name);
}

/* One each, and each one's own. */
static gboolean
check_people (const PzLearnParams *params, const PzModelFolder *model, GError **error)
{
  const guint n = params->people != NULL ? g_strv_length ((char **) params->people) : 0;

  if (n != params->n_images || n > PZ_LEARN_MAX_PEOPLE)
    {
      g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_INPUT,
                   "people: expected 1 to %d with a picture each, found %u and %u picture%s",
                   PZ_LEARN_MAX_PEOPLE, n, params->n_images, params->n_images == 1 ? "" : "s");
      return FALSE;
    }
  for (guint i = 0; i < n; i++)
    {
      if (!check_name (params->people[i], model, error))
        return FALSE;
      for (guint j = 0; j < i; j++)
        if (g_ascii_strcasecmp (params->people[i], params->people[j]) == 0)
          return refuse (error, "people", "a name of its own for each", params->people[i]);
    }
  return TRUE;
}

static gboolean
check_names (const PzLearner *learner,
             const PzLearnParams *params,
             const PzModelFolder *model,
             GError **error)
{
  if (learner->method.trains == PZ_TRAINS_PEOPLE)
    return check_people (params, model, error);
  return check_name (params->name, model, error);
}

/* What methods without --vectors learn. */
static const char *const fixed_vectors[] = {
  [PZ_TRAINS_PREFIX] = "none: this method learns an adapter",
  [PZ_TRAINS_ELITE] = "none: this method learns one word",
  [PZ_TRAINS_PEOPLE] = "none: this method learns two words of each person",
};

static gboolean
check_vectors (const PzLearner *learner, guint vectors, GError **error)
{
  if (learner->method.max_vectors > 0)
    return check_range ("vectors", vectors, 1, learner->method.max_vectors, error);
  return vectors == 0
         || refuse (error, "vectors", fixed_vectors[learner->method.trains], "some");
}

static gboolean
check_captions (const PzLearnParams *filled, GError **error)
{
  g_autofree char *names = list_names (pz_learn_templates_name);
  g_autofree char *expected = g_strdup_printf ("one of %s, or lines of one's own", names);
  g_autoptr (GPtrArray) lines = pz_learn_params_captions (filled);

  if (lines == NULL)
    return refuse (error, "templates", expected, filled->templates);
  return lines->len > 0 || refuse (error, "templates", "at least one line", "none");
}

static gboolean
check_size (const PzLearnParams *filled, const PzModelFolder *model, GError **error)
{
  const PzGenerateParams sized = {
    .prompt = "a",
    .width = filled->width,
    .height = filled->height,
    .guidance = -1.0,
    .fidelity = -1.0,
  };

  return pz_generate_params_check (&sized, &model->info, error);
}

gboolean
pz_learn_params_fill (const PzLearnParams *params,
                      const PzModelFolder *model,
                      PzLearnParams *filled,
                      const PzLearner **learner,
                      GError **error)
{
  const PzLearnMethod *method;
  guint n_things = 1;

  if (!check_method (params, learner, error))
    return FALSE;
  method = &(*learner)->method;
  if (method->trains == PZ_TRAINS_PEOPLE)
    n_things = CLAMP (params->n_images, 1, PZ_LEARN_MAX_PEOPLE);
  *filled = *params;
  filled->steps = params->steps != 0 ? params->steps : n_things * method->steps;
  filled->batch = params->batch != 0 ? params->batch : method->batch;
  filled->rate = params->rate != 0.0 ? params->rate : method->rate;
  filled->vectors = params->vectors != 0 ? params->vectors : method->vectors;
  filled->width = params->width != 0 ? params->width : model->info.width;
  filled->height = params->height != 0 ? params->height : model->info.height;
  filled->templates = params->templates;
  if (filled->templates == NULL)
    filled->templates = method->templates != NULL ? method->templates : "object";
  if (filled->features == NULL)
    filled->features = pz_learn_features_name (0);
  return check_range ("steps", filled->steps, 1, PZ_LEARN_MAX_STEPS, error)
         && check_range ("batch", filled->batch, 1, PZ_LEARN_MAX_BATCH, error)
         && check_range ("rate", filled->rate, PZ_LEARN_MIN_RATE, PZ_LEARN_MAX_RATE, error)
         && check_vectors (*learner, filled->vectors, error)
         && check_names (*learner, filled, model, error) && check_captions (filled, error)
         && check_size (filled, model, error) && pz_learn_data_check (filled, error);
}

GPtrArray *
pz_learn_params_captions (const PzLearnParams *filled)
{
  GPtrArray *lines;

  if (filled->captions == NULL)
    return pz_learn_captions_list (filled->templates);
  lines = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; filled->captions[i] != NULL; i++)
    g_ptr_array_add (lines, g_strdup (filled->captions[i]));
  return lines;
}

/* ---- what a run is ---- */

static void
add (GPtrArray *settings, const char *key, char *value)
{
  g_ptr_array_add (settings, g_strdup (key));
  g_ptr_array_add (settings, value);
}

/* Lists by their hash: they may be long, and private. (transfer full) */
static char *
hash_lines (const char *const *lines)
{
  g_autofree char *text = lines != NULL ? g_strjoinv ("\n", (char **) lines) : NULL;

  return text != NULL ? g_compute_checksum_for_string (G_CHECKSUM_SHA256, text, -1)
                      : g_strdup ("-");
}

static char *
text_or_none (const char *text)
{
  return g_strdup (text != NULL ? text : "-");
}

static char *
hash_basis (const PzBasis *basis)
{
  if (basis == NULL)
    return g_strdup ("-");
  return g_compute_checksum_for_data (G_CHECKSUM_SHA256, (const guchar *) basis->values,
                                      PZ_BASIS_N_WORDS * (gsize) (1 + basis->n_rows)
                                        * basis->width * sizeof (float));
}

/* Of what only some methods look at. */
static void
add_people (GPtrArray *settings, const PzLearnParams *filled)
{
  if (filled->people == NULL)
    return;
  add (settings, "people", hash_lines (filled->people));
  add (settings, "basis", hash_basis (filled->basis));
  add (settings, "features", g_strdup (filled->features));
}

GPtrArray *
pz_learn_params_settings (const PzLearnParams *filled,
                          const char *model_fingerprint,
                          gboolean f32)
{
  GPtrArray *settings = g_ptr_array_new_with_free_func (g_free);
  char number[G_ASCII_DTOSTR_BUF_SIZE];

  add (settings, "method", g_strdup (filled->method));
  add (settings, "model", g_strdup (model_fingerprint));
  add (settings, "pictures", pz_learn_data_hash (filled));
  add (settings, "size", g_strdup_printf ("%ux%u", filled->width, filled->height));
  add (settings, "batch", g_strdup_printf ("%u", filled->batch));
  add (settings, "rate", g_strdup (g_ascii_dtostr (number, sizeof number, filled->rate)));
  add (settings, "vectors", g_strdup_printf ("%u", filled->vectors));
  add (settings, "seed", g_strdup_printf ("%" G_GUINT64_FORMAT, filled->seed));
  add (settings, "class word", text_or_none (filled->class_word));
  add (settings, "init", text_or_none (filled->init));
  add (settings, "names", hash_lines (filled->names));
  add (settings, "templates", g_strdup (filled->captions == NULL ? filled->templates : "own"));
  add (settings, "captions", hash_lines (filled->captions));
  add (settings, "masked", g_strdup (filled->masked ? "yes" : "no"));
  add_people (settings, filled);
  add (settings, "precision", g_strdup (f32 ? "f32" : "f16"));
  g_ptr_array_add (settings, NULL);
  return settings;
}

char *
pz_learn_params_recipe (const PzLearnParams *filled,
                        const PzModelInfo *info,
                        guint steps,
                        const char *device,
                        gboolean f32)
{
  g_autofree char *pictures = pz_learn_data_hash (filled);
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;
  const struct
  {
    const char *key, *value;
  } texts[] = {
    { "method", filled->method },
    { "software", "gimp-personalize " PZ_VERSION },
    { "model", info->name },
    { "pictures_sha256", pictures },
    { "class_word", filled->class_word },
    { "init", filled->init },
    { "templates", filled->captions == NULL ? filled->templates : "own" },
    { "features", filled->people != NULL ? filled->features : NULL },
    { "loss", filled->masked ? "masked" : "whole pictures" },
    { "device", device },
    { "precision", f32 ? "f32" : "f16" },
  };
  const struct
  {
    const char *key;
    gint64 value;
  } numbers[] = {
    { "pictures", filled->n_images },  { "steps", steps },
    { "batch", filled->batch },        { "vectors", filled->vectors },
    { "seed", (gint64) filled->seed }, { "width", filled->width },
    { "height", filled->height },
  };

  json_builder_begin_object (builder);
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    if (texts[i].value != NULL)
      {
        json_builder_set_member_name (builder, texts[i].key);
        json_builder_add_string_value (builder, texts[i].value);
      }
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    {
      json_builder_set_member_name (builder, numbers[i].key);
      json_builder_add_int_value (builder, numbers[i].value);
    }
  json_builder_set_member_name (builder, "rate");
  json_builder_add_double_value (builder, filled->rate);
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  return json_to_string (root, FALSE);
}

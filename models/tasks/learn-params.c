/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "models/tasks/learn-params.h"

#include <json-glib/json-glib.h>
#include <math.h>
#include <string.h>

#include "models/files/file-hash.h"
#include "models/tasks/learn-captions.h"
#include "models/tasks/learn-data.h"

/* ---- checks ---- */

/* All names as a list: "textual-inversion, cross-initialization". (transfer full) */
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

/* The name must not be a single existing token, because the learned word would replace one that has a meaning. Methods that
 * learn no words accept any name. */
static gboolean
check_name (const char *name,
            const PzLearner *learner,
            const PzModelFolder *model,
            GError **error)
{
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (guint));

  if (!pz_concept_check_name (name != NULL ? name : "", error))
    return FALSE;
  pz_tokenizer_encode (model->tokenizer, name, -1, ids);
  return ids->len != 1 || learner->method.trains == PZ_TRAINS_LORA
         || refuse (error, "name", "one that is no word of the vocabulary", name);
}

/* Each person needs one picture and a unique name. */
static gboolean
check_people (const PzLearnParams *params,
              const PzLearner *learner,
              const PzModelFolder *model,
              GError **error)
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
      if (!check_name (params->people[i], learner, model, error))
        return FALSE;
      for (guint j = 0; j < i; j++)
        if (g_ascii_strcasecmp (params->people[i], params->people[j]) == 0)
          return refuse (error, "people", "a different name for each", params->people[i]);
    }
  return TRUE;
}

/* For errors: what methods without --vectors learn. */
static const char *const fixed_vectors[] = {
  [PZ_TRAINS_WORDS] = "none",
  [PZ_TRAINS_PREFIX] = "none: this method learns an adapter",
  [PZ_TRAINS_ELITE] = "none: this method learns one word",
  [PZ_TRAINS_PEOPLE] = "none: this method learns two words for each person",
  [PZ_TRAINS_WEIGHTS] = "none: this method learns one word for each thing",
  [PZ_TRAINS_LORA] = "none: this method learns no words",
};

static gboolean
check_things (const PzLearnParams *filled,
              const PzLearner *learner,
              const PzModelFolder *model,
              GError **error)
{
  const guint n = pz_learner_n_things (filled), most = MAX (learner->method.max_things, 1);

  if (!check_range ("things", n, 1, most, error))
    return FALSE;
  for (guint i = 0; i < n; i++)
    {
      const char *name = pz_learner_thing (filled, i).name;
      guint n_pictures = 0;

      if (!check_name (name, learner, model, error))
        return FALSE;
      for (guint j = 0; j < i; j++)
        if (strcmp (name, pz_learner_thing (filled, j).name) == 0)
          return refuse (error, "name", "a different one for each thing", name);
      for (guint j = 0; j < filled->n_images; j++)
        n_pictures += (filled->things != NULL ? filled->things[j] : 0) == i ? 1 : 0;
      if (n_pictures == 0 && filled->n_images > 0)
        return refuse (error, "pictures", "at least one of each thing", name);
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
    return check_people (params, learner, model, error);
  return check_things (params, learner, model, error);
}

static gboolean
check_vectors (const PzLearner *learner, guint vectors, GError **error)
{
  if (learner->method.max_vectors > 0)
    return check_range ("vectors", vectors, 1, learner->method.max_vectors, error);
  return vectors == 0
         || refuse (error, "vectors", fixed_vectors[learner->method.trains], "some");
}

static gboolean
check_captions (const PzLearnParams *filled, const PzLearner *learner, GError **error)
{
  g_autofree char *names = list_names (pz_learn_templates_name);
  g_autofree char *expected = g_strdup_printf ("one of %s, or your own lines", names);
  g_autoptr (GPtrArray) lines = pz_learn_params_captions (filled, learner);

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

/* Zoomed pictures are squares on a square canvas. */
static gboolean
check_zoom (const PzLearnParams *filled, GError **error)
{
  g_autofree char *found = g_strdup_printf ("%ux%u", filled->width, filled->height);

  return filled->no_zoom || filled->width == filled->height
         || refuse (error, "size", "a square, on which pictures are shown smaller and larger",
                    found);
}

/* Checks parameters that only some methods support. */
static gboolean
check_extras (const PzLearnParams *filled, const PzLearner *learner, GError **error)
{
  const PzLearnMethod *method = &learner->method;

  if (filled->prior > 0 && !method->takes_prior)
    return refuse (error, "pictures of the class", "none: this method takes none", "some");
  if ((filled->rank > 0 || filled->alpha != 0.0 || filled->text_encoder) && method->rank == 0)
    return refuse (error, "rank", "none: this method learns no products", "some");
  return check_range ("pictures of the class", filled->prior, 0, PZ_LEARN_MAX_PRIOR, error)
         && check_range ("the weight of the class", filled->prior_weight, 1e-6, 1e6, error)
         && (method->rank == 0
             || (check_range ("rank", filled->rank, 1, PZ_LEARN_MAX_RANK, error)
                 && check_range ("alpha", filled->alpha, 1e-6, 1e6, error)))
         && check_zoom (filled, error);
}

static void
fill_extras (PzLearnParams *filled, const PzLearner *learner)
{
  const PzLearnMethod *method = &learner->method;

  if (filled->no_prior)
    filled->prior = 0;
  else if (filled->prior == 0)
    filled->prior = method->prior;
  if (filled->prior_weight == 0.0)
    filled->prior_weight = 1.0;
  if (filled->rank == 0)
    filled->rank = method->rank;
  if (filled->alpha == 0.0)
    filled->alpha = filled->rank;
  /* A mask that restricts the loss applies to the picture without zoom. */
  filled->no_zoom = filled->no_zoom || !method->zooms || filled->masked;
}

gboolean
pz_learn_params_fill (const PzLearnParams *params,
                      const PzModelFolder *model,
                      PzLearnParams *filled,
                      const PzLearner **learner,
                      GError **error)
{
  const PzLearnMethod *method;
  guint n_things = pz_learner_n_things (params);

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
  if (filled->templates == NULL)
    filled->templates = method->templates != NULL     ? method->templates
                        : (*learner)->caption == NULL ? "object"
                                                      : NULL;
  if (filled->features == NULL)
    filled->features = pz_learn_features_name (0);
  fill_extras (filled, *learner);
  return check_range ("steps", filled->steps, 1, PZ_LEARN_MAX_STEPS, error)
         && check_range ("batch", filled->batch, 1, PZ_LEARN_MAX_BATCH, error)
         && check_range ("rate", filled->rate, PZ_LEARN_MIN_RATE, PZ_LEARN_MAX_RATE, error)
         && check_vectors (*learner, filled->vectors, error)
         && check_names (*learner, filled, model, error)
         && check_captions (filled, *learner, error) && check_extras (filled, *learner, error)
         && check_size (filled, model, error) && pz_learn_data_check (filled, error);
}

GPtrArray *
pz_learn_params_captions (const PzLearnParams *filled, const PzLearner *learner)
{
  GPtrArray *lines;

  if (filled->captions == NULL && filled->templates != NULL)
    return pz_learn_captions_list (filled->templates);
  lines = g_ptr_array_new_with_free_func (g_free);
  if (filled->captions == NULL)
    g_ptr_array_add (lines, g_strdup (learner->caption));
  for (guint i = 0; filled->captions != NULL && filled->captions[i] != NULL; i++)
    g_ptr_array_add (lines, g_strdup (filled->captions[i]));
  return lines;
}

char *
pz_learn_params_thing_text (const PzLearnParams *filled, const PzLearner *learner, guint thing)
{
  const PzLearnThing given = pz_learner_thing (filled, thing);

  if (learner->method.trains == PZ_TRAINS_LORA)
    return g_strdup_printf ("%s %s", given.name, given.class_word);
  return g_strdup (given.class_word);
}

char *
pz_learn_params_class_line (const PzLearnParams *filled, const PzLearner *learner, guint thing)
{
  g_autoptr (GString) line = g_string_new (learner->prior_caption);

  g_string_replace (line, "{}", pz_learner_thing (filled, thing).class_word, 1);
  return g_strdup (line->str);
}

/* ---- settings that identify a run ---- */

static void
add (GPtrArray *settings, const char *key, char *value)
{
  g_ptr_array_add (settings, g_strdup (key));
  g_ptr_array_add (settings, value);
}

/* Lists are stored as their hash, because they can be long and private. (transfer full) */
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

/* (transfer full) */
static char *
hash_rows (const float *values, gsize n_rows, gsize n_columns)
{
  return g_compute_checksum_for_data (G_CHECKSUM_SHA256, (const guchar *) values,
                                      n_rows * n_columns * sizeof *values);
}

static const char *
name_templates (const PzLearnParams *filled)
{
  if (filled->captions != NULL)
    return "own";
  return filled->templates != NULL ? filled->templates : "the method's";
}

/* Hashes the names and class words of all things, and which thing each picture shows. (transfer full) */
static char *
hash_things (const PzLearnParams *filled)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < pz_learner_n_things (filled); i++)
    {
      const PzLearnThing thing = pz_learner_thing (filled, i);

      g_string_append_printf (text, "%s\n%s\n", thing.name,
                              thing.class_word != NULL ? thing.class_word : "-");
    }
  for (guint i = 0; i < filled->n_images; i++)
    g_string_append_printf (text, "%u ", filled->things != NULL ? filled->things[i] : 0);
  return g_compute_checksum_for_string (G_CHECKSUM_SHA256, text->str, -1);
}

static char *
number_text (double number)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  return g_strdup (g_ascii_dtostr (text, sizeof text, number));
}

/* Adds the settings that only some methods use. */
static void
add_extras (GPtrArray *settings, const PzLearnParams *filled)
{
  const PzPeopleLayer *layer = filled->layer;
  /* A file that cannot be read is rejected where it is needed. */
  g_autofree char *recognizer =
    filled->recognizer != NULL ? pz_file_sha256 (filled->recognizer, NULL) : NULL;

  if (filled->people != NULL && filled->basis != NULL)
    {
      add (settings, "people", hash_lines (filled->people));
      add (settings, "basis",
           hash_rows (filled->basis->values,
                      PZ_BASIS_N_WORDS * ((gsize) 1 + filled->basis->n_rows),
                      filled->basis->width));
      add (settings, "features", g_strdup (filled->features));
      add (settings, "recognizer", text_or_none (recognizer));
      add (settings, "layer",
           layer != NULL ? hash_rows (layer->values, layer->n_rows, layer->n_columns)
                         : g_strdup ("-"));
    }
  if (filled->n_more > 0)
    add (settings, "things", hash_things (filled));
  add (settings, "pictures of the class", g_strdup_printf ("%u", filled->prior));
  add (settings, "weight of the class",
       number_text (filled->prior > 0 ? filled->prior_weight : 0.0));
  add (settings, "zoom", g_strdup (filled->no_zoom ? "no" : "yes"));
  if (filled->rank > 0)
    {
      add (settings, "name", text_or_none (filled->name)); /* part of the captions */
      add (settings, "rank", g_strdup_printf ("%u", filled->rank));
      add (settings, "alpha", number_text (filled->alpha));
      add (settings, "text encoder", g_strdup (filled->text_encoder ? "yes" : "no"));
    }
}

GPtrArray *
pz_learn_params_settings (const PzLearnParams *filled,
                          const PzModelFingerprints *fingerprints,
                          const char *precision)
{
  GPtrArray *settings = g_ptr_array_new_with_free_func (g_free);

  add (settings, "method", g_strdup (filled->method));
  add (settings, "model", g_strdup (fingerprints->model));
  if (pz_learn_method_find (filled->method)->trains == PZ_TRAINS_ELITE)
    add (settings, "mappers", text_or_none (fingerprints->elite));
  add (settings, "pictures", pz_learn_data_hash (filled));
  add (settings, "size", g_strdup_printf ("%ux%u", filled->width, filled->height));
  add (settings, "batch", g_strdup_printf ("%u", filled->batch));
  add (settings, "rate", number_text (filled->rate));
  add (settings, "vectors", g_strdup_printf ("%u", filled->vectors));
  add (settings, "seed", g_strdup_printf ("%" G_GUINT64_FORMAT, filled->seed));
  add (settings, "class word", text_or_none (filled->class_word));
  add (settings, "init", text_or_none (filled->init));
  add (settings, "names", hash_lines (filled->names));
  add (settings, "templates", g_strdup (name_templates (filled)));
  add (settings, "captions", hash_lines (filled->captions));
  add (settings, "masked", g_strdup (filled->masked ? "yes" : "no"));
  add (settings, "precision", g_strdup (precision));
  add_extras (settings, filled);
  g_ptr_array_add (settings, NULL);
  return settings;
}

char *
pz_learn_params_recipe (const PzLearnParams *filled,
                        const PzModelInfo *info,
                        guint steps,
                        const char *device,
                        const char *precision)
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
    { "templates", name_templates (filled) },
    { "features", filled->people != NULL ? filled->features : NULL },
    { "loss", filled->masked ? "masked" : "whole pictures" },
    { "device", device },
    { "precision", precision },
  };
  const struct
  {
    const char *key;
    gint64 value;
  } numbers[] = {
    { "pictures", filled->n_images },  { "steps", steps },
    { "batch", filled->batch },        { "vectors", filled->vectors },
    { "seed", (gint64) filled->seed }, { "width", filled->width },
    { "height", filled->height },      { "prior_pictures", filled->prior },
    { "rank", filled->rank },
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

/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cli/generate-recipe.h"

#include <string.h>

#include "cli/image-file.h"
#include "models/files/text-file.h"

#define MOST_RECIPE_BYTES (1u << 24)
#define PNG_KEY "tEXt::personalize"

/* ---- reading ---- */

static gboolean
is_png (const char *path)
{
  return g_str_has_suffix (path, ".png") || g_str_has_suffix (path, ".PNG");
}

/* (transfer full) */
static char *
read_json (const char *path, GError **error)
{
  g_autoptr (GdkPixbuf) pixbuf = NULL;
  const char *text;

  if (!is_png (path))
    return pz_text_file_read (path, MOST_RECIPE_BYTES, NULL, error);
  pixbuf = pz_pixbuf_load (path, error);
  if (pixbuf == NULL)
    return NULL;
  text = gdk_pixbuf_get_option (pixbuf, PNG_KEY);
  if (text == NULL)
    g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_FILE,
                 "%s: expected a picture with a recipe in it, found one without", path);
  return g_strdup (text);
}

static gboolean
read_recipe (PzGenerateOptions *o, GError **error)
{
  g_autofree char *json = read_json (o->recipe, error);

  if (json == NULL)
    return FALSE;
  o->wanted = pz_recipe_reader_new (json, error);
  if (o->wanted == NULL)
    g_prefix_error (error, "%s: ", o->recipe);
  return o->wanted != NULL;
}

/* ---- filling ---- */

static void
fill_text (char **option, const PzRecipeReader *recipe, const char *member)
{
  const char *text = pz_recipe_reader_get_text (recipe, member);

  if (*option == NULL && *text != '\0')
    *option = g_strdup (text);
}

static void
fill_number (gdouble *option, const PzRecipeReader *recipe, const char *member)
{
  if (*option == PZ_NOT_GIVEN)
    *option = pz_recipe_reader_get_number (recipe, member, PZ_NOT_GIVEN);
}

static char *
to_text (double number)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  return g_strdup (g_ascii_dtostr (text, sizeof text, number));
}

/* One fidelity for each concept, if all of several concepts have their own; otherwise one for all. */
static void
fill_fidelities (PzGenerateOptions *o)
{
  JsonNode *node = json_object_get_member (pz_recipe_reader_get_object (o->wanted), "concepts");
  guint n = pz_recipe_reader_count (o->wanted, "concepts");
  double one = pz_recipe_reader_get_number (o->wanted, "fidelity", PZ_NOT_GIVEN);
  g_autoptr (GStrvBuilder) all = g_strv_builder_new ();
  gboolean each = n > 1;

  if (o->fidelities != NULL || one == PZ_NOT_GIVEN)
    return;
  for (guint i = 0; i < n && each; i++)
    {
      JsonNode *concept = json_array_get_element (json_node_get_array (node), i);

      each = JSON_NODE_HOLDS_OBJECT (concept)
             && json_object_has_member (json_node_get_object (concept), "fidelity");
      if (each)
        g_strv_builder_take (all, to_text (json_object_get_double_member_with_default (
                                    json_node_get_object (concept), "fidelity", one)));
    }
  if (each)
    o->fidelities = g_strv_builder_end (all);
  else
    {
      o->fidelities = g_new0 (char *, 2);
      o->fidelities[0] = to_text (one);
    }
}

static void
fill_size (PzGenerateOptions *o)
{
  double width = pz_recipe_reader_get_number (o->wanted, "width", 0);
  double height = pz_recipe_reader_get_number (o->wanted, "height", 0);

  if (o->size == NULL && width > 0 && height > 0)
    o->size = g_strdup_printf ("%.0fx%.0f", width, height);
}

/* A variation between two seeds, for which there is no option. */
static void
fill_variation (PzGenerateOptions *o)
{
  double of = pz_recipe_reader_get_number (o->wanted, "variation_of", 0);

  o->params.variation = CLAMP (pz_recipe_reader_get_number (o->wanted, "variation", 0), 0, 1);
  o->params.variation_of = (guint64) CLAMP (of, 0, (double) G_MAXINT64 / 2);
}

/* The room around the concept is in the "source" that the GIMP plug-in and pz_generate_recipe_complete () add to a recipe. */
static void
fill_room (PzGenerateOptions *o)
{
  JsonObject *object = pz_recipe_reader_get_object (o->wanted);
  JsonNode *source = json_object_get_member (object, "source");

  if (o->room == PZ_NOT_GIVEN && o->concepts != NULL && source != NULL
      && JSON_NODE_HOLDS_OBJECT (source))
    o->room =
      json_object_get_double_member_with_default (json_node_get_object (source), "room", 0);
}

char *
pz_generate_recipe_complete (const PzGenerateOptions *o, const char *recipe)
{
  g_autoptr (JsonNode) root = o->room > 0 ? json_from_string (recipe, NULL) : NULL;
  JsonObject *source;

  if (root == NULL)
    return g_strdup (recipe);
  source = json_object_new ();
  json_object_set_double_member (source, "room", o->room);
  json_object_set_object_member (json_node_get_object (root), "source", source);
  return json_to_string (root, FALSE);
}

/* The encoder of the pictures; a run uses the same one for all. */
static void
fill_concept_by (PzGenerateOptions *o)
{
  JsonNode *node = json_object_get_member (pz_recipe_reader_get_object (o->wanted), "concepts");
  const guint n = pz_recipe_reader_count (o->wanted, "concepts");

  for (guint i = 0; i < n && o->concept_by == NULL; i++)
    {
      JsonNode *concept = json_array_get_element (json_node_get_array (node), i);

      if (JSON_NODE_HOLDS_OBJECT (concept)
          && json_object_has_member (json_node_get_object (concept), "crop_sha256"))
        o->concept_by =
          g_strdup (json_object_get_string_member_with_default (json_node_get_object (concept),
                                                                "method", NULL));
    }
}

/* The first usable model of that name. */
static gboolean
fill_model (PzGenerateOptions *o, GError **error)
{
  const char *name = pz_recipe_reader_get_text (o->wanted, "model");
  g_autofree char *beside = pz_binary_folder ();
  g_autoptr (GPtrArray) models = NULL;

  if (o->model != NULL)
    return TRUE;
  models = pz_model_find (beside);
  for (guint i = 0; i < models->len && o->model == NULL; i++)
    {
      const PzModelInfo *info = models->pdata[i];

      if (info->problem == NULL && g_str_equal (info->name, name))
        o->model = g_strdup (info->path);
    }
  return o->model != NULL
         || pz_bad_option (error, "--recipe",
                           "its model among those that “personalize info” lists, or --model",
                           name);
}

/* ---- files that it needs ---- */

/* The number of the recipe's LoRA files that its prompt does not name. */
static guint
count_loras (const PzRecipeReader *recipe)
{
  JsonNode *node = json_object_get_member (pz_recipe_reader_get_object (recipe), "loras");
  guint n = 0;

  for (guint i = 0; i < pz_recipe_reader_count (recipe, "loras"); i++)
    {
      JsonNode *lora = json_array_get_element (json_node_get_array (node), i);

      n += JSON_NODE_HOLDS_OBJECT (lora)
           && !json_object_get_boolean_member_with_default (json_node_get_object (lora),
                                                            "in_prompt", FALSE);
    }
  return n;
}

static gboolean
check_needs (const PzGenerateOptions *o, GError **error)
{
  guint n_wanted = pz_recipe_reader_count (o->wanted, "concepts");
  guint n_given = o->concepts != NULL ? g_strv_length (o->concepts) : 0;
  JsonObject *recipe = pz_recipe_reader_get_object (o->wanted);
  const struct
  {
    const char *member, *option, *given;
  } files[] = {
    { "start", "the --init-image that it was painted over", o->init_image },
    { "adapter", "the --adapter that it was made with", o->adapter },
    { "negative_encoding", "the --negative-encoding that it was made with",
      o->negative_encoding },
  };

  if (n_given != n_wanted)
    {
      g_autofree char *expected =
        g_strdup_printf ("the files of its %u concept%s, of which it contains only hashes, as "
                         "--concept FILE",
                         n_wanted, n_wanted == 1 ? "" : "s");
      g_autofree char *found = g_strdup_printf ("%u", n_given);

      return pz_bad_option (error, "--recipe", expected, found);
    }
  if (count_loras (o->wanted) != 0 && o->loras == NULL)
    return pz_bad_option (error, "--recipe", "the --lora files that it was made with", "none");
  for (gsize i = 0; i < G_N_ELEMENTS (files); i++)
    if (json_object_has_member (recipe, files[i].member) && files[i].given == NULL)
      return pz_bad_option (error, "--recipe", files[i].option, "none");
  return TRUE;
}

gboolean
pz_generate_recipe_apply (PzGenerateOptions *o, GError **error)
{
  if (!read_recipe (o, error) || !fill_model (o, error) || !check_needs (o, error))
    return FALSE;
  fill_text (&o->prompt, o->wanted, "prompt");
  fill_text (&o->negative, o->wanted, "negative_prompt");
  fill_text (&o->words, o->wanted, "words");
  fill_text (&o->sampler, o->wanted, "sampler");
  fill_number (&o->guidance, o->wanted, "guidance");
  fill_fidelities (o);
  fill_concept_by (o);
  if (o->init_image != NULL)
    fill_number (&o->strength, o->wanted, "strength");
  if (o->seed == NULL)
    o->seed = g_strdup_printf ("%" G_GUINT64_FORMAT, pz_recipe_reader_get_seed (o->wanted));
  if (o->steps == PZ_NOT_GIVEN_INT && pz_recipe_reader_get_number (o->wanted, "steps", 0) >= 1)
    o->steps = (gint) MIN (pz_recipe_reader_get_number (o->wanted, "steps", 0), G_MAXINT);
  o->f32 = o->f32 || g_str_equal (pz_recipe_reader_get_text (o->wanted, "precision"), "f32");
  if (o->weights == NULL && pz_recipe_reader_get_number (o->wanted, "weights", 0) == 8)
    o->weights = g_strdup ("8");
  fill_size (o);
  fill_variation (o);
  fill_room (o);
  return o->prompt != NULL
         || pz_bad_option (error, "--recipe", "a prompt in it, or --prompt", "neither");
}

/* ---- comparison ---- */

static const struct
{
  const char *member, *sentence;
} compared[] = {
  { "model_fingerprint", "the model is not the one in the recipe" },
  { "concepts", "a concept's picture or mask is not the one in the recipe" },
  { "start", "the picture to repaint is not the one in the recipe" },
  { "embeddings", "the learned words are not those in the recipe" },
  { "loras", "the LoRA files or their weights are not those in the recipe" },
  { "adapter", "the adapter is not the one in the recipe" },
  { "negative_encoding", "the encoded prompt is not the one in the recipe" },
  { "device", "the recipe was made on another device: the last bits may differ" },
  { "driver", "the recipe was made with another driver: the last bits may differ" },
};

static gboolean
is_same (JsonObject *a, JsonObject *b, const char *member)
{
  JsonNode *x = json_object_get_member (a, member), *y = json_object_get_member (b, member);

  return x == y || (x != NULL && y != NULL && json_node_equal (x, y));
}

GStrv
pz_generate_recipe_compare (const PzRecipeReader *wanted, const char *made)
{
  g_autoptr (PzRecipeReader) reader = pz_recipe_reader_new (made, NULL);
  g_autoptr (GStrvBuilder) found = g_strv_builder_new ();

  for (gsize i = 0; reader != NULL && i < G_N_ELEMENTS (compared); i++)
    if (!is_same (pz_recipe_reader_get_object (wanted), pz_recipe_reader_get_object (reader),
                  compared[i].member))
      g_strv_builder_add (found, compared[i].sentence);
  return g_strv_builder_end (found);
}

/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The host part of the tasks: parameters that a model accepts, ELITE's mask grid, recipes.
 */
#include <json-glib/json-glib.h>
#include <math.h>

#include "models/concept-private.h"
#include "models/tasks/encode.h"
#include "models/tasks/recipe.h"

static const PzModelInfo model = {
  .name = (char *) "test",
  .sampler = (char *) "lcm",
  .steps = 4,
  .step_limits = { .num_train_timesteps = 60, .original_inference_steps = 20 },
  .guidance = 8.0,
  .fidelity = 0.8,
  .width = 256,
  .height = 256,
  .size_multiple = 64,
};

static void
refuse (const PzGenerateParams *params, const char *part)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (pz_generate_params_check (params, &model, &error));
  g_assert_error (error, PZ_ERROR, PZ_ERROR_BAD_INPUT);
  g_assert_nonnull (strstr (error->message, part));
}

static void
test_good_params (void)
{
  g_autoptr (GError) error = NULL;
  const PzGenerateParams good[] = {
    { .prompt = "a S", .guidance = -1.0 },
    { .prompt = "S", .variants = 16, .fidelity = 1.5, .width = 64, .height = 4096 },
    { .prompt = "S", .sampler = "ddim", .steps = 50 },
    { .prompt = "S", .sampler = "lms", .steps = 60, .fidelity = -1.0 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (good); i++)
    {
      gboolean ok = pz_generate_params_check (&good[i], &model, &error);
      g_assert_no_error (error);
      g_assert_true (ok);
    }
}

static void
test_bad_params (void)
{
  refuse (&(PzGenerateParams) { .prompt = NULL }, "prompt");
  refuse (&(PzGenerateParams) { .prompt = " \t\xc2\xa0\n" }, "prompt");
  refuse (&(PzGenerateParams) { .prompt = "\xff\xfe" }, "UTF-8");
  refuse (&(PzGenerateParams) { .prompt = "S", .variants = 17 }, "17");
  refuse (&(PzGenerateParams) { .prompt = "S", .fidelity = 1.6 }, "1.6");
  refuse (&(PzGenerateParams) { .prompt = "S", .fidelity = NAN }, "fidelity");
  refuse (&(PzGenerateParams) { .prompt = "S", .guidance = INFINITY }, "guidance");
  refuse (&(PzGenerateParams) { .prompt = "S", .sampler = "magic" }, "magic");
  /* the model's own schedule sets the maximum */
  refuse (&(PzGenerateParams) { .prompt = "S", .steps = 21 }, "1 to 20, 21");
  refuse (&(PzGenerateParams) { .prompt = "S", .sampler = "ddim", .steps = 61 }, "1 to 60, 61");
}

static void
test_nearest_size (void)
{
  refuse (&(PzGenerateParams) { .prompt = "S", .width = 250, .height = 97 },
          "the nearest is 256x128");
  refuse (&(PzGenerateParams) { .prompt = "S", .width = 5, .height = 64 },
          "the nearest is 64x64");
  refuse (&(PzGenerateParams) { .prompt = "S", .width = G_MAXUINT, .height = 64 },
          "the nearest is 4096x64");
}

/* Cell (r, c) of the 16 x 16 grid is mask[floor (8 r H / 128), floor (8 c W / 128)] (methods: inputs). */
static void
test_mask_grid (void)
{
  for (guint side = 1; side < 300; side = side * 3 + 2)
    {
      float *pixels = g_new0 (float, (gsize) side *side);
      float grid[16 * 16];

      for (guint i = 0; i < side * side; i++)
        pixels[i] = (i * 2654435761u) >> 31 ? 1.0f : 0.0f;
      g_autoptr (PzImage) mask = pz_image_new_take (side, side, 1, pixels);
      pz_encode_mask_grid (mask, 16, grid);
      for (guint r = 0; r < 16; r++)
        for (guint c = 0; c < 16; c++)
          {
            guint y = 8 * r * side / 128, x = 8 * c * side / 128;
            g_assert_cmpfloat (grid[r * 16 + c], ==, pixels[y * side + x]);
          }
    }
}

static void
test_recipe (void)
{
  float words[5 * 4] = { 0 }, local[9 * 4] = { 0 }, pixels[12] = { 0 },
                  ones[4] = { 1, 1, 1, 1 };
  g_autoptr (PzImage) crop = pz_image_new (2, 2, 3, pixels);
  g_autoptr (PzImage) mask = pz_image_new (2, 2, 1, ones);
  g_autoptr (PzConcept) concept = pz_concept_new (&(PzConceptParts) {
    .n_words = 5,
    .width = 4,
    .words = words,
    .n_patches = 9,
    .local = local,
    .model = "f00d",
    .crop = crop,
    .crop_mask = mask,
  });
  PzConcept *const concepts[] = { concept };
  PzEmbedding word = { .name = "<cat-toy>", .path = "/a/b/cat-toy.bin", .sha256 = "c0ffee" };
  g_autoptr (GPtrArray) named = g_ptr_array_new ();
  PzPrompt prompt = { .text = "a \"S\"\nin Zürich", .learned = named };
  PzTextAdapter adapter = { .path = "/c/pytorch_adapter.bin", .sha256 = "decaf" };
  g_autoptr (GArray) no_loras = g_array_new (FALSE, FALSE, sizeof (PzConditioningLora));
  PzConditioning conditioning = {
    .prompt = &prompt,
    .negative = &prompt,
    .concepts = concepts,
    .n_concepts = 1,
    .adapter = &adapter,
    .loras = no_loras,
  };
  PzRecipe recipe = {
    .params =
      &(PzGenerateParams) {
        .prompt = "a \"S\"\nin Zürich",
        .steps = 4,
        .guidance = 8.0,
        .fidelity = 0.8,
        .sampler = "lcm",
        .width = 256,
        .height = 128,
      },
    .model = &model,
    .fingerprint = "f00d",
    .conditioning = &conditioning,
    .device = "d",
    .driver = "v",
  };
  g_ptr_array_add (named, &word);
  g_autofree char *text = pz_recipe_to_json (&recipe, 4294967299);
  g_autoptr (JsonNode) root = json_from_string (text, NULL);
  JsonObject *object = json_node_get_object (root);
  JsonArray *embeddings = json_object_get_array_member (object, "embeddings");

  g_assert_cmpstr (json_object_get_string_member (object, "prompt"), ==, "a \"S\"\nin Zürich");
  g_assert_cmpint (json_object_get_int_member (object, "seed"), ==, 4294967299);
  g_assert_cmpint (json_object_get_int_member (object, "schema"), ==, 1);
  g_assert_cmpint (json_object_get_int_member (object, "height"), ==, 128);
  g_assert_cmpfloat (json_object_get_double_member (object, "fidelity"), ==, 0.8);
  g_assert_cmpstr (json_object_get_string_member (object, "words"), ==, "primary");
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (object, "concepts")),
                    ==, 1);
  /* Used in both prompts, listed once. */
  g_assert_cmpuint (json_array_get_length (embeddings), ==, 1);
  object = json_array_get_object_element (embeddings, 0);
  g_assert_cmpstr (json_object_get_string_member (object, "name"), ==, "<cat-toy>");
  g_assert_cmpstr (json_object_get_string_member (object, "file"), ==, "cat-toy.bin");
  g_assert_cmpstr (json_object_get_string_member (object, "sha256"), ==, "c0ffee");
  object = json_object_get_object_member (json_node_get_object (root), "adapter");
  g_assert_cmpstr (json_object_get_string_member (object, "file"), ==, "pytorch_adapter.bin");
  g_assert_cmpstr (json_object_get_string_member (object, "sha256"), ==, "decaf");
  g_assert_false (json_object_has_member (json_node_get_object (root), "negative_encoding"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tasks/what-a-model-can-make-is-accepted", test_good_params);
  g_test_add_func ("/tasks/what-it-cannot-make-is-refused-by-name", test_bad_params);
  g_test_add_func ("/tasks/the-nearest-valid-size-is-named", test_nearest_size);
  g_test_add_func ("/tasks/the-mask-grid-is-the-papers", test_mask_grid);
  g_test_add_func ("/tasks/a-recipe-says-everything", test_recipe);
  return g_test_run ();
}

/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Model folders and the catalog, on the small random model of tests/nets/data.
 */
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "models/files/model-folder.h"
#include "tests/unit/small-model.h"

static void
assert_refused (const Fixture *fixture, PzError code, const char *what)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PzModelFolder) folder =
    pz_model_folder_open (fixture->model, PZ_PARTS_GENERATE, PZ_PARTS_PERSONALIZE, &error);
  PzModelInfo *info = pz_model_inspect (fixture->model);

  g_assert_null (folder);
  if (!g_error_matches (error, PZ_ERROR, (gint) code) || strstr (error->message, what) == NULL)
    g_error ("code %d, \"%s\" expected in: %d, %s", code, what, error->code, error->message);
  g_assert_cmpstr (info->problem, ==, error->message);
  g_assert_cmpstr (info->name, ==, "small");
  pz_model_info_free (info);
}

/* ---- folders ---- */

static void
test_good (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PzModelFolder) folder =
    pz_model_folder_open (fixture->model, PZ_PARTS_GENERATE, PZ_PARTS_PERSONALIZE, &error);
  g_autofree char *print = NULL;

  (void) data;
  g_assert_no_error (error);
  g_assert_cmpuint (folder->parts, ==, PZ_PARTS_GENERATE | PZ_PARTS_PERSONALIZE);
  g_assert_cmpstr (folder->info.path, ==, fixture->model);
  g_assert_cmpstr (folder->info.name, ==, "small");
  g_assert_cmpstr (folder->info.family, ==, "sd-small");
  g_assert_null (folder->info.licence);
  g_assert_null (folder->info.problem);
  g_assert_true (folder->info.personalizes);
  g_assert_true (folder->info.guidance_embedded);
  g_assert_cmpstr (folder->info.sampler, ==, "lcm");
  g_assert_cmpuint (folder->info.steps, ==, 4);
  g_assert_cmpfloat (folder->info.guidance, ==, 8.5);
  g_assert_cmpuint (folder->info.width, ==, 32);
  g_assert_cmpuint (folder->info.height, ==, 32);
  g_assert_cmpuint (folder->info.size_multiple, ==, 16);
  g_assert_cmpuint (folder->info.max_tokens, ==, 13);
  g_assert_cmpuint (folder->info.size_bytes, >, 100000);
  g_assert_cmpmem (folder->mapper.layers, 20, ((guint[]) { 6, 1, 2, 3, 4 }), 20);
  g_assert_cmpuint (folder->schedule.num_train_timesteps, ==, 1000);
  print = pz_model_folder_fingerprint (folder, PZ_PARTS_ALL, &error);
  g_assert_cmpuint (strlen (print), ==, 64);
}

static void
test_model_json (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PzModelFolder) folder = NULL;

  (void) data;
  put (fixture, "model.json",
       "{\"name\": \"Small one\", \"licence\": \"MIT\", \"sampler\": \"ddim\", \"steps\": 7,"
       "\"guidance\": 2.5, \"size\": [64, 48], \"comment\": \"free\"}");
  put (fixture, "elite/config.json", "{\"feature_layers\": [6, 0, 1, 2, 5]}");
  put (
    fixture, "scheduler/scheduler_config.json",
    "{\"_class_name\": \"PNDMScheduler\", \"prediction_type\": \"v_prediction\", \"skip_prk_steps\": true,"
    "\"clip_sample\": false, \"set_alpha_to_one\": false, \"steps_offset\": 1, \"trained_betas\": null}");
  folder =
    pz_model_folder_open (fixture->model, PZ_PARTS_GENERATE, PZ_PARTS_PERSONALIZE, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (folder->info.name, ==, "Small one");
  g_assert_cmpstr (folder->info.licence, ==, "MIT");
  g_assert_cmpstr (folder->info.sampler, ==, "ddim");
  g_assert_cmpuint (folder->info.steps, ==, 7);
  g_assert_cmpfloat (folder->info.guidance, ==, 2.5);
  g_assert_cmpuint (folder->info.width, ==, 64);
  g_assert_cmpuint (folder->info.height, ==, 48);
  g_assert_cmpuint (folder->mapper.layers[4], ==, 5);
  g_assert_cmpuint (folder->schedule.prediction_type, ==, PZ_PREDICTS_V);
}

static void
test_parts (Fixture *fixture, gconstpointer data)
{
  g_autofree char *unet = g_build_filename (fixture->model, "unet", NULL);
  g_autofree char *elite = g_build_filename (fixture->model, "elite", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (PzModelFolder) text = NULL, plain = NULL;

  (void) data;
  remove_tree (elite);
  plain =
    pz_model_folder_open (fixture->model, PZ_PARTS_GENERATE, PZ_PARTS_PERSONALIZE, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (plain->parts, ==, PZ_PARTS_GENERATE);
  g_assert_false (plain->info.personalizes);
  remove_tree (unet);
  text = pz_model_folder_open (fixture->model, PZ_PART_TEXT_ENCODER, 0, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (text->parts, ==, PZ_PART_TEXT_ENCODER);
  g_assert_null (text->vae_weights);
  assert_refused (fixture, PZ_ERROR_BAD_FILE, "expected a folder \"unet\", found none");
}

/* New contents of one file, and the expected error. */
static const struct
{
  const char *name;
  const char *text; /* NULL = the file is removed */
  PzError code;
  const char *what;
} broken[] = {
  { "unet/diffusion_pytorch_model.safetensors", NULL, PZ_ERROR_BAD_FILE,
    "unet: expected diffusion_pytorch_model.safetensors or model.safetensors, found neither" },
  { "unet/diffusion_pytorch_model.safetensors", "xxxx", PZ_ERROR_BAD_FILE, "at least 8 bytes" },
  { "unet/diffusion_pytorch_model.safetensors", "\2\1\1\1\1\1\1\1{}", PZ_ERROR_BAD_FILE,
    "announced, but only" },
  { "unet/config.json", NULL, PZ_ERROR_BAD_FILE,
    "unet/config.json: cannot read: No such file" },
  { "unet/config.json", "{", PZ_ERROR_BAD_FILE, "unet/config.json: not JSON" },
  { "model_index.json", "{\"_class_name\": \"StableDiffusionXLPipeline\"}",
    PZ_ERROR_UNSUPPORTED_MODEL,
    "model_index.json: Stable Diffusion XL is not supported, Stable Diffusion 1.x or 2.x" },
  { "model.json", "{\"prediction_type\": \"sample\"}", PZ_ERROR_UNSUPPORTED_MODEL,
    "prediction_type: expected \"epsilon\" or \"v_prediction\", found \"sample\"" },
  { "model.json", "{\"vae\": \"../nowhere\"}", PZ_ERROR_BAD_FILE,
    "nowhere: expected a folder \"vae\", found none" },
  { "vae/config.json", "{\"_class_name\": \"VQModel\", \"in_channels\": 3}",
    PZ_ERROR_UNSUPPORTED_MODEL,
    "vae/config.json: VQModel is not supported, AutoencoderKL or AutoencoderTiny expected" },
  { "vae/config.json", "{\"_class_name\": \"AutoencoderKL\", \"out_channels\": 4}",
    PZ_ERROR_BAD_FILE, "expected in_channels and out_channels to be 3, found 3 and 4" },
  { "vae/config.json", "{\"_class_name\": \"AutoencoderTiny\", \"in_channels\": 1}",
    PZ_ERROR_BAD_FILE, "expected in_channels and out_channels to be 3, found 1 and 3" },
  { "unet/config.json", "{\"_class_name\": \"UNet3DConditionModel\"}",
    PZ_ERROR_UNSUPPORTED_MODEL, "UNet3DConditionModel is not supported yet" },
  { "elite/global_mapper.safetensors", NULL, PZ_ERROR_BAD_FILE,
    "elite: expected global_mapper.safetensors or global_mapper.pt, found neither" },
  { "elite/config.json", "{\"feature_layers\": [6, 1, 2]}", PZ_ERROR_UNSUPPORTED_MODEL,
    "expected 5 layers, found 3" },
  { "elite/config.json", "{\"feature_layers\": [7, 1, 2, 3, 4]}", PZ_ERROR_BAD_FILE, "0 to 6" },
  { "tokenizer/vocab.json", NULL, PZ_ERROR_BAD_FILE, "vocab.json: cannot read" },
  { "tokenizer/vocab.json", "{\"a</w>\": 50, \"<|startoftext|>\": 48, \"<|endoftext|>\": 49}",
    PZ_ERROR_BAD_FILE, "the text encoder knows 50 tokens, but the tokenizer makes 51" },
  { "model.json", "{\"sampler\": \"heun\"}", PZ_ERROR_BAD_FILE,
    "model.json: sampler: expected one of lcm, ddim, euler" },
  { "model.json", "{\"steps\": 51}", PZ_ERROR_BAD_FILE,
    "model.json: steps: the sampler \"lcm\" makes 1 to 50" },
  { "model.json", "{\"size\": [32, 40]}", PZ_ERROR_BAD_FILE,
    "expected multiples of 16, found 32 x 40" },
  { "model.json", "{\"size\": [32]}", PZ_ERROR_BAD_FILE, "expected [width, height]" },
  { "model.json", "[]", PZ_ERROR_BAD_FILE, "a JSON object expected" },
  { "scheduler/scheduler_config.json", "{\"beta_schedule\": \"squaredcos_cap_v2\"}",
    PZ_ERROR_UNSUPPORTED_MODEL, "scheduler_config.json: beta_schedule" },
};

static void
test_broken (Fixture *fixture, gconstpointer data)
{
  guint index = GPOINTER_TO_UINT (data);

  if (broken[index].text != NULL)
    put (fixture, broken[index].name, broken[index].text);
  else
    drop (fixture, broken[index].name);
  assert_refused (fixture, broken[index].code, broken[index].what);
}

/* Replaces a string in a linked file, in a copy of it. */
static void
replace (const Fixture *fixture, const char *name, const char *from, const char *to)
{
  g_autofree char *path = g_build_filename (fixture->model, name, NULL);
  g_autofree char *text = NULL;
  g_autoptr (GString) changed = NULL;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  changed = g_string_new (text);
  g_assert_cmpuint (g_string_replace (changed, from, to, 0), >, 0);
  put (fixture, name, changed->str);
}

static void
test_wrong_shapes (Fixture *fixture, gconstpointer data)
{
  (void) data;
  replace (fixture, "text_encoder/config.json", "\"intermediate_size\": 56",
           "\"intermediate_size\": 60");
  replace (fixture, "vae/config.json", "\"latent_channels\": 4", "\"latent_channels\": 5");
  /* Three tensors in each of three layers, and the encoder's last and the decoder's first convolution. */
  assert_refused (fixture, PZ_ERROR_BAD_FILE, "12 weights do not fit: ");
  assert_refused (
    fixture, PZ_ERROR_BAD_FILE,
    "text_encoder/model.safetensors: text_model.encoder.layers.0.mlp.fc1.weight: expected [60, 24], "
    "found [56, 24]");
  assert_refused (fixture, PZ_ERROR_BAD_FILE, "; and 2 more");
}

static void
test_too_deep (Fixture *fixture, gconstpointer data)
{
  (void) data;
  replace (fixture, "image_encoder/config.json", "\"num_hidden_layers\": 6",
           "\"num_hidden_layers\": 7");
  assert_refused (fixture, PZ_ERROR_BAD_FILE, "vision_model.encoder.layers.6.");
}

static void
test_truncated (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path =
    g_build_filename (fixture->model, "unet", "diffusion_pytorch_model.safetensors", NULL);
  g_autofree char *bytes = NULL;
  gsize length;

  (void) data;
  g_assert_true (g_file_get_contents (path, &bytes, &length, NULL));
  g_unlink (path);
  g_assert_true (g_file_set_contents_full (path, bytes, (gssize) length - 1,
                                           G_FILE_SET_CONTENTS_NONE, 0600, NULL));
  assert_refused (fixture, PZ_ERROR_BAD_FILE, "truncated?");
}

/* For weights in other layouts, the error names the file or folder. */
static void
test_other_layouts (Fixture *fixture, gconstpointer data)
{
  g_autofree char *single = g_build_filename (fixture->root, "models", "x.safetensors", NULL);
  g_autofree char *none = g_build_filename (fixture->root, "none", NULL);
  g_autoptr (GError) error = NULL;

  (void) data;
  drop (fixture, "unet/diffusion_pytorch_model.safetensors");
  put (fixture, "unet/diffusion_pytorch_model.bin", "x");
  assert_refused (fixture, PZ_ERROR_BAD_FILE, "unet/diffusion_pytorch_model.bin: ");
  g_assert_true (g_file_set_contents_full (single, "x", 1, G_FILE_SET_CONTENTS_NONE, 0600,
                                           NULL));
  g_assert_null (pz_model_folder_open (single, PZ_PARTS_GENERATE, 0, &error));
  g_assert_error (error, PZ_ERROR, PZ_ERROR_BAD_FILE);
  g_assert_nonnull (strstr (error->message, "x.safetensors: "));
  g_clear_error (&error);
  g_assert_null (pz_model_folder_open (none, PZ_PARTS_GENERATE, 0, &error));
  g_assert_error (error, PZ_ERROR, PZ_ERROR_BAD_FILE);
  g_assert_nonnull (strstr (error->message, "expected a model folder, found nothing"));
}

static void
test_half_precision_name (Fixture *fixture, gconstpointer data)
{
  g_autofree char *from =
    g_build_filename (fixture->model, "vae", "diffusion_pytorch_model.safetensors", NULL);
  g_autofree char *to =
    g_build_filename (fixture->model, "vae", "diffusion_pytorch_model.fp16.safetensors", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (PzModelFolder) folder = NULL;

  (void) data;
  g_assert_cmpint (g_rename (from, to), ==, 0);
  folder = pz_model_folder_open (fixture->model, PZ_PARTS_GENERATE, 0, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (pz_weights_get_path (folder->vae_weights), ==, to);
}

/* ---- the catalog ---- */

static void
test_search_path (Fixture *fixture, gconstpointer data)
{
  g_autofree char *user =
    g_build_filename (g_get_user_data_dir (), "gimp-personalize", "models", NULL);
  g_autofree char *binary = g_build_filename (fixture->root, "build", "cli", NULL);
  g_autofree char *info = g_build_filename (fixture->root, "build", "meson-info", NULL);
  g_autofree char *info_file = g_build_filename (info, "meson-info.json", NULL);
  g_autofree char *beside = g_build_filename (binary, "models", NULL);
  g_auto (GStrv) alone = NULL, built = NULL;

  (void) data;
  g_setenv ("PERSONALIZE_MODEL_PATH", "/first::/second:/first", TRUE);
  alone = pz_model_search_path (NULL);
  g_assert_true (g_strv_equal ((const char *const *) alone,
                               (const char *const[]) { "/first", "/second", user, NULL }));
  g_assert_cmpint (g_mkdir_with_parents (binary, 0700), ==, 0);
  g_assert_cmpint (g_mkdir_with_parents (info, 0700), ==, 0);
  g_assert_true (g_file_set_contents_full (info_file,
                                           "{\"directories\": {\"source\": \"/the/source\"}}",
                                           -1, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
  built = pz_model_search_path (binary);
  g_assert_true (g_strv_equal ((const char *const *) built,
                               (const char *const[]) { "/first", "/second", user, binary,
                                                       beside, "/the/source/data/models",
                                                       NULL }));
  g_unsetenv ("PERSONALIZE_MODEL_PATH");
}

static void
test_find (Fixture *fixture, gconstpointer data)
{
  g_autofree char *models = g_build_filename (fixture->root, "models", NULL);
  g_autofree char *variable = g_strdup_printf ("%s:%s", fixture->model, models);
  g_autofree char *bad = g_build_filename (models, "bad", "unet", NULL);
  g_autofree char *nothing = g_build_filename (models, "nothing", "here", NULL);
  g_autofree char *single = g_build_filename (models, "single.ckpt", NULL);
  g_autoptr (GPtrArray) found = NULL;
  PzModelInfo *info;

  (void) data;
  g_assert_cmpint (g_mkdir_with_parents (bad, 0700), ==, 0);
  g_assert_cmpint (g_mkdir_with_parents (nothing, 0700), ==, 0);
  g_assert_true (g_file_set_contents_full (single, "x", 1, G_FILE_SET_CONTENTS_NONE, 0600,
                                           NULL));
  g_setenv ("PERSONALIZE_MODEL_PATH", variable, TRUE);
  found = pz_model_find (NULL);
  g_unsetenv ("PERSONALIZE_MODEL_PATH");
  g_assert_cmpuint (found->len, ==, 3);
  info = found->pdata[0];
  g_assert_cmpstr (info->path, ==, fixture->model);
  g_assert_null (info->problem);
  g_assert_cmpuint (info->max_tokens, ==, 13);
  info = found->pdata[1];
  g_assert_cmpstr (info->name, ==, "bad");
  g_assert_nonnull (info->problem);
  info = found->pdata[2];
  g_assert_cmpstr (info->name, ==, "single.ckpt");
  g_assert_nonnull (strstr (info->problem, "single.ckpt: "));
}

#define ADD(name, function) g_test_add (name, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_autofree char *home = g_dir_make_tmp ("pz-home-XXXXXX", NULL);
  int result;

  g_test_init (&argc, &argv, NULL);
  /* The models of the user who runs the test must not be found. */
  g_setenv ("XDG_DATA_HOME", home, TRUE);
  ADD ("/model-folder/a-good-folder-tells-what-it-is", test_good);
  ADD ("/model-folder/model-json-overrides-the-family", test_model_json);
  ADD ("/model-folder/parts-open-alone-and-mappers-may-be-missing", test_parts);
  for (guint i = 0; i < G_N_ELEMENTS (broken); i++)
    {
      g_autofree char *name =
        g_strdup_printf ("/model-folder/a-broken-file-is-named/%u-%s", i, broken[i].name);

      g_test_add (name, Fixture, GUINT_TO_POINTER (i), set_up, test_broken, tear_down);
    }
  ADD ("/model-folder/wrong-shapes-of-all-files-are-named-at-once", test_wrong_shapes);
  ADD ("/model-folder/layers-that-the-file-lacks-are-named", test_too_deep);
  ADD ("/model-folder/a-truncated-file-is-seen-at-once", test_truncated);
  ADD ("/model-folder/broken-files-of-other-layouts-are-named", test_other_layouts);
  ADD ("/model-folder/names-with-fp16-are-found-too", test_half_precision_name);
  ADD ("/catalog/folders-are-searched-in-order", test_search_path);
  ADD ("/catalog/models-are-found-once-and-unusable-ones-say-why", test_find);
  result = g_test_run ();
  g_assert_cmpint (g_rmdir (home), ==, 0);
  return result;
}

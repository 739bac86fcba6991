/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The list of the files that make up a model, for folders and single-file models.
 */
#include "models/model-files.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "tests/unit/small-model.h"

/* The row with that name, or NULL. */
static const PzModelFile *
look_up (GPtrArray *list, const char *name)
{
  for (guint i = 0; i < list->len; i++)
    {
      const PzModelFile *file = g_ptr_array_index (list, i);

      if (strcmp (file->name, name) == 0)
        return file;
    }
  return NULL;
}

static guint
count_missing (GPtrArray *list)
{
  guint n = 0;

  for (guint i = 0; i < list->len; i++)
    n += !((const PzModelFile *) g_ptr_array_index (list, i))->found;
  return n;
}

static void
test_folder (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) list = pz_model_list_files (fixture->model);
  g_autofree char *unet =
    g_build_filename (fixture->model, "unet", "diffusion_pytorch_model.safetensors", NULL);
  const PzModelFile *file = look_up (list, "unet/diffusion_pytorch_model.safetensors");

  (void) data;
  g_assert_cmpuint (count_missing (list), ==, 0);
  g_assert_nonnull (file);
  g_assert_cmpuint (file->uses, ==, PZ_FILE_UNET);
  g_assert_cmpuint (file->size_bytes, >, 1000);
  g_assert_nonnull (look_up (list, "tokenizer/merges.txt"));
  g_assert_nonnull (look_up (list, "elite/local_mapper.safetensors"));
  g_unlink (unet);
  g_ptr_array_unref (list);
  list = pz_model_list_files (fixture->model);
  file = look_up (list, "unet/diffusion_pytorch_model.safetensors");
  g_assert_cmpuint (count_missing (list), ==, 1);
  g_assert_false (file->found);
}

/* Files with other supported names or in other places do not count as missing. */
static void
test_other_names (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) list = NULL;
  g_autofree char *usual =
    g_build_filename (fixture->model, "text_encoder", "model.safetensors", NULL);

  (void) data;
  g_unlink (usual);
  put (fixture, "text_encoder/pytorch_model.bin", "x");
  put (fixture, "parts/vae/diffusion_pytorch_model.safetensors", "x");
  put (fixture, "parts/vae/config.json", "{}");
  put (fixture, "model.json", "{\"vae\": \"parts/vae\"}");
  list = pz_model_list_files (fixture->model);
  g_assert_cmpuint (count_missing (list), ==, 0);
  g_assert_nonnull (look_up (list, "text_encoder/pytorch_model.bin"));
  g_assert_nonnull (look_up (list, "parts/vae/config.json"));
  g_assert_null (look_up (list, "vae/config.json"));
}

static void
test_one_file (Fixture *fixture, gconstpointer data)
{
  g_autofree char *model = g_build_filename (fixture->model, "mine.safetensors", NULL);
  g_autofree char *home = pz_model_home (model);
  g_autoptr (GPtrArray) list = pz_model_list_files (model);
  const PzModelFile *file = look_up (list, "mine.safetensors");

  (void) data;
  /* The file of the model no longer exists. */
  g_assert_cmpstr (home, ==, fixture->model);
  g_assert_nonnull (file);
  g_assert_false (file->found);
  g_assert_null (look_up (list, "unet/config.json"));
  put (fixture, "mine.safetensors", "whatever");
  g_ptr_array_unref (list);
  list = pz_model_list_files (model);
  file = look_up (list, "mine.safetensors");
  g_assert_nonnull (file);
  g_assert_true (file->found);
  g_assert_cmpuint (file->size_bytes, ==, 8);
  g_assert_cmpuint (file->uses, ==, PZ_FILE_TEXT_ENCODER | PZ_FILE_UNET | PZ_FILE_VAE);
  g_assert_nonnull (look_up (list, "tokenizer/vocab.json")); /* in the folder of the file */
  file = look_up (list, "mine.json: \"elite\", global_mapper.safetensors");
  g_assert_nonnull (file);
  g_assert_false (file->found);
  g_assert_null (file->path);
  put (fixture, "mine.json", "{\"elite\": \"elite\"}");
  g_ptr_array_unref (list);
  list = pz_model_list_files (model);
  g_assert_nonnull (look_up (list, "elite/global_mapper.safetensors"));
  g_assert_true (look_up (list, "elite/local_mapper.safetensors")->found);
}

static void
test_nobodys (void)
{
  g_autoptr (GPtrArray) list = pz_model_list_files (NULL);

  g_assert_cmpuint (count_missing (list), ==, list->len);
  g_assert_nonnull (look_up (list, "unet/diffusion_pytorch_model.safetensors"));
  g_assert_null (look_up (list, "unet/config.json")->path);
}

#define ADD(name, function) g_test_add (name, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/model-files/of-a-folder", test_folder);
  ADD ("/model-files/under-other-names-and-elsewhere", test_other_names);
  ADD ("/model-files/of-one-file", test_one_file);
  g_test_add_func ("/model-files/of-no-model", test_nobodys);
  return g_test_run ();
}

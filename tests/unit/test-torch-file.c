/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * test-torch-file SCRIPT: compares files that PyTorch writes during the test with the values that the script saves next to
 * them, and files from other sources with what is known about their contents.
 */
#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

#include "models/files/pickle.h"
#include "tests/unit/remove-tree.h"

static char *folder;

static PzTensorFile *
open_file (const char *path)
{
  g_autoptr (GError) error = NULL;
  PzTensorFile *file = pz_tensor_file_open (path, &error);

  g_assert_no_error (error);
  return file;
}

/* Reads all elements at once, and again in two pieces, the second piece first. */
static void
assert_same_elements (const PzTensorFile *file,
                      const PzFileTensor *found,
                      const PzTensorFile *reference,
                      const PzFileTensor *expected)
{
  const gsize n = expected->n_elements;
  const gsize bytes = pz_file_dtype_bytes (expected->dtype);
  g_autofree guint8 *values = g_malloc0 (n * bytes + 1);
  g_autofree guint8 *wanted = g_malloc0 (n * bytes + 1);
  const gsize middle = n / 3;
  g_autoptr (GError) error = NULL;

  pz_tensor_file_read (reference, expected, 0, n, wanted, &error);
  g_assert_no_error (error);
  pz_tensor_file_read (file, found, 0, n, values, &error);
  g_assert_no_error (error);
  g_assert_cmpmem (values, n * bytes, wanted, n * bytes);
  memset (values, 0, n * bytes);
  pz_tensor_file_read (file, found, middle, n - middle, values + middle * bytes, &error);
  g_assert_no_error (error);
  pz_tensor_file_read (file, found, 0, middle, values, &error);
  g_assert_no_error (error);
  g_assert_cmpmem (values, n * bytes, wanted, n * bytes);
}

static void
test_file_of_torch (gconstpointer data)
{
  const char *path = data;
  g_autofree char *stem = g_strndup (path, strlen (path) - strlen (".pt"));
  g_autofree char *beside = g_strconcat (stem, ".safetensors", NULL);
  g_autoptr (PzTensorFile) file = open_file (path);
  g_autoptr (PzTensorFile) reference = open_file (beside);

  g_assert_cmpuint (pz_tensor_file_get_n_tensors (file), ==,
                    pz_tensor_file_get_n_tensors (reference));
  for (guint i = 0; i < pz_tensor_file_get_n_tensors (reference); i++)
    {
      const PzFileTensor *expected = pz_tensor_file_get_tensor (reference, i);
      const PzFileTensor *found = pz_tensor_file_lookup (file, expected->name);

      if (found == NULL)
        g_error ("%s: %s is not found", path, expected->name);
      g_assert_cmpint (found->dtype, ==, expected->dtype);
      g_assert_cmpuint (found->n_dims, ==, expected->n_dims);
      g_assert_cmpmem (found->dims, found->n_dims * sizeof (guint64), expected->dims,
                       expected->n_dims * sizeof (guint64));
      assert_same_elements (file, found, reference, expected);
    }
}

static void
test_checkpoint_says_more_than_its_tensors (void)
{
  g_autofree char *path = g_build_filename (folder, "checkpoint-zip.pt", NULL);
  g_autoptr (PzTensorFile) file = open_file (path);
  const PzValue *tree = pz_tensor_file_get_tree (file);
  const PzValue *group;
  gint64 number;
  double rate;

  g_assert_cmpstr (pz_tensor_file_get_metadata (file, "global_step"), ==, "470000");
  g_assert_cmpstr (pz_tensor_file_get_metadata (file, "pytorch-lightning_version"), ==,
                   "1.4.2");
  g_assert_null (pz_tensor_file_get_metadata (file, "state_dict"));
  g_assert_true (pz_value_get_int (pz_value_lookup (tree, "epoch"), &number));
  g_assert_cmpint (number, ==, 3);
  g_assert_cmpint (pz_value_get_kind (pz_value_lookup (tree, "none")), ==, PZ_VALUE_NONE);
  group = pz_value_get_item (pz_value_lookup (tree, "optimizer_states"), 0);
  group = pz_value_get_item (pz_value_lookup (group, "param_groups"), 0);
  g_assert_true (pz_value_get_float (pz_value_lookup (group, "lr"), &rate));
  g_assert_cmpfloat (rate, ==, 1e-4);
  g_assert_cmpuint (pz_value_get_n_items (pz_value_lookup (group, "betas")), ==, 2);
}

/* Tensors are in pickled order, which words of several vectors depend on. */
static void
test_names_keep_their_order (void)
{
  g_autofree char *path = g_build_filename (folder, "views-zip.pt", NULL);
  g_autoptr (PzTensorFile) file = open_file (path);

  g_assert_cmpstr (pz_tensor_file_get_tensor (file, 0)->name, ==, "whole");
  g_assert_cmpstr (pz_tensor_file_get_tensor (file, 1)->name, ==, "transposed");
  g_assert_cmpstr (pz_tensor_file_get_tensor (file, 2)->name, ==, "part");
}

/* ---- files from other sources ---- */

/* The path of a file. If PZ_TEST_DATA is not set: NULL, and the test is skipped. (transfer full) */
static char *
find_format (const char *name)
{
  const char *data = g_getenv ("PZ_TEST_DATA");
  char *path = data != NULL ? g_build_filename (data, "formats", name, NULL) : NULL;

  if (path == NULL)
    g_test_skip ("PZ_TEST_DATA is not set");
  return path;
}

static float *
read_all (const PzTensorFile *file, const PzFileTensor *tensor)
{
  float *values = g_new (float, tensor->n_elements);
  g_autoptr (GError) error = NULL;

  pz_tensor_file_read_f32 (file, tensor, 0, tensor->n_elements, values, &error);
  g_assert_no_error (error);
  return values;
}

static double
norm_of (const float *values, gsize n)
{
  double sum = 0.0;

  for (gsize i = 0; i < n; i++)
    sum += (double) values[i] * (double) values[i];
  return sqrt (sum);
}

/* The encoding of an empty prompt, whose first values and norm are known. */
static void
test_empty_prompt_of_stable_diffusion (void)
{
  static const float first[] = { -0.3884f, 0.0229f, -0.0522f };
  static const float second[] = { -0.3711f, -1.4498f, -0.3402f };
  g_autofree char *path = find_format ("sd15-empty-prompt-uc.pt");
  g_autoptr (PzTensorFile) file = NULL;
  g_autofree float *values = NULL;
  const PzFileTensor *tensor;

  if (path == NULL)
    return;
  file = open_file (path);
  tensor = pz_tensor_file_get_tensor (file, 0);
  g_assert_cmpuint (tensor->n_elements, ==, 77 * 768);
  values = read_all (file, tensor);
  for (guint i = 0; i < 3; i++)
    {
      g_assert_cmpfloat_with_epsilon (values[i], first[i], 5e-5);
      g_assert_cmpfloat_with_epsilon (values[768 + i], second[i], 5e-5);
    }
  g_assert_cmpfloat_with_epsilon (norm_of (values, tensor->n_elements), 254.136, 5e-4);
}

/* Four names for one storage with a known norm. */
static void
test_adapter_of_catversion (void)
{
  g_autofree char *path = find_format ("catversion-teapot/pytorch_adapter.bin");
  g_autoptr (PzTensorFile) file = NULL;

  if (path == NULL)
    return;
  file = open_file (path);
  g_assert_cmpuint (pz_tensor_file_get_n_tensors (file), ==, 4);
  for (guint i = 0; i < 4; i++)
    {
      const PzFileTensor *tensor = pz_tensor_file_get_tensor (file, i);
      g_autofree float *values = read_all (file, tensor);

      g_assert_cmpuint (tensor->n_elements, ==, 4608);
      g_assert_cmpfloat_with_epsilon (norm_of (values, 4608), 78.74, 5e-3);
    }
}

static void
test_words_of_cross_initialization (void)
{
  g_autofree char *path = find_format ("cross-init-28017-learned_embeds.bin");
  g_autoptr (PzTensorFile) file = NULL;

  if (path == NULL)
    return;
  file = open_file (path);
  g_assert_cmpuint (pz_tensor_file_get_n_tensors (file), ==, 2);
  g_assert_cmpstr (pz_tensor_file_get_tensor (file, 0)->name, ==, "28017_v0");
  g_assert_cmpstr (pz_tensor_file_get_tensor (file, 1)->name, ==, "28017_v1");
  g_assert_cmpuint (pz_tensor_file_get_tensor (file, 1)->n_elements, ==, 1024);
}

/* ---- creating and listing files ---- */

static gboolean
make_files (const char *script)
{
  const char *const argv[] = { "python3", "-B", script, folder, NULL };
  g_autoptr (GError) error = NULL;
  int status;

  g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL,
                &status, &error);
  g_assert_no_error (error);
  if (g_spawn_check_wait_status (status, &error))
    return TRUE;
  g_assert_error (error, G_SPAWN_EXIT_ERROR, 77);
  return FALSE;
}

static void
test_without_torch (void)
{
  g_test_skip ("there is no PyTorch");
}

static void
add_tests (GPtrArray *paths)
{
  for (guint i = 0; i < paths->len; i++)
    {
      g_autofree char *base = g_path_get_basename (paths->pdata[i]);
      g_autofree char *name = g_strndup (base, strlen (base) - strlen (".pt"));
      g_autofree char *test =
        g_strdup_printf ("/torch-file/%s-equals-what-pytorch-wrote", name);

      g_test_add_data_func (test, paths->pdata[i], test_file_of_torch);
    }
  g_test_add_func ("/torch-file/a-checkpoint-says-more-than-its-tensors",
                   test_checkpoint_says_more_than_its_tensors);
  g_test_add_func ("/torch-file/names-keep-their-order", test_names_keep_their_order);
}

/* The files that PyTorch wrote, sorted by name. */
static GPtrArray *
list_files (void)
{
  GPtrArray *paths = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_suffix (name, ".pt"))
      g_ptr_array_add (paths, g_build_filename (folder, name, NULL));
  g_ptr_array_sort_values (paths, (GCompareFunc) strcmp);
  return paths;
}

int
main (int argc, char **argv)
{
  g_autoptr (GPtrArray) paths = NULL;
  int result;

  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (argc, ==, 2);
  folder = g_dir_make_tmp ("pz-torch-file-XXXXXX", NULL);
  g_assert_nonnull (folder);
  if (make_files (argv[1]))
    {
      paths = list_files ();
      g_assert_cmpuint (paths->len, >, 20);
      add_tests (paths);
    }
  else
    g_test_add_func ("/torch-file/equals-what-pytorch-wrote", test_without_torch);
  g_test_add_func ("/torch-file/the-empty-prompt-of-stable-diffusion-has-its-known-values",
                   test_empty_prompt_of_stable_diffusion);
  g_test_add_func ("/torch-file/an-adapter-of-catversion-has-its-known-norm",
                   test_adapter_of_catversion);
  g_test_add_func ("/torch-file/words-of-cross-initialization-come-in-order",
                   test_words_of_cross_initialization);
  result = g_test_run ();
  remove_tree (folder);
  g_free (folder);
  return result;
}

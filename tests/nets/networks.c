/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Runs every network on every case that tests/reference/nets.py saved, in f16, in f32, with cooperative matrices and, for a
 * few cases, in pairs of halves. A case MODEL/cases/NETWORK.WHAT.safetensors becomes the tests /nets/f16/MODEL/NETWORK/WHAT
 * and so on.
 */
#include <string.h>

#include "tests/nets/compare.h"

/* All ways use the same device, but some force or avoid product forms. */
static const struct
{
  const char *name;
  gboolean force_coop;
  guint avoided;
} ways[PZ_NETS_N_WAYS] = {
  [PZ_NETS_HALVES] = { .name = "f16" },
  [PZ_NETS_SINGLES] = { .name = "f32" },
  [PZ_NETS_MATRICES] = { .name = "f16-cooperative", .force_coop = TRUE },
  [PZ_NETS_PAIRS] = { .name = "f16-pairs", .avoided = PZ_FORMS_ALL & ~(guint) PZ_FORM_PACKED },
};

typedef struct
{
  PzGpu *gpus[PZ_NETS_N_WAYS]; /* NULL: no device */
} Devices;

typedef struct
{
  const Devices *devices;
  char *model;
  char *network;
  char *path;
  guint way;
} Case;

static void
case_free (gpointer data)
{
  Case *c = data;

  g_free (c->model);
  g_free (c->network);
  g_free (c->path);
  g_free (c);
}

static gboolean
has_gradients (const PzTensorFile *in)
{
  for (guint i = 0; i < pz_tensor_file_get_n_tensors (in); i++)
    if (g_str_has_prefix (pz_tensor_file_get_tensor (in, i)->name, "d_"))
      return TRUE;
  return FALSE;
}

static PzModuleAnswer *
run_case (const Case *c, const PzTensorFile *in, gboolean reversed)
{
  g_autoptr (GError) error = NULL;
  PzModuleAnswer *answer = pz_module_run (c->network, in,
                                          &(PzModuleParams) {
                                            .gpu = c->devices->gpus[c->way],
                                            .model = c->model,
                                            .f32 = c->way == PZ_NETS_SINGLES,
                                            .vjp = has_gradients (in),
                                            .reversed = reversed,
                                          },
                                          &error);

  g_assert_no_error (error);
  return answer;
}

static PzTensorFile *
open_case (const Case *c)
{
  g_autoptr (GError) error = NULL;
  PzTensorFile *in = pz_tensor_file_open (c->path, &error);

  g_assert_no_error (error);
  return in;
}

static void
test_case (gconstpointer data)
{
  const Case *c = data;

  if (c->devices->gpus[c->way] == NULL)
    {
      g_test_skip ("no Vulkan device");
      return;
    }
  g_autoptr (PzTensorFile) in = open_case (c);
  g_autoptr (PzModuleAnswer) answer = run_case (c, in, FALSE);
  pz_compare_answer (in, answer, c->way);
  g_assert_cmpuint (pz_gpu_validation_messages (c->devices->gpus[c->way]), ==, 0);
}

/* Dispatches between two barriers may run in any order. */
static void
test_order (gconstpointer data)
{
  const Case *c = data;

  if (c->devices->gpus[c->way] == NULL)
    {
      g_test_skip ("no Vulkan device");
      return;
    }
  g_autoptr (PzTensorFile) in = open_case (c);
  g_autoptr (PzModuleAnswer) forward = run_case (c, in, FALSE);
  g_autoptr (PzModuleAnswer) backward = run_case (c, in, TRUE);
  for (guint i = 0; i < forward->tensors->len; i++)
    {
      const PzSafetensorF32 *a = &g_array_index (forward->tensors, PzSafetensorF32, i);
      const PzSafetensorF32 *b = &g_array_index (backward->tensors, PzSafetensorF32, i);
      gsize n = 1;

      for (guint d = 0; d < a->n_dims; d++)
        n *= a->dims[d];
      g_assert_cmpmem (a->values, n * sizeof (float), b->values, n * sizeof (float));
    }
}

static void
add_test (const Case *pattern, const char *kind, const char *what, GTestDataFunc test)
{
  g_autofree char *model = g_path_get_basename (pattern->model);
  g_autofree char *name =
    g_strdup_printf ("/nets/%s/%s/%s/%s", kind, model, pattern->network, what);
  Case *c = g_new0 (Case, 1);

  *c = *pattern;
  c->model = g_strdup (pattern->model);
  c->network = g_strdup (pattern->network);
  c->path = g_strdup (pattern->path);
  g_test_add_data_func_full (name, c, test, case_free);
}

/* Pairs of halves run for two networks only, because their kernels take seconds to compile on the software driver. */
static gboolean
runs_by_pairs (const char *model, const char *file)
{
  return g_str_equal (model, "one")
         && (g_str_has_prefix (file, "unet.text-alone")
             || g_str_has_prefix (file, "vae_decoder.a-wide"));
}

/* Adds the tests of a case such as "data/one/cases/unet.text-alone.safetensors", one for each way. */
static void
add_case (const char *folder, const char *model, const char *file, const Devices *devices)
{
  g_auto (GStrv) parts = g_strsplit (file, ".", 3);
  g_autofree char *model_path = g_build_filename (folder, model, NULL);
  g_autofree char *path = g_build_filename (model_path, "cases", file, NULL);
  Case c = { .devices = devices, .model = model_path, .path = path };

  g_assert_cmpuint (g_strv_length (parts), ==, 3);
  c.network = parts[0];
  for (c.way = 0; c.way < PZ_NETS_N_WAYS; c.way++)
    if (c.way != PZ_NETS_PAIRS || runs_by_pairs (model, file))
      add_test (&c, ways[c.way].name, parts[1], test_case);
  c.way = PZ_NETS_HALVES;
  if (g_str_equal (c.network, "unet"))
    add_test (&c, "any-order", parts[1], test_order);
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(char *const *) a, *(char *const *) b);
}

static void
add_model (const char *folder, const char *model, const Devices *devices, GHashTable *networks)
{
  g_autofree char *cases = g_build_filename (folder, model, "cases", NULL);
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GDir) dir = g_dir_open (cases, 0, NULL);
  const char *file;

  g_assert_nonnull (dir);
  while ((file = g_dir_read_name (dir)) != NULL)
    g_ptr_array_add (files, g_strdup (file));
  g_ptr_array_sort (files, compare_names);
  for (guint i = 0; i < files->len; i++)
    {
      file = g_ptr_array_index (files, i);
      add_case (folder, model, file, devices);
      g_hash_table_add (networks, g_strndup (file, strcspn (file, ".")));
    }
}

/* Missing case files must not go unnoticed. */
static void
test_every_network_has_cases (gconstpointer data)
{
  GHashTable *networks = (gpointer) data;
  static const char *const names[] = { "clip_image",     "clip_text",     "dino",
                                       "global_mapper",  "image_encoder", "local_mapper",
                                       "subject_finder", "text_encoder",  "unet",
                                       "vae_decoder",    "vae_encoder" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    if (!g_hash_table_contains (networks, names[i]))
      g_error ("no case for %s", names[i]);
}

static PzGpu *
open_device (guint way)
{
  g_autoptr (GError) error = NULL;
  const PzGpuParams params = { .validate = TRUE, .force_coop = ways[way].force_coop };
  PzGpu *gpu = pz_gpu_open (&params, &error);

  if (gpu == NULL && !g_error_matches (error, PZ_ERROR, PZ_ERROR_NO_DEVICE))
    g_error ("%s", error->message);
  if (gpu != NULL)
    pz_gpu_avoid_forms (gpu, ways[way].avoided);
  return gpu;
}

int
main (int argc, char **argv)
{
  g_autoptr (GHashTable) networks =
    g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  Devices devices;
  int status;

  g_test_init (&argc, &argv, NULL);
  for (guint way = 0; way < PZ_NETS_N_WAYS; way++)
    devices.gpus[way] = open_device (way);
  add_model (PZ_NETS_DATA, "one", &devices, networks);
  add_model (PZ_NETS_DATA, "two", &devices, networks);
  add_model (PZ_NETS_DATA, "three", &devices, networks);
  add_model (PZ_NETS_DATA, "clip", &devices, networks);
  add_model (PZ_NETS_DATA, "dino", &devices, networks);
  g_test_add_data_func ("/nets/every-network-has-cases", networks,
                        test_every_network_has_cases);
  status = g_test_run ();
  for (guint way = 0; way < PZ_NETS_N_WAYS; way++)
    g_clear_pointer (&devices.gpus[way], pz_gpu_close);
  return status;
}

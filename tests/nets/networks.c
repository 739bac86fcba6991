/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Every network on every case that tests/reference/nets.py saved, in halves and in f32. A case
 * MODEL/cases/NETWORK.WHAT.safetensors becomes the tests /nets/f16/MODEL/NETWORK/WHAT and
 * /nets/f32/....
 */
#include <math.h>
#include <string.h>

#include "tests/nets/compare.h"

typedef struct
{
  PzGpu *gpu; /* NULL: no device */
  char *model;
  char *network;
  char *path;
  gboolean f32;
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

static void
test_case (gconstpointer data)
{
  const Case *c = data;
  g_autoptr (GError) error = NULL;

  if (c->gpu == NULL)
    {
      g_test_skip ("no Vulkan device");
      return;
    }
  g_autoptr (PzSafetensors) in = pz_safetensors_open (c->path, &error);
  g_assert_no_error (error);
  g_autoptr (PzModuleAnswer) answer = pz_module_run (c->network, in,
                                                     &(PzModuleParams) {
                                                       .gpu = c->gpu,
                                                       .model = c->model,
                                                       .f32 = c->f32,
                                                     },
                                                     &error);
  g_assert_no_error (error);
  pz_compare_answer (in, answer, c->f32);
  g_assert_cmpuint (pz_gpu_validation_messages (c->gpu), ==, 0);
}

/* "data/one/cases/unet.text-alone.safetensors" twice: halves and f32. */
static void
add_case (const char *folder, const char *model, const char *file, PzGpu *gpu)
{
  g_auto (GStrv) parts = g_strsplit (file, ".", 3);

  g_assert_cmpuint (g_strv_length (parts), ==, 3);
  for (guint f32 = 0; f32 < 2; f32++)
    {
      g_autofree char *name =
        g_strdup_printf ("/nets/%s/%s/%s/%s", f32 ? "f32" : "f16", model, parts[0], parts[1]);
      Case *c = g_new0 (Case, 1);

      c->gpu = gpu;
      c->model = g_build_filename (folder, model, NULL);
      c->network = g_strdup (parts[0]);
      c->path = g_build_filename (folder, model, "cases", file, NULL);
      c->f32 = f32 != 0;
      g_test_add_data_func_full (name, c, test_case, case_free);
    }
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(char *const *) a, *(char *const *) b);
}

static void
add_model (const char *folder, const char *model, PzGpu *gpu, GHashTable *networks)
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
      add_case (folder, model, file, gpu);
      g_hash_table_add (networks, g_strndup (file, strcspn (file, ".")));
    }
}

/* A folder that lost its files must not pass. */
static void
test_every_network_has_cases (gconstpointer data)
{
  GHashTable *networks = (gpointer) data;
  static const char *const names[] = { "global_mapper", "image_encoder", "local_mapper",
                                       "text_encoder",  "unet",          "vae_decoder",
                                       "vae_encoder" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    if (!g_hash_table_contains (networks, names[i]))
      g_error ("no case for %s", names[i]);
}

int
main (int argc, char **argv)
{
  g_autoptr (GHashTable) networks =
    g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (PzGpu) gpu = NULL;
  g_autoptr (GError) error = NULL;
  int status;

  g_test_init (&argc, &argv, NULL);
  gpu = pz_gpu_open (&(PzGpuParams) { .validate = TRUE }, &error);
  if (gpu == NULL && !g_error_matches (error, PZ_ERROR, PZ_ERROR_NO_DEVICE))
    g_error ("%s", error->message);
  add_model (PZ_NETS_DATA, "one", gpu, networks);
  add_model (PZ_NETS_DATA, "two", gpu, networks);
  g_test_add_data_func ("/nets/every-network-has-cases", networks,
                        test_every_network_has_cases);
  status = g_test_run ();
  return status;
}

/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Previews after each step, with the embedded model and a small decoder with random weights. The last preview must equal the
 * result of a run that uses the small decoder as the model's decoder.
 */
#include <glib/gstdio.h>
#include <unistd.h>

#include "models/files/model-folder.h"
#include "models/files/safetensors.h"
#include "models/session.h"

#define SIDE 64
#define STEPS 3
/* A minimal AutoencoderTiny for the latents of the embedded model. */
#define SMALL \
  "{\"_class_name\": \"AutoencoderTiny\", \"in_channels\": 3, \"out_channels\": 3, \"latent_channels\": %u, " \
  "\"encoder_block_out_channels\": [%s], \"decoder_block_out_channels\": [%s], \"num_encoder_blocks\": [%s], " \
  "\"num_decoder_blocks\": [%s], \"act_fn\": \"relu\", \"upsampling_scaling_factor\": 2, \"scaling_factor\": 1.0}"

typedef struct
{
  guint n, width; /* number of previews, width of the last one */
  PzImage *preview, *picture; /* the last ones */
} Seen;

static void
seen_clear (Seen *seen)
{
  g_clear_pointer (&seen->preview, pz_image_unref);
  g_clear_pointer (&seen->picture, pz_image_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Seen, seen_clear)

static void
on_preview (PzImage *image, gpointer data)
{
  Seen *seen = data;

  g_clear_pointer (&seen->preview, pz_image_unref);
  seen->preview = pz_image_ref (image);
  seen->width = pz_image_get_width (image);
  seen->n++;
}

static gboolean
on_variant (const PzVariant *variant, gpointer data, GError **error)
{
  (void) error;
  ((Seen *) data)->picture = pz_image_ref (variant->image);
  return TRUE;
}

/* Generates a picture in a few steps. FALSE = there is no device. */
static gboolean
paint (const char *model, const char *vae, Seen *seen)
{
  g_autoptr (GError) error = NULL;
  PzSession *session =
    pz_session_open (&(PzSessionParams) { .model = model, .vae = vae, .f32 = TRUE }, &error);
  const PzTaskParams task = { .preview = on_preview, .preview_data = seen };
  const PzGenerateParams params = {
    .prompt = "a red ball",
    .steps = STEPS,
    .sampler = "lcm", /* its last step returns the estimated picture */
    .guidance = -1.0,
    .fidelity = -1.0,
    .width = SIDE,
    .height = SIDE,
  };

  if (g_error_matches (error, PZ_ERROR, PZ_ERROR_NO_DEVICE))
    {
      g_test_skip ("no Vulkan device");
      return FALSE;
    }
  g_assert_no_error (error);
  pz_session_generate (session, &params, NULL, 0, &task, on_variant, seen, &error);
  g_assert_no_error (error);
  pz_session_close (session);
  return TRUE;
}

/* A folder of links to the model's entries, and a link `name` to `target`. (transfer full) */
static char *
link_model (const char *model, const char *name, const char *target)
{
  char *folder = g_dir_make_tmp ("pz-previews-XXXXXX", NULL);
  g_autoptr (GDir) dir = g_dir_open (model, 0, NULL);
  g_autofree char *added = g_build_filename (folder, name, NULL);
  const char *entry;

  while ((entry = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *from = g_build_filename (model, entry, NULL);
      g_autofree char *to = g_build_filename (folder, entry, NULL);

      g_assert_cmpint (symlink (from, to), ==, 0);
    }
  g_assert_cmpint (symlink (target, added), ==, 0);
  return folder;
}

static void
remove_links (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *entry;

  while ((entry = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, entry, NULL);

      g_assert_cmpint (g_remove (path), ==, 0);
    }
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

/* ---- a small decoder ---- */

/* `each` once per level, such as "4, 4, 4", with enough levels to divide a side by `factor`. (transfer full) */
static char *
list_levels (guint factor, const char *each)
{
  GString *text = g_string_new (each);

  for (; factor > 1; factor /= 2)
    g_string_append_printf (text, ", %s", each);
  return g_string_free_and_steal (text);
}

static PzGraph *
build (const PzAutoencoder *vae)
{
  PzGraph *graph = pz_graph_new (PZ_F32);
  PzTensor *moments;

  pz_autoencoder_encoder (graph, vae,
                          pz_graph_input (graph, "image", PZ_F32, 4,
                                          (guint[]) { 1, SIDE, SIDE, 3 }),
                          &moments);
  pz_autoencoder_decoder (graph, vae,
                          pz_graph_input (graph, "latent", PZ_F32, 4,
                                          (guint[]) { 1, 4, 4, vae->latent_channels }));
  return graph;
}

/* Writes random values for all weights that the networks request. */
static void
write_weights (const PzAutoencoder *vae, const char *path)
{
  g_autoptr (PzGraph) graph = build (vae);
  const guint n = pz_graph_get_n_weights (graph);
  g_autofree PzSafetensorF32 *tensors = g_new0 (PzSafetensorF32, n);
  g_autoptr (GPtrArray) values = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GRand) random = g_rand_new_with_seed (5);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < n; i++)
    {
      const guint *dims = pz_graph_get_weight_file_dims (graph, i, &tensors[i].n_dims);
      gsize n_values = 1;
      float *of_one;

      for (guint j = 0; j < tensors[i].n_dims; j++)
        n_values *= tensors[i].dims[j] = dims[j];
      of_one = g_new (float, n_values);
      for (gsize j = 0; j < n_values; j++)
        of_one[j] = (float) g_rand_double_range (random, -0.3, 0.3);
      g_ptr_array_add (values, of_one);
      tensors[i].name = pz_graph_get_weight (graph, i)->name;
      tensors[i].values = of_one;
    }
  pz_safetensors_write (path, tensors, n, NULL, &error);
  g_assert_no_error (error);
}

/* Creates the folder of the small decoder and returns its path. (transfer full) */
static char *
write_small (guint latent_channels, guint factor)
{
  char *folder = g_dir_make_tmp ("pz-small-XXXXXX", NULL);
  g_autofree char *widths = list_levels (factor, "4");
  g_autofree char *blocks = list_levels (factor, "0");
  g_autofree char *text =
    g_strdup_printf (SMALL, latent_channels, widths, widths, blocks, blocks);
  g_autofree char *config = g_build_filename (folder, "config.json", NULL);
  g_autofree char *weights =
    g_build_filename (folder, "diffusion_pytorch_model.safetensors", NULL);
  g_autoptr (GError) error = NULL;
  PzAutoencoder vae;

  g_assert_true (g_file_set_contents (config, text, -1, NULL));
  pz_autoencoder_read (config, &vae, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (vae.factor, ==, factor);
  write_weights (&vae, weights);
  return folder;
}

/* ---- tests ---- */

static void
test_small_decoder (gconstpointer model)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PzModelFolder) opened = pz_model_folder_open (model, PZ_PARTS_GENERATE, 0, &error);
  g_autofree char *small = write_small (opened->vae.latent_channels, opened->vae.factor);
  g_autofree char *folder = link_model (model, "taesd", small);
  g_auto (Seen) seen = { 0 };
  g_auto (Seen) alone = { 0 };

  if (paint (folder, NULL, &seen) && paint (model, small, &alone))
    {
      const float *a = pz_image_get_pixels (seen.preview);
      const float *b = pz_image_get_pixels (alone.picture);
      const float *c = pz_image_get_pixels (seen.picture);
      double apart = 0.0, other = 0.0;

      g_assert_cmpuint (seen.n, ==, STEPS);
      g_assert_cmpuint (seen.width, ==, SIDE);
      for (guint i = 0; i < SIDE * SIDE * 3; i++)
        {
          apart = MAX (apart, ABS ((double) a[i] - (double) b[i]));
          other = MAX (other, ABS ((double) a[i] - (double) c[i]));
        }
      g_assert_cmpfloat (apart, <, 1e-3);
      g_assert_cmpfloat (other, >, 1e-2); /* the picture comes from the model's own decoder */
    }
  remove_links (folder);
  remove_links (small);
}

/* A decoder for other latents, or something that is not a decoder, is ignored: previews are as without it. Here there are none,
 * because the model's decoder is more expensive than the steps. */
static void
test_unfit (gconstpointer model)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PzModelFolder) opened = pz_model_folder_open (model, PZ_PARTS_GENERATE, 0, &error);
  g_autofree char *small = write_small (opened->vae.latent_channels + 1, opened->vae.factor);
  g_autofree char *unet = g_build_filename (model, "unet", NULL);
  const char *const targets[] = { small, unet };

  for (guint i = 0; i < G_N_ELEMENTS (targets); i++)
    {
      g_autofree char *folder = link_model (model, "taesd", targets[i]);
      g_auto (Seen) seen = { 0 };

      if (paint (folder, NULL, &seen))
        g_assert_cmpuint (seen.width, <, SIDE);
      remove_links (folder);
    }
  remove_links (small);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (argc, ==, 2);
  g_test_add_data_func ("/nets/previews/a-small-decoder-paints-them-whole", argv[1],
                        test_small_decoder);
  g_test_add_data_func ("/nets/previews/what-does-not-fit-is-left-alone", argv[1], test_unfit);
  return g_test_run ();
}

/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Writes the weights that result from LoRA files, for test-lora.py to compare with numpy:
 *
 *   lora-weights MODEL OUT [FILE WEIGHT]...   each changed weight of the model, computed on a device in f32
 *   lora-weights --sd15 OUT FILE              the first rows of each product of the file, without a device, for the layers of
 *                                             Stable Diffusion 1.5, whose weights are not needed
 *
 * OUT is a safetensors file. Layers without a matching weight are listed on stdout.
 */
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>

#include "models/files/lora-file.h"
#include "models/files/safetensors.h"
#include "models/tasks/overlay.h"

#define N_ROWS 4 /* written for each product */
#define TEXT "text."

static int
fail (const GError *error)
{
  fprintf (stderr, "%s\n", error->message);
  return 1;
}

/* ---- tensors to write ---- */

static void
add_tensor (GArray *tensors,
            const char *name,
            guint n_dims,
            const guint64 dims[],
            float *values)
{
  PzSafetensorF32 tensor = { .name = name, .n_dims = n_dims, .values = values };

  memcpy (tensor.dims, dims, n_dims * sizeof *dims);
  g_array_append_val (tensors, tensor);
}

static int
write_tensors (GArray *tensors, const char *path)
{
  GError *error = NULL;

  return pz_safetensors_write (path, (const PzSafetensorF32 *) (gpointer) tensors->data,
                               tensors->len, NULL, &error)
           ? 0
           : fail (error);
}

/* ---- on a device ---- */

/* Requests a weight in its network's scope, as generation does. */
static void
ask (PzGraph *graph, const PzNamedWeight *weight)
{
  g_autofree char *name = g_strconcat (weight->is_text ? TEXT : "", weight->name, NULL);

  pz_graph_weight (graph, weight->layout, name, weight->n_dims, weight->dims);
}

/* The dims are in the tensor's order: [O, kh, kw, I] for a convolution. */
static gboolean
add_changed (GArray *tensors, PzTensor *weight, GError **error)
{
  PzStorage *storage = pz_graph_get_bound (weight);
  guint64 dims[PZ_MAX_DIMS];
  gsize n;
  float *values;

  if (storage == NULL)
    return TRUE;
  n = pz_storage_get_n_elements (storage);
  values = g_new (float, n);
  for (guint i = 0; i < weight->n_dims; i++)
    dims[i] = weight->dims[i];
  add_tensor (tensors, g_intern_string (weight->name), weight->n_dims, dims, values);
  return pz_storage_read_f32 (storage, values, n, error);
}

static gboolean
make_weights (PzGpu *gpu,
              const PzModelFolder *model,
              PzOverlay *overlay,
              const PzOverlayStrength strengths[],
              GArray *tensors,
              GError **error)
{
  g_autoptr (PzWeightNames) names = pz_weight_names_new (model);
  g_autoptr (PzGraph) graph = pz_graph_new (PZ_F32);
  g_autofree const char **all = pz_weight_names_list (names);
  PzMeter meter;

  for (guint i = 0; all[i] != NULL; i++)
    ask (graph, pz_weight_names_lookup (names, all[i]));
  pz_meter_init (&meter, NULL, FALSE);
  pz_meter_begin (&meter, 1.0);
  pz_overlay_set_strengths (overlay, strengths);
  if (!pz_overlay_bind (overlay, gpu, graph, error)
      || !pz_overlay_compile (overlay, gpu, NULL, error)
      || !pz_overlay_apply (overlay, &meter, error))
    return FALSE;
  for (guint i = 0; i < pz_graph_get_n_weights (graph); i++)
    if (!add_changed (tensors, pz_graph_get_weight (graph, i), error))
      return FALSE;
  return TRUE;
}

static int
run_on_device (int argc, char **argv)
{
  GError *error = NULL;
  g_autoptr (GArray) tensors = g_array_new (FALSE, FALSE, sizeof (PzSafetensorF32));
  g_autoptr (PzModelFolder) model =
    pz_model_folder_open (argv[1], PZ_PARTS_GENERATE, 0, &error);
  g_autoptr (PzGpu) gpu = model != NULL ? pz_gpu_open (&(PzGpuParams) { 0 }, &error) : NULL;
  const guint n = (guint) (argc - 3) / 2;
  g_autofree PzOverlaySource *sources = g_new0 (PzOverlaySource, n);
  g_autofree PzOverlayStrength *strengths = g_new0 (PzOverlayStrength, n);
  PzOverlay *overlay;
  int status;

  if (gpu == NULL)
    return fail (error);
  for (guint i = 0; i < n; i++)
    {
      sources[i].lora = pz_lora_open (argv[3 + 2 * i], TRUE, &error);
      if (sources[i].lora == NULL)
        return fail (error);
      strengths[i].unet = strengths[i].text = g_ascii_strtod (argv[4 + 2 * i], NULL);
    }
  overlay = pz_overlay_new (model, sources, n, &error);
  if (overlay == NULL || !make_weights (gpu, model, overlay, strengths, tensors, &error))
    return fail (error);
  for (guint i = 0; i < n; i++)
    if (pz_overlay_get_note (overlay, i) != NULL)
      printf ("%s\n", pz_overlay_get_note (overlay, i));
  status = write_tensors (tensors, argv[2]);
  pz_overlay_free (overlay);
  for (guint i = 0; i < n; i++)
    pz_lora_unref (sources[i].lora);
  pz_model_folder_release (model);
  return status;
}

/* ---- without a device ---- */

typedef gboolean (*ReadFunc) (const char *path, gpointer config, GError **error);

static void
read_config (ReadFunc read, const char *json, gpointer config)
{
  g_autofree char *path = NULL;
  g_autoptr (GError) error = NULL;
  int fd = g_file_open_tmp ("pz-lora-XXXXXX", &path, &error);

  g_assert_no_error (error);
  g_close (fd, NULL);
  g_assert_true (g_file_set_contents (path, json, -1, NULL));
  read (path, config, &error);
  g_assert_no_error (error);
  g_unlink (path);
}

static PzWeightNames *
names_of_sd15 (void)
{
  PzModelFolder model = { .parts = PZ_PART_TEXT_ENCODER | PZ_PART_UNET };

  read_config ((ReadFunc) (GCallback) pz_unet_config_read,
               "{ \"sample_size\": 64, \"cross_attention_dim\": 768 }", &model.unet);
  read_config ((ReadFunc) (GCallback) pz_text_config_read,
               "{ \"vocab_size\": 49408, \"hidden_size\": 768, \"intermediate_size\": 3072, "
               "\"num_hidden_layers\": 12, \"num_attention_heads\": 12, "
               "\"max_position_embeddings\": 77, \"hidden_act\": \"quick_gelu\" }",
               &model.text);
  return pz_weight_names_new (&model);
}

static gboolean
add_product (GArray *tensors,
             const PzLora *lora,
             const PzLoraPart *part,
             const PzNamedWeight *weight,
             GError **error)
{
  gsize n_in = 1;

  for (guint i = 1; i < weight->n_dims; i++)
    n_in *= weight->dims[i];
  g_autofree float *up = g_new (float, (gsize) weight->dims[0] * part->rank);
  g_autofree float *down = g_new (float, n_in * part->rank);
  float *product = g_new0 (float, N_ROWS *n_in);

  if (!pz_lora_read (lora, part, weight, up, down, error))
    return FALSE;
  for (gsize o = 0; o < N_ROWS; o++)
    for (gsize i = 0; i < n_in; i++)
      for (gsize r = 0; r < part->rank; r++)
        product[o * n_in + i] += up[o * part->rank + r] * down[i * part->rank + r];
  add_tensor (tensors, weight->name, 2, (guint64[]) { N_ROWS, n_in }, product);
  return TRUE;
}

static int
run_without_device (char **argv)
{
  GError *error = NULL;
  g_autoptr (GArray) tensors = g_array_new (FALSE, FALSE, sizeof (PzSafetensorF32));
  g_autoptr (PzWeightNames) names = names_of_sd15 ();
  g_autoptr (PzLora) lora = pz_lora_open (argv[3], TRUE, &error);

  if (lora == NULL)
    return fail (error);
  for (guint i = 0; i < pz_lora_get_n_parts (lora); i++)
    {
      const PzLoraPart *part = pz_lora_get_part (lora, i);
      const PzNamedWeight *weight;

      if (!pz_lora_find_weight (lora, part, names, &weight, &error))
        return fail (error);
      if (weight == NULL)
        printf ("%s\n", part->key);
      else if (!add_product (tensors, lora, part, weight, &error))
        return fail (error);
    }
  return write_tensors (tensors, argv[2]);
}

int
main (int argc, char **argv)
{
  if (argc == 4 && strcmp (argv[1], "--sd15") == 0)
    return run_without_device (argv);
  if (argc >= 5 && argc % 2 == 1)
    return run_on_device (argc, argv);
  fprintf (stderr, "usage: lora-weights MODEL OUT [FILE WEIGHT]... | --sd15 OUT FILE\n");
  return 2;
}

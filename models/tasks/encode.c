/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Encodes a picture and a mask to words and local features: see encode.h.
 *
 * The image encoder runs once on a batch of two: the whole crop (global mapper) and the object on black (local mapper).
 */
#include "models/tasks/encode.h"

#include <json-glib/json-glib.h>

#include "models/concept-private.h"
#include "models/nets/image-encoder.h"
#include "models/nets/mapper.h"
#include "models/tasks/clip-pixels.h"
#include "models/tasks/diagnose.h"
#include "models/tasks/meter.h"

/* The side of the intermediate mask: the dataset code samples the mask at 128x128 first. */
#define MASK_SIDE 128

struct _PzEncoder
{
  PzGpu *gpu;
  const PzModelFolder *model; /* not owned */
  const PzModelFingerprints *fingerprints; /* not owned */
  PzDtype activation;
  PzProgram *encode; /* pixel_values, mask -> words, local; NULL until first used */
  PzStorage *pixel_values; /* F32 [2, S, S, 3] */
};

PzEncoder *
pz_encoder_new (PzGpu *gpu,
                const PzModelFolder *model,
                const PzModelFingerprints *fingerprints,
                PzDtype activation)
{
  PzEncoder *encoder = g_new0 (PzEncoder, 1);

  encoder->gpu = gpu;
  encoder->model = model;
  encoder->fingerprints = fingerprints;
  encoder->activation = activation;
  return encoder;
}

static void
clear_program (PzEncoder *encoder)
{
  g_clear_pointer (&encoder->encode, pz_program_free);
  g_clear_pointer (&encoder->pixel_values, pz_storage_unref);
}

void
pz_encoder_free (PzEncoder *encoder)
{
  if (encoder == NULL)
    return;
  clear_program (encoder);
  g_free (encoder);
}

void
pz_encoder_rest (PzEncoder *encoder)
{
  const PzModelFolder *model = encoder->model;
  PzWeights *const weights[] = { model->vision_weights, model->global_mapper_weights,
                                 model->local_mapper_weights };

  clear_program (encoder);
  for (guint i = 0; i < G_N_ELEMENTS (weights); i++)
    if (weights[i] != NULL)
      pz_weights_release (weights[i]);
}

void
pz_encode_mask_grid (const PzImage *mask, guint cells, float *grid)
{
  guint side = pz_image_get_width (mask);
  const float *pixels = pz_image_get_pixels (mask);

  for (guint r = 0; r < cells; r++)
    for (guint c = 0; c < cells; c++)
      {
        gsize y = (gsize) (r * MASK_SIDE / cells) * side / MASK_SIDE;
        gsize x = (gsize) (c * MASK_SIDE / cells) * side / MASK_SIDE;
        grid[r * cells + c] = pz_mask_is_inside (pixels[y * side + x]) ? 1.0f : 0.0f;
      }
}

/* ---- the two programs ---- */

static PzTensor *
features_of (PzGraph *graph, PzTensor *hidden, guint which)
{
  return pz_slice (graph, hidden, 0, which, 1);
}

static PzGraph *
build_encode (PzEncoder *encoder)
{
  const PzModelFolder *model = encoder->model;
  const PzVisionConfig *vision = &model->vision;
  guint side = vision->image_size;
  guint patches = pz_image_encoder_patches (vision);
  PzGraph *graph = pz_model_graph_new (encoder->model, encoder->activation);
  g_autofree PzTensor **hidden = g_new0 (PzTensor *, vision->num_hidden_layers + 1);
  PzTensor *whole[PZ_MAPPER_FEATURES], *object[PZ_MAPPER_FEATURES];
  PzTensor *pixels =
    pz_graph_input (graph, "pixel_values", PZ_F32, 4, (guint[]) { 2, side, side, 3 });
  PzTensor *mask = pz_graph_input (graph, "mask", PZ_F32, 2, (guint[]) { 1, patches });

  if (encoder->pixel_values != NULL)
    pz_graph_bind (graph, pixels, encoder->pixel_values);
  pz_image_encoder (graph, vision, pixels, hidden);
  for (guint i = 0; i < PZ_MAPPER_FEATURES; i++)
    {
      whole[i] = features_of (graph, hidden[model->mapper.layers[i]], 0);
      object[i] = features_of (graph, hidden[model->mapper.layers[i]], 1);
    }
  pz_graph_output (graph,
                   pz_cast (graph, pz_global_mapper (graph, &model->mapper, whole), PZ_F32),
                   "words");
  pz_graph_output (graph,
                   pz_cast (graph, pz_local_mapper (graph, &model->mapper, object, mask),
                            PZ_F32),
                   "local");
  return graph;
}

gboolean
pz_encoder_measure (PzEncoder *encoder, PzFootprint *footprint, GError **error)
{
  g_autoptr (PzGraph) graph = build_encode (encoder);

  return pz_footprint_add (footprint, graph, error);
}

static gboolean
prepare (PzEncoder *encoder, PzMeter *meter, GError **error)
{
  const PzModelFolder *model = encoder->model;
  guint side = model->vision.image_size;
  GCancellable *cancellable = meter->task != NULL ? meter->task->cancellable : NULL;
  const PzWeightSource sources[] = {
    { "", model->vision_weights },
    { "global/", model->global_mapper_weights },
    { "local/", model->local_mapper_weights },
  };

  encoder->pixel_values =
    pz_storage_new (encoder->gpu, PZ_ARENA_STATE, PZ_F32, 4, (guint[]) { 2, side, side, 3 },
                    "pixel_values", error);
  if (encoder->pixel_values == NULL)
    return FALSE;

  g_autoptr (PzGraph) graph = build_encode (encoder);
  if (!pz_weights_bind (graph, sources, G_N_ELEMENTS (sources), encoder->gpu,
                        &(PzWeightParams) { .cancellable = cancellable }, error))
    return FALSE;
  pz_meter_prepare (meter, 0.5);
  encoder->encode =
    pz_program_new (encoder->gpu, graph, &(PzRunParams) { .cancellable = cancellable }, error);
  return encoder->encode != NULL;
}

/* ---- on the host ---- */

/* [2, side, side, 3] in multiples of 1/255: the crop, then the part of it inside the mask, on black. (transfer full) */
static float *
crops_new (const PzImage *crop, const PzImage *mask)
{
  gsize n = (gsize) pz_image_get_width (crop) * pz_image_get_height (crop);
  const float *pixels = pz_image_get_pixels (crop);
  const float *inside = pz_image_get_pixels (mask);
  float *crops = g_new (float, 2 * n * 3);

  for (gsize i = 0; i < n; i++)
    for (guint c = 0; c < 3; c++)
      {
        float level = CLAMP (pixels[i * 3 + c], 0.0f, 1.0f);
        float value = (float) (gint) (level * 255.0f + 0.5f) / 255.0f;
        crops[i * 3 + c] = value;
        crops[(n + i) * 3 + c] = pz_mask_is_inside (inside[i]) ? value : 0.0f;
      }
  return crops;
}

static gboolean
write_inputs (PzEncoder *encoder,
              PzProgram *resize,
              const float *crops,
              const PzImage *mask,
              GError **error)
{
  const PzModelFolder *model = encoder->model;
  gsize n_pixels = (gsize) pz_image_get_width (mask) * pz_image_get_height (mask);
  guint cells = model->vision.image_size / model->vision.patch_size;
  g_autofree float *grid = g_new (float, (gsize) cells *cells);

  pz_encode_mask_grid (mask, cells, grid);
  return pz_clip_pixels_write (resize, crops, 2 * n_pixels * 3, error)
         && pz_storage_write_f32 (pz_program_get_storage (encoder->encode, "mask"), grid,
                                  (gsize) cells * cells, error);
}

char *
pz_encode_recipe (const PzModelFolder *model,
                  const char *method,
                  const PzImage *crop,
                  const PzImage *mask)
{
  g_autofree char *crop_hash = pz_image_hash (crop);
  g_autofree char *mask_hash = pz_image_hash (mask);
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;
  const struct
  {
    const char *key, *value;
  } rows[] = {
    { "method", method },          { "software", "gimp-personalize " PZ_VERSION },
    { "model", model->info.name }, { "crop_sha256", crop_hash },
    { "mask_sha256", mask_hash },
  };

  json_builder_begin_object (builder);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      json_builder_set_member_name (builder, rows[i].key);
      json_builder_add_string_value (builder, rows[i].value);
    }
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  return json_to_string (root, FALSE);
}

/* Checks that all values are finite. Otherwise fails with the cause. */
static gboolean
check_features (PzEncoder *encoder,
                const float *words,
                gsize n_words,
                const float *local,
                gsize n_local,
                GCancellable *cancellable,
                GError **error)
{
  const PzModelFolder *model = encoder->model;
  const PzDiagnose diagnose = { encoder->gpu, encoder->activation, cancellable };
  const PzDiagnosePart parts[] = {
    { "", "image_encoder", model->vision_weights },
    { "global/", "elite", model->global_mapper_weights },
    { "local/", "elite", model->local_mapper_weights },
  };

  if (pz_diagnose_is_finite (words, n_words) && pz_diagnose_is_finite (local, n_local))
    return TRUE;
  return pz_diagnose_program (&diagnose, encoder->encode, parts, G_N_ELEMENTS (parts), FALSE,
                              error)
         && pz_diagnose_driver (&diagnose, "NaN or infinity for a concept", error);
}

static PzConcept *
read_concept (PzEncoder *encoder,
              PzImage *crop,
              PzImage *mask,
              GCancellable *cancellable,
              GError **error)
{
  const PzModelFolder *model = encoder->model;
  guint width = model->mapper.cross_attention_dim;
  guint patches = pz_image_encoder_patches (&model->vision);
  gsize n_words = (gsize) PZ_MAPPER_FEATURES * width, n_local = (gsize) patches * width;
  g_autofree float *words = g_new (float, n_words);
  g_autofree float *local = g_new (float, n_local);

  if (!pz_storage_read_f32 (pz_program_get_storage (encoder->encode, "words"), words, n_words,
                            error)
      || !pz_storage_read_f32 (pz_program_get_storage (encoder->encode, "local"), local,
                               n_local, error)
      || !check_features (encoder, words, n_words, local, n_local, cancellable, error))
    return NULL;

  g_autofree char *recipe = pz_encode_recipe (model, "elite", crop, mask);
  g_autoptr (PzImage) thumbnail = pz_image_shrink (crop, PZ_CONCEPT_THUMBNAIL_SIDE);

  return pz_concept_new (&(PzConceptParts) {
    .method = "elite",
    .recipe = recipe,
    .licence = model->info.licence,
    .thumbnail = thumbnail,
    .words = words,
    .n_words = PZ_MAPPER_FEATURES,
    .local = local,
    .n_patches = patches,
    .width = width,
    .model = encoder->fingerprints->model,
    .elite = encoder->fingerprints->elite,
    .crop = crop,
    .crop_mask = mask,
  });
}

gboolean
pz_encoder_check (const PzEncoder *encoder, GError **error)
{
  const char *model = encoder->model->path;
  g_autofree char *json = pz_model_json_path (model);

  if (encoder->model->info.personalizes)
    return TRUE;
  if (g_file_test (model, G_FILE_TEST_IS_REGULAR))
    g_set_error (
      error, PZ_ERROR, PZ_ERROR_UNSUPPORTED_MODEL,
      "%s: expected ELITE's mappers to personalize with, whose folder \"elite\" in %s "
      "names; found none",
      model, json);
  else
    g_set_error (error, PZ_ERROR, PZ_ERROR_UNSUPPORTED_MODEL,
                 "%s: expected ELITE's mappers in elite/ to personalize with, found none",
                 model);
  return FALSE;
}

PzConcept *
pz_encoder_run (PzEncoder *encoder,
                PzImage *image,
                PzImage *mask,
                const PzTaskParams *task,
                gint64 *load_us,
                GError **error)
{
  PzSquare square;
  PzMeter meter;
  gint64 began = g_get_monotonic_time ();
  g_autoptr (PzImage) seen = NULL;
  g_autoptr (PzImage) crop_mask = NULL;

  if (!pz_encoder_check (encoder, error))
    return NULL;
  if (!pz_concept_square (image, mask, task != NULL ? task->room : 0.0, &square, error))
    return NULL;

  pz_concept_crop (image, mask, &square, PZ_MAX_CROP, &seen, &crop_mask);

  const guint side = pz_image_get_width (seen);
  g_autofree float *crops = crops_new (seen, crop_mask);
  g_autoptr (PzImage) crop = pz_image_new (side, side, 3, crops);

  pz_meter_init (&meter, task, encoder->encode == NULL);
  pz_meter_stage (&meter, encoder->encode == NULL ? PZ_STAGE_LOAD : PZ_STAGE_ENCODE, 0, 0, 0,
                  0);
  if (encoder->encode == NULL && !prepare (encoder, &meter, error))
    {
      g_clear_pointer (&encoder->pixel_values, pz_storage_unref);
      return NULL;
    }
  *load_us += g_get_monotonic_time () - began;

  g_autoptr (PzProgram) resize =
    pz_clip_pixels_program (encoder->gpu, encoder->activation, side, encoder->pixel_values,
                            task != NULL ? task->cancellable : NULL, error);
  if (resize == NULL || !write_inputs (encoder, resize, crops, crop_mask, error))
    return NULL;
  pz_meter_begin (&meter,
                  pz_program_get_flops (resize) + pz_program_get_flops (encoder->encode));
  pz_meter_stage (&meter, PZ_STAGE_ENCODE, 0, 0, 0, 0);
  if (!pz_meter_run (&meter, resize, error) || !pz_meter_run (&meter, encoder->encode, error))
    return NULL;
  return read_concept (encoder, crop, crop_mask, task != NULL ? task->cancellable : NULL,
                       error);
}

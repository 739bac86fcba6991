/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "models/tasks/image-features.h"

#include "compute/run.h"
#include "models/nets/image-encoder.h"
#include "models/tasks/clip-pixels.h"
#include "models/tasks/unit-length.h"

struct _PzImageFeatures
{
  PzGpu *gpu;
  const PzModelFolder *model; /* not owned */
  PzDtype activation;
  GCancellable *cancellable;
  PzStorage *pixel_values; /* F32 [1, S, S, 3] */
  PzProgram *encode;
  PzProgram *resize; /* for squares of resize_side; NULL until first used */
  guint resize_side;
};

guint
pz_image_features_size (const PzModelFolder *model)
{
  return model->vision_weights != NULL ? model->vision.hidden_size : 0;
}

static PzGraph *
build (const PzModelFolder *model, PzDtype activation, PzStorage *pixel_values)
{
  const guint side = model->vision.image_size;
  PzGraph *graph = pz_graph_new (activation);
  PzTensor *pixels =
    pz_graph_input (graph, "pixel_values", PZ_F32, 4, (guint[]) { 1, side, side, 3 });

  if (pixel_values != NULL)
    pz_graph_bind (graph, pixels, pixel_values);
  pz_graph_output (graph,
                   pz_cast (graph, pz_image_encoder_pooled (graph, &model->vision, pixels),
                            PZ_F32),
                   "pooled");
  return graph;
}

gboolean
pz_image_features_measure (const PzModelFolder *model,
                           PzDtype activation,
                           PzFootprint *footprint,
                           GError **error)
{
  g_autoptr (PzGraph) graph = build (model, activation, NULL);

  return pz_footprint_add (footprint, graph, error);
}

static gboolean
load (PzImageFeatures *features, GError **error)
{
  const guint side = features->model->vision.image_size;
  const PzWeightSource source = { "", features->model->vision_weights };
  g_autoptr (PzGraph) graph = NULL;

  features->pixel_values =
    pz_storage_new (features->gpu, PZ_ARENA_STATE, PZ_F32, 4, (guint[]) { 1, side, side, 3 },
                    "pixel_values", error);
  if (features->pixel_values == NULL)
    return FALSE;
  graph = build (features->model, features->activation, features->pixel_values);
  if (!pz_weights_bind (graph, &source, 1, features->gpu,
                        &(PzWeightParams) { .cancellable = features->cancellable }, error))
    return FALSE;
  features->encode =
    pz_program_new (features->gpu, graph,
                    &(PzRunParams) { .cancellable = features->cancellable }, error);
  return features->encode != NULL;
}

PzImageFeatures *
pz_image_features_new (PzGpu *gpu,
                       const PzModelFolder *model,
                       PzDtype activation,
                       GCancellable *cancellable,
                       GError **error)
{
  g_autoptr (PzImageFeatures) features = g_new0 (PzImageFeatures, 1);

  features->gpu = gpu;
  features->model = model;
  features->activation = activation;
  features->cancellable = cancellable;
  return load (features, error) ? g_steal_pointer (&features) : NULL;
}

void
pz_image_features_free (PzImageFeatures *features)
{
  if (features == NULL)
    return;
  g_clear_pointer (&features->resize, pz_program_free);
  g_clear_pointer (&features->encode, pz_program_free);
  g_clear_pointer (&features->pixel_values, pz_storage_unref);
  g_free (features);
}

static gboolean
prepare_resize (PzImageFeatures *features, guint side, GError **error)
{
  if (features->resize != NULL && features->resize_side == side)
    return TRUE;
  g_clear_pointer (&features->resize, pz_program_free);
  features->resize =
    pz_clip_pixels_program (features->gpu, features->activation, side, features->pixel_values,
                            features->cancellable, error);
  features->resize_side = side;
  return features->resize != NULL;
}

static gboolean
write_square (PzImageFeatures *features, const PzImage *square, GError **error)
{
  const guint side = pz_image_get_width (square);
  const gsize n = (gsize) side * side * 3;
  g_autofree float *pixels = g_new (float, n);

  for (guint y = 0; y < side; y++)
    pz_image_read_row (square, 0, y, side, pixels + (gsize) y * side * 3);
  return prepare_resize (features, side, error)
         && pz_clip_pixels_write (features->resize, pixels, n, error);
}

gboolean
pz_image_features_run (PzImageFeatures *features,
                       const PzImage *square,
                       float *values,
                       GError **error)
{
  const PzRunParams run = { .cancellable = features->cancellable };
  const guint n = features->model->vision.hidden_size;

  return write_square (features, square, error)
         && pz_program_run (features->resize, &run, error)
         && pz_program_run (features->encode, &run, error)
         && pz_storage_read_f32 (pz_program_get_storage (features->encode, "pooled"), values, n,
                                 error)
         && pz_unit_length ("image encoder", values, n, error);
}

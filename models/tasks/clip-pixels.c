/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "models/tasks/clip-pixels.h"

#include "compute/pictures.h"
#include "models/nets/image-encoder.h"

PzProgram *
pz_clip_pixels_program (PzGpu *gpu,
                        PzDtype activation,
                        guint crop_side,
                        PzStorage *pixel_values,
                        GCancellable *cancellable,
                        GError **error)
{
  const guint *dims = pz_storage_get_dims (pixel_values);
  g_autoptr (PzGraph) graph = pz_graph_new (activation);
  PzTensor *crops =
    pz_graph_input (graph, "crops", PZ_F32, 4, (guint[]) { dims[0], crop_side, crop_side, 3 });
  PzTensor *scale = pz_graph_input (graph, "scale", PZ_F32, 1, (guint[]) { 3 });
  PzTensor *shift = pz_graph_input (graph, "shift", PZ_F32, 1, (guint[]) { 3 });
  PzTensor *small = pz_resize_bicubic (graph, crops, dims[1], dims[2]);
  PzTensor *normal = pz_add (graph, pz_mul (graph, small, scale), shift);

  pz_graph_bind (graph, pz_graph_output (graph, normal, "pixel_values"), pixel_values);
  return pz_program_new (gpu, graph, &(PzRunParams) { .cancellable = cancellable }, error);
}

gboolean
pz_clip_pixels_write (PzProgram *program, const float *crops, gsize n, GError **error)
{
  float scale[3], shift[3];

  for (guint c = 0; c < 3; c++)
    {
      scale[c] = 1.0f / pz_image_encoder_deviation[c];
      shift[c] = -pz_image_encoder_mean[c] / pz_image_encoder_deviation[c];
    }
  return pz_storage_write_f32 (pz_program_get_storage (program, "crops"), crops, n, error)
         && pz_storage_write_f32 (pz_program_get_storage (program, "scale"), scale, 3, error)
         && pz_storage_write_f32 (pz_program_get_storage (program, "shift"), shift, 3, error);
}

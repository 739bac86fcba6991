/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Encodes a picture to tokens that are attended to in addition to the prompt: see encode-image-prompt.h.
 */
#include "models/tasks/encode-image-prompt.h"

#include "models/concept-private.h"
#include "models/nets/image-encoder.h"
#include "models/nets/layers.h"
#include "models/tasks/clip-pixels.h"
#include "models/tasks/diagnose.h"
#include "models/tasks/encode.h"
#include "models/tasks/meter.h"

/* The device objects for one kind. */
typedef struct
{
  PzProgram *encode; /* pixel_values -> tokens; NULL until first used */
  PzStorage *pixel_values; /* F32 [1, S, S, 3] */
} Eye;

struct _PzImagePromptEncoder
{
  PzGpu *gpu;
  const PzModelFolder *model; /* not owned */
  PzImagePrompts *prompts; /* not owned */
  PzDtype activation;
  Eye eyes[PZ_N_IMAGE_PROMPTS];
};

PzImagePromptEncoder *
pz_image_prompt_encoder_new (PzGpu *gpu,
                             const PzModelFolder *model,
                             PzImagePrompts *prompts,
                             PzDtype activation)
{
  PzImagePromptEncoder *encoder = g_new0 (PzImagePromptEncoder, 1);

  encoder->gpu = gpu;
  encoder->model = model;
  encoder->prompts = prompts;
  encoder->activation = activation;
  return encoder;
}

static void
eye_clear (Eye *eye)
{
  g_clear_pointer (&eye->encode, pz_program_free);
  g_clear_pointer (&eye->pixel_values, pz_storage_unref);
}

void
pz_image_prompt_encoder_free (PzImagePromptEncoder *encoder)
{
  if (encoder == NULL)
    return;
  for (guint i = 0; i < PZ_N_IMAGE_PROMPTS; i++)
    eye_clear (&encoder->eyes[i]);
  g_free (encoder);
}

void
pz_image_prompt_encoder_rest (PzImagePromptEncoder *encoder)
{
  for (guint i = 0; i < PZ_N_IMAGE_PROMPTS; i++)
    eye_clear (&encoder->eyes[i]);
  pz_image_prompts_release (encoder->prompts);
}

/* ---- the program ---- */

/* CLIP's picture features [2, E]: those for no picture, which are all zero, then those of the picture. */
static PzTensor *
build_features (PzGraph *graph, const PzImagePrompt *prompt, PzTensor *pixels)
{
  const guint dims[] = { 1, prompt->config.embed_dim };
  PzTensor *pooled = pz_image_encoder_pooled (graph, &prompt->vision, pixels);
  PzTensor *features = pz_layer_linear (graph, "visual_projection", pooled,
                                        &(PzLayer) { .out = dims[1], .no_bias = TRUE });
  PzTensor *none = pz_constant (graph, pz_graph_get_activation (graph), 2, dims, 0.0f);

  return pz_concat (graph, none, features, 0);
}

/* The output of the second-to-last layer [2, 1 + P, E] for no picture, whose normalised pixels are all zero, then for the
 * picture. The last layer is left out. */
static PzTensor *
build_hidden (PzGraph *graph, const PzImagePrompt *prompt, PzTensor *pixels)
{
  PzVisionConfig vision = prompt->vision;
  g_autofree PzTensor **hidden = g_new0 (PzTensor *, vision.num_hidden_layers + 1);
  const guint dims[] = { 1, vision.image_size, vision.image_size, 3 };
  PzTensor *none = pz_constant (graph, PZ_F32, 4, dims, 0.0f);

  vision.num_hidden_layers--;
  pz_image_encoder (graph, &vision, pz_concat (graph, none, pixels, 0), hidden);
  return hidden[vision.num_hidden_layers];
}

static PzGraph *
build (const PzImagePromptEncoder *encoder,
       const PzImagePrompt *prompt,
       PzStorage *pixel_values)
{
  static PzTensor *(*const features[PZ_N_IMAGE_PROMPTS]) (PzGraph *, const PzImagePrompt *,
                                                          PzTensor *) = {
    [PZ_IMAGE_PROMPT_BASE] = build_features,
    [PZ_IMAGE_PROMPT_PLUS] = build_hidden,
  };
  const guint side = prompt->vision.image_size;
  PzGraph *graph = pz_model_graph_new (encoder->model, encoder->activation);
  PzTensor *pixels =
    pz_graph_input (graph, "pixel_values", PZ_F32, 4, (guint[]) { 1, side, side, 3 });

  if (pixel_values != NULL)
    pz_graph_bind (graph, pixels, pixel_values);
  PzTensor *seen = features[prompt->config.kind](graph, prompt, pixels);
  pz_graph_push (graph, "ip");
  PzTensor *tokens = pz_image_prompt (graph, &prompt->config, seen);
  pz_graph_pop (graph);
  pz_graph_output (graph, pz_cast (graph, tokens, PZ_F32), "tokens");
  return graph;
}

gboolean
pz_image_prompt_encoder_measure (PzImagePromptEncoder *encoder,
                                 PzImagePromptKind kind,
                                 PzFootprint *footprint,
                                 GError **error)
{
  const PzImagePrompt *prompt = pz_image_prompts_get (encoder->prompts, kind, error);
  g_autoptr (PzGraph) graph = prompt != NULL ? build (encoder, prompt, NULL) : NULL;

  return graph != NULL && pz_footprint_add (footprint, graph, error);
}

static gboolean
prepare (PzImagePromptEncoder *encoder,
         const PzImagePrompt *prompt,
         PzMeter *meter,
         GError **error)
{
  Eye *eye = &encoder->eyes[prompt->config.kind];
  const guint side = prompt->vision.image_size;
  GCancellable *cancellable = meter->task != NULL ? meter->task->cancellable : NULL;
  const PzWeightSource sources[] = {
    { "", prompt->vision_weights },
    { "ip.", prompt->weights },
  };

  eye->pixel_values = pz_storage_new (encoder->gpu, PZ_ARENA_STATE, PZ_F32, 4,
                                      (guint[]) { 1, side, side, 3 }, "pixel_values", error);
  if (eye->pixel_values == NULL)
    return FALSE;
  g_autoptr (PzGraph) graph = build (encoder, prompt, eye->pixel_values);
  if (!pz_weights_bind (graph, sources, G_N_ELEMENTS (sources), encoder->gpu,
                        &(PzWeightParams) { .cancellable = cancellable }, error))
    return FALSE;
  pz_meter_prepare (meter, 0.5);
  eye->encode =
    pz_program_new (encoder->gpu, graph, &(PzRunParams) { .cancellable = cancellable }, error);
  return eye->encode != NULL;
}

/* ---- on the host ---- */

static gboolean
find_square (PzImage *image, PzImage *mask, double room, PzSquare *square, GError **error)
{
  const guint width = pz_image_get_width (image), height = pz_image_get_height (image);

  if (mask != NULL || pz_image_get_channels (image) == 4)
    return pz_concept_square (image, mask, room, square, error);
  square->size = MIN (width, height);
  square->x = (gint) ((width - square->size) / 2);
  square->y = (gint) ((height - square->size) / 2);
  return TRUE;
}

/* Quantises a crop to 8 bits, as a file would store it: multiples of 1/255. (transfer full) */
static float *
levels_new (const PzImage *crop)
{
  const gsize n = (gsize) pz_image_get_width (crop) * pz_image_get_height (crop) * 3;
  const float *pixels = pz_image_get_pixels (crop);
  float *levels = g_new (float, n);

  for (gsize i = 0; i < n; i++)
    levels[i] = (float) (gint) (CLAMP (pixels[i], 0.0f, 1.0f) * 255.0f + 0.5f) / 255.0f;
  return levels;
}

static PzConcept *
read_concept (PzImagePromptEncoder *encoder,
              const PzImagePrompt *prompt,
              PzImage *crop,
              PzImage *mask,
              GCancellable *cancellable,
              GError **error)
{
  const PzImagePromptConfig *config = &prompt->config;
  const char *method = pz_image_prompt_name (config->kind);
  PzProgram *encode = encoder->eyes[config->kind].encode;
  const gsize n = (gsize) 2 * config->n_tokens * config->cross_attention_dim;
  g_autofree float *tokens = g_new (float, n);
  const PzDiagnose diagnose = { encoder->gpu, encoder->activation, cancellable };
  const PzDiagnosePart parts[] = {
    { "", "image_encoder", prompt->vision_weights },
    { "ip.", "ip_adapter", prompt->weights },
  };

  if (!pz_storage_read_f32 (pz_program_get_storage (encode, "tokens"), tokens, n, error))
    return NULL;
  if (!pz_diagnose_is_finite (tokens, n)
      && (!pz_diagnose_program (&diagnose, encode, parts, G_N_ELEMENTS (parts), FALSE, error)
          || !pz_diagnose_driver (&diagnose, "NaN or infinity for a concept", error)))
    return NULL;

  g_autofree char *recipe = pz_encode_recipe (encoder->model, method, crop, mask);
  g_autoptr (PzImage) thumbnail = pz_image_shrink (crop, PZ_CONCEPT_THUMBNAIL_SIDE);
  return pz_concept_new (&(PzConceptParts) {
    .method = method,
    .recipe = recipe,
    .licence = encoder->model->info.licence,
    .thumbnail = thumbnail,
    .n_image_tokens = config->n_tokens,
    .image_tokens = tokens,
    .width = config->cross_attention_dim,
    .ip_adapter = prompt->fingerprint,
    .crop = crop,
    .crop_mask = mask,
  });
}

static gboolean
prepare_once (PzImagePromptEncoder *encoder,
              const PzImagePrompt *prompt,
              PzMeter *meter,
              const PzTaskParams *task,
              GError **error)
{
  Eye *eye = &encoder->eyes[prompt->config.kind];
  const gboolean is_new = eye->encode == NULL;

  pz_meter_init (meter, task, is_new);
  pz_meter_stage (meter, is_new ? PZ_STAGE_LOAD : PZ_STAGE_ENCODE, 0, 0, 0, 0);
  if (!is_new || prepare (encoder, prompt, meter, error))
    return TRUE;
  eye_clear (eye);
  return FALSE;
}

PzConcept *
pz_image_prompt_encoder_run (PzImagePromptEncoder *encoder,
                             PzImagePromptKind kind,
                             PzImage *image,
                             PzImage *mask,
                             const PzTaskParams *task,
                             gint64 *load_us,
                             GError **error)
{
  const gint64 began = g_get_monotonic_time ();
  GCancellable *cancellable = task != NULL ? task->cancellable : NULL;
  const PzImagePrompt *prompt = pz_image_prompts_get (encoder->prompts, kind, error);
  g_autoptr (PzImage) seen = NULL;
  g_autoptr (PzImage) crop_mask = NULL;
  PzSquare square;
  PzMeter meter;

  if (prompt == NULL
      || !find_square (image, mask, task != NULL ? task->room : 0.0, &square, error))
    return NULL;
  pz_concept_crop (image, mask, &square, PZ_MAX_CROP, &seen, &crop_mask);
  const guint side = pz_image_get_width (seen);
  g_autofree float *levels = levels_new (seen);
  g_autoptr (PzImage) crop = pz_image_new (side, side, 3, levels);

  if (!prepare_once (encoder, prompt, &meter, task, error))
    return NULL;
  *load_us += g_get_monotonic_time () - began;

  Eye *eye = &encoder->eyes[kind];
  g_autoptr (PzProgram) resize =
    pz_clip_pixels_program (encoder->gpu, encoder->activation, side, eye->pixel_values,
                            cancellable, error);
  if (resize == NULL || !pz_clip_pixels_write (resize, levels, (gsize) side * side * 3, error))
    return NULL;
  pz_meter_begin (&meter, pz_program_get_flops (resize) + pz_program_get_flops (eye->encode));
  pz_meter_stage (&meter, PZ_STAGE_ENCODE, 0, 0, 0, 0);
  if (!pz_meter_run (&meter, resize, error) || !pz_meter_run (&meter, eye->encode, error))
    return NULL;
  return read_concept (encoder, prompt, crop, crop_mask, cancellable, error);
}

/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cli/module-run.h"

#include "cli/module-judge.h"
#include "cli/module-unet.h"
#include "models/files/image-prompt-file.h"
#include "models/files/iresnet-file.h"
#include "models/files/model-folder.h"
#include "models/learners/people.h"
#include "models/nets/image-encoder.h"
#include "models/nets/mapper.h"
#include "models/nets/subject-finder.h"
#include "models/nets/text-encoder.h"

/* ---- networks ---- */

/* "prefix" [P, 2 L, D], with L at most the number of layers; and "prefix_on", one number for all or one for each element of the
 * batch: 0 hides the prefix. */
static void
take_prefix (PzModuleIo *io, const PzTextConfig *config, PzTextInputs *inputs)
{
  const PzTensor *x = inputs->embeds != NULL ? inputs->embeds : inputs->ids;
  guint batch = x->dims[0], tokens = x->dims[1];
  PzTensor *prefix =
    pz_module_io_tokens (io, "prefix", 3, (guint[]) { 0, 0, config->hidden_size });
  g_autofree float *on = pz_module_io_numbers (io, "prefix_on", batch);

  if (prefix != NULL
      && (prefix->dims[1] % 2 != 0 || prefix->dims[1] > 2 * config->num_hidden_layers))
    prefix =
      pz_module_io_tokens (io, "prefix", 3, /* sets the error */
                           (guint[]) { 0, 2 * config->num_hidden_layers, config->hidden_size });
  if (prefix == NULL || on == NULL)
    return;
  guint length = prefix->dims[0], keys = length + tokens;
  float *bias = g_new0 (float, (gsize) batch *keys);
  for (guint i = 0; i < batch; i++)
    for (guint j = 0; j < length; j++)
      bias[(gsize) i * keys + j] = on[i] != 0.0f ? PZ_TEXT_PREFIX_BIAS : PZ_TEXT_PREFIX_HIDDEN;
  inputs->prefix = prefix;
  inputs->prefix_bias =
    pz_module_io_made (io, "prefix_bias", 2, (guint[]) { batch, keys }, bias);
}

/* Celeb Basis' words, from "layer" [2 p, F], "seen" [B, F] and "space" [2, D, 1 + p]: see models/learners/people.h. */
static PzTensor *
take_people (PzModuleIo *io, const PzTextConfig *config)
{
  PzTensor *space =
    pz_module_io_tokens (io, "space", 3,
                         (guint[]) { PZ_BASIS_N_WORDS, config->hidden_size, 0 });
  const guint p = space != NULL ? space->dims[2] - 1 : 0;
  PzTensor *layer = pz_module_io_tokens (io, "layer", 2, (guint[]) { PZ_BASIS_N_WORDS * p, 0 });
  PzTensor *seen =
    layer != NULL ? pz_module_io_tokens (io, "seen", 2, (guint[]) { 0, layer->dims[1] }) : NULL;

  return seen != NULL ? pz_people_build (pz_module_io_get_graph (io), FALSE, layer, seen, space)
                      : NULL;
}

/* Words that follow those of the vocabulary; NULL if the file has none. */
static PzTensor *
take_extra (PzModuleIo *io, const PzTextConfig *config)
{
  if (pz_module_io_has (io, "extra"))
    return pz_module_io_tokens (io, "extra", 2, (guint[]) { 0, config->hidden_size });
  return pz_module_io_has (io, "layer") ? take_people (io, config) : NULL;
}

static void
build_text_encoder (PzModuleIo *io, const PzModelFolder *model)
{
  const PzTextConfig *config = &model->text;
  PzTextInputs inputs = { .extra = take_extra (io, config) };
  const guint n_words = config->vocab_size + (inputs.extra != NULL ? inputs.extra->dims[0] : 0);

  if (pz_module_io_has (io, "inputs_embeds"))
    inputs.embeds =
      pz_module_io_tokens (io, "inputs_embeds", 3, (guint[]) { 0, 0, config->hidden_size });
  else
    inputs.ids = pz_module_io_ids (io, "input_ids", 2, (guint[]) { 0, 0 }, n_words);
  if ((inputs.ids != NULL || inputs.embeds != NULL) && pz_module_io_has (io, "prefix"))
    take_prefix (io, config, &inputs);
  PzTensor *context = pz_text_encoder (pz_module_io_get_graph (io), config, &inputs);
  pz_module_io_result (io, context, "last_hidden_state");
}

static void
build_image_encoder (PzModuleIo *io, const PzModelFolder *model)
{
  guint n = model->vision.num_hidden_layers + 1;
  g_autofree PzTensor **hidden = g_new0 (PzTensor *, n);
  PzTensor *pixels = pz_module_io_picture (io, "pixel_values", 3);

  pz_image_encoder (pz_module_io_get_graph (io), &model->vision, pixels, hidden);
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *name = g_strdup_printf ("hidden_states_%u", i);
      pz_module_io_result (io, hidden[i], name);
    }
}

static void
take_features (PzModuleIo *io, const PzModelFolder *model, PzTensor *features[])
{
  guint tokens = pz_image_encoder_patches (&model->vision) + 1;

  for (guint i = 0; i < PZ_MAPPER_FEATURES; i++)
    {
      g_autofree char *name = g_strdup_printf ("hidden_states_%u", model->mapper.layers[i]);
      guint batch = i > 0 && features[0] != NULL ? features[0]->dims[0] : 0;

      features[i] =
        pz_module_io_tokens (io, name, 3,
                             (guint[]) { batch, tokens, model->mapper.hidden_size });
    }
}

static void
build_global_mapper (PzModuleIo *io, const PzModelFolder *model)
{
  PzTensor *features[PZ_MAPPER_FEATURES];

  take_features (io, model, features);
  PzTensor *words = pz_global_mapper (pz_module_io_get_graph (io), &model->mapper, features);
  pz_module_io_result (io, words, "words");
}

static void
build_local_mapper (PzModuleIo *io, const PzModelFolder *model)
{
  PzTensor *features[PZ_MAPPER_FEATURES];
  guint patches = pz_image_encoder_patches (&model->vision);

  take_features (io, model, features);
  guint batch = features[0] != NULL ? features[0]->dims[0] : 0;
  PzTensor *mask = pz_module_io_tokens (io, "mask", 2, (guint[]) { batch, patches });
  PzTensor *local =
    pz_local_mapper (pz_module_io_get_graph (io), &model->mapper, features, mask);
  pz_module_io_result (io, local, "local");
}

static void
build_vae_encoder (PzModuleIo *io, const PzModelFolder *model)
{
  PzTensor *image = pz_module_io_picture (io, "image", model->vae.in_channels);
  PzTensor *moments;
  PzTensor *latent =
    pz_autoencoder_encoder (pz_module_io_get_graph (io), &model->vae, image, &moments);

  pz_module_io_result_picture (io, latent, "latent");
  if (moments != NULL)
    pz_module_io_result_picture (io, moments, "moments");
}

static void
build_vae_decoder (PzModuleIo *io, const PzModelFolder *model)
{
  PzTensor *latent = pz_module_io_picture (io, "latent", model->vae.latent_channels);
  PzTensor *image = pz_autoencoder_decoder (pz_module_io_get_graph (io), &model->vae, latent);

  pz_module_io_result_picture (io, image, "image");
}

static void
build_subject_finder (PzModuleIo *io, const PzModelFolder *model)
{
  const PzSubjectFinderConfig *config = &model->subject_finder;
  PzTensor *picture = pz_module_io_picture (io, "picture", config->in_channels);
  PzTensor *places = pz_subject_finder (pz_module_io_get_graph (io), config, picture);

  pz_module_io_result_picture (io, places, "places");
}

/* ---- the table ---- */

typedef struct
{
  const char *name;
  const char *about;
  void (*build) (PzModuleIo *io, const PzModelFolder *model);
  guint parts; /* required parts of the model */
  gsize weights; /* member of PzModelFolder: weights whose names have no prefix; 0 = none */
  void (*build_judge) (PzModuleIo *io, const PzJudgeFile *judge); /* instead of build */
  PzJudgeKind judge;
  void (*build_ip) (PzModuleIo *io, const PzImagePromptConfig *config); /* instead of build */
  gboolean is_recognizer; /* insightface's network, instead of build */
} Module;

#define WEIGHTS(member) G_STRUCT_OFFSET (PzModelFolder, member)

static const Module modules[] = {
  { "text_encoder",
    "input_ids or inputs_embeds; optional: extra (for people: layer, seen, space), prefix, "
    "prefix_on -> last_hidden_state",
    build_text_encoder, PZ_PART_TEXT_ENCODER, WEIGHTS (text_weights) },
  { "image_encoder", "pixel_values -> hidden_states_0 … hidden_states_N", build_image_encoder,
    PZ_PART_IMAGE_ENCODER, WEIGHTS (vision_weights) },
  { "global_mapper", "hidden_states_K for five values of K -> words", build_global_mapper,
    PZ_PART_UNET | PZ_PART_IMAGE_ENCODER | PZ_PART_GLOBAL_MAPPER, 0 },
  { "local_mapper", "hidden_states_K for five values of K, mask -> local", build_local_mapper,
    PZ_PART_UNET | PZ_PART_IMAGE_ENCODER | PZ_PART_LOCAL_MAPPER, 0 },
  { "unet",
    "sample, timestep, encoder_hidden_states; optional: timestep_cond, local, placeholder_index, "
    "fidelity, kv_elite, image, scale -> sample",
    pz_module_build_unet, PZ_PART_UNET, WEIGHTS (unet_weights) },
  { "vae_encoder", "image in -1..1 -> latent; if a distribution: its mean, and moments",
    build_vae_encoder, PZ_PART_VAE, WEIGHTS (vae_weights) },
  { "vae_decoder", "latent, divided by the scaling factor -> image in -1..1", build_vae_decoder,
    PZ_PART_VAE, WEIGHTS (vae_weights) },
  { "subject_finder", "picture in -1..1, hint as the fourth channel -> places, 2x2 logits each",
    build_subject_finder, PZ_PART_SUBJECT_FINDER, WEIGHTS (subject_finder_weights) },
  { "ip_adapter",
    "features (CLIP image features; for plus, the penultimate hidden states) -> tokens",
    .build_ip = pz_module_build_ip_adapter },
  { "clip_text", "input_ids, ends (per text, an index into all ids) -> features",
    .build_judge = pz_module_build_clip_text, .judge = PZ_JUDGE_CLIP },
  { "clip_image", "pixel_values -> features", .build_judge = pz_module_build_clip_image,
    .judge = PZ_JUDGE_CLIP },
  { "dino", "pixel_values -> features", .build_judge = pz_module_build_dino,
    .judge = PZ_JUDGE_DINO },
  { "face_recognizer", "aligned picture in -1..1 -> features", .is_recognizer = TRUE },
};

char *
pz_module_list (void)
{
  GString *text = g_string_new ("Networks:");

  for (gsize i = 0; i < G_N_ELEMENTS (modules); i++)
    g_string_append_printf (text, "\n  %-15s %s", modules[i].name, modules[i].about);
  return g_string_free (text, FALSE);
}

static const Module *
find_module (const char *name, GError **error)
{
  g_autoptr (GString) names = g_string_new (NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (modules); i++)
    {
      if (g_str_equal (modules[i].name, name))
        return &modules[i];
      g_string_append_printf (names, "%s%s", i > 0 ? ", " : "", modules[i].name);
    }
  g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_INPUT, "expected one of %s, found “%s”",
               names->str, name);
  return NULL;
}

/* ---- running ---- */

/* Where a network comes from: a model, a judge, an IP-Adapter or a face recogniser. */
typedef struct
{
  PzModelFolder *model;
  PzJudgeFile *judge;
  PzImagePromptConfig image_prompt;
  PzWeights *ip_adapter; /* NULL = none was given */
  PzTensorFile *recognizer;
} Place;

static void
place_clear (Place *place)
{
  g_clear_pointer (&place->model, pz_model_folder_close);
  g_clear_pointer (&place->judge, pz_judge_file_close);
  g_clear_pointer (&place->recognizer, pz_tensor_file_close);
  g_clear_pointer (&place->ip_adapter, pz_weights_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Place, place_clear)

static gboolean
open_ip_adapter (const char *path, Place *place, GError **error)
{
  if (path == NULL)
    {
      g_set_error_literal (error, PZ_ERROR, PZ_ERROR_BAD_INPUT,
                           "--ip-adapter: a file expected, found none");
      return FALSE;
    }
  place->ip_adapter = pz_weights_open (path, error);
  return place->ip_adapter != NULL
         && pz_image_prompt_file_measure (pz_weights_get_file (place->ip_adapter),
                                          &place->image_prompt, error);
}

static gboolean
open_place (const Module *module,
            const PzTensorFile *in,
            const PzModuleParams *params,
            Place *place,
            GError **error)
{
  guint parts = module->parts;

  if (module->build_judge != NULL)
    {
      place->judge = pz_judge_file_open (params->model, module->judge, error);
      return place->judge != NULL;
    }
  if (module->is_recognizer)
    {
      place->recognizer = pz_tensor_file_open (params->model, error);
      return place->recognizer != NULL;
    }
  if ((module->build_ip != NULL
       || (module->build == pz_module_build_unet
           && pz_tensor_file_lookup (in, "image") != NULL))
      && !open_ip_adapter (params->ip_adapter, place, error))
    return FALSE;
  if (module->build_ip != NULL)
    return TRUE;
  /* With concepts, the U-Net also needs ELITE's matrices. */
  if (module->build == pz_module_build_unet
      && (pz_tensor_file_lookup (in, "local") != NULL
          || pz_tensor_file_lookup (in, "kv_elite") != NULL))
    parts |= PZ_PARTS_PERSONALIZE;
  place->model =
    pz_model_folder_open_other (params->model, &(PzModelOther) { .elite = params->elite },
                                parts, 0, error);
  return place->model != NULL;
}

static gboolean
build_recognizer (PzModuleIo *io, const PzTensorFile *file, GError **error)
{
  PzIresnetConfig config;

  if (!pz_iresnet_file_read (file, &config, error))
    return FALSE;
  pz_module_build_recognizer (io, &config);
  return TRUE;
}

static gboolean
build (const Module *module, PzModuleIo *io, const Place *place, GError **error)
{
  if (place->recognizer != NULL)
    return build_recognizer (io, place->recognizer, error);
  if (place->judge != NULL)
    module->build_judge (io, place->judge);
  else if (module->build_ip != NULL)
    module->build_ip (io, &place->image_prompt);
  else
    module->build (io, place->model);
  return TRUE;
}

static gboolean
bind_weights (const Module *module,
              const Place *place,
              PzGraph *graph,
              const PzModuleParams *params,
              GError **error)
{
  const PzModelFolder *model = place->model;

  if (place->recognizer != NULL)
    return pz_iresnet_file_bind (graph, place->recognizer, params->gpu, error);

  PzWeights *own =
    module->weights == 0 ? NULL : G_STRUCT_MEMBER (PzWeights *, model, module->weights);
  PzWeightSource all[] = {
    { "", place->judge != NULL ? place->judge->weights : own },
    { "global/", model != NULL ? model->global_mapper_weights : NULL },
    { "local/", model != NULL ? model->local_mapper_weights : NULL },
    { "ip.", place->ip_adapter },
  };
  PzWeightSource sources[G_N_ELEMENTS (all)];
  guint n = 0;

  for (gsize i = 0; i < G_N_ELEMENTS (all); i++)
    if (all[i].weights != NULL)
      sources[n++] = all[i];
  return pz_weights_bind (graph, sources, n, params->gpu,
                          &(PzWeightParams) { .cancellable = params->cancellable }, error);
}

static int
compare_doubles (gconstpointer a, gconstpointer b)
{
  double x = *(const double *) a, y = *(const double *) b;

  return (x > y) - (x < y);
}

static double
median (double values[], guint n)
{
  qsort (values, n, sizeof values[0], compare_doubles);
  return n % 2 == 1 ? values[n / 2] : 0.5 * (values[n / 2 - 1] + values[n / 2]);
}

static gboolean
run_and_time (PzProgram *program,
              const PzModuleParams *params,
              PzModuleAnswer *answer,
              GError **error)
{
  guint n = MAX (params->repeat, 1);
  g_autofree double *wall_ms = g_new (double, n);
  g_autofree double *device_ms = g_new (double, n);
  PzRunParams run = { .cancellable = params->cancellable };

  for (guint i = 0; i < n; i++)
    {
      gint64 start_us = g_get_monotonic_time ();

      if (!pz_program_run (program, &run, error))
        return FALSE;
      wall_ms[i] = (double) (g_get_monotonic_time () - start_us) / 1000.0;
      device_ms[i] = pz_program_get_device_ms (program);
    }
  answer->wall_ms = median (wall_ms, n);
  answer->device_ms = median (device_ms, n);
  return TRUE;
}

void
pz_module_answer_free (PzModuleAnswer *answer)
{
  g_clear_pointer (&answer->tensors, g_array_unref);
  g_free (answer);
}

PzModuleAnswer *
pz_module_run (const char *name,
               const PzTensorFile *in,
               const PzModuleParams *params,
               GError **error)
{
  const Module *module = find_module (name, error);
  g_auto (Place) place = { 0 };

  if (module == NULL || !open_place (module, in, params, &place, error))
    return NULL;

  g_autoptr (PzGraph) graph = pz_graph_new (params->f32 ? PZ_F32 : PZ_F16);
  g_autoptr (PzModuleIo) io = pz_module_io_new (graph, in);
  if (!build (module, io, &place, error))
    return NULL;
  if (params->vjp)
    pz_module_io_gradients (io);
  if (!pz_module_io_check (io, error) || !bind_weights (module, &place, graph, params, error))
    return NULL;

  PzRunParams run = { .cancellable = params->cancellable };
  g_autoptr (PzProgram) program = pz_program_new (params->gpu, graph, &run, error);
  g_autoptr (PzModuleAnswer) answer = g_new0 (PzModuleAnswer, 1);
  if (program == NULL)
    return NULL;
  pz_program_set_reversed (program, params->reversed);
  if (!pz_module_io_upload (io, program, error)
      || !run_and_time (program, params, answer, error))
    return NULL;
  answer->tensors = pz_module_io_download (io, program, error);
  return answer->tensors != NULL ? g_steal_pointer (&answer) : NULL;
}

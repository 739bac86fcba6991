/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A session: one device, one model, and the tasks that use them.
 */
#include "models/session.h"

#include <string.h>

#include "compute/self-check.h"
#include "models/concept-fit.h"
#include "models/files/image-prompts.h"
#include "models/files/model-folder.h"
#include "models/nets/image-encoder.h"
#include "models/tasks/encode.h"
#include "models/tasks/encode-image-prompt.h"
#include "models/tasks/generate.h"
#include "models/tasks/learn.h"
#include "models/tasks/prompt-length.h"
#include "models/tasks/probe.h"

struct _PzSession
{
  PzGpu *gpu;
  PzModelFolder *model;
  PzDtype activation;
  PzModelFingerprints fingerprints;
  PzWordShelf *words;
  PzEncoder *encoder;
  PzImagePrompts *image_prompts;
  PzImagePromptEncoder *image_encoder;
  PzGenerator *generator;
  PzTimes times;
  char *beside; /* see pz_model_search_path () */
};

PzSession *
pz_session_open (const PzSessionParams *params, GError **error)
{
  g_autoptr (PzSession) session = g_new0 (PzSession, 1);
  gint64 began = g_get_monotonic_time ();
  g_autofree char *path = params->model != NULL ? g_strdup (params->model)
                                                : pz_model_find_first (params->beside, error);
  PzProgress progress = { .stage = PZ_STAGE_LOAD, .seconds_left = -1.0 };
  PzDtype activation = params->f32 ? PZ_F32 : PZ_F16;

  if (path == NULL)
    return NULL;
  if (params->progress != NULL)
    params->progress (&progress, params->progress_data);

  session->activation = activation;
  session->model =
    pz_model_folder_open_other (path,
                                &(PzModelOther) { .elite = params->elite, .vae = params->vae },
                                PZ_PARTS_GENERATE, PZ_PARTS_PERSONALIZE, error);
  if (session->model == NULL
      || g_cancellable_set_error_if_cancelled (params->cancellable, error))
    return NULL;
  session->model->packs_weights = params->packs_weights;
  session->model->saves_memory = params->saves_memory;
  if (!pz_model_fingerprints_init (&session->fingerprints, session->model, error))
    return NULL;
  session->model->info.fingerprint = g_strdup (session->fingerprints.model);
  session->model->info.elite_fingerprint = g_strdup (session->fingerprints.elite);
  session->gpu = pz_gpu_open_checked (
    &(PzGpuParams) {
      .device = params->device,
      .validate = params->validate,
      .trace = params->trace,
    },
    params->cancellable, error);
  if (session->gpu == NULL)
    return NULL;
  session->encoder =
    pz_encoder_new (session->gpu, session->model, &session->fingerprints, activation);
  session->image_prompts = pz_image_prompts_new (session->model, params->ip_adapter);
  session->image_encoder = pz_image_prompt_encoder_new (session->gpu, session->model,
                                                        session->image_prompts, activation);
  session->beside = g_strdup (params->beside);
  session->words = pz_word_shelf_new (path, params->beside);
  session->generator =
    pz_generator_new (session->gpu, session->model, session->fingerprints.all, activation,
                      session->words, session->image_prompts);
  session->times.load_ms = (double) (g_get_monotonic_time () - began) / 1000.0;
  return g_steal_pointer (&session);
}

void
pz_session_close (PzSession *session)
{
  if (session == NULL)
    return;
  g_clear_pointer (&session->generator, pz_generator_free);
  g_clear_pointer (&session->words, pz_word_shelf_free);
  g_clear_pointer (&session->encoder, pz_encoder_free);
  g_clear_pointer (&session->image_encoder, pz_image_prompt_encoder_free);
  if (session->image_prompts != NULL)
    pz_image_prompts_release (session->image_prompts);
  if (session->model != NULL)
    pz_model_folder_release (session->model);
  g_clear_pointer (&session->gpu, pz_gpu_close);
  g_clear_pointer (&session->image_prompts, pz_image_prompts_free);
  g_clear_pointer (&session->model, pz_model_folder_close);
  pz_model_fingerprints_clear (&session->fingerprints);
  g_free (session->beside);
  g_free (session);
}

const PzModelInfo *
pz_session_get_model (const PzSession *session)
{
  return &session->model->info;
}

const char *
pz_session_get_device_name (const PzSession *session)
{
  return pz_gpu_get_info (session->gpu)->name;
}

const char *
pz_session_get_driver (const PzSession *session)
{
  return pz_gpu_get_info (session->gpu)->driver;
}

gboolean
pz_session_is_on_processor (const PzSession *session)
{
  return pz_gpu_get_info (session->gpu)->kind == PZ_GPU_SOFTWARE;
}

guint64
pz_session_get_free_bytes (PzSession *session)
{
  return pz_gpu_free_bytes (session->gpu);
}

guint64
pz_session_get_used_bytes (const PzSession *session)
{
  return pz_gpu_used_bytes (session->gpu);
}

guint64
pz_session_get_peak_bytes (const PzSession *session)
{
  return pz_gpu_peak_bytes (session->gpu);
}

PzGpu *
pz_session_get_gpu (const PzSession *session)
{
  return session->gpu;
}

guint
pz_session_get_validation_messages (const PzSession *session)
{
  return pz_gpu_validation_messages (session->gpu);
}

const PzTimes *
pz_session_get_times (const PzSession *session)
{
  return &session->times;
}

gboolean
pz_session_can_encode (PzSession *session, GError **error)
{
  return pz_encoder_check (session->encoder, error);
}

const char *
pz_concept_by_name (PzConceptBy by)
{
  static const char *const names[PZ_N_CONCEPT_BY] = {
    [PZ_CONCEPT_BY_ELITE] = "elite",
    [PZ_CONCEPT_BY_IP_ADAPTER] = "ip-adapter",
    [PZ_CONCEPT_BY_IP_ADAPTER_PLUS] = "ip-adapter-plus",
  };

  return names[by];
}

static void
rest_encoders (PzSession *session)
{
  pz_encoder_rest (session->encoder);
  pz_image_prompt_encoder_rest (session->image_encoder);
}

PzConcept *
pz_session_encode (PzSession *session,
                   PzImage *image,
                   PzImage *mask,
                   const PzTaskParams *task,
                   GError **error)
{
  gint64 began = g_get_monotonic_time ();
  gint64 load_us = 0;
  const PzConceptBy by = task != NULL ? task->concept_by : PZ_CONCEPT_BY_ELITE;
  PzImagePromptKind kind;
  PzConcept *concept =
    pz_image_prompt_by_name (pz_concept_by_name (by), &kind)
      ? pz_image_prompt_encoder_run (session->image_encoder, kind, image, mask, task, &load_us,
                                     error)
      : pz_encoder_run (session->encoder, image, mask, task, &load_us, error);
  gint64 spent = g_get_monotonic_time () - began;

  if (session->model->saves_memory)
    rest_encoders (session);
  session->times.load_ms += (double) load_us / 1000.0;
  session->times.encode_ms = (double) (spent - load_us) / 1000.0;
  session->times.total_ms += (double) spent / 1000.0;
  return concept;
}

void
pz_session_measure_prompt (PzSession *session,
                           const char *prompt,
                           PzWords words,
                           const PzConceptSize concepts[],
                           guint n_concepts,
                           PzPromptLength *length)
{
  pz_prompt_measure (session->model, session->words, prompt, words, concepts, n_concepts,
                     length);
}

guint
pz_session_count_tokens (PzSession *session, const char *text)
{
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (guint));

  pz_tokenizer_encode (session->model->tokenizer, text, -1, ids);
  return ids->len;
}

gboolean
pz_session_settle (PzSession *session, GCancellable *cancellable, GError **error)
{
  const gint64 began = g_get_monotonic_time ();

  if (session->model->prediction_known)
    return TRUE;
  if (!pz_probe_prediction (session->gpu, session->model, session->activation, cancellable,
                            error))
    return FALSE;
  if (session->model->saves_memory)
    pz_weights_release (session->model->unet_weights);
  session->times.total_ms += (double) (g_get_monotonic_time () - began) / 1000.0;
  return TRUE;
}

/* Every part of the concept must belong to this model. */
static gboolean
check_concept (const PzSession *session, const PzConcept *concept, guint index, GError **error)
{
  const PzModelInfo *info = &session->model->info;
  const char *title = pz_concept_get_title (concept);
  const PzConceptHome home = {
    .model = pz_concept_get_model (concept),
    .elite = pz_concept_get_elite (concept),
    .width = pz_concept_get_width (concept),
  };
  const PzConceptFit fit = pz_concept_fit (&home, info);
  const guint n_patches = pz_concept_get_n_patches (concept);
  g_autofree char *name =
    title != NULL ? g_strdup_printf ("“%s”", title) : g_strdup_printf ("concept %u", index + 1);

  if (fit == PZ_CONCEPT_OTHER_MODEL)
    g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_INPUT,
                 "%s was made with another model than %s: make it again", name, info->name);
  else if (fit == PZ_CONCEPT_OTHER_WIDTH)
    g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_INPUT,
                 "%s: expected words of width %u, the text encoder's, found %u; it was made "
                 "for another family of models",
                 name, info->text_width, home.width);
  else if (n_patches != 0 && n_patches != pz_image_encoder_patches (&session->model->vision))
    g_set_error (
      error, PZ_ERROR, PZ_ERROR_BAD_INPUT,
      "%s: expected %u local features, as the image encoder makes, found %u: make it "
      "again",
      name, pz_image_encoder_patches (&session->model->vision), n_patches);
  else
    return TRUE;
  return FALSE;
}

static gboolean
check_concepts (const PzSession *session,
                const PzGenerateParams *params,
                PzConcept *const concepts[],
                guint n_concepts,
                GError **error)
{
  for (guint i = 0; i < n_concepts; i++)
    if (!check_concept (session, concepts[i], i, error))
      return FALSE;
  if (params->n_fidelities <= 1 || params->n_fidelities == n_concepts)
    return TRUE;
  g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_INPUT,
               "fidelity: expected one for all concepts or one for each of the %u, found %u",
               n_concepts, params->n_fidelities);
  return FALSE;
}

static gboolean
has_encoder (PzSession *session, PzConceptBy by)
{
  PzImagePromptKind kind;

  if (pz_image_prompt_by_name (pz_concept_by_name (by), &kind))
    return pz_image_prompts_get (session->image_prompts, kind, NULL) != NULL;
  return session->model->info.personalizes;
}

static gboolean
measure_encoder (PzSession *session, PzConceptBy by, PzFootprint *footprint, GError **error)
{
  PzImagePromptKind kind;

  if (pz_image_prompt_by_name (pz_concept_by_name (by), &kind))
    return pz_image_prompt_encoder_measure (session->image_encoder, kind, footprint, error);
  return pz_encoder_measure (session->encoder, footprint, error);
}

/* The concepts without those that cannot be encoded. *encodes: whether any has yet to be. Returns their number. */
static guint
list_counted (PzSession *session,
              PzConceptBy by,
              PzConcept *const concepts[],
              guint n_concepts,
              PzConcept *counted[PZ_MAX_CONCEPTS],
              gboolean *encodes)
{
  const gboolean can = has_encoder (session, by);
  guint n = 0;

  *encodes = FALSE;
  for (guint i = 0; i < MIN (n_concepts, PZ_MAX_CONCEPTS); i++)
    {
      if (concepts[i] == NULL && !can)
        continue;
      *encodes = *encodes || concepts[i] == NULL;
      counted[n++] = concepts[i];
    }
  return n;
}

gboolean
pz_session_measure_memory (PzSession *session,
                           const PzGenerateParams *params,
                           PzConceptBy by,
                           PzConcept *const concepts[],
                           guint n_concepts,
                           guint64 *bytes,
                           GError **error)
{
  PzConcept *counted[PZ_MAX_CONCEPTS];
  gboolean encodes;
  const guint n = list_counted (session, by, concepts, n_concepts, counted, &encodes);
  g_auto (PzFootprint) encoder = { .limits = &pz_gpu_get_info (session->gpu)->limits };
  g_auto (PzFootprint) alone = { .limits = encoder.limits };
  /* With saves_memory, the encoder is released before pictures are generated. */
  PzFootprint *generator = session->model->saves_memory ? &alone : &encoder;

  for (guint i = 0; i < n_concepts; i++)
    if (concepts[i] != NULL && !check_concept (session, concepts[i], i, error))
      return FALSE;
  if ((encodes && !measure_encoder (session, by, &encoder, error))
      || !pz_generator_measure (session->generator, params, by, counted, n, generator, error))
    return FALSE;
  *bytes = MAX (encoder.bytes, alone.bytes);
  return TRUE;
}

static PzLearnRoom
learn_room (const PzSession *session)
{
  return (PzLearnRoom) {
    .gpu = session->gpu,
    .model = session->model,
    .fingerprints = &session->fingerprints,
    .encoder = session->encoder,
    .generator = session->generator,
    .beside = session->beside,
    .activation = session->activation,
  };
}

gboolean
pz_session_measure_learning (PzSession *session,
                             const PzLearnParams *params,
                             guint64 room_bytes,
                             guint64 *bytes,
                             guint *micro_batch,
                             GError **error)
{
  const PzLearnRoom room = learn_room (session);
  const guint64 free_bytes = room_bytes != 0 ? room_bytes : pz_gpu_free_bytes (session->gpu);
  guint part;

  if (!pz_learn_measure (&room, params, free_bytes, bytes, &part, error))
    return FALSE;
  if (micro_batch != NULL)
    *micro_batch = part;
  return TRUE;
}

GPtrArray *
pz_session_learn (PzSession *session,
                  const PzLearnParams *params,
                  const PzLearnTask *task,
                  GError **error)
{
  const PzLearnRoom room = learn_room (session);

  return pz_learn_run (&room, params, task, error);
}

gboolean
pz_session_generate (PzSession *session,
                     const PzGenerateParams *params,
                     PzConcept *const concepts[],
                     guint n_concepts,
                     const PzTaskParams *task,
                     PzVariantFunc variant,
                     gpointer data,
                     GError **error)
{
  gint64 began;
  gboolean done;

  if (!pz_generate_params_check (params, &session->model->info, error))
    return FALSE;
  if (!check_concepts (session, params, concepts, n_concepts, error))
    return FALSE;
  if (!pz_session_settle (session, task != NULL ? task->cancellable : NULL, error))
    return FALSE;
  began = g_get_monotonic_time ();
  done = pz_generator_run (session->generator, params, concepts, n_concepts, task, variant,
                           data, &session->times, error);
  session->times.total_ms += (double) (g_get_monotonic_time () - began) / 1000.0;
  return done;
}

/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Checks and loading before the first step of a learning run.
 */
#include "models/files/disk-room.h"
#include "models/tasks/learn-graph.h"
#include "models/tasks/learn-params.h"
#include "models/tasks/learn-run.h"
#include "models/tasks/probe.h"

/* The initial loss scale in half precision; it is adapted when gradients overflow (learn.c). */
#define FIRST_SCALE 65536.0f

void
pz_learn_run_clear (PzLearnRun *run)
{
  pz_learn_batch_clear (&run->batch);
  g_clear_pointer (&run->program, pz_program_free);
  pz_learn_optimizer_clear (&run->optimizer);
  pz_learn_state_clear (&run->state);
  pz_learn_data_clear (&run->data);
  pz_learn_people_clear (&run->people);
  pz_learn_captions_clear (&run->captions);
  pz_trained_clear (&run->trained);
  g_clear_pointer (&run->pictures, g_ptr_array_unref);
  g_clear_pointer (&run->masks, g_ptr_array_unref);
  g_clear_pointer (&run->things, g_array_unref);
  g_clear_pointer (&run->settings, g_ptr_array_unref);
}

/* ---- before anything is loaded ---- */

const char *
pz_learn_run_precision (const PzLearnRun *run)
{
  if (run->room->model->packs_weights)
    return run->room->activation == PZ_F32 ? "f32, weights in 8 bits"
                                           : "f16, weights in 8 bits";
  return run->room->activation == PZ_F32 ? "f32" : "f16";
}

/* One text for each thing. (transfer full) array of char *, of the same length */
static GPtrArray *
list_texts (const PzLearnRun *run,
            char *(*text_of) (const PzLearnParams *filled,
                              const PzLearner *learner,
                              guint thing))
{
  GPtrArray *texts = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < pz_learner_n_things (&run->params); i++)
    g_ptr_array_add (texts, text_of (&run->params, run->learner, i));
  return texts;
}

static gboolean
init_captions (PzLearnRun *run, GError **error)
{
  const PzModelFolder *model = run->room->model;
  const PzLearner *learner = run->learner;
  g_autoptr (GPtrArray) lines = pz_learn_params_captions (&run->params, learner);
  g_autoptr (GPtrArray) texts = list_texts (run, pz_learn_params_thing_text);
  g_autoptr (GPtrArray) class_lines =
    run->params.prior > 0 ? list_texts (run, pz_learn_params_class_line) : NULL;

  return pz_learn_captions_init (&run->captions, lines,
                                 &(PzLearnCaptionParams) {
                                   .tokenizer = model->tokenizer,
                                   .vocab_size = model->text.vocab_size,
                                   .max_tokens = model->text.max_position_embeddings,
                                   .width = model->text.hidden_size,
                                   .n_vectors = run->trained.n_words,
                                   .texts = (const char *const *) texts->pdata,
                                   .class_words = learner->names_class
                                                    ? (const char *const *) texts->pdata
                                                    : NULL,
                                   .class_lines = class_lines != NULL
                                                    ? (const char *const *) class_lines->pdata
                                                    : NULL,
                                   .n_things = texts->len,
                                   .worded = !run->params.no_zoom,
                                 },
                                 error);
}

/* Samples per step: with prior preservation, as many class samples as own samples. */
static guint
batch_of (const PzLearnRun *run)
{
  return run->params.batch * (run->params.prior > 0 ? 2 : 1);
}

gboolean
pz_learn_run_check (PzLearnRun *run, const PzLearnParams *params, GError **error)
{
  if (!pz_learn_params_fill (params, run->room->model, &run->params, &run->learner, error))
    return FALSE;
  run->context = (PzLearnContext) {
    .gpu = run->room->gpu,
    .model = run->room->model,
    .activation = run->room->activation,
    .encoder = run->room->encoder,
    .beside = run->room->beside,
    .params = &run->params,
    .cancellable = run->task != NULL ? run->task->cancellable : NULL,
  };
  if (params->rate == 0.0 && run->learner->default_rate != NULL
      && !run->learner->default_rate (&run->context, &run->params.rate, error))
    return FALSE;
  run->trained.what = run->learner->method.trains;
  if (run->trained.what == PZ_TRAINS_PEOPLE)
    {
      if (!pz_learn_people_init (&run->people, run->room->model, &run->params, error))
        return FALSE;
      run->trained.people = &run->people.people;
    }
  run->settings = pz_learn_params_settings (&run->params, run->room->fingerprints,
                                            pz_learn_run_precision (run));
  run->learner->shape (&run->context, &run->trained);
  return run->learner->check (&run->context, error) && init_captions (run, error);
}

static PzLearnGraphParams
graph_params (const PzLearnRun *run, guint batch)
{
  const guint factor = run->room->model->vae.factor;

  return (PzLearnGraphParams) {
    .model = run->room->model,
    .activation = run->room->activation,
    .batch = batch,
    .height = run->params.height / factor,
    .width = run->params.width / factor,
    .trained = &run->trained,
    .value = run->optimizer.value,
    .sum = run->optimizer.sum,
  };
}

static gboolean
measure_part (const PzLearnRun *run, guint part, guint64 *bytes, GError **error)
{
  const PzLearnGraphParams params = graph_params (run, part);
  g_auto (PzFootprint) footprint = { .limits = &pz_gpu_get_info (run->room->gpu)->limits };

  if ((run->trained.what == PZ_TRAINS_ELITE
       && !pz_encoder_measure (run->room->encoder, &footprint, error))
      || (run->trained.what == PZ_TRAINS_PEOPLE
          && !pz_learn_people_measure (&run->context, &footprint, error))
      || !pz_learn_data_measure (run->room->model, run->room->activation, &run->params,
                                 &footprint, error)
      || !pz_learn_graph_measure (&params, &footprint, error)
      || !pz_learn_optimizer_measure (run->room->activation, &run->trained, &footprint, error))
    return FALSE;
  *bytes = footprint.bytes;
  return TRUE;
}

/* Finds the largest part of a batch that fits into free_bytes. If none fits, part is 1 and bytes is what one sample needs. */
static gboolean
find_part (const PzLearnRun *run,
           guint64 free_bytes,
           guint64 *bytes,
           guint *part,
           GError **error)
{
  for (*part = batch_of (run); *part >= 1; *part -= 1)
    {
      if (batch_of (run) % *part != 0)
        continue;
      if (!measure_part (run, *part, bytes, error))
        return FALSE;
      if (*bytes <= free_bytes || *part == 1)
        return TRUE;
    }
  return TRUE;
}

gboolean
pz_learn_measure (const PzLearnRoom *room,
                  const PzLearnParams *params,
                  guint64 free_bytes,
                  guint64 *bytes,
                  guint *micro_batch,
                  GError **error)
{
  g_auto (PzLearnRun) run = { .room = room };

  if (!pz_learn_run_check (&run, params, error))
    return FALSE;
  return find_part (&run, free_bytes, bytes, micro_batch, error);
}

static gboolean
check_memory (PzLearnRun *run, guint *part, GError **error)
{
  const guint64 free_bytes = pz_gpu_free_bytes (run->room->gpu);
  guint64 bytes;

  if (!find_part (run, free_bytes, &bytes, part, error))
    return FALSE;
  if (bytes <= free_bytes)
    return TRUE;
  g_set_error (error, PZ_ERROR, PZ_ERROR_GPU_MEMORY,
               "%s: learning needs %" G_GUINT64_FORMAT " MiB of memory, one sample at a time; "
               "%" G_GUINT64_FORMAT " MiB are free",
               pz_gpu_get_info (run->room->gpu)->name, bytes >> 20, free_bytes >> 20);
  return FALSE;
}

/* Requires free space for three times the checkpoint: twice while it is replaced, and once for the results made from it. */
static gboolean
check_disk (const PzLearnRun *run, GError **error)
{
  const guint64 state = 5 * run->trained.n + 3 * (guint64) run->params.steps;

  return run->params.checkpoint == NULL
         || pz_disk_room_check (run->params.checkpoint, 3 * state * sizeof (float), error);
}

gboolean
pz_learn_run_settle (PzLearnRun *run, const PzLearnParams *params, GError **error)
{
  const PzLearnRoom *room = run->room;
  const PzLearnTask *task = run->task;
  guint part;

  if (room->model->prediction_known)
    return TRUE;
  if (!check_memory (run, &part, error)
      || !pz_probe_prediction (room->gpu, room->model, room->activation,
                               run->context.cancellable, error))
    return FALSE;
  /* Memory is measured again, as free as it was. */
  pz_weights_release (room->model->unet_weights);
  pz_learn_run_clear (run);
  *run = (PzLearnRun) { .room = room, .task = task };
  return pz_learn_run_check (run, params, error);
}

/* ---- loading ---- */

static void
on_picture (double fraction, gpointer user)
{
  const PzLearnRun *run = user;
  const PzProgress progress = {
    .stage = PZ_STAGE_ENCODE,
    .fraction = fraction,
    .seconds_left = -1.0,
  };

  if (run->task != NULL && run->task->progress != NULL)
    run->task->progress (&progress, run->task->data);
}

/* Encodes the views of all people. */
static gboolean
init_people_data (PzLearnRun *run, PzLearnParams params, GError **error)
{
  PzLearnPeople *people = &run->people;
  const gboolean masked = people->canvas_masks != NULL;
  gboolean done;

  params.n_images = people->canvases->len;
  params.images = (PzImage *const *) people->canvases->pdata;
  params.masks = masked ? (PzImage *const *) people->canvas_masks->pdata : NULL;
  done =
    pz_learn_data_init (&run->data, run->room->gpu, run->room->model, run->room->activation,
                        &params, run->context.cancellable, on_picture, run, error);
  g_clear_pointer (&people->canvases, g_ptr_array_unref);
  g_clear_pointer (&people->canvas_masks, g_ptr_array_unref);
  return done;
}

/* Encodes the squares around the thing that ELITE's encoder uses, as in its training. If masks do not restrict the loss, the part
 * of a square inside the picture does: a square may reach beyond the picture, and is black there. */
static gboolean
init_square_data (PzLearnRun *run, PzLearnParams params, GError **error)
{
  const guint n = params.n_images;
  g_autoptr (GPtrArray) crops =
    g_ptr_array_new_with_free_func ((GDestroyNotify) pz_image_unref);
  g_autoptr (GPtrArray) masks =
    g_ptr_array_new_with_free_func ((GDestroyNotify) pz_image_unref);

  for (guint i = 0; i < n; i++)
    {
      const PzImage *mask = params.masks != NULL ? params.masks[i] : NULL;
      PzImage *crop, *crop_mask;
      PzSquare square;

      if (!pz_concept_square (params.images[i], mask, 0.0, &square, error))
        return FALSE;
      pz_concept_crop (params.images[i], params.masked ? mask : NULL, &square, PZ_MAX_CROP,
                       &crop, &crop_mask);
      g_ptr_array_add (crops, crop);
      g_ptr_array_add (masks, crop_mask);
    }
  params.masked = TRUE;
  params.images = (PzImage *const *) crops->pdata;
  params.masks = (PzImage *const *) masks->pdata;
  return pz_learn_data_init (&run->data, run->room->gpu, run->room->model,
                             run->room->activation, &params, run->context.cancellable,
                             on_picture, run, error);
}

/* Copies the lists of pictures and masks, so that those of the classes can be appended. */
static void
list_pictures (PzLearnRun *run)
{
  const PzLearnParams *params = &run->params;

  run->n_given = params->n_images;
  run->pictures = g_ptr_array_new_with_free_func ((GDestroyNotify) pz_image_unref);
  run->masks = g_ptr_array_new ();
  run->things = g_array_new (FALSE, FALSE, sizeof (guint));
  for (guint i = 0; i < params->n_images; i++)
    {
      const guint thing = params->things != NULL ? params->things[i] : 0;

      g_ptr_array_add (run->pictures, pz_image_ref (params->images[i]));
      g_ptr_array_add (run->masks, params->masks != NULL ? params->masks[i] : NULL);
      g_array_append_val (run->things, thing);
    }
}

static gboolean
init_own_data (PzLearnRun *run, GError **error)
{
  PzLearnParams params = run->params;

  list_pictures (run);
  if (params.prior > 0 && !pz_learn_run_paint_prior (run, error))
    return FALSE;
  params.images = (PzImage *const *) run->pictures->pdata;
  params.masks = (PzImage *const *) run->masks->pdata;
  params.n_images = run->pictures->len;
  if (!pz_learn_data_init (&run->data, run->room->gpu, run->room->model, run->room->activation,
                           &params, run->context.cancellable, on_picture, run, error))
    return FALSE;
  if (params.no_zoom)
    pz_learn_data_release_encoder (&run->data);
  return TRUE;
}

static gboolean
init_data (PzLearnRun *run, GError **error)
{
  if (run->trained.what == PZ_TRAINS_ELITE)
    return init_square_data (run, run->params, error);
  if (run->trained.what == PZ_TRAINS_PEOPLE)
    return init_people_data (run, run->params, error);
  return init_own_data (run, error);
}

/* Adds the mean coefficients of each person to the state. */
static void
keep_people (PzLearnRun *run)
{
  const PzPeople *people = &run->people.people;
  g_autofree float *start = pz_learn_people_start (&run->people, run->trained.start);

  pz_learn_state_keep (&run->state, start,
                       (gsize) people->n_people * PZ_BASIS_N_WORDS * people->basis->n_rows);
}

/* Initialises the state, or reads it from the checkpoint of a resumed run. */
static gboolean
init_state (PzLearnRun *run, GError **error)
{
  const float scale = run->room->activation == PZ_F32 ? 1.0f : FIRST_SCALE;

  pz_learn_state_init (&run->state, run->trained.start, run->trained.n, scale);
  if (run->trained.what == PZ_TRAINS_PEOPLE)
    keep_people (run);
  if (run->params.resume
      && !pz_learn_state_load (&run->state, run->params.checkpoint,
                               (const char *const *) run->settings->pdata, error))
    return FALSE;
  run->first_step = run->state.step;
  return TRUE;
}

gboolean
pz_learn_run_load (PzLearnRun *run, GError **error)
{
  GCancellable *cancellable = run->context.cancellable;
  PzLearnGraphParams graph;
  guint part;

  run->trained.start = g_new0 (float, run->trained.n);
  if (!check_memory (run, &part, error) || !check_disk (run, error)
      || !run->learner->start (&run->context, &run->trained, error)
      || (run->trained.what == PZ_TRAINS_PEOPLE
          && !pz_learn_people_look (&run->people, &run->context, error))
      || !init_state (run, error) || !init_data (run, error))
    return FALSE;
  if (!pz_learn_optimizer_init (&run->optimizer, run->room->gpu, &run->trained,
                                run->learner->max_norm, error)
      || !pz_learn_optimizer_write (&run->optimizer, &run->state, error))
    return FALSE;
  graph = graph_params (run, part);
  run->program = pz_learn_graph_program (run->room->gpu, &graph, cancellable, error);
  if (run->program == NULL)
    return FALSE;
  run->batch = (PzLearnBatch) {
    .model = run->room->model,
    .data = &run->data,
    .captions = &run->captions,
    .trained = &run->trained,
    .seen = run->people.seen,
    .program = run->program,
    .images = run->pictures != NULL ? (PzImage *const *) run->pictures->pdata : NULL,
    .things = run->things != NULL ? (const guint *) (gpointer) run->things->data : NULL,
    .batch = batch_of (run),
    .part = part,
    .n_own = run->params.batch,
    .n_own_pictures = run->pictures != NULL ? run->n_given : run->data.n_pictures,
    .own_weight = run->learner->sums_channels ? run->data.channels : 1.0,
    .prior_weight = run->params.prior_weight,
    .keeps_sides = run->learner->keeps_sides,
    .zooms = !run->params.no_zoom,
    .seed = run->params.seed,
  };
  pz_learn_batch_init (&run->batch);
  return pz_learn_batch_begin (&run->batch, error);
}

/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "models/tasks/learn-batch.h"

#include <math.h>
#include <string.h>

#include "models/nets/text-encoder.h"
#include "models/nets/unet.h"
#include "models/tasks/learn-zoom.h"

void
pz_learn_batch_init (PzLearnBatch *batch)
{
  pz_noise_schedule_init (&batch->schedule, &batch->model->schedule);
  batch->times = g_new0 (guint, batch->batch);
  batch->slots = g_new0 (guint, batch->batch);
  batch->losses = g_new0 (float, batch->batch);
}

void
pz_learn_batch_clear (PzLearnBatch *batch)
{
  g_clear_pointer (&batch->times, g_free);
  g_clear_pointer (&batch->slots, g_free);
  g_clear_pointer (&batch->losses, g_free);
}

static gboolean
write_f32 (PzLearnBatch *batch, const char *name, const float *values, gsize n, GError **error)
{
  return pz_storage_write_f32 (pz_program_get_storage (batch->program, name), values, n, error);
}

/* ---- inputs that stay the same ---- */

static gboolean
write_guidance (PzLearnBatch *batch, GError **error)
{
  const PzUnetConfig *unet = &batch->model->unet;
  const guint n = unet->time_cond_proj_dim;
  g_autofree float *features = g_new (float, (gsize) MAX (n, 1) * batch->part);

  if (n == 0)
    return TRUE;
  for (guint i = 0; i < batch->part; i++)
    pz_unet_guidance_features (unet, batch->model->info.guidance, features + (gsize) i * n);
  return write_f32 (batch, "guidance", features, (gsize) n * batch->part, error);
}

static gboolean
write_prefix_bias (PzLearnBatch *batch, GError **error)
{
  const guint length = batch->trained->what == PZ_TRAINS_PREFIX ? batch->trained->dims[0] : 0;
  const gsize keys = (gsize) length + batch->captions->n_tokens;
  g_autofree float *bias = g_new0 (float, keys * batch->part);

  if (length == 0)
    return TRUE;
  for (guint i = 0; i < batch->part; i++)
    for (guint j = 0; j < length; j++)
      bias[i * keys + j] = PZ_TEXT_PREFIX_BIAS;
  return write_f32 (batch, "prefix_bias", bias, keys * batch->part, error);
}

/* The local branch has full strength, as in ELITE's own training. */
static gboolean
write_local (PzLearnBatch *batch, GError **error)
{
  const PzTrained *trained = batch->trained;
  const gboolean has_local = trained->what == PZ_TRAINS_ELITE;
  const guint first = trained->n_words, n = has_local ? trained->dims[0] - first : 0;
  g_autofree float *strength = g_new (float, batch->part);
  g_autofree float *moves = g_new (float, MAX (n, 1));

  if (!has_local)
    return TRUE;
  for (guint i = 0; i < batch->part; i++)
    strength[i] = 1.0f;
  for (guint i = 0; i < n; i++)
    moves[i] = pz_trained_row_moves (trained, first + i) ? 1.0f : 0.0f;
  return write_f32 (batch, "strength", strength, batch->part, error)
         && write_f32 (batch, "moves", moves, n, error);
}

static gboolean
write_space (PzLearnBatch *batch, GError **error)
{
  const PzPeople *people = batch->trained->people;

  return people == NULL
         || write_f32 (batch, "space", people->space,
                       (gsize) PZ_BASIS_N_WORDS * people->basis->width
                         * (1 + people->basis->n_rows),
                       error);
}

gboolean
pz_learn_batch_begin (PzLearnBatch *batch, GError **error)
{
  return write_guidance (batch, error) && write_prefix_bias (batch, error)
         && write_local (batch, error) && write_space (batch, error);
}

/* ---- samples ---- */

/* Host buffers for one replay. */
typedef struct
{
  gint32 *ids, *columns;
  float *noisy, *target, *weight, *timestep, *seed;
  float *seen; /* NULL if no people are learned */
  float *latent_noise, *noise; /* of one sample, [C, h, w] as PyTorch draws it */
  float *mean, *deviation; /* of one zoomed sample */
} Buffers;

static void
buffers_init (Buffers *buffers, const PzLearnBatch *batch)
{
  const PzLearnData *data = batch->data;
  const gsize cells = (gsize) data->width * data->height, n = cells * data->channels;

  buffers->ids = g_new (gint32, (gsize) batch->part * batch->captions->n_tokens);
  buffers->columns = g_new (gint32, batch->part);
  buffers->noisy = g_new (float, n * batch->part);
  buffers->target = g_new (float, n * batch->part);
  buffers->weight = g_new (float, cells * batch->part);
  buffers->timestep =
    g_new (float, (gsize) batch->part * batch->model->unet.block_out_channels[0]);
  buffers->seed = g_new (float, batch->part);
  if (batch->trained->people != NULL)
    buffers->seen = g_new (float, (gsize) batch->part * batch->trained->people->n_seen);
  buffers->latent_noise = g_new (float, n);
  buffers->noise = g_new (float, n);
  buffers->mean = g_new (float, n);
  buffers->deviation = data->deviation != NULL ? g_new (float, n) : NULL;
}

static void
buffers_clear (Buffers *buffers)
{
  float *all[] = { buffers->noisy,        buffers->target, buffers->weight, buffers->timestep,
                   buffers->seed,         buffers->noise,  buffers->mean,   buffers->deviation,
                   buffers->latent_noise, buffers->seen };

  g_free (buffers->ids);
  g_free (buffers->columns);
  for (guint i = 0; i < G_N_ELEMENTS (all); i++)
    g_free (all[i]);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Buffers, buffers_clear)

/* Computes the noisy latent of sample i at one timestep, and the target for the U-Net (methods: forward process, targets). */
static void
fill_latent (const PzLearnBatch *batch,
             guint time,
             const float *mean,
             const float *deviation,
             const Buffers *buffers,
             guint i)
{
  const PzLearnData *data = batch->data;
  const gsize cells = (gsize) data->width * data->height, n = cells * data->channels;
  const double abar = batch->schedule.alphas_cumprod[time];
  const float signal = (float) sqrt (abar), noise = (float) sqrt (1.0 - abar);
  const gboolean predicts_v = batch->model->schedule.prediction_type == PZ_PREDICTS_V;
  float *noisy = buffers->noisy + i * n, *target = buffers->target + i * n;

  for (gsize cell = 0; cell < cells; cell++)
    for (guint c = 0; c < data->channels; c++)
      {
        const gsize at = cell * data->channels + c, drawn = c * cells + cell;
        const float z =
          mean[at] + (deviation != NULL ? deviation[at] * buffers->latent_noise[drawn] : 0.0f);
        const float e = buffers->noise[drawn];

        noisy[at] = signal * z + noise * e;
        target[at] = predicts_v ? signal * e - noise * z : e;
      }
}

/* Uses the stored latent of a picture, or encodes the picture again if this sample is zoomed. */
static gboolean
fill_picture (PzLearnBatch *batch,
              const PzLearnDraw *draw,
              const Buffers *buffers,
              guint i,
              GError **error)
{
  PzLearnData *data = batch->data;
  const gsize cells = (gsize) data->width * data->height, n = cells * data->channels;
  const gsize slot = 2 * (gsize) draw->picture + (draw->flipped ? 1 : 0);
  float *weight = buffers->weight + i * cells;

  if (draw->zoom.side > 0)
    {
      if (!pz_learn_zoom_encode (data, batch->images[draw->picture], draw, buffers->mean,
                                 buffers->deviation, weight, error))
        return FALSE;
      fill_latent (batch, draw->time, buffers->mean, buffers->deviation, buffers, i);
      return TRUE;
    }
  memcpy (weight, data->weight + slot * cells, cells * sizeof *weight);
  fill_latent (batch, draw->time, data->mean + slot * n,
               data->deviation != NULL ? data->deviation + slot * n : NULL, buffers, i);
  return TRUE;
}

/* Words of people differ from sample to sample: those of sample i are rows i and part + i. */
static void
fill_words (const PzLearnBatch *batch, gsize slot, const Buffers *buffers, guint i)
{
  const PzPeople *people = batch->trained->people;
  const gint32 first = (gint32) batch->model->text.vocab_size;
  gint32 *ids = buffers->ids + (gsize) i * batch->captions->n_tokens;

  if (people == NULL)
    return;
  for (guint j = 0; j < batch->captions->n_tokens; j++)
    if (ids[j] >= first)
      ids[j] = first + (ids[j] - first) * (gint32) batch->part + (gint32) i;
  memcpy (buffers->seen + (gsize) i * people->n_seen, batch->seen + slot * people->n_seen,
          people->n_seen * sizeof (float));
}

/* Draws the picture, its variation and the caption of a sample; class samples follow the others. Returns the caption's row. */
static guint
draw_sample (const PzLearnBatch *batch, guint64 step, guint sample, PzLearnDraw *draw)
{
  const PzLearnData *data = batch->data;
  const gboolean is_own = sample < batch->n_own;
  const PzLearnChoices choices = {
    .pictures = is_own ? batch->n_own_pictures : data->n_pictures - batch->n_own_pictures,
    .times = batch->model->schedule.num_train_timesteps,
    .captions = is_own ? batch->captions->n : 1,
    .canvas = is_own && batch->zooms ? data->encoder.width : 0,
  };
  guint thing;

  pz_learn_draw (draw, &choices, batch->seed, step, sample);
  draw->flipped = draw->flipped && !batch->keeps_sides;
  if (!is_own)
    draw->picture += batch->n_own_pictures;
  thing = batch->things != NULL ? batch->things[draw->picture] : 0;
  return is_own
           ? pz_learn_captions_row (batch->captions, thing, draw->caption, draw->zoom.wording)
           : pz_learn_captions_class_row (batch->captions, thing);
}

static gboolean
fill_sample (PzLearnBatch *batch,
             const Buffers *buffers,
             guint64 step,
             guint sample,
             guint i,
             GError **error)
{
  const PzLearnData *data = batch->data;
  const guint n_features = batch->model->unet.block_out_channels[0];
  const guint n_tokens = batch->captions->n_tokens;
  const gsize n = (gsize) data->width * data->height * data->channels;
  PzLearnDraw draw;
  const guint row = draw_sample (batch, step, sample, &draw);
  const gsize slot = 2 * (gsize) draw.picture + (draw.flipped ? 1 : 0);

  pz_noise_normal (&draw.noise, n, buffers->latent_noise);
  pz_noise_normal (&draw.noise, n, buffers->noise);
  batch->times[sample] = draw.time;
  batch->slots[sample] = (guint) slot;
  memcpy (buffers->ids + (gsize) i * n_tokens, batch->captions->ids + (gsize) row * n_tokens,
          n_tokens * sizeof *buffers->ids);
  buffers->columns[i] = batch->captions->columns[row];
  fill_words (batch, slot, buffers, i);
  pz_unet_timestep_features (&batch->model->unet, draw.time,
                             buffers->timestep + (gsize) i * n_features);
  return fill_picture (batch, &draw, buffers, i, error);
}

/* The weight of a sample's loss in the loss of the step. */
static double
weight_of (const PzLearnBatch *batch, guint sample)
{
  return sample < batch->n_own ? batch->own_weight / batch->n_own
                               : batch->prior_weight / (batch->batch - batch->n_own);
}

double
pz_learn_batch_loss (const PzLearnBatch *batch)
{
  double loss = 0.0;

  for (guint i = 0; i < batch->batch; i++)
    loss += weight_of (batch, i) * (double) batch->losses[i];
  return loss;
}

static gboolean
write_columns (PzLearnBatch *batch,
               const Buffers *buffers,
               GCancellable *cancellable,
               GError **error)
{
  return batch->trained->what != PZ_TRAINS_ELITE
         || pz_storage_write (pz_program_get_storage (batch->program, "column"), 0,
                              buffers->columns, batch->part * sizeof *buffers->columns,
                              cancellable, error);
}

static gboolean
write_seen (PzLearnBatch *batch, const Buffers *buffers, GError **error)
{
  const PzPeople *people = batch->trained->people;

  return people == NULL
         || write_f32 (batch, "seen", buffers->seen, (gsize) batch->part * people->n_seen,
                       error);
}

static gboolean
write_inputs (PzLearnBatch *batch,
              const Buffers *buffers,
              GCancellable *cancellable,
              GError **error)
{
  const PzLearnData *data = batch->data;
  const gsize cells = (gsize) data->width * data->height * batch->part;

  return pz_storage_write (pz_program_get_storage (batch->program, "ids"), 0, buffers->ids,
                           (gsize) batch->part * batch->captions->n_tokens
                             * sizeof *buffers->ids,
                           cancellable, error)
         && write_columns (batch, buffers, cancellable, error)
         && write_seen (batch, buffers, error)
         && write_f32 (batch, "noisy", buffers->noisy, cells * data->channels, error)
         && write_f32 (batch, "target", buffers->target, cells * data->channels, error)
         && write_f32 (batch, "weight", buffers->weight, cells, error)
         && write_f32 (batch, "timestep", buffers->timestep,
                       (gsize) batch->part * batch->model->unet.block_out_channels[0], error)
         && write_f32 (batch, "seed", buffers->seed, batch->part, error);
}

/* Runs one replay with the samples from `first` on. */
static gboolean
run_part (PzLearnBatch *batch,
          const Buffers *buffers,
          guint64 step,
          guint first,
          float scale,
          GCancellable *cancellable,
          GError **error)
{
  const PzRunParams run = { .cancellable = cancellable };
  const float keep = first > 0 ? 1.0f : 0.0f;

  for (guint i = 0; i < batch->part; i++)
    {
      if (!fill_sample (batch, buffers, step, first + i, i, error))
        return FALSE;
      buffers->seed[i] = (float) ((double) scale * weight_of (batch, first + i));
    }
  return write_inputs (batch, buffers, cancellable, error)
         && write_f32 (batch, "keep", &keep, 1, error)
         && pz_program_run (batch->program, &run, error)
         && pz_storage_read_f32 (pz_program_get_storage (batch->program, "losses"),
                                 batch->losses + first, batch->part, error);
}

gboolean
pz_learn_batch_run (PzLearnBatch *batch,
                    guint64 step,
                    float scale,
                    GCancellable *cancellable,
                    GError **error)
{
  g_auto (Buffers) buffers = { 0 };

  buffers_init (&buffers, batch);
  for (guint first = 0; first < batch->batch; first += batch->part)
    if (!run_part (batch, &buffers, step, first, scale, cancellable, error))
      return FALSE;
  return TRUE;
}

gboolean
pz_learn_batch_warm_up (PzLearnBatch *batch, GCancellable *cancellable, GError **error)
{
  g_auto (Buffers) buffers = { 0 };

  buffers_init (&buffers, batch);
  return run_part (batch, &buffers, 0, 0, 1.0f, cancellable, error);
}

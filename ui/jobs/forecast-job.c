/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Estimates what learning would need: device memory, computed from the plans of the programs that would run, and time,
 * from earlier runs on this computer.
 */
#include "ui/learn-job.h"
#include "ui/learning/known-names.h"
#include "ui/learning/learn-times.h"
#include "ui/jobs/worker.h"

/* The size of the pictures does not affect the estimate, because learning reduces them to the model's size. */
#define SIDE PZ_LEARN_MIN_SIDE

typedef struct
{
  PzJob job;
  guint question;
  char *method, *class_word;
  guint n_pictures;
  PzForecastFunc done;
  gpointer data;
  gboolean answered; /* a model was open, and it can learn this */
  PzForecast forecast;
} ForecastJob;

/* Placeholder parameters for what will be learned. */
typedef struct
{
  PzLearnParams params;
  GPtrArray *pictures; /* PzImage */
  GPtrArray *people; /* char * */
  PzBasis *basis;
} Stand;

static void
stand_clear (Stand *stand)
{
  g_clear_pointer (&stand->pictures, g_ptr_array_unref);
  g_clear_pointer (&stand->people, g_ptr_array_unref);
  g_clear_pointer (&stand->basis, pz_basis_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Stand, stand_clear)

static void
add_people (Stand *stand, const char *model, guint n)
{
  g_auto (GStrv) names = g_strsplit (pz_known_names (), "\n", -1);

  stand->people = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < n; i++)
    g_ptr_array_add (stand->people, g_strdup_printf ("<forecast-%u>", i));
  g_ptr_array_add (stand->people, NULL);
  stand->basis = pz_basis_new (model, (const char *const *) names, NULL, NULL);
  stand->params.people = (const char *const *) stand->people->pdata;
  stand->params.basis = stand->basis;
}

static void
stand_init (Stand *stand, const ForecastJob *asked, const char *model)
{
  const float gray[SIDE * SIDE * 3] = { 0.5f };

  stand->pictures = g_ptr_array_new_with_free_func ((GDestroyNotify) pz_image_unref);
  for (guint i = 0; i < asked->n_pictures; i++)
    g_ptr_array_add (stand->pictures, pz_image_new (SIDE, SIDE, 3, gray));
  stand->params = (PzLearnParams) {
    .method = asked->method,
    .images = (PzImage *const *) stand->pictures->pdata,
    .n_images = asked->n_pictures,
    .name = "<forecast>",
    .class_word = asked->class_word,
  };
  if (pz_learn_method_find (asked->method)->trains == PZ_TRAINS_PEOPLE)
    add_people (stand, model, asked->n_pictures);
}

static double
seconds_for (const PzLearnParams *params, PzSession *session)
{
  const PzLearnMethod *method = pz_learn_method_find (params->method);
  const double sample = pz_learn_times_get (pz_session_get_model (session)->path,
                                            pz_session_get_device_name (session), method->name);

  return sample < 0 ? -1 : sample * method->batch * pz_learn_count_steps (params);
}

static void
run_forecast (PzJob *job, PzWorker *worker)
{
  ForecastJob *asked = (ForecastJob *) job;
  PzSession *session = worker->session;
  g_auto (Stand) stand = { 0 };
  PzForecast *forecast = &asked->forecast;

  if (!session)
    return;
  stand_init (&stand, asked, pz_session_get_model (session)->path);
  asked->answered = pz_session_measure_learning (session, &stand.params, 0,
                                                 &forecast->needed_bytes, NULL, NULL);
  forecast->free_bytes =
    pz_session_get_free_bytes (session) + pz_session_get_used_bytes (session);
  forecast->seconds = seconds_for (&stand.params, session);
  forecast->knows_class = pz_session_count_tokens (session, asked->class_word) == 1;
}

static void
deliver_forecast (PzJob *job, PzJobQueue *queue)
{
  const ForecastJob *asked = (ForecastJob *) job;

  if (asked->question == queue->n_forecasts)
    asked->done (asked->answered ? &asked->forecast : NULL, asked->data);
}

static void
free_forecast (PzJob *job)
{
  ForecastJob *asked = (ForecastJob *) job;

  g_free (asked->method);
  g_free (asked->class_word);
  g_free (asked);
}

static const PzJobClass forecast_class = { run_forecast, deliver_forecast, free_forecast };

void
pz_job_queue_forecast (PzJobQueue *queue,
                       const char *method,
                       const char *class_word,
                       guint n_pictures,
                       PzForecastFunc done,
                       gpointer data)
{
  ForecastJob *asked = g_new0 (ForecastJob, 1);

  asked->job.klass = &forecast_class;
  asked->question = ++queue->n_forecasts;
  asked->method = g_strdup (method);
  asked->class_word = g_strdup (class_word);
  asked->n_pictures = n_pictures;
  asked->done = done;
  asked->data = data;
  pz_job_queue_push (queue, &asked->job);
}

/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A fake of models/learn.h: the loss falls by 1 / STEPS per step, and a checkpoint contains the number of the last step.
 */
#include "models/learn.h"
#include "tests/ui/fake-concepts.h"
#include "tests/ui/fake-session.h"

#include <stdlib.h>

#define STEPS 12
#define SAMPLE_SECONDS 2.0

static const PzLearnMethod methods[] = {
  { .name = "cross-initialization-fast",
    .title = "Cross Initialization, fast",
    .steps = STEPS,
    .batch = 1 },
  { .name = "elite-refine",
    .title = "ELITE, refined",
    .trains = PZ_TRAINS_ELITE,
    .steps = STEPS,
    .batch = 1 },
  { .name = "textual-inversion", .title = "Textual Inversion", .steps = STEPS, .batch = 1 },
  { .name = "celeb-basis",
    .title = "Celeb Basis",
    .trains = PZ_TRAINS_PEOPLE,
    .steps = STEPS,
    .batch = 1 },
};

const PzLearnMethod *
pz_learn_method (guint index)
{
  return index < G_N_ELEMENTS (methods) ? &methods[index] : NULL;
}

const char *
pz_learn_features_name (guint index)
{
  return index == 0 ? "face" : NULL;
}

const PzLearnMethod *
pz_learn_method_find (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (methods); i++)
    if (g_str_equal (methods[i].name, name))
      return &methods[i];
  return NULL;
}

PzBasis *
pz_basis_new (const char *model,
              const char *const names[],
              GCancellable *cancellable,
              GError **error)
{
  (void) model;
  (void) cancellable;
  if (names[0] && *names[0])
    return g_new0 (PzBasis, 1);
  g_set_error_literal (error, PZ_ERROR, PZ_ERROR_BAD_INPUT, "names: fake: found none");
  return NULL;
}

void
pz_basis_free (PzBasis *basis)
{
  g_free (basis);
}

gboolean
pz_session_measure_learning (PzSession *session,
                             const PzLearnParams *params,
                             guint64 room,
                             guint64 *bytes,
                             guint *micro_batch,
                             GError **error)
{
  (void) session;
  (void) params;
  (void) room;
  (void) micro_batch;
  (void) error;
  *bytes = 300 << 20;
  return TRUE;
}

static void
save (const PzLearnParams *params, guint step)
{
  g_autofree char *text = g_strdup_printf ("%u", step);

  g_assert_true (g_file_set_contents (params->checkpoint, text, -1, NULL));
}

static guint
begin (const PzLearnParams *params)
{
  g_autofree char *text = NULL;

  if (!params->resume || !g_file_get_contents (params->checkpoint, &text, NULL, NULL))
    return 0;
  return (guint) atoi (text);
}

GPtrArray *
pz_session_learn (PzSession *session,
                  const PzLearnParams *params,
                  const PzLearnTask *task,
                  GError **error)
{
  GPtrArray *concepts = g_ptr_array_new_with_free_func ((GDestroyNotify) pz_concept_unref);

  (void) session;
  pz_fake.n_learned_from = params->n_images;
  pz_fake.masked = params->masked;
  pz_fake.n_people = params->people ? g_strv_length ((char **) params->people) : 0;
  pz_fake.resumed_at = begin (params);
  for (guint i = 0; i < MAX (pz_fake.n_people, 1); i++)
    g_ptr_array_add (concepts, pz_fake_concept_new (params->images[i], NULL));
  if (task->forecast)
    task->forecast (STEPS * SAMPLE_SECONDS, task->data);
  for (guint step = pz_fake.resumed_at + 1; step <= STEPS; step++)
    {
      const PzLearnStep told = {
        .step = step,
        .n_steps = STEPS,
        .loss = 1.0 - (double) step / STEPS,
        .level = 1.0 - (double) step / STEPS,
        .still_loss = -1,
        .seconds_left = STEPS - step,
      };

      save (params, step - 1);
      if (step == pz_fake.learn_error_at)
        {
          if (pz_fake.learn_error < 0)
            g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE, "fake: no room");
          else
            g_set_error_literal (error, PZ_ERROR, pz_fake.learn_error, "fake: expected, found");
          return NULL;
        }
      pz_fake_hold (step, task->cancellable);
      if (pz_fake_is_cancelled (task->cancellable, error))
        return NULL;
      task->step (&told, task->data);
      if (!task->sample (step, (PzConcept *const *) concepts->pdata, concepts->len, task->data,
                         error))
        return NULL;
    }
  return concepts;
}

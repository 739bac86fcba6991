/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "tests/ui/fake-session.h"

#include "compute/gpu.h"

#define SIDE 64
#define STEPS 4

PzFake pz_fake;

struct _PzSession
{
  PzModelInfo model;
  GThread *thread;
};

struct _PzConcept
{
  gint ref_count;
};

void
pz_fake_reset (void)
{
  pz_fake = (PzFake) { .open_error = -1, .generate_error = -1 };
}

/* ---- devices and models ---- */

GPtrArray *
pz_gpu_list (GError **error)
{
  GPtrArray *gpus = g_ptr_array_new_with_free_func ((GDestroyNotify) pz_gpu_info_free);
  PzGpuInfo *gpu = g_new0 (PzGpuInfo, 1);

  (void) error;
  gpu->name = g_strdup ("Fake device");
  gpu->missing = g_new0 (char *, 1);
  g_ptr_array_add (gpus, gpu);
  return gpus;
}

void
pz_gpu_info_free (PzGpuInfo *info)
{
  g_free (info->name);
  g_strfreev (info->missing);
  g_free (info);
}

PzModelInfo *
pz_model_info_copy (const PzModelInfo *info)
{
  PzModelInfo *copy = g_memdup2 (info, sizeof *info);

  copy->name = g_strdup (info->name);
  return copy;
}

void
pz_model_info_free (PzModelInfo *info)
{
  g_free (info->name);
  g_free (info);
}

/* ---- concepts ---- */

PzConcept *
pz_concept_ref (PzConcept *concept)
{
  g_atomic_int_inc (&concept->ref_count);
  return concept;
}

void
pz_concept_unref (PzConcept *concept)
{
  if (g_atomic_int_dec_and_test (&concept->ref_count))
    g_free (concept);
}

/* The whole picture's longer side; the real rule is tested with the real thing. */
gboolean
pz_concept_square (const PzImage *image, const PzImage *mask, PzSquare *square, GError **error)
{
  guint n = mask ? pz_image_get_width (mask) * pz_image_get_height (mask) : 0;
  gboolean inside = mask == NULL;

  for (guint i = 0; i < n; i++)
    inside = inside || pz_image_get_pixels (mask)[i] > 0;
  if (!inside)
    {
      g_set_error_literal (error, PZ_ERROR, PZ_ERROR_BAD_INPUT, "the mask is empty");
      return FALSE;
    }
  *square = (PzSquare) { 0, 0, MAX (pz_image_get_width (image), pz_image_get_height (image)) };
  return TRUE;
}

/* ---- the session ---- */

static void
check_thread (const PzSession *session)
{
  if (session->thread != g_thread_self ())
    pz_fake.wrong_thread = TRUE;
}

PzSession *
pz_session_open (const PzSessionParams *params, GError **error)
{
  PzSession *session;

  (void) params;
  g_usleep (pz_fake.open_ms * 1000);
  if (pz_fake.open_error >= 0)
    {
      g_set_error_literal (error, PZ_ERROR, pz_fake.open_error, "fake: expected, found");
      return NULL;
    }
  pz_fake.n_open++;
  session = g_new0 (PzSession, 1);
  session->thread = g_thread_self ();
  session->model = (PzModelInfo) {
    .name = (char *) "fake-model",
    .steps = STEPS,
    .guidance = 2,
    .width = SIDE,
    .height = SIDE,
    .size_multiple = 16,
  };
  return session;
}

void
pz_session_close (PzSession *session)
{
  check_thread (session);
  g_free (session);
}

const PzModelInfo *
pz_session_get_model (const PzSession *session)
{
  return &session->model;
}

const char *
pz_session_get_device_name (const PzSession *session)
{
  (void) session;
  return "Fake device";
}

gboolean
pz_generate_params_check (const PzGenerateParams *params,
                          const PzModelInfo *model,
                          GError **error)
{
  if (params->width % model->size_multiple == 0)
    return TRUE;
  g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_INPUT,
               "width: expected a multiple of %u, found %u", model->size_multiple,
               params->width);
  return FALSE;
}

static void
say (const PzTaskParams *task,
     PzStage stage,
     double fraction,
     guint variant,
     guint n,
     guint step)
{
  task->progress (
    &(PzProgress) {
      .stage = stage,
      .fraction = fraction,
      .seconds_left = variant > 1 ? (1 - fraction) * 10 : -1,
      .variant = variant,
      .n_variants = n,
      .step = step,
      .n_steps = STEPS,
    },
    task->progress_data);
}

PzConcept *
pz_session_encode (PzSession *session,
                   PzImage *image,
                   PzImage *mask,
                   const PzTaskParams *task,
                   GError **error)
{
  PzConcept *concept = g_new0 (PzConcept, 1);

  (void) image;
  (void) mask;
  (void) error;
  check_thread (session);
  say (task, PZ_STAGE_ENCODE, 0, 1, 1, 0);
  concept->ref_count = 1;
  pz_fake.n_encode++;
  return concept;
}

static PzImage *
paint (guint64 seed)
{
  float *pixels = g_new (float, SIDE *SIDE * 3);

  for (guint i = 0; i < SIDE * SIDE; i++)
    {
      pixels[i * 3] = (float) (i % SIDE) / SIDE;
      pixels[i * 3 + 1] = (float) (i / SIDE) / SIDE;
      pixels[i * 3 + 2] = (float) (seed % 8) / 8;
    }
  return pz_image_new_take (SIDE, SIDE, 3, pixels);
}

static gboolean
run_steps (const PzTaskParams *task, guint variant, guint n, GError **error)
{
  for (guint step = 1; step <= STEPS; step++)
    {
      if (g_cancellable_set_error_if_cancelled (task->cancellable, error))
        return FALSE;
      say (task, PZ_STAGE_STEP, ((variant - 1) + (double) (step - 1) / STEPS) / n, variant, n,
           step);
      g_usleep (pz_fake.step_ms * 1000);
    }
  return TRUE;
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
  (void) concepts;
  (void) n_concepts;
  check_thread (session);
  for (guint i = 0; i < params->variants; i++)
    {
      g_autoptr (PzImage) image = paint (params->seed + i);
      PzVariant made = { .index = i, .seed = params->seed + i, .image = image };

      if (i == 1 && pz_fake.generate_error >= 0)
        {
          g_set_error_literal (error, PZ_ERROR, pz_fake.generate_error,
                               "fake: expected, found");
          return FALSE;
        }
      if (!run_steps (task, i + 1, params->variants, error))
        return FALSE;
      made.recipe = (char *) "{\"schema\":1}";
      pz_fake.n_variants++;
      if (!variant (&made, data, error))
        return FALSE;
    }
  return TRUE;
}

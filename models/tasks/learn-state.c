/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "models/tasks/learn-state.h"

#include <math.h>
#include <string.h>

#include "models/files/safetensors.h"

#define FORMAT "learning-1"
/* For the smoothed level: averages over about two hundred samples. */
#define SMOOTH 0.005f

void
pz_learn_state_init (PzLearnState *state, const float *start, gsize n, float scale)
{
  *state = (PzLearnState) {
    .n = n,
    .value = g_memdup2 (start, n * sizeof *start),
    .start = g_memdup2 (start, n * sizeof *start),
    .first = g_new0 (float, n),
    .second = g_new0 (float, n),
    .best = g_memdup2 (start, n * sizeof *start),
    .best_loss = -1.0f,
    .scale = scale,
    .level = 1.0f,
    .rows = g_array_new (FALSE, TRUE, sizeof (PzLearnRow)),
  };
}

void
pz_learn_state_keep (PzLearnState *state, const float *kept, gsize n)
{
  g_free (state->kept);
  state->kept = g_memdup2 (kept, n * sizeof *kept);
  state->n_kept = n;
}

void
pz_learn_state_clear (PzLearnState *state)
{
  float **all[] = { &state->value,  &state->start, &state->first,
                    &state->second, &state->best,  &state->kept };

  for (guint i = 0; i < G_N_ELEMENTS (all); i++)
    g_clear_pointer (all[i], g_free);
  g_clear_pointer (&state->rows, g_array_unref);
}

float
pz_learn_state_note (PzLearnState *state, guint time, guint n_times, float loss)
{
  const guint decile =
    MIN ((guint) ((guint64) time * PZ_LEARN_DECILES / n_times), PZ_LEARN_DECILES - 1);
  float level;

  state->decile_sum[decile] += loss;
  state->decile_n[decile] += 1.0f;
  level = loss * state->decile_n[decile] / MAX (state->decile_sum[decile], 1e-20f);
  state->level += SMOOTH * (level - state->level);
  return level;
}

/* ---- the file ---- */

/* The scalars of the state, in the order of the file. Integers are exact as floats, because there are fewer than 2^24 steps. */
typedef struct
{
  float step, n_updates, scale, n_good, n_bad, level, best_loss;
  float decile_sum[PZ_LEARN_DECILES], decile_n[PZ_LEARN_DECILES];
} Scalars;

#define N_SCALARS (sizeof (Scalars) / sizeof (float))

static Scalars
pack (const PzLearnState *state)
{
  Scalars scalars = {
    .step = (float) state->step,
    .n_updates = (float) state->n_updates,
    .scale = state->scale,
    .n_good = (float) state->n_good,
    .n_bad = (float) state->n_bad,
    .level = state->level,
    .best_loss = state->best_loss,
  };

  memcpy (scalars.decile_sum, state->decile_sum, sizeof scalars.decile_sum);
  memcpy (scalars.decile_n, state->decile_n, sizeof scalars.decile_n);
  return scalars;
}

static void
unpack (PzLearnState *state, const Scalars *scalars)
{
  state->step = (guint) scalars->step;
  state->n_updates = (guint) scalars->n_updates;
  state->scale = scalars->scale;
  state->n_good = (guint) scalars->n_good;
  state->n_bad = (guint) scalars->n_bad;
  state->level = scalars->level;
  state->best_loss = scalars->best_loss;
  memcpy (state->decile_sum, scalars->decile_sum, sizeof scalars->decile_sum);
  memcpy (state->decile_n, scalars->decile_n, sizeof scalars->decile_n);
}

gboolean
pz_learn_state_save (const PzLearnState *state,
                     const char *path,
                     const char *const *settings,
                     GError **error)
{
  const Scalars scalars = pack (state);
  const guint64 n = state->n;
  const PzSafetensorF32 tensors[] = {
    { "value", 1, { n }, state->value },
    { "start", 1, { n }, state->start },
    { "first", 1, { n }, state->first },
    { "second", 1, { n }, state->second },
    { "best", 1, { n }, state->best },
    { "scalars", 1, { N_SCALARS }, (const float *) &scalars },
    { "kept", 1, { state->n_kept }, state->kept },
    { "rows", 2, { state->rows->len, 3 }, (const float *) (gpointer) state->rows->data },
  };
  PzSafetensorF32 there[G_N_ELEMENTS (tensors)];
  guint n_there = 0;
  g_autoptr (GPtrArray) metadata = g_ptr_array_new ();

  G_STATIC_ASSERT (sizeof (PzLearnRow) == 3 * sizeof (float));
  g_ptr_array_add (metadata, (gpointer) "format");
  g_ptr_array_add (metadata, (gpointer) FORMAT);
  for (guint i = 0; settings[i] != NULL; i++)
    g_ptr_array_add (metadata, (gpointer) settings[i]);
  g_ptr_array_add (metadata, NULL);
  /* Empty tensors are left out: before the first step there are no rows. */
  for (guint i = 0; i < G_N_ELEMENTS (tensors); i++)
    if (tensors[i].dims[0] > 0)
      there[n_there++] = tensors[i];
  return pz_safetensors_write (path, there, n_there, (const char *const *) metadata->pdata,
                               error);
}

static gboolean
check_settings (const PzTensorFile *file, const char *const *settings, GError **error)
{
  const char *path = pz_tensor_file_get_path (file);

  if (g_strcmp0 (pz_tensor_file_get_metadata (file, "format"), FORMAT) != 0)
    {
      g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_FILE,
                   "%s: expected a checkpoint of learning, found another file", path);
      return FALSE;
    }
  for (guint i = 0; settings[i] != NULL; i += 2)
    {
      const char *found = pz_tensor_file_get_metadata (file, settings[i]);

      if (g_strcmp0 (found, settings[i + 1]) == 0)
        continue;
      g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_FILE,
                   "%s: expected a checkpoint of the same run, found another %s: %s instead of "
                   "%s",
                   path, settings[i], found != NULL ? found : "none", settings[i + 1]);
      return FALSE;
    }
  return TRUE;
}

static gboolean
read_tensor (const PzTensorFile *file, const char *name, float *values, gsize n, GError **error)
{
  const PzFileTensor *tensor = pz_tensor_file_lookup (file, name);

  if (tensor == NULL || tensor->n_elements != n)
    {
      g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_FILE,
                   "%s: “%s”: expected %" G_GSIZE_FORMAT " numbers, found %" G_GUINT64_FORMAT,
                   pz_tensor_file_get_path (file), name, n,
                   tensor != NULL ? tensor->n_elements : 0);
      return FALSE;
    }
  return pz_tensor_file_read_f32 (file, tensor, 0, n, values, error);
}

gboolean
pz_learn_state_load (PzLearnState *state,
                     const char *path,
                     const char *const *settings,
                     GError **error)
{
  g_autoptr (PzTensorFile) file = pz_tensor_file_open (path, error);
  const struct
  {
    const char *name;
    float *values;
  } rows[] = {
    { "value", state->value },   { "start", state->start }, { "first", state->first },
    { "second", state->second }, { "best", state->best },
  };
  Scalars scalars;

  if (file == NULL || !check_settings (file, settings, error)
      || !read_tensor (file, "scalars", (float *) &scalars, N_SCALARS, error))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    if (!read_tensor (file, rows[i].name, rows[i].values, state->n, error))
      return FALSE;
  if (state->n_kept > 0 && !read_tensor (file, "kept", state->kept, state->n_kept, error))
    return FALSE;
  if (!(scalars.step >= 0.0f && scalars.step <= 1e7f && scalars.n_updates <= scalars.step
        && scalars.scale > 0.0f && isfinite (scalars.scale)))
    {
      g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_FILE,
                   "%s: expected a checkpoint that can be continued, found a damaged one",
                   path);
      return FALSE;
    }
  unpack (state, &scalars);
  g_array_set_size (state->rows, state->step);
  return state->step == 0
         || read_tensor (file, "rows", (float *) (gpointer) state->rows->data,
                         3 * (gsize) state->step, error);
}

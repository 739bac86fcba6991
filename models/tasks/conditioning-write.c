/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Writes the inputs of the two halves to the device: see conditioning.h.
 */
#include <string.h>

#include "models/nets/text-encoder.h"
#include "models/tasks/conditioning.h"

/* Copies the ids and weights of one half. Its extra rows follow those of the previous half. */
static void
copy_half (const PzPrompt *half,
           guint vocab_size,
           gint32 *ids,
           float *weights,
           float *extra,
           guint *n_extra)
{
  memcpy (weights, half->weights, half->n_ids * sizeof (float));
  for (guint i = 0; i < half->n_ids; i++)
    ids[i] = half->ids[i] + ((guint) half->ids[i] >= vocab_size ? (gint32) *n_extra : 0);
  if (half->n_extra > 0)
    memcpy (extra + (gsize) *n_extra * half->width, half->extra,
            (gsize) half->n_extra * half->width * sizeof (float));
  *n_extra += half->n_extra;
}

static gboolean
write_prompts (const PzConditioning *conditioning, const PzPipeline *p, GError **error)
{
  const PzPrompt *halves[] = { conditioning->negative, conditioning->prompt };
  gsize n_tokens = p->n_tokens, n = p->batch * n_tokens;
  gsize n_rows = pz_storage_get_n_elements (p->extra);
  g_autofree gint32 *ids = g_new (gint32, n);
  g_autofree float *weights = g_new (float, n);
  g_autofree float *extra = g_new0 (float, n_rows);
  guint n_extra = 0;

  for (guint i = 0; i < p->batch; i++)
    copy_half (halves[G_N_ELEMENTS (halves) - p->batch + i], p->vocab_size, ids + i * n_tokens,
               weights + i * n_tokens, extra, &n_extra);
  return pz_storage_write (p->ids, 0, ids, n * sizeof (gint32), NULL, error)
         && pz_storage_write_f32 (p->weights, weights, n, error)
         && pz_storage_write_f32 (p->extra, extra, n_rows, error);
}

static gboolean
write_local (const PzConditioning *conditioning,
             const PzPipeline *p,
             guint index,
             GError **error)
{
  const guint number = conditioning->locals[index];
  const PzConcept *concept = conditioning->concepts[number];
  gsize n = (gsize) pz_concept_get_n_patches (concept) * pz_concept_get_width (concept);
  g_autofree float *local = g_new0 (float, n * p->batch);
  gint32 column[2] = { 0, 0 };
  float strength[2] = { 0.0f, 0.0f };
  guint last = p->batch - 1; /* the conditional half */

  memcpy (local + n * last, pz_concept_get_local (concept), n * sizeof (float));
  /* A placeholder that was cut has no column to gate its local features, so their strength stays 0. */
  if (conditioning->prompt->columns[number] != PZ_PROMPT_NO_COLUMN)
    {
      column[last] = (gint32) conditioning->prompt->columns[number];
      strength[last] = (float) conditioning->fidelities[number];
    }
  return pz_storage_write_f32 (p->local[index], local, n * p->batch, error)
         && pz_storage_write (p->column[index], 0, column, p->batch * sizeof (gint32), NULL,
                              error)
         && pz_storage_write_f32 (p->strength[index], strength, p->batch, error);
}

/* Both halves have tokens. Those of the unconditional half stand for no picture. */
static gboolean
write_image (const PzConditioning *conditioning,
             const PzPipeline *p,
             guint index,
             GError **error)
{
  const guint number = conditioning->images[index];
  const PzConcept *concept = conditioning->concepts[number];
  const gsize n =
    (gsize) pz_concept_get_n_image_tokens (concept) * pz_concept_get_width (concept);
  const float *tokens = pz_concept_get_image_tokens (concept) + n * (2 - p->batch);
  const float scale = (float) conditioning->fidelities[number];
  const float strength[2] = { scale, scale };

  return pz_storage_write_f32 (p->image[index], tokens, n * p->batch, error)
         && pz_storage_write_f32 (p->image_strength[index], strength, p->batch, error);
}

/* Writes the adapter's rows, and the bias that hides them from the unconditional half, as its authors do. */
static gboolean
write_adapter (const PzConditioning *conditioning, const PzPipeline *p, GError **error)
{
  const PzConceptPrefix *prefix = &conditioning->prefix;
  gsize keys = (gsize) p->shape.adapter_length + p->n_tokens;
  g_autofree float *bias = g_new0 (float, keys * p->batch);

  if (p->adapter == NULL)
    return TRUE;
  for (guint i = 0; i < p->batch; i++)
    for (guint j = 0; j < p->shape.adapter_length; j++)
      bias[i * keys + j] = i + 1 == p->batch ? PZ_TEXT_PREFIX_BIAS : PZ_TEXT_PREFIX_HIDDEN;
  return pz_storage_write_f32 (p->adapter, prefix->rows, pz_storage_get_n_elements (p->adapter),
                               error)
         && pz_storage_write_f32 (p->adapter_bias, bias, keys * p->batch, error);
}

gboolean
pz_conditioning_write (const PzConditioning *conditioning,
                       const PzPipeline *pipeline,
                       GError **error)
{
  const PzEncoding *encoding = conditioning->encoding;

  if (!write_prompts (conditioning, pipeline, error)
      || !write_adapter (conditioning, pipeline, error))
    return FALSE;
  if (pipeline->negative != NULL
      && !pz_storage_write_f32 (pipeline->negative, encoding->rows,
                                (gsize) encoding->n_tokens * encoding->width, error))
    return FALSE;
  for (guint i = 0; i < conditioning->n_locals; i++)
    if (!write_local (conditioning, pipeline, i, error))
      return FALSE;
  for (guint i = 0; i < conditioning->n_images; i++)
    if (!write_image (conditioning, pipeline, i, error))
      return FALSE;
  return TRUE;
}

/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "models/tasks/diagnose.h"

#include <math.h>
#include <string.h>

/* Above this, sums of products of floats may overflow, so a result that is not finite is not the driver's fault. */
#define LARGE_FOR_FLOATS 1e15
#define HALVES "halves"
#define CHUNK 65536u

gboolean
pz_diagnose_is_finite (const float *values, gsize n)
{
  for (gsize i = 0; i < n; i++)
    if (!isfinite (values[i]))
      return FALSE;
  return TRUE;
}

gboolean
pz_diagnose_is_flat (const float *values, gsize n, guint n_channels)
{
  for (gsize i = n_channels; i < n; i++)
    if (values[i] != values[i % n_channels])
      return FALSE;
  return TRUE;
}

static const PzDiagnosePart *
find_part (const PzDiagnosePart parts[], guint n_parts, const char *scope)
{
  const PzDiagnosePart *best = NULL;

  for (guint i = 0; i < n_parts; i++)
    if (g_str_has_prefix (scope, parts[i].prefix)
        && (best == NULL || strlen (parts[i].prefix) > strlen (best->prefix)))
      best = &parts[i];
  return best;
}

/* ---- results ---- */

typedef struct
{
  const char *network, *layer, *op;
} Place;

static gboolean
refuse_overflow (const Place *place, const char *numbers, double largest, GError **error)
{
  g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_NUMBERS,
               "%s: %s (%s): its results left the range of %s (before it the largest was %g): "
               "what helps is %sanother %s",
               place->network, place->layer, place->op, numbers, largest,
               strcmp (numbers, HALVES) == 0 ? "--f32, or " : "", place->network);
  return FALSE;
}

/* Sets *zeros if all weights of a layer are 0, so that its result does not depend on its input. FALSE: reading failed. */
static gboolean
is_zeros (PzWeights *weights, const char *layer, gboolean *zeros, GError **error)
{
  g_autofree char *name = g_strconcat (layer, ".weight", NULL);
  g_autofree float *values = g_new (float, CHUNK);
  const PzFileTensor *tensor = weights != NULL ? pz_weights_lookup (weights, name) : NULL;

  *zeros = tensor != NULL;
  for (guint64 first = 0; *zeros && first < tensor->n_elements; first += CHUNK)
    {
      const gsize n = MIN (CHUNK, tensor->n_elements - first);

      if (!pz_tensor_file_read_f32 (pz_weights_get_file (weights), tensor, first, n, values,
                                    error))
        return FALSE;
      for (gsize i = 0; i < n; i++)
        *zeros = *zeros && values[i] == 0.0f;
    }
  return TRUE;
}

static gboolean
refuse_flat (const PzDiagnose *d, PzWeights *weights, const Place *place, GError **error)
{
  g_autofree char *found = g_strdup_printf ("one value of sound numbers in %s: %s (%s)",
                                            place->network, place->layer, place->op);
  gboolean zeros;

  if (!is_zeros (weights, place->layer, &zeros, error))
    return FALSE;
  if (!zeros)
    return pz_diagnose_driver (d, found, error);
  g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_NUMBERS,
               "%s: %s: weights expected, found zeros in %s: what helps is another copy of the "
               "file, or another %s",
               place->network, place->layer, pz_weights_get_path (weights), place->network);
  return FALSE;
}

static gboolean
refuse_fault (const PzDiagnose *d,
              PzWeights *weights,
              const PzFault *fault,
              const Place *place,
              GError **error)
{
  g_autofree char *found = NULL;

  if (fault->kind == PZ_FAULT_FLAT)
    return refuse_flat (d, weights, place, error);
  if (d->activation == PZ_F16)
    return refuse_overflow (place, HALVES, fault->largest, error);
  if (fault->largest > LARGE_FOR_FLOATS)
    return refuse_overflow (place, "floats", fault->largest, error);
  found = g_strdup_printf ("NaN or infinity of sound numbers in %s: %s (%s)", place->network,
                           place->layer, place->op);
  return pz_diagnose_driver (d, found, error);
}

gboolean
pz_diagnose_program (const PzDiagnose *d,
                     PzProgram *program,
                     const PzDiagnosePart parts[],
                     guint n_parts,
                     gboolean flat,
                     GError **error)
{
  const PzRunParams run = { .cancellable = d->cancellable };
  const PzDiagnosePart *part;
  g_autofree char *scope = NULL;
  PzFault fault;
  Place place;

  if (!pz_program_examine (program, &run, &fault, error))
    return FALSE;
  if (fault.kind == PZ_FAULT_NONE || (fault.kind == PZ_FAULT_FLAT && !flat))
    return TRUE;
  scope = g_strconcat (fault.scope, ".", NULL);
  part = find_part (parts, n_parts, scope);
  place = (Place) {
    .network = part != NULL ? part->network : "the program",
    .layer = fault.scope + MIN (part != NULL ? strlen (part->prefix) : 0, strlen (fault.scope)),
    .op = fault.op,
  };
  return refuse_fault (d, part != NULL ? part->weights : NULL, &fault, &place, error);
}

gboolean
pz_diagnose_driver (const PzDiagnose *d, const char *found, GError **error)
{
  const PzGpuInfo *info = pz_gpu_get_info (d->gpu);

  g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_OUTPUT,
               "%s (%s) returned an empty picture: expected finite, varied pixels, found %s",
               info->name, info->driver, found);
  return FALSE;
}

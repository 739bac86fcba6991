/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Runs a program op by op to find the first op with an unusable result. A result may be overwritten soon after its last use, so
 * each is checked before the next op runs.
 */
#include <math.h>

#include "compute/run/program.h"

/* Elements per read. */
#define CHUNK 65536u

typedef struct
{
  PzProgram *program;
  const PzRunParams *params;
  gdouble largest; /* largest finite magnitude so far */
} Examination;

/* Reads bytes at an address, in scratch or in a storage. */
static gboolean
read_at (PzProgram *program, guint64 address, gpointer data, guint64 n_bytes, GError **error)
{
  for (guint i = 0; i < program->storages->len; i++)
    {
      PzStorage *storage = program->storages->pdata[i];
      const guint64 begin = pz_storage_get_address (storage);

      if (address >= begin && address - begin < pz_storage_get_bytes (storage))
        return pz_storage_read (storage, address - begin, data, n_bytes, NULL, error);
    }
  for (guint i = 0; i < program->n_chunks; i++)
    if (pz_scratch_holds (program->chunks[i], address))
      return pz_scratch_read (program->gpu, program->chunks[i], address, data, n_bytes, error);
  g_assert_not_reached ();
}

/* State of checking one result. */
typedef struct
{
  const PzStep *step;
  float *first; /* [n_channels]: the first value of each channel */
  gsize done;
  gboolean is_finite, is_varied;
} Look;

static void
look_at_values (Examination *e, Look *look, const float *values, gsize n)
{
  const guint n_channels = look->step->n_channels;

  for (gsize i = 0; i < n && look->is_finite; i++)
    {
      const gsize at = look->done + i;
      const gdouble size = fabs ((gdouble) values[i]);

      if (at < n_channels)
        look->first[at] = values[i];
      look->is_varied = look->is_varied || values[i] != look->first[at % n_channels];
      look->is_finite = isfinite (size);
      if (look->is_finite)
        e->largest = MAX (e->largest, size);
    }
  look->done += n;
}

static gboolean
look_at (Examination *e, Look *look, GError **error)
{
  const PzStep *step = look->step;
  const gboolean are_halves = step->dtype == PZ_F16;
  const gsize bytes = are_halves ? sizeof (guint16) : sizeof (float);
  g_autofree guint16 *halves = g_new (guint16, CHUNK);
  g_autofree float *values = g_new (float, CHUNK);
  g_autofree float *first = g_new (float, step->n_channels);

  look->first = first;
  while (look->done < step->n_elements && look->is_finite)
    {
      const gsize n = MIN (CHUNK, step->n_elements - look->done);

      if (!read_at (e->program, step->address + look->done * bytes,
                    are_halves ? (gpointer) halves : (gpointer) values, n * bytes, error))
        return FALSE;
      if (are_halves)
        pz_floats_from_halves (values, halves, n);
      look_at_values (e, look, values, n);
    }
  return TRUE;
}

/* A result with one element per channel cannot vary. */
static PzFaultKind
judge (const Look *look)
{
  if (!look->is_finite)
    return PZ_FAULT_NOT_FINITE;
  return look->is_varied || look->step->n_elements == look->step->n_channels ? PZ_FAULT_NONE
                                                                             : PZ_FAULT_FLAT;
}

static gboolean
run_step (Examination *e, guint first, guint n, GError **error)
{
  g_autoptr (PzProgram) alone =
    pz_program_new_flat (e->program->gpu, &e->program->dispatches[first], n, NULL, 0, error);

  return alone != NULL && pz_program_run (alone, e->params, error);
}

/* Index after the last dispatch of the step that begins at dispatch `first`. */
static guint
end_of_step (const PzProgram *program, guint first)
{
  guint end = first + 1;

  while (end < program->n_dispatches && program->step_of[end] == program->step_of[first])
    end++;
  return end;
}

gboolean
pz_program_examine (PzProgram *program,
                    const PzRunParams *params,
                    PzFault *fault,
                    GError **error)
{
  Examination e = { program, params, 0.0 };
  PzFaultKind kind = PZ_FAULT_NONE;

  g_return_val_if_fail (!program->reversed, FALSE);

  *fault = (PzFault) { 0 };
  if (!pz_program_make_pipelines (program, params != NULL ? params->cancellable : NULL, error))
    return FALSE;
  for (guint first = 0; first < program->n_dispatches && kind != PZ_FAULT_NOT_FINITE;
       first = end_of_step (program, first))
    {
      const PzStep *step = &program->steps[program->step_of[first]];
      const gdouble before = e.largest;
      Look look = { .step = step, .is_finite = TRUE };

      if (!run_step (&e, first, end_of_step (program, first) - first, error)
          || (step->dtype != PZ_I32 && !look_at (&e, &look, error)))
        return FALSE;
      kind = step->dtype != PZ_I32 ? judge (&look) : PZ_FAULT_NONE;
      if (kind > PZ_FAULT_NONE && (fault->kind == PZ_FAULT_NONE || kind == PZ_FAULT_NOT_FINITE))
        *fault = (PzFault) { kind, step->op, step->scope, before };
    }
  return TRUE;
}

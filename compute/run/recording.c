/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "compute/run/program.h"

/* Timestamps of a segment: its start and end, then, when tracing, the start and end of every piece. */
#define START 0
#define END 1
#define N_OWN 2

static void
segment_free (PzSegment *segment)
{
  pz_commands_free (segment->commands);
  g_array_unref (segment->pieces);
  g_free (segment);
}

gboolean
pz_recording_is_complete (const PzProgram *program)
{
  return program->recorded_to.dispatch == program->n_dispatches;
}

void
pz_recording_drop (PzProgram *program)
{
  for (guint i = 0; i < program->segments->len; i++)
    segment_free (program->segments->pdata[i]);
  g_ptr_array_set_size (program->segments, 0);
  program->recorded_to = (PzCursor) { 0, 0 };
}

/* Traced pieces are serialised, because overlapping pieces cannot be timed. */
static gboolean
record_piece (PzProgram *program,
              PzCommands *commands,
              const PzPiece *piece,
              guint index,
              GError **error)
{
  const PzDispatch *dispatch = &program->dispatches[piece->dispatch];
  const gboolean is_first = piece->base[0] + piece->base[1] + piece->base[2] == 0;
  const gboolean trace = program->traced;
  const PzPipeline *pipeline = pz_program_get_pipeline (program, dispatch, error);

  if (pipeline == NULL)
    return FALSE;
  if (trace || (is_first && program->barrier_before[piece->dispatch]))
    pz_commands_barrier (commands, PZ_BARRIER_BETWEEN);
  if (trace)
    pz_commands_timestamp (commands, N_OWN + 2 * index);
  pz_commands_bind (commands, pipeline, dispatch->args, dispatch->args_bytes);
  pz_commands_dispatch (commands, piece->base, piece->groups);
  if (trace)
    pz_commands_timestamp (commands, N_OWN + 2 * index + 1);
  return TRUE;
}

static gboolean
record (PzProgram *program, PzSegment *segment, gboolean is_first, GError **error)
{
  PzCommands *commands = segment->commands;

  if (!pz_commands_begin (commands, error))
    return FALSE;
  pz_commands_timestamp (commands, START);
  if (is_first)
    pz_commands_barrier (commands, PZ_BARRIER_BEFORE);
  for (guint i = 0; i < segment->pieces->len; i++)
    if (!record_piece (program, commands, &g_array_index (segment->pieces, PzPiece, i), i,
                       error))
      return FALSE;
  if (pz_recording_is_complete (program))
    pz_commands_barrier (commands, PZ_BARRIER_AFTER);
  pz_commands_timestamp (commands, END);
  return pz_commands_end (commands, error);
}

gboolean
pz_recording_grow (PzProgram *program, GError **error)
{
  PzSegment *segment = g_new0 (PzSegment, 1);
  PzCursor before = program->recorded_to;
  guint n_timestamps = N_OWN;

  segment->pieces = g_array_new (FALSE, FALSE, sizeof (PzPiece));
  pz_pace_cut (&program->pace, program->dispatches, program->n_dispatches,
               program->budget_seconds, &program->recorded_to, segment->pieces);
  if (program->traced)
    n_timestamps += 2 * segment->pieces->len;
  segment->commands = pz_commands_new (program->gpu, n_timestamps, error);
  if (segment->commands == NULL
      || !record (program, segment, program->segments->len == 0, error))
    {
      segment_free (segment);
      program->recorded_to = before;
      return FALSE;
    }
  g_ptr_array_add (program->segments, segment);
  return TRUE;
}

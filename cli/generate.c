/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * personalize generate: makes PNG files with their recipes from a prompt and, if given, concepts.
 */
#include <stdio.h>

#include "cli/generate-input.h"
#include "cli/generate-options.h"
#include "cli/generate-output.h"
#include "cli/generate-people.h"
#include "cli/terminal.h"

/* Reports the concepts that a given fidelity does not change. */
static void
note_unused_fidelities (const PzGenerateOptions *o,
                        const PzGenerateInput *input,
                        PzGenerateOutput *output)
{
  for (guint i = 0; o->params.n_fidelities > 0 && i < input->n; i++)
    if (!pz_concept_takes_fidelity (input->concept[i]))
      {
        g_autofree char *sentence =
          g_strdup_printf ("--fidelity has no effect on %s, which is only words or a text "
                           "encoder adapter",
                           o->concepts[i]);
        pz_generate_output_say (output, sentence);
      }
}

static gboolean
open_session (const PzGenerateOptions *o,
              GCancellable *cancellable,
              PzSession **session,
              GError **error)
{
  g_autofree char *beside = pz_binary_folder ();

  *session = pz_session_open (
    &(PzSessionParams) {
      .model = o->model,
      .beside = beside,
      .elite = o->elite,
      .ip_adapter = o->ip_adapter,
      .vae = o->vae,
      .device = o->device,
      .f32 = o->f32,
      .packs_weights = o->packs_weights,
      .saves_memory = o->low_memory,
      .cancellable = cancellable,
    },
    error);
  if (*session == NULL)
    return FALSE;
  return pz_generate_params_check (&o->params, pz_session_get_model (*session), error)
         || pz_blame_usage (error);
}

/* Even if this fails, *output has what was made and reported, and *session the session if one was opened. */
static gboolean
generate (PzGenerateOptions *o, PzGenerateOutput *output, PzSession **session, GError **error)
{
  PzTaskParams task = {
    .cancellable = pz_interrupt (),
    .progress = o->quiet ? NULL : pz_progress_line_show,
    .progress_data = &output->line,
    .note = pz_generate_output_note,
    .note_data = output,
  };
  g_auto (PzGenerateInput) input = { 0 };

  if (!pz_generate_options_understand (o, error) || !pz_generate_output_init (output, o, error)
      || !pz_generate_input_load (&input, o, &task, error)
      || !open_session (o, task.cancellable, session, error))
    return FALSE;
  task.room = MAX (o->room, 0.0);
  task.concept_by = o->by;
  if (o->seed_is_random)
    {
      g_autofree char *sentence =
        g_strdup_printf ("the seed is %" G_GUINT64_FORMAT, o->params.seed);
      pz_generate_output_say (output, sentence);
    }
  /* Only then is the size known that the start is fitted to. */
  if (!pz_session_settle (*session, task.cancellable, error))
    return FALSE;
  pz_generate_input_fit (&input, o, pz_session_get_model (*session));
  if ((o->json
       && !pz_session_measure_memory (*session, &o->params, o->by, input.concept, input.n,
                                      &output->forecast_bytes, error))
      || !pz_generate_input_encode (&input, *session, &task, error))
    return FALSE;
  note_unused_fidelities (o, &input, output);
  if (!pz_session_generate (*session, &o->params, input.concept, input.n, &task,
                            pz_generate_output_save, output, error))
    return FALSE;
  return pz_generate_people_compare (output, &input, error);
}

/* For an error before there is any output. */
static void
print_error (const GError *error)
{
  const PzGenerateOutput none = { 0 };

  pz_generate_output_print_json (&none, NULL, error);
}

static int
run (int argc, char **argv)
{
  g_auto (PzGenerateOptions) o = PZ_GENERATE_OPTIONS_INIT;
  g_auto (PzGenerateOutput) output = { 0 };
  g_autoptr (PzSession) session = NULL;
  GError *error = NULL;
  int status;

  pz_interrupt ();
  if (!pz_options_parse (&pz_command_generate, &o, &argc, &argv, &status))
    return status;
  if (argc > 1)
    return pz_refuse_arguments (&pz_command_generate, o.json, argv);
  generate (&o, &output, &session, &error);
  pz_progress_line_clear (&output.line);
  if (o.json)
    pz_generate_output_print_json (&output, session, error);
  return error == NULL ? PZ_EXIT_OK : pz_fail (error);
}

const PzCommand pz_command_generate = {
  .name = "generate",
  .about = "generate pictures from a prompt and, optionally, concepts",
  .summary = "Generates pictures from a prompt and, optionally, up to four concepts.",
  .details = pz_generate_options_describe,
  .parameters = "",
  .options = pz_generate_options,
  .run = run,
  .print_error = print_error,
};

/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * personalize generate: a prompt and, if given, concepts to PNG files with their recipe.
 */
#include <math.h>
#include <stdio.h>
#include <unistd.h>

#include "cli/generate-input.h"
#include "cli/generate-options.h"
#include "cli/generate-output.h"

static void
show_progress (const PzProgress *progress, gpointer data)
{
  static const char *const stage_names[] = {
    [PZ_STAGE_LOAD] = "loading",
    [PZ_STAGE_ENCODE] = "looking at the concept",
    [PZ_STAGE_TEXT] = "reading the prompt",
    [PZ_STAGE_STEP] = "painting",
    [PZ_STAGE_DECODE] = "developing",
  };
  g_autofree char *left =
    progress->seconds_left < 0
      ? g_strdup ("")
      : g_strdup_printf (", about %.0f s left", ceil (progress->seconds_left));

  (void) data;
  if (progress->n_variants > 0)
    fprintf (stderr, "\r\033[K%3.0f%%  %s, variant %u of %u, step %u of %u%s",
             100.0 * progress->fraction, stage_names[progress->stage], progress->variant,
             progress->n_variants, progress->step, progress->n_steps, left);
  else
    fprintf (stderr, "\r\033[K%3.0f%%  %s%s", 100.0 * progress->fraction,
             stage_names[progress->stage], left);
}

/* What a given fidelity does not change is said, not silently left alone. */
static void
say_unused_fidelities (const PzGenerateOptions *o, const PzGenerateInput *input)
{
  for (guint i = 0; o->params.n_fidelities > 0 && i < input->n; i++)
    if (!pz_concept_takes_fidelity (input->concept[i]))
      fprintf (stderr,
               "personalize: --fidelity changes nothing of %s: it is words or a text "
               "encoder adapter alone\n",
               o->concepts[i]);
}

static gboolean
generate (PzGenerateOptions *o, GError **error)
{
  gboolean talk = !o->json && isatty (STDERR_FILENO);
  g_autofree char *beside = pz_binary_folder ();
  PzTaskParams task = { .cancellable = pz_interrupt (),
                        .progress = talk ? show_progress : NULL };
  g_auto (PzGenerateInput) input = { 0 };
  g_auto (PzGenerateOutput) output = { 0 };

  if (!pz_generate_options_understand (o, error) || !pz_generate_output_init (&output, o, error)
      || !pz_generate_input_load (&input, o, error))
    return FALSE;

  g_autoptr (PzSession) session = pz_session_open (
    &(PzSessionParams) {
      .model = o->model,
      .beside = beside,
      .elite = o->elite,
      .device = o->device,
      .f32 = o->f32,
      .cancellable = task.cancellable,
    },
    error);
  if (session == NULL
      || !pz_generate_params_check (&o->params, pz_session_get_model (session), error)
      || !pz_generate_input_encode (&input, session, &task, error))
    return FALSE;
  say_unused_fidelities (o, &input);
  gboolean done = pz_session_generate (session, &o->params, input.concept, input.n, &task,
                                       pz_generate_output_save, &output, error);
  if (talk)
    fprintf (stderr, "\r\033[K");
  if (done && o->json)
    pz_generate_output_print_json (&output, session);
  return done;
}

static int
run (int argc, char **argv)
{
  g_auto (PzGenerateOptions) o = PZ_GENERATE_OPTIONS_INIT;
  GError *error = NULL;
  int status;

  pz_interrupt ();
  if (!pz_options_parse (&pz_command_generate, &o, &argc, &argv, &status))
    return status;
  if (argc > 1)
    {
      fprintf (stderr, "personalize: generate takes options only, found “%s”\n", argv[1]);
      return PZ_EXIT_USAGE;
    }
  return generate (&o, &error) ? PZ_EXIT_OK : pz_fail (error);
}

const PzCommand pz_command_generate = {
  .name = "generate",
  .about = "make pictures from a prompt and, if given, a concept",
  .summary = "Makes pictures from a prompt and, if given, a concept.",
  .details = pz_generate_options_describe,
  .parameters = "",
  .options = pz_generate_options,
  .run = run,
};

/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * personalize bench: measures how long pieces of work take, on request also op by op, or compared with another engine.
 */
#include <stdio.h>

#include "cli/bench-options.h"
#include "cli/bench-peer.h"
#include "cli/bench-report.h"
#include "cli/bench-start.h"
#include "cli/commands.h"
#include "models/learn.h"

#define FEW_STEPS 4

/* The state of one run of the command. */
typedef struct
{
  const PzBenchOptions *o;
  PzSession *session;
  PzBench *bench;
  PzBenchPeer *peer; /* NULL = none */
  GPtrArray *rows; /* of PzBenchRow */
  GArray *ops; /* of PzBenchOp */
} Run;

static void
run_clear (Run *run)
{
  g_clear_pointer (&run->peer, pz_bench_peer_free);
  g_clear_pointer (&run->bench, pz_bench_free);
  g_clear_pointer (&run->session, pz_session_close);
  g_clear_pointer (&run->rows, g_ptr_array_unref);
  g_clear_pointer (&run->ops, g_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Run, run_clear)

/* ---- what is measured ---- */

/* A whole picture takes the model's number of steps, which is fifty for some models. If no whole picture is timed, a few steps
 * are enough to time one step. */
static guint
steps_of (const PzBenchOptions *o, const PzModelInfo *info)
{
  if (o->steps > 0)
    return (guint) o->steps;
  return (o->wanted >> PZ_BENCH_PICTURE & 1) != 0 ? info->steps : MIN (info->steps, FEW_STEPS);
}

/* The parameters for the size with that index, or for the model's size if no size was given. */
static PzBenchParams
params_of (const Run *run, guint size)
{
  const PzModelInfo *info = pz_session_get_model (run->session);
  const PzBenchOptions *o = run->o;
  PzBenchParams params = {
    .wanted = o->wanted,
    .width = info->width,
    .height = info->height,
    .steps = steps_of (o, info),
    .guidance = o->guidance >= 0.0 ? o->guidance : info->guidance,
    .with_concept = o->concept,
    .samples = o->samples > 0 ? (guint) o->samples
                              : pz_learn_method_find ("cross-initialization")->batch,
  };

  if (!info->personalizes)
    params.wanted &= ~(1u << PZ_BENCH_ENCODE);
  if (o->sizes != NULL)
    pz_parse_size (o->sizes[size], &params.width, &params.height);
  for (guint work = 0; size > 0 && work < PZ_N_BENCH; work++)
    if (!pz_bench_is_sized (work))
      params.wanted &= ~(1u << work);
  return params;
}

/* ---- measuring ---- */

static void
add_samples (PzBenchRow *row, GArray *samples, const double peer_ms[])
{
  g_autoptr (GArray) ours = g_array_new (FALSE, FALSE, sizeof (double));
  double median;

  for (guint i = 0; i < samples->len; i++)
    {
      const PzBenchSample *sample = &g_array_index (samples, PzBenchSample, i);

      if (sample->work != row->work)
        continue;
      g_array_append_val (row->ours, *sample);
      g_array_append_val (ours, sample->wall_ms);
    }
  median = pz_bench_median (ours);
  g_array_append_val (row->ours_ms, median);
  if (peer_ms[row->work] > 0.0)
    g_array_append_val (row->peer_ms, peer_ms[row->work]);
}

/* Runs everything once here and then once on the peer, so that the two alternate. */
static gboolean
run_pair (Run *run,
          const PzBenchParams *params,
          GArray *samples,
          double peer_ms[PZ_N_BENCH],
          GError **error)
{
  const gboolean guided =
    !pz_session_get_model (run->session)->guidance_embedded && params->guidance > 1.0;

  return pz_bench_run (run->bench, params, samples, error)
         && (run->peer == NULL
             || pz_bench_peer_run (run->peer, params, guided, peer_ms, error));
}

static gboolean
trace (Run *run, const PzBenchParams *params, GError **error)
{
  g_autoptr (GArray) ops = g_array_new (FALSE, FALSE, sizeof (PzBenchOp));

  if (!pz_bench_trace (run->bench, params, ops, error))
    return FALSE;
  if (!run->o->json)
    pz_bench_print_ops (ops, params->width, params->height);
  if (ops->len > 0)
    g_array_append_vals (run->ops, ops->data, ops->len);
  return TRUE;
}

static gboolean
measure_size (Run *run, guint size, GError **error)
{
  const PzBenchParams params = params_of (run, size);
  const guint first = run->rows->len;
  double peer_ms[PZ_N_BENCH] = { 0 };

  for (guint work = 0; work < PZ_N_BENCH; work++)
    if ((params.wanted >> work & 1) != 0)
      g_ptr_array_add (run->rows, pz_bench_row_new (work, params.width, params.height));
  /* The first run does not count: it loads, compiles, and learns how to divide the work into submits. */
  if (!run_pair (run, &params, NULL, peer_ms, error)
      || (run->o->ops && !trace (run, &params, error)))
    return FALSE;
  for (int i = 0; i < run->o->repeat; i++)
    {
      g_autoptr (GArray) samples = g_array_new (FALSE, FALSE, sizeof (PzBenchSample));

      if (!run_pair (run, &params, samples, peer_ms, error))
        return FALSE;
      for (guint row = first; row < run->rows->len; row++)
        add_samples (g_ptr_array_index (run->rows, row), samples, peer_ms);
    }
  for (guint i = first; run->peer != NULL && i < run->rows->len; i++)
    {
      PzBenchRow *row = g_ptr_array_index (run->rows, i);

      row->peer_threads = g_strdup (pz_bench_peer_threads (run->peer, row->work));
    }
  return TRUE;
}

/* ---- output ---- */

/* The peak memory of this process. Not from getrusage (), whose peak starts at the parent's. */
static gint64
peak_process_bytes (void)
{
  g_autofree char *status = NULL;
  const char *line;

  if (!g_file_get_contents ("/proc/self/status", &status, NULL, NULL)
      || (line = strstr (status, "VmHWM:")) == NULL)
    return 0;
  return g_ascii_strtoll (line + strlen ("VmHWM:"), NULL, 10) * 1024;
}

static void
print_text (const Run *run)
{
  const char *peer = run->peer != NULL ? pz_bench_peer_about (run->peer) : NULL;

  pz_bench_print_rows (run->rows, run->o->against);
  if (peer != NULL)
    printf ("%s: %s; ratio: our time to its time, median of alternating runs\n",
            run->o->against, peer);
  printf ("%u kernels compiled; peak memory: %.0f MiB on the device, %.0f MiB in the "
          "process\n",
          pz_bench_get_n_pipelines (run->bench),
          (double) pz_session_get_peak_bytes (run->session) / (1 << 20),
          (double) peak_process_bytes () / (1 << 20));
}

static void
print_json (const Run *run)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  pz_json_add_string (builder, "version", PZ_VERSION);
  pz_json_add_string (builder, "device", pz_session_get_device_name (run->session));
  pz_json_add_string (builder, "driver", pz_session_get_driver (run->session));
  pz_json_add_int (builder, "processors", g_get_num_processors ());
  pz_json_add_string (builder, "model", pz_session_get_model (run->session)->name);
  pz_json_add_string (builder, "peer",
                      run->peer != NULL ? pz_bench_peer_about (run->peer) : NULL);
  pz_json_add_int (builder, "pipelines", pz_bench_get_n_pipelines (run->bench));
  pz_json_add_int (builder, "peak_device_bytes",
                   (gint64) pz_session_get_peak_bytes (run->session));
  pz_json_add_int (builder, "peak_process_bytes", peak_process_bytes ());
  pz_json_add_number (builder, "first_step_ms", pz_bench_get_first_step_ms (run->bench));
  pz_json_add_number (builder, "first_picture_ms", pz_bench_get_first_picture_ms (run->bench));
  pz_bench_rows_to_json (run->rows, builder);
  if (run->o->ops)
    pz_bench_ops_to_json (run->ops, builder);
  json_builder_end_object (builder);
  pz_json_print (builder);
}

static void
print_header (const Run *run)
{
  const PzModelInfo *info = pz_session_get_model (run->session);

  printf ("%s, %s, %u processors\n%s, %s, %s\n\n", pz_session_get_device_name (run->session),
          pz_session_get_driver (run->session), g_get_num_processors (), info->name,
          info->family,
          run->o->f32             ? "all f32"
          : run->o->packs_weights ? "f16, weights in 8 bits"
                                  : "f16");
  fflush (stdout);
}

/* ---- the two ways to run ---- */

static gboolean
run_here (const PzBenchOptions *o, GError **error)
{
  g_autofree char *beside = pz_binary_folder ();
  const guint n_sizes = o->sizes != NULL ? g_strv_length (o->sizes) : 1;
  g_auto (Run) run = {
    .o = o,
    .rows = g_ptr_array_new_with_free_func ((GDestroyNotify) pz_bench_row_free),
    .ops = g_array_new (FALSE, FALSE, sizeof (PzBenchOp)),
  };

  run.session = pz_session_open (
    &(PzSessionParams) {
      .model = o->model,
      .beside = beside,
      .elite = o->elite,
      .device = o->device,
      .f32 = o->f32,
      .packs_weights = o->packs_weights,
      .cancellable = pz_interrupt (),
    },
    error);
  if (run.session == NULL || !pz_session_settle (run.session, pz_interrupt (), error))
    return FALSE;
  run.bench = pz_bench_new (run.session, o->began_us, pz_interrupt ());
  if (o->against != NULL)
    {
      run.peer =
        pz_bench_peer_new (o->against, beside, pz_session_get_model (run.session)->path, error);
      if (run.peer == NULL)
        return FALSE;
    }
  if (!o->json)
    print_header (&run);
  for (guint size = 0; size < n_sizes; size++)
    if (!measure_size (&run, size, error))
      return FALSE;
  if (o->json)
    print_json (&run);
  else
    print_text (&run);
  return TRUE;
}

static void
add_option (GPtrArray *arguments, const char *option, const char *value)
{
  if (value == NULL)
    return;
  g_ptr_array_add (arguments, g_strdup (option));
  g_ptr_array_add (arguments, g_strdup (value));
}

static gboolean
run_starts (const PzBenchOptions *o, GError **error)
{
  g_autoptr (GPtrArray) arguments = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *steps = g_strdup_printf ("%d", o->steps);
  g_autofree char *guidance = g_strdup_printf ("%g", o->guidance);
  PzBenchStart cold, warm;

  g_ptr_array_add (arguments, g_strdup ("bench"));
  g_ptr_array_add (arguments, g_strdup ("--json"));
  add_option (arguments, "--only", "picture");
  add_option (arguments, "--repeat", "0");
  add_option (arguments, "--model", o->model);
  add_option (arguments, "--elite", o->elite);
  add_option (arguments, "--device", o->device);
  add_option (arguments, "--size", o->sizes != NULL ? o->sizes[0] : NULL);
  add_option (arguments, "--steps", o->steps > 0 ? steps : NULL);
  add_option (arguments, "--guidance", o->guidance >= 0.0 ? guidance : NULL);
  add_option (arguments, "--weights", o->weights);
  if (o->concept)
    g_ptr_array_add (arguments, g_strdup ("--concept"));
  if (o->f32)
    g_ptr_array_add (arguments, g_strdup ("--f32"));
  g_ptr_array_add (arguments, NULL);
  if (!pz_bench_start ((const char *const *) arguments->pdata, &cold, &warm, pz_interrupt (),
                       error))
    return FALSE;
  if (!o->json)
    {
      pz_bench_start_print ("cold", &cold);
      pz_bench_start_print ("warm", &warm);
      return TRUE;
    }

  g_autoptr (JsonBuilder) builder = json_builder_new ();
  json_builder_begin_object (builder);
  pz_bench_start_to_json ("cold", &cold, builder);
  pz_bench_start_to_json ("warm", &warm, builder);
  json_builder_end_object (builder);
  pz_json_print (builder);
  return TRUE;
}

static int
run (int argc, char **argv)
{
  g_auto (PzBenchOptions) o = PZ_BENCH_OPTIONS_INIT;
  GError *error = NULL;
  int status;

  o.began_us = g_get_monotonic_time ();
  pz_interrupt ();
  if (!pz_options_parse (&pz_command_bench, &o, &argc, &argv, &status))
    return status;
  if (argc > 1)
    return pz_refuse_arguments (&pz_command_bench, o.json, argv);
  if (!pz_bench_options_understand (&o, &error)
      || !(o.start ? run_starts (&o, &error) : run_here (&o, &error)))
    return pz_command_fail (&pz_command_bench, o.json, error);
  return PZ_EXIT_OK;
}

const PzCommand pz_command_bench = {
  .name = "bench",
  .about = "benchmark the engine, optionally op by op or against PyTorch",
  .summary = "Measures how long work takes: median, spread, throughput, and the share of wall "
             "time for which the device was idle.",
  .details = pz_bench_options_describe,
  .parameters = "",
  .options = pz_bench_options,
  .run = run,
};

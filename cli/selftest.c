/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * personalize selftest: checks whether a device computes correct results, and prints a report for bug reports.
 */
#include <stdio.h>

#include "cli/commands.h"
#include "cli/device-info.h"
#include "cli/json.h"
#include "cli/terminal.h"
#include "compute/conformance.h"

typedef struct
{
  char *device;
  char *op;
  gboolean json;
} Options;

static const PzOption options[] = {
  PZ_OPTION (Options,
             device,
             "device",
             0,
             STRING,
             "Device, by number or part of its name; default: the best usable one",
             "N|NAME"),
  PZ_OPTION (Options, op, "op", 0, STRING, "Test only this op; default: all", "NAME"),
  PZ_OPTION (Options, json, "json", 0, NONE, "Print the results as JSON", NULL),
  PZ_OPTIONS_END,
};

/* Where results are written as they arrive. */
typedef struct
{
  JsonBuilder *json; /* NULL = print lines */
  gboolean begun;
  guint n_cases;
  double seconds;
} Report;

/* ---- results ---- */

static void
print_line (const PzConformance *result)
{
  printf ("  %-22s %s %-6s %5u %7.2f %8.2f s", result->op,
          result->dtype == PZ_F16 ? "f16" : "f32", result->coop ? "matrix" : "plain",
          result->n_cases, result->share, result->seconds);
  if (result->wrong != NULL)
    printf ("  %u WRONG, first %s", result->n_failed, result->wrong);
  printf ("\n");
  fflush (stdout);
}

static void
add_row (JsonBuilder *builder, const PzConformance *result)
{
  json_builder_begin_object (builder);
  pz_json_add_string (builder, "op", result->op);
  pz_json_add_string (builder, "precision", result->dtype == PZ_F16 ? "f16" : "f32");
  pz_json_add_bool (builder, "matrices", result->coop);
  pz_json_add_int (builder, "cases", result->n_cases);
  pz_json_add_int (builder, "failed", result->n_failed);
  pz_json_add_exact (builder, "error", result->share);
  pz_json_add_number (builder, "seconds", result->seconds);
  pz_json_add_string (builder, "wrong", result->wrong);
  json_builder_end_object (builder);
}

static void
take_result (const PzConformance *result, gpointer data)
{
  Report *report = data;

  report->n_cases += result->n_cases;
  report->seconds += result->seconds;
  if (report->json != NULL)
    add_row (report->json, result);
  else
    print_line (result);
}

/* ---- beginning and end ---- */

static void
begin (const PzGpuInfo *info, gpointer data)
{
  Report *report = data;

  report->begun = TRUE;
  if (report->json == NULL)
    {
      printf ("personalize %s\n", PZ_VERSION);
      pz_device_print (info);
      printf ("\n  %-22s %-10s %5s %7s %10s\n", "op", "path", "cases", "error", "time");
      return;
    }
  json_builder_begin_object (report->json);
  pz_json_add_string (report->json, "version", PZ_VERSION);
  json_builder_set_member_name (report->json, "device");
  pz_device_to_json (report->json, info);
  pz_json_begin_array (report->json, "ops");
}

static void
end_json (Report *report, guint n_failed, const GError *error)
{
  json_builder_end_array (report->json);
  pz_json_add_int (report->json, "cases", report->n_cases);
  pz_json_add_int (report->json, "failed", n_failed);
  pz_json_add_error (report->json, error);
  json_builder_end_object (report->json);
  pz_json_print (report->json);
}

static void
end_lines (const Report *report, guint n_failed)
{
  printf ("\n%u cases in %.1f s; ", report->n_cases, report->seconds);
  if (n_failed == 0)
    printf ("all results are correct.\n");
  else
    printf ("%u results are WRONG. Please report this output.\n", n_failed);
}

static int
check (const Options *values)
{
  g_autoptr (GError) error = NULL, wrong = NULL;
  Report report = { .json = values->json ? json_builder_new () : NULL };
  guint n_failed;
  const gboolean done =
    pz_conformance_run (&(PzConformanceParams) { .device = values->device,
                                                 .op = values->op,
                                                 .cancellable = pz_interrupt (),
                                                 .opened = begin,
                                                 .checked = take_result,
                                                 .data = &report },
                        &n_failed, &error);

  if (done && n_failed > 0)
    wrong = g_error_new (PZ_ERROR, PZ_ERROR_BAD_OUTPUT,
                         "expected correct results, found %u wrong", n_failed);
  if (report.json != NULL && report.begun)
    end_json (&report, n_failed, wrong != NULL ? wrong : error);
  g_clear_object (&report.json);
  if (g_error_matches (error, PZ_ERROR, PZ_ERROR_BAD_INPUT))
    {
      g_prefix_error_literal (&error, "--op: ");
      pz_blame_usage (&error);
    }
  if (!done)
    return pz_command_fail (&pz_command_selftest, values->json && !report.begun,
                            g_steal_pointer (&error));
  if (!values->json)
    end_lines (&report, n_failed);
  return n_failed == 0 ? PZ_EXIT_OK : PZ_EXIT_FAILED;
}

static int
run (int argc, char **argv)
{
  Options values = { 0 };
  int status = PZ_EXIT_OK;

  if (pz_options_parse (&pz_command_selftest, &values, &argc, &argv, &status))
    status = argc > 1 ? pz_refuse_arguments (&pz_command_selftest, values.json, argv)
                      : check (&values);
  g_free (values.device);
  g_free (values.op);
  return status;
}

static char *
details (void)
{
  return g_strdup (
    "“error” is the largest error relative to the tolerance: up to 1 passes. “matrix” rows use\n"
    "cooperative matrices, on devices where these are fast. Exit status 1 means that a result is\n"
    "wrong; please include the output in a bug report.");
}

const PzCommand pz_command_selftest = {
  .name = "selftest",
  .about = "check that a device computes correct results",
  .summary = "Runs every op on the device and compares the results with those of the CPU.",
  .details = details,
  .parameters = "",
  .options = options,
  .run = run,
};

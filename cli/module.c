/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * personalize module: runs one network on given tensors.
 */
#include <stdio.h>

#include "cli/commands.h"
#include "cli/json.h"
#include "cli/model-options.h"
#include "cli/module-run.h"
#include "cli/output-file.h"
#include "compute/self-check.h"

typedef struct
{
  char *model, *elite, *ip_adapter, *in, *out, *device;
  int repeat;
  gboolean f32, vjp, json, force;
} Options;

static void
options_clear (Options *o)
{
  g_free (o->model);
  g_free (o->elite);
  g_free (o->ip_adapter);
  g_free (o->in);
  g_free (o->out);
  g_free (o->device);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

static int
usage_error (const Options *o, const char *what)
{
  return pz_refuse_usage (&pz_command_module, o->json,
                          "module: %s; see personalize module --help", what);
}

static gboolean
write_tensors (const char *path, gpointer data, GError **error)
{
  const GArray *tensors = data;

  return pz_safetensors_write (path, (const PzSafetensorF32 *) (gpointer) tensors->data,
                               tensors->len, NULL, error);
}

static gboolean
run_network (const char *name, const Options *o, GError **error)
{
  GCancellable *cancellable = pz_interrupt (); /* before the driver starts threads */

  if (!pz_output_check_file (o->out, o->force, error))
    return FALSE;
  g_autoptr (PzTensorFile) in = pz_tensor_file_open (o->in, error);
  if (in == NULL)
    return FALSE;
  g_autoptr (PzGpu) gpu =
    pz_gpu_open_checked (&(PzGpuParams) { .device = o->device }, pz_interrupt (), error);
  if (gpu == NULL)
    return FALSE;

  g_autoptr (PzModuleAnswer) answer = pz_module_run (name, in,
                                                     &(PzModuleParams) {
                                                       .gpu = gpu,
                                                       .model = o->model,
                                                       .elite = o->elite,
                                                       .ip_adapter = o->ip_adapter,
                                                       .f32 = o->f32,
                                                       .vjp = o->vjp,
                                                       .repeat = (guint) MAX (o->repeat, 1),
                                                       .cancellable = cancellable,
                                                     },
                                                     error);
  if (answer == NULL
      || !pz_output_make (o->out, o->force, write_tensors, answer->tensors, error))
    return FALSE;
  if (o->json)
    printf ("{ \"wall_ms\": %.3f, \"device_ms\": %.3f }\n", answer->wall_ms, answer->device_ms);
  else if (o->repeat > 0)
    printf ("wall_ms %.3f device_ms %.3f\n", answer->wall_ms, answer->device_ms);
  return TRUE;
}

static const PzOption options[] = {
  PZ_OPTION (Options, model, "model", 0, FILENAME, "Model folder or file", "PATH"),
  PZ_OPTION_ELITE (Options),
  PZ_OPTION (Options,
             ip_adapter,
             "ip-adapter",
             0,
             FILENAME,
             "IP-Adapter file, for ip_adapter and for image inputs of unet",
             "FILE"),
  PZ_OPTION (Options,
             in,
             "in",
             0,
             FILENAME,
             "File of input tensors: F32, pictures as NCHW, tokens as [batch, tokens, width]",
             "FILE"),
  PZ_OPTION (Options,
             out,
             "out",
             0,
             FILENAME,
             "File to write the results to (safetensors)",
             "FILE"),
  PZ_OPTION (Options, force, "force", 0, NONE, "Overwrite an existing file", NULL),
  PZ_OPTION (Options,
             repeat,
             "repeat",
             0,
             INT,
             "Run N times and print median times, excluding loading",
             "N"),
  PZ_OPTION_DEVICE (Options),
  PZ_OPTION_F32 (Options),
  PZ_OPTION (
    Options,
    vjp,
    "vjp",
    0,
    NONE,
    "Also compute gradients: read d_RESULT from --in, write d_INPUT for pictures and F32 tokens",
    NULL),
  PZ_OPTION (Options, json, "json", 0, NONE, "Print times as JSON", NULL),
  PZ_OPTIONS_END,
};

static int
run (int argc, char **argv)
{
  g_auto (Options) o = { .repeat = -1 };
  g_autoptr (GError) error = NULL;
  int status;

  if (!pz_options_parse (&pz_command_module, &o, &argc, &argv, &status))
    return status;
  if (argc != 2)
    return usage_error (&o, "expected the name of one network");
  if (o.model == NULL || o.in == NULL || o.out == NULL)
    return usage_error (&o, "expected --model, --in and --out");
  if (o.repeat == 0 || o.repeat < -1)
    return usage_error (&o, "expected --repeat of at least 1");
  if (!run_network (argv[1], &o, &error))
    return pz_command_fail (&pz_command_module, o.json, g_steal_pointer (&error));
  return PZ_EXIT_OK;
}

const PzCommand pz_command_module = {
  .name = "module",
  .about = "run a single network on tensors from a file",
  .summary = "Runs a single network on tensors from a file.",
  .details = pz_module_list,
  .parameters = "NETWORK",
  .options = options,
  .run = run,
};

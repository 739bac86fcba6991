/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * personalize module: one network on given tensors.
 */
#include <stdio.h>

#include "cli/commands.h"
#include "cli/module-run.h"

typedef struct
{
  char *model, *elite, *in, *out, *device;
  int repeat;
  gboolean f32, json;
} Options;

static void
options_clear (Options *options)
{
  g_free (options->model);
  g_free (options->elite);
  g_free (options->in);
  g_free (options->out);
  g_free (options->device);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

static int
usage_error (const char *what)
{
  fprintf (stderr, "personalize: module: %s; see personalize module --help\n", what);
  return PZ_EXIT_USAGE;
}

static gboolean
run (const char *name, const Options *options, GError **error)
{
  GCancellable *cancellable = pz_interrupt (); /* before the driver starts threads */

  g_autoptr (PzTensorFile) in = pz_tensor_file_open (options->in, error);
  if (in == NULL)
    return FALSE;
  g_autoptr (PzGpu) gpu = pz_gpu_open (&(PzGpuParams) { .device = options->device }, error);
  if (gpu == NULL)
    return FALSE;

  g_autoptr (PzModuleAnswer) answer =
    pz_module_run (name, in,
                   &(PzModuleParams) {
                     .gpu = gpu,
                     .model = options->model,
                     .elite = options->elite,
                     .f32 = options->f32,
                     .repeat = (guint) MAX (options->repeat, 1),
                     .cancellable = cancellable,
                   },
                   error);
  if (answer == NULL
      || !pz_safetensors_write (options->out,
                                (const PzSafetensorF32 *) (gpointer) answer->tensors->data,
                                answer->tensors->len, NULL, error))
    return FALSE;
  if (options->json)
    printf ("{ \"wall_ms\": %.3f, \"device_ms\": %.3f }\n", answer->wall_ms, answer->device_ms);
  else if (options->repeat > 0)
    printf ("wall_ms %.3f device_ms %.3f\n", answer->wall_ms, answer->device_ms);
  return TRUE;
}

int
pz_cmd_module (int argc, char **argv)
{
  g_auto (Options) options = { .repeat = -1 };
  g_autoptr (GError) error = NULL;
  g_autofree char *about = NULL;
  g_autofree char *networks = pz_module_list ();
  int status;
  const GOptionEntry entries[] = {
    { "model", 0, 0, G_OPTION_ARG_FILENAME, &options.model, "The model's folder", "DIR" },
    { "elite", 0, 0, G_OPTION_ARG_FILENAME, &options.elite,
      "Folder with ELITE's mappers; default: the model's", "DIR" },
    { "in", 0, 0, G_OPTION_ARG_FILENAME, &options.in,
      "Tensors to run on: F32, pictures as NCHW, tokens as [batch, tokens, width]", "FILE" },
    { "out", 0, 0, G_OPTION_ARG_FILENAME, &options.out, "Where the results go", "FILE" },
    { "repeat", 0, 0, G_OPTION_ARG_INT, &options.repeat,
      "Run N times and print the medians, loading excluded", "N" },
    { "device", 0, 0, G_OPTION_ARG_STRING, &options.device, "Number or part of the name",
      "N|NAME" },
    { "f32", 0, 0, G_OPTION_ARG_NONE, &options.f32, "Compute in f32 throughout", NULL },
    { "json", 0, 0, G_OPTION_ARG_NONE, &options.json, "Print times for programs", NULL },
    { NULL },
  };

  about =
    g_strconcat ("Runs one network of a model on tensors from a file.\n\n", networks, NULL);
  if (!pz_parse_options (&argc, &argv, "NETWORK", about, entries, &status))
    return status;
  if (argc != 2)
    return usage_error ("expected the name of one network");
  if (options.model == NULL || options.in == NULL || options.out == NULL)
    return usage_error ("expected --model, --in and --out");
  if (options.repeat == 0 || options.repeat < -1)
    return usage_error ("expected --repeat of at least 1");
  if (!run (argv[1], &options, &error))
    return pz_fail (g_steal_pointer (&error));
  return PZ_EXIT_OK;
}

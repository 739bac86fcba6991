/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How much longer a file of weights takes to the device than to be read: in turn, by the processor's time, since others may use
 * the machine. Usage: loading FILE.safetensors
 */
#include <stdio.h>
#include <time.h>

#include "models/files/weights.h"

#define ROUNDS 3
#define CHUNK (1u << 20)

static double
processor_seconds (void)
{
  struct timespec now;

  clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &now);
  return (double) now.tv_sec + (double) now.tv_nsec * 1e-9;
}

/* Every tensor of the file, as networks ask for them. */
static PzGraph *
graph_new (const PzTensorFile *file)
{
  PzGraph *graph = pz_graph_new (PZ_F16);

  for (guint i = 0; i < pz_tensor_file_get_n_tensors (file); i++)
    {
      const PzFileTensor *tensor = pz_tensor_file_get_tensor (file, i);
      guint dims[PZ_MAX_DIMS];

      for (guint j = 0; j < tensor->n_dims; j++)
        dims[j] = (guint) tensor->dims[j];
      pz_graph_weight (graph, tensor->n_dims == 4 ? PZ_WEIGHT_CONV : PZ_WEIGHT_PLAIN,
                       tensor->name, tensor->n_dims, dims);
    }
  return graph;
}

static double
read_all (const PzTensorFile *file)
{
  g_autofree guint16 *buffer = g_new (guint16, CHUNK);
  const double began = processor_seconds ();

  for (guint i = 0; i < pz_tensor_file_get_n_tensors (file); i++)
    {
      const PzFileTensor *tensor = pz_tensor_file_get_tensor (file, i);

      for (gsize at = 0; at < tensor->n_elements; at += CHUNK)
        g_assert_true (pz_tensor_file_read (file, tensor, at,
                                            MIN (CHUNK, tensor->n_elements - at), buffer,
                                            NULL));
    }
  return processor_seconds () - began;
}

static double
load_all (PzGpu *gpu, PzWeights *weights)
{
  g_autoptr (PzGraph) graph = graph_new (pz_weights_get_file (weights));
  const PzWeightSource source = { "", weights };
  const double began = processor_seconds ();
  g_autoptr (GError) error = NULL;
  double spent;

  pz_weights_bind (graph, &source, 1, gpu, NULL, &error);
  g_assert_no_error (error);
  spent = processor_seconds () - began;
  pz_weights_release (weights);
  return spent;
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PzWeights) weights = argc == 2 ? pz_weights_open (argv[1], &error) : NULL;
  g_autoptr (PzGpu) gpu = weights != NULL ? pz_gpu_open (&(PzGpuParams) { 0 }, &error) : NULL;
  double least = G_MAXDOUBLE;

  if (gpu == NULL)
    {
      fprintf (stderr, "%s\n", error != NULL ? error->message : "expected one file");
      return 2;
    }
  read_all (pz_weights_get_file (weights));
  for (guint i = 0; i < ROUNDS; i++)
    {
      const double reading = read_all (pz_weights_get_file (weights));
      const double loading = load_all (gpu, weights);

      printf ("# %.2f s to read, %.2f s to the device, %.2f times\n", reading, loading,
              loading / reading);
      least = MIN (least, loading / reading);
    }
  printf ("%.3f\n", least);
  return 0;
}

/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Compares the time to load a weights file to the device with the time to read it. Measures CPU time, because other processes
 * may use the machine, and wall-clock time. Reads the file in two ways: through one small buffer, and into newly allocated
 * memory, as is necessary if the data is kept; the difference is the cost of the memory. Usage: loading FILE.safetensors
 */
#define _POSIX_C_SOURCE 200809L
#include <fcntl.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "models/files/weights.h"

#define ROUNDS 5
#define CHUNK (1u << 20)

typedef struct
{
  double processors, clock;
} Seconds;

static double
now (clockid_t clock)
{
  struct timespec time;

  clock_gettime (clock, &time);
  return (double) time.tv_sec + (double) time.tv_nsec * 1e-9;
}

static Seconds
since (Seconds began)
{
  return (Seconds) { now (CLOCK_PROCESS_CPUTIME_ID) - began.processors,
                     now (CLOCK_MONOTONIC) - began.clock };
}

/* Requests every tensor of the file as a weight, like a network. */
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

/* keeps: reads into new memory that holds all tensors; otherwise through one buffer. */
static Seconds
read_all (const PzTensorFile *file, gboolean keeps)
{
  const gsize n_elements = keeps ? pz_tensor_file_get_file_bytes (file) / 2 + CHUNK : CHUNK;
  const Seconds began = since ((Seconds) { 0, 0 });
  guint16 *buffer = g_new (guint16, n_elements);
  guint16 *to = buffer;
  Seconds spent;

  for (guint i = 0; i < pz_tensor_file_get_n_tensors (file); i++)
    {
      const PzFileTensor *tensor = pz_tensor_file_get_tensor (file, i);

      g_assert_cmpint (tensor->dtype, ==, PZ_FILE_F16);
      for (gsize at = 0; at < tensor->n_elements; at += CHUNK)
        {
          const gsize n = MIN (CHUNK, tensor->n_elements - at);

          g_assert_true (pz_tensor_file_read (file, tensor, at, n, to, NULL));
          to += keeps ? n : 0;
        }
    }
  spent = since (began);
  g_free (buffer);
  return spent;
}

static Seconds
load_all (PzGpu *gpu, PzWeights *weights)
{
  g_autoptr (PzGraph) graph = graph_new (pz_weights_get_file (weights));
  const PzWeightSource source = { "", weights };
  const Seconds began = since ((Seconds) { 0, 0 });
  g_autoptr (GError) error = NULL;
  Seconds spent;

  pz_weights_bind (graph, &source, 1, gpu, NULL, &error);
  g_assert_no_error (error);
  spent = since (began);
  pz_weights_release (weights);
  return spent;
}

/* Drops the file from the page cache, so that the next read comes from the disk. */
static void
forget (const char *path)
{
  const int fd = open (path, O_RDONLY | O_CLOEXEC);

  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (posix_fadvise (fd, 0, 0, POSIX_FADV_DONTNEED), ==, 0);
  close (fd);
}

static double
compare (PzGpu *gpu, PzWeights *weights, const char *forgets)
{
  const PzTensorFile *file = pz_weights_get_file (weights);
  Seconds seconds[3];

  for (guint i = 0; i < G_N_ELEMENTS (seconds); i++)
    {
      if (forgets != NULL)
        forget (forgets);
      seconds[i] = i < 2 ? read_all (file, i == 1) : load_all (gpu, weights);
    }
  printf (
    "# %s: read through a buffer %.2f s (%.2f by the clock), kept %.2f (%.2f), to the device %.2f "
    "(%.2f): %.2f (%.2f) and %.2f (%.2f) times\n",
    forgets != NULL ? "from the disk" : "from the cache", seconds[0].processors,
    seconds[0].clock, seconds[1].processors, seconds[1].clock, seconds[2].processors,
    seconds[2].clock, seconds[2].processors / seconds[0].processors,
    seconds[2].clock / seconds[0].clock, seconds[2].processors / seconds[1].processors,
    seconds[2].clock / seconds[1].clock);
  return seconds[2].processors / seconds[1].processors;
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
  compare (gpu, weights, argv[1]);
  for (guint i = 0; i < ROUNDS; i++)
    {
      const double times = compare (gpu, weights, NULL);

      least = MIN (least, times);
    }
  printf ("%.3f\n", least);
  return 0;
}

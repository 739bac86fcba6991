/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Measures GFLOP/s of the compute-bound ops in f16, at the shapes of real networks. Prints two rates: by wall-clock time, and
 * by CPU time divided by the number of CPUs, which on the software driver is the rate of an otherwise idle machine.
 *   bench-ops [PART-OF-A-NAME]
 */
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

#include "compute/ops/attention-gradient.h"
#include "compute/run.h"

#define REPEATS 5

typedef struct
{
  const char *name;
  PzTensor *(*build) (PzGraph *graph, const guint *size);
  guint size[5];
} Bench;

static PzTensor *
input (PzGraph *graph, const char *name, guint n_dims, const guint dims[])
{
  return pz_graph_input (graph, name, PZ_F16, n_dims, dims);
}

/* size: rows, n, k */
static PzTensor *
build_linear (PzGraph *graph, const guint *size)
{
  return pz_linear (graph, input (graph, "x", 3, (const guint[]) { 1, size[0], size[2] }),
                    input (graph, "w", 2, (const guint[]) { size[1], size[2] }),
                    &(PzEpilogue) { .bias = input (graph, "bias", 1, &size[1]) });
}

/* size: height and width, input channels, output channels, kernel, stride */
static PzTensor *
build_conv2d (PzGraph *graph, const guint *size)
{
  const guint pad = size[3] == 3 ? 1 : 0;

  return pz_conv2d (graph,
                    input (graph, "x", 4, (const guint[]) { 1, size[0], size[0], size[1] }),
                    input (graph, "w", 4,
                           (const guint[]) { size[2], size[3], size[3], size[1] }),
                    &(PzConv2d) {
                      .stride = size[4],
                      .pad = { pad, pad, pad, pad },
                      .epilogue = { .bias = input (graph, "bias", 1, &size[2]) },
                    });
}

/* size: queries, keys, heads, head_dim */
static PzTensor *
build_attention (PzGraph *graph, const guint *size)
{
  const guint width = size[2] * size[3];

  return pz_attention (graph, input (graph, "q", 3, (const guint[]) { 1, size[0], width }),
                       input (graph, "k", 3, (const guint[]) { 1, size[1], width }),
                       input (graph, "v", 3, (const guint[]) { 1, size[1], width }),
                       &(PzAttention) { .heads = size[2] });
}

/* size: queries, keys, heads, head_dim. Computes the gradients of q, k and v. */
static PzTensor *
build_attention_gradient (PzGraph *graph, const guint *size)
{
  const guint q[] = { 1, size[0], size[2] * size[3] };
  const guint k[] = { 1, size[1], size[2] * size[3] };
  const PzAttentionGradient in = { .q = input (graph, "q", 3, q),
                                   .k = input (graph, "k", 3, k),
                                   .v = input (graph, "v", 3, k),
                                   .d_out = input (graph, "d_out", 3, q),
                                   .heads = size[2] };
  PzTensor *d[3];

  pz_attention_gradient (graph, &in, (const gboolean[]) { TRUE, TRUE, TRUE }, d);
  return d[0];
}

static const Bench benches[] = {
  { "linear 4096 x 320 x 320", build_linear, { 4096, 320, 320 } },
  { "linear 1024 x 1024 x 1024", build_linear, { 1024, 1024, 1024 } },
  { "linear 77 x 768 x 768", build_linear, { 77, 768, 768 } },
  { "linear 2 x 1280 x 1280", build_linear, { 2, 1280, 1280 } },
  { "conv2d 3x3 320 -> 320 at 64", build_conv2d, { 64, 320, 320, 3, 1 } },
  { "conv2d 3x3 2560 -> 1280 at 32", build_conv2d, { 32, 2560, 1280, 3, 1 } },
  { "conv2d 3x3 1280 -> 1280 at 32", build_conv2d, { 32, 1280, 1280, 3, 1 } },
  { "conv2d 3x3 1920 -> 640 at 64", build_conv2d, { 64, 1920, 640, 3, 1 } },
  { "conv2d 3x3 640 -> 320 at 128", build_conv2d, { 128, 640, 320, 3, 1 } },
  { "conv2d 3x3 640 -> 640 at 32", build_conv2d, { 32, 640, 640, 3, 1 } },
  { "conv2d 3x3 1280 -> 1280 at 16", build_conv2d, { 16, 1280, 1280, 3, 1 } },
  { "conv2d 3x3 1280 -> 1280 at 8", build_conv2d, { 8, 1280, 1280, 3, 1 } },
  { "conv2d 3x3 320 -> 320 at 64 / 2", build_conv2d, { 64, 320, 320, 3, 2 } },
  { "conv2d 3x3 32 -> 32 at 128", build_conv2d, { 128, 32, 32, 3, 1 } },
  { "conv2d 3x3 64 -> 64 at 128", build_conv2d, { 128, 64, 64, 3, 1 } },
  { "conv2d 3x3 4 -> 320 at 64", build_conv2d, { 64, 4, 320, 3, 1 } },
  { "conv2d 3x3 64 -> 3 at 256", build_conv2d, { 256, 64, 3, 3, 1 } },
  { "conv2d 3x3 3 -> 64 at 256", build_conv2d, { 256, 3, 64, 3, 1 } },
  { "conv2d 14x14 3 -> 1024 at 224 / 14", build_conv2d, { 224, 3, 1024, 14, 14 } },
  { "attention 4096 x 4096, 8 x 40", build_attention, { 4096, 4096, 8, 40 } },
  { "attention 1024 x 1024, 8 x 80", build_attention, { 1024, 1024, 8, 80 } },
  { "attention 256 x 256, 8 x 40", build_attention, { 256, 256, 8, 40 } },
  { "attention 256 x 256, 8 x 160", build_attention, { 256, 256, 8, 160 } },
  { "attention 257 x 257, 16 x 64", build_attention, { 257, 257, 16, 64 } },
  { "attention 4096 x 77, 8 x 40", build_attention, { 4096, 77, 8, 40 } },
  { "attention 1024 x 1024, 1 x 512", build_attention, { 1024, 1024, 1, 512 } },
  { "attention backward 4096 x 4096, 8 x 40", build_attention_gradient, { 4096, 4096, 8, 40 } },
  { "attention backward 1024 x 1024, 8 x 80", build_attention_gradient, { 1024, 1024, 8, 80 } },
  { "attention backward 256 x 256, 8 x 160", build_attention_gradient, { 256, 256, 8, 160 } },
  { "attention backward 4096 x 4096, 5 x 64", build_attention_gradient, { 4096, 4096, 5, 64 } },
  { "attention backward 256 x 256, 32 x 16", build_attention_gradient, { 256, 256, 32, 16 } },
  { "attention backward 77 x 77, 12 x 64", build_attention_gradient, { 77, 77, 12, 64 } },
  { "attention backward 4096 x 77, 8 x 40", build_attention_gradient, { 4096, 77, 8, 40 } },
};

static gdouble
processor_seconds (void)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);
  return (gdouble) (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
         + 1e-6 * (gdouble) (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

/* Small, varying values: zeros could be faster than typical numbers. */
static gboolean
fill_inputs (PzProgram *program, GError **error)
{
  static const char *const names[] = { "x", "w", "bias", "q", "k", "v", "d_out" };
  g_autoptr (GRand) rand = g_rand_new_with_seed (1);

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      PzStorage *storage = pz_program_get_storage (program, names[i]);
      const gsize n = storage != NULL ? pz_storage_get_n_elements (storage) : 0;
      g_autofree float *values = g_new (float, n);

      for (gsize j = 0; j < n; j++)
        values[j] = (float) g_rand_double_range (rand, -1, 1);
      if (n > 0 && !pz_storage_write_f32 (storage, values, n, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
run_bench (PzGpu *gpu, const Bench *bench, GError **error)
{
  g_autoptr (PzGraph) graph = pz_graph_new (PZ_F16);
  g_autoptr (PzProgram) program = NULL;
  gdouble best_wall = G_MAXDOUBLE;
  gdouble best_processor = G_MAXDOUBLE;
  gint64 compiling;
  gdouble flops;

  pz_graph_output (graph, bench->build (graph, bench->size), "y");
  program = pz_program_new (gpu, graph, NULL, error);
  if (program == NULL || !fill_inputs (program, error))
    return FALSE;
  flops = pz_program_get_flops (program);
  compiling = g_get_monotonic_time ();
  if (!pz_program_run (program, NULL, error))
    return FALSE;
  compiling = g_get_monotonic_time () - compiling;

  for (guint i = 0; i < REPEATS; i++)
    {
      const gint64 start = g_get_monotonic_time ();
      const gdouble processor = processor_seconds ();

      if (!pz_program_run (program, NULL, error))
        return FALSE;
      best_wall = MIN (best_wall, 1e-6 * (gdouble) (g_get_monotonic_time () - start));
      best_processor = MIN (best_processor, processor_seconds () - processor);
    }
  printf ("%-40s %9.2f ms %8.1f GFLOP/s %8.1f by processor time, first run %.2f s\n",
          bench->name, 1e3 * best_wall, 1e-9 * flops / best_wall,
          1e-9 * flops / best_processor * g_get_num_processors (), 1e-6 * (gdouble) compiling);
  return TRUE;
}

int
main (int argc, char *argv[])
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PzGpu) gpu = pz_gpu_open (NULL, &error);
  gboolean ok = gpu != NULL;

  if (ok)
    printf ("%s, %s\n", pz_gpu_get_info (gpu)->name, pz_gpu_get_info (gpu)->driver);
  for (guint i = 0; ok && i < G_N_ELEMENTS (benches); i++)
    if (argc < 2 || strstr (benches[i].name, argv[1]) != NULL)
      ok = run_bench (gpu, &benches[i], &error);
  if (!ok)
    fprintf (stderr, "bench-ops: %s\n", error->message);
  return ok ? 0 : 1;
}

/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The most expensive ops, each on its own: see bench-ops.h.
 */
#include "models/tasks/bench-ops.h"

#define SIDE 1024 /* of the matrices */
#define LATENT 64 /* side of the convolution's input */
#define CHANNELS 320
#define TOKENS 4096
#define HEADS 8

/* Weights are inputs, too, because there is no file to read them from. */
static PzTensor *
input (PzGraph *graph, const char *name, guint n_dims, const guint dims[])
{
  return pz_graph_input (graph, name, PZ_F16, n_dims, dims);
}

static PzTensor *
build_gemm (PzGraph *graph)
{
  const guint dims[] = { 1, SIDE, SIDE };

  return pz_linear (graph, input (graph, "x", 3, dims), input (graph, "w", 2, dims + 1), NULL);
}

static PzTensor *
build_conv (PzGraph *graph)
{
  PzTensor *x = input (graph, "x", 4, (const guint[]) { 1, LATENT, LATENT, CHANNELS });
  PzTensor *w = input (graph, "w", 4, (const guint[]) { CHANNELS, 3, 3, CHANNELS });

  return pz_conv2d (graph, x, w, &(PzConv2d) { .pad = { 1, 1, 1, 1 } });
}

static PzTensor *
build_attention (PzGraph *graph)
{
  const guint dims[] = { 1, TOKENS, CHANNELS };

  return pz_attention (graph, input (graph, "x", 3, dims), input (graph, "k", 3, dims),
                       input (graph, "v", 3, dims), &(PzAttention) { .heads = HEADS });
}

static PzTensor *(*const builders[]) (PzGraph *graph) = {
  [PZ_BENCH_GEMM] = build_gemm,
  [PZ_BENCH_CONV] = build_conv,
  [PZ_BENCH_ATTENTION] = build_attention,
};

/* Fills the inputs with random numbers, because zeros could be faster than real data. */
static gboolean
fill_inputs (PzProgram *program, GError **error)
{
  static const char *const names[] = { "x", "w", "k", "v" };
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

PzProgram *
pz_bench_op_new (PzGpu *gpu, PzBenchWork work, GError **error)
{
  g_autoptr (PzGraph) graph = pz_graph_new (PZ_F16);
  g_autoptr (PzProgram) program = NULL;

  g_return_val_if_fail (work < G_N_ELEMENTS (builders), NULL);

  pz_graph_output (graph, builders[work](graph), "y");
  program = pz_program_new (gpu, graph, NULL, error);
  if (program == NULL || !fill_inputs (program, error))
    return NULL;
  return g_steal_pointer (&program);
}

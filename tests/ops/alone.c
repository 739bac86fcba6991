/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A picture has the same bits alone and in a batch, for the memory-bound ops (for products see batch-bits.c). Sizes are odd, so
 * that rows are aligned differently in the batch.
 */
#include "compute/run.h"

#include <string.h>

#define BATCH 3
#define DIMS(...) \
  G_N_ELEMENTS (((const guint[]) { __VA_ARGS__ })), (const guint[]) \
  { \
    __VA_ARGS__ \
  }

typedef struct
{
  const char *name;
  guint dims[PZ_MAX_DIMS]; /* of one picture, without the batch dimension */
  PzTensor *(*build) (PzGraph *graph, PzTensor *x);
} Case;

typedef struct
{
  const Case *c;
  PzDtype activation;
} Run;

static PzTensor *
weight (PzGraph *graph, const char *name, guint n_dims, const guint dims[])
{
  return pz_graph_weight (graph, PZ_WEIGHT_PLAIN, name, n_dims, dims);
}

static PzTensor *
build_silu (PzGraph *graph, PzTensor *x)
{
  return pz_unary (graph, x, PZ_ACT_SILU);
}

static PzTensor *
build_affine (PzGraph *graph, PzTensor *x)
{
  return pz_affine (graph, x, 1.7f, 0.3f);
}

static PzTensor *
build_mul (PzGraph *graph, PzTensor *x)
{
  return pz_mul (graph, x, weight (graph, "w", DIMS (x->dims[x->n_dims - 1])));
}

static PzTensor *
build_geglu (PzGraph *graph, PzTensor *x)
{
  return pz_geglu (graph, x);
}

static PzTensor *
build_mean (PzGraph *graph, PzTensor *x)
{
  return pz_mean (graph, x, 1);
}

static PzTensor *
build_group_norm (PzGraph *graph, PzTensor *x)
{
  const guint channels = x->dims[x->n_dims - 1];

  return pz_group_norm (graph, x, weight (graph, "w", DIMS (channels)),
                        weight (graph, "b", DIMS (channels)), 3, 1e-5f, PZ_ACT_SILU);
}

static PzTensor *
build_layer_norm (PzGraph *graph, PzTensor *x)
{
  const guint channels = x->dims[x->n_dims - 1];

  return pz_layer_norm (graph, x, weight (graph, "w", DIMS (channels)),
                        weight (graph, "b", DIMS (channels)), 1e-5f, PZ_ACT_NONE);
}

static const Case cases[] = {
  { "silu", { 7, 5, 3 }, build_silu },
  { "affine", { 7, 5, 3 }, build_affine },
  { "mul", { 7, 5, 3 }, build_mul },
  { "geglu", { 5, 14 }, build_geglu },
  { "mean", { 77, 5 }, build_mean },
  { "group-norm", { 13, 11, 9 }, build_group_norm },
  { "group-norm-in-quads", { 23, 11, 24 }, build_group_norm },
  { "layer-norm", { 5, 27 }, build_layer_norm },
};

static guint32
scramble (guint64 seed)
{
  seed = (seed + 1) * 0x9e3779b97f4a7c15u;
  seed = (seed ^ (seed >> 29)) * 0xbf58476d1ce4e5b9u;
  return (guint32) (seed >> 32);
}

static void
fill (PzStorage *storage, guint64 seed)
{
  const gsize n = pz_storage_get_n_elements (storage);
  g_autofree float *values = g_new (float, n);

  for (gsize i = 0; i < n; i++)
    values[i] = (float) scramble (seed + i) * 0x1p-31f - 1.0f;
  g_assert_true (pz_storage_write_f32 (storage, values, n, NULL));
}

static void
bind_weights (PzGpu *gpu, PzGraph *graph)
{
  for (guint i = 0; i < pz_graph_get_n_weights (graph); i++)
    {
      PzTensor *w = pz_graph_get_weight (graph, i);
      g_autoptr (PzStorage) storage =
        pz_storage_new (gpu, PZ_ARENA_WEIGHTS, w->dtype, w->n_dims, w->dims, w->name, NULL);

      fill (storage, 1000000 * (i + 1));
      pz_graph_bind (graph, w, storage);
    }
}

/* The result for pictures first .. first + batch - 1, as bytes. */
static GBytes *
run (PzGpu *gpu, const Run *r, guint first, guint batch)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PzGraph) graph = pz_graph_new (r->activation);
  guint dims[PZ_MAX_DIMS] = { batch };
  guint n_dims = 1;
  gsize picture = 1;

  for (; n_dims < PZ_MAX_DIMS && r->c->dims[n_dims - 1] > 0; n_dims++)
    {
      dims[n_dims] = r->c->dims[n_dims - 1];
      picture *= dims[n_dims];
    }
  PzTensor *x = pz_graph_input (graph, "x", r->activation, n_dims, dims);
  pz_graph_output (graph, r->c->build (graph, x), "y");
  bind_weights (gpu, graph);

  g_autoptr (PzProgram) program = pz_program_new (gpu, graph, NULL, &error);
  g_assert_no_error (error);
  fill (pz_program_get_storage (program, "x"), first * picture);
  g_assert_true (pz_program_run (program, NULL, &error));

  PzStorage *y = pz_program_get_storage (program, "y");
  const gsize n_bytes = pz_storage_get_bytes (y);
  guint8 *bytes = g_malloc (n_bytes);
  g_assert_true (pz_storage_read (y, 0, bytes, n_bytes, NULL, &error));
  return g_bytes_new_take (bytes, n_bytes);
}

static void
test_alone_as_in_a_batch (gconstpointer data)
{
  const Run *r = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (PzGpu) gpu = pz_gpu_open (&(PzGpuParams) { 0 }, &error);

  if (gpu == NULL)
    {
      g_test_skip (error->message);
      return;
    }

  g_autoptr (GBytes) together = run (gpu, r, 0, BATCH);
  const guint8 *bytes = g_bytes_get_data (together, NULL);

  for (guint i = 0; i < BATCH; i++)
    {
      g_autoptr (GBytes) alone = run (gpu, r, i, 1);
      const gsize n_bytes = g_bytes_get_size (alone);

      g_assert_cmpmem (g_bytes_get_data (alone, NULL), n_bytes, bytes + i * n_bytes, n_bytes);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    for (PzDtype dtype = PZ_F32; dtype <= PZ_F16; dtype++)
      {
        Run *r = g_new0 (Run, 1);
        g_autofree char *path =
          g_strdup_printf ("/alone/%s/%s-has-the-same-bits-as-in-a-batch",
                           dtype == PZ_F16 ? "f16" : "f32", cases[i].name);

        *r = (Run) { &cases[i], dtype };
        g_test_add_data_func_full (path, r, test_alone_as_in_a_batch, g_free);
      }
  return g_test_run ();
}

/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Products: a picture has the same bits alone and at any position in a batch, on every path, although tile sizes depend on the
 * whole shape.
 */
#include <math.h>
#include <string.h>

#include "compute/run.h"

#define MEMBERS 5
#define MAX_DIMS 4

typedef struct
{
  const char *name;
  guint n_dims; /* of x, without the batch dimension */
  guint dims[MAX_DIMS];
  guint w_dims[MAX_DIMS]; /* none: x attends to itself */
  PzTensor *(*build) (PzGraph *graph, PzTensor *x, PzTensor *w);
} Case;

static PzTensor *
build_linear (PzGraph *graph, PzTensor *x, PzTensor *w)
{
  return pz_linear (graph, x, w, &(PzEpilogue) { .act = PZ_ACT_GELU, .residual = x });
}

static PzTensor *
build_conv2d (PzGraph *graph, PzTensor *x, PzTensor *w)
{
  return pz_conv2d (graph, x, w, &(PzConv2d) { .pad = { 1, 1, 1, 1 } });
}

static PzTensor *
build_attention (PzGraph *graph, PzTensor *x, PzTensor *w)
{
  (void) w;
  return pz_attention (graph, x, x, x, &(PzAttention) { .heads = 2 });
}

static const Case cases[] = {
  { "rows-1", 1, { 24 }, { 24, 24 }, build_linear },
  { "rows-1-odd", 1, { 23 }, { 23, 23 }, build_linear },
  { "rows-3", 2, { 3, 24 }, { 24, 24 }, build_linear },
  { "rows-10", 2, { 10, 40 }, { 40, 40 }, build_linear },
  { "conv-1x2", 3, { 1, 2, 12 }, { 16, 3, 3, 12 }, build_conv2d },
  { "conv-5x3", 3, { 5, 3, 12 }, { 16, 3, 3, 12 }, build_conv2d },
  { "conv-5x3-odd", 3, { 5, 3, 5 }, { 9, 3, 3, 5 }, build_conv2d },
  { "rows-planar", 2, { 10, 48 }, { 48, 48 }, build_linear },
  { "conv-planar", 3, { 5, 12, 16 }, { 9, 3, 3, 16 }, build_conv2d },
  { "conv-lines-in-a-vector", 3, { 4, 4, 16 }, { 8, 3, 3, 16 }, build_conv2d },
  { "conv-winograd", 3, { 20, 17, 16 }, { 64, 3, 3, 16 }, build_conv2d },
  { "attention-3", 2, { 3, 16 }, { 0 }, build_attention },
  { "attention-20", 2, { 20, 16 }, { 0 }, build_attention },
};

typedef struct
{
  const Case *c;
  gboolean coop;
} Test;

static guint
count_dims (const guint dims[MAX_DIMS])
{
  guint n = 0;

  while (n < MAX_DIMS && dims[n] > 0)
    n++;
  return n;
}

static void
fill (PzProgram *program, const char *name, const float *values)
{
  PzStorage *storage = pz_program_get_storage (program, name);
  g_autoptr (GError) error = NULL;

  pz_storage_write_f32 (storage, values, pz_storage_get_n_elements (storage), &error);
  g_assert_no_error (error);
}

/* The result for `members` pictures, in f16. x: [members, ...]. */
static GArray *
run_members (PzGpu *gpu, const Case *c, guint members, const float *x, const float *w)
{
  g_autoptr (PzGraph) graph = pz_graph_new (PZ_F16);
  g_autoptr (PzProgram) program = NULL;
  g_autoptr (GError) error = NULL;
  guint dims[PZ_MAX_DIMS] = { members };
  PzTensor *weight = NULL;
  PzStorage *y;
  GArray *values;

  memcpy (dims + 1, c->dims, sizeof c->dims);
  if (c->w_dims[0] > 0)
    weight = pz_graph_input (graph, "w", PZ_F16, count_dims (c->w_dims), c->w_dims);
  pz_graph_output (graph,
                   c->build (graph, pz_graph_input (graph, "x", PZ_F16, c->n_dims + 1, dims),
                             weight),
                   "y");
  program = pz_program_new (gpu, graph, NULL, &error);
  g_assert_no_error (error);
  fill (program, "x", x);
  if (weight != NULL)
    fill (program, "w", w);
  pz_program_run (program, NULL, &error);
  g_assert_no_error (error);

  y = pz_program_get_storage (program, "y");
  values =
    g_array_sized_new (FALSE, TRUE, sizeof (guint16), (guint) pz_storage_get_n_elements (y));
  g_array_set_size (values, (guint) pz_storage_get_n_elements (y));
  pz_storage_read (y, 0, values->data, pz_storage_get_bytes (y), NULL, &error);
  g_assert_no_error (error);
  return values;
}

static float *
draw (GRand *rand, gsize n)
{
  float *values = g_new (float, n);

  for (gsize i = 0; i < n; i++)
    values[i] = (float) g_rand_double_range (rand, -1, 1);
  return values;
}

static void
test_bits (gconstpointer data)
{
  const Test *test = data;
  const Case *c = test->c;
  g_autoptr (GError) error = NULL;
  g_autoptr (PzGpu) gpu = pz_gpu_open (&(PzGpuParams) { .force_coop = test->coop,
                                                        .no_coop = !test->coop,
                                                        .validate = TRUE },
                                       &error);
  g_autoptr (GRand) rand = g_rand_new_with_seed (3);
  g_autoptr (GArray) together = NULL;
  g_autofree float *x = NULL;
  g_autofree float *w = NULL;
  gsize n_x = 1;
  gsize n_w = 1;

  g_assert_no_error (error);
  for (guint i = 0; i < c->n_dims; i++)
    n_x *= c->dims[i];
  for (guint i = 0; i < count_dims (c->w_dims); i++)
    n_w *= c->w_dims[i];
  x = draw (rand, n_x * MEMBERS);
  w = draw (rand, n_w);

  together = run_members (gpu, c, MEMBERS, x, w);
  for (guint member = 0; member < MEMBERS; member++)
    {
      g_autoptr (GArray) alone = run_members (gpu, c, 1, x + member * n_x, w);

      g_assert_cmpuint (alone->len * MEMBERS, ==, together->len);
      g_assert_cmpmem (alone->data, alone->len * 2, together->data + member * alone->len * 2,
                       alone->len * 2);
    }
  g_assert_cmpuint (pz_gpu_validation_messages (gpu), ==, 0);
}

/* Whether to test cooperative matrices: if the device has them, unless PZ_OP_TEST_PATH=plain (see op-test.c). */
static gboolean
has_coop (void)
{
  g_autoptr (PzGpu) gpu = NULL;

  if (g_strcmp0 (g_getenv ("PZ_OP_TEST_PATH"), "plain") == 0)
    return FALSE;
  gpu = pz_gpu_open (NULL, NULL);
  return gpu != NULL && pz_gpu_get_info (gpu)->limits.coop_m > 0;
}

int
main (int argc, char *argv[])
{
  static Test tests[2 * G_N_ELEMENTS (cases)];
  const guint n_paths = has_coop () ? 2 : 1;

  g_test_init (&argc, &argv, NULL);
  for (guint path = 0; path < n_paths; path++)
    for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
      {
        Test *test = &tests[path * G_N_ELEMENTS (cases) + i];
        g_autofree char *name =
          g_strdup_printf ("/batch-bits/%s/%s", path ? "coop" : "plain", cases[i].name);

        *test = (Test) { &cases[i], path == 1 };
        g_test_add_data_func (name, test, test_bits);
      }
  return g_test_run ();
}

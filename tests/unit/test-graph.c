/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Graphs without a device: names, errors, results, lifetimes, lowering.
 */
#include "compute/graph/lifetimes.h"
#include "compute/ops/lower.h"
#include "compute/ops/ops.h"

#define DIMS(...) \
  G_N_ELEMENTS (((const guint[]) { __VA_ARGS__ })), (const guint[]) \
  { \
    __VA_ARGS__ \
  }

static void
assert_fails (PzGraph *graph, const char *part)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (pz_graph_check (graph, &error));
  g_assert_error (error, PZ_ERROR, PZ_ERROR_BAD_INPUT);
  if (strstr (error->message, part) == NULL)
    g_error ("expected \"%s\" in \"%s\"", part, error->message);
}

static void
test_names_are_scoped (void)
{
  g_autoptr (PzGraph) graph = pz_graph_new (PZ_F16);

  pz_graph_push (graph, "down_blocks.%u", 3);
  pz_graph_push (graph, "resnets.%d", 1);
  PzTensor *weight = pz_graph_weight (graph, PZ_WEIGHT_PLAIN, "norm1.weight", DIMS (8));
  PzTensor *x = pz_graph_input (graph, "x", PZ_F16, DIMS (2, 8));
  PzTensor *y = pz_mul (graph, x, weight);
  pz_graph_pop (graph);
  PzTensor *bias = pz_graph_weight (graph, PZ_WEIGHT_PLAIN, "bias", DIMS (8));
  pz_graph_pop (graph);
  PzTensor *last = pz_graph_weight (graph, PZ_WEIGHT_PLAIN, "conv_out.bias", DIMS (8));

  g_assert_cmpstr (weight->name, ==, "down_blocks.3.resnets.1.norm1.weight");
  g_assert_cmpstr (x->name, ==, "x");
  g_assert_cmpstr (y->name, ==, "down_blocks.3.resnets.1");
  g_assert_cmpstr (bias->name, ==, "down_blocks.3.bias");
  g_assert_cmpstr (last->name, ==, "conv_out.bias");
  g_assert_true (pz_graph_check (graph, NULL));
}

static void
test_a_weight_is_asked_for_once (void)
{
  g_autoptr (PzGraph) graph = pz_graph_new (PZ_F16);
  PzTensor *first = pz_graph_weight (graph, PZ_WEIGHT_CONV, "w", DIMS (16, 4, 3, 5));
  guint n_dims = 0;

  g_assert_true (first == pz_graph_weight (graph, PZ_WEIGHT_CONV, "w", DIMS (16, 4, 3, 5)));
  g_assert_cmpuint (pz_graph_get_n_weights (graph), ==, 1);
  g_assert_cmpuint (first->dims[0], ==, 16);
  g_assert_cmpuint (first->dims[1], ==, 3);
  g_assert_cmpuint (first->dims[2], ==, 5);
  g_assert_cmpuint (first->dims[3], ==, 4);
  g_assert_cmpint (first->dtype, ==, PZ_F16);
  g_assert_cmpuint (pz_graph_get_weight_file_dims (graph, 0, &n_dims)[1], ==, 4);
  g_assert_cmpuint (n_dims, ==, 4);
  g_assert_cmpint (pz_graph_get_weight_layout (graph, 0), ==, PZ_WEIGHT_CONV);

  g_assert_null (pz_graph_weight (graph, PZ_WEIGHT_CONV, "w", DIMS (16, 4, 5, 3)));
  assert_fails (graph, "found [16, 4, 5, 3]");
}

/* Code that requests the weight gets the override, which is computed from the file's weight. */
static void
test_a_tensor_stands_in_for_a_weight (void)
{
  g_autoptr (PzGraph) graph = pz_graph_new (PZ_F16);
  PzTensor *own = pz_graph_weight (graph, PZ_WEIGHT_PLAIN, "attn.to_k.weight", DIMS (4, 8));
  PzTensor *learned = pz_graph_input (graph, "learned", PZ_F32, DIMS (4, 8));
  PzTensor *conv = pz_graph_input (graph, "conv", PZ_F16, DIMS (16, 3, 5, 4));
  PzTensor *sum = pz_add (graph, own, pz_cast (graph, learned, PZ_F16));

  pz_graph_override (graph, "attn.to_k.weight", sum);
  pz_graph_override (graph, "attn.to_v.weight", learned);
  pz_graph_override (graph, "conv_in.weight", conv);
  g_assert_cmpstr (pz_graph_find_unused_override (graph), ==, "attn.to_k.weight");
  pz_graph_push (graph, "attn");
  g_assert_true (pz_graph_weight (graph, PZ_WEIGHT_PLAIN, "to_k.weight", DIMS (4, 8)) == sum);
  PzTensor *cast = pz_graph_weight (graph, PZ_WEIGHT_PLAIN, "to_v.weight", DIMS (4, 8));
  g_assert_cmpint (cast->dtype, ==, PZ_F16);
  pz_graph_pop (graph);
  g_assert_cmpstr (pz_graph_find_unused_override (graph), ==, "conv_in.weight");
  g_assert_true (pz_graph_weight (graph, PZ_WEIGHT_CONV, "conv_in.weight", DIMS (16, 4, 3, 5))
                 == conv);
  g_assert_null (pz_graph_find_unused_override (graph));
  /* Only the weight in the file is loaded. */
  g_assert_cmpuint (pz_graph_get_n_weights (graph), ==, 1);
  g_assert_true (pz_graph_check (graph, NULL));
}

static void
test_what_stands_in_must_fit (void)
{
  g_autoptr (PzGraph) graph = pz_graph_new (PZ_F32);
  PzTensor *x = pz_graph_input (graph, "x", PZ_F32, DIMS (4, 8));

  pz_graph_override (graph, "w", x);
  g_assert_null (pz_graph_weight (graph, PZ_WEIGHT_PLAIN, "w", DIMS (8, 4)));
  assert_fails (graph, "w: expected an override of shape [8, 4], found [4, 8]");
}

static void
test_two_tensors_for_one_weight_are_refused (void)
{
  g_autoptr (PzGraph) graph = pz_graph_new (PZ_F32);
  PzTensor *x = pz_graph_input (graph, "x", PZ_F32, DIMS (4, 8));

  pz_graph_override (graph, "w", x);
  pz_graph_override (graph, "w", x);
  assert_fails (graph, "found a second for w");
}

static void
test_the_first_error_stays (void)
{
  g_autoptr (PzGraph) graph = pz_graph_new (PZ_F32);
  PzTensor *x = pz_graph_input (graph, "x", PZ_F32, DIMS (2, 8));

  pz_graph_push (graph, "mid_block");
  PzTensor *bad =
    pz_group_norm (graph, x, pz_graph_weight (graph, PZ_WEIGHT_PLAIN, "w", DIMS (8)),
                   pz_graph_weight (graph, PZ_WEIGHT_PLAIN, "b", DIMS (8)), 3, 1e-5f,
                   PZ_ACT_NONE);
  pz_graph_pop (graph);
  g_assert_null (bad);
  g_assert_null (pz_unary (graph, bad, PZ_ACT_SILU));
  g_assert_null (pz_reshape (graph, x, DIMS (5)));
  g_assert_null (pz_graph_output (graph, bad, "y"));
  assert_fails (graph,
                "group_norm in mid_block: expected channels in whole groups, found 8 in 3 "
                "groups, source 0 is F32 [2, 8]");
}

static void
test_doors_have_one_name (void)
{
  g_autoptr (PzGraph) graph = pz_graph_new (PZ_F32);
  PzTensor *x = pz_graph_input (graph, "x", PZ_F32, DIMS (2));

  pz_graph_output (graph, pz_unary (graph, x, PZ_ACT_SILU), "x");
  assert_fails (graph, "\"x\"");
}

static void
test_results_of_leaves_and_views_are_copies (void)
{
  g_autoptr (PzGraph) graph = pz_graph_new (PZ_F32);
  PzTensor *x = pz_graph_input (graph, "x", PZ_F32, DIMS (2, 3));
  PzTensor *y = pz_unary (graph, x, PZ_ACT_SILU);
  PzTensor *view = pz_reshape (graph, pz_reshape (graph, y, DIMS (3, 2)), DIMS (6));

  g_assert_true (((PzNode *) view)->view_of == (PzNode *) y);
  g_assert_true (pz_graph_output (graph, y, "y") == y);
  g_assert_true (pz_graph_output (graph, y, "again") != y);
  g_assert_true (pz_graph_output (graph, x, "same") != x);
  g_assert_true (pz_graph_output (graph, view, "flat") != view);
  g_assert_cmpstr (y->name, ==, "y");
  g_assert_true (pz_graph_check (graph, NULL));
}

/* A slice is a view if it is contiguous, aligned and in planned memory; otherwise it is copied. */
static void
test_contiguous_parts_are_views (void)
{
  g_autoptr (PzGraph) graph = pz_graph_new (PZ_F16);
  PzTensor *x = pz_graph_input (graph, "x", PZ_F16, DIMS (6, 8));
  PzTensor *y = pz_unary (graph, x, PZ_ACT_SILU);
  const PzNode *rows = (PzNode *) pz_slice (graph, y, 0, 2, 3);
  const PzNode *part =
    (PzNode *) pz_slice (graph, pz_reshape (graph, (PzTensor *) rows, DIMS (24)), 0, 8, 9);

  g_assert_true (rows->view_of == (PzNode *) y && part->view_of == (PzNode *) y);
  g_assert_cmpuint (rows->view_offset, ==, 2 * 8 * 2);
  g_assert_cmpuint (part->view_offset, ==, 2 * 8 * 2 + 8 * 2);
  g_assert_null (((PzNode *) pz_slice (graph, y, 1, 0, 4))->view_of);
  g_assert_null (((PzNode *) pz_slice (graph, pz_reshape (graph, y, DIMS (48)), 0, 4, 8))
                   ->view_of);
  g_assert_null (((PzNode *) pz_slice (graph, x, 0, 2, 3))->view_of);
}

/* x -> a -> view of a -> b(view); a must live until b. */
static void
test_views_keep_their_base (void)
{
  g_autoptr (PzGraph) graph = pz_graph_new (PZ_F32);
  PzTensor *x = pz_graph_input (graph, "x", PZ_F32, DIMS (4, 6));
  PzNode *a = (PzNode *) pz_affine (graph, x, 2.0f, 0.0f);
  PzTensor *view = pz_reshape (graph, &a->tensor, DIMS (24));
  PzNode *other = (PzNode *) pz_affine (graph, x, 3.0f, 0.0f);
  PzNode *b =
    (PzNode *) pz_concat (graph, view, pz_reshape (graph, &other->tensor, DIMS (24)), 0);
  PzNode *dead = (PzNode *) pz_affine (graph, x, 4.0f, 0.0f);

  pz_graph_output (graph, &b->tensor, "y");

  g_autoptr (PzLifetimes) lifetimes = pz_lifetimes_new (graph, &(PzGpuLimits) { 0 });
  const gint item = lifetimes->node_item[a->id];

  g_assert_cmpint (item, >=, 0);
  g_assert_cmpint (lifetimes->node_item[((PzNode *) view)->id], ==, item);
  g_assert_cmpuint (lifetimes->items[item].last, ==, b->id);
  g_assert_false (lifetimes->live[dead->id]);
  g_assert_cmpint (lifetimes->node_item[dead->id], ==, -1);
  g_assert_cmpint (lifetimes->node_item[b->id], ==, -1); /* a result is not scratch */
}

static void
test_elementwise_chains_use_one_place (void)
{
  g_autoptr (PzGraph) graph = pz_graph_new (PZ_F16);
  PzTensor *x = pz_graph_input (graph, "x", PZ_F16, DIMS (100, 64));
  guint64 bytes = 0;

  for (guint i = 0; i < 6; i++)
    x = pz_unary (graph, x, PZ_ACT_SILU);
  pz_graph_output (graph, pz_add (graph, x, x), "y");
  g_assert_true (pz_graph_plan_bytes (graph, NULL, &bytes, NULL));
  g_assert_cmpuint (bytes, ==, 100 * 64 * 2);
}

static void
test_what_is_read_later_is_not_overwritten (void)
{
  g_autoptr (PzGraph) graph = pz_graph_new (PZ_F16);
  PzTensor *x = pz_graph_input (graph, "x", PZ_F16, DIMS (100, 64));
  PzTensor *a = pz_unary (graph, x, PZ_ACT_SILU);
  PzTensor *b = pz_unary (graph, a, PZ_ACT_RELU);
  guint64 bytes = 0;

  pz_graph_output (graph, pz_add (graph, b, a), "y");
  g_assert_true (pz_graph_plan_bytes (graph, NULL, &bytes, NULL));
  g_assert_cmpuint (bytes, ==, 2 * 100 * 64 * 2);
}

static void
test_division_by_multiplication (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (11);

  for (guint round = 0; round < 200000; round++)
    {
      const guint32 d = 1 + g_rand_int (rand) % (1u << (1 + round % 31));
      const guint32 n = g_rand_int (rand) & 0x7fffffff;
      const PzDivisor divisor = pz_divisor (d);
      const guint32 high = (guint32) (((guint64) n * divisor.multiplier) >> 32);

      g_assert_cmpuint ((high + n) >> divisor.shift, ==, n / d);
    }
}

/* Lowers one node with made-up addresses. */
static GArray *
lower (PzGraph *graph, PzTensor *y)
{
  const guint n = pz_graph_get_n_nodes (graph);
  g_autofree guint64 *addresses = g_new0 (guint64, n);
  GArray *dispatches = g_array_new (FALSE, TRUE, sizeof (PzDispatch));
  const PzGpuLimits limits = { .subgroup_size = 8 };
  PzLowering lowering = {
    .limits = &limits,
    .node_address = addresses,
    .scratch_address = 0x7000000,
    .dispatches = dispatches,
  };

  for (guint i = 0; i < n; i++)
    addresses[i] = 0x100000ull * (i + 1);
  ((PzNode *) y)->op->lower ((PzNode *) y, &lowering);
  return dispatches;
}

static void
test_ranges_are_filled_in (void)
{
  g_autoptr (PzGraph) graph = pz_graph_new (PZ_F16);
  PzTensor *a = pz_graph_input (graph, "a", PZ_F16, DIMS (3, 5));
  PzTensor *b = pz_graph_input (graph, "b", PZ_F16, DIMS (5));
  PzTensor *y = pz_add (graph, a, b);
  g_autoptr (GArray) dispatches = lower (graph, y);
  const PzDispatch *dispatch = &g_array_index (dispatches, PzDispatch, 0);

  g_assert_cmpuint (dispatches->len, ==, 1);
  g_assert_cmpuint (dispatch->n_reads, ==, 2);
  g_assert_cmpuint (dispatch->reads[0].address, ==, 0x100000);
  g_assert_cmpuint (dispatch->reads[1].bytes, ==, 10);
  g_assert_cmpuint (dispatch->n_writes, ==, 1);
  g_assert_cmpuint (dispatch->writes[0].address, ==, 0x300000);
  g_assert_cmpuint (dispatch->writes[0].bytes, ==, 30);
  g_assert_true (dispatch->node == (PzNode *) y);
}

/* For the same bits alone and in a batch, the division of a picture into chunks must not depend on the batch. */
static void
test_group_norm_cuts_alike_in_a_batch (void)
{
  guint chunk[2];

  for (guint batch = 1; batch <= 2; batch++)
    {
      g_autoptr (PzGraph) graph = pz_graph_new (PZ_F16);
      PzTensor *x = pz_graph_input (graph, "x", PZ_F16, DIMS (batch, 33, 65, 32));
      PzTensor *y =
        pz_group_norm (graph, x, pz_graph_weight (graph, PZ_WEIGHT_PLAIN, "w", DIMS (32)),
                       pz_graph_weight (graph, PZ_WEIGHT_PLAIN, "b", DIMS (32)), 8, 1e-5f,
                       PZ_ACT_SILU);
      g_autoptr (GArray) dispatches = lower (graph, y);

      g_assert_cmpuint (dispatches->len, ==, 3);
      /* chunk_pixels is the fifth 32-bit member after six addresses. */
      memcpy (&chunk[batch - 1], g_array_index (dispatches, PzDispatch, 0).args + 6 * 8 + 4 * 4,
              4);
    }
  g_assert_cmpuint (chunk[0], ==, chunk[1]);
  g_assert_cmpuint (chunk[0], >, 1);
}

static void
test_graphs_print_themselves (void)
{
  g_autoptr (PzGraph) graph = pz_graph_new (PZ_F16);
  PzTensor *x = pz_graph_input (graph, "x", PZ_F16, DIMS (2, 3));
  pz_graph_output (graph, pz_unary (graph, x, PZ_ACT_SILU), "y");
  g_autofree char *text = pz_graph_to_text (graph);
  g_autofree char *dot = pz_graph_to_dot (graph);

  g_assert_nonnull (strstr (text, "unary"));
  g_assert_nonnull (strstr (text, "F16 [2, 3] y %0 -> result"));
  g_assert_nonnull (strstr (dot, "n0 -> n1"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/graph/names-are-scoped-as-in-the-file", test_names_are_scoped);
  g_test_add_func ("/graph/a-weight-is-one-tensor-however-often-asked",
                   test_a_weight_is_asked_for_once);
  g_test_add_func ("/graph/a-tensor-stands-in-for-a-weight",
                   test_a_tensor_stands_in_for_a_weight);
  g_test_add_func ("/graph/what-stands-in-for-a-weight-must-fit", test_what_stands_in_must_fit);
  g_test_add_func ("/graph/two-tensors-for-one-weight-are-refused",
                   test_two_tensors_for_one_weight_are_refused);
  g_test_add_func ("/graph/the-first-error-stays-and-says-where", test_the_first_error_stays);
  g_test_add_func ("/graph/inputs-and-results-share-one-name-space", test_doors_have_one_name);
  g_test_add_func ("/graph/results-of-leaves-and-views-are-copies",
                   test_results_of_leaves_and_views_are_copies);
  g_test_add_func ("/graph/contiguous-parts-are-views", test_contiguous_parts_are_views);
  g_test_add_func ("/graph/prints-itself", test_graphs_print_themselves);
  g_test_add_func ("/lifetimes/views-keep-their-base-alive", test_views_keep_their_base);
  g_test_add_func ("/lifetimes/elementwise-chains-use-one-place",
                   test_elementwise_chains_use_one_place);
  g_test_add_func ("/lifetimes/what-is-read-later-is-not-overwritten",
                   test_what_is_read_later_is_not_overwritten);
  g_test_add_func ("/lower/division-by-multiplication-is-exact",
                   test_division_by_multiplication);
  g_test_add_func ("/lower/ranges-of-sources-and-result-are-filled-in",
                   test_ranges_are_filled_in);
  g_test_add_func ("/lower/group-norm-cuts-a-picture-alike-alone-and-in-a-batch",
                   test_group_norm_cuts_alike_in_a_batch);
  return g_test_run ();
}

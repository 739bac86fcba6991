/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The backward pass through a graph, without a device: what it appends, sums, skips and rejects. The results of the backward
 * rules are tested with the ops (tests/ops/op-gradient.c).
 */
#include <string.h>

#include "compute/autodiff.h"
#include "compute/graph/lifetimes.h"
#include "compute/ops/ops.h"
#include "compute/pictures.h"

#define DIMS(...) \
  G_N_ELEMENTS (((const guint[]) { __VA_ARGS__ })), (const guint[]) \
  { \
    __VA_ARGS__ \
  }

static PzTensor *
gradient_of (PzGraph *graph, PzTensor *y, PzTensor *x)
{
  PzTensor *gradient = NULL;
  const PzSeed seed = { y };

  pz_graph_backward (graph, &seed, 1, &x, 1, &gradient);
  return gradient;
}

static guint
count (PzGraph *graph, guint from, const PzOpClass *op)
{
  guint n = 0;

  for (guint id = from; id < pz_graph_get_n_nodes (graph); id++)
    n += pz_graph_get_node (graph, id)->op == op;
  return n;
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
test_several_readers_are_added (void)
{
  g_autoptr (PzGraph) graph = pz_graph_new (PZ_F32);
  PzTensor *x = pz_graph_input (graph, "x", PZ_F32, DIMS (2, 8));
  PzTensor *a = pz_affine (graph, x, 2, 0);
  PzTensor *y = pz_add (graph, pz_add (graph, pz_affine (graph, x, 3, 0), a), x);
  const guint before = pz_graph_get_n_nodes (graph);
  PzTensor *gradient = gradient_of (graph, y, x);

  g_assert_nonnull (gradient);
  g_assert_cmpuint (count (graph, before, &pz_op_add), ==, 2);
  g_assert_cmpuint (count (graph, before, &pz_op_affine), ==, 2);
  g_assert_cmpuint (count (graph, before, &pz_op_constant), ==, 1);
}

static void
test_a_source_used_twice_counts_twice (void)
{
  g_autoptr (PzGraph) graph = pz_graph_new (PZ_F32);
  PzTensor *x = pz_graph_input (graph, "x", PZ_F32, DIMS (4));
  PzTensor *y = pz_mul (graph, x, x);
  const guint before = pz_graph_get_n_nodes (graph);

  g_assert_nonnull (gradient_of (graph, y, x));
  g_assert_cmpuint (count (graph, before, &pz_op_mul), ==, 2);
  g_assert_cmpuint (count (graph, before, &pz_op_add), ==, 1);
}

static void
test_what_leads_to_nothing_wanted_is_skipped (void)
{
  g_autoptr (PzGraph) graph = pz_graph_new (PZ_F32);
  PzTensor *x = pz_graph_input (graph, "x", PZ_F32, DIMS (2, 8));
  PzTensor *frozen = pz_graph_input (graph, "frozen", PZ_F32, DIMS (1, 4, 4, 8));
  /* An op without a backward rule, which is not an error because no wanted tensor leads to it. */
  PzTensor *other = pz_reshape (graph, pz_resize_bicubic (graph, frozen, 1, 2), DIMS (2, 8));
  PzTensor *y = pz_mul (graph, x, other);
  const guint before = pz_graph_get_n_nodes (graph);

  g_assert_nonnull (gradient_of (graph, y, x));
  g_assert_cmpuint (count (graph, before, &pz_op_mul), ==, 1);
  g_assert_cmpuint (count (graph, before, &pz_op_sum), ==, 0);
}

static void
test_an_op_without_a_rule_is_refused_by_name (void)
{
  g_autoptr (PzGraph) graph = pz_graph_new (PZ_F32);
  PzTensor *x = pz_graph_input (graph, "x", PZ_F32, DIMS (1, 8, 8, 3));

  pz_graph_push (graph, "picture");
  PzTensor *y = pz_resize_bicubic (graph, x, 4, 4);
  pz_graph_pop (graph);
  g_assert_null (gradient_of (graph, pz_affine (graph, y, 2, 0), x));
  assert_fails (graph, "found resize_bicubic in picture");
}

/* Three products read x directly, three through pz_unary (). The products add the direct gradients themselves, without add
 * ops. */
static void
test_products_add_what_was_there (void)
{
  g_autoptr (PzGraph) graph = pz_graph_new (PZ_F32);
  PzTensor *x = pz_graph_input (graph, "x", PZ_F32, DIMS (4, 8));
  PzTensor *y = NULL;

  for (guint i = 0; i < 3; i++)
    {
      g_autofree char *name = g_strdup_printf ("w%u", i);
      PzTensor *w = pz_graph_weight (graph, PZ_WEIGHT_PLAIN, name, DIMS (8, 8));

      y =
        pz_linear (graph, pz_unary (graph, x, PZ_ACT_NONE), w, &(PzEpilogue) { .residual = y });
      y = pz_linear (graph, x, w, &(PzEpilogue) { .residual = y });
    }
  const guint before = pz_graph_get_n_nodes (graph);
  const PzNode *d_x = (const PzNode *) gradient_of (graph, y, x);

  g_assert_nonnull (d_x);
  g_assert_cmpuint (count (graph, before, &pz_op_linear), ==, 6);
  g_assert_cmpuint (count (graph, before, &pz_op_add), ==,
                    3); /* for the paths through pz_unary () */
}

static void
test_no_gradient_passes_a_stop (void)
{
  g_autoptr (PzGraph) graph = pz_graph_new (PZ_F32);
  PzTensor *x = pz_graph_input (graph, "x", PZ_F32, DIMS (8));
  PzTensor *y = pz_mul (graph, x, pz_stop_gradient (graph, x));
  const guint before = pz_graph_get_n_nodes (graph);

  g_assert_nonnull (gradient_of (graph, y, x));
  g_assert_cmpuint (count (graph, before, &pz_op_mul), ==, 1);
  g_assert_cmpuint (count (graph, before, &pz_op_add), ==, 0);
}

static void
test_a_tensor_that_changes_nothing_is_refused (void)
{
  g_autoptr (PzGraph) graph = pz_graph_new (PZ_F32);
  PzTensor *x = pz_graph_input (graph, "x", PZ_F32, DIMS (8));
  PzTensor *z = pz_graph_input (graph, "z", PZ_F32, DIMS (8));
  PzTensor *y = pz_mul (graph, x, pz_stop_gradient (graph, z));

  g_assert_null (gradient_of (graph, y, z));
  assert_fails (graph, "found z");
}

static void
test_views_lead_on (void)
{
  g_autoptr (PzGraph) graph = pz_graph_new (PZ_F16);
  PzTensor *x = pz_graph_input (graph, "x", PZ_F16, DIMS (2, 3, 4));
  PzTensor *flat = pz_reshape (graph, pz_affine (graph, x, 2, 0), DIMS (6, 4));
  PzTensor *gradient = gradient_of (graph, pz_reshape (graph, flat, DIMS (24)), x);

  g_assert_nonnull (gradient);
  g_assert_cmpuint (gradient->n_dims, ==, 3);
  g_assert_cmpuint (gradient->dims[1], ==, 3);
  g_assert_cmpint (gradient->dtype, ==, PZ_F16);
}

static void
test_several_seeds_and_a_tensor_between (void)
{
  g_autoptr (PzGraph) graph = pz_graph_new (PZ_F32);
  PzTensor *x = pz_graph_input (graph, "x", PZ_F32, DIMS (8));
  PzTensor *middle = pz_affine (graph, x, 2, 0);
  const PzSeed seeds[] = {
    { pz_affine (graph, middle, 3, 0), pz_graph_input (graph, "d_a", PZ_F32, DIMS (8)) },
    { pz_affine (graph, middle, 5, 0), pz_graph_input (graph, "d_b", PZ_F32, DIMS (8)) },
  };
  PzTensor *const wanted[] = { x, middle };
  PzTensor *gradients[2];
  const guint before = pz_graph_get_n_nodes (graph);

  pz_graph_backward (graph, seeds, 2, wanted, 2, gradients);
  g_assert_nonnull (gradients[0]);
  g_assert_nonnull (gradients[1]);
  g_assert_true (gradients[0] != gradients[1]);
  g_assert_cmpuint (count (graph, before, &pz_op_affine), ==, 3);
  g_assert_cmpuint (count (graph, before, &pz_op_add), ==, 1);
}

static void
test_a_seed_of_another_shape_is_refused (void)
{
  g_autoptr (PzGraph) graph = pz_graph_new (PZ_F32);
  PzTensor *x = pz_graph_input (graph, "x", PZ_F32, DIMS (8));
  const PzSeed seed = { pz_affine (graph, x, 3, 0),
                        pz_graph_input (graph, "d", PZ_F32, DIMS (2, 4)) };
  PzTensor *gradient = x;

  pz_graph_backward (graph, &seed, 1, &x, 1, &gradient);
  g_assert_null (gradient);
  assert_fails (graph, "expected a gradient [8], found [2, 4]");
}

static void
test_a_parameter_behind_a_cast_gets_floats (void)
{
  g_autoptr (PzGraph) graph = pz_graph_new (PZ_F16);
  PzTensor *x = pz_graph_input (graph, "x", PZ_F16, DIMS (5, 8));
  PzTensor *bias = pz_graph_input (graph, "bias", PZ_F32, DIMS (8));
  PzTensor *y = pz_add (graph, x, pz_cast (graph, bias, PZ_F16));
  const guint before = pz_graph_get_n_nodes (graph);
  PzTensor *gradient = gradient_of (graph, y, bias);

  g_assert_cmpint (gradient->dtype, ==, PZ_F32);
  g_assert_cmpuint (count (graph, before, &pz_op_cast), ==, 0);
}

/* A forward value that a backward rule reads keeps its memory until then and is not overwritten. */
static void
test_the_planner_keeps_what_rules_read (void)
{
  g_autoptr (PzGraph) graph = pz_graph_new (PZ_F32);
  PzTensor *x = pz_graph_input (graph, "x", PZ_F32, DIMS (64));
  PzTensor *a = pz_affine (graph, x, 2, 0);
  PzTensor *y = pz_mul (graph, a, a);

  pz_graph_output (graph, gradient_of (graph, y, x), "dx");
  g_autoptr (PzLifetimes) lifetimes = pz_lifetimes_new (graph, NULL);
  const PzPlanItem *item = &lifetimes->items[lifetimes->node_item[((PzNode *) a)->id]];

  g_assert_cmpuint (item->last, >, ((PzNode *) y)->id);
  /* Nothing reads the forward result itself. */
  g_assert_false (lifetimes->live[((PzNode *) y)->id]);
}

static void
test_a_broken_graph_stays_as_it_is (void)
{
  g_autoptr (PzGraph) graph = pz_graph_new (PZ_F32);
  PzTensor *x = pz_graph_input (graph, "x", PZ_F32, DIMS (8));
  PzTensor *y = pz_slice (graph, x, 3, 0, 1);

  g_assert_null (gradient_of (graph, y, x));
  assert_fails (graph, "slice");
}

/* Ops whose backward rule does not cover these sources: parameters of frozen layers, embedding tables and masks. */
static void
test_a_source_without_a_rule_is_refused_by_name (void)
{
  static const struct
  {
    guint source;
    const char *refused;
  } rows[] = {
    { 0, "found group_norm, which has none for weight or bias" },
    { 1, "found layer_norm, which has none for weight or bias" },
    { 2, "found embedding, which has none for the table" },
    { 3, "found attention, which has none for key_bias" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (PzGraph) graph = pz_graph_new (PZ_F32);
      PzTensor *x = pz_graph_input (graph, "x", PZ_F32, DIMS (1, 4, 8));
      PzTensor *wanted[] = {
        pz_graph_input (graph, "weight", PZ_F32, DIMS (8)),
        pz_graph_input (graph, "bias", PZ_F32, DIMS (8)),
        pz_graph_input (graph, "table", PZ_F32, DIMS (9, 8)),
        pz_graph_input (graph, "key_bias", PZ_F32, DIMS (1, 4)),
      };
      PzTensor *ids = pz_graph_input (graph, "ids", PZ_I32, DIMS (1, 4));
      const PzAttention masked = { .heads = 2, .key_bias = wanted[3] };
      PzTensor *const y[] = {
        pz_group_norm (graph, x, wanted[0], wanted[1], 2, 1e-5f, PZ_ACT_NONE),
        pz_layer_norm (graph, x, wanted[0], wanted[1], 1e-5f, PZ_ACT_NONE),
        pz_embedding (graph, wanted[2], ids, NULL),
        pz_attention (graph, x, x, x, &masked),
      };

      g_assert_null (gradient_of (graph, y[i], wanted[rows[i].source]));
      assert_fails (graph, rows[i].refused);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/autodiff/several-readers-are-added", test_several_readers_are_added);
  g_test_add_func ("/autodiff/a-source-used-twice-counts-twice",
                   test_a_source_used_twice_counts_twice);
  g_test_add_func ("/autodiff/what-leads-to-nothing-wanted-is-skipped",
                   test_what_leads_to_nothing_wanted_is_skipped);
  g_test_add_func ("/autodiff/an-op-without-a-rule-is-refused-by-name",
                   test_an_op_without_a_rule_is_refused_by_name);
  g_test_add_func ("/autodiff/a-source-without-a-rule-is-refused-by-name",
                   test_a_source_without_a_rule_is_refused_by_name);
  g_test_add_func ("/autodiff/products-add-what-was-there", test_products_add_what_was_there);
  g_test_add_func ("/autodiff/no-gradient-passes-a-stop", test_no_gradient_passes_a_stop);
  g_test_add_func ("/autodiff/a-tensor-that-changes-nothing-is-refused",
                   test_a_tensor_that_changes_nothing_is_refused);
  g_test_add_func ("/autodiff/views-lead-on", test_views_lead_on);
  g_test_add_func ("/autodiff/several-seeds-and-a-tensor-between",
                   test_several_seeds_and_a_tensor_between);
  g_test_add_func ("/autodiff/a-seed-of-another-shape-is-refused",
                   test_a_seed_of_another_shape_is_refused);
  g_test_add_func ("/autodiff/a-parameter-behind-a-cast-gets-floats",
                   test_a_parameter_behind_a_cast_gets_floats);
  g_test_add_func ("/autodiff/the-planner-keeps-what-rules-read",
                   test_the_planner_keeps_what_rules_read);
  g_test_add_func ("/autodiff/a-broken-graph-stays-as-it-is",
                   test_a_broken_graph_stays_as_it_is);
  return g_test_run ();
}

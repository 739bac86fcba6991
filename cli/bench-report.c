/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Reports what was measured: see bench-report.h.
 */
#include <stdio.h>

#include "cli/bench-report.h"

#define MOST_LAYERS 20 /* in a printed table */

PzBenchRow *
pz_bench_row_new (PzBenchWork work, guint width, guint height)
{
  PzBenchRow *row = g_new0 (PzBenchRow, 1);

  row->work = work;
  if (pz_bench_is_sized (work))
    {
      row->width = width;
      row->height = height;
    }
  row->ours = g_array_new (FALSE, FALSE, sizeof (PzBenchSample));
  row->ours_ms = g_array_new (FALSE, FALSE, sizeof (double));
  row->peer_ms = g_array_new (FALSE, FALSE, sizeof (double));
  return row;
}

void
pz_bench_row_free (PzBenchRow *row)
{
  g_array_unref (row->ours);
  g_array_unref (row->ours_ms);
  g_array_unref (row->peer_ms);
  g_free (row->peer_threads);
  g_free (row);
}

/* ---- statistics of a row ---- */

static gint
compare_doubles (gconstpointer a, gconstpointer b)
{
  double x = *(const double *) a, y = *(const double *) b;

  return (x > y) - (x < y);
}

double
pz_bench_median (GArray *values)
{
  const guint n = values->len;

  if (n == 0)
    return 0.0;
  g_array_sort (values, compare_doubles);
  return 0.5
         * (g_array_index (values, double, (n - 1) / 2)
            + g_array_index (values, double, n / 2));
}

typedef struct
{
  double median, least, most; /* milliseconds */
  double busy_ms, wall_ms; /* sums */
  double flops, bytes; /* of one run */
} Summary;

static Summary
summarize (const PzBenchRow *row)
{
  g_autoptr (GArray) wall = g_array_new (FALSE, FALSE, sizeof (double));
  Summary s = { 0 };

  for (guint i = 0; i < row->ours->len; i++)
    {
      const PzBenchSample *sample = &g_array_index (row->ours, PzBenchSample, i);

      g_array_append_val (wall, sample->wall_ms);
      s.wall_ms += sample->wall_ms;
      s.busy_ms += sample->busy_ms;
      s.flops = sample->flops;
      s.bytes = sample->bytes;
    }
  s.median = pz_bench_median (wall);
  if (wall->len > 0)
    {
      s.least = g_array_index (wall, double, 0);
      s.most = g_array_index (wall, double, wall->len - 1);
    }
  return s;
}

double
pz_bench_row_idle (const PzBenchRow *row)
{
  const Summary s = summarize (row);

  return s.busy_ms > 0.0 && s.wall_ms > 0.0 ? MAX (1.0 - s.busy_ms / s.wall_ms, 0.0) : -1.0;
}

double
pz_bench_row_ratio (const PzBenchRow *row)
{
  g_autoptr (GArray) ratios = g_array_new (FALSE, FALSE, sizeof (double));

  for (guint i = 0; i < MIN (row->ours_ms->len, row->peer_ms->len); i++)
    {
      double ratio =
        g_array_index (row->ours_ms, double, i) / g_array_index (row->peer_ms, double, i);

      g_array_append_val (ratios, ratio);
    }
  return pz_bench_median (ratios);
}

static double
peer_median (const PzBenchRow *row)
{
  g_autoptr (GArray) values = g_array_copy (row->peer_ms);

  return pz_bench_median (values);
}

/* Per second, in units of 1e9. */
static double
giga (double amount, double ms)
{
  return ms > 0.0 ? amount / ms * 1e-6 : 0.0;
}

/* ---- text output ---- */

static char *
title_of (PzBenchWork work, guint width, guint height)
{
  return pz_bench_is_sized (work)
           ? g_strdup_printf ("%s %ux%u", pz_bench_name (work), width, height)
           : g_strdup (pz_bench_name (work));
}

void
pz_bench_print_rows (GPtrArray *rows, const char *peer)
{
  printf ("%-18s %10s %10s %10s %5s %9s %7s %6s", "work", "median ms", "min", "max", "runs",
          "GFLOP/s", "GB/s", "idle");
  if (peer != NULL)
    printf (" %10s %8s  %s", peer, "ratio", "threads");
  printf ("\n");
  for (guint i = 0; i < rows->len; i++)
    {
      const PzBenchRow *row = g_ptr_array_index (rows, i);
      const Summary s = summarize (row);
      const double idle = pz_bench_row_idle (row);
      g_autofree char *title = title_of (row->work, row->width, row->height);
      g_autofree char *idle_text =
        idle >= 0.0 ? g_strdup_printf ("%.1f%%", 100.0 * idle) : g_strdup ("-");

      printf ("%-18s %10.2f %10.2f %10.2f %5u %9.1f %7.2f %6s", title, s.median, s.least,
              s.most, row->ours->len, giga (s.flops, s.median), giga (s.bytes, s.median),
              idle_text);
      if (peer != NULL && row->peer_ms->len > 0)
        printf (" %10.2f %8.2f  %s", peer_median (row), pz_bench_row_ratio (row),
                row->peer_threads != NULL ? row->peer_threads : "-");
      printf ("\n");
    }
}

/* The ops of one work with the same name and, if grouped by layer, the same layer. */
typedef struct
{
  const char *op, *scope;
  guint count;
  double ms, flops, bytes;
} Group;

static gint
compare_groups (gconstpointer a, gconstpointer b)
{
  const Group *x = a, *y = b;

  return (x->ms < y->ms) - (x->ms > y->ms);
}

static void
add_to_group (GArray *groups, const PzBenchOp *op, const char *scope)
{
  Group *group = NULL;

  for (guint i = 0; i < groups->len && group == NULL; i++)
    {
      Group *found = &g_array_index (groups, Group, i);

      if (found->op == op->op && found->scope == scope)
        group = found;
    }
  if (group == NULL)
    {
      g_array_append_val (groups, ((Group) { op->op, scope }));
      group = &g_array_index (groups, Group, groups->len - 1);
    }
  group->count++;
  group->ms += op->ms;
  group->flops += op->flops;
  group->bytes += op->bytes;
}

/* Groups the ops of a work, slowest first. (transfer full) */
static GArray *
group_ops (GArray *ops, PzBenchWork work, gboolean by_layer)
{
  GArray *groups = g_array_new (FALSE, TRUE, sizeof (Group));

  for (guint i = 0; i < ops->len; i++)
    {
      const PzBenchOp *op = &g_array_index (ops, PzBenchOp, i);

      if (op->work == work)
        add_to_group (groups, op, by_layer ? op->scope : NULL);
    }
  g_array_sort (groups, compare_groups);
  return groups;
}

static double
sum_of (GArray *groups)
{
  double sum = 0.0;

  for (guint i = 0; i < groups->len; i++)
    sum += g_array_index (groups, Group, i).ms;
  return sum;
}

static void
print_groups (GArray *groups, const char *title, guint most)
{
  const double sum = sum_of (groups);

  printf ("%-20s %5s %10s %6s %9s %7s  %s\n", title, "ops", "ms", "share", "GFLOP/s", "GB/s",
          most < G_MAXUINT ? "layer" : "");
  for (guint i = 0; i < MIN (groups->len, most); i++)
    {
      const Group *g = &g_array_index (groups, Group, i);

      printf ("  %-18s %5u %10.2f %5.1f%% %9.1f %7.2f  %s\n",
              g->op != NULL ? g->op : "(between ops)", g->count, g->ms,
              sum > 0.0 ? 100.0 * g->ms / sum : 0.0, giga (g->flops, g->ms),
              giga (g->bytes, g->ms), g->scope != NULL ? g->scope : "");
    }
}

void
pz_bench_print_ops (GArray *ops, guint width, guint height)
{
  for (guint work = 0; work < PZ_N_BENCH; work++)
    {
      g_autoptr (GArray) by_op = group_ops (ops, work, FALSE);
      g_autoptr (GArray) by_layer = group_ops (ops, work, TRUE);
      g_autofree char *title = title_of (work, width, height);

      if (by_op->len == 0)
        continue;
      print_groups (by_op, title, G_MAXUINT);
      if (by_layer->len > 2)
        print_groups (by_layer, title, MOST_LAYERS);
      printf ("\n");
    }
}

/* ---- JSON output ---- */

static void
number_or_null (JsonBuilder *builder, const char *key, gboolean known, double value)
{
  if (known)
    pz_json_add_number (builder, key, value);
  else
    pz_json_add_string (builder, key, NULL);
}

void
pz_bench_rows_to_json (GPtrArray *rows, JsonBuilder *builder)
{
  pz_json_begin_array (builder, "rows");
  for (guint i = 0; i < rows->len; i++)
    {
      const PzBenchRow *row = g_ptr_array_index (rows, i);
      const Summary s = summarize (row);
      const double idle = pz_bench_row_idle (row);
      const gboolean has_peer = row->peer_ms->len > 0;

      json_builder_begin_object (builder);
      pz_json_add_string (builder, "work", pz_bench_name (row->work));
      pz_json_add_string (builder, "about", pz_bench_title (row->work));
      pz_json_add_int (builder, "width", row->width);
      pz_json_add_int (builder, "height", row->height);
      pz_json_add_int (builder, "runs", row->ours->len);
      pz_json_add_number (builder, "median_ms", s.median);
      pz_json_add_number (builder, "least_ms", s.least);
      pz_json_add_number (builder, "most_ms", s.most);
      pz_json_add_number (builder, "gflops", giga (s.flops, s.median));
      pz_json_add_number (builder, "gbytes", giga (s.bytes, s.median));
      number_or_null (builder, "idle", idle >= 0.0, idle);
      number_or_null (builder, "peer_median_ms", has_peer, peer_median (row));
      number_or_null (builder, "ratio", has_peer, pz_bench_row_ratio (row));
      pz_json_add_string (builder, "peer_threads", row->peer_threads);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

void
pz_bench_ops_to_json (GArray *ops, JsonBuilder *builder)
{
  pz_json_begin_array (builder, "ops");
  for (guint work = 0; work < PZ_N_BENCH; work++)
    {
      g_autoptr (GArray) groups = group_ops (ops, work, TRUE);

      for (guint i = 0; i < groups->len; i++)
        {
          const Group *g = &g_array_index (groups, Group, i);

          json_builder_begin_object (builder);
          pz_json_add_string (builder, "work", pz_bench_name (work));
          pz_json_add_string (builder, "op", g->op);
          pz_json_add_string (builder, "layer", g->scope);
          pz_json_add_int (builder, "count", g->count);
          pz_json_add_number (builder, "ms", g->ms);
          pz_json_add_number (builder, "gflops", giga (g->flops, g->ms));
          pz_json_add_number (builder, "gbytes", giga (g->bytes, g->ms));
          json_builder_end_object (builder);
        }
    }
  json_builder_end_array (builder);
}

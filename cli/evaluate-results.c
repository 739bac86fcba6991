/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cli/evaluate-results.h"

#include <math.h>
#include <string.h>

#include "cli/json.h"

void
pz_results_clear (PzResults *results)
{
  pz_judging_clear (&results->judging);
  g_free (results->fingerprint);
  g_free (results->model_name);
  g_free (results->values);
  g_free (results->made);
}

/* The index of a picture in [things, methods, prompts, seeds]. */
static gsize
place_of (const PzResults *r, guint thing, guint method, guint prompt, guint seed)
{
  const PzEvaluation *e = r->e;

  return ((gsize) (thing * r->n_methods + method) * e->n_prompts + prompt) * e->n_seeds + seed;
}

static const double *
values_of (const PzResults *r, guint thing, guint method, guint prompt, guint seed)
{
  return r->values + place_of (r, thing, method, prompt, seed) * PZ_N_COLUMNS;
}

/* ---- judging ---- */

typedef struct
{
  GPtrArray *looks; /* all references, then all pictures */
  GPtrArray *readings; /* [things, prompts] */
  guint *first; /* [things + 1]: index in looks of each thing's first reference; then the end */
} Seen;

static void
seen_clear (Seen *seen)
{
  g_clear_pointer (&seen->looks, g_ptr_array_unref);
  g_clear_pointer (&seen->readings, g_ptr_array_unref);
  g_clear_pointer (&seen->first, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Seen, seen_clear)

static void
gather_thing (const PzResults *r, guint index, Seen *seen)
{
  const PzSetThing *thing = r->e->set->things->pdata[index];

  seen->first[index] = seen->looks->len;
  for (guint i = 0; i < thing->images->len; i++)
    {
      const char *mask = thing->masks != NULL ? thing->masks->pdata[i] : NULL;

      PzLook *look = pz_look_new (g_strdup (thing->images->pdata[i]), g_strdup (mask));

      look->thing = index;
      look->is_reference = TRUE;
      g_ptr_array_add (seen->looks, look);
    }
  for (guint i = 0; i < r->e->n_prompts; i++)
    {
      g_autofree char *text = pz_set_prompt (r->e->set->prompts->pdata[i], thing, "");

      g_ptr_array_add (seen->readings, pz_reading_new (text));
    }
}

static void
gather (const PzResults *r, Seen *seen)
{
  const PzEvaluation *e = r->e;

  seen->looks = g_ptr_array_new_with_free_func ((GDestroyNotify) pz_look_free);
  seen->readings = g_ptr_array_new_with_free_func ((GDestroyNotify) pz_reading_free);
  seen->first = g_new (guint, e->n_things + 1);
  for (guint t = 0; t < e->n_things; t++)
    gather_thing (r, t, seen);
  seen->first[e->n_things] = seen->looks->len;
  for (guint t = 0; t < e->n_things; t++)
    for (guint m = 0; m < r->n_methods; m++)
      for (guint p = 0; p < e->n_prompts; p++)
        for (guint s = 0; s < e->n_seeds; s++)
          {
            PzLook *look = pz_look_new (pz_evaluation_picture (e, t, m, p, s), NULL);

            look->boxed = TRUE;
            look->thing = t;
            g_ptr_array_add (seen->looks, look);
          }
}

static void
fill_values (PzResults *r, const Seen *seen)
{
  const PzEvaluation *e = r->e;
  const gsize n = place_of (r, e->n_things, 0, 0, 0);

  r->values = g_new (double, n *PZ_N_COLUMNS);
  for (gsize i = 0; i < n; i++)
    {
      const guint thing = (guint) (i / ((gsize) r->n_methods * e->n_prompts * e->n_seeds));
      const guint prompt = (guint) (i / e->n_seeds % e->n_prompts);
      const guint first = seen->first[thing];

      for (guint c = 0; c < PZ_N_COLUMNS; c++)
        r->values[i * PZ_N_COLUMNS + c] =
          pz_column_score (&r->judging, c, seen->looks->pdata[seen->first[e->n_things] + i],
                           seen->readings->pdata[thing * e->n_prompts + prompt],
                           (PzLook *const *) seen->looks->pdata + first,
                           seen->first[thing + 1] - first);
    }
}

gboolean
pz_results_judge (PzResults *results, GError **error)
{
  const PzEvaluation *e = results->e;
  g_auto (Seen) seen = { 0 };

  results->n_methods = g_strv_length ((char **) e->methods);
  results->made = g_new0 (PzMade, e->n_things * results->n_methods);
  for (guint t = 0; t < e->n_things; t++)
    for (guint m = 0; m < results->n_methods; m++)
      if (!pz_evaluation_read_made (e, t, m, &results->made[t * results->n_methods + m], error))
        return FALSE;
  gather (results, &seen);
  if (!pz_judging_run (&results->judging, seen.looks, seen.readings, error))
    return FALSE;
  fill_values (results, &seen);
  return TRUE;
}

/* ---- rows ---- */

static gboolean
counts (const PzResults *r, guint prompt, const char *family)
{
  const PzSetPrompt *it = r->e->set->prompts->pdata[prompt];

  return family == NULL || g_strcmp0 (it->family, family) == 0;
}

/* The mean over the prompts of a family and all seeds, of the pictures that have a value; NaN if none has. */
static double
thing_mean (const PzResults *r, guint thing, guint method, const char *family, PzColumn column)
{
  double sum = 0.0;
  guint n = 0;

  for (guint p = 0; p < r->e->n_prompts; p++)
    for (guint s = 0; counts (r, p, family) && s < r->e->n_seeds; s++)
      {
        const double value = values_of (r, thing, method, p, s)[column];

        if (isnan (value))
          continue;
        sum += value;
        n++;
      }
  return n > 0 ? sum / n : (double) NAN;
}

void
pz_results_row (const PzResults *results,
                guint method,
                const char *family,
                PzScore scores[PZ_N_COLUMNS])
{
  const guint n = results->e->n_things;
  g_autofree double *means = g_new (double, n);

  for (guint c = 0; c < PZ_N_COLUMNS; c++)
    {
      for (guint t = 0; t < n; t++)
        means[t] = thing_mean (results, t, method, family, c);
      scores[c] = pz_score_summarize (means, n);
    }
}

static PzScore
summarize_made (const PzResults *r, guint method, gboolean of_bytes)
{
  g_autofree double *values = g_new (double, r->e->n_things);

  for (guint t = 0; t < r->e->n_things; t++)
    {
      const PzMade *made = &r->made[t * r->n_methods + method];

      values[t] = of_bytes ? (double) made->bytes : made->seconds;
    }
  return pz_score_summarize (values, r->e->n_things);
}

PzScore
pz_results_seconds (const PzResults *results, guint method)
{
  return summarize_made (results, method, FALSE);
}

PzScore
pz_results_bytes (const PzResults *results, guint method)
{
  return summarize_made (results, method, TRUE);
}

GPtrArray *
pz_results_families (const PzResults *results)
{
  GPtrArray *families = g_ptr_array_new ();

  for (guint p = 0; p < results->e->n_prompts; p++)
    {
      const char *family = ((PzSetPrompt *) results->e->set->prompts->pdata[p])->family;

      if (family != NULL
          && !g_ptr_array_find_with_equal_func (families, family, g_str_equal, NULL))
        g_ptr_array_add (families, (gpointer) family);
    }
  return families;
}

/* ---- JSON ---- */

static void
add_row (JsonBuilder *builder, const PzResults *r, guint method, const char *family)
{
  PzScore scores[PZ_N_COLUMNS];

  pz_results_row (r, method, family, scores);
  json_builder_begin_object (builder);
  pz_columns_add_json (builder, scores);
  json_builder_end_object (builder);
}

static void
add_method (JsonBuilder *builder, const PzResults *r, guint method)
{
  g_autoptr (GPtrArray) families = pz_results_families (r);

  json_builder_begin_object (builder);
  pz_json_add_string (builder, "name", r->e->methods[method]);
  pz_json_add_exact (builder, "seconds", pz_results_seconds (r, method).mean);
  pz_json_add_exact (builder, "bytes", pz_results_bytes (r, method).mean);
  json_builder_set_member_name (builder, "scores");
  add_row (builder, r, method, NULL);
  json_builder_set_member_name (builder, "families");
  json_builder_begin_object (builder);
  for (guint i = 0; i < families->len; i++)
    {
      json_builder_set_member_name (builder, families->pdata[i]);
      add_row (builder, r, method, families->pdata[i]);
    }
  json_builder_end_object (builder);
  json_builder_end_object (builder);
}

/* The part of the path below the folder, which may end in slashes. */
static const char *
path_below (const char *folder, const char *path)
{
  gsize n = strlen (folder);

  while (n > 0 && folder[n - 1] == G_DIR_SEPARATOR)
    n--;
  return path + n + 1;
}

static void
add_picture (JsonBuilder *builder,
             const PzResults *r,
             guint thing,
             guint method,
             guint prompt,
             guint seed)
{
  const PzSetThing *it = r->e->set->things->pdata[thing];
  const double *values = values_of (r, thing, method, prompt, seed);
  g_autofree char *path = pz_evaluation_picture (r->e, thing, method, prompt, seed);

  json_builder_begin_object (builder);
  pz_json_add_string (builder, "thing", it->name);
  pz_json_add_string (builder, "method", r->e->methods[method]);
  pz_json_add_string (builder, "prompt",
                      ((PzSetPrompt *) r->e->set->prompts->pdata[prompt])->text);
  pz_json_add_int (builder, "seed", (gint64) (r->e->seed + seed));
  pz_json_add_string (builder, "path", path_below (r->e->out, path));
  for (guint c = 0; c < PZ_N_COLUMNS; c++)
    if (!isnan (values[c]))
      pz_json_add_exact (builder, pz_columns[c].key, values[c]);
  json_builder_end_object (builder);
}

char *
pz_results_to_json (const PzResults *results)
{
  const PzEvaluation *e = results->e;
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;

  json_builder_begin_object (builder);
  pz_json_add_string (builder, "set", e->set->name);
  pz_json_add_string (builder, "model", results->model_name);
  pz_json_add_string (builder, "model_fingerprint", results->fingerprint);
  pz_json_add_int (builder, "things", e->n_things);
  pz_json_add_int (builder, "prompts", e->n_prompts);
  pz_json_add_int (builder, "seeds", e->n_seeds);
  pz_judging_add_json (builder, &results->judging);
  pz_json_begin_array (builder, "methods");
  for (guint m = 0; m < results->n_methods; m++)
    add_method (builder, results, m);
  json_builder_end_array (builder);
  pz_json_begin_array (builder, "pictures");
  for (guint t = 0; t < e->n_things; t++)
    for (guint m = 0; m < results->n_methods; m++)
      for (guint p = 0; p < e->n_prompts; p++)
        for (guint s = 0; s < e->n_seeds; s++)
          add_picture (builder, results, t, m, p, s);
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  return json_to_string (root, TRUE);
}

/* ---- CSV ---- */

/* A cell; empty if the value is not finite. */
static void
add_cell (GString *text, double value)
{
  g_string_append_c (text, ',');
  if (isfinite (value))
    g_string_append_printf (text, "%.6g", value);
}

char *
pz_results_to_csv (const PzResults *results)
{
  GString *text = g_string_new ("method");

  for (guint c = 0; c < PZ_N_COLUMNS; c++)
    g_string_append_printf (text, ",%s,%s_error", pz_columns[c].key, pz_columns[c].key);
  g_string_append (text, ",geometric_mean,seconds,bytes\n");
  for (guint m = 0; m < results->n_methods; m++)
    {
      PzScore scores[PZ_N_COLUMNS];

      pz_results_row (results, m, NULL, scores);
      g_string_append (text, results->e->methods[m]);
      for (guint c = 0; c < PZ_N_COLUMNS; c++)
        {
          add_cell (text, scores[c].mean);
          add_cell (text, scores[c].error);
        }
      add_cell (text, pz_columns_geometric (scores));
      add_cell (text, pz_results_seconds (results, m).mean);
      add_cell (text, pz_results_bytes (results, m).mean);
      g_string_append_c (text, '\n');
    }
  return g_string_free_and_steal (text);
}

/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cli/bench-options.h"

#include "cli/model-options.h"
#include "models/bench.h"
#include "models/learn.h"

#define DEFAULT_REPEAT 3

const PzOption pz_bench_options[] = {
  PZ_OPTION_MODEL (PzBenchOptions, 0),
  PZ_OPTION_ELITE (PzBenchOptions),
  PZ_OPTION (PzBenchOptions,
             only,
             "only",
             0,
             STRING_ARRAY,
             "Only this work; repeat for more",
             "WORK"),
  PZ_OPTION (PzBenchOptions,
             sizes,
             "size",
             0,
             STRING_ARRAY,
             "Picture size; repeat for more sizes; default: the model's",
             "WxH"),
  PZ_OPTION (PzBenchOptions,
             steps,
             "steps",
             0,
             INT,
             "Sampling steps; default: the model's, at most 4 without picture",
             "N"),
  PZ_OPTION (PzBenchOptions,
             guidance,
             "guidance",
             0,
             DOUBLE,
             "Guidance scale; 1: one network call per step; default: the model's",
             "X"),
  PZ_OPTION (PzBenchOptions,
             samples,
             "batch",
             0,
             INT,
             "Batch size of learn-step, 1 to 64; default: Cross Initialization's",
             "N"),
  PZ_OPTION (PzBenchOptions,
             concept,
             "concept",
             0,
             NONE,
             "Generate pictures with one concept",
             NULL),
  PZ_OPTION (PzBenchOptions,
             repeat,
             "repeat",
             0,
             INT,
             "Timed runs after a warm-up; default: 3",
             "N"),
  PZ_OPTION (PzBenchOptions,
             ops,
             "ops",
             0,
             NONE,
             "First print the time of each op and layer",
             NULL),
  PZ_OPTION (PzBenchOptions,
             against,
             "against",
             0,
             STRING,
             "Compare with PyTorch, in alternating runs: “torch”",
             "PEER"),
  PZ_OPTION (
    PzBenchOptions,
    start,
    "start",
    0,
    NONE,
    "Time a cold and a warm start instead: a new process with empty caches, then another",
    NULL),
  PZ_OPTION_DEVICE (PzBenchOptions),
  PZ_OPTION_F32 (PzBenchOptions),
  PZ_OPTION_WEIGHTS (PzBenchOptions),
  PZ_OPTION (PzBenchOptions, json, "json", 0, NONE, "Print the results as JSON", NULL),
  PZ_OPTIONS_END,
};

char *
pz_bench_options_describe (void)
{
  GString *text = g_string_new ("Work:");

  for (guint work = 0; work < PZ_N_BENCH; work++)
    g_string_append_printf (text, "\n  %-10s %s", pz_bench_name (work), pz_bench_title (work));
  return g_string_free_and_steal (text);
}

void
pz_bench_options_clear (PzBenchOptions *o)
{
  g_free (o->model);
  g_free (o->elite);
  g_free (o->device);
  g_free (o->against);
  g_free (o->weights);
  g_strfreev (o->sizes);
  g_strfreev (o->only);
}

/* ---- meaning ---- */

static gboolean
want (PzBenchOptions *o, const char *name, GError **error)
{
  g_autoptr (GString) names = g_string_new (NULL);

  for (guint work = 0; work < PZ_N_BENCH; work++)
    {
      if (g_str_equal (pz_bench_name (work), name))
        {
          o->wanted |= 1u << work;
          return TRUE;
        }
      g_string_append_printf (names, "%s%s", work > 0 ? ", " : "one of ", pz_bench_name (work));
    }
  return pz_bad_option (error, "--only", names->str, name);
}

/* A start is always that of a picture, measured once, by a process of its own. */
static gboolean
check_start (const PzBenchOptions *o, GError **error)
{
  const struct
  {
    const char *option;
    gboolean is_given;
  } unused[] = {
    { "--only", o->only != NULL },
    { "--batch", o->samples != PZ_NOT_GIVEN_INT },
    { "--repeat", o->repeat != PZ_NOT_GIVEN_INT },
    { "--ops", o->ops },
    { "--against", o->against != NULL },
  };

  for (gsize i = 0; o->start && i < G_N_ELEMENTS (unused); i++)
    if (unused[i].is_given)
      return pz_bad_option (error, unused[i].option,
                            "it without --start, which times one picture", "both");
  if (o->start && o->sizes != NULL && g_strv_length (o->sizes) > 1)
    return pz_bad_option (error, "--size", "one for --start", o->sizes[1]);
  return TRUE;
}

/* Whether some of the work paints. */
static gboolean
paints (const PzBenchOptions *o)
{
  const guint painting =
    1u << PZ_BENCH_TEXT | 1u << PZ_BENCH_STEP | 1u << PZ_BENCH_DECODE | 1u << PZ_BENCH_PICTURE;

  return o->start || (o->wanted & painting) != 0;
}

static gboolean
check_work (const PzBenchOptions *o, GError **error)
{
  if (o->samples != PZ_NOT_GIVEN_INT && (o->wanted >> PZ_BENCH_LEARN_STEP & 1) == 0)
    return pz_bad_option (error, "--batch", "--only learn-step, which has one", "other work");
  if (o->concept && !paints (o))
    return pz_bad_option (error, "--concept", "work that paints", "other work");
  return TRUE;
}

gboolean
pz_bench_options_understand (PzBenchOptions *o, GError **error)
{
  guint width, height;

  for (guint i = 0; o->only != NULL && o->only[i] != NULL; i++)
    if (!want (o, o->only[i], error))
      return FALSE;
  for (guint work = 0; o->only == NULL && work < PZ_N_BENCH; work++)
    o->wanted |= pz_bench_is_usual (work) ? 1u << work : 0;
  for (guint i = 0; o->sizes != NULL && o->sizes[i] != NULL; i++)
    if (!pz_parse_size (o->sizes[i], &width, &height))
      return pz_bad_option (error, "--size", "WIDTHxHEIGHT, as 512x512", o->sizes[i]);
  if (o->against != NULL && !g_str_equal (o->against, "torch"))
    return pz_bad_option (error, "--against", "“torch”", o->against);
  if (o->samples != PZ_NOT_GIVEN_INT && (o->samples < 1 || o->samples > PZ_LEARN_MAX_BATCH))
    return pz_bad_option (error, "--batch", "1 to 64", o->samples < 1 ? "less" : "more");
  if (o->steps != PZ_NOT_GIVEN_INT && o->steps < 1)
    return pz_bad_option (error, "--steps", "1 or more", "less");
  if (o->repeat < 0 && o->repeat != PZ_NOT_GIVEN_INT)
    return pz_bad_option (error, "--repeat", "0 or more", "less");
  /* Written so that NaN is refused. */
  if (o->guidance != PZ_NOT_GIVEN && !(o->guidance >= 0.0 && o->guidance <= 100.0))
    return pz_bad_option (error, "--guidance", "0 to 100", "another number");
  if (!check_start (o, error) || !check_work (o, error))
    return FALSE;
  o->repeat = o->repeat != PZ_NOT_GIVEN_INT ? o->repeat : DEFAULT_REPEAT;
  return pz_parse_weights (o->weights, &o->packs_weights, error);
}

/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * personalize score: scores how similar pictures are to the thing and to their prompts, whatever program made them.
 */
#include <math.h>
#include <stdio.h>

#include "cli/commands.h"
#include "cli/json.h"
#include "cli/model-options.h"
#include "cli/picture-list.h"
#include "cli/score-columns.h"
#include "cli/score-options.h"
#include "cli/terminal.h"
#include "cli/text-lines.h"

#define FIND "find" /* instead of a folder of masks */

typedef struct
{
  char **references;
  char *prompt, *prompts, *masks, *reference_masks, *clip, *dino, *faces, *recognizer, *device;
  gboolean json, f32;
} Options;

static void
options_clear (Options *o)
{
  char **strings[] = { &o->prompt, &o->prompts, &o->masks,      &o->reference_masks, &o->clip,
                       &o->dino,   &o->faces,   &o->recognizer, &o->device };

  g_strfreev (o->references);
  for (gsize i = 0; i < G_N_ELEMENTS (strings); i++)
    g_free (*strings[i]);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

typedef struct
{
  GPtrArray *looks; /* of PzLook: references, then pictures */
  guint n_references;
  GPtrArray *readings; /* of PzReading: none, one for all, or one for each picture */
  double *values[PZ_N_COLUMNS]; /* of each picture; NaN = none */
  PzScore scores[PZ_N_COLUMNS];
  PzJudging judging;
} Scoring;

static void
scoring_clear (Scoring *s)
{
  g_clear_pointer (&s->looks, g_ptr_array_unref);
  g_clear_pointer (&s->readings, g_ptr_array_unref);
  for (guint i = 0; i < PZ_N_COLUMNS; i++)
    g_clear_pointer (&s->values[i], g_free);
  pz_judging_clear (&s->judging);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Scoring, scoring_clear)

static guint
count_pictures (const Scoring *s)
{
  return s->looks->len - s->n_references;
}

/* ---- options ---- */

/* Adds a look with its mask for each file, also for files in folders. */
static gboolean
add_looks (GPtrArray *looks, char *const paths[], const char *masks, GError **error)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; paths[i] != NULL; i++)
    if (!pz_picture_list_add (found, paths[i], error))
      return FALSE;
  for (guint i = 0; i < found->len; i++)
    {
      char *mask = NULL;

      if (masks != NULL && !g_str_equal (masks, FIND))
        {
          mask = pz_picture_list_partner (masks, found->pdata[i], "a mask", error);
          if (mask == NULL)
            return FALSE;
        }
      g_ptr_array_add (looks, pz_look_new (g_strdup (found->pdata[i]), mask));
    }
  return TRUE;
}

static gboolean
add_readings (const Options *o, Scoring *s, GError **error)
{
  g_auto (GStrv) lines = NULL;

  if (o->prompt != NULL)
    g_ptr_array_add (s->readings, pz_reading_new (o->prompt));
  if (o->prompts == NULL)
    return TRUE;
  lines = pz_read_lines (o->prompts, error);
  if (lines == NULL)
    return FALSE;
  if (g_strv_length (lines) != count_pictures (s))
    {
      g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_INPUT,
                   "%s: expected a prompt for each of %u pictures, found %u", o->prompts,
                   count_pictures (s), g_strv_length (lines));
      return FALSE;
    }
  for (guint i = 0; lines[i] != NULL; i++)
    g_ptr_array_add (s->readings, pz_reading_new (lines[i]));
  return TRUE;
}

/* Only CLIP reads prompts and looks inside masks. */
static gboolean
check_clip_uses (const Options *o, const PzJudging *judging, GError **error)
{
  const struct
  {
    const char *option, *value, *expected;
  } rows[] = {
    { "--prompt", o->prompt, "--clip to read it" },
    { "--prompts", o->prompts, "--clip to read them" },
    { "--masks", o->masks, "--clip to use them" },
    { "--reference-masks", o->reference_masks, "--clip to use them" },
  };

  for (gsize i = 0; pz_judging_leaves_out (judging, PZ_JUDGE_CLIP) && i < G_N_ELEMENTS (rows);
       i++)
    if (rows[i].value != NULL)
      return pz_bad_option (error, rows[i].option, rows[i].expected, PZ_JUDGE_NONE);
  return TRUE;
}

static gboolean
understand (const Options *o, char *const pictures[], Scoring *s, GError **error)
{
  if (o->references == NULL)
    return pz_bad_option (error, "--reference", "a picture of the thing, or a folder", "none");
  if (o->prompt != NULL && o->prompts != NULL)
    return pz_bad_option (error, "--prompts", "either this or --prompt", "both");
  if ((o->masks == NULL) != (o->reference_masks == NULL))
    return pz_bad_option (error, o->masks == NULL ? "--masks" : "--reference-masks",
                          "masks of both sides, or of none", "none");
  s->judging = (PzJudging) {
    .paths = { [PZ_JUDGE_CLIP] = o->clip,
               [PZ_JUDGE_DINO] = o->dino,
               [PZ_SEER_FACES] = o->faces },
    .recognizer = o->recognizer,
    .device = o->device,
    .f32 = o->f32,
    .masked = o->masks != NULL,
    .cancellable = pz_interrupt (),
  };
  s->looks = g_ptr_array_new_with_free_func ((GDestroyNotify) pz_look_free);
  s->readings = g_ptr_array_new_with_free_func ((GDestroyNotify) pz_reading_free);
  if (!check_clip_uses (o, &s->judging, error) || !pz_judging_check (&s->judging, error)
      || !add_looks (s->looks, o->references, o->reference_masks, error))
    return FALSE;
  s->n_references = s->looks->len;
  for (guint i = 0; i < s->n_references; i++)
    ((PzLook *) s->looks->pdata[i])->is_reference = TRUE;
  if (!add_looks (s->looks, pictures, o->masks, error))
    return FALSE;
  for (guint i = s->n_references; i < s->looks->len; i++)
    ((PzLook *) s->looks->pdata[i])->boxed = g_strcmp0 (o->masks, FIND) == 0;
  return add_readings (o, s, error);
}

/* ---- scores ---- */

/* NULL if there is none. */
static const PzReading *
reading_of (const Scoring *s, guint index)
{
  if (s->readings->len == 0)
    return NULL;
  return s->readings->pdata[s->readings->len > 1 ? index : 0];
}

static void
compute (Scoring *s)
{
  const guint n = count_pictures (s);

  for (guint column = 0; column < PZ_N_COLUMNS; column++)
    {
      s->values[column] = g_new (double, n);
      for (guint i = 0; i < n; i++)
        s->values[column][i] =
          pz_column_score (&s->judging, column, s->looks->pdata[s->n_references + i],
                           reading_of (s, i), (PzLook *const *) s->looks->pdata,
                           s->n_references);
      s->scores[column] = pz_score_summarize (s->values[column], n);
    }
}

/* ---- output ---- */

static void
print_text (const Scoring *s)
{
  const guint n = count_pictures (s);

  printf ("%u picture%s, %u reference%s\n", n, n == 1 ? "" : "s", s->n_references,
          s->n_references == 1 ? "" : "s");
  for (guint i = 0; i < PZ_N_COLUMNS; i++)
    if (s->scores[i].n > 0)
      printf ("  %-14s %.4f ± %.4f  (95 %%: %.4f to %.4f)\n", pz_columns[i].title,
              s->scores[i].mean, s->scores[i].n > 1 ? s->scores[i].error : 0.0,
              s->scores[i].low, s->scores[i].high);
  if (isfinite (pz_columns_geometric (s->scores)))
    printf ("  %-14s %.4f\n", "geometric mean", pz_columns_geometric (s->scores));
  for (guint i = 0; i < PZ_N_SEERS; i++)
    if (s->judging.names[i] != NULL)
      {
        g_autofree char *shown = pz_show (s->judging.names[i]);

        printf ("  by %s: %s\n", shown, s->judging.views[i]);
      }
}

static void
print_json (const Scoring *s)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  pz_json_add_int (builder, "references", s->n_references);
  json_builder_set_member_name (builder, "scores");
  json_builder_begin_object (builder);
  pz_columns_add_json (builder, s->scores);
  json_builder_end_object (builder);
  pz_judging_add_json (builder, &s->judging);
  pz_json_begin_array (builder, "pictures");
  for (guint i = 0; i < count_pictures (s); i++)
    {
      const PzLook *look = s->looks->pdata[s->n_references + i];

      json_builder_begin_object (builder);
      pz_json_add_string (builder, "path", look->path);
      for (guint c = 0; c < PZ_N_COLUMNS; c++)
        if (isfinite (s->values[c][i]))
          pz_json_add_exact (builder, pz_columns[c].key, s->values[c][i]);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  pz_json_print (builder);
}

/* ---- the command ---- */

static gboolean
score (const Options *o, char *const pictures[], GError **error)
{
  g_auto (Scoring) s = { 0 };

  if (!understand (o, pictures, &s, error)
      || !pz_judging_run (&s.judging, s.looks, s.readings, error))
    return FALSE;
  compute (&s);
  (o->json ? print_json : print_text) (&s);
  return TRUE;
}

static const PzOption options[] = {
  PZ_OPTION (Options,
             references,
             "reference",
             'r',
             FILENAME_ARRAY,
             "Reference picture of the thing, or a folder of them; repeat for more",
             "PATH"),
  PZ_OPTION (Options,
             prompt,
             "prompt",
             'p',
             STRING,
             "Prompt for all pictures; {}, which stands for the thing, is left out",
             "TEXT"),
  PZ_OPTION (Options,
             prompts,
             "prompts",
             0,
             FILENAME,
             "File with one prompt per line for each picture, in order (folders: by file name)",
             "FILE"),
  PZ_OPTION (Options,
             masks,
             "masks",
             0,
             FILENAME,
             "Folder of masks with the pictures' names, for masked CLIP-I, or find: the box "
             "around the detected subject",
             "DIR|find"),
  PZ_OPTION (Options,
             reference_masks,
             "reference-masks",
             0,
             FILENAME,
             "The same for the references, or find: the detected subject",
             "DIR|find"),
  PZ_OPTIONS_JUDGES (Options),
  PZ_OPTION_DEVICE (Options),
  PZ_OPTION_F32 (Options),
  PZ_OPTION (Options,
             json,
             "json",
             0,
             NONE,
             "Print JSON, with the scores of each picture",
             NULL),
  PZ_OPTIONS_END,
};

static int
run (int argc, char **argv)
{
  g_auto (Options) o = { 0 };
  GError *error = NULL;
  int status;

  pz_interrupt ();
  if (!pz_options_parse (&pz_command_score, &o, &argc, &argv, &status))
    return status;
  if (argc < 2)
    return pz_refuse_usage (&pz_command_score, o.json,
                            "score takes pictures or folders of them, found none; see "
                            "personalize score --help");
  if (score (&o, argv + 1, &error))
    return PZ_EXIT_OK;
  return pz_command_fail (&pz_command_score, o.json, error);
}

const PzCommand pz_command_score = {
  .name = "score",
  .about = "compute the scores used in papers (CLIP, DINO, faces)",
  .summary =
    "Scores how similar pictures are to a thing and to their prompts (CLIP, DINO), and to a "
    "person (faces).",
  .parameters = "PICTURE…",
  .options = options,
  .run = run,
};

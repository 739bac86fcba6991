/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cli/learn-unused.h"

/* An option: whether it was given, whether it is used, and for the error what it would need and what there is instead. */
typedef struct
{
  const char *option;
  gboolean is_given, is_used;
  const char *expected, *found;
} Row;

static gboolean
check_rows (const Row rows[], gsize n, GError **error)
{
  for (gsize i = 0; i < n; i++)
    if (rows[i].is_given && !rows[i].is_used)
      return pz_bad_option (error, rows[i].option, rows[i].expected, rows[i].found);
  return TRUE;
}

/* What only some methods use. */
static gboolean
check_method (const PzLearnOptions *o, const PzLearnMethod *method, GError **error)
{
  const gboolean has_products = method->rank > 0;
  const Row rows[] = {
    { "--names", o->names != NULL, method->takes_names || method->trains == PZ_TRAINS_PEOPLE,
      "a method that starts from names", method->name },
    { "--init", o->init != NULL, method->takes_init, "a method that starts from words",
      method->name },
    { "--no-zoom", o->no_zoom, method->zooms, "a method that zooms pictures", method->name },
    { "--rank", o->rank != PZ_NOT_GIVEN_INT, has_products, "a method that learns a LoRA",
      method->name },
    { "--alpha", o->alpha != PZ_NOT_GIVEN, has_products, "a method that learns a LoRA",
      method->name },
    { "--train-text-encoder", o->text_encoder, has_products, "a method that learns a LoRA",
      method->name },
  };

  return check_rows (rows, G_N_ELEMENTS (rows), error);
}

/* The value that was given; earlier ones of PZ_OPTION_OF () may be "". NULL if there is none. */
static const char *
last_of (char **list)
{
  return list != NULL ? list[g_strv_length (list) - 1] : NULL;
}

/* What a person has no place for. */
static gboolean
check_people (const PzLearnOptions *o, GError **error)
{
  const Row rows[] = {
    { "--title", o->title != NULL, FALSE, "none: each --person is shown by its name",
      o->title },
    { "--shows", o->shown != NULL, FALSE, "none: each --person has one picture",
      last_of (o->shown) },
    { "--class-word", o->class_words != NULL, FALSE, "none: people have no class word",
      last_of (o->class_words) },
  };

  return check_rows (rows, G_N_ELEMENTS (rows), error);
}

gboolean
pz_learn_check_unused (const PzLearnOptions *o, const PzLearnMethod *method, GError **error)
{
  const guint n_prior = o->prior != NULL ? o->params.prior : method->prior;
  const Row rows[] = {
    { "--init", o->init != NULL, o->names == NULL, "none: --names has what to start from",
      o->init },
    { "--prior-weight", o->prior_weight != PZ_NOT_GIVEN, method->takes_prior && n_prior > 0,
      "pictures of the class (--prior) to weigh", "none" },
    { "--sample-every", o->sample_every != PZ_NOT_GIVEN_INT, o->samples != NULL,
      "a --sample to paint", "none" },
    { "--title", o->title != NULL, g_str_has_suffix (o->out, PZ_CONCEPT_ENDING),
      "an --out that has a place for it, " PZ_CONCEPT_ENDING, o->out },
  };

  return check_method (o, method, error)
         && (method->trains != PZ_TRAINS_PEOPLE || check_people (o, error))
         && check_rows (rows, G_N_ELEMENTS (rows), error);
}

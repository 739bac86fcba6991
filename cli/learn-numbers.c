/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cli/learn-numbers.h"

#define AUTO_STEPS 3000 /* the maximum if the loss decides when to stop */

/* ---- of one kind ---- */

/* Whole numbers above 0; the model's checks know the largest ones. */
static const struct
{
  const char *option;
  gsize given, taken; /* in PzLearnOptions and in PzLearnParams */
} counts[] = {
#define COUNT(option, given, taken) \
  { option, G_STRUCT_OFFSET (PzLearnOptions, given), G_STRUCT_OFFSET (PzLearnParams, taken) }
  COUNT ("--batch", batch, batch),
  COUNT ("--vectors", vectors, vectors),
  COUNT ("--rank", rank, rank),
};

static gboolean
check_count (const char *option, gint value, GError **error)
{
  g_autofree char *found = g_strdup_printf ("%d", value);

  return value == PZ_NOT_GIVEN_INT || value > 0
         || pz_bad_option (error, option, "a whole number above 0", found);
}

static gboolean
understand_counts (PzLearnOptions *o, GError **error)
{
  for (gsize i = 0; i < G_N_ELEMENTS (counts); i++)
    {
      const gint value = G_STRUCT_MEMBER (gint, o, counts[i].given);

      if (!check_count (counts[i].option, value, error))
        return FALSE;
      G_STRUCT_MEMBER (guint, &o->params, counts[i].taken) =
        value == PZ_NOT_GIVEN_INT ? 0 : (guint) value;
    }
  return check_count ("--sample-every", o->sample_every, error);
}

/* Numbers above 0, for which 0 in PzLearnParams means the default. */
static const struct
{
  const char *option;
  gsize given, taken;
  double most;
  const char *expected;
} reals[] = {
#define REAL(option, given, taken, most, expected) \
  { option, G_STRUCT_OFFSET (PzLearnOptions, given), G_STRUCT_OFFSET (PzLearnParams, taken), \
    most, expected }
  REAL ("--lr", rate, rate, PZ_LEARN_MAX_RATE, "a number above 0, at most 10"),
  REAL ("--prior-weight",
        prior_weight,
        prior_weight,
        1e6,
        "a number above 0, at most 1000000 (--prior 0 leaves the class out)"),
  REAL ("--alpha", alpha, alpha, 1e6, "a number above 0, at most 1000000"),
};

static gboolean
understand_reals (PzLearnOptions *o, GError **error)
{
  for (gsize i = 0; i < G_N_ELEMENTS (reals); i++)
    {
      const double value = G_STRUCT_MEMBER (double, o, reals[i].given);
      g_autofree char *found = g_strdup_printf ("%g", value);

      /* Written so that NaN is refused. */
      if (value != PZ_NOT_GIVEN && !(value > 0.0 && value <= reals[i].most))
        return pz_bad_option (error, reals[i].option, reals[i].expected, found);
      G_STRUCT_MEMBER (double, &o->params, reals[i].taken) =
        value == PZ_NOT_GIVEN ? 0.0 : value;
    }
  return TRUE;
}

/* ---- those with words or two meanings ---- */

static gboolean
understand_steps (PzLearnOptions *o, GError **error)
{
  guint64 steps = AUTO_STEPS;

  if (o->steps == NULL)
    return TRUE;
  o->params.until_still = g_str_equal (o->steps, "auto");
  if (!o->params.until_still
      && !g_ascii_string_to_unsigned (o->steps, 10, 1, PZ_LEARN_MAX_STEPS, &steps, NULL))
    return pz_bad_option (error, "--steps", "1 to 100000, or auto", o->steps);
  o->params.steps = (guint) steps;
  return TRUE;
}

static gboolean
understand_prior (PzLearnOptions *o, GError **error)
{
  guint64 prior = 0;

  if (o->prior != NULL
      && !g_ascii_string_to_unsigned (o->prior, 10, 0, PZ_LEARN_MAX_PRIOR, &prior, NULL))
    return pz_bad_option (error, "--prior", "0 to 1000", o->prior);
  o->params.prior = (guint) prior;
  o->params.no_prior = o->prior != NULL && prior == 0;
  return TRUE;
}

gboolean
pz_learn_numbers_understand (PzLearnOptions *o, GError **error)
{
  if (o->seed != NULL
      && !g_ascii_string_to_unsigned (o->seed, 10, 0, G_MAXINT64, &o->params.seed, NULL))
    return pz_bad_option (error, "--seed", "a whole number, 0 or more", o->seed);
  if (o->size != NULL && !pz_parse_size (o->size, &o->params.width, &o->params.height))
    return pz_bad_option (error, "--size", "WIDTHxHEIGHT, as 512x512", o->size);
  return understand_reals (o, error) && understand_counts (o, error)
         && understand_steps (o, error) && understand_prior (o, error);
}

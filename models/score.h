/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What judges' directions add up to (methods: evaluation metrics). Thread: any; pure functions.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A mean and how sure it is. */
typedef struct
{
  guint n; /* values; 0 = there is none, and the rest is NaN */
  double mean;
  double error; /* standard error of the mean; NaN of fewer than two values */
  double low,
    high; /* 95 % of means of as many values drawn from these (bootstrap) lie between */
} PzScore;

/* NaN among the values is left out. The draws are the same each time. */
PzScore pz_score_summarize (const double values[], guint n);

/* Cosine of two directions of length 1. */
double pz_score_cosine (const float *a, const float *b, guint width);

/* Mean cosine of one direction with each of n; NaN where n is 0. */
double
pz_score_against (const float *direction, const float *const others[], guint n, guint width);

/* Square root of the product (Zhao et al., CatVersion, 2023); NaN where one is negative. */
double pz_score_geometric (double image, double text);

G_END_DECLS

/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Statistics of judges' directions (methods: evaluation metrics). Thread: any; pure functions.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A mean and its uncertainty. */
typedef struct
{
  guint n; /* number of values; 0 = none, the other members are NaN */
  double mean;
  double error; /* standard error of the mean; NaN for fewer than two values */
  double low, high; /* 95 % bootstrap interval of the mean */
} PzScore;

/* NaN values are ignored. The bootstrap is deterministic. */
PzScore pz_score_summarize (const double values[], guint n);

/* Cosine of two unit vectors. */
double pz_score_cosine (const float *a, const float *b, guint width);

/* Mean cosine of one direction with each of n others; NaN if n is 0. */
double
pz_score_against (const float *direction, const float *const others[], guint n, guint width);

/* Geometric mean (Zhao et al., CatVersion, 2023); NaN if a value is negative. */
double pz_score_geometric (double image, double text);

G_END_DECLS

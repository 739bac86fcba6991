/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a network answered beside what a case file expects of it.
 */
#pragma once

#include "cli/module-run.h"

/* Norm of the difference over norm of what is expected, allowed. Halves keep 11 bits: about 3e-4 a
 * rounding, some dozens of them in a row. f32 against double leaves some 1e-6. */
#define PZ_NETS_F16_TOLERANCE 2e-3
/* By cooperative matrices, which take the weights of attention as halves: two roundings more to a block's ten. */
#define PZ_NETS_MATRICES_TOLERANCE 2.2e-3
/* In pairs of halves each sum of four is rounded three times, which adds more than storing a product's result does. */
#define PZ_NETS_PAIRS_TOLERANCE 2.8e-3
#define PZ_NETS_F32_TOLERANCE 1e-5

/* The same for a gradient, which comes back through twice as many roundings; and its direction: the cosine that it must
 * have in halves at least. */
#define PZ_NETS_F16_GRADIENT_TOLERANCE 2e-2
#define PZ_NETS_F32_GRADIENT_TOLERANCE 1e-4
#define PZ_NETS_F16_GRADIENT_COSINE 0.9995

/* Infinity when a value is no number. */
double pz_relative_error (const float *found, const float *expected, gsize n);

/* How a network was run. */
typedef enum
{
  PZ_NETS_HALVES,
  PZ_NETS_SINGLES,
  PZ_NETS_MATRICES, /* halves by cooperative matrices wherever the device has them */
  PZ_NETS_PAIRS, /* the same in pairs of halves: as a card without matrices multiplies */
  PZ_NETS_N_WAYS,
} PzNetsWay;

/* Fails the running test unless every "expected.NAME" of the file is in the answer, with the same
 * dimensions and close to it, exact zeros as exact zeros, and nothing else is. */
void pz_compare_answer (const PzTensorFile *file, const PzModuleAnswer *answer, PzNetsWay way);

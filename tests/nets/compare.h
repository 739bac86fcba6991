/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Compares the results of a network with the expected values in a case file.
 */
#pragma once

#include "cli/module-run.h"

/* Tolerances for the norm of the difference divided by the norm of the expected values. A half has 11 bits: about 3e-4 per
 * rounding, with some dozens of roundings in sequence. f32 differs from double by some 1e-6. */
#define PZ_NETS_F16_TOLERANCE 2e-3
/* With cooperative matrices, which read the attention weights as halves: two more roundings in addition to the ten of a
 * block. */
#define PZ_NETS_MATRICES_TOLERANCE 2.2e-3
/* In pairs of halves each sum of four is rounded three times, which adds more error than storing the result of a product. */
#define PZ_NETS_PAIRS_TOLERANCE 2.8e-3
#define PZ_NETS_F32_TOLERANCE 1e-5

/* The same for gradients, which pass through twice as many roundings, and the minimum cosine between the found and the expected
 * gradient, chosen for halves and required of every way. */
#define PZ_NETS_F16_GRADIENT_TOLERANCE 2e-2
#define PZ_NETS_F32_GRADIENT_TOLERANCE 1e-4
#define PZ_NETS_F16_GRADIENT_COSINE 0.9995

/* Norm of the difference divided by the norm of `expected`. Infinity if a value in `found` is not finite. */
double pz_relative_error (const float *found, const float *expected, gsize n);

/* How a network was run. */
typedef enum
{
  PZ_NETS_HALVES,
  PZ_NETS_SINGLES,
  PZ_NETS_MATRICES, /* halves, with cooperative matrices if the device has them */
  PZ_NETS_PAIRS, /* halves, multiplied in pairs as on a device without matrices */
  PZ_NETS_N_WAYS,
} PzNetsWay;

/* Fails the running test unless the answer contains exactly the tensors "expected.NAME" of the file, with the same dimensions
 * and values within the tolerance of `way`. Expected exact zeros must be exact zeros. */
void pz_compare_answer (const PzTensorFile *file, const PzModuleAnswer *answer, PzNetsWay way);

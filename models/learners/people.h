/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Computes the two words of a person for Celeb Basis (Yuan et al., 2023; methods: Celeb Basis, coefficients). The features of a
 * photograph go through one linear layer with LeakyReLU, shared by all people, which gives p coefficients for each word,
 * normalised to unit length. A word is the basis' mean plus the sum of its rows times these coefficients. In the free variant,
 * the coefficients themselves are learned.
 *
 *   layer    [2 p, F]: F features of a picture; the last is 1, so that the last column is the bias
 *   free     [2 p, n_people]: the features are a one-hot vector that selects the person
 *
 * Thread: any.
 */
#pragma once

#include "compute/graph.h"
#include "models/basis.h"

G_BEGIN_DECLS

typedef struct
{
  const PzBasis *basis; /* not owned */
  guint n_people;
  guint n_seen; /* F */
  gboolean is_free;
  float *space; /* [2, D, 1 + p]: the mean and the basis rows, as columns */
} PzPeople;

/* n_features: number of features of a picture, without the 1; ignored if is_free. */
void pz_people_init (PzPeople *people,
                     const PzBasis *basis,
                     guint n_people,
                     guint n_features,
                     gboolean is_free);
void pz_people_clear (PzPeople *people);

/* Computes coefficients [2, p] from layer and seen [F]. */
void pz_people_coefficients (const PzPeople *people,
                             const float *layer,
                             const float *seen,
                             float *coefficients);
/* The same as graph nodes, including the words: layer F32 as above, seen F32 [B, F] and space F32 as above -> [2 B, D], both
 * words of B samples. Word e of sample i is row e B + i. */
PzTensor *pz_people_build (PzGraph *graph,
                           gboolean is_free,
                           PzTensor *layer,
                           PzTensor *seen,
                           PzTensor *space);

G_END_DECLS

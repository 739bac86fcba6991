/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How Celeb Basis makes the two words of a person (Yuan et al., 2023; methods: Celeb Basis, coefficients): what is seen of a
 * photograph goes through one linear layer, shared by all people, to p coefficients for each word, of length 1; a word is the
 * basis' mean and its rows times these. Or, freely: the coefficients themselves are what is learned.
 *
 *   layer    [2 p, F]: F numbers are seen of a picture, the last of them 1, so that the last column is the bias
 *   free     [2 p, n_people]: what is seen is which person it is
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
  float *space; /* [2, D, 1 + p]: mean and rows as columns */
} PzPeople;

/* n_features: what is seen of a picture but for the 1; not looked at where it is free. */
void pz_people_init (PzPeople *people,
                     const PzBasis *basis,
                     guint n_people,
                     guint n_features,
                     gboolean is_free);
void pz_people_clear (PzPeople *people);

/* coefficients: [2, p] of layer and seen [F]. */
void pz_people_coefficients (const PzPeople *people,
                             const float *layer,
                             const float *seen,
                             float *coefficients);
/* The same as nodes: layer F32 as above, seen F32 [B, F] and space F32 as above -> [2 B, D], both words of B samples: word e of
 * sample i is row e B + i. */
PzTensor *pz_people_build (PzGraph *graph,
                           gboolean is_free,
                           PzTensor *layer,
                           PzTensor *seen,
                           PzTensor *space);

G_END_DECLS

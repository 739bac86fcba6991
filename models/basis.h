/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The space spanned by the token embeddings of names, in which Celeb Basis searches for a person (Yuan et al., 2023; methods:
 * Celeb Basis, basis). For the first tokens of many names, and likewise for the second tokens, it holds the mean embedding and
 * the principal directions.
 *
 * Thread: any.
 */
#pragma once

#include <gio/gio.h>

#include "compute/error.h"

G_BEGIN_DECLS

#define PZ_BASIS_N_WORDS 2 /* words per person */
#define PZ_BASIS_MAX_ROWS 512 /* directions kept per word */
#define PZ_BASIS_MAX_NAMES 20000 /* bounds the time and memory of the decomposition */

typedef struct
{
  guint n_rows; /* p <= MAX_ROWS, <= D, < smaller n_names */
  guint width; /* D */
  guint n_names[PZ_BASIS_N_WORDS]; /* names that have a token at this position */
  guint n_told[PZ_BASIS_N_WORDS]; /* significant rows; the others are only orthonormal */
  float *values; /* [2, 1 + p, D]: mean, then unit rows, descending singular value */
} PzBasis;

/* Computes a basis from a model's token embedding table (no device is needed) and a NULL-terminated list of names. A duplicate
 * name counts once; a token counts once for each name that has it. The sign of a row is chosen so that its entry with the
 * largest magnitude is positive. (transfer full), or NULL with BAD_FILE or UNSUPPORTED_MODEL (the model), BAD_INPUT (too few
 * names, or too many) or CANCELLED. */
PzBasis *pz_basis_new (const char *model,
                       const char *const names[],
                       GCancellable *cancellable,
                       GError **error);
void pz_basis_free (PzBasis *basis);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PzBasis, pz_basis_free)

/* Reads a file written by pz_basis_save () or published by the authors. n_names and n_told are not stored in the file.
 * (transfer full), or NULL with BAD_FILE. */
PzBasis *pz_basis_load (const char *path, GError **error);

/* Converts coefficients [2, p], not necessarily normalised, to words [2, D]: mean + coefficients * rows. */
void pz_basis_words (const PzBasis *basis, const float *coefficients, float *words);

/* Writes the authors' format: torch.save of the single tensor [2, 1 + p, D]. */
gboolean pz_basis_save (const PzBasis *basis, const char *path, GError **error);

G_END_DECLS

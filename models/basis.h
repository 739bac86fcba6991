/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The space that names span among a text encoder's words, in which Celeb Basis looks for a person (Yuan et al., 2023;
 * methods: Celeb Basis, basis): for the first token of many names and for the second, their mean word and the directions in
 * which they differ most.
 *
 * Thread: any.
 */
#pragma once

#include <gio/gio.h>

#include "compute/error.h"

G_BEGIN_DECLS

#define PZ_BASIS_N_WORDS 2 /* of a person */
#define PZ_BASIS_MAX_ROWS 512 /* directions that are kept of each */
#define PZ_BASIS_MAX_NAMES 20000 /* the decomposition's time and memory grow with them */

typedef struct
{
  guint
    n_rows; /* p: directions; at most PZ_BASIS_MAX_ROWS, the width, and one less than the fewer names below */
  guint width; /* D */
  guint n_names[PZ_BASIS_N_WORDS]; /* that have a token there */
  guint n_told
    [PZ_BASIS_N_WORDS]; /* directions in which they differ: rows after these are orthonormal, but say nothing */
  float *
    values; /* [2, 1 + p, D]: the mean; then unit rows, those of the largest singular values first */
} PzBasis;

/* From a model's table of words (no device is needed) and names, NULL at the end; a name that is there twice counts once, a token as often as
 * names have it. A row's sign is chosen so that its entry of the largest magnitude is positive. (transfer full), or NULL with
 * BAD_FILE or UNSUPPORTED_MODEL (the model), BAD_INPUT (too few names, or too many) or CANCELLED. */
PzBasis *pz_basis_new (const char *model,
                       const char *const names[],
                       GCancellable *cancellable,
                       GError **error);
void pz_basis_free (PzBasis *basis);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PzBasis, pz_basis_free)

/* What is written by pz_basis_save () or by the authors; n_names and n_told are not in the file. (transfer full), or NULL with
 * BAD_FILE. */
PzBasis *pz_basis_load (const char *path, GError **error);

/* The words that coefficients [2, p] of any length stand for: words [2, D], mean and rows times these. */
void pz_basis_words (const PzBasis *basis, const float *coefficients, float *words);

/* As the authors publish it: torch.save of the one tensor [2, 1 + p, D]. */
gboolean pz_basis_save (const PzBasis *basis, const char *path, GError **error);

G_END_DECLS

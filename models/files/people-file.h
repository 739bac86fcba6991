/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * People as Celeb Basis' authors publish them (methods: Celeb Basis, files), in files written by torch.save:
 *
 *   embeddings_gs-N.pt      { "id_coefficients": [[2, 1, p], ...] }, or "id_embeddings": [[2, D], ...];
 *                           in addition or instead "meta_id_net": the layer that computed them, which contains no person itself
 *                           { "stylegan_mlp.net.0.weight": [2 p, F], "stylegan_mlp.net.0.bias": [2 p] }
 *   id_coefficient_NNN.pt   [2, 1, p]
 *   id_embedding_NNN.pt     [2, D]: words like any others, see embedding-file.h
 *   celeb_basis.pt          [2, 1 + p, D]: see models/basis.h
 *
 * Coefficients are read with the basis celeb_basis.pt in the same folder: with another basis they would describe another
 * person.
 *
 * Thread: any.
 */
#pragma once

#include "models/concept.h"
#include "models/files/embedding-file.h"
#include "models/learn.h"

G_BEGIN_DECLS

#define PZ_PEOPLE_BASIS_FILE "celeb_basis.pt"

/* ---- writing ---- */

/* concepts: must have coefficients. layer: NULL = write none. Fail like pz_torch_writer_save (). */
gboolean pz_people_file_save_all (PzConcept *const concepts[],
                                  guint n_concepts,
                                  const PzPeopleLayer *layer,
                                  const char *path,
                                  GError **error);
gboolean
pz_people_file_save_coefficients (const PzConcept *concept, const char *path, GError **error);
gboolean pz_people_file_save_words (const PzConcept *concept, const char *path, GError **error);

/* ---- reading ---- */

/* Whether the file has coefficients. */
gboolean pz_people_file_is (const PzTensorFile *file);

/* Computes the words, in the file's order. A single person is named after the file, STEM; entry N of id_coefficients is named
 * STEM-N. (transfer full) of PzEmbedding, or NULL with BAD_FILE: no basis in the folder, one of another size, values that are
 * not finite. */
GPtrArray *pz_people_file_read (const PzTensorFile *file, const char *sha256, GError **error);

/* Whether the file has a layer. */
gboolean pz_people_file_has_layer (const PzTensorFile *file);
/* (transfer full), or NULL with BAD_FILE. */
PzPeopleLayer *pz_people_layer_load (const char *path, GError **error);
PzPeopleLayer *pz_people_layer_copy (const PzPeopleLayer *layer);
void pz_people_layer_free (PzPeopleLayer *layer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PzPeopleLayer, pz_people_layer_free)

G_END_DECLS

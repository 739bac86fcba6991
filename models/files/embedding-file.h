/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Learned words in every form people have (methods: file formats of textual inversion):
 *
 *   { "<word>": [n, d] or [d], ... }       diffusers, Custom Diffusion; several: Cross Initialization
 *   string_to_param { "*": [n, d] }        AUTOMATIC1111 and the first authors' code; named by `name`
 *   emb_params [n, d]                      AUTOMATIC1111 as safetensors; named as the file
 *   a bare tensor [n, d]                   Celeb Basis; named as the file
 *   id_embeddings, id_coefficients         the same of several people: people-file.h
 *
 * Thread: any.
 */
#pragma once

#include "models/files/tensor-file.h"

G_BEGIN_DECLS

/* Larger files, packed or unpacked, are no words, and are not looked at. */
#define PZ_EMBEDDING_MAX_FILE_BYTES (64u * 1024u * 1024u)

/* Reference-counted, read-only. */
typedef struct
{
  gatomicrefcount refs;
  char *name; /* not empty */
  char *path;
  char *sha256; /* of the file, 64 hex digits */
  guint n_vectors;
  guint width;
  float *vectors; /* [n_vectors, width] */
} PzEmbedding;

PzEmbedding *pz_embedding_ref (PzEmbedding *embedding);
void pz_embedding_unref (PzEmbedding *embedding);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PzEmbedding, pz_embedding_unref)

/* A file's name without folder and ending. (transfer full) */
char *pz_embedding_stem (const char *path);

/* One tensor of a file as a word of that name. (transfer full), or NULL with BAD_FILE. */
PzEmbedding *pz_embedding_read (const PzTensorFile *file,
                                const PzFileTensor *tensor,
                                const char *name,
                                const char *sha256,
                                GError **error);

/* The words of a file, in its order; with a name, one word of that name that has the vectors of
 * all. (transfer full) array of PzEmbedding, or NULL with BAD_FILE (unreadable, no words, values
 * that are not finite) or UNSUPPORTED_MODEL (words of another family). */
GPtrArray *pz_embedding_file_read (const char *path, const char *name, GError **error);

G_END_DECLS

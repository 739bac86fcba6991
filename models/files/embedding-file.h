/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Learned words in all common file formats (methods: file formats of textual inversion):
 *
 *   { "<word>": [n, d] or [d], ... }       diffusers, Custom Diffusion; with several entries: Cross Initialization
 *   string_to_param { "*": [n, d] }        AUTOMATIC1111 and the original authors' code; the word's name is in `name`
 *   emb_params [n, d]                      AUTOMATIC1111 as safetensors; the word has the file's name
 *   a bare tensor [n, d]                   Celeb Basis; the word has the file's name
 *   id_embeddings, id_coefficients         Celeb Basis for several people, see people-file.h
 *
 * Thread: any.
 */
#pragma once

#include "models/files/tensor-file.h"

G_BEGIN_DECLS

/* Larger files, compressed or unpacked, do not hold words and are not read. */
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

/* The name of a file without its folder and extension. (transfer full) */
char *pz_embedding_stem (const char *path);

/* Reads one tensor of a file as a word with the given name. (transfer full), or NULL with BAD_FILE. */
PzEmbedding *pz_embedding_read (const PzTensorFile *file,
                                const PzFileTensor *tensor,
                                const char *name,
                                const char *sha256,
                                GError **error);

/* Reads the words of a file, in the file's order. If a name is given, the result is one word of that name with the vectors of
 * all. (transfer full) array of PzEmbedding, or NULL with BAD_FILE (unreadable, no words, values that are not finite) or
 * UNSUPPORTED_MODEL (words for another model family). */
GPtrArray *pz_embedding_file_read (const char *path, const char *name, GError **error);

G_END_DECLS

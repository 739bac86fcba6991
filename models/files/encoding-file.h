/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A prompt as the text encoder left it: one tensor [1, T, D], as CatVersion keeps its
 * unconditional half.
 *
 * Thread: any.
 */
#pragma once

#include "models/files/tensor-file.h"

G_BEGIN_DECLS

typedef struct
{
  char *path;
  char *sha256; /* of the file */
  guint n_tokens; /* T */
  guint width; /* D */
  float *rows; /* [T, D] */
} PzEncoding;

/* (transfer full), or NULL with BAD_FILE: another number of tensors, another shape, values that
 * are not finite. */
PzEncoding *pz_encoding_read (const char *path, GError **error);
void pz_encoding_free (PzEncoding *encoding);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PzEncoding, pz_encoding_free)

/* The only tensor has the shape of one. */
gboolean pz_encoding_is (const PzTensorFile *file);

G_END_DECLS

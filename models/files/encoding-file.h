/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A prompt encoded by the text encoder: one tensor [1, T, D]. CatVersion stores its unconditional half like this.
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

/* (transfer full), or NULL with BAD_FILE: not exactly one tensor, another shape, values that are not finite. */
PzEncoding *pz_encoding_read (const char *path, GError **error);
void pz_encoding_free (PzEncoding *encoding);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PzEncoding, pz_encoding_free)

/* Whether the file has exactly one tensor, and that has the shape of an encoding. */
gboolean pz_encoding_is (const PzTensorFile *file);

G_END_DECLS

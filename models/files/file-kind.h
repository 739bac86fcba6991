/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Identifies what a tensor file is by the names and shapes of its tensors. A table has one row for each common kind of file,
 * including those that this program cannot use.
 *
 * Thread: any.
 */
#pragma once

#include "models/files/tensor-file.h"

G_BEGIN_DECLS

typedef struct
{
  const char *kind; /* "unet", ...: for programs; static */
  const char *what; /* description for the user; static */
  const char *use; /* what it can be used for, one sentence; static; NULL = nothing */
  const char *family; /* "sd-1.x", ...; static; NULL = none, or unknown */
  GPtrArray
    *learned; /* PzLearnedInfo: the words, adapter, encoding or LoRA in it; NULL = none */
  char *problem; /* why it cannot be used; NULL = usable */
} PzFileKind;

/* Identifies the file by its tensors. If it is small enough to hold something learned, its values are read too.
 * (transfer full) */
PzFileKind *pz_file_kind_find (const PzTensorFile *file);
void pz_file_kind_free (PzFileKind *kind);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PzFileKind, pz_file_kind_free)

G_END_DECLS

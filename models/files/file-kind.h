/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a file of tensors is, told by the names and shapes in it: one row of a table for each kind
 * that people have, usable here or not.
 *
 * Thread: any.
 */
#pragma once

#include "models/files/tensor-file.h"

G_BEGIN_DECLS

typedef struct
{
  const char *kind; /* "unet", ...: for programs; static */
  const char *what; /* for people; static */
  const char *use; /* what it is good for here, one sentence; static; NULL = for nothing */
  const char *family; /* "sd-1.x", ...; static; NULL = of none, or unknown */
  GPtrArray
    *learned; /* PzLearnedInfo: the words, adapter, encoding or LoRA in it; NULL = none */
  char *problem; /* why it cannot be used; NULL = it can */
} PzFileKind;

/* Looks at the file's tensors, and reads them where it is small enough to hold something learned.
 * (transfer full) */
PzFileKind *pz_file_kind_find (const PzTensorFile *file);
void pz_file_kind_free (PzFileKind *kind);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PzFileKind, pz_file_kind_free)

G_END_DECLS

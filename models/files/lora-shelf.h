/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Cache of the LoRA files in a model's search path, by name. Opened files are kept between generations.
 *
 * Thread: one at a time.
 */
#pragma once

#include "models/files/lora-file.h"

G_BEGIN_DECLS

typedef struct _PzLoraShelf PzLoraShelf;

/* model, beside: see pz_lora_search_path (). Reads nothing yet. */
PzLoraShelf *pz_lora_shelf_new (const char *model, const char *beside);
void pz_lora_shelf_free (PzLoraShelf *shelf);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PzLoraShelf, pz_lora_shelf_free)

/* Opens the file or folder at that path; returns the same object as last time if it has not changed. Fails like
 * pz_lora_open (). (transfer full) */
PzLora *pz_lora_shelf_open (PzLoraShelf *shelf, const char *path, GError **error);

/* Opens the LoRA with that name. An exact match takes precedence over one that differs in case. Fails with BAD_LORA: there is
 * none, or it cannot be used. (transfer full) */
PzLora *pz_lora_shelf_find (PzLoraShelf *shelf, const char *name, GError **error);

G_END_DECLS

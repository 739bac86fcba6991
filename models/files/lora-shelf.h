/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The LoRA files in a model's search path, by name; those that were opened are kept between generations.
 *
 * Thread: one at a time.
 */
#pragma once

#include "models/files/lora-file.h"

G_BEGIN_DECLS

typedef struct _PzLoraShelf PzLoraShelf;

/* For pz_lora_search_path () of these. Nothing is read yet. */
PzLoraShelf *pz_lora_shelf_new (const char *model, const char *beside);
void pz_lora_shelf_free (PzLoraShelf *shelf);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PzLoraShelf, pz_lora_shelf_free)

/* The file or folder at that path, the same object as last time where it did not change. Fails as pz_lora_open (). (transfer
 * full) */
PzLora *pz_lora_shelf_open (PzLoraShelf *shelf, const char *path, GError **error);

/* The one of that name; upper and lower case count where both are there. Fails with BAD_LORA: none is called so, or it cannot be
 * used. (transfer full) */
PzLora *pz_lora_shelf_find (PzLoraShelf *shelf, const char *name, GError **error);

G_END_DECLS

/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Cache of the learned words in a model's search path, kept between generations.
 *
 * Thread: one at a time.
 */
#pragma once

#include "models/files/embedding-file.h"
#include "models/files/lora-shelf.h"
#include "models/learned.h"

G_BEGIN_DECLS

typedef struct _PzWordShelf PzWordShelf;

/* model, beside: see pz_learned_search_path () and pz_lora_search_path (). Reads nothing yet. */
PzWordShelf *pz_word_shelf_new (const char *model, const char *beside);
void pz_word_shelf_free (PzWordShelf *shelf);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PzWordShelf, pz_word_shelf_free)

/* The words currently in the folders, in order. An unchanged file is not read again, and an unreadable file contributes no
 * words. (transfer full) array of PzEmbedding */
GPtrArray *pz_word_shelf_list (PzWordShelf *shelf);

/* The LoRA files of the same model. (transfer none) */
PzLoraShelf *pz_word_shelf_get_loras (PzWordShelf *shelf);

G_END_DECLS

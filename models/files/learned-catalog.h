/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Lists files that may hold something learned: see models/learned.h.
 *
 * Thread: any.
 */
#pragma once

#include "models/learned.h"

G_BEGIN_DECLS

/* Paths of small files with a known extension and of adapter folders, in these folders and their direct sub-folders, each real
 * file once. (transfer full) array of char * */
GPtrArray *pz_learned_list_paths (const char *const folders[]);
/* The same for files of any size with such an extension, and for LoRA folders. */
GPtrArray *pz_lora_list_paths (const char *const folders[]);

G_END_DECLS

/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The finder of a dialog or a run: opened when a reading first needs it, kept for the next, and its last answer with it.
 * Thread: any; readings wait for each other.
 */
#pragma once

#include "models/finder.h"

G_BEGIN_DECLS

typedef struct _PzSeeker PzSeeker;

/* beside: see pz_model_search_path (). */
PzSeeker *pz_seeker_new (const char *beside);
void pz_seeker_free (PzSeeker *seeker);

/* The thing's mask in the picture's size; hint: see pz_finder_look (). (transfer full), or NULL with what opening and finding
 * fail with. */
PzImage *pz_seeker_find (PzSeeker *seeker, PzImage *picture, PzImage *hint, GError **error);

G_END_DECLS

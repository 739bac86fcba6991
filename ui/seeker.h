/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The finder of a dialog or a run: opened when a reading first needs it, and kept for the next one together with its
 * last answer. Thread: any; concurrent readings wait for each other.
 */
#pragma once

#include "models/finder.h"

G_BEGIN_DECLS

typedef struct _PzSeeker PzSeeker;

/* beside: see pz_model_search_path (). */
PzSeeker *pz_seeker_new (const char *beside);
void pz_seeker_free (PzSeeker *seeker);

/* The subject's mask at the size of the picture; hint: see pz_finder_find (). (transfer full), or NULL with the errors
 * of opening and finding. */
PzImage *pz_seeker_find (PzSeeker *seeker, PzImage *picture, PzImage *hint, GError **error);

G_END_DECLS

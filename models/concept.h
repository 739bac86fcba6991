/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a method learned or encoded about a thing; today ELITE's words and local features
 * (Wei et al., ELITE, 2023). About 0.8 MB for SD 1.x, on the host, independent of the session that made it, usable with
 * any session of the same model (same fingerprint).
 *
 * Thread: any (immutable).
 */
#pragma once

#include "models/image.h"

G_BEGIN_DECLS

#define PZ_MAX_ROOM 1.0 /* see pz_concept_square () */
#define PZ_MAX_CROP 2048 /* pixels, see pz_concept_crop () */

typedef struct _PzConcept PzConcept;

PzConcept *pz_concept_ref (PzConcept *concept);
void pz_concept_unref (PzConcept *concept);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PzConcept, pz_concept_unref)

guint pz_concept_get_n_words (const PzConcept *concept); /* 5: primary first */
guint pz_concept_get_width (const PzConcept *concept); /* D */
const float *pz_concept_get_words (const PzConcept *concept); /* [n_words, D] */
guint pz_concept_get_n_patches (const PzConcept *concept); /* P */
const float *
pz_concept_get_local (const PzConcept *concept); /* [P, D], zero rows outside the mask */
const char *
pz_concept_get_model (const PzConcept *concept); /* fingerprint of the model it belongs to */
/* The square that was looked at, and its mask: what a dialog shows. */
PzImage *pz_concept_get_crop (const PzConcept *concept); /* (transfer none) */
PzImage *pz_concept_get_crop_mask (const PzConcept *concept); /* (transfer none) */

/* The square around the mask's bounding box, padded as ELITE's training crops are, clipped into the picture where it
 * fits (parts outside are black); pure function, also for previews. room: more of its surroundings on each side, in sides of the
 * bounding box; 0 = as ELITE. Fails with BAD_INPUT when the mask is empty or its size differs. mask NULL = everything. What is
 * transparent in an RGBA picture is outside the mask; inside is what is at least half as much inside as the mask's most. */
typedef struct
{
  gint x, y;
  guint size;
} PzSquare;
gboolean pz_concept_square (const PzImage *image,
                            const PzImage *mask,
                            double room,
                            PzSquare *square,
                            GError **error);

/* The square as it is looked at: crop, RGB, transparent parts over white, black beside the picture; crop_mask, 0 or 1. A square
 * larger than PZ_MAX_CROP is averaged down to that side, so that neither needs more memory than that whatever the picture's shape;
 * a pixel of the mask stays inside if any that it stands for is. Both (transfer full). Pure function. */
void pz_concept_crop (const PzImage *image,
                      const PzImage *mask,
                      const PzSquare *square,
                      PzImage **crop,
                      PzImage **crop_mask);

G_END_DECLS

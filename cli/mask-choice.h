/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Chooses the mask of a picture on the command line: the given one, else the picture's own transparency, else the
 * subject that the finder finds.
 */
#pragma once

#include "models/finder.h"
#include "models/session.h"

#define PZ_MASK_NONE "none" /* as a given mask: the whole picture */

/* Zero-initialise and set the inputs before the first picture. The finder is opened when a picture needs it. */
typedef struct
{
  const char *device; /* see PzGpuParams */
  PzNoteFunc note; /* reports what the user may not expect; NULL = no reports */
  gpointer note_data;
  GCancellable *cancellable;
  PzFinder *finder;
} PzMaskChoice;

/* Loads a picture and its mask; *mask NULL = everything that is not transparent. given: a file, PZ_MASK_NONE, or NULL.
 * If nothing stands out, or there is no finder, a note says so and everything is used. Both (transfer full). Fails as
 * reading and finding do. */
gboolean pz_mask_choose (PzMaskChoice *choice,
                         const char *picture,
                         const char *given,
                         PzImage **image,
                         PzImage **mask,
                         GError **error);

/* Call this before a session is opened: the finder holds a device. */
void pz_mask_choice_clear (PzMaskChoice *choice);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PzMaskChoice, pz_mask_choice_clear)

/* Prints notes on standard error. */
void pz_mask_choice_tell (PzNote note, const char *sentence, gpointer data);

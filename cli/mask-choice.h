/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The mask that a picture has on the command line: the one that was given, else its own transparency, else the thing that
 * the finder finds.
 */
#pragma once

#include "models/finder.h"
#include "models/session.h"

#define PZ_MASK_NONE "none" /* given as a mask: the whole picture */

/* Zero, and what is to be known, before the first picture; the finder is opened when a picture needs it. */
typedef struct
{
  const char *device; /* see PzGpuParams */
  PzNoteFunc note; /* what the user may not expect; NULL = nobody asks */
  gpointer note_data;
  GCancellable *cancellable;
  PzFinder *finder;
} PzMaskChoice;

/* The picture of a file and its mask, of which *mask NULL is all that is not transparent. given: a file, PZ_MASK_NONE, or NULL.
 * Where nothing stands out, or there is no finder, a note says so and it is all of it. Both (transfer full). Fails as reading
 * and finding do. */
gboolean pz_mask_choose (PzMaskChoice *choice,
                         const char *picture,
                         const char *given,
                         PzImage **image,
                         PzImage **mask,
                         GError **error);

/* Before a session is opened: the finder holds a device. */
void pz_mask_choice_clear (PzMaskChoice *choice);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PzMaskChoice, pz_mask_choice_clear)

/* Says notes on standard error. */
void pz_mask_choice_tell (PzNote note, const char *sentence, gpointer data);

/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What is stored about results in an image besides its pixels, and its removal. Opens no undo group.
 * Thread: main (libgimp).
 */
#pragma once

#include <libgimp/gimp.h>

G_BEGIN_DECLS

/* Sets the image's comment, which GIMP includes in exported files. */
gboolean pz_notes_set_comment (GimpImage *image, const char *text);

/* Sets IPTC's "digital source type" in the image's XMP. composite: parts of the image are the work of a person. */
gboolean pz_notes_mark_origin (GimpImage *image, gboolean composite);

/* Clears the prompts in all recipes. Gives a neutral name to everything whose name contains one of those prompts
 * (results and their groups, also after they were renamed, duplicated or merged; never names that the user chose).
 * Removes the dialog's settings, and a comment written by us, from the image. */
void pz_notes_forget_prompts (GimpImage *image);

G_END_DECLS

/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What is written about results beside the pixels of an image, and how it is taken out again. Opens no undo group.
 * Thread: main (libgimp).
 */
#pragma once

#include <libgimp/gimp.h>

G_BEGIN_DECLS

/* The image's comment, which GIMP exports with it. */
gboolean pz_notes_set_comment (GimpImage *image, const char *text);

/* IPTC's "digital source type" in the image's XMP: composite = parts of the image are a person's work. */
gboolean pz_notes_mark_origin (GimpImage *image, gboolean composite);

/* Empties the prompts of all recipes, gives neutral names to what carries one in its name (results and their groups, also
 * renamed, duplicated or merged; never what the user has named), and removes the dialog's settings and a comment of ours
 * from the image. */
void pz_notes_forget_prompts (GimpImage *image);

G_END_DECLS

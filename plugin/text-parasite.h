/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Texts that are attached to layers and images. Persistent, so they are saved in the XCF; undoable, because otherwise
 * Undo would complain. Thread: main (libgimp).
 */
#pragma once

#include <libgimp/gimp.h>

G_BEGIN_DECLS

/* Replaces the previous text of that name. FALSE: GIMP refused. */
gboolean pz_item_set_text (GimpItem *item, const char *name, const char *text);
gboolean pz_image_set_text (GimpImage *image, const char *name, const char *text);

/* NULL = there is none. (transfer full) */
char *pz_item_get_text (GimpItem *item, const char *name);
char *pz_image_get_text (GimpImage *image, const char *name);

G_END_DECLS

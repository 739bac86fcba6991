/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The pictures to learn from: of layers that are selected in the image, each with its mask, and of files; each is seen with what
 * is outside its mask tinted, can get another mask, and can be taken away. Files can be dropped on it. Thread: main.
 *
 * Signals: "changed" (there are others now); "failed" (GError *error: a layer or a file was not taken).
 */
#pragma once

#include <gtk/gtk.h>

#include "ui/host.h"

G_BEGIN_DECLS

#define PZ_TYPE_PICTURE_LIST (pz_picture_list_get_type ())
G_DECLARE_FINAL_TYPE (PzPictureList, pz_picture_list, PZ, PICTURE_LIST, GtkBox)

GtkWidget *pz_picture_list_new (const PzHost *host);

/* Of PzLearnPicture. (transfer none) */
const GPtrArray *pz_picture_list_get (PzPictureList *list);
/* Layers, files or masks are still being read or looked for. */
gboolean pz_picture_list_is_busy (PzPictureList *list);

void pz_picture_list_add_file (PzPictureList *list, const char *path);

G_END_DECLS

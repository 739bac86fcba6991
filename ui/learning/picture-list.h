/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The pictures to learn from: the layers that are selected in the image, each with its mask, and files. Each picture is
 * shown tinted outside its mask, can get another mask, and can be removed. Files can be dropped on the list.
 * Thread: main.
 *
 * Signals: "changed" (the list has changed); "failed" (GError *error: a layer or a file was not accepted).
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
/* Layers, files or masks are still being read or searched for. */
gboolean pz_picture_list_is_busy (PzPictureList *list);

void pz_picture_list_add_file (PzPictureList *list, const char *path);

G_END_DECLS

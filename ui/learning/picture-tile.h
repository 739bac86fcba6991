/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One of the pictures to learn from, tinted outside its mask. Pressing it opens a menu of other masks. Thread: main.
 *
 * Signals: "changed" (another mask); "removed"; "failed" (GError *error: the requested mask does not exist).
 */
#pragma once

#include <gtk/gtk.h>

#include "ui/learning/picture-work.h"

G_BEGIN_DECLS

#define PZ_TYPE_PICTURE_TILE (pz_picture_tile_get_type ())
G_DECLARE_FINAL_TYPE (PzPictureTile, pz_picture_tile, PZ, PICTURE_TILE, GtkBox)

/* picture, work: must outlive the tile. */
GtkWidget *pz_picture_tile_new (PzLearnPicture *picture, PzPictureWork *work);
PzLearnPicture *pz_picture_tile_get_picture (PzPictureTile *tile);

G_END_DECLS

/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One variant in the strip of results: its picture on a toggle (pressed = shown in the image), number and seed, and a
 * menu of what can be done with it. Empty at first, then maybe a preview, then the picture; the toggle and the menu work
 * once it is a layer. Thread: main.
 *
 * Signals:
 *   "shown" (gboolean shown, gboolean alone)   the user pressed the toggle; alone = without Ctrl or Shift
 *   "action" (guint action)                    PzTileAction
 */
#pragma once

#include <gtk/gtk.h>

#include "models/image.h"

G_BEGIN_DECLS

typedef enum
{
  PZ_TILE_ENLARGE, /* the tile does that itself */
  PZ_TILE_USE_SEED,
  PZ_TILE_MORE,
  PZ_TILE_REUSE,
  PZ_TILE_NATIVE,
  PZ_TILE_DELETE,
  PZ_TILE_N_ACTIONS,
} PzTileAction;

#define PZ_TILE_SIZE 112 /* of the picture */

#define PZ_TYPE_RESULT_TILE (pz_result_tile_get_type ())
G_DECLARE_FINAL_TYPE (PzResultTile, pz_result_tile, PZ, RESULT_TILE, GtkBox)

/* variant: of its run, from 1. */
GtkWidget *pz_result_tile_new (guint variant);

/* A picture that is not finished yet. */
void pz_result_tile_preview (PzResultTile *tile, const PzImage *image);
void pz_result_tile_fill (PzResultTile *tile, const PzImage *image, guint64 seed);
/* It is a layer now: toggle and menu work. scaled: it might have its native size instead. */
void pz_result_tile_enable (PzResultTile *tile, gboolean scaled);
/* Follows the image; no signal. */
void pz_result_tile_set_shown (PzResultTile *tile, gboolean shown);
gboolean pz_result_tile_has_focus (PzResultTile *tile);
/* FALSE = it takes none: out of sight, or not a layer yet. */
gboolean pz_result_tile_focus (PzResultTile *tile);

G_END_DECLS

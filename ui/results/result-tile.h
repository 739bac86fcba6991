/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One variant in the results strip: its picture on a toggle button (pressed = shown in the image), number and seed, and
 * a menu of actions. Empty at first, then possibly a preview, then the picture; the toggle and the menu work once it is
 * a layer. Thread: main.
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
  PZ_TILE_ENLARGE, /* handled by the tile itself */
  PZ_TILE_USE_SEED,
  PZ_TILE_MORE,
  PZ_TILE_REUSE,
  PZ_TILE_NATIVE,
  PZ_TILE_DELETE,
  PZ_TILE_N_ACTIONS,
} PzTileAction;

#define PZ_TILE_SIZE 112 /* of the picture, in logical pixels */

#define PZ_TYPE_RESULT_TILE (pz_result_tile_get_type ())
G_DECLARE_FINAL_TYPE (PzResultTile, pz_result_tile, PZ, RESULT_TILE, GtkBox)

/* variant: number in its run, from 1. */
GtkWidget *pz_result_tile_new (guint variant);

/* Shows a picture that is not finished yet. */
void pz_result_tile_preview (PzResultTile *tile, const PzImage *image);
void pz_result_tile_fill (PzResultTile *tile, const PzImage *image, guint64 seed);
/* It is a layer now: enables the toggle and the menu. scaled: the layer is scaled, and "Native Size" is offered. */
void pz_result_tile_enable (PzResultTile *tile, gboolean scaled);
/* Sets the toggle to the state in the image; emits no signal. */
void pz_result_tile_set_shown (PzResultTile *tile, gboolean shown);
gboolean pz_result_tile_has_focus (PzResultTile *tile);
/* FALSE = it cannot take the focus: not visible, or not a layer yet. */
gboolean pz_result_tile_focus (PzResultTile *tile);

G_END_DECLS

/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Result layers as they are in the image now, and showing them. Looking at results is no editing: nothing here but deleting is
 * an undo step, so that Undo goes on taking the results themselves back. Thread: main (libgimp).
 */
#pragma once

#include <libgimp/gimp.h>

#include "ui/host.h"

G_BEGIN_DECLS

/* Whether the layer can be seen, with all groups around it; GONE also while it is only in the undo history. */
PzHostState pz_shown_state (GimpLayer *layer);

/* layers: of all results. Shows one, with the groups around it, or hides it. alone: what was made for the same place is
 * hidden. */
void pz_shown_set (GPtrArray *layers, guint result, gboolean shown, gboolean alone);

/* Removes the layer, and its group when that is then empty: one undo step. */
void pz_shown_delete (GimpLayer *layer);

G_END_DECLS

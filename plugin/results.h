/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * All results of a dialog as they are in the image now, and what is done with them there. Looking at results is no editing:
 * showing them is no undo step, so that Undo goes on taking the results themselves back. Results count from 0.
 * Thread: main (libgimp).
 */
#pragma once

#include <libgimp/gimp.h>

#include "ui/host.h"

G_BEGIN_DECLS

typedef struct _PzResults PzResults;

PzResults *pz_results_new (void);
void pz_results_free (PzResults *results);

/* The next result: its layer in the image, and the picture in the size the model made it. */
void pz_results_add (PzResults *results, GimpLayer *layer, PzImage *picture);
guint pz_results_get_n (const PzResults *results);

/* The layers that are in an image now, ended by NULL. (transfer container) */
GimpLayer **pz_results_get_layers (PzResults *results);

/* Whether the result can be seen, with all groups around it; GONE also while it is only in the undo history. */
PzHostState pz_results_get_state (PzResults *results, guint result);

/* Shows one, with the groups around it, or hides it. alone: what was made for the same place is hidden. */
void pz_results_show (PzResults *results, guint result, gboolean shown, gboolean alone);

/* Removes the layer, and its group when that is then empty: one undo step. */
void pz_results_delete (PzResults *results, guint result);

/* Puts a layer in the model's own size into the layer's place, with the same middle: one undo step. */
void pz_results_make_native (PzResults *results, guint result);

G_END_DECLS

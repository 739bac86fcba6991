/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * All results of a dialog as they are in the image now, and actions on them. Showing a result is not an edit and
 * creates no undo step, so Undo still takes back the results themselves. Results are numbered from 0.
 * Thread: main (libgimp).
 */
#pragma once

#include <libgimp/gimp.h>

#include "ui/host.h"

G_BEGIN_DECLS

typedef struct _PzResults PzResults;

PzResults *pz_results_new (void);
void pz_results_free (PzResults *results);

/* Adds the next result: its layer in the image, and the picture at the size the model made. */
void pz_results_add (PzResults *results, GimpLayer *layer, PzImage *picture);
guint pz_results_get_n (const PzResults *results);

/* The layers that are in an image now, NULL-terminated. (transfer container) */
GimpLayer **pz_results_get_layers (PzResults *results);

/* Whether the result is visible, with all groups around it; GONE also while it exists only in the undo history. */
PzHostState pz_results_get_state (PzResults *results, guint result);

/* Shows a result, with the groups around it, or hides it. alone: also hides the others that were made for the same
 * place. */
void pz_results_show (PzResults *results, guint result, gboolean shown, gboolean alone);

/* Removes the layer, and its group if that becomes empty: one undo step. */
void pz_results_delete (PzResults *results, guint result);

/* Replaces the layer by a layer at the model's own size with the same centre: one undo step. */
void pz_results_make_native (PzResults *results, guint result);

G_END_DECLS

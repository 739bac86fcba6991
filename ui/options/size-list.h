/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The sizes of pictures that a model handles well, as a list to choose from. Thread: main.
 */
#pragma once

#include <gtk/gtk.h>

#include "models/session.h"

G_BEGIN_DECLS

/* Refills the list. Ids are "WIDTHxHEIGHT"; "0x0" is the model's own size. model NULL = unknown; layer: the size of the
 * concept's layer, 0 = none. Selects width x height, and adds it if it is not in the list. */
void pz_size_list_fill (GtkComboBoxText *list,
                        const PzModelInfo *model,
                        guint layer_width,
                        guint layer_height,
                        guint width,
                        guint height);

G_END_DECLS

/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Sizes of pictures that a model is good at, as a list to choose from. Thread: main.
 */
#pragma once

#include <gtk/gtk.h>

#include "models/session.h"

G_BEGIN_DECLS

/* Fills the list anew; ids are "WIDTHxHEIGHT", "0x0" is the model's own size. model NULL = not known; layer: the concept's,
 * 0 = none; width and height are chosen, and added where they are not in the list. */
void pz_size_list_fill (GtkComboBoxText *list,
                        const PzModelInfo *model,
                        guint layer_width,
                        guint layer_height,
                        guint width,
                        guint height);

G_END_DECLS

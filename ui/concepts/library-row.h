/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One row of a library's list: thumbnail, name, description, and why it cannot be used. Thread: main.
 */
#pragma once

#include <gtk/gtk.h>

#include "ui/concepts/library.h"

G_BEGIN_DECLS

#define PZ_TYPE_LIBRARY_ROW (pz_library_row_get_type ())
G_DECLARE_FINAL_TYPE (PzLibraryRow, pz_library_row, PZ, LIBRARY_ROW, GtkListBoxRow)

GtkWidget *pz_library_row_new (PzLibraryItem *item);
PzLibraryItem *pz_library_row_get_item (PzLibraryRow *row); /* (transfer none) */

G_END_DECLS

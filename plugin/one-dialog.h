/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One dialog for each image: whoever chooses the menu entry while it is open sees it come to the front. Each call of a plug-in
 * is a process of its own, so they meet at a lock in the user's runtime folder, which the kernel opens when its process is gone.
 * Thread: main.
 */
#pragma once

#include <gtk/gtk.h>
#include <libgimp/gimp.h>

G_BEGIN_DECLS

typedef struct _PzOneDialog PzOneDialog;

/* NULL = this image's dialog is open in another process, which was told to show it. Where no lock can be made every dialog
 * is the first. (transfer full) */
PzOneDialog *pz_one_dialog_new (GimpImage *image);
/* The window to bring to the front; (unowned), it must live as long. */
void pz_one_dialog_set_window (PzOneDialog *one, GtkWindow *window);
void pz_one_dialog_free (PzOneDialog *one);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PzOneDialog, pz_one_dialog_free)

G_END_DECLS

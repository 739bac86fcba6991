/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One dialog per image: choosing the menu entry while it is open brings it to the front. Each call of a plug-in is its
 * own process; the processes synchronise with a lock in the user's runtime folder, which the kernel releases when the
 * process that holds it ends.
 * Thread: main.
 */
#pragma once

#include <gtk/gtk.h>
#include <libgimp/gimp.h>

G_BEGIN_DECLS

typedef struct _PzOneDialog PzOneDialog;

/* NULL = the dialog of this image is open in another process, which was told to show it. If no lock can be created,
 * every dialog is the first one. (transfer full) */
PzOneDialog *pz_one_dialog_new (GimpImage *image);
/* The window to bring to the front; unowned, it must live as long as `one`. */
void pz_one_dialog_set_window (PzOneDialog *one, GtkWindow *window);
void pz_one_dialog_free (PzOneDialog *one);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PzOneDialog, pz_one_dialog_free)

G_END_DECLS

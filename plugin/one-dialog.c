/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "plugin/one-dialog.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>

#include <glib-unix.h>
#include <glib/gstdio.h>

#ifdef GDK_WINDOWING_X11
#include <gdk/gdkx.h>
#endif

#define NUMBER_CHARS 24

struct _PzOneDialog
{
  char *path;
  gint lock; /* -1 = it could not be created */
  guint signal_id;
  GtkWindow *window; /* NULL = not shown yet */
};

/* Window managers prevent windows from stealing the focus unless they give the time of the user's request, which is now. */
static guint32
present_time (GtkWindow *window)
{
#ifdef GDK_WINDOWING_X11
  GdkWindow *surface = gtk_widget_get_window (GTK_WIDGET (window));

  if (surface && GDK_IS_X11_WINDOW (surface))
    return gdk_x11_get_server_time (surface);
#endif
  return GDK_CURRENT_TIME;
}

static gboolean
on_signal (gpointer data)
{
  PzOneDialog *one = data;

  if (one->window)
    gtk_window_present_with_time (one->window, present_time (one->window));
  return G_SOURCE_CONTINUE;
}

/* The process that holds the lock has written its process ID to the file. */
static void
tell_holder (gint lock)
{
  char text[NUMBER_CHARS] = "";
  pid_t holder;

  if (pread (lock, text, sizeof text - 1, 0) <= 0)
    return;
  holder = (pid_t) g_ascii_strtoll (text, NULL, 10);
  if (holder > 1)
    kill (holder, SIGUSR1);
}

static void
write_number (gint lock)
{
  char text[NUMBER_CHARS];
  gint length = g_snprintf (text, sizeof text, "%d\n", (gint) getpid ());

  if (ftruncate (lock, 0) != 0 || pwrite (lock, text, (gsize) length, 0) != length)
    g_debug ("the dialog's lock has no number: %s", g_strerror (errno));
}

PzOneDialog *
pz_one_dialog_new (GimpImage *image)
{
  g_autofree char *name = g_strdup_printf ("gimp-personalize-%d-%d.dialog", gimp_getpid (),
                                           gimp_image_get_id (image));
  g_autoptr (PzOneDialog) one = g_new0 (PzOneDialog, 1);

  /* Before the lock is taken: a process that finds it taken sends the signal, which ends a process without a handler. */
  one->signal_id = g_unix_signal_add (SIGUSR1, on_signal, one);
  one->path = g_build_filename (g_get_user_runtime_dir (), name, NULL);
  one->lock = g_open (one->path, O_CREAT | O_RDWR | O_CLOEXEC, 0600);
  if (one->lock >= 0 && flock (one->lock, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK)
    {
      tell_holder (one->lock);
      g_clear_pointer (&one->path, g_free); /* the file belongs to the holder */
      return NULL;
    }
  if (one->lock >= 0)
    write_number (one->lock);
  return g_steal_pointer (&one);
}

void
pz_one_dialog_set_window (PzOneDialog *one, GtkWindow *window)
{
  one->window = window;
}

void
pz_one_dialog_free (PzOneDialog *one)
{
  g_clear_handle_id (&one->signal_id, g_source_remove);
  if (one->path)
    g_unlink (one->path);
  if (one->lock >= 0)
    close (one->lock);
  g_free (one->path);
  g_free (one);
}

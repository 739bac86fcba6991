/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "tests/ui/panel-fixture.h"

#include <stdlib.h>

#include "ui/prompt/prompt-history.h"
#include "ui/results/result-tile.h"
#include "ui/window-fit.h"

/* ---- the fixture ---- */

static char *user_folder;

static void
remove_user_folder (void)
{
  g_autofree char *command = g_strdup_printf ("rm -rf '%s'", user_folder);

  g_spawn_command_line_sync (command, NULL, NULL, NULL, NULL);
}

/* Moves the pointer into the corner, so that no tooltip covers a screenshot. */
static void
hide_pointer (void)
{
  GdkDisplay *display = gdk_display_get_default ();

  gdk_device_warp (gdk_seat_get_pointer (gdk_display_get_default_seat (display)),
                   gdk_display_get_default_screen (display), 10000, 10000);
}

void
pz_fixture_init (int *argc, char ***argv)
{
  user_folder = g_dir_make_tmp ("personalize-ui-XXXXXX", NULL);
  g_setenv ("XDG_DATA_HOME", user_folder, TRUE);
  g_setenv ("XDG_CONFIG_HOME", user_folder, TRUE);
  g_setenv ("XDG_RUNTIME_DIR", user_folder, TRUE);
  atexit (remove_user_folder);
  gtk_test_init (argc, argv, NULL);
  hide_pointer ();
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", FALSE, "gtk-cursor-blink",
                FALSE, NULL);
}

void
pz_fixture_set_up (PzFixture *f, gconstpointer data)
{
  (void) data;
  pz_fake_reset ();
  pz_prompt_history_forget (); /* drops the draft of the previous test */
  pz_prompt_history_was_told ();
  pz_fake_host_init (&f->fake);
  f->host = (PzHost) {
    .klass = &pz_fake_host_class,
    .host = &f->fake,
    .seeker = pz_seeker_new (NULL),
  };
  f->settings = pz_settings_new ();
  g_object_set (f->settings, "variants", 3, NULL);
  f->window = gtk_window_new (GTK_WINDOW_TOPLEVEL);
}

void
pz_fixture_tear_down (PzFixture *f, gconstpointer data)
{
  (void) data;
  gtk_widget_destroy (f->window);
  g_object_unref (f->settings);
  pz_fake_host_clear (&f->fake);
  pz_seeker_free (f->host.seeker);
  g_assert_false (pz_fake.wrong_thread);
}

void
pz_fixture_open (PzFixture *f)
{
  f->panel = PZ_PANEL (pz_panel_new (f->settings, &f->host));
  gtk_container_set_border_width (GTK_CONTAINER (f->panel), 12);
  gtk_container_add (GTK_CONTAINER (f->window), GTK_WIDGET (f->panel));
  gtk_widget_show (GTK_WIDGET (f->panel));
  pz_window_fit (GTK_WINDOW (f->window), 760);
  gtk_widget_show (f->window);
  pz_fixture_wait_open (f);
}

void
pz_fixture_reopen (PzFixture *f)
{
  gtk_widget_destroy (GTK_WIDGET (f->panel));
  pz_fixture_open (f);
}

static gboolean
end_of_wait (gpointer data)
{
  *(gboolean *) data = TRUE;
  return G_SOURCE_REMOVE;
}

void
pz_fixture_wait_idle (PzFixture *f)
{
  gboolean over = FALSE;

  PZ_WAIT_UNTIL (!pz_panel_is_running (f->panel));
  /* The panel looks at the new layers in its next turn. */
  g_idle_add (end_of_wait, &over);
  PZ_WAIT_UNTIL (over);
}

void
pz_fixture_settle (void)
{
  gboolean over = FALSE;

  g_timeout_add (150, end_of_wait, &over);
  PZ_WAIT_UNTIL (over && !gtk_events_pending ());
}

void
pz_fixture_follow (void)
{
  gboolean over = FALSE;

  /* Twice the interval at which the panel looks at the image. */
  g_timeout_add (500, end_of_wait, &over);
  while (!over)
    gtk_main_iteration ();
}

void
pz_fixture_check (PzFixture *f, const char *notice, const char *status, gboolean can_generate)
{
  const char *said = pz_panel_get_notice (f->panel);

  g_assert_true (*status); /* an empty string is part of every text */
  g_test_message ("bar: %s; line: %s; %s", said ? said : "-", pz_panel_get_status (f->panel),
                  pz_panel_get_hindrance (f->panel) ? pz_panel_get_hindrance (f->panel)
                                                    : "ready");
  if (notice)
    g_assert_nonnull (said);
  g_assert_true (notice ? strstr (said, notice) != NULL : said == NULL);
  g_assert_nonnull (strstr (pz_panel_get_status (f->panel), status));
  g_assert_cmpint (pz_panel_can_act (f->panel), ==, can_generate);
}

void
pz_fixture_run (PzFixture *f)
{
  pz_panel_act (f->panel);
  g_assert_true (pz_panel_is_running (f->panel));
  pz_fixture_wait_idle (f);
}

void
pz_fixture_wait_open (PzFixture *f)
{
  PZ_WAIT_UNTIL (!(pz_panel_get_hindrance (f->panel)
                   && strstr (pz_panel_get_hindrance (f->panel), "still loading")));
}

/* ---- finding widgets ---- */

typedef struct
{
  PzVisit visit;
  gpointer data;
} Walk;

static void
walk (GtkWidget *widget, gpointer data)
{
  Walk *w = data;

  if (PZ_IS_RESULT_TILE (widget) && !gtk_widget_get_visible (widget))
    return;
  w->visit (widget, w->data);
  if (GTK_IS_MENU_BUTTON (widget) && gtk_menu_button_get_popover (GTK_MENU_BUTTON (widget)))
    walk (GTK_WIDGET (gtk_menu_button_get_popover (GTK_MENU_BUTTON (widget))), data);
  /* The contents of a chooser are internal to GTK. */
  if (GTK_IS_CONTAINER (widget) && !GTK_IS_COMBO_BOX (widget)
      && !GTK_IS_FILE_CHOOSER_BUTTON (widget))
    gtk_container_forall (GTK_CONTAINER (widget), walk, w);
}

void
pz_fixture_walk (GtkWidget *root, PzVisit visit, gpointer data)
{
  walk (root, &(Walk) { visit, data });
}

static const char *
name_of (GtkWidget *widget)
{
  return atk_object_get_name (gtk_widget_get_accessible (widget));
}

static void
collect_toggles (GtkWidget *widget, gpointer data)
{
  const char *name = name_of (widget);

  if (GTK_IS_TOGGLE_BUTTON (widget) && name && g_str_has_prefix (name, "Variant ")
      && gtk_widget_is_visible (widget))
    g_ptr_array_add (data, widget);
}

GPtrArray *
pz_fixture_toggles (PzFixture *f)
{
  GPtrArray *found = g_ptr_array_new ();

  pz_fixture_walk (GTK_WIDGET (f->panel), collect_toggles, found);
  return found;
}

typedef struct
{
  const char *name;
  GtkWidget *found;
} Search;

/* Items of a closed menu count, hidden parts of the info bar do not. */
static gboolean
is_there (GtkWidget *widget)
{
  return gtk_widget_get_ancestor (widget, GTK_TYPE_INFO_BAR) ? gtk_widget_is_visible (widget)
                                                             : gtk_widget_get_visible (widget);
}

static void
match (GtkWidget *widget, gpointer data)
{
  Search *search = data;
  const char *label =
    GTK_IS_BUTTON (widget) ? gtk_button_get_label (GTK_BUTTON (widget)) : NULL;

  if (!search->found && is_there (widget)
      && (g_strcmp0 (name_of (widget), search->name) == 0
          || g_strcmp0 (label, search->name) == 0))
    search->found = widget;
}

GtkWidget *
pz_fixture_find (PzFixture *f, const char *name)
{
  Search search = { .name = name };

  pz_fixture_walk (GTK_WIDGET (f->panel), match, &search);
  if (!search.found)
    g_error ("there is no %s on the panel", name);
  return search.found;
}

gboolean
pz_fixture_has (PzFixture *f, const char *name)
{
  Search search = { .name = name };

  pz_fixture_walk (GTK_WIDGET (f->panel), match, &search);
  return search.found != NULL;
}

void
pz_fixture_press (PzFixture *f, const char *name)
{
  GtkWidget *found = pz_fixture_find (f, name);

  /* The name may belong to a child of the button. */
  gtk_button_clicked (GTK_BUTTON (gtk_widget_get_ancestor (found, GTK_TYPE_BUTTON)));
}

static void
match_item (GtkWidget *widget, gpointer data)
{
  Search *search = data;

  if (!search->found && GTK_IS_MODEL_BUTTON (widget)
      && g_strcmp0 (name_of (widget), search->name) == 0)
    search->found = widget;
}

gboolean
pz_fixture_offers (GtkWidget *menu, const char *item)
{
  Search search = { .name = item };

  pz_fixture_walk (menu, match_item, &search);
  return search.found && gtk_widget_get_visible (search.found);
}

void
pz_fixture_choose (PzFixture *f, const char *menu_button, const char *item)
{
  GtkMenuButton *button = GTK_MENU_BUTTON (pz_fixture_find (f, menu_button));
  GtkWidget *menu = GTK_WIDGET (gtk_menu_button_get_popover (button));
  Search search = { .name = item };

  g_signal_emit_by_name (menu, "show");
  pz_fixture_walk (menu, match_item, &search);
  if (!search.found)
    g_error ("there is no item %s in the menu %s", item, menu_button);
  gtk_button_clicked (GTK_BUTTON (search.found));
}

void
pz_fixture_shot (PzFixture *f, const char *name)
{
  const char *folder = g_getenv ("PZ_SHOTS");
  g_autofree char *path = NULL;
  g_autoptr (GdkPixbuf) pixbuf = NULL;
  GdkWindow *window;

  if (!folder)
    return;
  pz_fixture_settle ();
  window = gtk_widget_get_window (f->window);
  pixbuf = gdk_pixbuf_get_from_window (window, 0, 0, gdk_window_get_width (window),
                                       gdk_window_get_height (window));
  path = g_strdup_printf ("%s/%s.png", folder, name);
  g_assert_true (gdk_pixbuf_save (pixbuf, path, "png", NULL, NULL));
}

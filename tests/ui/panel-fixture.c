/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "tests/ui/panel-fixture.h"

#include <math.h>
#include <stdlib.h>

#include "ui/prompt-history.h"
#include "ui/result-tile.h"
#include "ui/window-fit.h"

#define SIDE 96

/* ---- the host ---- */

/* A ball on a floor: something to look at in pictures of the dialog. */
static PzHostConcept *
paint_concept (void)
{
  PzHostConcept *concept = g_new0 (PzHostConcept, 1);
  float *pixels = g_new (float, SIDE *SIDE * 3), *mask = g_new (float, SIDE *SIDE);

  for (gint i = 0; i < SIDE * SIDE; i++)
    {
      float x = (float) (i % SIDE) / SIDE - 0.5f, y = (float) (i / SIDE) / SIDE - 0.5f;
      float r = hypotf (x, y), light = 0.9f - hypotf (x + 0.12f, y + 0.14f);
      gboolean ball = r < 0.36f;

      mask[i] = ball ? 1 : 0;
      pixels[i * 3] = ball ? light : y > 0.1f ? 0.42f : 0.70f;
      pixels[i * 3 + 1] = ball ? light * 0.45f : y > 0.1f ? 0.36f : 0.78f;
      pixels[i * 3 + 2] = ball ? light * 0.2f : y > 0.1f ? 0.30f : 0.86f;
    }
  concept->image = pz_image_new_take (SIDE, SIDE, 3, pixels);
  concept->mask = pz_image_new_take (SIDE, SIDE, 1, mask);
  concept->name = g_strdup ("fox");
  concept->mask_source = g_strdup ("selection");
  return concept;
}

static PzHostConcept *
get_concept (gpointer data, const char *mask_source, double room, GError **error)
{
  PzFakeHost *host = data;

  host->n_reads++;
  host->room = room;
  g_set_str (&host->mask_source, mask_source);
  if (host->concept_error < 0 || g_str_equal (mask_source, "layer"))
    return paint_concept ();
  g_set_error_literal (error, PZ_HOST_ERROR, host->concept_error,
                       "Layer “fox”: the selection does not touch any visible part of it.");
  return NULL;
}

static PzHostStart *
get_start (gpointer data, const char *target, double aspect, GError **error)
{
  PzFakeHost *host = data;
  g_autoptr (PzHostConcept) concept = NULL;

  g_assert_cmpfloat (aspect, ==, 1);
  if (g_str_equal (target, "selection") && !host->n_selections)
    {
      g_set_error_literal (
        error, PZ_HOST_ERROR, PZ_HOST_ERROR_NO_START,
        "Select the part of the image that the new pictures should go into.");
      return NULL;
    }
  concept = paint_concept ();
  return pz_host_start_new (3, 4, pz_image_ref (concept->image), pz_image_ref (concept->mask));
}

static char *
get_stamp (gpointer data)
{
  return g_strdup_printf ("%u", ((PzFakeHost *) data)->n_selections);
}

static gboolean
use_active (gpointer data, GError **error)
{
  PzFakeHost *host = data;

  (void) error;
  host->n_uses++;
  host->concept_error = -1;
  return TRUE;
}

/* The fake has one place for all runs: what is hidden stays in the image. */
static void
hide_all (PzFakeHost *host)
{
  for (guint i = 0; i < host->states->len; i++)
    if (g_array_index (host->states, PzHostState, i) == PZ_HOST_SHOWN)
      g_array_index (host->states, PzHostState, i) = PZ_HOST_HIDDEN;
}

/* The newest run is in sight, its first variant. */
static void
add_states (PzFakeHost *host, guint n)
{
  hide_all (host);
  for (guint i = 0; i < n; i++)
    {
      PzHostState state = i == 0 ? PZ_HOST_SHOWN : PZ_HOST_HIDDEN;

      g_array_append_val (host->states, state);
    }
}

static char *
describe_start (const PzHostStart *start)
{
  g_autofree char *mask = pz_image_hash (start->mask);

  return g_strdup_printf ("%d,%d %ux%u %s", start->x, start->y,
                          pz_image_get_width (start->picture),
                          pz_image_get_height (start->picture), mask);
}

static gboolean
add_results (gpointer data, const PzHostAddition *addition, GError **error)
{
  PzFakeHost *host = data;

  if (host->add_error >= 0 && !addition->new_image)
    {
      g_set_error_literal (error, PZ_HOST_ERROR, host->add_error, "The image was closed.");
      return FALSE;
    }
  g_assert_nonnull (addition->results[addition->n_results - 1].image);
  host->n_calls++;
  host->n_results += addition->n_results;
  add_states (host, addition->n_results);
  host->new_image = addition->new_image;
  host->mark_origin = addition->mark_origin;
  host->native_size = addition->native_size;
  host->without_prompt = addition->without_prompt;
  host->painted_over = addition->start != NULL;
  g_clear_pointer (&host->start, g_free);
  if (addition->start)
    host->start = describe_start (addition->start);
  g_set_str (&host->prompt, addition->prompt);
  g_set_str (&host->comment, addition->comment);
  return TRUE;
}

static void
tell (PzFakeHost *host, const char *what, guint result)
{
  g_ptr_array_add (host->told, g_strdup_printf ("%s %u", what, result));
}

static void
show_result (gpointer data, guint result, gboolean shown, gboolean alone)
{
  PzFakeHost *host = data;

  tell (host, !shown ? "hide" : alone ? "show" : "add", result);
  if (shown && alone)
    hide_all (host);
  g_array_index (host->states, PzHostState, result) = shown ? PZ_HOST_SHOWN : PZ_HOST_HIDDEN;
}

static void
delete_result (gpointer data, guint result)
{
  PzFakeHost *host = data;

  tell (host, "delete", result);
  g_array_index (host->states, PzHostState, result) = PZ_HOST_GONE;
}

static void
make_native (gpointer data, guint result)
{
  tell (data, "native", result);
}

static PzHostState
get_state (gpointer data, guint result)
{
  PzFakeHost *host = data;

  g_assert_cmpuint (result, <, host->states->len);
  return g_array_index (host->states, PzHostState, result);
}

static char *
get_recipe (gpointer data, GError **error)
{
  PzFakeHost *host = data;

  if (host->recipe)
    return g_strdup (host->recipe);
  g_set_error_literal (error, PZ_HOST_ERROR, PZ_HOST_ERROR_NO_RECIPE,
                       "The active layer has no settings to reuse: it was not made with "
                       "Personalize Concept.");
  return NULL;
}

static gboolean
forget_prompts (gpointer data, GError **error)
{
  (void) error;
  ((PzFakeHost *) data)->n_forgotten++;
  return TRUE;
}

static const PzHostClass host_class = {
  .get_concept = get_concept,
  .get_start = get_start,
  .get_stamp = get_stamp,
  .use_active = use_active,
  .add_results = add_results,
  .show_result = show_result,
  .delete_result = delete_result,
  .get_state = get_state,
  .make_native = make_native,
  .get_recipe = get_recipe,
  .forget_prompts = forget_prompts,
};

/* ---- the fixture ---- */

static char *user_folder;

static void
remove_user_folder (void)
{
  g_autofree char *command = g_strdup_printf ("rm -rf '%s'", user_folder);

  g_spawn_command_line_sync (command, NULL, NULL, NULL, NULL);
}

/* Into the corner: no tooltip lies over a picture. */
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
  pz_prompt_history_forget (); /* no draft of the test before */
  pz_prompt_history_was_told ();
  f->fake.concept_error = f->fake.add_error = -1;
  f->fake.told = g_ptr_array_new_with_free_func (g_free);
  f->fake.states = g_array_new (FALSE, FALSE, sizeof (PzHostState));
  f->host = (PzHost) { .klass = &host_class, .host = &f->fake };
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
  g_ptr_array_unref (f->fake.told);
  g_array_unref (f->fake.states);
  g_free (f->fake.mask_source);
  g_free (f->fake.prompt);
  g_free (f->fake.comment);
  g_free (f->fake.start);
  g_assert_false (pz_fake.wrong_thread);
}

static gboolean
is_opening (PzFixture *f)
{
  const char *hindrance = pz_panel_get_hindrance (f->panel);

  return hindrance && strstr (hindrance, "still loading");
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
  PZ_WAIT_UNTIL (!is_opening (f));
}

void
pz_fixture_reopen (PzFixture *f)
{
  gtk_widget_destroy (GTK_WIDGET (f->panel));
  pz_fixture_open (f);
}

void
pz_fixture_wait_idle (PzFixture *f)
{
  PZ_WAIT_UNTIL (!pz_panel_is_running (f->panel));
}

static gboolean
end_of_wait (gpointer data)
{
  *(gboolean *) data = TRUE;
  return G_SOURCE_REMOVE;
}

void
pz_fixture_settle (void)
{
  gboolean over = FALSE;

  g_timeout_add (150, end_of_wait, &over);
  PZ_WAIT_UNTIL (over && !gtk_events_pending ());
}

/* Twice as long as the strip takes between two looks. */
void
pz_fixture_follow (void)
{
  gboolean over = FALSE;

  g_timeout_add (500, end_of_wait, &over);
  while (!over)
    gtk_main_iteration ();
}

/* ---- finding ---- */

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
  /* What is inside a chooser is GTK's own business. */
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

/* A menu that is not open has its items; the bar has not what it hides. */
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

  /* The name may be that of what is on the button. */
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

/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The actions on each result, and what is created in addition to the pictures.
 */
#include "tests/ui/panel-fixture.h"

/* ---- the menu of a result ---- */

static void
make_three (PzFixture *f)
{
  g_object_set (f->settings, "seed", 5, "prompt", "a S at sea", NULL);
  pz_fixture_open (f);
  pz_panel_act (f->panel);
  pz_fixture_wait_idle (f);
}

static void
test_a_results_seed_and_settings_are_used_again (PzFixture *f, gconstpointer data)
{
  g_autofree char *prompt = NULL;
  gint seed;

  (void) data;
  make_three (f);
  g_object_set (f->settings, "seed", -1, "prompt", "else", NULL);
  pz_fixture_choose (f, "Actions for variant 3", "Use This Seed");
  g_object_get (f->settings, "seed", &seed, NULL);
  g_assert_cmpint (seed, ==, 7);
  pz_fixture_choose (f, "Actions for variant 2", "Reuse Its Settings");
  g_object_get (f->settings, "seed", &seed, "prompt", &prompt, NULL);
  g_assert_cmpint (seed, ==, 6);
  g_assert_cmpstr (prompt, ==, "a S at sea");
}

/* NULL = there is no window with this title. */
static GtkWindow *
find_window (const char *title)
{
  g_autoptr (GList) windows = gtk_window_list_toplevels ();

  for (GList *window = windows; window; window = window->next)
    if (g_strcmp0 (gtk_window_get_title (window->data), title) == 0)
      return window->data;
  return NULL;
}

static void
test_a_result_is_enlarged (PzFixture *f, gconstpointer data)
{
  GtkWindow *window;
  gint width, height;

  (void) data;
  make_three (f);
  pz_fixture_choose (f, "Actions for variant 2", "Enlarge");
  window = find_window ("Variant 2 · seed 6");
  g_assert_nonnull (window);
  g_assert_true (gtk_window_get_transient_for (window) == GTK_WINDOW (f->window));
  pz_fixture_settle ();
  gtk_window_get_size (window, &width, &height);
  g_assert_cmpint (MIN (width, height), >=, 256);
  /* Escape closes only this window. */
  gtk_test_widget_send_key (gtk_bin_get_child (GTK_BIN (window)), GDK_KEY_Escape, 0);
  PZ_WAIT_UNTIL (!find_window ("Variant 2 · seed 6"));
  g_assert_true (gtk_widget_get_visible (f->window));
}

static gint
top_of (gpointer tile)
{
  gint y = 0;

  gtk_widget_translate_coordinates (tile, gtk_widget_get_toplevel (tile), 0, 0, NULL, &y);
  return y;
}

static void
collect_marks (GtkWidget *widget, gpointer data)
{
  const char *icon = NULL;

  if (GTK_IS_IMAGE (widget)
      && gtk_image_get_storage_type (GTK_IMAGE (widget)) == GTK_IMAGE_ICON_NAME)
    gtk_image_get_icon_name (GTK_IMAGE (widget), &icon, NULL);
  if (g_strcmp0 (icon, "object-select-symbolic") == 0)
    g_ptr_array_add (data, widget);
}

/* Marks are drawn on pictures. With the light theme of the tests, black on dark grey would be invisible. */
static void
test_marks_are_light_on_dark (PzFixture *f, gconstpointer data)
{
  g_autoptr (GPtrArray) marks = g_ptr_array_new ();

  (void) data;
  make_three (f);
  pz_fixture_walk (GTK_WIDGET (f->panel), collect_marks, marks);
  g_assert_cmpuint (marks->len, ==, 3);
  for (guint i = 0; i < marks->len; i++)
    {
      GtkStyleContext *style = gtk_widget_get_style_context (marks->pdata[i]);
      GdkRGBA colour;
      g_autoptr (GdkRGBA) ground = NULL;

      gtk_style_context_get_color (style, gtk_style_context_get_state (style), &colour);
      gtk_style_context_get (style, gtk_style_context_get_state (style), "background-color",
                             &ground, NULL);
      g_assert_cmpfloat (MIN (MIN (colour.red, colour.green), colour.blue), >, 0.9);
      g_assert_cmpfloat (MAX (MAX (ground->red, ground->green), ground->blue), <, 0.2);
      g_assert_cmpfloat (ground->alpha, >, 0.9);
    }
}

static void
test_results_lie_in_rows (PzFixture *f, gconstpointer data)
{
  g_autoptr (GPtrArray) tiles = NULL;

  (void) data;
  g_object_set (f->settings, "variants", 9, NULL);
  make_three (f);
  pz_fixture_settle ();
  tiles = pz_fixture_toggles (f);
  g_assert_cmpuint (tiles->len, ==, 9);
  g_assert_cmpint (top_of (tiles->pdata[0]), ==, top_of (tiles->pdata[4]));
  g_assert_cmpint (top_of (tiles->pdata[8]), >, top_of (tiles->pdata[0]) + 112);
  /* The first result, which the image shows, is visible. */
  g_assert_cmpint (top_of (tiles->pdata[0]), >, top_of (pz_fixture_find (f, "Results")));
  pz_fixture_shot (f, "rows");
}

/* Variants of the largest seed have seeds beyond the limit. Using one is reported and must not become Random or another
 * seed. */
static void
test_a_seed_that_is_too_large_is_said (PzFixture *f, gconstpointer data)
{
  static const char *const actions[] = { "Use This Seed", "Reuse Its Settings",
                                         "More Like This" };
  gint seed, varied;

  (void) data;
  g_object_set (f->settings, "seed", G_MAXINT, NULL);
  pz_fixture_open (f);
  pz_panel_act (f->panel);
  pz_fixture_wait_idle (f);
  for (guint i = 0; i < G_N_ELEMENTS (actions); i++)
    {
      g_object_set (f->settings, "seed", 4, NULL);
      pz_fixture_choose (f, "Actions for variant 2", actions[i]);
      g_assert_cmpstr (pz_panel_get_status (f->panel), ==,
                       "Seed 2147483648 is larger than 2147483647 and cannot be entered.");
      g_object_get (f->settings, "seed", &seed, "variation-of", &varied, NULL);
      g_assert_cmpint (seed, ==, 4);
      g_assert_cmpint (varied, ==, -1);
      g_assert_false (pz_panel_is_running (f->panel));
    }
  pz_fixture_choose (f, "Actions for variant 1", "Use This Seed");
  g_object_get (f->settings, "seed", &seed, NULL);
  g_assert_cmpint (seed, ==, G_MAXINT);
}

static gboolean
offers_native_size (PzFixture *f)
{
  GtkMenuButton *more = GTK_MENU_BUTTON (pz_fixture_find (f, "Actions for variant 1"));

  return pz_fixture_offers (GTK_WIDGET (gtk_menu_button_get_popover (more)), "Native Size");
}

static void
test_results_get_their_native_size (PzFixture *f, gconstpointer data)
{
  (void) data;
  g_object_set (f->settings, "variants", 1, NULL);
  pz_fixture_open (f);
  pz_panel_act (f->panel);
  pz_fixture_wait_idle (f);
  g_assert_false (f->fake.native_size);
  g_assert_true (offers_native_size (f));
  pz_fixture_choose (f, "Actions for variant 1", "Native Size");
  g_assert_cmpstr (f->fake.told->pdata[0], ==, "native 0");
  /* Results that already have their native size do not offer it. */
  g_array_index (f->fake.states, PzHostState, 0) = PZ_HOST_GONE;
  g_object_set (f->settings, "native-size", TRUE, NULL);
  pz_panel_act (f->panel);
  pz_fixture_wait_idle (f);
  g_assert_true (f->fake.native_size);
  g_assert_false (offers_native_size (f));
}

static void
test_more_like_this_makes_new_ones (PzFixture *f, gconstpointer data)
{
  (void) data;
  make_three (f);
  g_object_set (f->settings, "prompt", "else", NULL);
  pz_fixture_choose (f, "Actions for variant 1", "More Like This");
  PZ_WAIT_UNTIL (pz_panel_is_running (f->panel));
  pz_fixture_wait_idle (f);
  g_assert_cmpuint (f->fake.n_results, ==, 6);
  g_assert_cmpstr (f->fake.prompt, ==, "a S at sea");
  g_assert_cmpuint (pz_fake.last.variation_of, ==, 5);
  g_assert_cmpfloat (pz_fake.last.variation, >, 0);
  /* Variations of another result: variant 2 has seed 6. */
  pz_fixture_choose (f, "Actions for variant 2", "More Like This");
  PZ_WAIT_UNTIL (pz_panel_is_running (f->panel));
  pz_fixture_wait_idle (f);
  g_assert_cmpuint (pz_fake.last.variation_of, ==, 6);
  pz_fixture_press (f, "No variations");
  pz_panel_act (f->panel);
  pz_fixture_wait_idle (f);
  g_assert_cmpfloat (pz_fake.last.variation, ==, 0);
}

static void
test_a_result_is_deleted (PzFixture *f, gconstpointer data)
{
  g_autoptr (GPtrArray) tiles = NULL;

  (void) data;
  make_three (f);
  pz_fixture_choose (f, "Actions for variant 2", "Delete This Layer");
  g_assert_cmpstr (f->fake.told->pdata[0], ==, "delete 1");
  g_assert_false (pz_fixture_has (f, "Variant 2, seed 6, hidden"));
  /* The other tiles still refer to the same results. */
  tiles = pz_fixture_toggles (f);
  g_assert_cmpuint (tiles->len, ==, 2);
  gtk_button_clicked (tiles->pdata[1]);
  g_assert_cmpstr (f->fake.told->pdata[1], ==, "show 2");
  /* The results of the next run are numbered after all earlier ones. */
  pz_panel_act (f->panel);
  pz_fixture_wait_idle (f);
  pz_fixture_choose (f, "Actions for variant 2", "Delete This Layer");
  g_assert_cmpstr (f->fake.told->pdata[f->fake.told->len - 1], ==, "delete 4");
}

/* ---- previews and metadata ---- */

static void
test_previews_come_and_can_be_switched_off (PzFixture *f, gconstpointer data)
{
  (void) data;
  make_three (f);
  g_assert_cmpuint (pz_fake.n_previews, ==, 12);
  g_object_set (f->settings, "preview", FALSE, NULL);
  pz_panel_act (f->panel);
  pz_fixture_wait_idle (f);
  g_assert_cmpuint (pz_fake.n_previews, ==, 12);
}

static void
test_comment_and_mark_are_asked_for (PzFixture *f, gconstpointer data)
{
  (void) data;
  make_three (f);
  g_assert_null (f->fake.comment);
  g_assert_false (f->fake.mark_origin || f->fake.new_image);
  g_object_set (f->settings, "image-comment", TRUE, "mark-origin", TRUE, "target", "new-image",
                NULL);
  pz_panel_act (f->panel);
  pz_fixture_wait_idle (f);
  g_assert_true (g_str_has_prefix (f->fake.comment, "a S at sea\nSteps: 4, Sampler: LCM"));
  g_assert_true (f->fake.mark_origin && f->fake.new_image);
}

int
main (int argc, char **argv)
{
  pz_fixture_init (&argc, &argv);
  PZ_FIXTURE_ADD ("/results/seed-and-settings-are-used-again",
                  test_a_results_seed_and_settings_are_used_again);
  PZ_FIXTURE_ADD ("/results/one-is-enlarged", test_a_result_is_enlarged);
  PZ_FIXTURE_ADD ("/results/marks-are-light-on-dark", test_marks_are_light_on_dark);
  PZ_FIXTURE_ADD ("/results/lie-in-rows", test_results_lie_in_rows);
  PZ_FIXTURE_ADD ("/results/a-seed-that-is-too-large-is-said",
                  test_a_seed_that_is_too_large_is_said);
  PZ_FIXTURE_ADD ("/results/they-get-their-native-size", test_results_get_their_native_size);
  PZ_FIXTURE_ADD ("/results/more-like-this-makes-new-ones", test_more_like_this_makes_new_ones);
  PZ_FIXTURE_ADD ("/results/one-is-deleted", test_a_result_is_deleted);
  PZ_FIXTURE_ADD ("/results/previews-come-and-can-be-switched-off",
                  test_previews_come_and_can_be_switched_off);
  PZ_FIXTURE_ADD ("/results/comment-and-mark-are-asked-for",
                  test_comment_and_mark_are_asked_for);
  return g_test_run ();
}

/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The panel in a plain GTK window, with a host and an engine that are doubles.
 */
#include "tests/ui/fake-session.h"
#include "ui/panel.h"

typedef struct
{
  guint n_calls, n_results, n_reads;
  gboolean no_concept;
  char *mask_source;
  char *prompt;
  GPtrArray *shown; /* "index+" or "index-" */
} FakeHost;

static PzHostConcept *
get_concept (gpointer data, const char *mask_source, GError **error)
{
  FakeHost *host = data;
  PzHostConcept *concept;
  float pixels[8 * 8 * 3] = { 0 };

  host->n_reads++;
  g_set_str (&host->mask_source, mask_source);
  if (host->no_concept && !g_str_equal (mask_source, "layer"))
    {
      g_set_error_literal (error, PZ_ERROR, PZ_ERROR_BAD_INPUT,
                           "the selection misses the layer");
      return NULL;
    }
  concept = g_new0 (PzHostConcept, 1);
  concept->image = pz_image_new (8, 8, 3, pixels);
  concept->name = g_strdup ("fox");
  concept->mask_source = g_strdup ("layer");
  return concept;
}

static gboolean
add_results (gpointer data,
             const char *prompt,
             const PzHostResult results[],
             guint n,
             GError **error)
{
  FakeHost *host = data;

  (void) error;
  g_assert_nonnull (results[n - 1].image);
  host->n_calls++;
  host->n_results += n;
  g_set_str (&host->prompt, prompt);
  return TRUE;
}

static void
show_result (gpointer data, guint result, gboolean shown)
{
  FakeHost *host = data;

  g_ptr_array_add (host->shown, g_strdup_printf ("%u%c", result, shown ? '+' : '-'));
}

static const PzHostClass host_class = {
  .get_concept = get_concept,
  .add_results = add_results,
  .show_result = show_result,
};

typedef struct
{
  FakeHost fake;
  PzHost host;
  PzSettings *settings;
  GtkWidget *window;
  PzPanel *panel;
} Fixture;

static void
spin (gboolean (*done) (PzPanel *), PzPanel *panel)
{
  while (!done (panel))
    g_main_context_iteration (NULL, TRUE);
}

static gboolean
is_idle (PzPanel *panel)
{
  return !pz_panel_is_running (panel);
}

static gboolean
has_opened (PzPanel *panel)
{
  const char *hindrance = pz_panel_get_hindrance (panel);

  return !hindrance || !g_strstr_len (hindrance, -1, "being opened");
}

static void
set_up (Fixture *f, gconstpointer data)
{
  (void) data;
  pz_fake_reset ();
  f->fake.shown = g_ptr_array_new_with_free_func (g_free);
  f->host = (PzHost) { .klass = &host_class, .host = &f->fake };
  f->settings = pz_settings_new ();
  g_object_set (f->settings, "variants", 3, NULL);
  f->window = gtk_window_new (GTK_WINDOW_TOPLEVEL);
}

static void
open_panel (Fixture *f)
{
  f->panel = PZ_PANEL (pz_panel_new (f->settings, &f->host));
  gtk_container_add (GTK_CONTAINER (f->window), GTK_WIDGET (f->panel));
  gtk_widget_show (GTK_WIDGET (f->panel));
  gtk_widget_show (f->window);
  spin (has_opened, f->panel);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  (void) data;
  gtk_widget_destroy (f->window);
  g_object_unref (f->settings);
  g_ptr_array_unref (f->fake.shown);
  g_free (f->fake.mask_source);
  g_free (f->fake.prompt);
  g_assert_false (pz_fake.wrong_thread);
}

typedef void (*Visit) (GtkWidget *widget, gpointer data);

typedef struct
{
  Visit visit;
  gpointer data;
} Walk;

static void
walk (GtkWidget *widget, gpointer data)
{
  Walk *w = data;

  w->visit (widget, w->data);
  if (GTK_IS_MENU_BUTTON (widget) && gtk_menu_button_get_popover (GTK_MENU_BUTTON (widget)))
    walk (GTK_WIDGET (gtk_menu_button_get_popover (GTK_MENU_BUTTON (widget))), data);
  /* What is inside a chooser is GTK's own business. */
  if (GTK_IS_CONTAINER (widget) && !GTK_IS_COMBO_BOX (widget)
      && !GTK_IS_FILE_CHOOSER_BUTTON (widget))
    gtk_container_forall (GTK_CONTAINER (widget), walk, w);
}

static void
collect_toggles (GtkWidget *widget, gpointer data)
{
  const char *name = atk_object_get_name (gtk_widget_get_accessible (widget));

  if (GTK_IS_TOGGLE_BUTTON (widget) && name && g_str_has_prefix (name, "Variant "))
    g_ptr_array_add (data, widget);
}

static GPtrArray *
toggles (Fixture *f)
{
  GPtrArray *found = g_ptr_array_new ();

  walk (GTK_WIDGET (f->panel), &(Walk) { collect_toggles, found });
  return found;
}

/* ---- tests ---- */

static void
test_a_run_adds_all_results_at_once (Fixture *f, gconstpointer data)
{
  g_autoptr (GPtrArray) tiles = NULL;

  (void) data;
  g_object_set (f->settings, "prompt", "a S in the snow", "seed", 5, NULL);
  open_panel (f);
  g_assert_null (pz_panel_get_hindrance (f->panel));
  pz_panel_generate (f->panel);
  g_assert_true (pz_panel_is_running (f->panel));
  g_assert_false (pz_panel_can_generate (f->panel));
  spin (is_idle, f->panel);
  g_assert_cmpuint (f->fake.n_calls, ==, 1);
  g_assert_cmpuint (f->fake.n_results, ==, 3);
  g_assert_cmpuint (pz_panel_get_n_added (f->panel), ==, 3);
  g_assert_cmpstr (f->fake.prompt, ==, "a S in the snow");

  tiles = toggles (f);
  g_assert_cmpuint (tiles->len, ==, 3);
  g_assert_cmpstr (atk_object_get_name (gtk_widget_get_accessible (tiles->pdata[0])), ==,
                   "Variant 1, seed 5, shown");
  g_assert_cmpstr (atk_object_get_name (gtk_widget_get_accessible (tiles->pdata[1])), ==,
                   "Variant 2, seed 6, hidden");
  gtk_button_clicked (tiles->pdata[1]);
  gtk_button_clicked (tiles->pdata[0]);
  g_assert_cmpuint (f->fake.shown->len, ==, 2);
  g_assert_cmpstr (f->fake.shown->pdata[0], ==, "1+");
  g_assert_cmpstr (f->fake.shown->pdata[1], ==, "0-");
}

static void
test_stopping_keeps_finished_variants (Fixture *f, gconstpointer data)
{
  (void) data;
  open_panel (f);
  pz_fake.step_ms = 30;
  g_object_set (f->settings, "variants", 16, NULL);
  pz_panel_generate (f->panel);
  while (pz_fake.n_variants < 1)
    g_main_context_iteration (NULL, TRUE);
  pz_panel_stop (f->panel);
  g_assert_true (pz_panel_is_stopping (f->panel));
  spin (is_idle, f->panel);
  g_assert_cmpuint (f->fake.n_calls, ==, 1);
  g_assert_cmpuint (f->fake.n_results, >=, 1);
  g_assert_cmpuint (f->fake.n_results, <, 16);
  /* The next run counts on. */
  pz_fake.step_ms = 0;
  g_object_set (f->settings, "variants", 2, NULL);
  pz_panel_generate (f->panel);
  spin (is_idle, f->panel);
  g_assert_cmpuint (pz_panel_get_n_added (f->panel), ==, f->fake.n_results);
}

static void
test_an_error_keeps_what_was_made (Fixture *f, gconstpointer data)
{
  (void) data;
  open_panel (f);
  pz_fake.generate_error = PZ_ERROR_GPU_MEMORY;
  pz_panel_generate (f->panel);
  spin (is_idle, f->panel);
  g_assert_cmpuint (f->fake.n_results, ==, 1);
  g_assert_true (pz_panel_can_generate (f->panel));
}

static void
test_no_model_means_no_generate (Fixture *f, gconstpointer data)
{
  (void) data;
  pz_fake.open_error = PZ_ERROR_NO_DEVICE;
  open_panel (f);
  g_assert_false (pz_panel_can_generate (f->panel));
  g_assert_nonnull (pz_panel_get_hindrance (f->panel));
  pz_panel_generate (f->panel);
  g_assert_false (pz_panel_is_running (f->panel));
  /* Another device is tried at once. */
  pz_fake.open_error = -1;
  g_object_set (f->settings, "device", "Fake", NULL);
  while (!pz_panel_can_generate (f->panel))
    g_main_context_iteration (NULL, TRUE);
}

static void
test_a_blank_prompt_means_no_generate (Fixture *f, gconstpointer data)
{
  (void) data;
  open_panel (f);
  g_object_set (f->settings, "prompt", " \n", NULL);
  g_assert_false (pz_panel_can_generate (f->panel));
  g_object_set (f->settings, "prompt", "a S", NULL);
  g_assert_true (pz_panel_can_generate (f->panel));
}

static void
test_no_concept_means_no_generate_until_the_whole_layer_is_taken (Fixture *f,
                                                                  gconstpointer data)
{
  (void) data;
  f->fake.no_concept = TRUE;
  open_panel (f);
  g_assert_false (pz_panel_can_generate (f->panel));
  g_object_set (f->settings, "mask-source", "layer", NULL);
  g_assert_cmpstr (f->fake.mask_source, ==, "layer");
  g_assert_true (pz_panel_can_generate (f->panel));
}

static void
check_name (GtkWidget *widget, gpointer data)
{
  AtkObject *accessible = gtk_widget_get_accessible (widget);
  const char *name = atk_object_get_name (accessible);

  (void) data;
  if (!gtk_widget_get_can_focus (widget) || GTK_IS_SCROLLBAR (widget) || GTK_IS_LABEL (widget))
    return;
  /* The info bar's close button is GTK's, named by its icon's description. */
  if (gtk_widget_get_ancestor (widget, GTK_TYPE_INFO_BAR) || GTK_IS_POPOVER (widget))
    return;
  if (!name || !*name)
    g_error ("%s %p (buildable %s) has no accessible name", G_OBJECT_TYPE_NAME (widget),
             (void *) widget, gtk_widget_get_name (widget));
}

static void
collect_mnemonic (GtkWidget *widget, gpointer data)
{
  GHashTable *taken = data;
  guint key;

  if (!GTK_IS_LABEL (widget))
    return;
  key = gtk_label_get_mnemonic_keyval (GTK_LABEL (widget));
  if (key == GDK_KEY_VoidSymbol)
    return;
  key = gdk_keyval_to_lower (key);
  g_test_message ("%c: %s", (char) key, gtk_label_get_label (GTK_LABEL (widget)));
  g_assert_false (g_hash_table_contains (taken, GUINT_TO_POINTER (key)));
  g_hash_table_add (taken, GUINT_TO_POINTER (key));
}

static void
test_all_can_be_reached_by_name_and_mnemonic (Fixture *f, gconstpointer data)
{
  g_autoptr (GHashTable) taken = g_hash_table_new (NULL, NULL);

  (void) data;
  /* The frame's: Generate, Close, Help, Reset, Save and Load Settings, and OK. */
  for (const char *p = "gchrslo"; *p; p++)
    g_hash_table_add (taken, GUINT_TO_POINTER ((guint) *p));
  open_panel (f);
  pz_panel_generate (f->panel);
  spin (is_idle, f->panel);
  walk (GTK_WIDGET (f->panel), &(Walk) { check_name, NULL });
  walk (GTK_WIDGET (f->panel), &(Walk) { collect_mnemonic, taken });
  g_assert_cmpuint (g_hash_table_size (taken), >, 7 + 12);
}

static void
test_closing_during_a_run_waits_for_the_worker (Fixture *f, gconstpointer data)
{
  (void) data;
  open_panel (f);
  pz_fake.step_ms = 50;
  pz_panel_generate (f->panel);
  g_assert_true (pz_panel_is_running (f->panel));
  /* tear_down destroys the window. */
}

#define ADD(path, test) g_test_add (path, Fixture, NULL, set_up, test, tear_down)

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  ADD ("/panel/a-run-adds-all-results-at-once", test_a_run_adds_all_results_at_once);
  ADD ("/panel/stopping-keeps-finished-variants", test_stopping_keeps_finished_variants);
  ADD ("/panel/an-error-keeps-what-was-made", test_an_error_keeps_what_was_made);
  ADD ("/panel/no-model-means-no-generate", test_no_model_means_no_generate);
  ADD ("/panel/a-blank-prompt-means-no-generate", test_a_blank_prompt_means_no_generate);
  ADD ("/panel/no-concept-means-no-generate-until-the-whole-layer-is-taken",
       test_no_concept_means_no_generate_until_the_whole_layer_is_taken);
  ADD ("/panel/all-can-be-reached-by-name-and-mnemonic",
       test_all_can_be_reached_by_name_and_mnemonic);
  ADD ("/panel/closing-during-a-run-waits-for-the-worker",
       test_closing_during_a_run_waits_for_the_worker);
  return g_test_run ();
}

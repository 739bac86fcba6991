/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ui/concepts/concept-chooser.h"

#include <glib/gi18n.h>
#include <math.h>

#include "models/saved-concepts.h"
#include "ui/concepts/concept-menu.h"
#include "ui/thumbnail.h"
#include "ui/widgets/file-choice.h"
#include "ui/widgets/form.h"
#include "ui/widgets/menu.h"

#define THUMBNAIL_SIDE 24
#define MAX_NAME_CHARS 14

struct _PzConceptChooser
{
  GtkBox parent;

  PzSettings *settings;
  GtkBox *chips;
  GtkWidget *add; /* menu button */
  GtkWidget *menu;
  gboolean takes_fidelity; /* it has an effect on one of the concepts at least */
  guint show_id; /* idle callback that rebuilds the chips; 0 = none is pending */
};

G_DEFINE_FINAL_TYPE (PzConceptChooser, pz_concept_chooser, GTK_TYPE_BOX)

enum
{
  SIGNAL_SHOWN,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

/* ---- the settings ---- */

static void
set_all (PzConceptChooser *chooser, GPtrArray *concepts, GArray *fidelities)
{
  g_ptr_array_add (concepts, NULL);
  g_object_set (chooser->settings, "concepts", concepts->pdata, "fidelities", fidelities, NULL);
}

/* Copies both lists, with the same length. */
static void
get_all (PzConceptChooser *chooser, GPtrArray **concepts, GArray **fidelities)
{
  g_auto (GStrv) names = pz_settings_get_concepts (chooser->settings);

  *concepts = g_ptr_array_new_with_free_func (g_free);
  *fidelities = g_array_new (FALSE, FALSE, sizeof (gdouble));
  for (guint i = 0; names[i]; i++)
    {
      gdouble fidelity = pz_settings_get_fidelity (chooser->settings, i);

      g_ptr_array_add (*concepts, g_strdup (names[i]));
      g_array_append_val (*fidelities, fidelity);
    }
}

static void
change_fidelity (PzConceptChooser *chooser, guint index, gdouble fidelity)
{
  g_autoptr (GPtrArray) concepts = NULL;
  g_autoptr (GArray) fidelities = NULL;

  get_all (chooser, &concepts, &fidelities);
  g_array_index (fidelities, gdouble, index) = fidelity;
  /* Setting "concepts" too would rebuild the chips, including the one in use. */
  g_object_set (chooser->settings, "fidelities", fidelities, NULL);
}

static void
remove_concept (PzConceptChooser *chooser, guint index)
{
  g_autoptr (GPtrArray) concepts = NULL;
  g_autoptr (GArray) fidelities = NULL;

  get_all (chooser, &concepts, &fidelities);
  g_ptr_array_remove_index (concepts, index);
  g_array_remove_index (fidelities, index);
  set_all (chooser, concepts, fidelities);
}

static void
add_concept (PzConceptChooser *chooser, const char *name)
{
  g_autoptr (GPtrArray) concepts = NULL;
  g_autoptr (GArray) fidelities = NULL;
  gdouble fidelity = -1;

  get_all (chooser, &concepts, &fidelities);
  g_ptr_array_add (concepts, g_strdup (name));
  g_array_append_val (fidelities, fidelity);
  set_all (chooser, concepts, fidelities);
}

/* ---- chips ---- */

/* Of the concept that a menu item or an adjustment belongs to. */
static guint
index_of (gpointer object)
{
  return GPOINTER_TO_UINT (g_object_get_data (object, "index"));
}


static void
on_remove (GtkWidget *item, PzConceptChooser *chooser)
{
  remove_concept (chooser, index_of (item));
}

/* If the concept's own fidelity is below 0, shows the setting "fidelity". */
static gdouble
shown_fidelity (PzConceptChooser *chooser, guint index)
{
  gdouble own = pz_settings_get_fidelity (chooser->settings, index), all;

  g_object_get (chooser->settings, "fidelity", &all, NULL);
  return own >= 0 ? own : all >= 0 ? all : pz_settings_get_model_fidelity (chooser->settings);
}

static void
on_fidelity (GtkAdjustment *adjustment, PzConceptChooser *chooser)
{
  const guint index = index_of (adjustment);
  const gdouble fidelity = gtk_adjustment_get_value (adjustment);

  if (fabs (fidelity - shown_fidelity (chooser, index)) > 1e-6)
    change_fidelity (chooser, index, fidelity);
}

/* The setting "fidelity" may have changed since the menu was shown last. */
static void
on_fidelity_shown (GtkAdjustment *adjustment)
{
  PzConceptChooser *chooser = g_object_get_data (G_OBJECT (adjustment), "chooser");

  gtk_adjustment_set_value (adjustment, shown_fidelity (chooser, index_of (adjustment)));
}

static GtkWidget *
fidelity_row (PzConceptChooser *chooser, guint index, const char *title)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *spin = gtk_spin_button_new_with_range (0, PZ_MAX_FIDELITY, 0.05);
  GtkAdjustment *adjustment = gtk_spin_button_get_adjustment (GTK_SPIN_BUTTON (spin));
  GtkWidget *scale = gtk_scale_new (GTK_ORIENTATION_HORIZONTAL, adjustment);
  g_autofree char *name = g_strdup_printf (_ ("Fidelity of “%s”"), title);

  gtk_spin_button_set_digits (GTK_SPIN_BUTTON (spin), 2);
  gtk_adjustment_set_value (adjustment, shown_fidelity (chooser, index));
  g_object_set_data (G_OBJECT (adjustment), "index", GUINT_TO_POINTER (index));
  g_object_set_data (G_OBJECT (adjustment), "chooser", chooser);
  g_signal_connect_object (row, "map", G_CALLBACK (on_fidelity_shown), adjustment,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (adjustment, "value-changed", G_CALLBACK (on_fidelity), chooser, 0);
  gtk_scale_set_draw_value (GTK_SCALE (scale), FALSE);
  gtk_widget_set_size_request (scale, 120, -1);
  atk_object_set_name (gtk_widget_get_accessible (scale), name);
  atk_object_set_name (gtk_widget_get_accessible (spin), name);
  gtk_widget_set_tooltip_text (
    scale, _ ("Left: closer to the prompt. Right: closer to this concept."));
  gtk_box_pack_start (GTK_BOX (row), gtk_label_new (_ ("Fidelity:")), FALSE, FALSE, 0);
  gtk_box_pack_start (GTK_BOX (row), scale, TRUE, TRUE, 0);
  gtk_box_pack_start (GTK_BOX (row), spin, FALSE, FALSE, 0);
  g_object_set (row, "margin", 6, NULL);
  gtk_widget_show_all (row);
  return row;
}

/* (transfer floating), NULL = it has none. */
static GtkWidget *
thumbnail_of (PzConceptChooser *chooser, const PzSavedConcept *saved)
{
  cairo_surface_t *surface;
  GtkWidget *image;

  if (!saved->thumbnail)
    return NULL;
  surface = pz_thumbnail_surface (saved->thumbnail, THUMBNAIL_SIDE, GTK_WIDGET (chooser));
  image = gtk_image_new_from_surface (surface);
  cairo_surface_destroy (surface);
  return image;
}

/* Shows the concept's placeholder; its menu has the fidelity and Remove. */
static GtkWidget *
chip_new (PzConceptChooser *chooser, const char *name, guint index, guint n)
{
  const gboolean is_layer = g_str_equal (name, PZ_CONCEPT_LAYER);
  g_autofree char *path = is_layer ? NULL : pz_saved_concept_path (name);
  g_autoptr (PzSavedConcept) saved = path ? pz_saved_concept_inspect (path) : NULL;
  const char *title = saved ? saved->title : _ ("Active layer");
  g_autofree char *placeholder = n > 1 ? g_strdup_printf ("S%u", index + 1) : g_strdup ("S");
  g_autofree char *accessible = g_strdup_printf (_ ("Concept %s: %s"), placeholder, title);
  GtkWidget *button = gtk_menu_button_new ();
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *label = gtk_label_new (title), *mark = gtk_label_new (NULL);
  GtkWidget *picture = saved ? thumbnail_of (chooser, saved) : NULL;
  GtkWidget *menu = pz_menu_new (GTK_MENU_BUTTON (button)), *remove;
  GtkWidget *fidelity = fidelity_row (chooser, index, title);
  g_autofree char *markup = g_markup_printf_escaped ("<b>%s</b>", placeholder);

  gtk_label_set_markup (GTK_LABEL (mark), markup);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_label_set_max_width_chars (GTK_LABEL (label), MAX_NAME_CHARS);
  gtk_box_pack_start (GTK_BOX (row), mark, FALSE, FALSE, 0);
  if (picture)
    gtk_box_pack_start (GTK_BOX (row), picture, FALSE, FALSE, 0);
  gtk_box_pack_start (GTK_BOX (row), label, FALSE, FALSE, 0);
  if (saved && saved->problem)
    gtk_box_pack_start (GTK_BOX (row),
                        gtk_image_new_from_icon_name ("dialog-warning-symbolic",
                                                      GTK_ICON_SIZE_BUTTON),
                        FALSE, FALSE, 0);
  gtk_container_add (GTK_CONTAINER (button), row);
  gtk_widget_set_tooltip_text (button, saved && saved->problem ? saved->problem : title);
  atk_object_set_name (gtk_widget_get_accessible (button), accessible);

  if (saved && !saved->problem && !saved->takes_fidelity)
    {
      gtk_widget_set_sensitive (fidelity, FALSE);
      gtk_widget_set_tooltip_text (fidelity, _ ("Has no effect on learned words and adapters"));
    }
  else
    chooser->takes_fidelity = TRUE;
  pz_menu_append_widget (menu, PZ_MENU_MAIN, fidelity);
  remove = pz_menu_append (menu, PZ_MENU_MAIN, _ ("Remove"));
  g_object_set_data (G_OBJECT (remove), "index", GUINT_TO_POINTER (index));
  gtk_widget_set_sensitive (remove, n > 1 || !is_layer);
  g_signal_connect_object (remove, "clicked", G_CALLBACK (on_remove), chooser, 0);
  gtk_widget_show_all (button);
  return button;
}

static void
show_chips (PzConceptChooser *chooser)
{
  g_auto (GStrv) names = pz_settings_get_concepts (chooser->settings);
  const guint n = g_strv_length (names);

  pz_form_empty (GTK_CONTAINER (chooser->chips));
  chooser->takes_fidelity = FALSE;
  for (guint i = 0; i < n; i++)
    gtk_box_pack_start (chooser->chips, chip_new (chooser, names[i], i, n), FALSE, FALSE, 0);
  gtk_widget_set_sensitive (chooser->add, n < PZ_MAX_CONCEPTS);
  g_signal_emit (chooser, signals[SIGNAL_SHOWN], 0);
}

/* In an idle callback, because a chip that is destroyed may contain the button that was pressed. */
static gboolean
on_show (gpointer data)
{
  PzConceptChooser *chooser = data;

  chooser->show_id = 0;
  show_chips (chooser);
  return G_SOURCE_REMOVE;
}

void
pz_concept_chooser_refresh (PzConceptChooser *chooser)
{
  if (chooser->show_id == 0)
    chooser->show_id = g_idle_add (on_show, chooser);
}

gboolean
pz_concept_chooser_takes_fidelity (PzConceptChooser *chooser)
{
  return chooser->takes_fidelity;
}

/* ---- adding ---- */

static void
take_concept (gpointer chooser, const char *name)
{
  add_concept (chooser, name);
}

static void
on_choose_file (PzConceptChooser *chooser)
{
  static const char *const patterns[] = { "*" PZ_CONCEPT_ENDING };
  GtkFileChooserNative *dialog =
    pz_file_choice_new (chooser, _ ("Choose a Concept"), GTK_FILE_CHOOSER_ACTION_OPEN);

  pz_file_choice_add_kind (dialog, _ ("Concepts"), patterns, G_N_ELEMENTS (patterns));
  pz_file_choice_show (dialog, chooser, take_concept);
}

static void
fill_menu (PzConceptChooser *chooser)
{
  GtkWidget *item;

  pz_concept_menu_append (chooser->menu, chooser->settings, take_concept, chooser);
  pz_menu_append_separator (chooser->menu, PZ_MENU_MAIN);
  item = pz_menu_append (chooser->menu, PZ_MENU_MAIN, _ ("Choose File…"));
  g_signal_connect_object (item, "clicked", G_CALLBACK (on_choose_file), chooser,
                           G_CONNECT_SWAPPED);
}

void
pz_concept_chooser_set_model (PzConceptChooser *chooser,
                              const PzModelInfo *model,
                              const char *beside)
{
  pz_concept_menu_set_model (chooser->menu, model, beside);
}

/* ---- the widget ---- */

static void
pz_concept_chooser_dispose (GObject *object)
{
  g_clear_handle_id (&PZ_CONCEPT_CHOOSER (object)->show_id, g_source_remove);
  G_OBJECT_CLASS (pz_concept_chooser_parent_class)->dispose (object);
}

static void
pz_concept_chooser_finalize (GObject *object)
{
  g_clear_object (&PZ_CONCEPT_CHOOSER (object)->settings);
  G_OBJECT_CLASS (pz_concept_chooser_parent_class)->finalize (object);
}

static void
pz_concept_chooser_class_init (PzConceptChooserClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = pz_concept_chooser_dispose;
  G_OBJECT_CLASS (klass)->finalize = pz_concept_chooser_finalize;
  signals[SIGNAL_SHOWN] = g_signal_new ("shown", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                        0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
pz_concept_chooser_init (PzConceptChooser *chooser)
{
  gtk_box_set_spacing (GTK_BOX (chooser), 6);
}

GtkWidget *
pz_concept_chooser_new (PzSettings *settings)
{
  PzConceptChooser *chooser = g_object_new (PZ_TYPE_CONCEPT_CHOOSER, NULL);
  GtkWidget *label = gtk_label_new (_ ("Concepts:"));

  chooser->settings = g_object_ref (settings);
  chooser->chips = GTK_BOX (gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6));
  chooser->add = gtk_menu_button_new ();
  chooser->menu = pz_menu_new (GTK_MENU_BUTTON (chooser->add));
  gtk_container_add (GTK_CONTAINER (chooser->add),
                     gtk_image_new_from_icon_name ("list-add-symbolic", GTK_ICON_SIZE_BUTTON));
  gtk_widget_set_tooltip_text (chooser->add,
                               _ ("Add a concept: a saved one or the active layer"));
  atk_object_set_name (gtk_widget_get_accessible (chooser->add), _ ("Add Concept"));
  fill_menu (chooser);
  gtk_box_pack_start (GTK_BOX (chooser), label, FALSE, FALSE, 0);
  gtk_box_pack_start (GTK_BOX (chooser), GTK_WIDGET (chooser->chips), FALSE, FALSE, 0);
  gtk_box_pack_start (GTK_BOX (chooser), chooser->add, FALSE, FALSE, 0);
  g_signal_connect_object (settings, "notify::concepts",
                           G_CALLBACK (pz_concept_chooser_refresh), chooser, G_CONNECT_SWAPPED);
  show_chips (chooser);
  gtk_widget_show_all (GTK_WIDGET (chooser));
  return GTK_WIDGET (chooser);
}

/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ui/concepts/concept-box.h"

#include <glib/gi18n.h>

#include "ui/concepts/concept-view.h"
#include "ui/widgets/form.h"

/* If the last reading took this long or longer, pz_concept_box_refresh () does not repeat it. */
#define QUICK_US (G_USEC_PER_SEC / 4)
#define WATCH_S 1

struct _PzConceptBox
{
  GtkBox parent;

  PzSettings *settings;
  const PzHost *host;
  PzConceptView *view;
  GtkLabel *name;
  GCancellable *reading; /* NULL = not reading */
  PzConceptFunc func; /* receives the result of the reading; NULL = no callback */
  gpointer func_data;
  double room; /* of the last reading */
  GError *error;
  GtkWidget *switcher, *selecter;
  PzImage *found; /* size of the layer; NULL = not searched, or nothing found */
  gboolean hinted; /* it was found in the selection */
  guint layer_width, layer_height;
  gint64 start_us, read_us; /* start and duration of the last reading */
  char *stamp; /* the host's, at the last reading */
  guint watch_id;
};

G_DEFINE_FINAL_TYPE (PzConceptBox, pz_concept_box, GTK_TYPE_BOX)

enum
{
  SIGNAL_CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

/* { mask_source from read_concept (), text under the preview } */
static const PzSettingChoice used_masks[] = {
  { "selection", N_ ("mask from the selection") },
  { "layer-mask", N_ ("mask from the layer mask") },
  { "alpha", N_ ("mask from transparency") },
  { "layer", N_ ("the whole layer") },
};

/* The same, for when a subject was searched for first and nothing was found. */
static const PzSettingChoice nothing_found[] = {
  { "selection", N_ ("nothing stands out: the selection") },
  { "alpha", N_ ("nothing stands out: the whole layer") },
  { "layer", N_ ("nothing stands out: the whole layer") },
};

/* NULL = there is no concept. */
static const char *
used_mask (const PzHostConcept *concept)
{
  if (!concept)
    return NULL;
  if (concept->found)
    return concept->hinted ? _ ("found in the selection") : _ ("found in the layer");
  for (guint i = 0; concept->nothing_found && i < G_N_ELEMENTS (nothing_found); i++)
    if (g_str_equal (concept->mask_source, nothing_found[i].value))
      return _ (nothing_found[i].label);
  for (guint i = 0; i < G_N_ELEMENTS (used_masks); i++)
    if (g_strcmp0 (concept->mask_source, used_masks[i].value) == 0)
      return _ (used_masks[i].label);
  return NULL;
}

/* ---- the subject that was found, and its alternatives ---- */

/* { mask-source that the button sets, its label } */
static const PzSettingChoice switches[] = {
  { "selection", N_ ("Use Selection Itself") },
  { "layer", N_ ("Use Whole Layer") },
  { "auto", N_ ("Find the Thing") },
};

static const PzSettingChoice *
the_switch (PzConceptBox *box)
{
  g_autofree char *source = NULL;

  if (box->found)
    return &switches[box->hinted ? 0 : 1];
  g_object_get (box->settings, "mask-source", &source, NULL);
  return g_str_equal (source, "selection") || g_str_equal (source, "layer") ? &switches[2]
                                                                            : NULL;
}

static void
on_switch (PzConceptBox *box)
{
  const PzSettingChoice *choice = the_switch (box);

  if (choice)
    g_object_set (box->settings, "mask-source", choice->value, NULL);
}

/* One Undo restores the previous selection. The new selection is an exact mask, which "auto" uses as it is. */
static void
on_select (PzConceptBox *box)
{
  g_autoptr (GError) error = NULL;

  if (!box->found)
    return;
  if (box->host->klass->select (box->host->host, box->found, &error))
    {
      g_object_set (box->settings, "mask-source", "auto", NULL);
      pz_concept_box_read (box, NULL, NULL);
      return;
    }
  g_clear_error (&box->error);
  box->error = g_steal_pointer (&error);
  g_signal_emit (box, signals[SIGNAL_CHANGED], 0);
}

static void
show_buttons (PzConceptBox *box)
{
  const PzSettingChoice *choice = the_switch (box);

  gtk_widget_set_visible (box->switcher, choice != NULL);
  if (choice)
    gtk_button_set_label (GTK_BUTTON (box->switcher), _ (choice->label));
  gtk_widget_set_visible (box->selecter, box->found && box->host->klass->select);
}

/* icons: alternatives; the first one that the theme has is shown. */
static GtkWidget *
icon_button (const char *const icons[], const char *name, const char *tooltip)
{
  GtkWidget *button = gtk_button_new ();
  g_autoptr (GIcon) icon = g_themed_icon_new_from_names ((char **) icons, -1);

  gtk_container_add (GTK_CONTAINER (button),
                     gtk_image_new_from_gicon (icon, GTK_ICON_SIZE_BUTTON));
  gtk_widget_set_tooltip_text (button, tooltip);
  atk_object_set_name (gtk_widget_get_accessible (button), name);
  return button;
}

/* Reserves the width of the row as it usually is, because the window gets its size before the layer is read. */
static void
reserve_width (PzConceptBox *box, GtkWidget *row)
{
  g_autofree char *label = g_strdup (gtk_button_get_label (GTK_BUTTON (box->switcher)));
  gint width;

  gtk_button_set_label (GTK_BUTTON (box->switcher), _ (switches[1].label));
  gtk_widget_show_all (row);
  gtk_widget_get_preferred_width (row, NULL, &width);
  gtk_widget_set_size_request (row, width, -1);
  gtk_button_set_label (GTK_BUTTON (box->switcher), label);
}

/* All buttons are in one row: with more rows, the settings next to it would not fit on a small screen. */
static GtkWidget *
actions_row (PzConceptBox *box)
{
  static const char *const select_icons[] = { "edit-select-all-symbolic", NULL };
  static const char *const layer_icons[] = { "gimp-layer", "go-jump-symbolic", NULL };
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  box->switcher = gtk_button_new_with_label (_ (switches[2].label));
  gtk_widget_set_tooltip_text (
    box->switcher, _ ("Use what you selected, or the whole layer, instead of the thing "
                      "that was found, or find it again"));
  box->selecter =
    icon_button (select_icons, _ ("Copy to selection"),
                 _ ("Copy to selection: what was found becomes the selection, which "
                    "can be corrected in Quick Mask (Shift+Q)"));
  g_signal_connect_swapped (box->switcher, "clicked", G_CALLBACK (on_switch), box);
  g_signal_connect_swapped (box->selecter, "clicked", G_CALLBACK (on_select), box);
  gtk_box_pack_start (GTK_BOX (row), box->switcher, TRUE, TRUE, 0);
  if (box->host->klass->use_active)
    {
      GtkWidget *button =
        icon_button (layer_icons, _ ("Use Active Layer"),
                     _ ("Use Active Layer: make the layer that is currently selected in the "
                        "image the concept"));

      g_signal_connect_swapped (button, "clicked", G_CALLBACK (pz_concept_box_use_active), box);
      gtk_box_pack_end (GTK_BOX (row), button, FALSE, FALSE, 0);
    }
  gtk_box_pack_end (GTK_BOX (row), box->selecter, FALSE, FALSE, 0);
  if (box->host->klass->select)
    reserve_width (box, row);
  gtk_widget_set_no_show_all (box->switcher, TRUE);
  gtk_widget_set_no_show_all (box->selecter, TRUE);
  show_buttons (box);
  return row;
}

/* ---- reading ---- */

static void
describe (PzConceptBox *box, const PzHostConcept *concept)
{
  const char *mask = used_mask (concept);
  g_autofree char *text = NULL, *accessible = NULL;

  if (mask)
    {
      /* Translators: under the concept's preview: layer name, then where its mask comes from. */
      text = g_strdup_printf (_ ("“%s”\n%s"), concept->name, mask);
      accessible = g_strdup_printf (_ ("Concept preview, layer %s, %s"), concept->name, mask);
    }
  else
    {
      text = g_strdup (_ ("No concept"));
      accessible = g_strdup (_ ("Concept preview, empty"));
    }
  gtk_label_set_text (box->name, text);
  atk_object_set_name (gtk_widget_get_accessible (GTK_WIDGET (box->view)), accessible);
}

static void
on_read (PzHostConcept *read, const GError *error, gpointer data)
{
  PzConceptBox *box = data;
  g_autoptr (PzHostConcept) concept = read;
  PzConceptFunc func = box->func;

  g_clear_object (&box->reading);
  g_clear_error (&box->error);
  if (!concept)
    box->error = g_error_copy (error);
  pz_concept_view_set (box->view, concept, box->room);
  describe (box, concept);
  g_clear_pointer (&box->found, pz_image_unref);
  box->found = concept && concept->found ? pz_image_ref (concept->found) : NULL;
  box->hinted = concept && concept->hinted;
  show_buttons (box);
  box->layer_width = concept ? concept->layer_width : 0;
  box->layer_height = concept ? concept->layer_height : 0;
  box->read_us = g_get_monotonic_time () - box->start_us;
  g_signal_emit (box, signals[SIGNAL_CHANGED], 0);
  if (func)
    func (g_steal_pointer (&concept), box->func_data);
}

void
pz_concept_box_stop (PzConceptBox *box)
{
  if (box->reading)
    g_cancellable_cancel (box->reading);
  g_clear_object (&box->reading);
}

void
pz_concept_box_read (PzConceptBox *box, PzConceptFunc func, gpointer data)
{
  const PzHostClass *klass = box->host->klass;
  g_autofree char *source = pz_settings_get_mask_source (box->settings);
  g_autoptr (GCancellable) reading = g_cancellable_new ();

  pz_concept_box_stop (box);
  box->reading = g_object_ref (reading);
  box->func = func;
  box->func_data = data;
  box->start_us = g_get_monotonic_time ();
  g_object_get (box->settings, "room", &box->room, NULL);
  g_free (box->stamp);
  box->stamp = klass->get_stamp ? klass->get_stamp (box->host->host) : NULL;
  klass->read_concept (box->host->host, source, box->room, reading, on_read, box);
  if (box->reading)
    gtk_label_set_text (box->name, _ ("Reading the layer…"));
}

/* Keeps the callback of a reading in progress, because Reset also works while a run is starting. */
static void
reread (PzConceptBox *box)
{
  pz_concept_box_read (box, box->reading ? box->func : NULL, box->func_data);
}

void
pz_concept_box_refresh (PzConceptBox *box)
{
  /* After an error something may have been changed that the host's stamp does not show, such as pixels. */
  if ((box->error || box->read_us < QUICK_US) && !box->reading)
    reread (box);
}

/* The user may change the selection in the image while the dialog is open. */
static gboolean
watch (gpointer data)
{
  PzConceptBox *box = data;
  g_autofree char *stamp = NULL;

  if (!gtk_widget_is_sensitive (GTK_WIDGET (box)) || box->reading)
    return G_SOURCE_CONTINUE;
  stamp = box->host->klass->get_stamp (box->host->host);
  if (g_strcmp0 (stamp, box->stamp) != 0)
    reread (box);
  return G_SOURCE_CONTINUE;
}

void
pz_concept_box_get_layer_size (PzConceptBox *box, guint *width, guint *height)
{
  *width = box->layer_width;
  *height = box->layer_height;
}

const GError *
pz_concept_box_get_error (PzConceptBox *box)
{
  return box->error;
}

void
pz_concept_box_use_active (PzConceptBox *box)
{
  g_autoptr (GError) error = NULL;

  if (box->host->klass->use_active (box->host->host, &error))
    {
      reread (box);
      return;
    }
  g_clear_error (&box->error);
  box->error = g_steal_pointer (&error);
  g_signal_emit (box, signals[SIGNAL_CHANGED], 0);
}

static void
pz_concept_box_dispose (GObject *object)
{
  pz_concept_box_stop (PZ_CONCEPT_BOX (object));
  g_clear_handle_id (&PZ_CONCEPT_BOX (object)->watch_id, g_source_remove);
  G_OBJECT_CLASS (pz_concept_box_parent_class)->dispose (object);
}

static void
pz_concept_box_finalize (GObject *object)
{
  PzConceptBox *box = PZ_CONCEPT_BOX (object);

  g_free (box->stamp);
  g_clear_pointer (&box->found, pz_image_unref);
  g_clear_error (&box->error);
  g_clear_object (&box->settings);
  G_OBJECT_CLASS (pz_concept_box_parent_class)->finalize (object);
}

static void
pz_concept_box_class_init (PzConceptBoxClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = pz_concept_box_dispose;
  G_OBJECT_CLASS (klass)->finalize = pz_concept_box_finalize;
  signals[SIGNAL_CHANGED] =
    g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 0);
}

static void
pz_concept_box_init (PzConceptBox *box)
{
  gtk_orientable_set_orientation (GTK_ORIENTABLE (box), GTK_ORIENTATION_VERTICAL);
  gtk_box_set_spacing (GTK_BOX (box), 6);
}

static GtkWidget *
mask_row (PzConceptBox *box)
{
  GtkWidget *grid = gtk_grid_new ();
  GtkWidget *combo = pz_form_choice (box->settings, "mask-source");

  gtk_grid_set_column_spacing (GTK_GRID (grid), 6);
  gtk_widget_set_hexpand (combo, TRUE);
  pz_form_attach (
    GTK_GRID (grid), 0, 0,
    &(PzFormRow) {
      .label = _ ("Mas_k:"),
      .name = _ ("Mask"),
      .tooltip = _ ("Which part of the layer is the concept. “Automatic” uses a free "
                    "selection, the layer mask or transparency as it is; without them, or in "
                    "a rectangle or an ellipse, it finds the thing."),
      .control = combo,
    });
  return grid;
}

/* Reserves both lines from the start, because the window gets its size before the layer is read. */
static void
reserve_lines (GtkLabel *label)
{
  gint height;

  gtk_label_set_text (label, "\n");
  gtk_widget_show (GTK_WIDGET (label));
  gtk_widget_get_preferred_height (GTK_WIDGET (label), NULL, &height);
  gtk_widget_set_size_request (GTK_WIDGET (label), -1, height);
}

GtkWidget *
pz_concept_box_new (PzSettings *settings, const PzHost *host)
{
  PzConceptBox *box = g_object_new (PZ_TYPE_CONCEPT_BOX, NULL);
  GtkWidget *frame = gtk_frame_new (NULL);

  box->settings = g_object_ref (settings);
  box->host = host;
  box->view = PZ_CONCEPT_VIEW (pz_concept_view_new ());
  gtk_container_add (GTK_CONTAINER (frame), GTK_WIDGET (box->view));
  gtk_widget_set_halign (frame, GTK_ALIGN_CENTER);
  gtk_box_pack_start (GTK_BOX (box), frame, FALSE, FALSE, 0);

  box->name = GTK_LABEL (gtk_label_new (NULL));
  gtk_label_set_justify (box->name, GTK_JUSTIFY_CENTER);
  gtk_label_set_ellipsize (box->name, PANGO_ELLIPSIZE_MIDDLE);
  gtk_label_set_max_width_chars (box->name, 24);
  reserve_lines (box->name);
  gtk_box_pack_start (GTK_BOX (box), GTK_WIDGET (box->name), FALSE, FALSE, 0);
  gtk_box_pack_start (GTK_BOX (box), mask_row (box), FALSE, FALSE, 0);
  gtk_box_pack_start (GTK_BOX (box), actions_row (box), FALSE, FALSE, 0);

  g_signal_connect_object (settings, "notify::mask-source", G_CALLBACK (reread), box,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (settings, "notify::target", G_CALLBACK (reread), box,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (settings, "notify::room", G_CALLBACK (reread), box,
                           G_CONNECT_SWAPPED);
  if (host->klass->get_stamp)
    box->watch_id = g_timeout_add_seconds (WATCH_S, watch, box);
  gtk_widget_show_all (GTK_WIDGET (box));
  return GTK_WIDGET (box);
}

/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ui/model/model-found.h"

#include <glib/gi18n.h>

#include "ui/widgets/form.h"
#include "ui/widgets/menu.h"

#define LINE_CHARS 60
#define LEAST_CHARS 44 /* in a narrow window */

/* The state of one menu, freed with its box. */
typedef struct
{
  GtkWidget *menu; /* (unowned) */
  GtkWidget *box; /* (unowned) */
  PzSettings *settings;
  char *beside;
  GCancellable *reading; /* NULL = not reading */
} Found;

static void
found_free (gpointer data)
{
  Found *found = data;

  if (found->reading)
    g_cancellable_cancel (found->reading);
  g_clear_object (&found->reading);
  g_object_unref (found->settings);
  g_free (found->beside);
  g_free (found);
}

/* ---- one model ---- */

char *
pz_model_found_describe (const PzModelInfo *model)
{
  g_autofree char *size = g_format_size (model->size_bytes);
  const char *const all[] = { model->family, model->precision,
                              model->size_bytes > 0 ? size : NULL, model->licence };
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (all); i++)
    if (all[i] && *all[i])
      g_string_append_printf (text, "%s%s", text->len > 0 ? " · " : "", all[i]);
  return g_string_free_and_steal (text);
}

/* What it lacks, or why it cannot be used; NULL = nothing. (transfer full) */
static char *
describe_lack (const PzModelInfo *model)
{
  if (model->problem)
    return g_strdup (model->problem);
  if (!model->missing)
    return NULL;
  return model->personalizes
           /* Translators: names of a model's parts, such as "image_encoder, elite". */
           ? g_strdup_printf (_ ("Without %s"), model->missing)
           : g_strdup_printf (_ ("Without %s: only for saved concepts"), model->missing);
}

static void
add_line (GtkWidget *column, const char *text, gboolean dim)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_label_set_max_width_chars (GTK_LABEL (label), LINE_CHARS);
  /* The minimum width of its items determines the width of a menu. */
  gtk_label_set_width_chars (GTK_LABEL (label),
                             MIN ((gint) g_utf8_strlen (text, -1), LEAST_CHARS));
  if (dim)
    gtk_style_context_add_class (gtk_widget_get_style_context (label),
                                 GTK_STYLE_CLASS_DIM_LABEL);
  gtk_box_pack_start (GTK_BOX (column), label, FALSE, FALSE, 0);
}

static void
on_chosen (GtkWidget *button, Found *found)
{
  g_autoptr (GFile) file = g_file_new_for_path (g_object_get_data (G_OBJECT (button), "path"));

  gtk_popover_popdown (GTK_POPOVER (found->menu));
  g_object_set (found->settings, "model-folder", file, NULL);
}

static GtkWidget *
model_new (Found *found, const PzModelInfo *model)
{
  GtkWidget *button = gtk_button_new (), *column = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  g_autofree char *about = pz_model_found_describe (model), *lack = describe_lack (model);
  g_autofree char *accessible =
    g_strdup_printf (lack ? "%s, %s. %s" : "%s, %s", model->name, about, lack);

  add_line (column, model->name, FALSE);
  if (*about)
    add_line (column, about, TRUE);
  if (lack)
    add_line (column, lack, TRUE);
  gtk_container_add (GTK_CONTAINER (button), column);
  gtk_button_set_relief (GTK_BUTTON (button), GTK_RELIEF_NONE);
  gtk_widget_set_sensitive (button, !model->problem);
  gtk_widget_set_tooltip_text (button, lack && model->problem ? lack : model->path);
  atk_object_set_name (gtk_widget_get_accessible (button), accessible);
  g_object_set_data_full (G_OBJECT (button), "path", g_strdup (model->path), g_free);
  g_signal_connect (button, "clicked", G_CALLBACK (on_chosen), found);
  gtk_widget_show_all (button);
  return button;
}

/* ---- the list ---- */

static void
read_models (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  (void) source;
  (void) cancellable;
  g_task_return_pointer (task, pz_model_find (data), (GDestroyNotify) g_ptr_array_unref);
}

static void
say (Found *found, const char *text)
{
  pz_form_empty (GTK_CONTAINER (found->box));
  add_line (found->box, text, TRUE);
  gtk_widget_show_all (found->box);
}

static void
on_models (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GPtrArray) models = g_task_propagate_pointer (G_TASK (result), NULL);
  Found *found = data;

  (void) source;
  /* Cancelled: the menu may be gone. */
  if (!models)
    return;
  g_clear_object (&found->reading);
  if (models->len == 0)
    {
      say (found, _ ("No model was found."));
      return;
    }
  pz_form_empty (GTK_CONTAINER (found->box));
  for (guint i = 0; i < models->len; i++)
    gtk_box_pack_start (GTK_BOX (found->box), model_new (found, models->pdata[i]), FALSE, FALSE,
                        0);
}

static void
on_show (Found *found)
{
  g_autoptr (GTask) task = NULL;

  if (found->reading)
    return;
  found->reading = g_cancellable_new ();
  task = g_task_new (NULL, found->reading, on_models, found);
  say (found, _ ("Looking for models…"));
  g_task_set_task_data (task, g_strdup (found->beside), g_free);
  g_task_run_in_thread (task, read_models);
}

void
pz_model_found_append (GtkWidget *menu, PzSettings *settings, const char *beside)
{
  Found *found = g_new0 (Found, 1);

  found->menu = menu;
  found->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  found->settings = g_object_ref (settings);
  found->beside = g_strdup (beside);
  g_object_set_data_full (G_OBJECT (found->box), "found", found, found_free);
  pz_menu_append_widget (menu, PZ_MENU_MAIN, found->box);
  g_signal_connect_swapped (menu, "show", G_CALLBACK (on_show), found);
}

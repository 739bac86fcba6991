/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ui/model-needs.h"

#include <glib/gi18n.h>
#include <glib/gstdio.h>

#include "models/session.h"
#include "ui/model-verify.h"

#define RESPONSE_COPY 1
#define RESPONSE_VERIFY 2
#define DIGEST_SHOWN 12 /* digits of 64 */

/* The diffusers layout, and ELITE's mappers. */
static const struct
{
  const char *path, *purpose;
} files[] = {
  { "tokenizer/vocab.json", N_ ("reads the prompt") },
  { "tokenizer/merges.txt", N_ ("reads the prompt") },
  { "text_encoder/config.json", N_ ("understands the prompt") },
  { "text_encoder/model.safetensors", N_ ("understands the prompt") },
  { "image_encoder/config.json", N_ ("looks at the concept") },
  { "image_encoder/model.safetensors", N_ ("looks at the concept") },
  { "elite/config.json", N_ ("turns what it sees into words") },
  { "elite/global_mapper.safetensors", N_ ("turns what it sees into words") },
  { "elite/local_mapper.safetensors", N_ ("keeps its details") },
  { "unet/config.json", N_ ("makes the picture") },
  { "unet/diffusion_pytorch_model.safetensors", N_ ("makes the picture") },
  { "vae/config.json", N_ ("paints its pixels") },
  { "vae/diffusion_pytorch_model.safetensors", N_ ("paints its pixels") },
};

/* Its size, or that it is missing. (transfer full) */
static char *
describe_file (const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  GStatBuf info;

  if (g_stat (path, &info) != 0)
    return g_strdup (_ ("missing"));
  return g_format_size ((guint64) info.st_size);
}

/* Where the files are looked for. (transfer full) */
static char *
describe_places (GFile *folder, const char *beside)
{
  g_autofree char *path = folder ? g_file_get_path (folder) : NULL;
  g_auto (GStrv) places = NULL;
  g_autofree char *list = NULL;

  if (path)
    return g_strdup_printf (_ ("In the folder %s:"), path);
  places = pz_model_search_path (beside);
  list = g_strjoinv ("\n", places);
  return g_strdup_printf (_ ("In a folder of its own inside one of these:\n%s"), list);
}

char *
pz_model_needs_to_text (GFile *folder, const char *beside)
{
  g_autofree char *path = folder ? g_file_get_path (folder) : NULL;
  g_autofree char *places = describe_places (folder, beside);
  GString *text = g_string_new (places);

  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char *found = path ? describe_file (path, files[i].path) : NULL;

      g_string_append_printf (text, "\n%s", files[i].path);
      if (found)
        g_string_append_printf (text, "  (%s)", found);
    }
  return g_string_free (text, FALSE);
}

/* The list while it is shown, and the checking of its files; lives as long as both. */
typedef struct
{
  gint ref_count; /* of the window and of the checking; main thread */
  GFile *place; /* NULL = none is chosen */
  char *folder; /* its path */
  char *beside;
  GtkLabel *found[G_N_ELEMENTS (files)]; /* NULL = the list is gone, or not shown */
  GCancellable *cancellable;
} List;

static GtkWidget *
attach_label (GtkGrid *grid, const char *text, gint column, gint row, gboolean dim)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  if (dim)
    gtk_style_context_add_class (gtk_widget_get_style_context (label),
                                 GTK_STYLE_CLASS_DIM_LABEL);
  gtk_grid_attach (grid, label, column, row, 1, 1);
  return label;
}

static GtkWidget *
build_list (List *list, GFile *folder, const char *beside)
{
  GtkWidget *grid = gtk_grid_new ();
  g_autofree char *path = folder ? g_file_get_path (folder) : NULL;
  g_autofree char *places = describe_places (folder, beside);
  GtkWidget *where = gtk_label_new (places);

  gtk_grid_set_row_spacing (GTK_GRID (grid), 3);
  gtk_grid_set_column_spacing (GTK_GRID (grid), 18);
  gtk_container_set_border_width (GTK_CONTAINER (grid), 12);
  gtk_label_set_xalign (GTK_LABEL (where), 0);
  gtk_label_set_line_wrap (GTK_LABEL (where), TRUE);
  gtk_label_set_max_width_chars (GTK_LABEL (where), 72);
  gtk_widget_set_margin_bottom (where, 6);
  gtk_grid_attach (GTK_GRID (grid), where, 0, 0, 3, 1);
  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char *found = path ? describe_file (path, files[i].path) : NULL;
      gint row = (gint) i + 1;

      attach_label (GTK_GRID (grid), files[i].path, 0, row, FALSE);
      attach_label (GTK_GRID (grid), _ (files[i].purpose), 1, row, TRUE);
      if (found)
        list->found[i] = GTK_LABEL (attach_label (GTK_GRID (grid), found, 2, row, FALSE));
    }
  return grid;
}

/* ---- checking ---- */

static void
list_unref (List *list)
{
  if (--list->ref_count > 0)
    return;
  g_clear_object (&list->place);
  g_free (list->folder);
  g_free (list->beside);
  g_object_unref (list->cancellable);
  g_free (list);
}

/* What is said of one file. (transfer full) */
static char *
describe_verified (const char *folder, const char *name, GCancellable *cancellable)
{
  g_autofree char *digest = NULL;
  g_autoptr (GError) error = NULL;
  PzVerify outcome;

  if (!pz_model_verify (folder, name, cancellable, &outcome, &digest, &error))
    return describe_file (folder, name);
  if (outcome == PZ_VERIFY_GOOD)
    return g_strdup (_ ("matches SHA256SUMS"));
  if (outcome == PZ_VERIFY_DIFFERS)
    return g_strdup (_ ("damaged: does not match SHA256SUMS"));
  /* Translators: the first digits of a file's checksum. */
  return g_strdup_printf (_ ("SHA-256 %.*s…"), DIGEST_SHOWN, digest);
}

static void
verify (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  List *list = data;
  GPtrArray *said = g_ptr_array_new_with_free_func (g_free);

  (void) source;
  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    g_ptr_array_add (said, describe_verified (list->folder, files[i].path, cancellable));
  g_task_return_pointer (task, said, (GDestroyNotify) g_ptr_array_unref);
}

static void
on_verified (GObject *source, GAsyncResult *result, gpointer data)
{
  List *list = data;
  g_autoptr (GPtrArray) said = g_task_propagate_pointer (G_TASK (result), NULL);

  (void) source;
  for (guint i = 0; said && i < said->len; i++)
    if (list->found[i])
      gtk_label_set_text (list->found[i], said->pdata[i]);
  list_unref (list);
}

static void
start_verifying (List *list)
{
  g_autoptr (GTask) task = g_task_new (NULL, list->cancellable, on_verified, list);

  list->ref_count++;
  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    gtk_label_set_text (list->found[i], _ ("reading…"));
  g_task_set_task_data (task, list, NULL);
  g_task_run_in_thread (task, verify);
}

static void
copy_list (GtkWidget *parent, GFile *folder, const char *beside)
{
  g_autofree char *text = pz_model_needs_to_text (folder, beside);

  gtk_clipboard_set_text (gtk_widget_get_clipboard (parent, GDK_SELECTION_CLIPBOARD), text, -1);
}

static void
on_response (GtkDialog *dialog, gint response, List *list)
{
  if (response == RESPONSE_COPY)
    copy_list (GTK_WIDGET (dialog), list->place, list->beside);
  else if (response == RESPONSE_VERIFY)
    {
      gtk_dialog_set_response_sensitive (dialog, RESPONSE_VERIFY, FALSE);
      start_verifying (list);
    }
  else
    gtk_widget_destroy (GTK_WIDGET (dialog));
}

static void
on_destroy (List *list)
{
  memset (list->found, 0, sizeof list->found);
  g_cancellable_cancel (list->cancellable);
  list_unref (list);
}

/* Without a loop of its own: that would block a screen reader which pressed the button. */
void
pz_model_needs_show (GtkWidget *parent, GFile *folder, const char *beside)
{
  GtkWidget *window = gtk_widget_get_toplevel (parent);
  GtkWidget *dialog =
    gtk_dialog_new_with_buttons (_ ("Files of a Model"), GTK_WINDOW (window),
                                 GTK_DIALOG_MODAL | GTK_DIALOG_DESTROY_WITH_PARENT,
                                 _ ("Verify"), RESPONSE_VERIFY, _ ("Copy List"), RESPONSE_COPY,
                                 _ ("_Close"), GTK_RESPONSE_CLOSE, NULL);
  List *list = g_new0 (List, 1);

  list->ref_count = 1;
  list->place = folder ? g_object_ref (folder) : NULL;
  list->folder = folder ? g_file_get_path (folder) : NULL;
  list->beside = g_strdup (beside);
  list->cancellable = g_cancellable_new ();
  gtk_container_add (GTK_CONTAINER (gtk_dialog_get_content_area (GTK_DIALOG (dialog))),
                     build_list (list, folder, beside));
  gtk_dialog_set_response_sensitive (GTK_DIALOG (dialog), RESPONSE_VERIFY,
                                     list->folder != NULL);
  g_signal_connect (dialog, "response", G_CALLBACK (on_response), list);
  g_signal_connect_swapped (dialog, "destroy", G_CALLBACK (on_destroy), list);
  gtk_widget_show_all (dialog);
}

/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ui/model/model-needs.h"

#include <glib/gi18n.h>

#include "models/model-files.h"
#include "models/session.h"
#include "ui/model/model-verify.h"

#define RESPONSE_COPY 1
#define RESPONSE_VERIFY 2
#define NAME_CHARS 44
#define DIGEST_SHOWN 12 /* digits of 64 */

/* What each file is for. */
static const struct
{
  PzModelFileUse use;
  const char *purpose;
} purposes[] = {
  { PZ_FILE_READS_PROMPT, N_ ("reads the prompt") },
  { PZ_FILE_TEXT_ENCODER, N_ ("understands the prompt") },
  { PZ_FILE_IMAGE_ENCODER, N_ ("looks at the concept") },
  { PZ_FILE_GLOBAL_MAPPER, N_ ("turns what it sees into words") },
  { PZ_FILE_LOCAL_MAPPER, N_ ("keeps its details") },
  { PZ_FILE_UNET, N_ ("makes the picture") },
  { PZ_FILE_VAE, N_ ("paints its pixels") },
};

static const char *
purpose_of (const PzModelFile *file)
{
  for (guint i = 0; i < G_N_ELEMENTS (purposes); i++)
    if (file->uses == (guint) purposes[i].use)
      return _ (purposes[i].purpose);
  return _ ("understands the prompt and makes the picture"); /* a single file */
}

/* The size of the file, or that it is missing. wanted: no model is chosen; gives the usual size then. (transfer full) */
static char *
describe_file (const PzModelFile *file, gboolean wanted)
{
  g_autofree char *usual = g_format_size (file->usual_bytes);

  if (file->found)
    return g_format_size (file->size_bytes);
  if (!wanted)
    return g_strdup (_ ("missing"));
  /* Translators: a file's size, such as "246.1 MB". */
  return file->usual_bytes > 0 ? g_strdup_printf (_ ("about %s"), usual)
                               : g_strdup (_ ("less than 2 MB"));
}

/* The usual size of all files, if no model is chosen. (transfer full) */
static char *
describe_total (GPtrArray *files)
{
  g_autofree char *size = NULL;
  guint64 bytes = 0;

  for (guint i = 0; i < files->len; i++)
    bytes += ((const PzModelFile *) files->pdata[i])->usual_bytes;
  size = g_format_size (bytes);
  return g_strdup_printf (_ ("About %s in all: Stable Diffusion 1.x in 16 bits, and ELITE's "
                             "mappers for it. A model in one file (.safetensors, .ckpt) can "
                             "replace all of them except the image encoder and the mappers."),
                          size);
}

/* The folders that are searched for the files. (transfer full) */
static char *
describe_places (const char *model, const char *beside)
{
  g_auto (GStrv) places = NULL;
  g_autofree char *list = NULL, *home = NULL;

  if (model)
    {
      home = pz_model_home (model);
      return g_strdup_printf (_ ("In the folder %s:"), home);
    }
  places = pz_model_search_path (beside);
  list = g_strjoinv ("\n", places);
  return g_strdup_printf (_ ("In a folder of its own inside one of these:\n%s"), list);
}

char *
pz_model_needs_to_text (GFile *model, const char *beside)
{
  g_autofree char *path = model ? g_file_get_path (model) : NULL;
  g_autofree char *places = describe_places (path, beside);
  g_autoptr (GPtrArray) files = pz_model_list_files (path);
  GString *text = g_string_new (places);

  for (guint i = 0; i < files->len; i++)
    {
      const PzModelFile *file = g_ptr_array_index (files, i);
      g_autofree char *found = describe_file (file, path == NULL);

      g_string_append_printf (text, "\n%s  (%s)", file->name, found);
    }
  if (!path)
    {
      g_autofree char *total = describe_total (files);

      g_string_append_printf (text, "\n%s", total);
    }
  return g_string_free (text, FALSE);
}

/* The list and the verification of its files. Reference-counted: it lives as long as the window or the verification. */
typedef struct
{
  gint ref_count; /* one for the window, one for the verification; main thread only */
  GFile *model; /* the chosen model; NULL = none */
  char *home; /* the folder that file names are relative to; NULL as above */
  char *beside;
  GPtrArray *files; /* PzModelFile */
  GPtrArray *found; /* the GtkLabel of each file; NULL = the window was destroyed */
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

static void
attach_file (List *list, GtkGrid *grid, const PzModelFile *file, gint row)
{
  GtkWidget *name = attach_label (grid, file->name, 0, row, FALSE);
  g_autofree char *found = NULL;

  gtk_label_set_ellipsize (GTK_LABEL (name), PANGO_ELLIPSIZE_MIDDLE);
  gtk_label_set_width_chars (GTK_LABEL (name),
                             MIN ((gint) g_utf8_strlen (file->name, -1), NAME_CHARS));
  gtk_widget_set_tooltip_text (name, file->path);
  attach_label (grid, purpose_of (file), 1, row, TRUE);
  found = describe_file (file, list->model == NULL);
  g_ptr_array_add (list->found, attach_label (grid, found, 2, row, FALSE));
}

static void
attach_total (GtkGrid *grid, GPtrArray *files)
{
  g_autofree char *text = describe_total (files);
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_line_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 72);
  gtk_widget_set_margin_top (label, 6);
  gtk_grid_attach (grid, label, 0, (gint) files->len + 1, 3, 1);
}

static GtkWidget *
build_list (List *list)
{
  GtkWidget *grid = gtk_grid_new ();
  g_autofree char *path = list->model ? g_file_get_path (list->model) : NULL;
  g_autofree char *places = describe_places (path, list->beside);
  GtkWidget *where = gtk_label_new (places);

  gtk_grid_set_row_spacing (GTK_GRID (grid), 3);
  gtk_grid_set_column_spacing (GTK_GRID (grid), 18);
  gtk_container_set_border_width (GTK_CONTAINER (grid), 12);
  gtk_label_set_xalign (GTK_LABEL (where), 0);
  gtk_label_set_line_wrap (GTK_LABEL (where), TRUE);
  gtk_label_set_max_width_chars (GTK_LABEL (where), 72);
  gtk_widget_set_margin_bottom (where, 6);
  gtk_grid_attach (GTK_GRID (grid), where, 0, 0, 3, 1);
  for (guint i = 0; i < list->files->len; i++)
    attach_file (list, GTK_GRID (grid), g_ptr_array_index (list->files, i), (gint) i + 1);
  if (!list->model)
    attach_total (GTK_GRID (grid), list->files);
  return grid;
}

/* ---- verification ---- */

static void
list_unref (List *list)
{
  if (--list->ref_count > 0)
    return;
  g_clear_object (&list->model);
  g_free (list->home);
  g_free (list->beside);
  g_ptr_array_unref (list->files);
  g_clear_pointer (&list->found, g_ptr_array_unref);
  g_object_unref (list->cancellable);
  g_free (list);
}

/* The result for one file, as text. (transfer full) */
static char *
describe_verified (const char *home, const PzModelFile *file, GCancellable *cancellable)
{
  g_autofree char *digest = NULL;
  g_autoptr (GError) error = NULL;
  PzVerify outcome;

  if (!file->path)
    return describe_file (file, FALSE);
  if (!pz_model_verify (home, file->path, cancellable, &outcome, &digest, &error))
    /* Translators: the reason why a file cannot be verified. */
    return g_strdup_printf (_ ("cannot be read: %s"), error->message);
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
  for (guint i = 0; i < list->files->len; i++)
    g_ptr_array_add (said, describe_verified (list->home, list->files->pdata[i], cancellable));
  g_task_return_pointer (task, said, (GDestroyNotify) g_ptr_array_unref);
}

static void
on_verified (GObject *source, GAsyncResult *result, gpointer data)
{
  List *list = data;
  g_autoptr (GPtrArray) said = g_task_propagate_pointer (G_TASK (result), NULL);

  (void) source;
  for (guint i = 0; said && list->found && i < said->len; i++)
    gtk_label_set_text (list->found->pdata[i], said->pdata[i]);
  list_unref (list);
}

static void
start_verifying (List *list)
{
  g_autoptr (GTask) task = g_task_new (NULL, list->cancellable, on_verified, list);

  list->ref_count++;
  for (guint i = 0; i < list->found->len; i++)
    gtk_label_set_text (list->found->pdata[i], _ ("reading…"));
  g_task_set_task_data (task, list, NULL);
  g_task_run_in_thread (task, verify);
}

static void
copy_list (GtkWidget *parent, GFile *model, const char *beside)
{
  g_autofree char *text = pz_model_needs_to_text (model, beside);

  gtk_clipboard_set_text (gtk_widget_get_clipboard (parent, GDK_SELECTION_CLIPBOARD), text, -1);
}

static void
on_response (GtkDialog *dialog, gint response, List *list)
{
  if (response == RESPONSE_COPY)
    copy_list (GTK_WIDGET (dialog), list->model, list->beside);
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
  g_clear_pointer (&list->found, g_ptr_array_unref);
  g_cancellable_cancel (list->cancellable);
  list_unref (list);
}

/* Does not run a nested main loop, because that would block a screen reader that pressed the button. */
void
pz_model_needs_show (GtkWidget *parent, GFile *model, const char *beside)
{
  GtkWidget *window = gtk_widget_get_toplevel (parent);
  GtkWidget *dialog =
    gtk_dialog_new_with_buttons (_ ("Files of a Model"), GTK_WINDOW (window),
                                 GTK_DIALOG_MODAL | GTK_DIALOG_DESTROY_WITH_PARENT,
                                 _ ("Verify"), RESPONSE_VERIFY, _ ("Copy List"), RESPONSE_COPY,
                                 _ ("_Close"), GTK_RESPONSE_CLOSE, NULL);
  List *list = g_new0 (List, 1);
  g_autofree char *path = model ? g_file_get_path (model) : NULL;

  list->ref_count = 1;
  list->model = model ? g_object_ref (model) : NULL;
  list->home = path ? pz_model_home (path) : NULL;
  list->beside = g_strdup (beside);
  list->files = pz_model_list_files (path);
  list->found = g_ptr_array_new ();
  list->cancellable = g_cancellable_new ();
  gtk_container_add (GTK_CONTAINER (gtk_dialog_get_content_area (GTK_DIALOG (dialog))),
                     build_list (list));
  gtk_dialog_set_response_sensitive (GTK_DIALOG (dialog), RESPONSE_VERIFY, path != NULL);
  g_signal_connect (dialog, "response", G_CALLBACK (on_response), list);
  g_signal_connect_swapped (dialog, "destroy", G_CALLBACK (on_destroy), list);
  gtk_widget_show_all (dialog);
}

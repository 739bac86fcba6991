/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ui/notice.h"

#include <glib/gi18n.h>

#include "ui/error-text.h"
#include "ui/form.h"

enum
{
  RESPONSE_COPY = 1,
  RESPONSE_ACTION,
};

struct _PzNotice
{
  GtkBox parent;

  GtkInfoBar *bar;
  GtkLabel *what;
  GtkLabel *next;
  GtkLabel *detail;
  GtkButton *action;
  GtkWidget *copy;
};

G_DEFINE_FINAL_TYPE (PzNotice, pz_notice, GTK_TYPE_BOX)

enum
{
  SIGNAL_ACTION,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void
on_response (GtkInfoBar *bar, gint response, PzNotice *notice)
{
  (void) bar;
  if (response == RESPONSE_COPY)
    gtk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (notice),
                                                      GDK_SELECTION_CLIPBOARD),
                            gtk_label_get_text (notice->detail), -1);
  else if (response == RESPONSE_ACTION)
    g_signal_emit (notice, signals[SIGNAL_ACTION], 0);
  else
    pz_notice_hide (notice);
}

static GtkLabel *
add_label (GtkWidget *column, const char *css_class)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_line_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_line_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 72);
  if (css_class)
    gtk_style_context_add_class (gtk_widget_get_style_context (label), css_class);
  gtk_container_add (GTK_CONTAINER (column), label);
  return GTK_LABEL (label);
}

static void
pz_notice_class_init (PzNoticeClass *klass)
{
  signals[SIGNAL_ACTION] = g_signal_new ("action", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                         0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
pz_notice_init (PzNotice *notice)
{
  GtkWidget *bar = gtk_info_bar_new ();
  GtkWidget *column = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);
  PangoAttrList *bold = pango_attr_list_new ();

  notice->bar = GTK_INFO_BAR (bar);
  notice->action = GTK_BUTTON (gtk_info_bar_add_button (notice->bar, "", RESPONSE_ACTION));
  notice->copy = gtk_info_bar_add_button (notice->bar, _ ("Copy Details"), RESPONSE_COPY);
  gtk_info_bar_set_show_close_button (notice->bar, TRUE);
  notice->what = add_label (column, NULL);
  notice->next = add_label (column, NULL);
  notice->detail = add_label (column, GTK_STYLE_CLASS_DIM_LABEL);
  gtk_label_set_selectable (notice->detail, TRUE);
  pango_attr_list_insert (bold, pango_attr_weight_new (PANGO_WEIGHT_BOLD));
  gtk_label_set_attributes (notice->what, bold);
  pango_attr_list_unref (bold);
  pz_form_clear_background (column);
  gtk_widget_set_valign (column, GTK_ALIGN_CENTER);
  gtk_container_add (GTK_CONTAINER (gtk_info_bar_get_content_area (notice->bar)), column);
  g_signal_connect (bar, "response", G_CALLBACK (on_response), notice);
  gtk_box_pack_start (GTK_BOX (notice), bar, TRUE, TRUE, 0);
  gtk_widget_show_all (bar);
  gtk_widget_set_no_show_all (GTK_WIDGET (notice), TRUE);
}

GtkWidget *
pz_notice_new (void)
{
  return g_object_new (PZ_TYPE_NOTICE, NULL);
}

static void
set_line (GtkLabel *label, const char *text)
{
  gtk_label_set_text (label, text ? text : "");
  gtk_widget_set_visible (GTK_WIDGET (label), text != NULL);
}

void
pz_notice_show_error (PzNotice *notice, const GError *error, const char *action)
{
  PzErrorText text = pz_error_text (error);

  gtk_info_bar_set_message_type (notice->bar, GTK_MESSAGE_ERROR);
  set_line (notice->what, text.what);
  set_line (notice->next, text.next);
  set_line (notice->detail, text.detail);
  gtk_button_set_label (notice->action, action ? action : "");
  gtk_widget_set_visible (GTK_WIDGET (notice->action), action != NULL);
  gtk_widget_set_visible (notice->copy, text.detail != NULL);
  atk_object_set_name (gtk_widget_get_accessible (GTK_WIDGET (notice->bar)), text.what);
  gtk_widget_show (GTK_WIDGET (notice));
}

void
pz_notice_hide (PzNotice *notice)
{
  gtk_widget_hide (GTK_WIDGET (notice));
}

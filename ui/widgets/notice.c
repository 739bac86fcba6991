/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ui/widgets/notice.h"

#include <glib/gi18n.h>

#include "ui/widgets/form.h"
#include "ui/window-fit.h"

#define MAX_TEXT_HEIGHT 84 /* four lines */
/* Length of a line next to at most one, two, and three buttons. */
#define WIDE_CHARS 72
#define MEDIUM_CHARS 52
#define NARROW_CHARS 36

/* The stored copy of a PzNoticeText. */
typedef struct
{
  gboolean set;
  GtkMessageType type;
  char *what, *next, *detail;
  PzNoticeAction actions[PZ_NOTICE_MAX_ACTIONS];
  gboolean stays;
} Place;

struct _PzNotice
{
  GtkBox parent;

  GtkInfoBar *bar;
  GtkLabel *what;
  GtkLabel *next;
  GtkLabel *detail;
  GtkWidget *buttons[PZ_NOTICE_MAX_ACTIONS];
  Place places[PZ_N_CAUSES];
  char *diagnostics;
};

G_DEFINE_FINAL_TYPE (PzNotice, pz_notice, GTK_TYPE_BOX)

enum
{
  SIGNAL_ACTION,
  SIGNAL_DISMISSED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static const char *const action_labels[PZ_N_ACTIONS] = {
  [PZ_ACTION_COPY] = N_ ("Copy Details"),
  [PZ_ACTION_WHOLE_LAYER] = N_ ("Use Whole Layer"),
  [PZ_ACTION_ACTIVE_LAYER] = N_ ("Use Active Layer"),
  [PZ_ACTION_CHOOSE_MODEL] = N_ ("Choose Model…"),
  [PZ_ACTION_WHAT_IS_NEEDED] = N_ ("What Do I Need?"),
  [PZ_ACTION_CHECK_AGAIN] = N_ ("Check Again"),
  [PZ_ACTION_PROCESSOR] = N_ ("Use Processor"),
  [PZ_ACTION_SMALLER] = N_ ("Use Smaller Size"),
  [PZ_ACTION_TRY_AGAIN] = N_ ("Try Again"),
  [PZ_ACTION_NEW_IMAGE] = N_ ("Open Results as New Image"),
  [PZ_ACTION_RESTORE] = N_ ("Restore"),
  [PZ_ACTION_DISCARD] = N_ ("Discard"),
  [PZ_ACTION_DISCARD_RUN] = N_ ("Discard"),
  [PZ_ACTION_LEARN_ON] = N_ ("Continue Learning"),
  [PZ_ACTION_DISCARD_LESSON] = N_ ("Discard"),
  [PZ_ACTION_UNDO_REMOVE] = N_ ("Undo"),
};

/* ---- what is shown ---- */

static void
place_clear (Place *place)
{
  g_free (place->what);
  g_free (place->next);
  g_free (place->detail);
  *place = (Place) { 0 };
}

/* The most urgent cause that is set; PZ_N_CAUSES = none. */
static guint
shown_cause (PzNotice *notice)
{
  for (guint cause = PZ_N_CAUSES; cause-- > 0;)
    if (notice->places[cause].set)
      return cause;
  return PZ_N_CAUSES;
}

/* A scrolled window requests the height of its content at the content's natural width. That width must not exceed the space
 * next to the buttons in a window on a small screen, or the text is cut off. */
static gint
line_chars (const Place *place)
{
  guint n = 0;

  for (guint i = 0; i < PZ_NOTICE_MAX_ACTIONS; i++)
    n += place->actions[i] != PZ_ACTION_NONE ? 1 : 0;
  return n < 2 ? WIDE_CHARS : n < 3 ? MEDIUM_CHARS : NARROW_CHARS;
}

static void
set_line (GtkLabel *label, const char *text, gint chars)
{
  gtk_label_set_max_width_chars (label, chars);
  gtk_label_set_text (label, text ? text : "");
  gtk_widget_set_visible (GTK_WIDGET (label), text != NULL);
}

static void
refresh (PzNotice *notice)
{
  guint cause = shown_cause (notice);
  const Place *place;

  gtk_widget_set_visible (GTK_WIDGET (notice), cause < PZ_N_CAUSES);
  if (cause == PZ_N_CAUSES)
    return;
  place = &notice->places[cause];
  gtk_info_bar_set_message_type (notice->bar, place->type);
  gtk_info_bar_set_show_close_button (notice->bar, !place->stays);
  set_line (notice->what, place->what, line_chars (place));
  set_line (notice->next, place->next, line_chars (place));
  set_line (notice->detail, place->detail, line_chars (place));
  for (guint i = 0; i < PZ_NOTICE_MAX_ACTIONS; i++)
    {
      PzNoticeAction action = place->actions[i];

      gtk_widget_set_visible (notice->buttons[i], action != PZ_ACTION_NONE);
      if (action != PZ_ACTION_NONE)
        gtk_button_set_label (GTK_BUTTON (notice->buttons[i]), _ (action_labels[action]));
    }
  atk_object_set_name (gtk_widget_get_accessible (GTK_WIDGET (notice->bar)), place->what);
}

/* Replaces the home folder by "~", because its path may identify the user. (transfer full) */
static char *
hide_home (const char *text)
{
  g_auto (GStrv) parts = g_strsplit (text, g_get_home_dir (), -1);

  return g_strjoinv ("~", parts);
}

static void
copy (PzNotice *notice, const Place *place)
{
  g_autofree char *shown = NULL;
  g_autofree char *text = g_strjoin ("\n", place->what, place->detail ? place->detail : "",
                                     notice->diagnostics ? notice->diagnostics : "", NULL);

  shown = hide_home (text);
  gtk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (notice),
                                                    GDK_SELECTION_CLIPBOARD),
                          shown, -1);
}

static void
on_response (GtkInfoBar *bar, gint response, PzNotice *notice)
{
  guint cause = shown_cause (notice);
  PzNoticeAction action;

  (void) bar;
  if (cause == PZ_N_CAUSES)
    return;
  if (response < 0 || response >= PZ_NOTICE_MAX_ACTIONS)
    {
      if (notice->places[cause].stays)
        return;
      pz_notice_set (notice, cause, NULL);
      g_signal_emit (notice, signals[SIGNAL_DISMISSED], 0, cause);
      return;
    }
  action = notice->places[cause].actions[response];
  if (action == PZ_ACTION_COPY)
    copy (notice, &notice->places[cause]);
  else
    g_signal_emit (notice, signals[SIGNAL_ACTION], 0, cause, action);
}

/* ---- the object ---- */

static void
pz_notice_finalize (GObject *object)
{
  PzNotice *notice = PZ_NOTICE (object);

  for (guint cause = 0; cause < PZ_N_CAUSES; cause++)
    place_clear (&notice->places[cause]);
  g_free (notice->diagnostics);
  G_OBJECT_CLASS (pz_notice_parent_class)->finalize (object);
}

static void
pz_notice_class_init (PzNoticeClass *klass)
{
  GType type = G_TYPE_FROM_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = pz_notice_finalize;
  signals[SIGNAL_ACTION] = g_signal_new ("action", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                         G_TYPE_NONE, 2, G_TYPE_UINT, G_TYPE_UINT);
  signals[SIGNAL_DISMISSED] = g_signal_new ("dismissed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                            NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
}

static GtkLabel *
add_label (GtkWidget *column, const char *css_class)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_line_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_line_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  if (css_class)
    gtk_style_context_add_class (gtk_widget_get_style_context (label), css_class);
  gtk_container_add (GTK_CONTAINER (column), label);
  return GTK_LABEL (label);
}

/* A long text scrolls, so that it does not push other content out of the window. */
static GtkWidget *
scrolled_text (GtkWidget *column)
{
  GtkWidget *scrolled = pz_window_scroll (column);

  gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (scrolled), MAX_TEXT_HEIGHT);
  gtk_scrolled_window_set_propagate_natural_width (GTK_SCROLLED_WINDOW (scrolled), TRUE);
  gtk_widget_set_can_focus (scrolled, TRUE);
  atk_object_set_name (gtk_widget_get_accessible (scrolled), _ ("Message"));
  pz_form_clear_background (scrolled);
  return scrolled;
}

/* If a bar gets less than its natural height, GTK shows its end, without the headline; this shows its start. */
static GtkWidget *
squeezed (GtkWidget *bar)
{
  GtkWidget *scrolled = pz_window_scroll (bar);

  gtk_scrollable_set_vscroll_policy (GTK_SCROLLABLE (gtk_bin_get_child (GTK_BIN (scrolled))),
                                     GTK_SCROLL_NATURAL);
  return scrolled;
}

static void
pz_notice_init (PzNotice *notice)
{
  GtkWidget *bar = gtk_info_bar_new ();
  GtkWidget *column = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);
  PangoAttrList *bold = pango_attr_list_new ();

  notice->bar = GTK_INFO_BAR (bar);
  for (gint i = 0; i < PZ_NOTICE_MAX_ACTIONS; i++)
    notice->buttons[i] = gtk_info_bar_add_button (notice->bar, "", i);
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
  gtk_box_pack_start (GTK_BOX (gtk_info_bar_get_content_area (notice->bar)),
                      scrolled_text (column), TRUE, TRUE, 0);
  g_signal_connect (bar, "response", G_CALLBACK (on_response), notice);
  gtk_box_pack_start (GTK_BOX (notice), squeezed (bar), TRUE, TRUE, 0);
  gtk_widget_set_no_show_all (GTK_WIDGET (notice), TRUE);
}

GtkWidget *
pz_notice_new (void)
{
  return g_object_new (PZ_TYPE_NOTICE, NULL);
}

void
pz_notice_set (PzNotice *notice, PzNoticeCause cause, const PzNoticeText *text)
{
  Place *place = &notice->places[cause];

  place_clear (place);
  if (text)
    {
      *place = (Place) {
        .set = TRUE,
        .type = text->type,
        .what = g_strdup (text->what),
        .next = g_strdup (text->next),
        .detail = g_strdup (text->detail),
        .stays = text->stays,
      };
      memcpy (place->actions, text->actions, sizeof place->actions);
    }
  refresh (notice);
}

gboolean
pz_notice_has (PzNotice *notice, PzNoticeCause cause)
{
  return notice->places[cause].set;
}

GtkWidget *
pz_notice_get_button (PzNotice *notice, PzNoticeAction action)
{
  guint cause = shown_cause (notice);

  for (guint i = 0; cause < PZ_N_CAUSES && i < PZ_NOTICE_MAX_ACTIONS; i++)
    if (notice->places[cause].actions[i] == action)
      return notice->buttons[i];
  return NULL;
}

const char *
pz_notice_get_what (PzNotice *notice)
{
  guint cause = shown_cause (notice);

  return cause < PZ_N_CAUSES ? notice->places[cause].what : NULL;
}

void
pz_notice_set_diagnostics (PzNotice *notice, const char *text)
{
  g_set_str (&notice->diagnostics, text);
}

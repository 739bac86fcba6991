/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ui/prompt-editor.h"

#include <string.h>

#include <glib/gi18n.h>

struct _PzPromptEditor
{
  GtkBox parent;

  GtkTextView *text;
  GtkTextTag *placeholder;
  GtkLabel *hint;
};

G_DEFINE_FINAL_TYPE (PzPromptEditor, pz_prompt_editor, GTK_TYPE_BOX)

/* Not translated: text encoders read English. */
static const char *const examples[] = {
  "a photo of a S on a beach", "a S in the snow",      "a S on a red background",
  "a S in a forest at night",  "a S as a watercolour", "a close-up of a S in a room",
};

gboolean
pz_prompt_is_blank (const char *prompt)
{
  for (const char *p = prompt; *p; p = g_utf8_next_char (p))
    if (!g_unichar_isspace (g_utf8_get_char (p)))
      return FALSE;
  return TRUE;
}

static gboolean
is_word_char (gunichar c)
{
  return c == '_' || g_unichar_isalnum (c);
}

gboolean
pz_prompt_find_placeholder (const char *prompt, gsize from, gsize *start, gsize *end)
{
  gunichar before = from > 0 ? g_utf8_get_char (g_utf8_prev_char (prompt + from)) : 0;

  for (const char *p = prompt + from; *p; p = g_utf8_next_char (p))
    {
      const char *after = p + 1;

      if (*p == 'S' && !is_word_char (before))
        {
          if (*after >= '1' && *after <= '9')
            after++;
          if (!is_word_char (g_utf8_get_char (after)))
            {
              *start = (gsize) (p - prompt);
              *end = (gsize) (after - prompt);
              return TRUE;
            }
        }
      before = g_utf8_get_char (p);
    }
  return FALSE;
}

static void
on_changed (GtkTextBuffer *buffer, PzPromptEditor *editor)
{
  GtkTextIter first, last;
  g_autofree char *prompt = NULL;
  gsize start, end = 0;
  gboolean found = FALSE;

  gtk_text_buffer_get_bounds (buffer, &first, &last);
  gtk_text_buffer_remove_tag (buffer, editor->placeholder, &first, &last);
  prompt = gtk_text_buffer_get_text (buffer, &first, &last, FALSE);
  while (pz_prompt_find_placeholder (prompt, end, &start, &end))
    {
      found = TRUE;
      gtk_text_buffer_get_iter_at_offset (buffer, &first,
                                          (gint) g_utf8_pointer_to_offset (prompt,
                                                                           prompt + start));
      gtk_text_buffer_get_iter_at_offset (buffer, &last,
                                          (gint) g_utf8_pointer_to_offset (prompt,
                                                                           prompt + end));
      gtk_text_buffer_apply_tag (buffer, editor->placeholder, &first, &last);
    }

  if (pz_prompt_is_blank (prompt))
    gtk_label_set_text (editor->hint,
                        _ ("Say what the new pictures show; S stands for the concept."));
  else if (!found)
    gtk_label_set_text (editor->hint,
                        _ ("There is no S in the prompt: it is added at the end."));
  else
    gtk_label_set_text (editor->hint, _ ("S stands for the concept."));
}

static void
on_example (GtkMenuItem *item, PzPromptEditor *editor)
{
  gtk_text_buffer_set_text (pz_prompt_editor_get_buffer (editor),
                            gtk_menu_item_get_label (item), -1);
  pz_prompt_editor_focus (editor);
}

static GtkWidget *
examples_button (PzPromptEditor *editor)
{
  GtkWidget *button = gtk_menu_button_new ();
  GtkWidget *label = gtk_label_new_with_mnemonic (_ ("E_xamples"));
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *menu = gtk_menu_new ();

  for (guint i = 0; i < G_N_ELEMENTS (examples); i++)
    {
      GtkWidget *item = gtk_menu_item_new_with_label (examples[i]);

      g_signal_connect (item, "activate", G_CALLBACK (on_example), editor);
      gtk_menu_shell_append (GTK_MENU_SHELL (menu), item);
    }
  gtk_widget_show_all (menu);
  gtk_container_add (GTK_CONTAINER (row), label);
  gtk_container_add (GTK_CONTAINER (row),
                     gtk_image_new_from_icon_name ("pan-down-symbolic", GTK_ICON_SIZE_BUTTON));
  gtk_container_add (GTK_CONTAINER (button), row);
  gtk_label_set_mnemonic_widget (GTK_LABEL (label), button);
  gtk_menu_button_set_popup (GTK_MENU_BUTTON (button), menu);
  gtk_widget_set_tooltip_text (button, _ ("Start from an example prompt"));
  atk_object_set_name (gtk_widget_get_accessible (button), _ ("Examples"));
  return button;
}

static GtkWidget *
text_area (PzPromptEditor *editor)
{
  GtkWidget *scrolled = gtk_scrolled_window_new (NULL, NULL);
  GtkTextBuffer *buffer;

  editor->text = GTK_TEXT_VIEW (gtk_text_view_new ());
  gtk_text_view_set_wrap_mode (editor->text, GTK_WRAP_WORD_CHAR);
  gtk_text_view_set_accepts_tab (editor->text, FALSE);
  gtk_text_view_set_left_margin (editor->text, 6);
  gtk_text_view_set_right_margin (editor->text, 6);
  gtk_text_view_set_top_margin (editor->text, 6);
  gtk_text_view_set_bottom_margin (editor->text, 6);
  gtk_widget_set_tooltip_text (GTK_WIDGET (editor->text),
                               _ ("What the new pictures show, in English. S stands for the "
                                  "concept. Ctrl+Enter generates."));
  atk_object_set_name (gtk_widget_get_accessible (GTK_WIDGET (editor->text)), _ ("Prompt"));

  buffer = gtk_text_view_get_buffer (editor->text);
  editor->placeholder =
    gtk_text_buffer_create_tag (buffer, NULL, "weight", PANGO_WEIGHT_BOLD, "foreground",
                                "#1a1a1a", "background", "#ffc81f", NULL);
  g_signal_connect (buffer, "changed", G_CALLBACK (on_changed), editor);

  atk_object_set_name (gtk_widget_get_accessible (scrolled), _ ("Prompt area"));
  gtk_scrolled_window_set_shadow_type (GTK_SCROLLED_WINDOW (scrolled), GTK_SHADOW_IN);
  gtk_scrolled_window_set_min_content_height (GTK_SCROLLED_WINDOW (scrolled), 72);
  gtk_container_add (GTK_CONTAINER (scrolled), GTK_WIDGET (editor->text));
  return scrolled;
}

static void
pz_prompt_editor_class_init (PzPromptEditorClass *klass)
{
  (void) klass;
}

static void
pz_prompt_editor_init (PzPromptEditor *editor)
{
  GtkBox *box = GTK_BOX (editor);
  GtkWidget *header = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *label = gtk_label_new_with_mnemonic (_ ("_Prompt:"));
  GtkWidget *area = text_area (editor);

  gtk_orientable_set_orientation (GTK_ORIENTABLE (editor), GTK_ORIENTATION_VERTICAL);
  gtk_box_set_spacing (box, 6);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_mnemonic_widget (GTK_LABEL (label), GTK_WIDGET (editor->text));
  gtk_box_pack_start (GTK_BOX (header), label, TRUE, TRUE, 0);
  gtk_box_pack_end (GTK_BOX (header), examples_button (editor), FALSE, FALSE, 0);
  gtk_box_pack_start (box, header, FALSE, FALSE, 0);
  gtk_box_pack_start (box, area, TRUE, TRUE, 0);

  editor->hint = GTK_LABEL (gtk_label_new (NULL));
  gtk_label_set_xalign (editor->hint, 0);
  gtk_label_set_ellipsize (editor->hint, PANGO_ELLIPSIZE_END);
  gtk_style_context_add_class (gtk_widget_get_style_context (GTK_WIDGET (editor->hint)),
                               GTK_STYLE_CLASS_DIM_LABEL);
  gtk_box_pack_start (box, GTK_WIDGET (editor->hint), FALSE, FALSE, 0);
  on_changed (pz_prompt_editor_get_buffer (editor), editor);
  gtk_widget_show_all (header);
  gtk_widget_show_all (area);
  gtk_widget_show (GTK_WIDGET (editor->hint));
}

GtkWidget *
pz_prompt_editor_new (void)
{
  return g_object_new (PZ_TYPE_PROMPT_EDITOR, NULL);
}

GtkTextBuffer *
pz_prompt_editor_get_buffer (PzPromptEditor *editor)
{
  return gtk_text_view_get_buffer (editor->text);
}

void
pz_prompt_editor_focus (PzPromptEditor *editor)
{
  GtkTextBuffer *buffer = pz_prompt_editor_get_buffer (editor);
  GtkTextIter end;

  gtk_text_buffer_get_end_iter (buffer, &end);
  gtk_text_buffer_place_cursor (buffer, &end);
  gtk_widget_grab_focus (GTK_WIDGET (editor->text));
}

/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ui/prompt/prompt-editor.h"

#include <string.h>

#include <gdk/gdkkeysyms.h>
#include <glib/gi18n.h>

#include "ui/prompt/prompt-comment.h"

#include "ui/prompt/prompt-weight.h"

struct _PzPromptEditor
{
  GtkBox parent;

  GtkTextView *text;
  PzPromptMenu *menu;
  GtkBox *header;
  GtkTextTag *placeholder;
  GtkTextTag *comment;
  GtkTextTag *cut; /* text beyond the model's limit */
  GtkLabel *hint;
  gboolean blank;
  guint n_concepts;
  guint named; /* bit i: the prompt contains the placeholder of concept i */
  guint n_tokens, max_tokens; /* max 0 = not known yet */
};

G_DEFINE_FINAL_TYPE (PzPromptEditor, pz_prompt_editor, GTK_TYPE_BOX)

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

/* ---- text and byte offsets ---- */

char *
pz_prompt_editor_get_text (PzPromptEditor *editor)
{
  GtkTextBuffer *buffer = pz_prompt_editor_get_buffer (editor);
  GtkTextIter first, last;

  gtk_text_buffer_get_bounds (buffer, &first, &last);
  return gtk_text_buffer_get_text (buffer, &first, &last, FALSE);
}

static gsize
byte_offset (const char *text, const GtkTextIter *iter)
{
  return (gsize) (g_utf8_offset_to_pointer (text, gtk_text_iter_get_offset (iter)) - text);
}

static void
iter_at_byte (GtkTextBuffer *buffer, const char *text, gsize at, GtkTextIter *iter)
{
  gtk_text_buffer_get_iter_at_offset (buffer, iter,
                                      (gint) g_utf8_pointer_to_offset (text, text + at));
}

/* ---- highlighting, and the hint ---- */

static void
mark (PzPromptEditor *editor, GtkTextTag *tag, const char *text, gsize start, gsize end)
{
  GtkTextBuffer *buffer = pz_prompt_editor_get_buffer (editor);
  GtkTextIter first, last;

  iter_at_byte (buffer, text, start, &first);
  iter_at_byte (buffer, text, end, &last);
  gtk_text_buffer_apply_tag (buffer, tag, &first, &last);
}

static void
unmark (PzPromptEditor *editor, GtkTextTag *tag)
{
  GtkTextBuffer *buffer = pz_prompt_editor_get_buffer (editor);
  GtkTextIter first, last;

  gtk_text_buffer_get_bounds (buffer, &first, &last);
  gtk_text_buffer_remove_tag (buffer, tag, &first, &last);
}

/* The placeholders that the prompt does not contain: "S2, S3"; "" = none. (transfer full) */
static char *
left_out (const PzPromptEditor *editor)
{
  GString *names = g_string_new (NULL);

  for (guint i = 0; i < editor->n_concepts; i++)
    if (!(editor->named & 1u << i))
      g_string_append_printf (names, "%sS%u", names->len > 0 ? ", " : "", i + 1);
  return g_string_free_and_steal (names);
}

/* What the placeholders mean, or which ones are missing. (transfer full) */
static char *
placeholder_hint (const PzPromptEditor *editor)
{
  g_autofree char *missing = left_out (editor);

  if (editor->n_concepts > 1)
    {
      if (editor->blank)
        return g_strdup_printf (
          _ ("Describe the new picture; S1 to S%u stand for the concepts."),
          editor->n_concepts);
      if (*missing)
        /* Translators: placeholders that the prompt does not contain, such as "S2" or "S2, S3". */
        return g_strdup_printf (_ ("Not in the prompt: %s; added at the end."), missing);
      return g_strdup_printf (_ ("S1 to S%u stand for the concepts."), editor->n_concepts);
    }
  if (editor->blank)
    return g_strdup (_ ("Describe the new picture; S stands for the concept."));
  if (*missing)
    return g_strdup (_ ("There is no S in the prompt; it is added at the end."));
  return g_strdup (_ ("S stands for the concept."));
}

static void
say (PzPromptEditor *editor)
{
  GString *hint = g_string_new (NULL);
  guint n_cut =
    editor->n_tokens > editor->max_tokens ? editor->n_tokens - editor->max_tokens : 0;

  if (editor->max_tokens > 0)
    {
      /* Translators: under the prompt: its length in tokens, and the model's limit. */
      g_string_append_printf (hint,
                              ngettext ("%u of %u token", "%u of %u tokens",
                                        editor->max_tokens),
                              editor->n_tokens, editor->max_tokens);
      g_string_append (hint, " · ");
    }
  if (n_cut > 0)
    g_string_append (hint, _ ("Crossed-out text is ignored."));
  else
    {
      g_autofree char *text = placeholder_hint (editor);

      g_string_append (hint, text);
    }
  gtk_label_set_text (editor->hint, hint->str);
  g_string_free (hint, TRUE);
}

static void
on_changed (PzPromptEditor *editor)
{
  g_autofree char *written = pz_prompt_editor_get_text (editor);
  g_autofree char *text = pz_prompt_blank_comments (written);
  gsize start, end = 0;

  unmark (editor, editor->placeholder);
  unmark (editor, editor->cut);
  unmark (editor, editor->comment);
  while (pz_prompt_find_comment (written, end, &start, &end))
    mark (editor, editor->comment, written, start, end);
  end = 0;
  editor->blank = pz_prompt_is_blank (text);
  editor->named = 0;
  while (pz_prompt_find_placeholder (text, end, &start, &end))
    {
      /* S means S1. */
      editor->named |= 1u << (end - start > 1 ? text[start + 1] - '1' : 0);
      mark (editor, editor->placeholder, text, start, end);
    }
  say (editor);
}

void
pz_prompt_editor_set_length (PzPromptEditor *editor, const PzPromptLength *length)
{
  g_autofree char *written = pz_prompt_editor_get_text (editor);
  g_autofree char *text = pz_prompt_blank_comments (written);
  gsize n_bytes = strlen (g_strchomp (text));

  editor->n_tokens = length->n_tokens;
  editor->max_tokens = length->max_tokens;
  unmark (editor, editor->cut);
  if (length->read_bytes < n_bytes)
    mark (editor, editor->cut, text, length->read_bytes, n_bytes);
  say (editor);
}

void
pz_prompt_editor_set_n_concepts (PzPromptEditor *editor, guint n)
{
  editor->n_concepts = n;
  say (editor);
}

/* ---- weights ---- */

/* Ctrl+Up, Ctrl+Down: changes the weight of the selection, or of the word at the cursor. A selection stays selected. */
static void
weigh (PzPromptEditor *editor, gint steps)
{
  GtkTextBuffer *buffer = pz_prompt_editor_get_buffer (editor);
  g_autofree char *text = pz_prompt_editor_get_text (editor);
  g_autofree char *weighed = NULL;
  GtkTextIter first, last;
  gboolean selected = gtk_text_buffer_get_selection_bounds (buffer, &first, &last);
  gsize start = byte_offset (text, &first), end = byte_offset (text, &last);

  weighed = pz_prompt_weigh (text, &start, &end, steps);
  if (!weighed)
    return;
  gtk_text_buffer_begin_user_action (buffer);
  gtk_text_buffer_set_text (buffer, weighed, -1);
  gtk_text_buffer_end_user_action (buffer);
  iter_at_byte (buffer, weighed, start, &first);
  iter_at_byte (buffer, weighed, end, &last);
  gtk_text_buffer_select_range (buffer, &last, selected ? &first : &last);
}

static gboolean
on_key (GtkWidget *view, GdkEventKey *event, PzPromptEditor *editor)
{
  gboolean up = event->keyval == GDK_KEY_Up || event->keyval == GDK_KEY_KP_Up;
  gboolean down = event->keyval == GDK_KEY_Down || event->keyval == GDK_KEY_KP_Down;

  (void) view;
  if ((event->state & gtk_accelerator_get_default_mod_mask ()) != GDK_CONTROL_MASK
      || !(up || down))
    return GDK_EVENT_PROPAGATE;
  weigh (editor, up ? 1 : -1);
  return GDK_EVENT_STOP;
}

/* ---- the widget ---- */

static void
on_chosen (PzPromptEditor *editor, const char *prompt)
{
  gtk_text_buffer_set_text (pz_prompt_editor_get_buffer (editor), prompt, -1);
  pz_prompt_editor_focus (editor);
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
  gtk_widget_set_tooltip_text (
    GTK_WIDGET (editor->text),
    _ ("What the new pictures show, in English. S stands for the concept. "
       "Ctrl+Enter generates; Ctrl+Up and Ctrl+Down make a word count more or "
       "less."));
  atk_object_set_name (gtk_widget_get_accessible (GTK_WIDGET (editor->text)), _ ("Prompt"));

  buffer = gtk_text_view_get_buffer (editor->text);
  editor->placeholder =
    gtk_text_buffer_create_tag (buffer, NULL, "weight", PANGO_WEIGHT_BOLD, "foreground",
                                "#1a1a1a", "background", "#ffc81f", NULL);
  editor->comment = gtk_text_buffer_create_tag (buffer, NULL, "style", PANGO_STYLE_ITALIC,
                                                "foreground", "#888888", NULL);
  editor->cut = gtk_text_buffer_create_tag (buffer, NULL, "strikethrough", TRUE, NULL);
  g_signal_connect_swapped (buffer, "changed", G_CALLBACK (on_changed), editor);
  g_signal_connect (editor->text, "key-press-event", G_CALLBACK (on_key), editor);

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

  editor->n_concepts = 1;
  editor->header = GTK_BOX (header);
  editor->menu = PZ_PROMPT_MENU (pz_prompt_menu_new ());
  g_signal_connect_swapped (editor->menu, "chosen", G_CALLBACK (on_chosen), editor);
  gtk_orientable_set_orientation (GTK_ORIENTABLE (editor), GTK_ORIENTATION_VERTICAL);
  gtk_box_set_spacing (box, 6);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_mnemonic_widget (GTK_LABEL (label), GTK_WIDGET (editor->text));
  gtk_box_pack_start (GTK_BOX (header), label, TRUE, TRUE, 0);
  gtk_box_pack_end (GTK_BOX (header), GTK_WIDGET (editor->menu), FALSE, FALSE, 0);
  gtk_box_pack_start (box, header, FALSE, FALSE, 0);
  gtk_box_pack_start (box, area, TRUE, TRUE, 0);

  editor->hint = GTK_LABEL (gtk_label_new (NULL));
  gtk_label_set_xalign (editor->hint, 0);
  gtk_label_set_ellipsize (editor->hint, PANGO_ELLIPSIZE_END);
  gtk_style_context_add_class (gtk_widget_get_style_context (GTK_WIDGET (editor->hint)),
                               GTK_STYLE_CLASS_DIM_LABEL);
  gtk_box_pack_start (box, GTK_WIDGET (editor->hint), FALSE, FALSE, 0);
  on_changed (editor);
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

PzPromptMenu *
pz_prompt_editor_get_menu (PzPromptEditor *editor)
{
  return editor->menu;
}

void
pz_prompt_editor_add_menu (PzPromptEditor *editor, GtkWidget *menu)
{
  gtk_box_pack_end (editor->header, menu, FALSE, FALSE, 0);
  gtk_widget_show_all (menu);
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

/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ui/learning/learn-form.h"

#include <glib/gi18n.h>

#include "ui/learning/picture-list.h"
#include "ui/settings.h"
#include "ui/widgets/form.h"

#define LIST_WIDTH 240

struct _PzLearnForm
{
  GtkBox parent;

  PzPictureList *pictures;
  GtkEntry *name, *class_word, *prompt;
  gulong class_word_key_id; /* signal handler */
  GtkComboBox *method;
  gulong method_id; /* signal handler */
  gboolean method_chosen; /* by the user */
  gboolean encodes; /* the model has ELITE's mappers */
  GtkLabel *about; /* what is missing, and the forecast */
  char *forecast;
  char
    *unknown; /* the class word that is not one token of the model's vocabulary; NULL = none */
};

G_DEFINE_FINAL_TYPE (PzLearnForm, pz_learn_form, GTK_TYPE_BOX)

enum
{
  SIGNAL_CHANGED,
  SIGNAL_FAILED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

/* The methods, quickest first, each with a description of its result. The first one that the model can use is the default. */
static const struct
{
  const char *method, *gives;
} methods[] = {
  { "elite-refine", N_ ("Seconds: a close likeness") },
  { "cross-initialization-fast", N_ ("Seconds: new words, a first look") },
  { "cross-initialization", N_ ("A minute: new words") },
  { "textual-inversion", N_ ("Many minutes: new words, the slow way") },
  { "catversion", N_ ("Minutes: all prompts with the class word") },
  { "custom-diffusion", N_ ("Minutes: the whole look") },
  { "dreambooth-lora", N_ ("Minutes: the whole look, as a LoRA") },
  { "celeb-basis", N_ ("A person: minutes, from one photograph of the face") },
};

/* Class words to suggest, if the model knows them. */
static const char *const kinds[] = {
  "animal",  "backpack", "bag",      "ball",    "bear",  "bird",   "boat", "book",
  "bottle",  "bowl",     "car",      "cat",     "chair", "clock",  "cup",  "dog",
  "drawing", "fish",     "flower",   "fruit",   "house", "guitar", "hat",  "horse",
  "lamp",    "monster",  "painting", "penguin", "plant", "robot",  "shoe", "statue",
  "sticker", "teapot",   "toy",      "tree",    "vase",  NULL,
};

/* ---- what is missing ---- */

static const PzLearnMethod *
method_of (PzLearnForm *form)
{
  return pz_learn_method_find (gtk_combo_box_get_active_id (form->method));
}

static gboolean
learns_people (PzLearnForm *form)
{
  return method_of (form)->trains == PZ_TRAINS_PEOPLE;
}

static guint
n_pictures (PzLearnForm *form)
{
  return pz_picture_list_get (form->pictures)->len;
}

/* The names between the commas, without surrounding blanks. (transfer full) */
static char **
names_of (PzLearnForm *form)
{
  g_auto (GStrv) parts = g_strsplit (gtk_entry_get_text (form->name), ",", -1);
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();

  for (guint i = 0; parts[i]; i++)
    if (*g_strstrip (parts[i]))
      g_strv_builder_add (names, parts[i]);
  return g_strv_builder_end (names);
}

static gboolean
is_busy (PzLearnForm *form)
{
  return pz_picture_list_is_busy (form->pictures);
}

static gboolean
has_no_pictures (PzLearnForm *form)
{
  return n_pictures (form) == 0;
}

static gboolean
is_blank (GtkEntry *entry)
{
  g_autofree char *text = g_strstrip (g_strdup (gtk_entry_get_text (entry)));

  return !*text;
}

static gboolean
has_no_name (PzLearnForm *form)
{
  return is_blank (form->name);
}

static gboolean
has_nameless_people (PzLearnForm *form)
{
  g_auto (GStrv) names = names_of (form);

  return learns_people (form) && g_strv_length (names) != n_pictures (form);
}

static gboolean
has_too_many_people (PzLearnForm *form)
{
  return learns_people (form) && n_pictures (form) > PZ_LEARN_MAX_PEOPLE;
}

/* Every method except the one for people starts from the class word, or uses it in its prompts. */
static gboolean
has_no_class_word (PzLearnForm *form)
{
  return !learns_people (form) && is_blank (form->class_word);
}

/* Methods that learn words, or weights and a word, start from the class word. */
static gboolean
has_unknown_class_word (PzLearnForm *form)
{
  const PzTrains trains = method_of (form)->trains;
  g_autofree char *word = g_strstrip (g_strdup (gtk_entry_get_text (form->class_word)));

  return (trains == PZ_TRAINS_WORDS || trains == PZ_TRAINS_WEIGHTS)
         && g_strcmp0 (word, form->unknown) == 0;
}

static gboolean
can_use (PzLearnForm *form, const PzLearnMethod *method)
{
  return method && (form->encodes || method->trains != PZ_TRAINS_ELITE);
}

static gboolean
has_no_encoder (PzLearnForm *form)
{
  return !can_use (form, method_of (form));
}

static const struct
{
  gboolean (*applies) (PzLearnForm *form);
  const char *sentence;
} hindrances[] = {
  { is_busy, N_ ("Pictures are still being read.") },
  { has_no_encoder,
    N_ ("This method needs a model with ELITE's mappers: choose another method.") },
  { has_no_pictures, N_ ("Add at least one picture.") },
  { has_too_many_people, N_ ("No more than ten people can be learned at once.") },
  { has_no_name, N_ ("Give it a name.") },
  { has_nameless_people,
    N_ ("Each picture shows one person: give one name for each, separated by commas.") },
  { has_no_class_word, N_ ("Say what it is: one English word.") },
  { has_unknown_class_word,
    N_ ("The model does not know this kind of thing as one word: choose another word.") },
};

const char *
pz_learn_form_get_hindrance (PzLearnForm *form)
{
  for (guint i = 0; i < G_N_ELEMENTS (hindrances); i++)
    if (hindrances[i].applies (form))
      return _ (hindrances[i].sentence);
  return NULL;
}

/* ---- what was chosen ---- */

PzLesson *
pz_learn_form_make_lesson (PzLearnForm *form,
                           const char *model,
                           const char *device,
                           GError **error)
{
  g_autofree char *title = g_strstrip (g_strdup (gtk_entry_get_text (form->name)));
  g_autofree char *class_word = g_strstrip (g_strdup (gtk_entry_get_text (form->class_word)));
  g_auto (GStrv) people = learns_people (form) ? names_of (form) : NULL;
  const PzLessonParams params = {
    .title = title,
    .method = method_of (form)->name,
    .class_word = people ? NULL : class_word,
    .model = model,
    .device = device,
    .seed = (guint64) pz_settings_draw_seed (),
    .people = (const char *const *) people,
  };

  return pz_lesson_new (&params, pz_picture_list_get (form->pictures), error);
}

char *
pz_learn_form_ask (PzLearnForm *form, const PzLearnMethod **method, guint *pictures)
{
  *method = method_of (form);
  *pictures =
    learns_people (form) ? MIN (n_pictures (form), PZ_LEARN_MAX_PEOPLE) : n_pictures (form);
  return g_strstrip (g_strdup (gtk_entry_get_text (form->class_word)));
}

/* Shows what is missing, too: the tooltip of an insensitive button appears only for the mouse. */
static void
show_about (PzLearnForm *form)
{
  const char *hindrance = pz_learn_form_get_hindrance (form);
  const char *forecast = form->forecast ? form->forecast : "";
  g_autofree char *both = NULL;

  both = g_strconcat (hindrance ? hindrance : "", hindrance && *forecast ? "\n" : "", forecast,
                      NULL);
  gtk_label_set_text (form->about, both);
}

void
pz_learn_form_say (PzLearnForm *form, const char *forecast)
{
  g_set_str (&form->forecast, forecast);
  show_about (form);
}

const char *const *
pz_learn_form_get_kinds (void)
{
  return kinds;
}

void
pz_learn_form_suggest (PzLearnForm *form, const char *const known[])
{
  GtkEntryCompletion *completion = gtk_entry_get_completion (form->class_word);
  GtkListStore *store = GTK_LIST_STORE (gtk_entry_completion_get_model (completion));

  gtk_list_store_clear (store);
  for (guint i = 0; known[i]; i++)
    gtk_list_store_insert_with_values (store, NULL, -1, 0, known[i], -1);
}

void
pz_learn_form_set_unknown (PzLearnForm *form, const char *class_word)
{
  if (!g_set_str (&form->unknown, class_word))
    return;
  show_about (form);
  g_signal_emit (form, signals[SIGNAL_CHANGED], 0);
}

static void
choose_default (PzLearnForm *form)
{
  for (guint i = 0; i < G_N_ELEMENTS (methods); i++)
    if (can_use (form, pz_learn_method_find (methods[i].method)))
      {
        gtk_combo_box_set_active_id (form->method, methods[i].method);
        return;
      }
}

void
pz_learn_form_set_encodes (PzLearnForm *form, gboolean encodes)
{
  if (form->encodes == encodes)
    return;
  form->encodes = encodes;
  g_signal_handler_block (form->method, form->method_id);
  if (!form->method_chosen)
    choose_default (form);
  g_signal_handler_unblock (form->method, form->method_id);
  show_about (form);
  g_signal_emit (form, signals[SIGNAL_CHANGED], 0);
}

const char *
pz_learn_form_get_prompt (PzLearnForm *form)
{
  return gtk_entry_get_text (form->prompt);
}

void
pz_learn_form_focus (PzLearnForm *form)
{
  gtk_widget_grab_focus (GTK_WIDGET (form->name));
}

/* ---- the widget ---- */

static void
on_changed (PzLearnForm *form)
{
  gtk_widget_set_sensitive (GTK_WIDGET (form->class_word), !learns_people (form));
  show_about (form);
  g_signal_emit (form, signals[SIGNAL_CHANGED], 0);
}

static void
on_method (PzLearnForm *form)
{
  form->method_chosen = TRUE;
  on_changed (form);
}

static void
on_failed (PzLearnForm *form, const GError *error)
{
  g_signal_emit (form, signals[SIGNAL_FAILED], 0, error);
}

static void
pz_learn_form_finalize (GObject *object)
{
  g_free (PZ_LEARN_FORM (object)->forecast);
  g_free (PZ_LEARN_FORM (object)->unknown);
  G_OBJECT_CLASS (pz_learn_form_parent_class)->finalize (object);
}

static void
pz_learn_form_class_init (PzLearnFormClass *klass)
{
  GType type = G_TYPE_FROM_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = pz_learn_form_finalize;

  signals[SIGNAL_CHANGED] =
    g_signal_new ("changed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_FAILED] = g_signal_new ("failed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                         G_TYPE_NONE, 1, G_TYPE_ERROR);
}

static void
pz_learn_form_init (PzLearnForm *form)
{
  gtk_box_set_spacing (GTK_BOX (form), 18);
}

static GtkEntry *
entry_new (PzLearnForm *form)
{
  GtkWidget *entry = gtk_entry_new ();

  gtk_widget_set_hexpand (entry, TRUE);
  g_signal_connect_swapped (entry, "changed", G_CALLBACK (on_changed), form);
  return GTK_ENTRY (entry);
}

/* While suggestions are shown, GTK sends all keys to the entry only. With Control they are for the window first, as they are
 * at any other time: Ctrl+Enter would do nothing just after the word was typed. */
static gboolean
on_class_word_key (GtkWidget *entry, GdkEventKey *event, PzLearnForm *form)
{
  GtkWidget *window = gtk_widget_get_toplevel (entry);
  GtkWidget *grab = gtk_grab_get_current ();
  gboolean handled;

  if (!(event->state & GDK_CONTROL_MASK) || !grab || gtk_widget_get_toplevel (grab) == window)
    return GDK_EVENT_PROPAGATE;
  /* The window may pass the key on to the entry. */
  g_signal_handler_block (entry, form->class_word_key_id);
  handled = gtk_widget_event (window, (GdkEvent *) event);
  g_signal_handler_unblock (entry, form->class_word_key_id);
  return handled;
}

/* The completion is empty until pz_learn_form_suggest () fills it. */
static void
add_completion (PzLearnForm *form)
{
  g_autoptr (GtkListStore) store = gtk_list_store_new (1, G_TYPE_STRING);
  g_autoptr (GtkEntryCompletion) completion = gtk_entry_completion_new ();

  gtk_entry_completion_set_model (completion, GTK_TREE_MODEL (store));
  gtk_entry_completion_set_text_column (completion, 0);
  gtk_entry_completion_set_minimum_key_length (completion, 1);
  form->class_word_key_id = g_signal_connect (form->class_word, "key-press-event",
                                              G_CALLBACK (on_class_word_key), form);
  gtk_entry_set_completion (form->class_word,
                            completion); /* handles keys after the function above */
}

/* Items are "RESULT (NAME OF THE PAPER)". */
static GtkComboBox *
method_new (void)
{
  GtkWidget *combo = gtk_combo_box_text_new ();

  for (guint i = 0; i < G_N_ELEMENTS (methods); i++)
    {
      const PzLearnMethod *method = pz_learn_method_find (methods[i].method);
      g_autofree char *label = NULL;

      if (!method)
        continue;
      /* Translators: what a learning method produces, and its name in papers. */
      label = g_strdup_printf (_ ("%s (%s)"), _ (methods[i].gives), method->title);
      gtk_combo_box_text_append (GTK_COMBO_BOX_TEXT (combo), method->name, label);
    }
  pz_form_let_choice_shrink (GTK_COMBO_BOX (combo));
  return GTK_COMBO_BOX (combo);
}

static GtkWidget *
fields_new (PzLearnForm *form)
{
  GtkWidget *grid = gtk_grid_new ();
  const PzFormRow rows[] = {
    {
      .label = _ ("Name:"),
      .name = _ ("Name"),
      .tooltip = _ ("What you call it; the saved concept has this name. For several "
                    "people: their names in the order of their pictures, separated by "
                    "commas"),
      .control = GTK_WIDGET (form->name),
    },
    {
      .label = _ ("Kind of thing:"),
      .name = _ ("Kind of thing"),
      .tooltip = _ ("What it is, as one English word: dog, toy, vase"),
      .control = GTK_WIDGET (form->class_word),
    },
    {
      .label = _ ("Method:"),
      .name = _ ("Method"),
      .tooltip = _ ("What is learned and how long it takes"),
      .control = GTK_WIDGET (form->method),
    },
    {
      .label = _ ("Sample prompt:"),
      .name = _ ("Prompt of sample pictures"),
      .tooltip = _ ("Pictures of this prompt are made while it learns; S stands for the thing. "
                    "If empty, none are made."),
      .control = GTK_WIDGET (form->prompt),
    },
  };

  gtk_grid_set_row_spacing (GTK_GRID (grid), 6);
  gtk_grid_set_column_spacing (GTK_GRID (grid), 12);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    pz_form_attach (GTK_GRID (grid), (gint) i, 0, &rows[i]);
  gtk_grid_attach (GTK_GRID (grid), GTK_WIDGET (form->about), 0, G_N_ELEMENTS (rows), 2, 1);
  return grid;
}

GtkWidget *
pz_learn_form_new (const PzHost *host)
{
  PzLearnForm *form = g_object_new (PZ_TYPE_LEARN_FORM, NULL);

  form->pictures = PZ_PICTURE_LIST (pz_picture_list_new (host));
  form->name = entry_new (form);
  form->class_word = entry_new (form);
  form->method = method_new ();
  choose_default (form);
  form->prompt = entry_new (form);
  form->about = GTK_LABEL (gtk_label_new (NULL));
  gtk_label_set_xalign (form->about, 0);
  gtk_label_set_line_wrap (form->about, TRUE);
  form->method_id =
    g_signal_connect_swapped (form->method, "changed", G_CALLBACK (on_method), form);
  add_completion (form);
  gtk_entry_set_text (form->prompt, PZ_SETTINGS_PROMPT);
  gtk_widget_set_size_request (GTK_WIDGET (form->pictures), LIST_WIDTH, -1);
  g_signal_connect_swapped (form->pictures, "changed", G_CALLBACK (on_changed), form);
  g_signal_connect_swapped (form->pictures, "failed", G_CALLBACK (on_failed), form);
  gtk_box_pack_start (GTK_BOX (form), GTK_WIDGET (form->pictures), TRUE, TRUE, 0);
  gtk_box_pack_start (GTK_BOX (form), fields_new (form), TRUE, TRUE, 0);
  show_about (form);
  gtk_widget_show_all (GTK_WIDGET (form));
  return GTK_WIDGET (form);
}

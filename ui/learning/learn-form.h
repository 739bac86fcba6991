/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The form for a lesson: pictures, name, class word, method, and a prompt for sample pictures. Thread: main.
 *
 * Signals: "changed"; "failed" (GError *error), see PzPictureList.
 */
#pragma once

#include <gtk/gtk.h>

#include "ui/host.h"
#include "ui/learning/lesson.h"

G_BEGIN_DECLS

#define PZ_TYPE_LEARN_FORM (pz_learn_form_get_type ())
G_DECLARE_FINAL_TYPE (PzLearnForm, pz_learn_form, PZ, LEARN_FORM, GtkBox)

GtkWidget *pz_learn_form_new (const PzHost *host);

/* What is missing, translated; NULL = nothing. */
const char *pz_learn_form_get_hindrance (PzLearnForm *form);
/* Creates the lesson on disk. model, device: as in the settings, NULL = the default. (transfer full), or NULL + error,
 * see pz_lesson_new (). */
PzLesson *pz_learn_form_make_lesson (PzLearnForm *form,
                                     const char *model,
                                     const char *device,
                                     GError **error);
/* The inputs of a forecast: the method, the number of pictures, and the class word, which is returned. (transfer full) */
char *pz_learn_form_ask (PzLearnForm *form, const PzLearnMethod **method, guint *pictures);
/* Shows the forecast, a text that says what learning will take. */
void pz_learn_form_say (PzLearnForm *form, const char *forecast);
/* Kinds of things that could be suggested, NULL-terminated. pz_learn_form_suggest () takes those that the model knows. */
const char *const *pz_learn_form_get_kinds (void);
void pz_learn_form_suggest (PzLearnForm *form, const char *const kinds[]);
/* Sets the class word that the model does not know as one word; NULL = it knows the class word that is entered. */
void pz_learn_form_set_unknown (PzLearnForm *form, const char *class_word);
/* Whether the open model has ELITE's mappers; FALSE at first. Until the user chooses a method, the default is the first one that
 * the model can use. */
void pz_learn_form_set_encodes (PzLearnForm *form, gboolean encodes);
/* The prompt for sample pictures. (transfer none) */
const char *pz_learn_form_get_prompt (PzLearnForm *form);
void pz_learn_form_focus (PzLearnForm *form);

G_END_DECLS

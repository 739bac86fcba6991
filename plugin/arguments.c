/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "plugin/arguments.h"

#include <glib/gi18n.h>

#include "ui/settings-table.h"
#include "ui/settings.h"

/* The choices of the table's row, or the samplers if it has none. (transfer full) */
static GimpChoice *
choice_of (const PzSetting *setting)
{
  GimpChoice *choice = gimp_choice_new ();
  const PzSettingChoice *choices = setting->choices;

  for (guint i = 0; choices && choices[i].value; i++)
    gimp_choice_add (choice, choices[i].value, (gint) i, _ (choices[i].label), NULL);
  if (choices)
    return choice;
  gimp_choice_add (choice, PZ_SETTINGS_SAMPLER, 0, _ ("Default"), NULL);
  for (guint i = 0; pz_sampler_name (i); i++)
    gimp_choice_add (choice, pz_sampler_name (i), (gint) i + 1, pz_sampler_title (i), NULL);
  return choice;
}

static void
add_text (GimpProcedure *procedure, const PzSetting *s)
{
  gimp_procedure_add_string_argument (procedure, s->name, _ (s->label), _ (s->about), s->text,
                                      GIMP_PARAM_READWRITE);
}

static void
add_choice (GimpProcedure *procedure, const PzSetting *s)
{
  gimp_procedure_add_choice_argument (procedure, s->name, _ (s->label), _ (s->about),
                                      choice_of (s), s->text, GIMP_PARAM_READWRITE);
}

static void
add_whole (GimpProcedure *procedure, const PzSetting *s)
{
  gimp_procedure_add_int_argument (procedure, s->name, _ (s->label), _ (s->about),
                                   (gint) s->min, (gint) s->max, (gint) s->value,
                                   GIMP_PARAM_READWRITE);
}

static void
add_real (GimpProcedure *procedure, const PzSetting *s)
{
  gimp_procedure_add_double_argument (procedure, s->name, _ (s->label), _ (s->about), s->min,
                                      s->max, s->value, GIMP_PARAM_READWRITE);
}

static void
add_file (GimpProcedure *procedure, const PzSetting *s)
{
  gimp_procedure_add_file_argument (procedure, s->name, _ (s->label), _ (s->about),
                                    GIMP_FILE_CHOOSER_ACTION_ANY, TRUE, NULL,
                                    GIMP_PARAM_READWRITE);
}

static void
add_flag (GimpProcedure *procedure, const PzSetting *s)
{
  if (s->is_of_dialog)
    gimp_procedure_add_boolean_aux_argument (procedure, s->name, _ (s->label), _ (s->about),
                                             s->value > 0, GIMP_PARAM_READWRITE);
  else
    gimp_procedure_add_boolean_argument (procedure, s->name, _ (s->label), _ (s->about),
                                         s->value > 0, GIMP_PARAM_READWRITE);
}

static void
add_texts (GimpProcedure *procedure, const PzSetting *s)
{
  gimp_procedure_add_string_array_argument (procedure, s->name, _ (s->label), _ (s->about),
                                            GIMP_PARAM_READWRITE);
}

static void
add_reals (GimpProcedure *procedure, const PzSetting *s)
{
  gimp_procedure_add_double_array_argument (procedure, s->name, _ (s->label), _ (s->about),
                                            GIMP_PARAM_READWRITE);
}

static void (*const adders[]) (GimpProcedure *procedure, const PzSetting *s) = {
  [PZ_SETTING_TEXT] = add_text,   [PZ_SETTING_CHOICE] = add_choice,
  [PZ_SETTING_WHOLE] = add_whole, [PZ_SETTING_REAL] = add_real,
  [PZ_SETTING_FILE] = add_file,   [PZ_SETTING_FLAG] = add_flag,
  [PZ_SETTING_TEXTS] = add_texts, [PZ_SETTING_REALS] = add_reals,
};

void
pz_arguments_add (GimpProcedure *procedure)
{
  for (guint i = 0; i < pz_n_settings; i++)
    adders[pz_settings_table[i].kind](procedure, &pz_settings_table[i]);
}

/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The table of all settings. Properties (settings.c), drop-downs (widgets/form.h), presets, what a recipe restores, and
 * the procedure's arguments are all derived from it. A new setting is a new row here. The strings are untranslated.
 */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

typedef enum
{
  PZ_SETTING_TEXT,
  PZ_SETTING_CHOICE, /* a text, one of `choices` */
  PZ_SETTING_WHOLE,
  PZ_SETTING_REAL,
  PZ_SETTING_FILE,
  PZ_SETTING_FLAG,
  PZ_SETTING_TEXTS, /* a GStrv */
  PZ_SETTING_REALS, /* a GArray of double */
} PzSettingKind;

/* A value and its label for the user. */
typedef struct
{
  const char *value, *label;
} PzSettingChoice;

typedef struct
{
  const char *name; /* of the property and the argument */
  PzSettingKind kind;
  double min, max, value; /* for numbers; value: the default, also of a flag */
  const char *text; /* the default of a text or a choice */
  /* Terminated by a NULL value; NULL = the samplers (models/params.h), after the default. */
  const PzSettingChoice *choices;
  const char *label, *about; /* for the argument: with mnemonic; a sentence */
  gboolean is_of_dialog; /* for the dialog only: not an argument for scripts */
  const char *
    recipe; /* member of the recipe with its value, of the same kind; NULL = a recipe does not restore it */
  gboolean in_presets;
} PzSetting;

/* In the order of the arguments, which never changes. */
extern const PzSetting pz_settings_table[];
extern const guint pz_n_settings;

/* The row of that name, which must exist. */
const PzSetting *pz_setting_find (const char *name);

G_END_DECLS

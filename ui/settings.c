/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ui/settings.h"

struct _PzSettings
{
  GObject parent;

  char *prompt;
  char *negative_prompt;
  gint variants;
  gint seed;
  gint steps;
  gdouble guidance;
  gdouble fidelity;
  char *words;
  char *mask_source;
  GFile *model_folder;
  char *device;
  gint width;
  gint height;
};

G_DEFINE_FINAL_TYPE (PzSettings, pz_settings, G_TYPE_OBJECT)

typedef enum
{
  KIND_TEXT,
  KIND_WHOLE,
  KIND_REAL,
  KIND_FILE,
} Kind;

typedef struct
{
  const char *name;
  Kind kind;
  gsize offset;
  gdouble min, max, value;
  const char *text;
} Property;

#define AT(field) G_STRUCT_OFFSET (PzSettings, field)

/* Row i is property id i; row 0 is unused, as GObject wants it. */
static const Property properties[] = {
  { NULL },
  { "prompt", KIND_TEXT, AT (prompt), .text = PZ_SETTINGS_PROMPT },
  { "negative-prompt", KIND_TEXT, AT (negative_prompt), .text = "" },
  { "variants", KIND_WHOLE, AT (variants), 1, PZ_MAX_VARIANTS, 4 },
  { "seed", KIND_WHOLE, AT (seed), -1, PZ_SETTINGS_MAX_SEED, -1 },
  { "steps", KIND_WHOLE, AT (steps), 0, PZ_SETTINGS_MAX_STEPS, 0 },
  { "guidance", KIND_REAL, AT (guidance), -1, PZ_SETTINGS_MAX_GUIDANCE, -1 },
  { "fidelity", KIND_REAL, AT (fidelity), 0, PZ_MAX_FIDELITY, PZ_DEFAULT_FIDELITY },
  { "words", KIND_TEXT, AT (words), .text = "primary" },
  { "mask-source", KIND_TEXT, AT (mask_source), .text = "auto" },
  { "model-folder", KIND_FILE, AT (model_folder) },
  { "device", KIND_TEXT, AT (device), .text = "" },
  { "width", KIND_WHOLE, AT (width), 0, PZ_SETTINGS_MAX_SIZE, 0 },
  { "height", KIND_WHOLE, AT (height), 0, PZ_SETTINGS_MAX_SIZE, 0 },
};

#undef AT

static void
pz_settings_get_property (GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  const Property *property = &properties[id];
  gpointer field = G_STRUCT_MEMBER_P (object, property->offset);

  (void) spec;
  if (property->kind == KIND_TEXT)
    g_value_set_string (value, *(char **) field);
  else if (property->kind == KIND_WHOLE)
    g_value_set_int (value, *(gint *) field);
  else if (property->kind == KIND_REAL)
    g_value_set_double (value, *(gdouble *) field);
  else
    g_value_set_object (value, *(GFile **) field);
}

static void
pz_settings_set_property (GObject *object, guint id, const GValue *value, GParamSpec *spec)
{
  const Property *property = &properties[id];
  gpointer field = G_STRUCT_MEMBER_P (object, property->offset);

  (void) spec;
  if (property->kind == KIND_TEXT)
    {
      g_free (*(char **) field);
      *(char **) field =
        g_strdup (g_value_get_string (value) ? g_value_get_string (value) : "");
    }
  else if (property->kind == KIND_WHOLE)
    *(gint *) field = g_value_get_int (value);
  else if (property->kind == KIND_REAL)
    *(gdouble *) field = g_value_get_double (value);
  else
    g_set_object ((GFile **) field, g_value_get_object (value));
}

static void
pz_settings_finalize (GObject *object)
{
  for (guint id = 1; id < G_N_ELEMENTS (properties); id++)
    {
      gpointer field = G_STRUCT_MEMBER_P (object, properties[id].offset);

      if (properties[id].kind == KIND_TEXT)
        g_free (*(char **) field);
      else if (properties[id].kind == KIND_FILE)
        g_clear_object ((GFile **) field);
    }
  G_OBJECT_CLASS (pz_settings_parent_class)->finalize (object);
}

static GParamSpec *
param_spec (const Property *p)
{
  GParamFlags flags = G_PARAM_READWRITE | G_PARAM_CONSTRUCT | G_PARAM_STATIC_STRINGS;

  if (p->kind == KIND_TEXT)
    return g_param_spec_string (p->name, NULL, NULL, p->text, flags);
  if (p->kind == KIND_WHOLE)
    return g_param_spec_int (p->name, NULL, NULL, (gint) p->min, (gint) p->max, (gint) p->value,
                             flags);
  if (p->kind == KIND_REAL)
    return g_param_spec_double (p->name, NULL, NULL, p->min, p->max, p->value, flags);
  return g_param_spec_object (p->name, NULL, NULL, G_TYPE_FILE, flags);
}

static void
pz_settings_class_init (PzSettingsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = pz_settings_get_property;
  object_class->set_property = pz_settings_set_property;
  object_class->finalize = pz_settings_finalize;
  for (guint id = 1; id < G_N_ELEMENTS (properties); id++)
    g_object_class_install_property (object_class, id, param_spec (&properties[id]));
}

static void
pz_settings_init (PzSettings *settings)
{
  (void) settings;
}

PzSettings *
pz_settings_new (void)
{
  return g_object_new (PZ_TYPE_SETTINGS, NULL);
}

gint
pz_settings_draw_seed (void)
{
  return g_random_int_range (0, 1000000);
}

PzSnapshot *
pz_settings_snapshot (PzSettings *settings)
{
  PzSnapshot *snapshot = g_new0 (PzSnapshot, 1);

  snapshot->prompt = g_strdup (settings->prompt);
  snapshot->negative_prompt = g_strdup (settings->negative_prompt);
  snapshot->params = (PzGenerateParams) {
    .prompt = snapshot->prompt,
    .negative_prompt = snapshot->negative_prompt,
    .variants = (guint) settings->variants,
    .seed = (guint64) (settings->seed < 0 ? pz_settings_draw_seed () : settings->seed),
    .steps = (guint) settings->steps,
    .guidance = settings->guidance,
    .fidelity = settings->fidelity,
    .words = g_str_equal (settings->words, "all") ? PZ_WORDS_ALL : PZ_WORDS_PRIMARY,
    .width = (guint) settings->width,
    .height = (guint) settings->height,
  };
  return snapshot;
}

void
pz_snapshot_free (PzSnapshot *snapshot)
{
  g_clear_pointer (&snapshot->prompt, g_free);
  g_clear_pointer (&snapshot->negative_prompt, g_free);
  g_free (snapshot);
}
